// Which requests are carried out, and what becomes of commands while agents come and go.
#include "node/executor/executor.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "common/limits.h"
#include "common/since_boot.h"
#include "tests/node/executor/executor_rig.h"
#include "tests/support/catch.h"
#include "tests/support/sanitized.h"

namespace picket::node {
namespace {

using test::ExecutorRig;
using End = v1::ExecutionEnd;

bool possible() { return test::TrustedFolder::possible(); }

constexpr const char* kPrintf = R"([commands.say]
argv = ["/usr/bin/printf", "{word}"]
user = "nobody"
[commands.say.parameters.word]
pattern = "[a-z]+"
default = "hello"
)";

std::string say_file(const test::TrustedFolder& folder) { return folder / "commands.toml"; }

}  // namespace

TEST_CASE("a new agent hears who the executor is, then what may be run") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  rig.write_allowlist(ExecutorRig::shell("x", "true"));
  REQUIRE(rig.messages.size() == 2);
  CHECK(rig.messages[0].hello().instance_id() == "here");
  CHECK(rig.commands().rows(0).label() == "say");
  CHECK(rig.commands().errors().empty());
}

TEST_CASE("parameters reach the program, by default too") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  const std::string given = rig.run("say", {{"word", "bye"}});
  CHECK(rig.end(given).kind() == End::KIND_EXITED);
  CHECK(rig.output(given) == "bye");
  const std::string by_default = rig.run("say");
  CHECK(rig.end(by_default).code() == 0);
  CHECK(rig.output(by_default) == "hello");
}

TEST_CASE("each reason to refuse has its name") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  const auto refusal = [&](const std::string& label, const ExecutorRig::Arguments& arguments) {
    const End end = rig.end(rig.run(label, arguments));
    CHECK(end.kind() == End::KIND_REFUSED);
    CHECK_FALSE(end.reason().empty());
    return end.refusal();
  };
  CHECK(refusal("none", {}) == v1::COMMAND_REFUSAL_NO_SUCH_LABEL);
  CHECK(refusal("say ", {}) == v1::COMMAND_REFUSAL_NO_SUCH_LABEL);
  CHECK(refusal("say", {{"word", "a b"}}) == v1::COMMAND_REFUSAL_BAD_PARAMETER);
  CHECK(refusal("say", {{"other", "a"}}) == v1::COMMAND_REFUSAL_BAD_PARAMETER);
  CHECK(refusal("say", {{"word", "a"}, {"word", "b"}}) == v1::COMMAND_REFUSAL_BAD_PARAMETER);
  rig.write_allowlist("[commands.x]\n");
  CHECK(refusal("say", {}) == v1::COMMAND_REFUSAL_NO_ALLOWLIST);
  REQUIRE(::unlink(say_file(rig.folder).c_str()) == 0);
  CHECK(refusal("say", {}) == v1::COMMAND_REFUSAL_NO_ALLOWLIST);
  CHECK(rig.executor->running() == 0);
}

TEST_CASE("T10: whatever a hub that was taken over asks for, only what the allowlist has is run") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  const std::vector<std::string> labels = {"",
                                           "say ",
                                           " say",
                                           "SAY",
                                           "say/..",
                                           "../say",
                                           "/bin/sh",
                                           "sh -c id",
                                           "say\n",
                                           std::string("say\0x", 5),
                                           "commands.say",
                                           "[say]",
                                           "*",
                                           "say;id",
                                           "$(id)",
                                           "saу"};
  const std::vector<std::string> names = {"",        "argv",  "user",    "cwd",  "env",
                                          "program", "word ", "timeout", "WORD", "LD_PRELOAD"};
  int number = 0;
  for (const auto& label : labels) {
    const std::string id = "label" + std::to_string(++number);
    rig.run_as(id, label);
    CHECK(rig.end(id).refusal() == v1::COMMAND_REFUSAL_NO_SUCH_LABEL);
  }
  for (const auto& name : names) {
    const std::string id = "name" + std::to_string(++number);
    rig.run_as(id, "say", {{name, "/bin/sh"}});
    CHECK(rig.end(id).refusal() == v1::COMMAND_REFUSAL_BAD_PARAMETER);
  }
  // What this version doesn't know, argv and user of one that never was, changes nothing.
  v1::AgentToExecutor message;
  message.mutable_run()->set_id("unknown");
  message.mutable_run()->set_instance_id("here");
  message.mutable_run()->set_label("say");
  message.mutable_run()->set_credit_bytes(100);
  std::string bytes = message.run().SerializeAsString();
  for (int field = 20; field < 40; ++field) {
    const int key = (field << 3) | 2;
    bytes += {static_cast<char>((key & 0x7f) | 0x80), static_cast<char>(key >> 7)};
    bytes += std::string("\x07/bin/sh");
  }
  REQUIRE(message.mutable_run()->ParseFromString(bytes));
  REQUIRE(rig.executor->take(message));
  CHECK(rig.end("unknown").kind() == End::KIND_EXITED);
  CHECK(rig.output("unknown") == "hello");
}

TEST_CASE("T9: an id runs once, and what was meant for an executor before this one doesn't") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  rig.run_as("one", "say");
  CHECK(rig.end("one").kind() == End::KIND_EXITED);
  rig.run_as("one", "say");
  CHECK(rig.end("one").refusal() == v1::COMMAND_REFUSAL_SEEN);
  rig.run_as("two", "say", {}, 100, "there");
  CHECK(rig.end("two").refusal() == v1::COMMAND_REFUSAL_STALE);
  rig.run_as("two", "say");  // which has not run
  CHECK(rig.end("two").kind() == End::KIND_REFUSED);
  CHECK(rig.output("one") == "hello");
}

TEST_CASE("what is read too late is not started") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  const auto run = [&](const std::string& id, Nanoseconds start_by) {
    v1::AgentToExecutor message;
    v1::RunCommand& command = *message.mutable_run();
    command.set_id(id);
    command.set_instance_id("here");
    command.set_label("say");
    command.set_credit_bytes(100);
    command.set_start_by_boot_ns(static_cast<uint64_t>(start_by.count()));
    REQUIRE(rig.executor->take(message));
    return rig.end(id);
  };
  CHECK(run("one", since_boot() - Milliseconds(1)).refusal() == v1::COMMAND_REFUSAL_STALE);
  CHECK(run("two", since_boot() + Seconds(60)).kind() == End::KIND_EXITED);
  CHECK(rig.output("one").empty());
  // What comes in time, and is prepared for too long.
  rig.clock.advance(-Seconds(60));
  const End late = run("three", since_boot() - Seconds(1));
  CHECK(late.refusal() == v1::COMMAND_REFUSAL_STALE);
  CHECK(late.reason() == "it was too late to start it: it was long on its way");
  CHECK(rig.output("three").empty());
}

TEST_CASE("a command that has ended leaves its place to the next, whoever reads its output") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("one", "head -c 1000 /dev/zero", "concurrency = 1"));
  const std::string unread = rig.run("one", {}, 10);
  std::string next;
  CHECK(rig.until([&] {
    next = rig.run("one");
    return rig.ends_of(next) == 0;
  }));
  CHECK(rig.end(next).kind() == End::KIND_EXITED);
  CHECK(rig.ends_of(unread) == 0);
  rig.credit(unread, 1000);
  CHECK(rig.end(unread).kind() == End::KIND_EXITED);
}

TEST_CASE("an id that is none ends the link") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  v1::AgentToExecutor message;
  message.mutable_run()->set_instance_id("here");
  CHECK_FALSE(rig.executor->take(message));
  message.mutable_run()->set_id(std::string(limits::kExecutionIdBytesMax + 1, 'x'));
  CHECK_FALSE(rig.executor->take(message));
  message.mutable_run()->set_id(std::string(limits::kExecutionIdBytesMax, 'x'));
  CHECK(rig.executor->take(message));
}

TEST_CASE("a label runs as often at once as it says, and all together as often as may") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("one", "echo up; sleep 60") +
                  ExecutorRig::shell("many", "sleep 60", "concurrency = 32") +
                  ExecutorRig::shell("more", "sleep 60", "concurrency = 32"));
  const std::string first = rig.run("one");
  CHECK(rig.end(rig.run("one")).refusal() == v1::COMMAND_REFUSAL_BUSY);
  REQUIRE(rig.wait_for_output(first, "up"));
  rig.cancel(first);
  CHECK(rig.end(first).kind() == End::KIND_CANCELLED);
  std::vector<std::string> ids = {rig.run("one")};
  for (int i = 0; i < 32; ++i) ids.push_back(rig.run("many"));
  CHECK(rig.end(rig.run("many")).refusal() == v1::COMMAND_REFUSAL_BUSY);
  for (int i = 0; i < 31; ++i) ids.push_back(rig.run("more"));
  CHECK(rig.executor->running() == limits::kCommandsRunningMax);
  CHECK(rig.end(rig.run("more")).refusal() == v1::COMMAND_REFUSAL_BUSY);
  for (const auto& id : ids) rig.cancel(id);
  for (const auto& id : ids) CHECK(rig.end(id).kind() == End::KIND_CANCELLED);
  CHECK(rig.executor->running() == 0);
}

TEST_CASE("what can't be started says why, and was not run") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig("[commands.x]\nargv = [\"/bin/true\"]\nuser = \"root\"\ncwd = \"/none\"\n");
  const End end = rig.end(rig.run("x"));
  CHECK(end.refusal() == v1::COMMAND_REFUSAL_NOT_STARTED);
  CHECK(end.reason() == "can't go to /none: No such file or directory");
  test::write(rig.folder / "broken", "#!/none/interpreter\n");
  REQUIRE(::chmod((rig.folder / "broken").c_str(), 0755) == 0);
  rig.write_allowlist("[commands.y]\nargv = [\"%/broken\"]\nuser = \"root\"\n");
  CHECK(rig.end(rig.run("y")).refusal() == v1::COMMAND_REFUSAL_NOT_STARTED);
  test::write(rig.folder / "private", "#!/bin/sh\n");
  REQUIRE(::chmod((rig.folder / "private").c_str(), 0700) == 0);
  rig.write_allowlist("[commands.z]\nargv = [\"%/private\"]\nuser = \"nobody\"\n");
  CHECK(rig.end(rig.run("z")).reason().find("Permission denied") != std::string::npos);
}

TEST_CASE("a change of the allowlist counts at once, and is told") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  rig.write_allowlist(ExecutorRig::shell("other", "true"));
  REQUIRE(rig.until([&] {
    return rig.commands().rows_size() == 1 && rig.commands().rows(0).label() == "other";
  }));
  CHECK(rig.end(rig.run("say")).refusal() == v1::COMMAND_REFUSAL_NO_SUCH_LABEL);
  CHECK(rig.end(rig.run("other")).kind() == End::KIND_EXITED);
  REQUIRE(::chmod(say_file(rig.folder).c_str(), 0666) == 0);
  REQUIRE(rig.until([&] { return rig.commands().errors_size() == 1; }));
  CHECK(rig.commands().rows().empty());
  CHECK(rig.commands().errors(0).find("chmod go-w") != std::string::npos);
  CHECK(rig.end(rig.run("other")).refusal() == v1::COMMAND_REFUSAL_NO_ALLOWLIST);
  REQUIRE(::chmod(say_file(rig.folder).c_str(), 0644) == 0);
  CHECK(rig.end(rig.run("other")).kind() == End::KIND_EXITED);
}

TEST_CASE("a folder above the allowlist that others may write is seen at the next run") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(kPrintf);
  REQUIRE(::chmod(rig.folder.path().c_str(), 0777) == 0);
  CHECK(rig.end(rig.run("say")).refusal() == v1::COMMAND_REFUSAL_NO_ALLOWLIST);
  REQUIRE(::chmod(rig.folder.path().c_str(), 0755) == 0);
  CHECK(rig.end(rig.run("say")).kind() == End::KIND_EXITED);
}

TEST_CASE("an agent that goes takes its commands along, but those that are to continue") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("stay", "echo before; sleep 0.4; echo after; exit 5",
                                     "on_disconnect = \"continue\"") +
                  ExecutorRig::shell("go", "echo up; sleep 60"));
  const std::string stay = rig.run("stay");
  const std::string go = rig.run("go");
  REQUIRE((rig.wait_for_output(stay, "before") && rig.wait_for_output(go, "up")));
  rig.executor->leave();
  rig.messages.clear();
  REQUIRE(rig.until([&] { return rig.executor->running() == 0; }));
  CHECK(rig.messages.empty());
  rig.executor->join(rig);
  REQUIRE(rig.messages.size() == 4);
  CHECK(rig.messages[2].running().id() == stay);
  CHECK(rig.messages[2].running().label() == "stay");
  CHECK(rig.messages[3].running().id() == go);
  CHECK(rig.end(go).kind() == End::KIND_CANCELLED);
  for (int i = 0; i < 3; ++i) rig.turn();
  CHECK(rig.ends_of(stay) == 0);  // its output waits for credit
  rig.credit(stay, 100);
  CHECK(rig.end(stay).code() == 5);
  CHECK(rig.output(stay) == "after\n");
}

TEST_CASE("without an agent the newest 64 KiB are kept, and the rest is counted") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "echo up; sleep 0.2; head -c 500000 /dev/zero; echo end",
                                     "on_disconnect = \"continue\""));
  const std::string id = rig.run("x");
  REQUIRE(rig.wait_for_output(id, "up"));
  rig.executor->leave();
  rig.messages.clear();
  REQUIRE(rig.until([&] { return rig.executor->running() == 0; }));
  rig.executor->join(rig);
  rig.credit(id, ExecutorRig::kPlenty);
  CHECK(rig.end(id).stdout_bytes() == 500'000 + 3 + 4);
  CHECK(rig.output(id).size() == limits::kOutputKeptBytesMax);
  CHECK(rig.output(id).ends_with("end\n"));
  uint64_t missed = 0;
  for (const auto& message : rig.messages)
    missed += message.output().missed_bytes() + message.ended().missed_bytes();
  CHECK(missed == 500'004 - limits::kOutputKeptBytesMax);
}

TEST_CASE("a cancel of what is over drops the output that nobody gave credit for") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "echo lost"));
  const std::string id = rig.run("x", {}, 0);
  const auto later = rig.clock.steady() + Milliseconds(300);
  REQUIRE(rig.until([&] { return rig.clock.steady() > later; }));
  CHECK(rig.ends_of(id) == 0);
  rig.cancel(id);
  const End end = rig.end(id);
  CHECK(end.kind() == End::KIND_EXITED);
  CHECK(end.stdout_bytes() == 5);
  CHECK(end.dropped_bytes() == 5);
  CHECK(rig.output(id).empty());
}

TEST_CASE("an executor that stops ends what runs and starts nothing more") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "echo up; sleep 60", "on_disconnect = \"continue\""));
  const std::string id = rig.run("x");
  REQUIRE(rig.wait_for_output(id, "up"));
  rig.executor->stop();
  CHECK(rig.end(id).kind() == End::KIND_CANCELLED);
  CHECK(rig.end(rig.run("x")).refusal() == v1::COMMAND_REFUSAL_STALE);
}

TEST_CASE("a flood without credit costs no memory") {
  if (!possible()) PICKET_SKIP("needs root");
  ExecutorRig rig(ExecutorRig::shell("x", "exec head -c 10G /dev/zero",
                                     "timeout = \"never\"\nmax_output = \"1TiB\""));
  const auto resident_kib = [] {
    std::ifstream statm("/proc/self/statm");
    long pages = 0;
    statm >> pages >> pages;
    return pages * 4;
  };
  const std::string id = rig.run("x", {}, 100'000);
  REQUIRE(rig.until([&] { return rig.output(id).size() == 100'000; }));
  const long before = resident_kib();
  for (int i = 0; i < 50; ++i) rig.turn();
  CHECK((test::kSanitized || resident_kib() - before < 1024));
  CHECK(rig.output(id).size() == 100'000);
  rig.cancel(id);
  REQUIRE(rig.until([&] {
    rig.credit(id, limits::kOutputCreditMax);  // it may write until the signal reaches it
    return rig.ends_of(id) > 0;
  }));
  CHECK(rig.end(id).kind() == End::KIND_CANCELLED);
}

}  // namespace picket::node
