#include "node/identity/join.h"

#include <cstdio>

#include "common/as_owner.h"
#include "common/start_command.h"
#include "common/system_clock.h"
#include "common/text.h"
#include "node/cli/commands.h"
#include "node/io/join_hub.h"

namespace picket::node {
namespace {

int fail(const std::string& why) {
  // The hub's words are outside text.
  std::fprintf(stderr, "picket-node: %s\n", escape_for_terminal(why).c_str());
  return 1;
}

// A running agent holds the folder's lock. It reads a membership again that the hub refuses, but
// looks for other hubs only when it starts.
std::string next_step(const config::Choice& choice, const StateFolder& folder, bool joined_again) {
  if (folder.lock()) {
    return start_command("picket-node", folder.path(), choice.given ? choice.path : "");
  }
  return joined_again ? "nothing; the picket-node that runs here takes it up within seconds"
                      : "restart picket-node, which runs already and doesn't know of this hub";
}

}  // namespace

int join(const config::Choice& choice, const std::string& token, bool replace) {
  const auto config = config::or_complain(config::load<NodeConfig>(choice));
  if (!config) return 2;
  const AsOwnerOf service(config->state_folder);
  if (!service.changed()) return fail(service.changed().error());
  const auto folder = StateFolder::open(config->state_folder);
  if (!folder) return fail(folder.error());
  auto attempt = JoinAttempt::begin(token, *folder, replace);
  if (!attempt) return fail(attempt.error());
  const auto membership = join_hub(*std::move(attempt), SystemClock());
  if (!membership) return fail(membership.error());
  const bool again = folder->has_joined(membership->hub_id);
  if (auto saved = folder->save(*membership, replace); !saved) return fail(saved.error());
  std::printf("Joined hub %s as %s. Next: %s\n", membership->hub_id.c_str(),
              membership->node.c_str(), next_step(choice, *folder, again).c_str());
  return 0;
}

}  // namespace picket::node
