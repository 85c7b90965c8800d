// The parts of netlink that every kernel answers, and messages of those that it doesn't.
#include "node/wireguard/kernel.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "tests/node/wireguard/device_messages.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using test::Messages;

Messages link(const std::string& name, const std::string& kind) {
  return Messages().message(RTM_NEWLINK, 1, [&](Messages& messages) {
    // An ifinfomsg is an attribute's head and twelve bytes; its content doesn't matter here.
    messages.bytes(0, "123456789012", 12).text(IFLA_IFNAME, name);
    messages.nest(IFLA_LINKINFO, [&](Messages& info) { info.text(IFLA_INFO_KIND, kind); });
  });
}

}  // namespace

TEST_CASE("an interface is WireGuard's by its kind, not by its name") {
  CHECK(wireguard_link_of(link("home", "wireguard").first()) == "home");
  CHECK_FALSE(wireguard_link_of(link("wg0", "tun").first()));
  CHECK_FALSE(wireguard_link_of(Messages().message(RTM_NEWLINK, 1, [](Messages&) {}).first()));
}

TEST_CASE("the kernel lists its interfaces and families") {
  CHECK(wireguard_links());
  CHECK(generic_family("nlctrl") == GENL_ID_CTRL);
  CHECK(generic_family("no such one") == 0);
}

TEST_CASE("an interface that isn't there is an error, not an empty one") {
  CHECK(ask_kernel("no-such-link").error != 0);
}

}  // namespace picket::node
