#include "node/collectors/key_namer.h"

#include <unistd.h>

#include <asio/io_context.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "common/limits.h"
#include "picket/v1/node_processes.pb.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"
#include "tests/support/manual_clock.h"
#include "tests/support/side_peer.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

using Names = std::vector<std::string>;

class FakeNamer : public test::SidePeer<v1::AgentToKeyNamer> {
 public:
  using SidePeer::SidePeer;
  void answer(uint64_t id, const std::string& name) const {
    v1::KeyNamerToAgent message;
    message.mutable_named()->set_id(id);
    message.mutable_named()->set_name(name);
    send(encode_frame(message));
  }
};

struct Fixture {
  void ask(const std::string& user) {
    namer.ask(user, "SHA256:x", [this](const std::optional<std::string>& name) {
      told.push_back(name.value_or("none"));
    });
  }
  FakeNamer accept() const {
    return FakeNamer(UniqueFd(::accept(listener.get(), nullptr, nullptr)));
  }
  bool tells(const Names& names) {
    return test::run_until(loop, [&] { return told.size() >= names.size(); }) && told == names;
  }

  test::TemporaryFolder folder;
  UniqueFd listener = test::listen_at(folder / "keys.sock");
  asio::io_context loop;
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  Names told;
  KeyNamer namer{loop, clock, {.socket = folder / "keys.sock"}};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "each who asks for a key's name gets its own answer, in any order") {
  ask("alice");
  FakeNamer far = accept();
  CHECK(far.next().name().user() == "alice");
  ask("bob");
  const auto second = far.next().name();
  CHECK(second.user() == "bob");
  CHECK(second.fingerprint() == "SHA256:x");
  far.answer(second.id(), "bob's key");
  far.answer(second.id() - 1, "");
  CHECK(tells({"bob's key", "none"}));
}

TEST_CASE_METHOD(Fixture, "a process that has ended leaves no answer open, and is found again") {
  ask("alice");
  FakeNamer far = accept();
  (void)far.next();
  far.close();
  CHECK(tells({"none"}));
  ask("bob");  // not at once: one that always ends is not started ever again
  CHECK(tells({"none", "none"}));
  clock.advance(limits::kSideReconnect);
  ask("carol");
  CHECK(accept().next().name().user() == "carol");
}

TEST_CASE_METHOD(Fixture, "where there is no such process it is looked for once in a while") {
  REQUIRE(::unlink((folder / "keys.sock").c_str()) == 0);
  ask("alice");
  CHECK(told.empty());  // not from within the question
  CHECK(tells({"none"}));
  listener = test::listen_at(folder / "keys.sock");
  clock.advance(limits::kSideRetry - 1ms);
  ask("bob");
  CHECK(tells({"none", "none"}));
  clock.advance(1ms);
  ask("carol");
  CHECK(accept().next().name().user() == "carol");
}

TEST_CASE_METHOD(Fixture, "a process that hangs holds up one login, not each that follows") {
  ask("alice");
  FakeNamer far = accept();
  const uint64_t first = far.next().name().id();
  clock.advance(250ms);
  ask("bob");
  CHECK(tells({"none"}));
  far.answer(first, "late");
  CHECK(tells({"none", "late"}));
  ask("carol");
  CHECK(far.next().name().user() == "carol");
}

TEST_CASE_METHOD(Fixture, "a process that says what it was not asked is given up") {
  for (const bool is_known : {false, true}) {
    told.clear();
    ask("alice");
    FakeNamer far = accept();
    const uint64_t id = far.next().name().id();
    far.answer(is_known ? id : id + 1, std::string(limits::kKeyNameBytesMax + 1, 'x'));
    CHECK(tells({"none"}));
    clock.advance(limits::kSideReconnect);
  }
}

}  // namespace picket::node
