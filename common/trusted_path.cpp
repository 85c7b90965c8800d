#include "common/trusted_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include "common/files.h"

namespace picket {
namespace {

constexpr int kLinksMax = 40;  // as path_resolution(7)
constexpr mode_t kWritableByOthers = 022;

std::string mode_text(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777U);
  return text;
}

struct Trusted {
  std::optional<uid_t> also;    // a user beside root
  bool sticky_folders = false;  // where each may change only what is his own
};

Status check_status(const struct stat& status, const std::string& path, const Trusted& trusted) {
  if (status.st_uid != 0 && status.st_uid != trusted.also)
    return Error{path + " belongs to uid " + std::to_string(status.st_uid) +
                 ", not to root: chown root " + path};
  const bool is_shared = trusted.sticky_folders && (status.st_mode & S_ISVTX) != 0;
  if ((status.st_mode & kWritableByOthers) != 0 && !is_shared)
    return Error{path + " has mode " + mode_text(status.st_mode) +
                 ", so that others than root may change it: chmod go-w " + path};
  return {};
}

// From folder to folder, each opened below the one before, so that what was judged is what is used.
class Walk {
 public:
  Walk(const std::string& path, const Trusted& trusted) : whole_(path), trusted_(trusted) {
    put_first(path);
  }

  Result<TrustedFile> go() {
    Status entered = enter_root();
    while (entered && !ahead_.empty()) entered = step();
    if (!entered) return Error{entered.error()};
    std::string path = path_of_way();
    return TrustedFile{std::move(way_.back().descriptor), way_.back().status, std::move(path)};
  }

 private:
  struct Place {
    std::string name;
    UniqueFd descriptor;
    struct stat status{};
  };

  void put_first(std::string_view path) {
    std::deque<std::string> parts;
    while (!path.empty()) {
      const std::size_t slash = path.find('/');
      parts.emplace_back(path.substr(0, slash));
      path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    ahead_.insert(ahead_.begin(), parts.begin(), parts.end());
  }

  std::string path_of_way() const {
    std::string path;
    for (std::size_t i = 1; i < way_.size(); ++i) path += '/' + way_[i].name;
    return path;
  }
  std::string shown() const { return way_.size() < 2 ? "/" : path_of_way(); }

  Status enter_root() {
    way_.clear();
    return enter("", UniqueFd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)));
  }

  Status enter(std::string name, UniqueFd descriptor) {
    Place place{std::move(name), std::move(descriptor), {}};
    if (!place.descriptor || ::fstat(place.descriptor.get(), &place.status) != 0)
      return system_error("open", whole_);
    way_.push_back(std::move(place));
    return {};
  }

  // The last place so far is a folder to go on from.
  Status check_folder() const {
    const struct stat& status = way_.back().status;
    if (!S_ISDIR(status.st_mode)) return Error{shown() + " is not a folder"};
    return check_status(status, shown(), trusted_);
  }

  Status step() {
    std::string name = std::move(ahead_.front());
    ahead_.pop_front();
    if (name.empty() || name == ".") return {};
    Status trusted = check_folder();
    if (!trusted) return trusted;
    if (name == "..") {
      if (way_.size() > 1) way_.pop_back();
      return {};
    }
    const int folder = way_.back().descriptor.get();
    UniqueFd next(::openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return system_error("open", whole_);
    Status entered = enter(std::move(name), std::move(next));
    if (!entered || !S_ISLNK(way_.back().status.st_mode)) return entered;
    return follow();
  }

  // A link lies in a folder that was trusted, and what it says can't be changed; where it leads is
  // walked like the rest.
  Status follow() {
    if (++links_ > kLinksMax) return Error{"too many links on the way to " + whole_};
    char target[PATH_MAX];
    const ssize_t size = ::readlinkat(way_.back().descriptor.get(), "", target, sizeof target);
    if (size <= 0 || size == sizeof target) return system_error("follow a link to", whole_);
    way_.pop_back();
    const std::string_view text(target, static_cast<std::size_t>(size));
    put_first(text);
    return text.front() == '/' ? enter_root() : Status();
  }

  std::string whole_;
  Trusted trusted_;
  std::deque<std::string> ahead_;
  std::vector<Place> way_;
  int links_ = 0;
};

}  // namespace

Result<TrustedFile> open_trusted(const std::string& path, std::optional<uid_t> also) {
  if (!path.starts_with('/') || path.find('\0') != std::string::npos)
    return Error{"expected a path that begins with /"};
  return Walk(path, {.also = also}).go();
}

Status check_place_of_root(const std::string& folder) {
  const Trusted trusted{.also = {}, .sticky_folders = true};
  const auto found = Walk(folder, trusted).go();
  if (!found) return Error{found.error()};
  return check_status(found->status, folder, trusted);
}

Status check_owner(const TrustedFile& file, const std::string& path, std::optional<uid_t> also) {
  return check_status(file.status, path, {.also = also});
}

Result<TrustedFile> open_program(const std::string& path) {
  auto program = open_trusted(path);
  if (!program) return program;
  if (!S_ISREG(program->status.st_mode)) return Error{path + " is not a regular file"};
  const Status owned = check_owner(*program, path);
  if (!owned) return Error{owned.error()};
  if ((program->status.st_mode & 0111U) == 0) return Error{path + " is not executable"};
  return program;
}

Result<std::string> read_trusted(const std::string& path, std::size_t bytes_max) {
  const auto file = open_trusted(path);
  if (!file) return Error{file.error()};
  if (!S_ISREG(file->status.st_mode)) return Error{path + " is not a regular file"};
  const Status owned = check_owner(*file, path);
  if (!owned) return Error{owned.error()};
  // The very file that was judged: /proc leads to what is open, whatever the path names by now.
  auto content = read_file("/proc/self/fd/" + std::to_string(file->descriptor.get()), bytes_max);
  if (content) return content;
  return Error{"can't read " + path + ", or it is larger than " + std::to_string(bytes_max) +
               " bytes"};
}

}  // namespace picket
