#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "common/daemon.h"
#include "common/deny_exec.h"
#include "common/log.h"
#include "common/protocol.h"
#include "common/random_id.h"
#include "common/system_clock.h"
#include "common/systemd_notify.h"
#include "common/units.h"
#include "hub/cli/commands.h"
#include "hub/cli/load.h"
#include "hub/cli/reload.h"
#include "hub/io/access_lookup.h"
#include "hub/io/audit_log.h"
#include "hub/io/client_service.h"
#include "hub/io/hub_certificate.h"
#include "hub/io/identity_store.h"
#include "hub/io/node_service.h"
#include "hub/io/sqlite_journal.h"
#include "hub/io/state_folder.h"

namespace picket::hub {
namespace {

/// Everything that a running hub is made of, in the order in which it comes and, backwards, goes.
class RunningHub {
 public:
  static Result<std::unique_ptr<RunningHub>> make(const HubConfig& config, const Clock& clock);
  /// On SIGHUP it reads again what was chosen.
  void reload(const ConfigChoice& choice, const HubConfig& running);
  void run();

 private:
  RunningHub(const Clock& clock, StateFolder folder);
  Status open_audit(const HubConfig& config);
  Status open_identities();
  Status open_journal(const HubConfig& config);
  Status open_services(const HubConfig& config);
  std::string status() const;

  const Clock& clock_;
  StateFolder folder_;
  Daemon daemon_;
  Deadlines deadlines_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<SqliteJournal> journal_;
  Admission admission_;
  LinkBuffers buffers_;
  std::unique_ptr<IdentityStore> identities_;
  HubCertificate certificate_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<Join> join_;
  std::unique_ptr<NodeService> nodes_;
  std::unique_ptr<ClientService> clients_;
  std::optional<HubReload> reload_;
};

void on_task_failed(std::string_view task, std::string_view what) {
  log::error("task failed", {{"task", task}, {"what", what}});
}

std::string RunningHub::status() const {
  std::string text = std::to_string(hub_->node_links().size()) + " of " +
                     std::to_string(hub_->state().nodes().size()) + " nodes connected; " +
                     std::to_string(hub_->clients()) + " clients.";
  if (!hub_->publisher().storing()) text += " THE JOURNAL CAN'T STORE: see the log.";
  if (!audit_->trouble().empty()) text += " THE AUDIT LOG CAN'T BE WRITTEN: see the log.";
  return text;
}

void RunningHub::reload(const ConfigChoice& choice, const HubConfig& running) {
  // A file that was there must not be gone: its absence would mean the defaults.
  ConfigChoice again = choice;
  again.given = again.given || std::filesystem::exists(choice.path);
  reload_.emplace(HubReload::Parts{daemon_, *hub_, *nodes_, *journal_, *audit_}, std::move(again),
                  running);
}

void RunningHub::run() {
  daemon_.on_status([this] { return status(); });
  if (auto denied = deny_exec(); !denied)
    log::warn("this process could still execute programs", {{"why", denied.error()}});
  daemon_.run();
  // One batch may be on its way, and another wait for it.
  for (int batch = 0; batch < 2; ++batch) {
    hub_->publisher().flush();
    journal_->finish();
    daemon_.run_ready();
  }
}

RunningHub::RunningHub(const Clock& clock, StateFolder folder)
    : clock_(clock),
      folder_(std::move(folder)),
      daemon_(on_task_failed),
      certificate_(folder_, clock, deadlines_) {}

Result<std::unique_ptr<RunningHub>> RunningHub::make(const HubConfig& config, const Clock& clock) {
  auto folder = StateFolder::open(config.state_folder, clock.wall());
  if (!folder) return Error{folder.error()};
  std::unique_ptr<RunningHub> running(new RunningHub(clock, *std::move(folder)));
  if (auto opened = running->open_audit(config); !opened) return Error{opened.error()};
  if (auto opened = running->open_identities(); !opened) return Error{opened.error()};
  if (auto opened = running->open_journal(config); !opened) return Error{opened.error()};
  if (auto opened = running->open_services(config); !opened) return Error{opened.error()};
  return running;
}

Status RunningHub::open_audit(const HubConfig& config) {
  auto file = AuditFile::open(folder_.audit_path(), clock_, audit_limits_of(config));
  if (!file) return Error{file.error()};
  if (!file->set_aside().empty()) log::warn("audit log", {{"what", file->set_aside()}});
  audit_ =
      std::make_unique<AuditLog>(*std::move(file), clock_, deadlines_, daemon_.io().get_executor());
  return {};
}

Status RunningHub::open_identities() {
  auto identities =
      IdentityStore::open(folder_.identities_path(), folder_.ca(), folder_.addresses(), clock_);
  if (!identities) return Error{identities.error()};
  identities_ = std::make_unique<IdentityStore>(*std::move(identities));
  return certificate_.open();
}

Status RunningHub::open_journal(const HubConfig& config) {
  SqliteJournal::Settings settings{
      .path = folder_.journal_path(),
      .hub_id = folder_.hub_id(),
      .limits = {.bytes_max = config.journal_bytes_max, .age_max = config.journal_age_max}};
  auto journal = SqliteJournal::open(settings, clock_, daemon_.io().get_executor());
  if (!journal) return Error{journal.error()};
  journal_ = *std::move(journal);
  if (!journal_->set_aside().empty()) log::error("journal", {{"what", journal_->set_aside()}});
  return {};
}

Status RunningHub::open_services(const HubConfig& config) {
  const auto group = socket_group(config);
  if (!group) return Error{group.error()};
  auto access = look_up_access(config, *group);
  if (!access) return Error{access.error()};
  HubInfo info{.peer = protocol::self("picket-hub", random_id()),
               .hub_id = folder_.hub_id(),
               .listen = {},
               .ca_expires = folder_.ca().certificate().not_after(),
               .config_error = {}};
  hub_ = std::make_unique<Hub>(
      HubParts{clock_, deadlines_, *journal_, *identities_, *audit_, random_number},
      settings_of(config), *std::move(access), std::move(info));
  join_ =
      std::make_unique<Join>(*identities_, hub_->renewals(), *audit_, clock_, hub_->info().peer);
  nodes_ = std::make_unique<NodeService>(
      NodeService::Parts{daemon_, *hub_, *join_, admission_, buffers_}, config.dead_after);
  clients_ =
      std::make_unique<ClientService>(ClientService::Parts{daemon_, *hub_, admission_, buffers_});
  certificate_.keep_young([this](const TlsContext& tls) { nodes_->use(tls); });
  for (const auto& trouble : hub_->restore(journal_->contents())) {
    log::error("journal", {{"what", trouble}});
  }
  hub_->start();
  if (auto listening = clients_->listen(config.socket, *group); !listening) return listening;
  auto addresses = nodes_->listen(config.listen);
  if (!addresses) return Error{addresses.error()};
  for (const auto& address : *addresses) log::info("listening for nodes", {{"address", address}});
  log::info("listening for clients", {{"socket", config.socket}});
  hub_->info().listen = *std::move(addresses);
  daemon_.drive(deadlines_);
  daemon_.on_stop([this] {
    admission_.drop_waiting();
    hub_->stop();
  });
  return {};
}

int not_set_up(const std::string& folder) {
  const std::string why =
      "there is no hub in " + folder + " yet: picket-hub init --address NAME, as root, makes one";
  log::error("the hub can't start", {{"why", why}});
  notify_systemd("STATUS=" + why);
  return config::kExitNotSetUp;
}

}  // namespace

int run_hub(const ConfigChoice& choice) {
  const auto config = load_or_complain(choice);
  if (!config) return 2;
  log::set_up(config->log_level);
  if (StateFolder::is_missing(config->state_folder)) return not_set_up(config->state_folder);
  raise_descriptor_limit();  // a node is one
  const SystemClock clock;
  auto running = RunningHub::make(*config, clock);
  if (!running) {
    log::error("the hub can't start", {{"why", running.error()}});
    return 1;
  }
  log::info("hub started",
            {{"version", protocol::kProgramVersion}, {"state", config->state_folder}});
  (*running)->reload(choice, *config);
  (*running)->run();
  log::info("hub stopped");
  return 0;
}

}  // namespace picket::hub
