// `picket run` without a hub: its options, its output, its exit status, and in which order nodes
// get their turn.
#include <fcntl.h>

#include <string>
#include <vector>

#include "client/cli/execution_words.h"
#include "client/cli/run_options.h"
#include "client/cli/run_output.h"
#include "common/limits.h"
#include "common/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/hostile_text.h"
#include "tests/support/temporary_folder.h"

namespace picket::cli {
namespace {

struct Written {
  std::string out() const { return test::read(folder / "out"); }
  std::string err() const { return test::read(folder / "err"); }
  UniqueFd open(const std::string& name) const {
    return UniqueFd(
        ::open((folder / name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }
  test::TemporaryFolder folder;
  UniqueFd out_file = open("out");
  UniqueFd err_file = open("err");
  Output out_{out_file.get()};
  Output err_{err_file.get()};
};

v1::ExecutionOutput piece(const std::string& data, bool err = false, uint64_t missed = 0) {
  v1::ExecutionOutput output;
  output.set_stream(err ? v1::ExecutionOutput::STREAM_STDERR : v1::ExecutionOutput::STREAM_STDOUT);
  output.set_data(data);
  output.set_missed_bytes(missed);
  return output;
}

v1::ExecutionEnd end(v1::ExecutionEnd::Kind kind, uint32_t code = 0) {
  v1::ExecutionEnd end;
  end.set_kind(kind);
  end.set_code(code);
  return end;
}

}  // namespace

TEST_CASE("the exit status of a run says what a shell expects") {
  CHECK(exit_status(end(v1::ExecutionEnd::KIND_EXITED, 0)) == 0);
  CHECK(exit_status(end(v1::ExecutionEnd::KIND_EXITED, 255)) == 255);
  CHECK(exit_status(end(v1::ExecutionEnd::KIND_SIGNALED, 9)) == 137);
  CHECK(exit_status(end(v1::ExecutionEnd::KIND_TIMED_OUT)) == 124);
  CHECK(exit_status(end(v1::ExecutionEnd::KIND_CANCELLED)) == 130);
  CHECK(exit_status(end(v1::ExecutionEnd::KIND_LOST)) == 125);
  CHECK(exit_status(end(v1::ExecutionEnd::KIND_REFUSED)) == 126);
  v1::ExecutionEnd unknown = end(v1::ExecutionEnd::KIND_REFUSED);
  unknown.set_refusal(v1::COMMAND_REFUSAL_NO_SUCH_LABEL);
  CHECK(exit_status(unknown) == 127);
  CHECK(exit_status(v1::ExecutionEnd()) == 125);
  CHECK(exit_status(client::Failure{client::Failure::Kind::kNotPermitted, ""}) == 126);
  CHECK(exit_status(client::Failure{client::Failure::Kind::kUnreachable, ""}) == 125);
  CHECK(exit_status(client::Failure{client::Failure::Kind::kNoSuchNode, ""}) == 125);
}

TEST_CASE("parameters are the words behind the label, split at their first equals sign") {
  RunOptions options;
  options.label = "restart";
  options.arguments = {"service=nginx", "flags=a=b", "empty="};
  options.timeout = "90s";
  options.wait = "2s";
  const auto run = run_of(options);
  REQUIRE(run);
  REQUIRE(run->arguments_size() == 3);
  CHECK(run->arguments(1).name() == "flags");
  CHECK(run->arguments(1).value() == "a=b");
  CHECK(run->arguments(2).value().empty());
  CHECK(run->timeout_ms() == 90'000);
  CHECK(run->start_within_ms() == 2'000);
  for (const char* word : {"nginx", "=nginx", ""}) {
    options.arguments = {word};
    CHECK_FALSE(run_of(options));
  }
  options.arguments.clear();
  options.timeout = "soon";
  CHECK(run_of(options).error().starts_with("--timeout: "));
  options.timeout = "0s";
  CHECK_FALSE(run_of(options));
}

TEST_CASE("one node's output is its bytes, each stream to its own") {
  Written written;
  PlainOutput output(written.out_, written.err_, false);
  output.add("web1", piece(std::string("a\0\xff\x1b[31m", 8)));
  output.add("web1", piece("oops\n", true));
  output.add("web1", piece("b", false, 17));
  output.end("web1");
  CHECK(written.out() == std::string("a\0\xff\x1b[31m", 8) + "b");
  CHECK(written.err() == "oops\npicket: [17 bytes of output are missing here]\n");
}

TEST_CASE("many nodes' output is whole lines, each under its node's name and harmless") {
  Written written;
  PrefixedOutput output(written.out_, written.err_, {"web1", "database"});
  output.add("web1", piece("one\ntw"));
  output.add("database", piece("x\x1b[2J\ty\r\n"));
  output.add("web1", piece("o\nthree"));
  output.add("web1", piece("bad\n", true));
  output.end("web1");
  output.end("database");
  CHECK(written.out() ==
        "web1:     one\ndatabase: x\\x1b[2J\ty\\r\nweb1:     two\nweb1:     three\n");
  CHECK(written.err() == "web1:     bad\n");
}

TEST_CASE("output that is the same is shown once, with its nodes' names") {
  Written written;
  GroupedOutput output(written.out_);
  output.add("web1", piece("up\n"));
  output.add("web3", piece("down"));
  output.add("web2", piece("u"));
  output.add("web2", piece("p\n"));
  output.finish();
  CHECK(written.out() == "--- web3 (1)\ndown\n--- web1, web2 (2)\nup\n");
}

TEST_CASE("no command's output reaches a terminal as anything but text") {
  for (const std::string& text : test::hostile_texts()) {
    for (const char c : escape_output_line(text)) {
      const auto byte = static_cast<unsigned char>(c);
      CHECK((byte == '\t' || (byte >= 0x20 && byte != 0x7f)));
    }
  }
}

TEST_CASE("lines are cut out of any pieces, and one without an end is cut where it gets too long") {
  LineCutter cutter;
  CHECK(cutter.add("a").empty());
  CHECK(cutter.add("b\n\nc") == std::vector<std::string>{"ab", ""});
  CHECK(cutter.rest() == "c");
  CHECK(cutter.rest().empty());
  const auto lines = cutter.add(std::string(2 * limits::kOutputLineBytesMax + 5, 'x'));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() == limits::kOutputLineBytesMax);
  CHECK(cutter.rest() == "xxxxx");
}

}  // namespace picket::cli
