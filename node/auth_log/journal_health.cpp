#include <unistd.h>

#include <cerrno>

#include "common/files.h"
#include "node/auth_log/journal_log.h"
#include "node/auth_log/local_names.h"

namespace picket::node {
namespace {

constexpr std::size_t kMachineIdBytesMax = 64;

// Opening the journal says nothing: it succeeds for anybody, with the files that he may read,
// perhaps none. The system's own journal is there whenever journald runs.
int error_of_system_journal(const std::filesystem::path& folder, std::string_view machine_id) {
  const auto file = folder / machine_id / "system.journal";
  return access(file.c_str(), R_OK) == 0 ? 0 : errno;
}

}  // namespace

v1::CollectorHealth journal_health(const std::filesystem::path& root, WallTime now) {
  v1::CollectorHealth health;
  auto machine_id = read_file((root / "etc/machine-id").string(), kMachineIdBytesMax);
  std::string id = machine_id ? *machine_id : "";
  if (id.ends_with('\n')) id.pop_back();
  const int volatile_error = error_of_system_journal(root / "run/log/journal", id);
  const int persistent_error = error_of_system_journal(root / "var/log/journal", id);
  if (!id.empty() && (volatile_error == 0 || persistent_error == 0)) {
    health.mutable_ok()->add_sources(std::string(kJournalSource));
    health.mutable_ok()->set_last_success_unix_ns(to_unix_ns(now));
    return health;
  }
  v1::CollectorHealth::Failed& failed = *health.mutable_failed();
  if (volatile_error == EACCES || persistent_error == EACCES) {
    failed.set_reason("journal not readable");
    failed.set_remedy("usermod -aG systemd-journal " + local_user(root, geteuid()));
  } else {
    failed.set_reason("there is no journal: journald does not run, or keeps none");
  }
  return health;
}

}  // namespace picket::node
