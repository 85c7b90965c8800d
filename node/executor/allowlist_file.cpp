#include "node/executor/allowlist_file.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "common/trusted_path.h"
#include "common/utf8.h"

namespace picket::node {
namespace {

constexpr int kErrorsPublishedMax = 16;

bool is_same_time(const timespec& one, const timespec& other) {
  return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

}  // namespace

AllowlistFile::AllowlistFile(std::string path, const Clock& clock)
    : path_(std::move(path)), clock_(clock) {}

// Where something is wrong it may be put right elsewhere: a program installed, a folder given back
// to root. Then the file is read again whatever it looks like, once it is known what is wrong.
bool AllowlistFile::is_same() {
  if (!exists_ || (!loaded_.errors.empty() && !check_)) return false;
  const auto file = open_trusted(path_);
  if (!file || !check_owner(*file, path_)) return false;
  const struct stat& now = file->status;
  return now.st_dev == seen_.st_dev && now.st_ino == seen_.st_ino && now.st_size == seen_.st_size &&
         is_same_time(now.st_mtim, seen_.st_mtim) && is_same_time(now.st_ctim, seen_.st_ctim);
}

bool AllowlistFile::refresh() {
  watch();
  const std::string before = published().SerializeAsString();
  const bool was_checking = check_.has_value();
  if (is_same()) {
    end_check();
    if (check_ || !was_checking) return false;
  } else {
    load();
  }
  const bool changed = published().SerializeAsString() != before;
  if (changed)
    for (const std::string& error : loaded_.errors)
      log::error("no command can be run: the allowlist can't be used", {{"why", error}});
  return changed;
}

// The look at the file comes before reading it: a change between the two is seen the next time.
void AllowlistFile::load() {
  check_.reset();
  const auto file = open_trusted(path_);
  exists_ = ::access(path_.c_str(), F_OK) == 0;
  if (file) seen_ = file->status;
  loaded_ = read_allowlist(path_);
  if (!loaded_.commands.empty()) begin_check();
}

void AllowlistFile::begin_check() {
  being_checked_ = std::exchange(loaded_.commands, {});
  auto check = AllowlistCheck::start(being_checked_, path_, clock_.steady());
  if (!check) return loaded_.errors.push_back(path_ + ": " + check.error());
  check_.emplace(*std::move(check));
  check_->wait(limits::kAllowlistCheckPatience);
  loaded_.errors = {path_ + ": the users and programs that it names are still being looked up"};
  end_check();
}

void AllowlistFile::end_check() {
  if (!check_) return;
  auto errors = check_->result(clock_.steady());
  if (!errors) return;
  check_.reset();
  loaded_.errors = *std::move(errors);
  if (loaded_.errors.empty()) loaded_.commands = std::move(being_checked_);
  being_checked_.clear();
}

void AllowlistFile::want(PollSet& polls) const {
  if (changes_) polls.want(changes_.get());
  if (check_) polls.want(check_->descriptor());
}

bool AllowlistFile::is_ready(const PollSet& polls) const {
  return polls.ready(changes_.get()) != 0 || (check_ && (polls.ready(check_->descriptor()) != 0 ||
                                                         clock_.steady() >= check_->deadline()));
}

std::optional<SteadyTime> AllowlistFile::deadline() const {
  return check_ ? std::optional(check_->deadline()) : std::nullopt;
}

// By its folder, so that a file put in its place is seen as well. Without a folder there is nothing
// to watch, but also nothing to run; the next refresh() tries again.
void AllowlistFile::watch() {
  char ignored[4096];
  while (changes_ && ::read(changes_.get(), ignored, sizeof ignored) > 0) {
  }
  if (changes_) return;
  UniqueFd fresh(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const std::string folder = path_.substr(0, path_.find_last_of('/') + 1);
  constexpr uint32_t kChanges =
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR;
  if (fresh && ::inotify_add_watch(fresh.get(), folder.c_str(), kChanges) >= 0)
    changes_ = std::move(fresh);
}

v1::Commands AllowlistFile::published() const {
  v1::Commands commands = node::published(loaded_.commands);
  // The file itself has all of them: picket-node check-commands.
  for (const std::string& error : loaded_.errors) {
    if (commands.errors_size() == kErrorsPublishedMax) break;
    commands.add_errors(std::string(cut_utf8(to_valid_utf8(error), limits::kCommandTextBytesMax)));
  }
  return commands;
}

}  // namespace picket::node
