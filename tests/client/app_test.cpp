// Whole runs of the terminal client against a fake hub: output, messages and exit codes.
#include "client/cli/app.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <thread>

#include "client/cli/commands/registry.h"
#include "common/audit_line.h"
#include "common/system_clock.h"
#include "tests/client/fake_hub.h"
#include "tests/client/samples.h"
#include "tests/support/catch.h"

namespace picket::cli {
namespace {

using client::FakeHub;
namespace samples = client::samples;

/// A fake hub on a thread of its own: run() has its own loop.
class HubThread {
 public:
  explicit HubThread(std::function<void(FakeHub::Connection&, const v1::ClientToHub&)> on_request)
      : hub_(io_, folder_ / "hub.sock") {
    hub_.on_request = std::move(on_request);
    thread_ = std::thread([this] { io_.run(); });
  }
  HubThread(const HubThread&) = delete;
  HubThread& operator=(const HubThread&) = delete;
  ~HubThread() {
    io_.stop();
    thread_.join();
  }
  std::string socket() const { return folder_ / "hub.sock"; }

 private:
  client::TemporaryFolder folder_;
  asio::io_context io_{1};
  FakeHub hub_;
  std::thread thread_;
};

class Captured {
 public:
  Captured() : file_(memfd_create("output", MFD_CLOEXEC)) {}
  int descriptor() const { return file_.get(); }
  std::string text() const {
    std::string text(static_cast<std::size_t>(lseek(file_.get(), 0, SEEK_END)), '\0');
    REQUIRE(pread(file_.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    return text;
  }

 private:
  UniqueFd file_;
};

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

Ran run_with(std::vector<std::string> arguments,
             const std::string& socket = "/nonexistent/hub.sock") {
  const Captured out;
  const Captured err;
  Environment environment;
  environment.picket_socket = socket.c_str();
  environment.out = out.descriptor();
  environment.err = err.descriptor();
  const ExitCode code = run(arguments, environment, SystemClock());
  return {code, out.text(), err.text()};
}

void send_node(FakeHub::Connection& connection, const v1::ClientToHub& request) {
  v1::HubToClient frame;
  frame.set_request_id(request.request_id());
  *frame.mutable_node() = samples::node("web1", samples::ok_health(), 0);
  connection.send(frame);
  connection.end(request);
}

v1::HubToClient update_frame(const v1::Update& update) {
  v1::HubToClient frame;
  *frame.mutable_update() = update;
  return frame;
}

}  // namespace

TEST_CASE("the verbs are sorted and each has a summary and examples") {
  std::string_view previous;
  for (const Command& command : commands()) {
    CHECK(previous < command.verb);
    CHECK_FALSE(command.summary.empty());
    CHECK_FALSE(command.examples.empty());
    previous = command.verb;
    const Ran help = run_with({std::string(command.verb), "--help"});
    CHECK(help.code == ExitCode::kDone);
    CHECK(help.out.find("Examples:") != std::string::npos);
    CHECK(run_with({"help", std::string(command.verb)}).out == help.out);
  }
}

TEST_CASE("SM1: usage goes to stdout when asked for, and to stderr with exit code 2 when not") {
  const Ran help = run_with({"help"});
  CHECK(help.code == ExitCode::kDone);
  CHECK(help.out.find("Usage: picket") != std::string::npos);
  const Ran nothing = run_with({});
  CHECK(nothing.code == ExitCode::kUsage);
  CHECK(nothing.err == help.out);
  CHECK(run_with({"--version"}).out.find("picket ") == 0);
}

TEST_CASE("a command line that can't be understood is exit code 2, with advice") {
  const Ran verb = run_with({"wacth"});
  CHECK(verb.code == ExitCode::kUsage);
  CHECK(verb.err.find("unknown verb \"wacth\", did you mean \"watch\"?") != std::string::npos);
  CHECK(run_with({"nodes", "--jsno"}).code == ExitCode::kUsage);
  CHECK(run_with({"watch", "--knid", "x"}).err.find("did you mean \"--kind\"?") !=
        std::string::npos);
  CHECK(run_with({"token", "create", "--name", "x", "--vaild", "1d"})
            .err.find("did you mean \"--valid\"?") != std::string::npos);
  CHECK(run_with({"token", "create", "--help"}).out.find("Examples:") != std::string::npos);
  CHECK(run_with({"show"}).code == ExitCode::kUsage);
  CHECK(run_with({"token"}).code == ExitCode::kUsage);
  CHECK(run_with({"token", "create"}).code == ExitCode::kUsage);
  CHECK(run_with({"token", "create", "--name", "web{1..1001}"}).code == ExitCode::kUsage);
  CHECK(run_with({"token", "create", "--name", "web{1..1000}", "--name", "x"}).code ==
        ExitCode::kUsage);
  CHECK(run_with({"token", "create", "--name", "web1", "--valid", "soon"}).code ==
        ExitCode::kUsage);
  CHECK(run_with({"token", "create", "--name", "web1", "--valid", "0s"}).code == ExitCode::kUsage);
  CHECK(run_with({"watch", "--since", "yesterday"}).code == ExitCode::kUsage);
  CHECK(run_with({"--color", "pink", "nodes"}).code == ExitCode::kUsage);
}

TEST_CASE("without a hub every verb is exit code 4 and names the socket") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"audit"},
                                             {"nodes"},
                                             {"show", "web1"},
                                             {"status"},
                                             {"watch"},
                                             {"token", "list"},
                                             {"node", "revoke", "web1"}}) {
    const Ran ran = run_with(arguments);
    CHECK(ran.code == ExitCode::kHubUnreachable);
    CHECK(ran.err.find("there is no socket /nonexistent/hub.sock") != std::string::npos);
    CHECK(ran.out.empty());
  }
}

TEST_CASE("the hub's errors are exit codes") {
  const std::vector<std::pair<v1::Error::Code, ExitCode>> cases = {
      {v1::Error::CODE_NO_SUCH_NODE, ExitCode::kNoSuchNode},
      {v1::Error::CODE_NOT_PERMITTED, ExitCode::kNotPermitted},
      {v1::Error::CODE_INTERNAL, ExitCode::kFailed},
  };
  for (const auto& [code, expected] : cases) {
    const HubThread hub(
        [error = code](FakeHub::Connection& connection, const v1::ClientToHub& request) {
          connection.fail(request, error, "because\x1b[2J");
        });
    const Ran ran = run_with({"nodes"}, hub.socket());
    CHECK(ran.code == expected);
    CHECK(ran.err == "picket: because\\x1b[2J\n");
    CHECK(run_with({"watch"}, hub.socket()).code == expected);
  }
}

TEST_CASE(
    "nodes and show print what the hub says, as a table or as JSON, with options on either side") {
  const HubThread hub(send_node);
  CHECK(run_with({"nodes"}, hub.socket()).out.find("NODE  STATE") == 0);
  CHECK(run_with({"nodes", "--json"}, hub.socket()).out.find("{\"name\":\"web1\"") == 0);
  CHECK(run_with({"--json", "nodes", "web*", "db1"}, hub.socket()).out.find("{\"name\":") == 0);
  const Ran show = run_with({"show", "web1", "--socket", hub.socket()});
  CHECK(show.code == ExitCode::kDone);
  CHECK(show.out.find("nobody is logged in") != std::string::npos);
  const Ran coloured = run_with({"nodes", "--color=always"}, hub.socket());
  CHECK(coloured.out.find("\x1b[32mconnected\x1b[0m") != std::string::npos);
}

TEST_CASE("selectors that match nothing are told from a hub without nodes") {
  const HubThread hub([](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    connection.end(request);
  });
  for (const std::string verb : {"nodes", "show"}) {
    for (const std::string option : {"--color=never", "--json"}) {
      const Ran ran = run_with({verb, "zz*", "y?\x1b", option}, hub.socket());
      CHECK(ran.code == ExitCode::kDone);
      CHECK(ran.err == "picket: no node matches zz* or y?\\x1b\n");
      CHECK(ran.out.empty());
    }
    CHECK(run_with({verb, "@all"}, hub.socket()).err.empty());
  }
  CHECK(run_with({"nodes"}, hub.socket()).out.find("no nodes yet") == 0);
  CHECK(run_with({"nodes", "@all"}, hub.socket()).out.find("no nodes yet") == 0);
}

TEST_CASE("audit shows what the hub has since a time, as JSON the lines as they are") {
  const std::string line =
      R"({"time":"2026-05-04T03:02:01.500000000Z","seq":1,"actor":"uid 0","action":"node.revoke",)"
      R"("object":"web1","allowed":true,"outcome":"\u001b","details":{},"previous":"","hash":""})";
  const HubThread hub([&](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    const int64_t since = request.list_audit().since_unix_ns();
    for (const std::string& text : {line, std::string("forged \x1b[2J")}) {
      v1::HubToClient frame;
      frame.set_request_id(request.request_id());
      frame.mutable_audit_line()->set_line(text);
      if (since < 1'000'000'000'000'000'000) connection.send(frame);
    }
    connection.end(request);
  });
  CHECK(run_with({"audit", "--json"}, hub.socket()).out == line + "\nforged \\x1b[2J\n");
  const Ran ran = run_with({"audit"}, hub.socket());
  CHECK(ran.code == ExitCode::kDone);
  CHECK(
      ran.out.find("uid 0         node.revoke     web1: \\x1b\nNOT A RECORD: forged \\x1b[2J\n") !=
      std::string::npos);
  CHECK(run_with({"audit", "--since", "7d"}, hub.socket()).out.empty());
  CHECK(run_with({"audit", "--since", "soon"}, hub.socket()).code == ExitCode::kUsage);
}

TEST_CASE("audit verify checks files without a hub, and names the first bad line") {
  const client::TemporaryFolder folder;
  const std::string path = folder / "audit.jsonl";
  std::string line = begin_audit_line(from_unix_ns(samples::kNowUnixNs), 1);
  end_audit_line(line, Sha256{});
  test::write(path, line + "\n");
  const Ran good = run_with({"audit", "verify", path});
  CHECK(good.code == ExitCode::kDone);
  CHECK(good.out ==
        "1 record in 1 file, the chain is whole.\nLast hash: " + to_hex(sha256(line)) + "\n");
  CHECK(run_with({"audit", "verify", path, "--json"}).out ==
        "{\"records\":1,\"files\":1,\"first_seq\":1,\"last_hash\":\"" + to_hex(sha256(line)) +
            "\"}\n");
  test::write(path, line + "\n" + line + "\n");
  const Ran bad = run_with({"audit", "verify", path});
  CHECK(bad.code == ExitCode::kFailed);
  CHECK(bad.err.find(path + ", line 2: does not follow") != std::string::npos);
  CHECK(run_with({"audit", "verify", folder / "none"}).code == ExitCode::kFailed);
  CHECK(run_with({"audit", "--since", "1d", "verify", path}).code == ExitCode::kUsage);
}

TEST_CASE("token create sends every name, and prints what to paste on each node") {
  const HubThread hub([](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    const auto& create = request.create_tokens();
    if (create.valid_ms() != 7'200'000 || !create.replace()) std::abort();
    for (const std::string& name : create.nodes()) {
      v1::HubToClient frame;
      frame.set_request_id(request.request_id());
      *frame.mutable_token() = samples::token(name);
      connection.send(frame);
    }
    connection.end(request);
  });
  const Ran ran = run_with(
      {"token", "create", "--name", "web1", "--name", "db{1..3}", "--valid", "2h", "--replace"},
      hub.socket());
  CHECK(ran.code == ExitCode::kDone);
  for (const std::string name : {"web1", "db1", "db2", "db3"}) {
    CHECK(ran.out.find("# " + name + ": ") != std::string::npos);
  }
  CHECK(ran.out.find("\npicket-node join pkt1_EXAMPLE\n") != std::string::npos);
}

TEST_CASE("token create --print-install prints the line that makes a server a node") {
  const HubThread hub([](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    v1::HubToClient frame;
    frame.set_request_id(request.request_id());
    *frame.mutable_token() = samples::token(request.create_tokens().nodes(0));
    connection.send(frame);
    connection.end(request);
  });
  const std::vector<std::string> words = {"token", "create", "--name", "web1", "--print-install"};
  const Ran ran = run_with(words, hub.socket());
  CHECK(ran.code == ExitCode::kDone);
  CHECK(ran.out.find("# web1: for one join until ") == 0);
  const std::string line = ran.out.substr(ran.out.find('\n') + 1);
  CHECK(line == "sudo apt install ./picket-node_" PICKET_VERSION
                "_$(dpkg --print-architecture).deb && sudo picket-node join pkt1_EXAMPLE && "
                "sudo systemctl enable --now picket-node\n");
  const Ran both = run_with({"token", "create", "--name", "web1", "--print-install", "--json"});
  CHECK(both.code == ExitCode::kUsage);
}

TEST_CASE("what was revoked or forgotten is said, in JSON too") {
  const HubThread hub([](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    connection.end(request);
  });
  const auto said = [&](std::vector<std::string> words) {
    return run_with(std::move(words), hub.socket()).out;
  };
  CHECK(said({"node", "revoke", "web1", "--json"}) == "{\"revoke_node\":{\"node\":\"web1\"}}\n");
  CHECK(said({"node", "forget", "web1", "--json"}) == "{\"forget_node\":{\"node\":\"web1\"}}\n");
  CHECK(said({"token", "revoke", "6f0c", "--json"}) == "{\"revoke_token\":{\"id\":\"6f0c\"}}\n");
  CHECK(said({"node", "revoke", "web1"}).find("web1 is revoked; ") == 0);
  CHECK(said({"node", "forget", "web1"}) == "web1 is forgotten\n");
  CHECK(said({"token", "revoke", "6f0c"}) == "the token is revoked\n");
}

TEST_CASE("watch prints events and what was missed, and changes only when asked to") {
  const auto serve = [](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    connection.send(update_frame(samples::change()));
    connection.send(update_frame(samples::node_event("node.connected")));
    v1::HubToClient missed;
    missed.mutable_missed()->set_first_seq(7);
    missed.mutable_missed()->set_last_seq(9);
    connection.send(missed);
    connection.fail(request, v1::Error::CODE_INTERNAL, "that was all");
  };
  const HubThread hub(serve);
  const Ran plain = run_with({"watch"}, hub.socket());
  CHECK(plain.out.find("connected from 192.0.2.11") != std::string::npos);
  CHECK(plain.out.find("missed: the updates from seq 7 to 9") != std::string::npos);
  CHECK(plain.out.find("1 added") == std::string::npos);
  CHECK(run_with({"watch", "--changes"}, hub.socket()).out.find("1 added") != std::string::npos);
  CHECK(run_with({"watch", "--kind", "*"}, hub.socket()).out.find("1 added") != std::string::npos);
  const Ran json = run_with({"watch", "--json", "--since", "30m"}, hub.socket());
  CHECK(json.out.find("{\"update\":{\"seq\":") == 0);
  CHECK(json.out.find("\n{\"missed\":{\"first_seq\":7") != std::string::npos);
}

TEST_CASE("watch says that the hub has gone and is back, and goes on") {
  int connections = 0;
  const HubThread hub([&](FakeHub::Connection& connection, const v1::ClientToHub& request) {
    v1::Update update = samples::node_event("node.connected");
    update.set_seq(static_cast<uint64_t>(++connections));
    connection.send(update_frame(update));
    if (connections == 1) connection.close();
    if (connections == 2 && request.subscribe().after_seq() == 1) {
      connection.fail(request, v1::Error::CODE_INTERNAL, "that was all");
    }
  });
  const Ran ran = run_with({"watch"}, hub.socket());
  CHECK(ran.err ==
        "picket: hub connection lost, waiting\n"
        "picket: hub back, continuing after seq 1\n"
        "picket: that was all\n");
}

TEST_CASE("a reader that has gone ends the client quietly, also while nothing happens") {
  std::signal(SIGPIPE, SIG_IGN);
  const HubThread busy(send_node);
  const HubThread quiet([](FakeHub::Connection&, const v1::ClientToHub&) {});
  for (const auto& [verb, hub] : {std::pair("nodes", &busy), std::pair("watch", &quiet)}) {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    const UniqueFd writing(ends[1]);
    UniqueFd(ends[0]).reset();
    const Captured err;
    Environment environment;
    const std::string socket = hub->socket();
    environment.picket_socket = socket.c_str();
    environment.out = writing.get();
    environment.err = err.descriptor();
    CHECK(run({verb}, environment, SystemClock()) == ExitCode::kDone);
    CHECK(err.text().empty());
  }
}

TEST_CASE("a full disk is said and is exit code 1") {
  const HubThread hub(send_node);
  const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  const Captured err;
  Environment environment;
  const std::string socket = hub.socket();
  environment.picket_socket = socket.c_str();
  environment.out = full.get();
  environment.err = err.descriptor();
  CHECK(run({"nodes"}, environment, SystemClock()) == ExitCode::kFailed);
  CHECK(err.text() == "picket: can't write the output: No space left on device\n");
}

}  // namespace picket::cli
