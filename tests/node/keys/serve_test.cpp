// The loop of the process that names keys, with an agent that the test plays.
#include "node/keys/serve.h"

#include <sys/socket.h>

#include <string>
#include <thread>

#include "common/frame.h"
#include "picket/v1/node_processes.pb.h"
#include "tests/support/catch.h"
#include "tests/support/side_peer.h"

namespace picket::node {
namespace {

using FakeAgent = test::SidePeer<v1::KeyNamerToAgent>;

class Served {
 public:
  Served() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    agent = FakeAgent(UniqueFd(ends[0]));
    thread_ = std::thread([socket = UniqueFd(ends[1])] {
      serve_key_names(socket, [](const std::string& user, const std::string& fingerprint) {
        return user == "nobody" ? "" : user + " " + fingerprint;
      });
    });
  }
  Served(const Served&) = delete;
  ~Served() {
    agent.close();
    if (thread_.joinable()) thread_.join();
  }
  void ask(uint64_t id, const std::string& user, const std::string& fingerprint) const {
    v1::AgentToKeyNamer message;
    message.mutable_name()->set_id(id);
    message.mutable_name()->set_user(user);
    message.mutable_name()->set_fingerprint(fingerprint);
    agent.send(encode_frame(message));
  }
  void wait_until_ended() { thread_.join(); }

  FakeAgent agent{UniqueFd()};

 private:
  std::thread thread_;
};

}  // namespace

TEST_CASE("questions for names of keys are answered one after the other") {
  Served served;
  served.ask(7, "alice", "SHA256:a");
  served.ask(8, "nobody", "SHA256:b");
  const auto first = served.agent.next().named();
  CHECK(first.id() == 7);
  CHECK(first.name() == "alice SHA256:a");
  const auto second = served.agent.next().named();
  CHECK(second.id() == 8);
  CHECK(second.name().empty());
}

TEST_CASE("an agent that says what it should not is not served on") {
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff"), std::string("\0\0\0\1\xff", 5)}) {
    Served served;
    served.agent.send(bytes);
    served.wait_until_ended();
  }
}

}  // namespace picket::node
