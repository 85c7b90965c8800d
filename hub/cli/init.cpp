#include <cstdio>
#include <filesystem>
#include <string>

#include "common/files.h"
#include "common/start_command.h"
#include "common/system_clock.h"
#include "common/units.h"
#include "hub/cli/commands.h"
#include "hub/cli/load.h"
#include "hub/io/state_folder.h"

namespace picket::hub {
namespace {

void print_next_steps(const NewHub& made, const ConfigChoice& choice) {
  const std::string start =
      start_command("picket-hub", made.folder, choice.given ? choice.path : "");
  std::printf("Made a hub in %s (id %s).\n", made.folder.c_str(), made.hub_id.c_str());
  std::printf("Its CA: SHA-256 %s\n", made.ca_fingerprint.c_str());
  std::printf("Nodes will connect to:");
  for (const auto& address : made.addresses) std::printf(" %s", address.c_str());
  std::printf("\n\nNext:\n");
  std::printf("  %-34s # start it\n", start.c_str());
  std::printf(
      "  picket token create --name web1    # a token for a server, and the line to paste there\n");
  std::printf(
      "\nKeep a copy (picket-hub backup FILE), and keep it secret: whoever has the CA's key can "
      "make "
      "nodes.\n");
}

/// As tokens hold them: each with its port.
Result<std::vector<std::string>> complete(const std::vector<std::string>& addresses) {
  std::vector<std::string> completed;
  for (const auto& text : addresses) {
    const auto address = parse_host_port(text);
    if (!address) return Error{"--address: " + address.error()};
    completed.push_back(to_string(*address));
  }
  return completed;
}

Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return Error{"can't make " + folder.string() + ": " + error.message()};
}

/// A configuration that changes nothing, for the person to edit; one that is there is kept.
Status write_example(const std::string& path) {
  if (std::filesystem::exists(path)) return {};
  const std::filesystem::path whole = std::filesystem::absolute(path);
  if (auto made = make_folder(whole.parent_path()); !made) return made;
  HubConfig defaults;
  return write_file(whole.string(), describe(defaults).example(), 0644);
}

Result<NewHub> make_hub(const HubConfig& config, const ConfigChoice& choice,
                        const std::vector<std::string>& addresses) {
  auto completed = complete(addresses);
  if (!completed) return Error{completed.error()};
  const std::filesystem::path folder(config.state_folder);
  if (auto made = make_folder(folder.parent_path()); !made) return Error{made.error()};
  auto made = StateFolder::init(config.state_folder, *completed, SystemClock().wall());
  if (!made) return made;
  if (auto written = write_example(choice.path); !written) return Error{written.error()};
  return made;
}

}  // namespace

int init_hub(const ConfigChoice& choice, const std::vector<std::string>& addresses) {
  const auto config = load_or_complain(choice, config::IfMissing::kDefaults);
  if (!config) return 2;
  const auto made = make_hub(*config, choice, addresses);
  if (!made) {
    std::fprintf(stderr, "picket-hub: %s\n", made.error().c_str());
    return 1;
  }
  print_next_steps(*made, choice);
  return 0;
}

}  // namespace picket::hub
