#include <cstdio>

#include "hub/cli/commands.h"
#include "hub/cli/load.h"

namespace picket::hub {

int check_config(const ConfigChoice& choice, bool print) {
  const auto config = load_or_complain(choice);
  if (!config) return 2;
  if (print) {
    std::fputs(print_effective(*config).c_str(), stdout);
  } else {
    std::printf("%s: ok\n", choice.path.c_str());
  }
  return 0;
}

}  // namespace picket::hub
