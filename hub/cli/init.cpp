#include <cstdio>
#include <string>

#include "common/system_clock.h"
#include "common/units.h"
#include "hub/cli/commands.h"
#include "hub/cli/load.h"
#include "hub/io/state_folder.h"

namespace picket::hub {
namespace {

void print_next_steps(const NewHub& made, const ConfigChoice& choice) {
  const std::string config = choice.given ? " --config " + choice.path : "";
  std::printf("Made a hub in %s (id %s).\n", made.folder.c_str(), made.hub_id.c_str());
  std::printf("Its CA: SHA-256 %s\n", made.ca_fingerprint.c_str());
  std::printf("Nodes will connect to:");
  for (const auto& address : made.addresses) std::printf(" %s", address.c_str());
  std::printf("\n\nNext:\n");
  std::printf("  picket-hub%s                     # start it\n", config.c_str());
  std::printf(
      "  picket token create --name web1    # a token for a server, and the line to paste there\n");
  std::printf("\nKeep a copy of %s: whoever has its ca.key can make nodes.\n", made.folder.c_str());
}

}  // namespace

int init_hub(const ConfigChoice& choice, const std::vector<std::string>& addresses) {
  const auto config = load_or_complain(choice);
  if (!config) return 2;
  const auto made = StateFolder::init(config->state_folder, addresses, SystemClock().wall());
  if (!made) {
    std::fprintf(stderr, "picket-hub: %s\n", made.error().c_str());
    return 1;
  }
  print_next_steps(*made, choice);
  return 0;
}

}  // namespace picket::hub
