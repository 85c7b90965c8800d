// A log file that a test writes and rotates, and what a reader tells of it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/rfc3339.h"
#include "node/auth_log/log_file.h"
#include "tests/support/catch.h"
#include "tests/support/local_zone.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::node::test {

using Texts = std::vector<std::string>;

inline WallTime at(std::string_view text) { return parse_rfc3339(text).value(); }

// A /var/log in a folder, and a reader of its auth.log.
class Log {
 public:
  Log() {
    std::filesystem::create_directories(folder_ / "var/log");
    reader = std::make_unique<LogFile>(folder_.path(), "/var/log/auth.log", clock);
  }
  std::string path(const std::string& name = "auth.log") const {
    return folder_ / ("var/log/" + name);
  }
  static std::string line(int number) {
    char text[80];
    std::snprintf(text, sizeof text, "Nov 20 %02d:%02d:%02d web1 sshd[1]: line %d\n", number / 3600,
                  number / 60 % 60, number % 60, number);
    return text;
  }
  void append(std::string_view text, const std::string& name = "auth.log") const {
    std::ofstream file(path(name), std::ios::binary | std::ios::app);
    file << text;
  }
  void write_lines(int first, int last, const std::string& name = "auth.log") const {
    for (int number = first; number <= last; ++number) append(line(number), name);
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(path(from), path(to));
  }
  void restart_after(const v1::LogPosition& start) {
    reader = std::make_unique<LogFile>(folder_.path(), "/var/log/auth.log", clock);
    reader->start_at(start);
  }

  // The numbers of all lines that come now, "?" for what is no line, gaps in brackets.
  Texts read() {
    Texts texts;
    for (int steps = 0; steps < 100'000; ++steps) {
      LogStep step = reader->next();
      if (std::holds_alternative<NoMoreNow>(step)) return texts;
      if (const auto* sourced = std::get_if<SourcedLine>(&step)) tell(*sourced, texts);
    }
    FAIL("it never ends");
    return texts;
  }
  void tell(const SourcedLine& sourced, Texts& texts) {
    if (sourced.gap) {
      texts.push_back("[" + sourced.gap->reason + "]");
      gap = *sourced.gap;
    }
    texts.push_back(sourced.line ? std::string(sourced.line->message.substr(5)) : "?");
    position.set_source(std::string(reader->name()));
    position.set_instance(std::string(sourced.instance));
    position.set_offset(sourced.offset);
    if (sourced.line) position.set_at_unix_ns(to_unix_ns(sourced.line->time));
    positions.push_back(position);
  }

  picket::test::LocalZone zone{"UTC"};
  picket::test::ManualClock clock{at("2026-11-20T23:00:00Z")};
  std::unique_ptr<LogFile> reader;
  v1::LogPosition position;  // of the last line
  std::vector<v1::LogPosition> positions;
  LogGap gap;

 private:
  picket::test::TemporaryFolder folder_;
};

inline Texts numbers(int first, int last) {
  Texts texts;
  for (int number = first; number <= last; ++number) texts.push_back(std::to_string(number));
  return texts;
}

inline const std::string kTruncated =
    "[the log was truncated in place; lines of that moment may be lost]";
inline const std::string kGone = "[the file that was read until then is gone]";

inline Texts with_gap(const std::string& gap, Texts texts) {
  texts.insert(texts.begin(), gap);
  return texts;
}

}  // namespace picket::node::test
