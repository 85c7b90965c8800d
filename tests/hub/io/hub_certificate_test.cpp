// The hub's own certificate under a clock that is moved, with real handshakes.
#include "hub/io/hub_certificate.h"

#include "common/frame.h"
#include "common/limits.h"
#include "common/protocol.h"
#include "tests/support/catch.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_pair.h"
#include "tests/support/virtual_clock.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

constexpr auto kDay = 24h;

StateFolder make_folder(const std::string& path, WallTime now) {
  REQUIRE(StateFolder::init(path, {"hub.example.org:9992"}, now));
  auto opened = StateFolder::open(path, now);
  REQUIRE(opened);
  return *std::move(opened);
}

/// Who joins trusts the hub by its CA whatever the dates, so that each handshake tells them.
struct Rig {
  test::TemporaryFolder temporary;
  test::VirtualClock clock;
  StateFolder folder = make_folder(temporary / "hub", clock.wall());
  Deadlines deadlines;
  HubCertificate certificate{folder, clock, deadlines};
  const TlsContext* used = nullptr;
  int uses = 0;

  Rig() {
    REQUIRE(certificate.open());
    certificate.keep_young([this](const TlsContext& tls) {
      used = &tls;
      ++uses;
    });
  }
  void advance(Nanoseconds by) {
    clock.advance(by);
    deadlines.run_due(clock.steady());
  }
  std::unique_ptr<test::TlsPair> connect() const {
    contexts.push_back(
        std::make_unique<TlsContext>(*TlsContext::join(folder.ca().certificate().fingerprint())));
    auto pair = std::make_unique<test::TlsPair>(used->make(), contexts.back()->make());
    REQUIRE(pair->connect());
    return pair;
  }
  mutable std::vector<std::unique_ptr<TlsContext>> contexts;
};

}  // namespace

TEST_CASE("a hub that runs for years makes its certificate anew, 30 days before each ends") {
  Rig rig;
  const WallTime first = rig.folder.certificate().not_after();
  CHECK(rig.uses == 1);
  rig.advance(334 * kDay);
  CHECK(rig.uses == 1);
  const auto old_link = rig.connect();
  rig.advance(2 * kDay);
  CHECK(rig.uses == 2);
  CHECK(rig.folder.certificate().not_after() == first + 336 * kDay);
  const auto new_link = rig.connect();
  CHECK(new_link->node.peer->not_after == first + 336 * kDay);
  CHECK(old_link->node.peer->not_after == first);
  old_link->hub.link->send(encode_frame(protocol::self("picket-hub", "h")));  // goes on
  CHECK(test::run_until(old_link->io, [&] { return old_link->node.recorder.frames.size() == 1; }));
  for (int day = 0; day < 3 * 365; ++day) rig.advance(kDay);
  CHECK(rig.uses == 5);
  CHECK(rig.clock.wall() < rig.folder.certificate().not_after());
  CHECK(rig.connect()->node.peer->not_after == rig.folder.certificate().not_after());
}

TEST_CASE("a hub that can't write its new certificate goes on with the old, and tries again") {
  Rig rig;
  {
    const test::FileSizeLimit disk_full(0);
    rig.advance(340 * kDay);
  }
  CHECK(rig.uses == 1);
  rig.connect();
  rig.advance(kDay);
  CHECK(rig.uses == 2);
}

}  // namespace picket::hub
