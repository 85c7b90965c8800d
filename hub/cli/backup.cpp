// picket-hub backup, picket-hub restore
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "common/rfc3339.h"
#include "common/start_command.h"
#include "common/system_clock.h"
#include "common/text.h"
#include "common/units.h"
#include "hub/cli/commands.h"
#include "hub/cli/load.h"
#include "hub/io/backup.h"
#include "hub/io/restore.h"

namespace picket::hub {
namespace {

// A file's name, and what stands in a backup, is outside text.
int fail(const std::string& why) {
  std::fprintf(stderr, "picket-hub: %s\n", escape_for_terminal(why).c_str());
  return 1;
}

std::string contents(const BackupManifest& manifest) {
  uint64_t bytes = 0;
  for (const auto& file : manifest.files) bytes += file.bytes;
  return std::to_string(manifest.files.size()) + " files, " + print_size_rounded(bytes);
}

}  // namespace

int back_up_hub(const ConfigChoice& choice, const std::string& file) {
  const auto config = load_or_complain(choice, config::IfMissing::kDefaults);
  if (!config) return 2;
  const auto made = back_up(config->state_folder, file, SystemClock().wall());
  if (!made) return fail(made.error());
  std::printf("Backed up hub %s to %s (%s). Keep it secret: it holds the CA's key.\n",
              made->hub_id.c_str(), escape_for_terminal(file).c_str(), contents(*made).c_str());
  return 0;
}

int restore_hub(const ConfigChoice& choice, const std::string& file) {
  const auto config = load_or_complain(choice, config::IfMissing::kDefaults);
  if (!config) return 2;
  const auto made = restore(file, config->state_folder, SystemClock());
  if (!made) return fail(made.error());
  std::printf("Restored hub %s in %s, as it was at %s (%s).\n",
              escape_for_terminal(made->hub_id).c_str(), config->state_folder.c_str(),
              to_rfc3339(made->created, 0).c_str(), contents(*made).c_str());
  std::printf("Its nodes come back by themselves. The old hub must not run any more.\n");
  std::printf(
      "What was revoked, and which tokens were used, since then is not known to it: revoke again "
      "what "
      "must stay out (picket node revoke, picket token list).\n");
  std::printf(
      "Next: %s\n",
      start_command("picket-hub", config->state_folder, choice.given ? choice.path : "").c_str());
  return 0;
}

}  // namespace picket::hub
