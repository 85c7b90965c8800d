#include "node/collectors/login_hints.h"

#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

// A folder, and the names in it that tell of logins; none: all do.
struct Folder {
  std::string_view path;
  std::array<std::string_view, 2> names;
  uint32_t mask;
};

// The folder is watched where the file can't be: btmp is root's alone, and names outlive rotation.
constexpr std::array<Folder, 5> kFolders = {{
    {"/dev/pts", {}, IN_CREATE | IN_DELETE},
    {"/run", {"utmp"}, IN_MODIFY | IN_CREATE | IN_MOVED_TO},
    {"/run/systemd/sessions", {}, IN_MOVED_TO | IN_DELETE},
    {"/var/lib/wtmpdb", {"wtmp.db"}, IN_MODIFY},
    {"/var/log", {"btmp", "wtmp"}, IN_MODIFY},
}};

// A daemon that writes its log into a watched folder all the time wakes us in vain, ever more
// seldom; while we pause a real hint waits.
constexpr Nanoseconds kPauseMin = 1ms;
constexpr Nanoseconds kPauseMax = 64ms;

}  // namespace

LoginHints::LoginHints(asio::io_context& loop, std::filesystem::path root,
                       std::function<void()> hint)
    : loop_(loop), root_(std::move(root)), hint_(std::move(hint)), pause_(loop) {
  watch();
}

void LoginHints::watch() {
  if (!inotify_) inotify_.reset(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify_) return;  // out of descriptors: lines are seen when their log tells of them
  for (std::size_t row = 0; row < kFolders.size(); ++row) {
    const std::string path = below(root_, kFolders[row].path);
    const int folder =
        inotify_add_watch(inotify_.get(), path.c_str(), kFolders[row].mask | IN_ONLYDIR);
    if (folder >= 0) folders_[folder] = row;
  }
  const bool is_paused = pause_length_ > Nanoseconds(0);
  if (!readable_ && !is_paused) wait();
}

void LoginHints::wait() {
  readable_.reset();
  readable_ = std::make_unique<ReadableFd>(loop_, inotify_.get(), [this] { read_events(); });
}

bool LoginHints::is_hint(const InotifyEvent& event) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
  const auto folder = folders_.find(event.watch);
  if (folder == folders_.end() || (event.mask & IN_IGNORED) != 0) return false;
  const auto& names = kFolders[folder->second].names;
  return names.front().empty() || std::find(names.begin(), names.end(), event.name) != names.end();
}

void LoginHints::read_events() {
  bool is_hinted = false;
  read_inotify(inotify_.get(),
               [&](const InotifyEvent& event) { is_hinted = is_hinted || is_hint(event); });
  if (is_hinted) {
    pause_length_ = Nanoseconds(0);
    return hint_();
  }
  pause_length_ = std::clamp(pause_length_ * 2, kPauseMin, kPauseMax);
  readable_.reset();
  pause_.set(pause_length_, [this] { wait(); });
}

}  // namespace picket::node
