#include "client/cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <string>

#include "client/cli/output_pump.h"
#include "common/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket::cli {
namespace {

struct Pipe {
  Pipe() {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
  /// So much of it, waiting for it.
  std::string read(std::size_t bytes) const {
    std::string text(bytes, '\0');
    for (std::size_t got = 0; got < bytes;) {
      const ssize_t more = ::read(reader.get(), text.data() + got, bytes - got);
      REQUIRE(more > 0);
      got += static_cast<std::size_t>(more);
    }
    return text;
  }
  UniqueFd reader;
  UniqueFd writer;
};

const std::string kMuch(1'000'000, 'x');

}  // namespace

TEST_CASE("an output that may not wait keeps what a pipe doesn't take, and loses none of it") {
  const Pipe pipe;
  asio::io_context loop;
  Output out(pipe.writer.get());
  {
    OutputPump pump(loop, out);
    out.write(kMuch + "end");
    CHECK(out.kept_bytes() > kMuch.size() / 2);
    CHECK(pump.pump());
    CHECK(loop.poll() == 0);  // nobody reads
    std::size_t got = 0;
    std::string last;
    while (got < kMuch.size()) {
      last = pipe.read(4096);
      got += last.size();
      loop.restart();
      while (loop.poll_one() > 0) pump.pump();
      if (out.kept_bytes() == 0) break;
    }
    CHECK_FALSE(pump.pump());
    last = pipe.read(kMuch.size() + 3 - got);
    CHECK(last.ends_with("xend"));
  }
  CHECK((::fcntl(pipe.writer.get(), F_GETFL) & O_NONBLOCK) == 0);  // others have it open too
}

TEST_CASE("an output that may not wait ends when its reader goes") {
  Pipe pipe;
  asio::io_context loop;
  Output out(pipe.writer.get());
  OutputPump pump(loop, out);
  ::signal(SIGPIPE, SIG_IGN);
  out.write(kMuch);
  CHECK(pump.pump());
  pipe.reader.reset();
  CHECK(loop.run_one_for(std::chrono::seconds(10)) == 1);
  CHECK(out.ended());
  CHECK(out.trouble().empty());
  CHECK(out.kept_bytes() == 0);
}

TEST_CASE("a file takes all at once") {
  const test::TemporaryFolder folder;
  const UniqueFd file(::open((folder / "file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  asio::io_context loop;
  Output out(file.get());
  OutputPump pump(loop, out);
  out.write(kMuch);
  CHECK_FALSE(pump.pump());
  CHECK(test::read(folder / "file") == kMuch);
}

}  // namespace picket::cli
