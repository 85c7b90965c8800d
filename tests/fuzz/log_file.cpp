// A log that is written, rotated in every way, compressed and deleted while it is read, by a reader
// that starts again now and then, perhaps from where a hostile hub says: no line is lost in
// silence.
//
// An input is steps of two bytes: what happens, and how much of it.
#include "node/auth_log/log_file.h"

#include <zlib.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "common/decode.h"
#include "common/rfc3339.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int kGenerationsMax = 4;

// A folder in which there is a /var/log; made once and emptied for each input.
const std::string& root() {
  static const test::TemporaryFolder folder;
  return folder.path();
}

class Scene {
 public:
  Scene() {
    fs::remove_all(root() + "/var");
    fs::create_directories(root() + "/var/log");
    open(WallTime{});
  }

  void take(uint8_t what, uint8_t how) {
    switch (what % 10) {
      case 0: write_lines(how); break;
      case 1: write_torn(); break;
      case 2: write_garbage(); break;
      case 3: rotate(); break;
      case 4: copy_and_truncate(); break;
      case 5: fs::remove(path(kGenerationsMax)); break;
      case 6: compress(1 + how % kGenerationsMax); break;
      case 7: open(position_); break;
      case 8: truncate(); break;
      default: read(); break;
    }
  }

  /// From a position that no reader of this log has told.
  void mislead(Input& input) {
    v1::LogPosition position;
    if (!position.ParseFromString(std::string(input.rest()))) return;
    open(position);
    last_ = 0;
    read();
  }

  void read() {
    constexpr int kStepsMax = 100'000;
    for (int steps = 0; steps < kStepsMax; ++steps) {
      const auto step = reader_->next();
      if (std::holds_alternative<node::NoMoreNow>(step)) return;
      if (const auto* sourced = std::get_if<node::SourcedLine>(&step)) hear(*sourced);
    }
    expect(false, "reading comes to an end");
  }

 private:
  static std::string path(int generation) {
    const std::string log = root() + "/var/log/auth.log";
    return generation == 0 ? log : log + "." + std::to_string(generation);
  }

  void open(const node::LogStart& start) {
    reader_ = std::make_unique<node::LogFile>(root(), "/var/log/auth.log", clock_);
    reader_->start_at(start);
  }

  static void write(std::string_view text) {
    std::ofstream(path(0), std::ios::binary | std::ios::app) << text;
  }

  std::string next_line() {
    clock_.advance(Seconds(1));
    return to_rfc3339(clock_.wall(), 6) + " web1 sshd[1]: " + std::to_string(++written_) + "\n";
  }

  void write_lines(uint8_t count) {
    std::string lines = std::exchange(torn_, {});
    for (int i = 0; i <= count % 16; ++i) lines += next_line();
    write(lines);
  }

  void write_torn() {
    if (!torn_.empty()) return;
    const std::string line = next_line();
    write(line.substr(0, 10));
    torn_ = line.substr(10);
  }

  // Files are told apart by their first lines; of those that begin alike, all that is asked for is
  // that reading them ends.
  void write_garbage() {
    if (!fs::exists(path(0)) || fs::file_size(path(0)) == 0) alike_ = true;
    write(std::exchange(torn_, {}) + "garbage\n");
  }

  // The daemon goes on with a new file, and completes no line in it that stands in the old one.
  void rotate() {
    end_torn_line();
    fs::remove(path(kGenerationsMax) + ".gz");
    for (int age = kGenerationsMax; age > 0; --age) {
      for (const char* suffix : {"", ".gz"}) {
        const std::string from = path(age - 1) + suffix;
        if (fs::exists(from)) fs::rename(from, path(age) + suffix);
      }
    }
  }

  void copy_and_truncate() {
    end_torn_line();
    if (!fs::exists(path(0))) return;
    rotate();
    fs::copy_file(path(1), path(0));
    // The daemon holds the file that is now empty, which keeps its name.
    fs::rename(path(1), path(0) + ".held");
    fs::rename(path(0), path(1));
    fs::rename(path(0) + ".held", path(0));
    fs::resize_file(path(0), 0);
  }

  void truncate() {
    end_torn_line();
    if (fs::exists(path(0))) fs::resize_file(path(0), 0);
    truncated_ = true;
  }

  void end_torn_line() {
    if (!torn_.empty()) write(std::exchange(torn_, {}));
  }

  static void compress(int generation) {
    if (!fs::exists(path(generation))) return;
    const std::string content = test::read(path(generation));
    const gzFile file = gzopen((path(generation) + ".gz").c_str(), "wb1");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    fs::remove(path(generation));
  }

  void hear(const node::SourcedLine& sourced) {
    expect(!sourced.instance.empty(), "each line is of an instance");
    position_.set_source(std::string(reader_->name()));
    position_.set_instance(std::string(sourced.instance));
    position_.set_offset(sourced.offset);
    if (!sourced.line) return;
    position_.set_at_unix_ns(to_unix_ns(sourced.line->time));
    int number = 0;
    const std::string_view text = sourced.line->message;
    std::from_chars(text.data(), text.data() + text.size(), number);
    expect(number > 0 && number <= written_, "each line was written");
    const bool next = last_ == 0 || number == last_ + 1;
    const bool unknowable = truncated_ && number > last_;
    expect(next || unknowable || alike_ || sourced.gap, "no line is lost or told twice in silence");
    last_ = number;
  }

  test::ManualClock clock_{from_unix_ns(1'795'000'000'000'000'000)};
  std::unique_ptr<node::LogFile> reader_;
  v1::LogPosition position_;
  std::string torn_;
  int written_ = 0;
  int last_ = 0;            // told; 0: none yet, and there may be none that old any more
  bool alike_ = false;      // some files
  bool truncated_ = false;  // and perhaps lines that no reader has seen anything of
};

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  picket::silence_protobuf();
  constexpr int kStepsMax = 64;
  constexpr uint8_t kMislead = 0xFF;
  Input input(data, size);
  Scene scene;
  for (int steps = 0; steps < kStepsMax && !input.empty(); ++steps) {
    const uint8_t what = input.byte();
    if (what == kMislead) {
      scene.mislead(input);
      break;
    }
    scene.take(what, input.byte());
  }
  scene.read();
  return 0;
}
