// The rules that hold where a person has written none.
#include "integrations/delivery/rule.h"

namespace picket::delivery {

std::vector<Rule> default_rules() {
  std::vector<Rule> rules;
  const auto tell = [&rules](std::string name, std::vector<std::string> kinds) -> Rule& {
    Rule& rule = rules.emplace_back();
    rule.name = std::move(name);
    rule.kinds = std::move(kinds);
    return rule;
  };
  tell("forgery", {"auth.forgery_attempt", "node.identity_conflict", "node.refused"});
  tell("logins", {"ssh.accepted", "login.opened"});
  tell("switches", {"su.opened", "su.failed", "sudo.failed"});
  const std::vector<std::string> failed{"ssh.failed", "ssh.invalid_user", "ssh.refused",
                                        "login.failed"};
  tell("failures", failed).burst = {.count = 5};
  // From many sources, each with too few for the rule above. What faces the Internet always has
  // some of that, so it is told seldom.
  tell("guessing", failed).burst = {.count = 100,
                                    .within = std::chrono::minutes(10),
                                    .again_after = std::chrono::hours(6),
                                    .by = Burst::By::kRule};
  tell("nodes", {"hub.started", "node.connected", "node.disconnected", "node.booted",
                 "node.clock_wrong", "node.clock_right", "node.reboot_required"});
  tell("sight", {"collector.*", "log.*"});
  tell("local", {"local.*"});
  return rules;
}

}  // namespace picket::delivery
