#include "node/executor/descendants.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/unique_fd.h"
#include "node/collectors/proc_stat.h"
#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

constexpr std::size_t kStatBytesMax = 4096;

std::optional<ProcStat> stat_of(const std::string& pid) {
  const SmallFile file = read_small_file("/proc/" + pid + "/stat", kStatBytesMax);
  return file ? parse_stat(file.bytes) : std::nullopt;
}

using Children = std::unordered_map<pid_t, std::vector<ProcessId>>;

Children children_by_parent() {
  Children children;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (folder == nullptr) return children;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const auto stat = stat_of(entry->d_name);
    if (!stat || stat->state == 'Z' || stat->state == 'X') continue;
    children[stat->parent].push_back({stat->pid, stat->start_ticks});
  }
  return children;
}

}  // namespace

std::vector<ProcessId> descendants_of(pid_t ancestor) {
  Children children = children_by_parent();
  std::vector<ProcessId> found = std::move(children[ancestor]);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto below = children.extract(found[i].pid);
    if (!below.empty()) found.insert(found.end(), below.mapped().begin(), below.mapped().end());
  }
  return found;
}

std::vector<ProcessId> children_of(pid_t parent) {
  Children children = children_by_parent();
  return std::move(children[parent]);
}

bool send_signal(const ProcessId& process, int signal) {
  const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!handle) return false;
  const auto stat = stat_of(std::to_string(process.pid));
  if (!stat || stat->start_ticks != process.start_ticks) return false;
  return ::syscall(SYS_pidfd_send_signal, handle.get(), signal, nullptr, 0) == 0;
}

}  // namespace picket::node
