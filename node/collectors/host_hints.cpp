#include "node/collectors/host_hints.h"

#include <sys/inotify.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

// Other files of these folders may be written all the time; nothing here is that urgent.
constexpr Nanoseconds kPause = 1s;

// A folder, and how the names in it begin that tell something.
struct Watched {
  std::string_view path;
  std::string_view first;
  std::string_view second;
  uint32_t mask;
};

constexpr uint32_t kFiles =
    IN_ONLYDIR | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
constexpr std::array<Watched, 4> kWatched = {{
    {"/boot", "vmlinuz-", "vmlinuz-", kFiles},
    {"/etc", "os-release", "hostname", kFiles},
    // Mostly a link to /usr/lib, where the file itself is replaced.
    {"/etc/os-release", "", "", IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF},
    {"/run", "reboot-required", "reboot-required", kFiles},
}};

}  // namespace

HostHints::HostHints(asio::io_context& loop, std::filesystem::path root,
                     std::function<void()> changed)
    : loop_(loop), root_(std::move(root)), changed_(std::move(changed)), pause_(loop) {
  watch();
}

void HostHints::watch() {
  if (!inotify_) {
    inotify_.reset(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify_) return;  // out of descriptors: tried again at the next safety poll
    wait();
  }
  for (std::size_t row = 0; row < kWatched.size(); ++row) {
    const std::string path = below(root_, kWatched[row].path);
    const int watch = inotify_add_watch(inotify_.get(), path.c_str(), kWatched[row].mask);
    if (watch >= 0) watched_[watch] = row;
  }
}

void HostHints::wait() {
  wait_ = std::make_unique<ReadableFd>(loop_, inotify_.get(), [this] { read_events(); });
}

bool HostHints::is_hint(const InotifyEvent& event) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
  const auto found = watched_.find(event.watch);
  if (found == watched_.end() || (event.mask & IN_IGNORED) != 0) return false;
  const Watched& row = kWatched[found->second];
  return event.name.starts_with(row.first) || event.name.starts_with(row.second);
}

void HostHints::read_events() {
  bool is_hinted = false;
  read_inotify(inotify_.get(), [&](const InotifyEvent& event) {
    is_hinted = is_hinted || is_hint(event);
    if ((event.mask & IN_IGNORED) != 0) watched_.erase(event.watch);
  });
  wait_.reset();
  pause_.set(kPause, [this] { wait(); });
  if (is_hinted) changed_();
}

}  // namespace picket::node
