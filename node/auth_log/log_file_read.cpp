// The half of LogFile that goes on reading, through rotations.
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

#include "common/limits.h"
#include "node/auth_log/log_file.h"
#include "node/auth_log/syslog_header.h"

namespace picket::node {
namespace {

constexpr char kTruncated[] = "the log was truncated in place; lines of that moment may be lost";
constexpr char kGone[] = "the file that was read until then is gone";

}  // namespace

LogStep LogFile::next() {
  if (auto step = next_line()) return *std::move(step);
  if (!reading_ && (!start_ || !begin())) return NoMoreNow{};
  return read_more();
}

// Out of what was read already, so at most one piece of it is passed over.
std::optional<LogStep> LogFile::next_line() {
  while (const auto text = lines_.next()) {
    auto line = parse_syslog_line(text->text, stamps_);
    if (!wanted(*text, line)) continue;
    SourcedLine sourced{line, reading_->instance, text->end, std::nullopt};
    if (!line) return sourced;
    since_.reset();
    last_time_ = std::max(line->time, last_time_.value_or(line->time));
    sourced.gap = std::exchange(gap_, std::nullopt);
    if (sourced.gap) sourced.gap->to = line->time;
    return sourced;
  }
  return std::nullopt;
}

bool LogFile::wanted(const LineSplitter::Line& text, const std::optional<LogLine>& line) const {
  if (text.end <= after_) return false;
  if (!since_) return true;
  if (!line) return false;
  // Cut to the second, as the line's own stamp is: rather a line twice than one not at all.
  const bool cut = line->time_source == v1::AuthEvent::TIME_SOURCE_STAMP_WITHOUT_YEAR;
  return line->time >= (cut ? std::chrono::floor<Seconds>(*since_) : *since_);
}

LogStep LogFile::read_more() {
  if (reading_->first_line.empty()) reading_->look();
  stamps_.set_reference(written_until(*reading_, clock_.wall()));
  std::array<char, limits::kLogReadBytesMax> piece;  // NOLINT(*-member-init): read() fills it
  const ssize_t got = reading_->first_line.empty() ? 0 : reading_->bytes.read(piece);
  if (was_truncated()) {  // what was read may be of the new content: read again
    go_on_after_truncation();
    return AskAgain{};
  }
  if (got > 0) {
    lines_.feed({piece.data(), static_cast<std::size_t>(got)});
    if (auto step = next_line()) return *std::move(step);
    return AskAgain{};
  }
  if (got < 0) lose(reading_->path.string() + " is damaged", last_time_);
  if (newest() || !move_on(got == 0)) return NoMoreNow{};
  return AskAgain{};
}

// ---- Copied and truncated.

bool LogFile::was_truncated() const {
  if (reading_->bytes.compressed()) return false;
  const auto size = static_cast<uint64_t>(reading_->bytes.status().st_size);
  const std::string& first = reading_->first_line;
  return size < lines_.offset() || reading_->bytes.first_bytes(first.size()) != first;
}

// What was not read before the truncation is in the copy, but for what was written between the two.
void LogFile::go_on_after_truncation() {
  auto generations = generations_of(file_);
  const struct stat own = reading_->bytes.status();
  // The log itself is no copy, though it may begin with the same line again.
  auto copy =
      std::find_if(generations.begin(), generations.end(), [&](const LogGeneration& generation) {
        return generation.instance == reading_->instance && !generation.same_file(own);
      });
  if (copy != generations.end()) {
    gap_at_end_ = kTruncated;
    open(std::move(*copy), lines_.line_offset());
    return;
  }
  lose(kTruncated, last_time_);
  reading_->look();
  LogGeneration same = *std::move(reading_);
  open(std::move(same), 0);
}

// ---- Renamed.

// Nothing is newer than what is being read: its name still is the log's, or the new file has no
// line yet, because the daemon has not opened it yet and still writes to the old one.
bool LogFile::newest() const {
  struct stat named{};
  if (stat(file_.c_str(), &named) == 0 && reading_->same_file(named)) return true;
  if (reading_->path != file_) return false;
  auto newer = open_generation(file_);
  return !newer || newer->first_line.empty();
}

// To the generation after the one that was read to its end; false: there is none.
bool LogFile::move_on(bool is_readable) {
  auto generations = generations_of(file_);
  const auto found = find_reading(generations);
  if (!generations.empty() && found == generations.begin()) {
    reading_->path = file_;  // as far as it concerns us: the newest that has lines
    return false;
  }
  // Until the new file had its first line, the old one may have got others.
  const auto size = static_cast<uint64_t>(reading_->bytes.status().st_size);
  const bool can_grow =
      is_readable && !reading_->bytes.compressed() && !reading_->first_line.empty();
  if (can_grow && size > lines_.offset()) return true;
  if (found == generations.end()) return begin_after_loss(std::move(generations));
  if (!gap_at_end_ && truncated_in_place(*reading_, generations.front(), clock_.wall()))
    gap_at_end_ = kTruncated;
  if (gap_at_end_) lose(*std::exchange(gap_at_end_, std::nullopt), last_time_);
  if (lines_.rest()) lose("its last line was cut off", last_time_);
  open(std::move(*std::prev(found)), 0);
  wake_.watch();
  return true;
}

LogFile::Generations::iterator LogFile::find_reading(Generations& generations) const {
  const struct stat own = reading_->bytes.status();
  const auto same = std::find_if(generations.begin(), generations.end(),
                                 [&](const LogGeneration& other) { return other.same_file(own); });
  if (same != generations.end()) return same;
  return std::find_if(generations.begin(), generations.end(), [&](const LogGeneration& other) {
    return other.instance == reading_->instance;
  });
}

// What was read is gone: on with the oldest that begins later, else with what is later in the
// others.
bool LogFile::begin_after_loss(Generations generations) {
  lose(kGone, last_time_);
  const WallTime last = last_time_.value_or(WallTime{});
  const auto later =
      std::find_if(generations.rbegin(), generations.rend(), [&](const LogGeneration& generation) {
        const auto first = first_time(generation, clock_.wall());
        return first && *first >= last;
      });
  if (later != generations.rend()) {
    open(std::move(*later), 0);
    wake_.watch();
    return true;
  }
  reading_.reset();
  start_ = last;
  return begin();
}

}  // namespace picket::node
