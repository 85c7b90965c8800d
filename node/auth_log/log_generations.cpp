#include "node/auth_log/log_generations.h"

#include <algorithm>
#include <map>

#include "common/limits.h"
#include "common/sha256.h"
#include "node/auth_log/syslog_header.h"

namespace picket::node {
namespace {

constexpr std::size_t kInstanceDigits = 16;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// By age; the plain file before its compressed copy.
std::map<std::string, std::filesystem::path> names_of(const std::filesystem::path& log) {
  std::map<std::string, std::filesystem::path> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(log.parent_path(), error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    if (auto age = age_of(log.filename().string(), name)) names.emplace(*age, entries->path());
  }
  return names;
}

bool has_instance(const std::vector<LogGeneration>& generations, const std::string& instance) {
  return std::any_of(generations.begin(), generations.end(),
                     [&](const LogGeneration& other) { return other.instance == instance; });
}

std::vector<LogGeneration> open_all(const std::map<std::string, std::filesystem::path>& names) {
  std::vector<LogGeneration> generations;
  for (const auto& [age, path] : names) {
    if (generations.size() == limits::kLogGenerationsMax) break;
    auto generation = open_generation(path);
    if (!generation || generation->first_line.empty()) continue;
    if (!has_instance(generations, generation->instance))
      generations.push_back(*std::move(generation));
  }
  return generations;
}

// Nothing was renamed while the files were opened one after the other.
bool still_there(const std::vector<LogGeneration>& generations) {
  return std::all_of(generations.begin(), generations.end(), [](const LogGeneration& generation) {
    struct stat status{};
    return stat(generation.path.c_str(), &status) == 0 && generation.same_file(status);
  });
}

}  // namespace

void LogGeneration::look() {
  first_line = bytes.first_line();
  instance = first_line.empty() ? "" : instance_of(first_line);
}

bool LogGeneration::same_file(const struct stat& other) const {
  const struct stat own = bytes.status();
  return own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

std::string instance_of(std::string_view first_line) {
  if (first_line.ends_with('\n')) first_line.remove_suffix(1);
  return to_hex(sha256(first_line)).substr(0, kInstanceDigits);
}

Result<LogGeneration> open_generation(const std::filesystem::path& path) {
  auto bytes = LogBytes::open(path.string());
  if (!bytes) return Error{bytes.error()};
  LogGeneration generation{path, *std::move(bytes), {}, {}};
  generation.look();
  return generation;
}

std::vector<LogGeneration> generations_of(const std::filesystem::path& log) {
  constexpr int kTriesMax = 5;  // a rotation takes a moment, and then a day
  std::vector<LogGeneration> generations;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const auto names = names_of(log);
    generations = open_all(names);
    if (still_there(generations) && names == names_of(log)) break;
  }
  return generations;
}

std::optional<std::string> age_of(std::string_view log, std::string_view name) {
  if (!name.starts_with(log)) return std::nullopt;
  name.remove_prefix(log.size());
  if (name.empty()) return "0";
  const char kind = name.front();
  name.remove_prefix(1);
  const bool compressed = name.ends_with(".gz");
  if (compressed) name.remove_suffix(3);
  const std::string last = compressed ? "z" : "";
  if (kind == '.' && is_number(name) && name.size() < 10)
    return "1" + std::string(10 - name.size(), '0') + std::string(name) + last;
  std::string digits(name);
  std::erase(digits, '-');  // between a date and a time
  if (kind != '-' || digits.size() < 8 || !is_number(digits)) return std::nullopt;
  for (char& digit : digits) digit = static_cast<char>('0' + '9' - digit);  // later is less
  return "2" + digits + last;
}

WallTime written_until(const LogGeneration& generation, WallTime now) {
  const timespec changed = generation.bytes.status().st_mtim;
  return std::min(now, WallTime(Seconds(changed.tv_sec) + Nanoseconds(changed.tv_nsec)));
}

bool truncated_in_place(const LogGeneration& read, const LogGeneration& log, WallTime now) {
  constexpr Nanoseconds kCoarse = Seconds(1);  // file systems and stamps have coarse clocks
  const auto born = log.bytes.born();
  const auto first = first_time(read, now);
  return born && first && *born + kCoarse < *first;
}

std::optional<WallTime> first_time(const LogGeneration& generation, WallTime now) {
  StampReader stamps(written_until(generation, now));
  std::string_view text = generation.first_line;
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto line = parse_syslog_line(text, stamps);
  return line ? std::optional(line->time) : std::nullopt;
}

}  // namespace picket::node
