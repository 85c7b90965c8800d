#include "hub/cli/reload.h"

#include <utility>

#include "common/log.h"
#include "hub/cli/load.h"
#include "hub/io/access_lookup.h"

namespace picket::hub {
namespace {

std::string joined(const std::vector<std::string>& texts, const char* between) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : between) + text;
  return all;
}

}  // namespace

HubSettings settings_of(const HubConfig& config) {
  return {.dead_after = config.dead_after,
          .forget_after = config.forget_after,
          .token_validity = config.token_validity,
          .people = {config.people.begin(), config.people.end()}};
}

AuditLimits audit_limits_of(const HubConfig& config) {
  return {.bytes_max = config.audit_bytes_max,
          .keep = static_cast<std::size_t>(config.audit_files_kept)};
}

HubConfig merge(const HubConfig& running, const HubConfig& fresh) {
  HubConfig merged = running;
  merged.dead_after = fresh.dead_after;
  merged.forget_after = fresh.forget_after;
  merged.token_validity = fresh.token_validity;
  merged.people = fresh.people;
  merged.access = fresh.access;
  merged.journal_bytes_max = fresh.journal_bytes_max;
  merged.journal_age_max = fresh.journal_age_max;
  merged.audit_bytes_max = fresh.audit_bytes_max;
  merged.audit_files_kept = fresh.audit_files_kept;
  merged.log_level = fresh.log_level;
  return merged;
}

Reloaded read_again(const ConfigChoice& choice, const HubConfig& running) {
  Reloaded reloaded;
  auto fresh = load_checked(choice);
  if (!fresh.errors.empty()) {
    reloaded.errors = std::move(fresh.errors);
    return reloaded;
  }
  HubConfig before = running;
  reloaded.config = merge(running, fresh.config);
  reloaded.changed = describe(reloaded.config).changed_from(describe(before));
  reloaded.need_restart = describe(fresh.config).changed_from(describe(reloaded.config));
  const auto group = socket_group(reloaded.config);
  auto access = group ? look_up_access(reloaded.config, *group) : Error{group.error()};
  if (access) {
    reloaded.access = *std::move(access);
  } else {
    reloaded.errors.push_back(choice.path + ": " + access.error());
  }
  return reloaded;
}

HubReload::HubReload(Parts parts, ConfigChoice choice, HubConfig running)
    : parts_(parts),
      choice_(std::move(choice)),
      running_(std::move(running)),
      worker_(parts.daemon.io().get_executor(), 1),
      reload_(parts.daemon, worker_, [this] {
        return [this, choice = choice_, running = running_]() -> Reload::Apply {
          auto reloaded = read_again(choice, running);
          return [this, reloaded = std::move(reloaded)] { take_over(reloaded); };
        };
      }) {}

void HubReload::take_over(Reloaded reloaded) {
  if (reloaded.errors.empty() && !record(reloaded)) {
    reloaded.errors = {"the audit log can't be written"};
  }
  parts_.hub.info().config_error = joined(reloaded.errors, "; ");
  if (!reloaded.errors.empty()) return log_not_taken_over(reloaded.errors);
  running_ = std::move(reloaded.config);
  log::set_level(running_.log_level);
  parts_.hub.set_access(std::move(reloaded.access));
  parts_.hub.set_settings(settings_of(running_));
  parts_.nodes.set_dead_after(running_.dead_after);
  parts_.journal.set_limits(
      {.bytes_max = running_.journal_bytes_max, .age_max = running_.journal_age_max});
  parts_.audit.set_limits(audit_limits_of(running_));
  log_taken_over(choice_.path, reloaded.changed, reloaded.need_restart);
}

bool HubReload::record(const Reloaded& reloaded) {
  if (reloaded.changed.empty()) return true;
  return parts_.hub.audit().record({.actor = "SIGHUP",
                                    .action = "config.reload",
                                    .object = choice_.path,
                                    .allowed = true,
                                    .outcome = "done",
                                    .details = {{"changed", joined(reloaded.changed, " ")}}});
}

}  // namespace picket::hub
