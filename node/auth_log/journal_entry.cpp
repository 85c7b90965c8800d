#include "node/auth_log/journal_entry.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "common/limits.h"

namespace picket::node {
namespace {

template <typename Number>
std::optional<Number> number_of(std::string_view digits, int base = 10) {
  Number number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

// Into `text`, which is empty if the entry has no such field. 0, or what the library says: -ENOENT
// if there is none.
int read_field(sd_journal* journal, const char* name, std::string& text) {
  const void* data = nullptr;
  std::size_t size = 0;
  text.clear();
  const int error = sd_journal_get_data(journal, name, &data, &size);
  if (error < 0) return error;
  std::string_view field(static_cast<const char*>(data), size);
  field.remove_prefix(std::min(std::strlen(name) + 1, field.size()));
  text = field.substr(0, limits::kLogLineBytesMax);
  return 0;
}

// "s=0123" of a cursor.
std::string_view part_of(std::string_view cursor, std::string_view key) {
  while (!cursor.empty()) {
    const std::string_view part = cursor.substr(0, cursor.find(';'));
    if (part.starts_with(key)) return part.substr(key.size());
    cursor.remove_prefix(std::min(part.size() + 1, cursor.size()));
  }
  return {};
}

}  // namespace

JournalPlace place_of(const char* cursor) {
  return {std::string(part_of(cursor, "s=")),
          number_of<uint64_t>(part_of(cursor, "i="), 16).value_or(0)};
}

bool JournalEntry::read_place(sd_journal* journal) {
  place_ = {};
  cursor_.clear();
  char* text = nullptr;
  if (sd_journal_get_cursor(journal, &text) < 0) return false;
  const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
  cursor_ = text;
  place_ = place_of(text);
  return read_time(journal) && place_.number != 0;
}

bool JournalEntry::read_time(sd_journal* journal) {
  uint64_t received_us = 0;
  if (sd_journal_get_realtime_usec(journal, &received_us) < 0) return false;
  (void)read_field(journal, "_SOURCE_REALTIME_TIMESTAMP", sent_);
  const auto us = number_of<int64_t>(sent_).value_or(static_cast<int64_t>(received_us));
  // A damaged or foreign file may hold any number.
  time_ = from_peer_unix_ns(std::clamp<int64_t>(us, 0, INT64_MAX / 1000) * 1000);
  return true;
}

JournalEntry::State JournalEntry::read(sd_journal* journal) {
  if (!read_place(journal)) return State::kDamaged;
  if (const int error = read_field(journal, "MESSAGE", message_); error != 0)
    return error == -ENOENT ? State::kNoMessage : State::kDamaged;
  (void)read_field(journal, "SYSLOG_IDENTIFIER", process_);
  if (process_.empty()) (void)read_field(journal, "_COMM", process_);
  (void)read_field(journal, "SYSLOG_PID", claimed_pid_);
  (void)read_field(journal, "_PID", pid_);
  (void)read_field(journal, "_UID", uid_);
  (void)read_field(journal, "_EXE", exe_);
  (void)read_field(journal, "_BOOT_ID", boot_id_);
  (void)read_field(journal, "_HOSTNAME", host_);
  return State::kLine;
}

LogLine JournalEntry::line() const {
  LogLine line;
  line.message = message_;
  line.process = process_;
  line.host = host_;
  const uint32_t pid = number_of<uint32_t>(pid_).value_or(0);
  line.pid = number_of<uint32_t>(claimed_pid_).value_or(pid);
  line.time = time_;
  line.time_source = v1::AuthEvent::TIME_SOURCE_JOURNAL;
  line.attested = Attested{number_of<uint32_t>(uid_), pid, exe_, boot_id_};
  return line;
}

}  // namespace picket::node
