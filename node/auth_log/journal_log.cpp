#include "node/auth_log/journal_log.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "common/limits.h"

namespace picket::node {
namespace {

// Nothing is taken out of the journal so soon after it was written.
constexpr Nanoseconds kUnreadAfter = Seconds(60);

uint64_t to_us(WallTime time) {
  const auto since_epoch = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch());
  return since_epoch.count() > 0 ? static_cast<uint64_t>(since_epoch.count()) : 0;
}

// In files of that sequence it leads to the number, in others to the time.
std::string cursor_to(const JournalPlace& place, WallTime time) {
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, ";i=%llx;t=%llx",
                static_cast<unsigned long long>(place.number),  // NOLINT(google-runtime-int)
                static_cast<unsigned long long>(to_us(time)));  // NOLINT(google-runtime-int)
  return "s=" + place.instance + numbers;
}

}  // namespace

const std::vector<std::string> kAuthPrograms = {
    "chage", "chpasswd",       "gpasswd", "groupadd",  "groupdel",     "groupmod",
    "login", "passwd",         "sshd",    "sshd-auth", "sshd-session", "su",
    "sudo",  "systemd-logind", "useradd", "userdel",   "usermod"};

JournalLog::JournalLog(std::filesystem::path root, std::vector<std::string> programs,
                       const Clock& clock)
    : root_(std::move(root)), programs_(std::move(programs)), clock_(clock) {}

v1::CollectorHealth JournalLog::health() {
  v1::CollectorHealth health = journal_health(root_, clock_.wall());
  if (health.has_ok() && !open())
    health.mutable_failed()->set_reason("no file of the journal can be opened");
  return health;
}

bool JournalLog::open() {
  if (journal_) return true;
  if (!journal_health(root_, {}).has_ok()) return false;
  sd_journal* journal = nullptr;
  // Only this host's: the journals of its containers attest what their own root likes. And with it
  // those of all its users, where lines of su may be.
  const int error = root_ == "/"
                        ? sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY)
                        : sd_journal_open_directory(&journal, root_.c_str(), SD_JOURNAL_OS_ROOT);
  if (error < 0) return false;
  journal_.reset(journal);
  (void)sd_journal_set_data_threshold(journal, limits::kLogLineBytesMax + 64);
  fd_ = sd_journal_get_fd(journal);
  if (fd_ < 0) fd_ = -1;
  return true;
}

void JournalLog::match_programs() {
  sd_journal* journal = journal_.get();
  const auto match = [&](const std::string& term) {
    (void)sd_journal_add_match(journal, term.data(), term.size());
  };
  sd_journal_flush_matches(journal);
  for (const std::string& program : programs_) match("SYSLOG_IDENTIFIER=" + program);
  (void)sd_journal_add_disjunction(journal);
  for (const std::string& program : programs_) match("_COMM=" + program);
  (void)sd_journal_add_disjunction(journal);
  match("SYSLOG_FACILITY=4");   // auth
  match("SYSLOG_FACILITY=10");  // authpriv
}

void JournalLog::start_at(const LogStart& start) {
  start_ = start;
  here_.reset();
  after_.reset();
  since_.reset();
  gap_.reset();
  last_.reset();
  caught_up_.reset();
  if (std::holds_alternative<FromNow>(start) && (!open() || !begin())) start_ = clock_.wall();
}

void JournalLog::woken() {
  (void)changed();
  look_again();
}

// An entry is counted a moment before the terms in it lead to it. The library, if asked just then,
// finds none that matches, and doesn't look again before there is another: so it is made to forget
// what it saw.
void JournalLog::look_again() {
  if (!journal_ || start_) return;
  if (here_) {
    after_ = here_->place;
    (void)sd_journal_seek_cursor(journal_.get(), here_->cursor.c_str());
  } else if (since_) {
    (void)sd_journal_seek_realtime_usec(journal_.get(), to_us(*since_));
  }
}

// New files are found, and those forgotten that are gone; false: nothing happened.
bool JournalLog::changed() {
  if (!journal_) return false;
  const int what = sd_journal_process(journal_.get());
  // Files were taken away. If nobody asked for long, perhaps with entries that were not read: look
  // whether the last one that was is still there.
  const bool behind = !caught_up_ || clock_.steady() - *caught_up_ > kUnreadAfter;
  if (what == SD_JOURNAL_INVALIDATE && behind && last_ && !start_ && !gap_) start_ = *last_;
  return what > SD_JOURNAL_NOP;
}

LogStep JournalLog::next() {
  if (!open() || (start_ && !begin())) return NoMoreNow{};
  const int found = sd_journal_next(journal_.get());
  if (found > 0) {
    caught_up_.reset();
    return tell();
  }
  const bool more = changed();
  caught_up_ = clock_.steady();
  if (!more) return NoMoreNow{};
  look_again();
  return AskAgain{};
}

LogStep JournalLog::tell() {
  const JournalEntry::State state = entry_.read(journal_.get());
  const bool damaged = state == JournalEntry::State::kDamaged;
  const bool has_place = entry_.place().number != 0;
  if (damaged && !has_place) miss("an entry of the journal is damaged");
  if (!has_place) return AskAgain{};
  here_ = Here{entry_.cursor(), entry_.place()};
  if (passed_over()) return AskAgain{};
  if (damaged) miss("an entry of the journal is damaged");
  after_.reset();
  since_.reset();
  last_.emplace();
  last_->set_source(std::string(kJournalSource));
  last_->set_instance(entry_.place().instance);
  last_->set_offset(entry_.place().number);
  last_->set_at_unix_ns(to_unix_ns(entry_.time()));
  SourcedLine line{std::nullopt, entry_.place().instance, entry_.place().number, std::nullopt};
  if (state == JournalEntry::State::kLine) line.line = entry_.line();
  line.gap = std::exchange(gap_, std::nullopt);
  if (line.gap) line.gap->to = entry_.time();
  return line;
}

// Since the last entry that was told.
void JournalLog::miss(std::string reason) {
  if (gap_) return;
  gap_ = LogGap{std::move(reason), std::nullopt, std::nullopt};
  if (last_) gap_->from = from_peer_unix_ns(last_->at_unix_ns());
}

bool JournalLog::passed_over() {
  if (after_ && after_->instance == entry_.place().instance)
    return entry_.place().number <= after_->number;
  return since_ && entry_.time() < *since_;
}

// ---- Where to begin.

bool JournalLog::begin() {
  const LogStart start = *start_;
  if (!std::visit([this](const auto& where) { return begin_at(where); }, start)) return false;
  start_.reset();
  return true;
}

// After the last entry of all, whatever the clock says.
bool JournalLog::begin_at(FromNow /*now*/) {
  sd_journal_flush_matches(journal_.get());
  const bool found = sd_journal_seek_tail(journal_.get()) >= 0 &&
                     sd_journal_previous(journal_.get()) > 0 && entry_.read_place(journal_.get());
  if (found) go_on(entry_.place());
  return found;
}

bool JournalLog::begin_at(WallTime since) {
  match_programs();
  since_ = since;
  here_.reset();
  return sd_journal_seek_realtime_usec(journal_.get(), to_us(since)) >= 0;
}

bool JournalLog::begin_at(const v1::LogPosition& position) {
  const WallTime last = from_peer_unix_ns(position.at_unix_ns());
  const WallTime later = last + std::chrono::microseconds(1);  // as exactly as the journal knows
  if (position.source() != kJournalSource) {
    gap_ = LogGap{"the log was read from " + position.source() + " before", last, std::nullopt};
    return begin_at(later);
  }
  const JournalPlace place{position.instance(), position.offset()};
  const bool found = find(place, last);
  const bool vacuumed = found && entry_.place().number > place.number + 1;
  if (!found || vacuumed)
    gap_ = LogGap{"the journal no longer has what was read until then", last, std::nullopt};
  if (!found) return begin_at(later);
  go_on(place);
  return true;
}

// True: `entry_` is the one at `place`, or else the first after it of the same sequence.
bool JournalLog::find(const JournalPlace& place, WallTime time) {
  // Entries of another sequence may come first: some that were received at that very time.
  constexpr int kOthersMax = 1000;
  sd_journal_flush_matches(journal_.get());
  const std::string cursor = cursor_to(place, time);
  if (sd_journal_seek_cursor(journal_.get(), cursor.c_str()) < 0) return false;
  for (int others = 0; others < kOthersMax; ++others) {
    if (sd_journal_next(journal_.get()) <= 0) return false;
    if (!entry_.read_place(journal_.get())) continue;
    if (entry_.place().instance == place.instance) return entry_.place().number >= place.number;
  }
  return false;
}

// From `entry_`, with what comes after `place`.
void JournalLog::go_on(const JournalPlace& place) {
  match_programs();
  after_ = place;
  here_ = Here{entry_.cursor(), place};
  (void)sd_journal_seek_cursor(journal_.get(), entry_.cursor().c_str());
}

}  // namespace picket::node
