#include "node/collectors/sessions.h"

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <cstdint>
#include <utility>

#include "node/collectors/alarm.h"
#include "node/collectors/session_idle.h"
#include "node/collectors/session_merge.h"

namespace picket::node {
namespace {

using std::chrono::milliseconds;

// After a hint that a login is under way, /proc is scanned a few times: a terminal is opened before
// a shell has taken it, and logind and utmp tell of a login before it has one. Steps are from the
// hint on.
constexpr std::array<milliseconds, 8> kBurst = {
    milliseconds(1),  milliseconds(3),   milliseconds(8),   milliseconds(20),
    milliseconds(50), milliseconds(120), milliseconds(300), milliseconds(700)};
// A look that took t is paid off in 5 t, so that whoever makes events without end gets a fifth of
// the time; looks worth this much may come before they are paid for: a login makes several events.
constexpr int kShare = 5;
constexpr milliseconds kCredit(100);

// How often looks of one depth may come.
class Pace {
 public:
  void took(SteadyTime begin, SteadyTime end) {
    paid_off_ = std::max(paid_off_, begin) + (end - begin) * kShare;
  }
  Nanoseconds wait(SteadyTime now) const {
    return std::max(Nanoseconds(0), paid_off_ - kCredit - now);
  }

 private:
  SteadyTime paid_off_;
};

}  // namespace

// All that can call back. Handlers that are queued already when it ends find `token` gone.
struct SessionsCollector::Watching {
  Watching(SessionsCollector& collector, asio::io_context& loop, const SessionsSettings& settings)
      : leaders(loop, [&collector] { collector.on_leader_ended(); }),
        sources(
            collector.context_.root,
            settings.alive ? settings.alive : [this](pid_t pid) { return leaders.alive(pid); }),
        names(collector.context_.names, collector.context_.clock,
              [&collector] { collector.look_soon(); }),
        hints(loop, collector.context_.root,
              [&collector](const SessionHints::Changes& changes) { collector.on_hint(changes); }),
        soon(loop),
        burst(loop),
        safety(loop),
        patience(loop) {}

  Leaders leaders;
  SessionSources sources;
  std::unique_ptr<ReadableFd> logind;
  UserNames names;
  SessionHints hints;
  Alarm soon;
  Alarm burst;
  Alarm safety;
  Alarm patience;
  Pace quick_pace;
  Pace scan_pace;
  bool look_pending = false;
  std::size_t burst_steps_done = kBurst.size();
  SteadyTime burst_began;
  std::shared_ptr<bool> token = std::make_shared<bool>(true);

  // `action`, unless this has ended by then.
  template <typename Action>
  auto unless_ended(Action action) const {
    return [weak = std::weak_ptr(token), action = std::move(action)] {
      if (weak.lock()) action();
    };
  }
};

SessionsCollector::SessionsCollector(const CollectorContext& context, SessionsSettings settings)
    : context_(context), settings_(std::move(settings)) {}

SessionsCollector::~SessionsCollector() = default;

void SessionsCollector::start(Publish publish) {
  publish_ = std::move(publish);
  watching_ = std::make_unique<Watching>(*this, context_.loop, settings_);
  asio::post(context_.loop, watching_->unless_ended([this] { look(Depth::kProbe); }));
  arm_safety_poll();
}

void SessionsCollector::stop() { watching_.reset(); }

void SessionsCollector::watch_logind() {
  Watching& watching = *watching_;
  const int fd = watching.sources.logind().fd();
  if (watching.logind || fd < 0) return;
  watching.logind = std::make_unique<ReadableFd>(context_.loop, fd, [this] {
    watching_->sources.logind().flush();
    look_soon();
    start_burst();
  });
}

void SessionsCollector::on_hint(const SessionHints::Changes& changes) {
  look_soon();
  if (changes.terminal_opened || changes.utmp) start_burst();
}

void SessionsCollector::on_leader_ended() {
  look_soon();
  if (watching_->sources.logind_lost()) start_burst();
}

// What happens within one turn of the loop (a login changes several files) is looked at once.
void SessionsCollector::look_soon() {
  Watching& watching = *watching_;
  if (std::exchange(watching.look_pending, true)) return;
  const auto action = watching.unless_ended([this] { look(Depth::kQuick); });
  const Nanoseconds wait = watching.quick_pace.wait(context_.clock.steady());
  if (wait > Nanoseconds(0)) return watching.soon.set(wait, action);
  asio::post(context_.loop, action);
}

void SessionsCollector::start_burst() {
  watching_->burst_steps_done = 0;
  watching_->burst_began = context_.clock.steady();
  burst_step();
}

void SessionsCollector::burst_step() {
  Watching& watching = *watching_;
  if (watching.burst_steps_done >= kBurst.size()) return;
  const SteadyTime now = context_.clock.steady();
  const SteadyTime due = watching.burst_began + kBurst[watching.burst_steps_done];
  const Nanoseconds wait = std::max(due - now, watching.scan_pace.wait(now));
  watching.burst.set(wait, [this] {
    ++watching_->burst_steps_done;
    look(Depth::kScan);
    if (!watching_) return;
    const bool complete = every_terminal_known() && !watching_->sources.logind_lost();
    if (!complete) burst_step();
  });
}

void SessionsCollector::arm_safety_poll() {
  watching_->safety.set(settings_.safety_poll, [this] {
    watching_->hints.watch();
    look(Depth::kProbe);
    if (watching_) arm_safety_poll();
  });
}

void SessionsCollector::reconfigure(const CollectorContext& context) {
  set_safety_poll(context.safety_poll);
}

void SessionsCollector::set_safety_poll(Milliseconds poll) {
  settings_.safety_poll = poll;
  if (watching_) arm_safety_poll();
}

void SessionsCollector::look(Depth depth) {
  Watching& watching = *watching_;
  watching.look_pending = false;
  const SteadyTime begin = context_.clock.steady();
  take(watching.sources.look(depth, begin));
  watch_logind();
  watching.leaders.forget_unasked();
  const SteadyTime end = context_.clock.steady();
  (depth == Depth::kQuick ? watching.quick_pace : watching.scan_pace).took(begin, end);
  publish_if_changed();  // may stop us
}

SessionFacts SessionsCollector::with_names(SessionFacts facts) {
  const auto name = [&](uint32_t uid) { return watching_->names.of(uid).value_or(""); };
  if (facts.logind) {
    for (LogindFact& fact : *facts.logind) {
      if (fact.user.empty() && fact.uid) fact.user = name(*fact.uid);
    }
  }
  if (facts.proc) {
    for (ProcFact& fact : *facts.proc) fact.user = name(fact.uid);
  }
  return facts;
}

void SessionsCollector::take(const SessionFacts& facts) {
  std::vector<MergedSession> sessions = merge_sessions(with_names(facts));
  keys_.assign(sessions);
  rows_.clear();
  waits_for_names_ = false;
  for (MergedSession& session : sessions) {
    // Its name comes in a moment: better one row a little later than one without and then another.
    const bool waits = session.row.user().empty();
    waits_for_names_ = waits_for_names_ || waits;
    if (!waits) rows_.push_back(std::move(session.row));
  }
  health_.Clear();
  const SourceStates& states = watching_->sources.states();
  if (states.any_usable()) {
    auto* ok = health_.mutable_ok();
    for (const std::string& source : sources_used(facts)) ok->add_sources(source);
    ok->set_last_success_unix_ns(to_unix_ns(context_.clock.wall()));
  } else {
    health_.mutable_failed()->set_reason(states.reason());
    health_.mutable_failed()->set_remedy(states.remedy());
  }
}

// Then only logind's next word can bring something that a scan would find.
bool SessionsCollector::every_terminal_known() const {
  const SourceStates& states = watching_->sources.states();
  if (!states.proc.usable) return true;
  if (!states.logind.usable) return false;
  return std::none_of(rows_.begin(), rows_.end(),
                      [](const v1::Session& row) { return row.tty().empty(); });
}

void SessionsCollector::publish_if_changed() {
  if (waits_for_names_) {
    watching_->patience.set(kUserNamePatience, [this] { look_soon(); });
    if (published_.empty())
      return;  // a first value without them would end their sessions for the hub
  }
  v1::ResourceValue told = value();
  if (published_.is_news(told)) publish_(std::move(told));
}

v1::ResourceValue SessionsCollector::value() const {
  v1::ResourceValue value;
  value.set_resource(std::string(resource()));
  value.set_at_unix_ns(to_unix_ns(context_.clock.wall()));
  *value.mutable_health() = health_;
  if (health_.has_failed()) return value;
  value.mutable_sessions()->mutable_rows()->Assign(rows_.begin(), rows_.end());
  return value;
}

void SessionsCollector::refresh(Publish done) {
  if (!watching_) return;
  asio::post(context_.loop, watching_->unless_ended([this, done = std::move(done)] {
    look(Depth::kQuick);
    if (!watching_) return;
    v1::ResourceValue refreshed = value();
    for (v1::Session& row : *refreshed.mutable_sessions()->mutable_rows()) {
      const auto idle = terminal_idle(context_.root, row.tty(), context_.clock.wall());
      if (idle) row.set_idle_ms(static_cast<uint64_t>(idle->count()));
    }
    done(std::move(refreshed));
  }));
}

}  // namespace picket::node
