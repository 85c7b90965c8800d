#include "node/auth_log/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "common/limits.h"
#include "node/auth_log/local_names.h"

namespace picket::node {
namespace {

std::filesystem::path below(const std::filesystem::path& root, std::string_view path) {
  return root / path.substr(1);
}

std::string remedy_for(const std::filesystem::path& root, const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return "";
  const bool by_group = (status.st_mode & S_IRGRP) != 0 && status.st_gid != 0;
  if (!by_group) return "chgrp adm " + file.string() + " && chmod g+r " + file.string();
  return "usermod -aG " + local_group(root, status.st_gid) + " " + local_user(root, geteuid());
}

}  // namespace

std::string log_file_of(const std::filesystem::path& root) {
  for (const std::string_view path : kLogFilePaths) {
    std::error_code error;
    if (std::filesystem::exists(below(root, path), error)) return std::string(path);
  }
  return std::string(kLogFilePaths[0]);
}

LogFile::LogFile(std::filesystem::path root, std::string path, const Clock& clock)
    : root_(std::move(root)),
      path_(std::move(path)),
      file_(below(root_, path_)),
      clock_(clock),
      wake_(file_),
      stamps_(clock.wall()) {}

v1::CollectorHealth LogFile::health() {
  v1::CollectorHealth health;
  const UniqueFd fd(::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  const int error = errno;
  // Between a rotation and the next line there is none of that name.
  const bool is_rotated = !fd && error == ENOENT && !generations_of(file_).empty();
  if (fd || is_rotated) {
    health.mutable_ok()->add_sources(path_);
    health.mutable_ok()->set_last_success_unix_ns(to_unix_ns(clock_.wall()));
    return health;
  }
  health.mutable_failed()->set_reason(error == ENOENT ? "there is no " + path_
                                                      : path_ + ": " + std::strerror(error));
  if (error == EACCES) health.mutable_failed()->set_remedy(remedy_for(root_, file_));
  return health;
}

void LogFile::woken() {
  wake_.drain();
  wake_.watch();  // the name may be another file's now
}

void LogFile::start_at(const LogStart& start) {
  start_ = start;
  reading_.reset();
  lines_.begin_at(0);
  since_.reset();
  after_ = 0;
  last_time_.reset();
  gap_.reset();
  gap_at_end_.reset();
  stamps_ = StampReader(clock_.wall());
  if (std::holds_alternative<FromNow>(start) && !begin()) start_ = clock_.wall();
}

void LogFile::lose(std::string reason, std::optional<WallTime> from) {
  // Several losses with no line between are one.
  if (!gap_) gap_ = LogGap{std::move(reason), from, std::nullopt};
}

// ---- Where to begin.

bool LogFile::begin() {
  const LogStart start = *start_;
  if (!std::visit([this](const auto& where) { return begin_at(where); }, start)) return false;
  start_.reset();
  wake_.watch();
  return true;
}

void LogFile::open(LogGeneration generation, uint64_t offset) {
  generation.bytes.seek(generation.bytes.compressed() ? 0 : offset);
  after_ = offset;
  lines_.begin_at(generation.bytes.compressed() ? 0 : offset);
  reading_ = std::move(generation);
}

// At the end of the last complete line; what is being written is read when it is.
bool LogFile::begin_at(FromNow /*now*/) {
  auto newest = open_generation(file_);
  if (!newest || newest->first_line.empty() || newest->bytes.compressed()) return false;
  auto offset = static_cast<uint64_t>(newest->bytes.status().st_size);
  std::array<char, limits::kLogLineBytesMax> tail{};
  const uint64_t tail_begin = offset - std::min<uint64_t>(offset, tail.size());
  newest->bytes.seek(tail_begin);
  const ssize_t got = newest->bytes.read(tail);
  const std::string_view text(tail.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t feed = text.rfind('\n');
  if (feed != std::string_view::npos) offset = tail_begin + feed + 1;
  open(*std::move(newest), offset);
  stamps_.go_on_from(clock_.wall());
  return true;
}

// In the newest generation that begins before, else in the oldest that there is.
bool LogFile::begin_at(WallTime since) {
  auto generations = generations_of(file_);
  if (generations.empty()) return false;
  const auto before = [&](const LogGeneration& generation) {
    const auto first = first_time(generation, clock_.wall());
    return !first || *first <= since;
  };
  auto chosen = std::find_if(generations.begin(), generations.end(), before);
  if (chosen == generations.end()) --chosen;
  since_ = since;
  open(std::move(*chosen), 0);
  return true;
}

bool LogFile::begin_by_time(const v1::LogPosition& position, const std::string& reason) {
  const WallTime last = from_peer_unix_ns(position.at_unix_ns());
  if (!begin_at(last)) return false;
  lose(reason, last);
  return true;
}

bool LogFile::begin_at(const v1::LogPosition& position) {
  if (position.source() != path_)
    return begin_by_time(position, "the log was read from " + position.source() + " before");
  auto generations = generations_of(file_);
  auto found = std::find_if(
      generations.begin(), generations.end(),
      [&](const LogGeneration& generation) { return generation.instance == position.instance(); });
  if (found == generations.end())
    return begin_by_time(position, "the file that was read until then is gone");
  if (!found->bytes.compressed()) {
    const auto size = static_cast<uint64_t>(found->bytes.status().st_size);
    std::array<char, 1> before{'\n'};
    if (position.offset() > 0) found->bytes.seek(position.offset() - 1);
    const bool there =
        position.offset() <= size && (position.offset() == 0 || found->bytes.read(before) == 1);
    if (!there || before[0] != '\n')
      return begin_by_time(position, "the file that was read until then is another now");
  }
  last_time_ = from_peer_unix_ns(position.at_unix_ns());
  stamps_.go_on_from(*last_time_);
  open(std::move(*found), position.offset());
  return true;
}

}  // namespace picket::node
