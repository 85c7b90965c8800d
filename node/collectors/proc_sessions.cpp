#include "node/collectors/proc_sessions.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "node/collectors/proc_stat.h"
#include "node/collectors/small_file.h"
#include "node/collectors/tty_name.h"

namespace picket::node {
namespace {

constexpr std::size_t kProcFileBytesMax = 64 * 1024;
constexpr std::size_t kStatBytesMax = 4 * 1024 * 1024;  // of /proc/stat: a line per processor
constexpr std::size_t kAncestorsMax = 32;
constexpr int64_t kNsPerSecond = 1'000'000'000;

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

Folder open_proc(const std::filesystem::path& root) {
  return {opendir(below(root, "/proc").c_str()), closedir};
}

SmallFile read_process_file(int proc, pid_t pid, const char* name) {
  const std::string path = std::to_string(pid) + "/" + name;
  return read_small_file_at(proc, path.c_str(), kProcFileBytesMax);
}

std::optional<ProcStat> stat_of(int proc, pid_t pid) {
  return parse_stat(read_process_file(proc, pid, "stat").bytes);
}

bool ended(const ProcStat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

bool leads_on_terminal(const ProcStat& stat) {
  return !ended(stat) && stat.pid == stat.session && stat.tty_device != 0;
}

// A terminal where nobody has logged in yet. Only root's count: a user could name his shell like
// this.
bool waits_for_login(const ProcStat& stat, uint32_t uid) {
  constexpr std::array<std::string_view, 6> kNames = {"agetty",   "getty",  "mgetty",
                                                      "mingetty", "fgetty", "login"};
  return uid == 0 && std::find(kNames.begin(), kNames.end(), stat.command) != kNames.end();
}

bool is_logind(const ProcStat& stat) {
  return !ended(stat) && (stat.command == "systemd-logind" || stat.command.starts_with("elogind"));
}

std::vector<pid_t> ancestors_in(int proc, pid_t parent) {
  std::vector<pid_t> ancestors;
  while (parent > 1 && ancestors.size() < kAncestorsMax) {
    ancestors.push_back(parent);
    const auto stat = stat_of(proc, parent);
    parent = stat ? stat->parent : 0;
  }
  return ancestors;
}

int64_t ns_of_ticks(uint64_t ticks) {
  const auto per_second = static_cast<uint64_t>(std::max(1L, sysconf(_SC_CLK_TCK)));
  return static_cast<int64_t>(ticks / per_second) * kNsPerSecond +
         static_cast<int64_t>(ticks % per_second) *
             (kNsPerSecond / static_cast<int64_t>(per_second));
}

std::optional<pid_t> pid_of(const dirent& entry) {
  const std::string_view name = entry.d_name;
  if (name.empty() || name.size() > 9 ||
      name.find_first_not_of("0123456789") != std::string_view::npos)
    return {};
  return static_cast<pid_t>(std::stol(std::string(name)));
}

// When a process started. Told once it stays so: a stepped clock moves the boot time, not the
// login.
int64_t since_ns(int proc, const ProcStat& stat, const ProcFact* before) {
  if (before != nullptr && before->start_ticks == stat.start_ticks) return before->since_ns;
  const auto boot = parse_boot_time(read_small_file_at(proc, "stat", kStatBytesMax).bytes);
  return boot ? *boot * kNsPerSecond + ns_of_ticks(stat.start_ticks) : 0;
}

std::optional<ProcFact> fact_of(int proc, const ProcStat& stat, const ProcFact* before) {
  const auto status = parse_status(read_process_file(proc, stat.pid, "status").bytes);
  if (!status || status->in_container || waits_for_login(stat, status->uid)) return {};
  ProcFact fact;
  fact.pid = stat.pid;
  fact.start_ticks = stat.start_ticks;
  fact.tty = tty_name(stat.tty_device);
  fact.uid = status->uid;
  fact.since_ns = since_ns(proc, stat, before);
  fact.ancestors = ancestors_in(proc, stat.parent);
  return fact;
}

bool owned_by_root(int proc, pid_t pid) {
  const auto status = parse_status(read_process_file(proc, pid, "status").bytes);
  return status && status->uid == 0;
}

}  // namespace

std::vector<pid_t> ancestors_of(const std::filesystem::path& root, pid_t pid) {
  const Folder proc = open_proc(root);
  if (!proc) return {};
  const auto stat = stat_of(dirfd(proc.get()), pid);
  return stat ? ancestors_in(dirfd(proc.get()), stat->parent) : std::vector<pid_t>{};
}

SourceState probe_proc(const std::filesystem::path& root) {
  const std::string path = below(root, "/proc").string();
  const Folder proc = open_proc(root);
  if (!proc || !read_small_file_at(dirfd(proc.get()), "stat", kStatBytesMax)) {
    return {false, path + " can't be read", "mount -t proc proc " + path};
  }
  // Pid 1 is another user's for everybody but root, and lives for ever.
  if (!stat_of(dirfd(proc.get()), 1)) {
    return {false, path + " hides other users' processes (hidepid)",
            "mount -o remount,hidepid=0 " + path};
  }
  return {true, path, ""};
}

void ProcSessions::scan() {
  const Folder proc = open_proc(root_);
  const std::vector<ProcFact> known = std::exchange(facts_, {});
  logind_pid_ = 0;
  if (!proc) return;
  const int folder = dirfd(proc.get());
  while (const dirent* entry = readdir(proc.get())) {
    const auto pid = pid_of(*entry);
    const auto stat = pid ? stat_of(folder, *pid) : std::nullopt;
    if (!stat) continue;
    if (is_logind(*stat) && owned_by_root(folder, *pid)) logind_pid_ = *pid;
    if (!leads_on_terminal(*stat)) continue;
    const auto before = std::find_if(known.begin(), known.end(),
                                     [&](const ProcFact& fact) { return fact.pid == *pid; });
    auto fact = fact_of(folder, *stat, before == known.end() ? nullptr : &*before);
    if (fact) facts_.push_back(std::move(*fact));
  }
}

void ProcSessions::recheck() {
  const Folder proc = open_proc(root_);
  std::erase_if(facts_, [&](const ProcFact& fact) {
    const auto stat = proc ? stat_of(dirfd(proc.get()), fact.pid) : std::nullopt;
    return !stat || !leads_on_terminal(*stat) || stat->start_ticks != fact.start_ticks ||
           tty_name(stat->tty_device) != fact.tty;
  });
}

}  // namespace picket::node
