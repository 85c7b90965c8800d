#include "hub/io/access_lookup.h"

#include "tests/support/catch.h"

namespace picket::hub {
namespace {

HubConfig config_with(std::vector<Principal> observe, std::vector<Principal> administer) {
  HubConfig config;
  config.socket_group.clear();
  config.access = {.observe = std::move(observe), .administer = std::move(administer)};
  return config;
}

const Principal kRoot{Principal::Kind::kUser, 0, "root"};
const Principal kNobodyHere{Principal::Kind::kUser, 0, "no-such-user"};
const Principal kNoGroupHere{Principal::Kind::kGroup, 0, "no-such-group"};

}  // namespace

TEST_CASE("names that this host has are found, and a uid needs no name") {
  const auto config = config_with({kRoot}, {{Principal::Kind::kUid, 54321, ""}});
  CHECK(unknown_names(config).empty());
  const auto rules = look_up_access(config, std::nullopt);
  REQUIRE(rules);
  CHECK(rules->observe_uids.contains(0));
  CHECK(rules->administer_uids.contains(54321));
}

TEST_CASE("every name that this host doesn't have is said with its key") {
  auto config = config_with({kNobodyHere, kRoot}, {kNoGroupHere});
  config.socket_group = "no-such-socket-group";
  CHECK(unknown_names(config) ==
        std::vector<std::string>{"socket_group: this host has no group \"no-such-socket-group\"",
                                 "access.observe: this host has no user \"no-such-user\"",
                                 "access.administer: this host has no group \"no-such-group\""});
  CHECK(look_up_access(config, std::nullopt).error() ==
        "access.observe: this host has no user \"no-such-user\"");
  CHECK(unknown_names(HubConfig()).empty());  // the package's group may be missing
}

}  // namespace picket::hub
