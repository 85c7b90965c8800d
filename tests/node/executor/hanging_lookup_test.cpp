// What happens when those who know users (LDAP, say) don't answer: they are a function of this
// program's own, which every look-up calls in place of the C library's.
#include <dlfcn.h>
#include <poll.h>
#include <pwd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>

#include "common/limits.h"
#include "node/executor/descendants.h"
#include "tests/node/executor/executor_rig.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using test::ExecutorRig;
using End = v1::ExecutionEnd;

/// Whether those of the user "nobody" hang; shared with the processes that are forked.
std::atomic<bool>& lookups_hang() {
  static void* const shared = ::mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return *static_cast<std::atomic<bool>*>(shared);
}

bool possible() { return test::TrustedFolder::possible(); }

constexpr const char* kAllowlist = R"(
[commands.root]
argv = ["/bin/echo", "done"]
user = "root"
[commands.endless]
argv = ["/bin/sleep", "60"]
user = "root"
kill_grace = "1s"
[commands.nobody]
argv = ["/bin/echo", "done"]
user = "nobody"
kill_grace = "1s"
)";

struct Hanging : ExecutorRig {
  Hanging() : ExecutorRig(kAllowlist) { lookups_hang() = true; }
  Hanging(const Hanging&) = delete;
  Hanging& operator=(const Hanging&) = delete;
  ~Hanging() { lookups_hang() = false; }

  bool has_refused_all() const {
    const auto errors = commands().errors();
    return std::ranges::any_of(errors, [](const std::string& error) {
      return error.find("could not be looked up within 10 s") != std::string::npos;
    });
  }
};

}  // namespace

TEST_CASE("a user who can't be looked up holds up nothing but what is to be run as that user") {
  if (!possible()) PICKET_SKIP("needs root");
  Hanging rig;
  const std::string endless = rig.run("endless");
  const std::string hanging = rig.run("nobody");
  const std::string other = rig.run("root");
  CHECK(rig.end(other).code() == 0);
  CHECK(rig.output(other) == "done\n");
  rig.cancel(endless);
  CHECK(rig.end(endless).kind() == End::KIND_CANCELLED);
  CHECK(rig.ends_of(hanging) == 0);
  rig.clock.advance(limits::kCommandPrepareTimeout);
  const End end = rig.end(hanging);
  CHECK(end.kind() == End::KIND_REFUSED);
  CHECK(end.refusal() == v1::COMMAND_REFUSAL_NOT_STARTED);
  CHECK(end.reason().find("could not be looked up within 10 s") != std::string::npos);
  CHECK(rig.ends_of(hanging) == 1);
  CHECK(descendants_of(::getpid()).empty());
}

TEST_CASE("what still waits for its user to be looked up can be cancelled") {
  if (!possible()) PICKET_SKIP("needs root");
  Hanging rig;
  const std::string hanging = rig.run("nobody");
  rig.cancel(hanging);
  CHECK(rig.end(hanging).kind() == End::KIND_CANCELLED);
  CHECK(descendants_of(::getpid()).empty());
}

TEST_CASE("an allowlist whose users can't be looked up lists nothing, and holds up nothing") {
  if (!possible()) PICKET_SKIP("needs root");
  Hanging rig;
  const std::string endless = rig.run("endless");
  rig.write_allowlist(std::string(kAllowlist) + "description = \"changed\"\n");
  const auto before = std::chrono::steady_clock::now();
  const End early = rig.end(rig.run("root"));
  CHECK(early.refusal() == v1::COMMAND_REFUSAL_NO_ALLOWLIST);
  CHECK(early.reason().find("still being looked up") != std::string::npos);
  for (int i = 0; i < 10; ++i) CHECK(rig.end(rig.run("root")).kind() == End::KIND_REFUSED);
  CHECK(std::chrono::steady_clock::now() - before < 10 * limits::kAllowlistCheckPatience);
  CHECK(rig.commands().rows().empty());
  rig.cancel(endless);  // what runs is not touched
  CHECK(rig.end(endless).kind() == End::KIND_CANCELLED);
  rig.clock.advance(limits::kAllowlistCheckTimeout);
  CHECK(rig.until([&] { return rig.has_refused_all(); }));
  lookups_hang() = false;
  CHECK(rig.end(rig.run("root")).code() == 0);
  CHECK(rig.commands().rows().size() == 3);
}

TEST_CASE("an allowlist is used as soon as its users have been looked up, however late") {
  if (!possible()) PICKET_SKIP("needs root");
  Hanging rig;
  rig.write_allowlist(std::string(kAllowlist) + "description = \"changed\"\n");
  CHECK(rig.end(rig.run("root")).kind() == End::KIND_REFUSED);
  CHECK(rig.commands().rows().empty());
  lookups_hang() = false;
  CHECK(rig.until([&] { return rig.commands().rows().size() == 3; }));
  CHECK(rig.end(rig.run("root")).code() == 0);
}

}  // namespace picket::node

extern "C" passwd* getpwnam(const char* name) {
  using Function = passwd* (*)(const char*);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getpwnam"));
  while (picket::node::lookups_hang() && std::string(name) == "nobody") ::poll(nullptr, 0, 1);
  return real(name);
}
