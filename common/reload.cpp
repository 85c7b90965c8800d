#include "common/reload.h"

#include <chrono>
#include <optional>
#include <utility>

#include "common/log.h"
#include "common/systemd_notify.h"

namespace picket {
namespace {

// Of the clock that systemd wants, so that it knows which signal this answers.
std::string monotonic_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::string joined(const std::vector<std::string>& keys) {
  std::string text;
  for (const auto& key : keys) text += (text.empty() ? "" : " ") + key;
  return text;
}

}  // namespace

Reload::Reload(Daemon& daemon, Worker& worker, Prepare prepare)
    : worker_(worker), prepare_(std::move(prepare)) {
  daemon.on_reload([this] { begin(); });
}

void Reload::begin() {
  again_ = is_reading_;
  if (is_reading_) return;
  notify_systemd("RELOADING=1\nMONOTONIC_USEC=" + monotonic_us());
  is_reading_ = worker_.post(prepare_(), [this](const std::optional<Apply>& apply) {
    if (apply) {
      (*apply)();
    } else {
      log::error("the configuration could not be read again, the old one stays");
    }
    end();
  });
  if (is_reading_) return;
  log::error("the configuration can't be read again now: too much else is to do");
  end();
}

void Reload::end() {
  is_reading_ = false;
  notify_systemd("READY=1");
  if (std::exchange(again_, false)) begin();
}

void log_not_taken_over(const std::vector<std::string>& errors) {
  for (const auto& error : errors) {
    log::error("configuration not taken over, the old one stays", {{"why", error}});
  }
}

void log_taken_over(const std::string& path, const std::vector<std::string>& changed,
                    const std::vector<std::string>& need_restart) {
  log::info("configuration read again",
            {{"file", path}, {"changed", changed.empty() ? "nothing" : joined(changed)}});
  if (need_restart.empty()) return;
  log::warn("configuration needs a restart to be in force", {{"keys", joined(need_restart)}});
}

}  // namespace picket
