#include "hub/io/access_lookup.h"

#include "tests/support/catch.h"

namespace picket::hub {
namespace {

HubConfig config_with(std::vector<Principal> observe, std::vector<Principal> administer) {
  HubConfig config;
  config.socket_group.clear();
  config.access = {.observe = std::move(observe), .administer = std::move(administer), .run = {}};
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

TEST_CASE("who may run is found too, and whom this host doesn't have is said") {
  auto config = config_with({}, {});
  config.access.run = {{{kRoot, {Principal::Kind::kUid, 54321, ""}}, {"disk-*"}, {"web*"}}};
  const auto rules = look_up_access(config, std::nullopt);
  REQUIRE(rules);
  REQUIRE(rules->run.size() == 1);
  CHECK(rules->run[0].uids == std::set<uint32_t>{0, 54321});
  CHECK(rules->run[0].labels == std::vector<std::string>{"disk-*"});
  CHECK(rules->run[0].nodes == std::vector<std::string>{"web*"});
  config.access.run.push_back({{kNobodyHere, kNoGroupHere}, {"*"}, {"*"}});
  CHECK(unknown_names(config) ==
        std::vector<std::string>{"access.run: this host has no user \"no-such-user\"",
                                 "access.run: this host has no group \"no-such-group\""});
  CHECK_FALSE(look_up_access(config, std::nullopt));
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
