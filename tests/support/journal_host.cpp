#include "tests/support/journal_host.h"

#include <signal.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

#include "tests/support/command.h"
#include "tests/support/throwaway_host.h"

namespace picket::test {
namespace {

constexpr char kConfig[] =
    "[Journal]\nStorage=persistent\nForwardToSyslog=no\nForwardToWall=no\nRateLimitIntervalSec=0\n"
    "SystemMaxUse=64M\nSystemMaxFileSize=8M\n";

void must(const std::vector<std::string>& arguments) {
  const CommandResult result = run(arguments);
  if (result.status != 0) throw std::runtime_error(arguments[0] + " failed: " + result.output);
}

}  // namespace

JournalHost::JournalHost() {
  must_be_throwaway_host();
  if (!std::filesystem::exists("/etc/machine-id") || read("/etc/machine-id").size() < 32)
    write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  std::filesystem::remove_all("/var/log/journal");
  std::filesystem::create_directories("/var/log/journal");
  std::filesystem::create_directories("/run/systemd/journal");
  write("/etc/systemd/journald.conf", kConfig);
  write("/run/systemd/journal/flushed", "");  // else it keeps to /run until told
  std::filesystem::create_symlink("/run/systemd/journal/dev-log", "/dev/log");
  start();
}

void JournalHost::start() {
  journald_.emplace(std::vector<std::string>{"/lib/systemd/systemd-journald"},
                    folder_ / "journald");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (run({"journalctl", "--sync"}).status != 0) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("journald did not start");
    std::this_thread::yield();
  }
}

void JournalHost::kill_and_restart() {
  journald_->signal(SIGKILL);
  (void)journald_->wait();
  for (const char* socket : {"socket", "dev-log", "stdout", "io.systemd.journal"})
    std::filesystem::remove(std::string("/run/systemd/journal/") + socket);
  start();
}

void JournalHost::log(const std::string& program, const std::string& message) const {
  must({"logger", "-p", "authpriv.info", "-t", program, "--", message});
}

void JournalHost::log_fields_as(uint32_t uid, const std::string& fields) const {
  const std::string id = std::to_string(uid);
  write("/tmp/picket-fields-" + id, fields);
  must({"setpriv", "--reuid", id, "--regid", id, "--clear-groups", "sh", "-c",
        "logger --journald < /tmp/picket-fields-" + id});
  std::filesystem::remove("/tmp/picket-fields-" + id);
}

int JournalHost::damage_before(const std::string& text) const {
  constexpr std::size_t kBytes = 12;
  int found = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator("/var/log/journal")) {
    if (!file.is_regular_file()) continue;
    std::string bytes = read(file.path());
    const std::size_t at = bytes.find(text);
    if (at == std::string::npos || at < kBytes) continue;
    bytes.replace(at - kBytes, kBytes, kBytes, '!');
    write(file.path(), bytes);
    ++found;
  }
  return found;
}

void JournalHost::sync() const { must({"journalctl", "--sync"}); }
void JournalHost::rotate() const { must({"journalctl", "--rotate"}); }
void JournalHost::vacuum() const { must({"journalctl", "--vacuum-files=1"}); }

}  // namespace picket::test
