#include "node/core/log_feed.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "common/limits.h"
#include "common/local_event.h"
#include "node/core/log_resume.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

// So long being held up is how a burst is sent, and not yet a flood.
constexpr Nanoseconds kThrottledAfter = 2s;
// How often the health says again how far behind the node is.
constexpr Nanoseconds kBehindToldEvery = 30s;
// How far was read is said with each event, and so often where there are only lines without.
constexpr Nanoseconds kReadThroughEvery = 30s;
constexpr Nanoseconds kBookmarkSavedEvery = 60s;

// The hub has the positions of local events among those of logs.
template <typename Positions>
std::vector<v1::LogPosition> of_logs(const Positions& positions) {
  std::vector<v1::LogPosition> kept;
  for (const auto& position : positions) {
    if (position.source() != kLocalSource) kept.push_back(position);
  }
  return kept;
}

}  // namespace

LogFeed::LogFeed(LogFeeds& feeds, const Clock& clock, LogBookmark& bookmark, LogStart first)
    : feeds_(feeds),
      clock_(clock),
      bookmark_(bookmark),
      first_(std::move(first)),
      reader_([this](std::string_view user) -> std::optional<uint32_t> {
        if (feeds_.host() == nullptr) return std::nullopt;
        const SoFar<uint32_t> answer = feeds_.host()->uid_of(user);
        is_coming_ = is_coming_ || answer.is_coming;
        return answer.value;
      }),
      acknowledged_(bookmark.load()) {
  feeds_.add(*this);
}

LogFeed::~LogFeed() { feeds_.remove(*this); }

// ---- The link.

void LogFeed::on_welcome(LogFeedLink& link, const v1::Welcome& welcome) {
  link_ = &link;
  stored_ = of_logs(welcome.positions());
  allowance_.begin(welcome.log_events_granted());
  round_ = 0;
  held_up_since_.reset();
  told_behind_.reset();
  wake();
}

void LogFeed::on_closed() {
  link_ = nullptr;
  source_.reset();
  held_.reset();
  begun_.reset();
  read_.reset();
  if (acknowledged_ && acknowledged_->offset() > 0) bookmark_.save(*acknowledged_);
}

void LogFeed::on_granted(const v1::LogGranted& granted) {
  allowance_.raise(granted.events());
  wake();
}

void LogFeed::on_acknowledged(const v1::LogAcknowledged& acknowledged) {
  const v1::LogPosition& position = acknowledged.position();
  // Only what this node has said itself can have been stored.
  if (position.source().size() + position.instance().size() > limits::kTextBytesMax) return;
  acknowledged_ = position;
  const SteadyTime now = clock_.steady();
  if (saved_at_ && now - *saved_at_ < kBookmarkSavedEvery) return;
  saved_at_ = now;
  bookmark_.save(*acknowledged_);
}

void LogFeed::on_again(const v1::LogAgain& again) {
  round_ = again.round();
  const auto earliest = earliest_of(of_logs(again.positions()));
  begun_ = earliest ? LogStart(*earliest) : resume_at({}, acknowledged_, first_);
  read_.reset();
  if (source_) begin(*begun_);
  wake();
}

void LogFeed::wake() {
  if (link_ != nullptr) link_->on_log_ready();
}

// ---- The log.

void LogFeed::reopen() {
  source_.reset();
  held_.reset();
  wake();
}

bool LogFeed::open() {
  if (source_) return true;
  source_ = feeds_.host() == nullptr ? nullptr : feeds_.host()->open_log();
  if (!source_) return false;
  if (read_) begun_ = *read_;  // of the log that was read until now
  begin(begun_ ? *begun_ : resume_at(stored_, acknowledged_, first_));
  return true;
}

void LogFeed::begin(LogStart start) {
  begun_ = start;
  if (std::holds_alternative<FromNow>(start)) {
    // If the log or the link is lost before anything was stored, this is still where it began.
    v1::LogPosition now;
    now.set_at_unix_ns(to_unix_ns(clock_.wall()));
    begun_ = clock_.wall();
    acknowledged_ = now;
    bookmark_.save(now);
  }
  held_.reset();
  read_.reset();
  told_through_ = 0;
  told_at_ = clock_.steady();
  source_->start_at(start);
}

std::optional<v1::LogEvents> LogFeed::next() {
  LogBatch batch;
  if (link_ == nullptr || !open()) return std::nullopt;
  const bool caught_up = read_into(batch);
  auto message = finish(std::move(batch));
  // With a message the link asks again by itself.
  if (!message && !caught_up && may_send() && !held_) feeds_.host()->wake_soon();
  return message;
}

// True: there is nothing more now.
bool LogFeed::read_into(LogBatch& batch) {
  if (held_) {
    if (!tell(held_->get(), batch)) return false;
    held_.reset();
  }
  for (int lines = 0; lines < limits::kLogLinesAtOnce && !batch.is_full(); ++lines) {
    if (allowance_.left() - static_cast<uint64_t>(batch.events().events_size()) < kEventsOfLine) {
      on_held_up();
      return false;
    }
    const LogStep step = source_->next();
    if (std::holds_alternative<NoMoreNow>(step)) {
      on_caught_up();
      return true;
    }
    const auto* line = std::get_if<SourcedLine>(&step);
    if (line == nullptr) continue;
    if (batch.takes(*line) && tell(*line, batch)) continue;
    held_ = std::make_unique<HeldLine>(*line);
    return false;
  }
  return false;
}

// False: it has to wait for what the host will know soon.
bool LogFeed::tell(const SourcedLine& line, LogBatch& batch) {
  is_coming_ = false;
  const Reading* reading = line.line ? &reader_.read(*line.line) : nullptr;
  const bool is_event = reading != nullptr && reading->verdict == Reading::Verdict::kEvent;
  const std::string key_name = is_event && !is_coming_ ? key_name_of(reading->event) : "";
  if (std::exchange(is_coming_, false)) return false;
  const Reading::Verdict verdict =
      reading != nullptr ? reading->verdict : Reading::Verdict::kUnparsed;
  count(verdict);
  batch.add(source_->name(), line, is_event ? &reading->event : nullptr, key_name);
  if (!read_) read_.emplace().set_source(std::string(source_->name()));
  if (read_->instance() != line.instance) {
    read_->set_instance(std::string(line.instance));
    told_through_ = 0;
  }
  read_->set_offset(line.offset);
  if (line.line) read_->set_at_unix_ns(to_unix_ns(line.line->time));
  return true;
}

// Of a login by key alone: who fails with a stranger's key has no name here.
std::string LogFeed::key_name_of(const v1::Event& event) {
  const v1::AuthEvent& auth = event.auth();
  if (event.kind() != "ssh.accepted" || auth.key_fingerprint().empty()) return {};
  if (feeds_.host() == nullptr || !auth.user_raw().empty()) return {};
  auto answer = feeds_.host()->key_name_of(auth.user(), auth.key_fingerprint());
  is_coming_ = answer.is_coming;
  return std::move(answer.value).value_or("");
}

void LogFeed::count(Reading::Verdict verdict) {
  counts_.set_lines(counts_.lines() + 1);
  switch (verdict) {
    case Reading::Verdict::kEvent: return counts_.set_events(counts_.events() + 1);
    case Reading::Verdict::kIgnored: return counts_.set_ignored(counts_.ignored() + 1);
    case Reading::Verdict::kUnparsed: return counts_.set_unparsed(counts_.unparsed() + 1);
  }
}

std::optional<v1::LogEvents> LogFeed::finish(LogBatch batch) {
  if (!read_) return std::nullopt;
  const SteadyTime now = clock_.steady();
  const bool is_due = read_->offset() > told_through_ && now - told_at_ >= kReadThroughEvery;
  if (batch.is_empty() && (!is_due || !may_send())) return std::nullopt;
  v1::LogEvents& events = batch.events();
  events.set_source(read_->source());
  events.set_instance(read_->instance());
  events.set_read_through(read_->offset());
  events.set_read_through_unix_ns(read_->at_unix_ns());
  events.set_round(round_);
  told_through_ = read_->offset();
  told_at_ = now;
  allowance_.use(static_cast<uint64_t>(std::max(events.events_size(), 1)));
  return std::move(events);
}

// ---- How it goes.

void LogFeed::on_held_up() {
  const SteadyTime now = clock_.steady();
  if (!held_up_since_) held_up_since_ = now;
  if (now - *held_up_since_ < kThrottledAfter) return;
  if (told_behind_ && now - *told_behind_ < kBehindToldEvery) return;
  told_behind_ = now;
  link_->on_log_health();
}

void LogFeed::on_caught_up() {
  held_up_since_.reset();
  if (std::exchange(told_behind_, std::nullopt)) link_->on_log_health();
}

// As old as the last line that was told: the next one is not read yet.
Milliseconds LogFeed::behind() const {
  if (!held_up_since_ || !read_ || read_->at_unix_ns() == 0) return Milliseconds(0);
  const Nanoseconds age = clock_.wall() - from_peer_unix_ns(read_->at_unix_ns());
  return std::max(std::chrono::duration_cast<Milliseconds>(age), Milliseconds(1));
}

void LogFeed::add_health(v1::ResourceValue& value) const {
  if (!told_behind_ || !value.health().has_ok()) return;
  const auto behind_ms = static_cast<uint64_t>(behind().count());
  value.mutable_health()->mutable_ok()->set_throttled_behind_ms(behind_ms);
}

void LogFeed::add_counts(v1::ResourceValue& value) const {
  v1::AuthLog& log = *value.mutable_auth_log();
  log.set_lines(counts_.lines());
  log.set_events(counts_.events());
  log.set_unparsed(counts_.unparsed());
  log.set_ignored(counts_.ignored());
  if (told_behind_) log.set_behind_ms(static_cast<uint64_t>(behind().count()));
  if (!read_) return;
  log.set_source(read_->source());
  log.set_instance(read_->instance());
  log.set_offset(read_->offset());
}

}  // namespace picket::node
