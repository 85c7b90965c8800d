#include "node/collectors/auth_log.h"

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

#include "node/auth_log/choose_source.h"
#include "node/auth_log/journal_log.h"
#include "node/auth_log/log_file.h"
#include "node/collectors/key_namer.h"
#include "node/collectors/login_hints.h"
#include "node/collectors/recent_answers.h"
#include "node/collectors/watched_log.h"
#include "node/core/log_feeds.h"
#include "node/core/resources.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds kLookEvery = 30s;
constexpr Nanoseconds kFirstLookAgain = 1s;  // while there is no log to read; then ever more seldom
// After a hint the log is read again and again: the line comes a moment later, and the log itself
// would tell of it only after a quarter of a second. Once a second in even steps; after a hint in
// between in steps that double, so that whoever makes hints without end costs little and hides
// nothing.
constexpr Nanoseconds kBurstStep = 2ms;
constexpr Nanoseconds kBurstLength = 250ms;
constexpr Nanoseconds kEvenBurstEvery = 1s;

}  // namespace

// All that can call back. What is queued already when it ends finds `token` gone.
struct AuthLogCollector::Watching {
  Watching(AuthLogCollector& collector, const CollectorContext& context)
      : hints(context.loop, context.root, [&collector] { collector.start_burst(); }),
        namer(context.loop, context.clock, context.key_names),
        uids(
            context.clock,
            [&context](const std::string& user, auto done) {
              context.names.lookup_uid(user, std::move(done));
            },
            [&context] { context.log_feeds.wake(); }),
        key_names(
            context.clock,
            [this](const std::string& question, auto done) { ask_key_name(question, done); },
            [&context] { context.log_feeds.wake(); }),
        look(context.loop),
        burst(context.loop),
        patience(context.loop) {}

  // The fingerprint, which has no blank in it, and the user.
  void ask_key_name(const std::string& question, const KeyNamer::Done& done) {
    const std::size_t blank = question.find(' ');
    namer.ask(question.substr(blank + 1), question.substr(0, blank), done);
  }

  LoginHints hints;
  KeyNamer namer;
  RecentAnswers<uint32_t> uids;
  RecentAnswers<std::string> key_names;
  Alarm look;
  Alarm burst;
  Alarm patience;
  Nanoseconds look_wait{0};
  std::optional<SteadyTime> even_burst_began;
  SteadyTime burst_end;
  SteadyTime next_read;
  Nanoseconds burst_step = kBurstStep;
  bool is_even = true;
  std::shared_ptr<bool> token = std::make_shared<bool>(true);
};

AuthLogChoice choose_auth_log(const std::filesystem::path& root, const Clock& clock) {
  const v1::CollectorHealth journal = JournalLog(root, kAuthPrograms, clock).health();
  LogFile file(root, log_file_of(root), clock);
  const v1::CollectorHealth of_file = file.health();
  AuthLogChoice choice{{}, health_of_choice(journal, of_file)};
  switch (choose_source(journal, of_file)) {
    case LogChoice::kJournal: choice.source = kJournalSource; break;
    case LogChoice::kFile: choice.source = file.name(); break;
    case LogChoice::kNone: break;
  }
  return choice;
}

AuthLogCollector::AuthLogCollector(const CollectorContext& context) : context_(context) {}

AuthLogCollector::~AuthLogCollector() { stop(); }

std::string_view AuthLogCollector::resource() const { return kAuthLogResource; }

void AuthLogCollector::start(Publish publish) {
  publish_ = std::move(publish);
  watching_ = std::make_unique<Watching>(*this, context_);
  look();
  look_later();
  context_.log_feeds.set_host(this);
}

void AuthLogCollector::stop() {
  if (!watching_) return;
  context_.log_feeds.set_host(nullptr);
  watching_.reset();
}

void AuthLogCollector::look_later() {
  Nanoseconds& wait = watching_->look_wait;
  wait = source_.empty() ? std::clamp(wait * 2, kFirstLookAgain, kLookEvery) : kLookEvery;
  watching_->look.set(wait, [this] {
    watching_->hints.watch();
    look();
    if (watching_) look_later();
  });
}

void AuthLogCollector::look() {
  AuthLogChoice seen = choose_auth_log(context_.root, context_.clock);
  read(seen);
  // While the log that is read may just be out of sight for a moment, nothing is said yet.
  if (!changed_to_.empty()) return;
  health_ = std::move(seen.health);
  v1::ResourceValue told = value();
  if (published_.is_news(told)) publish_(std::move(told));
}

// From one log to another only if two looks agree: each change is a gap that has to be told.
void AuthLogCollector::read(const AuthLogChoice& seen) {
  const bool same = seen.source == source_ || seen.source.empty();
  const bool now = source_.empty() || seen.source == changed_to_;
  changed_to_ = same || now ? "" : seen.source;
  if (same || !now) return;
  source_ = seen.source;
  context_.log_feeds.reopen();
}

std::unique_ptr<LogSource> AuthLogCollector::open_log() {
  if (!watching_ || source_.empty()) return nullptr;
  std::unique_ptr<LogSource> source;
  if (source_ == kJournalSource) {
    source = std::make_unique<JournalLog>(context_.root, kAuthPrograms, context_.clock);
  } else {
    source = std::make_unique<LogFile>(context_.root, source_, context_.clock);
  }
  return std::make_unique<WatchedLog>(context_.loop, std::move(source),
                                      [this] { context_.log_feeds.wake(); });
}

SoFar<uint32_t> AuthLogCollector::uid_of(std::string_view user) {
  if (!watching_) return {};
  return with_patience(watching_->uids.to(user));
}

SoFar<std::string> AuthLogCollector::key_name_of(std::string_view user,
                                                 std::string_view fingerprint) {
  if (!watching_ || !context_.key_names.enabled) return {};
  return with_patience(watching_->key_names.to(std::string(fingerprint) + " " + std::string(user)));
}

template <typename Value>
SoFar<Value> AuthLogCollector::with_patience(SoFar<Value> answer) {
  if (answer.is_coming)
    watching_->patience.set(kAnswerPatience, [this] { context_.log_feeds.wake(); });
  return answer;
}

void AuthLogCollector::reconfigure(const CollectorContext& context) {
  context_.key_names.enabled = context.key_names.enabled;
}

void AuthLogCollector::wake_soon() {
  if (!watching_) return;
  asio::post(context_.loop, [this, weak = std::weak_ptr(watching_->token)] {
    if (weak.lock()) context_.log_feeds.wake();
  });
}

void AuthLogCollector::start_burst() {
  Watching& watching = *watching_;
  const SteadyTime now = context_.clock.steady();
  const bool is_due =
      !watching.even_burst_began || now - *watching.even_burst_began >= kEvenBurstEvery;
  const bool is_going_on = now < watching.burst_end;
  if (!is_due && watching.is_even && is_going_on) return;
  // However often there are hints, there is one read in a step.
  if (!is_due && is_going_on && watching.next_read - now <= kBurstStep) {
    watching.burst_end = now + kBurstLength;
    watching.burst_step = kBurstStep;
    return;
  }
  watching.is_even = is_due;
  if (is_due) watching.even_burst_began = now;
  watching.burst_end = now + kBurstLength;
  watching.burst_step = kBurstStep;
  burst_step();
}

void AuthLogCollector::burst_step() {
  Watching& watching = *watching_;
  context_.log_feeds.wake();
  watching.next_read = context_.clock.steady() + watching.burst_step;
  if (watching.next_read > watching.burst_end) {
    watching.next_read = watching.burst_end + kBurstLength;  // none: the next hint reads at once
    return;
  }
  watching.burst.set(watching.burst_step, [this] { burst_step(); });
  if (!watching.is_even) watching.burst_step *= 2;
}

v1::ResourceValue AuthLogCollector::value() const {
  v1::ResourceValue value;
  value.set_resource(std::string(resource()));
  value.set_at_unix_ns(to_unix_ns(context_.clock.wall()));
  *value.mutable_health() = health_;
  value.mutable_auth_log()->set_source(source_);
  return value;
}

void AuthLogCollector::refresh(Publish done) {
  if (!watching_) return;
  asio::post(context_.loop, [this, done = std::move(done), weak = std::weak_ptr(watching_->token)] {
    // What the last look saw: whoever asks often makes no work.
    if (weak.lock()) done(value());
  });
}

}  // namespace picket::node
