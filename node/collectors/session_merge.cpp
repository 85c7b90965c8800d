#include "node/collectors/session_merge.h"

#include <utmp.h>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "common/utf8.h"

namespace picket::node {
namespace {

constexpr int64_t kNsPerUs = 1000;

std::string text_of(const std::string& bytes) {
  std::string text;
  set_outside_text(bytes, &text, nullptr);
  return text;
}

void set_user(v1::Session& row, const std::string& user) {
  std::string raw;
  set_outside_text(user, row.mutable_user(), &raw);
  if (!raw.empty()) row.set_user_raw(raw);
}

void set_remote_host(v1::Session& row, const std::string& host) {
  std::string raw;
  set_outside_text(host, row.mutable_remote_host(), &raw);
  if (!raw.empty()) row.set_remote_host_raw(raw);
}

std::string key_of(const LogindFact& fact) {
  return "logind:" + text_of(fact.id) + "@" + std::to_string(fact.since_us);
}

std::string key_of(const UtmpFact& fact) {
  return "utmp:" + text_of(fact.tty) + "@" + std::to_string(fact.pid) + "." +
         std::to_string(fact.since_us);
}

std::string key_of(const ProcFact& fact) {
  return "proc:" + fact.tty + "@" + std::to_string(fact.pid) + "." +
         std::to_string(fact.start_ticks);
}

// utmp cuts names at the length of its field.
bool same_user(const std::string& user, const std::string& utmp_user) {
  if (user.empty() || utmp_user.empty()) return true;
  return utmp_user.size() == UT_NAMESIZE ? user.starts_with(utmp_user) : user == utmp_user;
}

template <typename Fact, typename Order>
std::vector<const Fact*> sorted(const std::optional<std::vector<Fact>>& facts, Order order) {
  std::vector<const Fact*> pointers;
  if (!facts) return pointers;
  for (const Fact& fact : *facts) pointers.push_back(&fact);
  std::sort(pointers.begin(), pointers.end(),
            [&](const Fact* one, const Fact* other) { return order(*one) < order(*other); });
  return pointers;
}

// One pass over the facts, from the best source to the weakest.
class Merge {
 public:
  explicit Merge(const SessionFacts& facts) : facts_(facts) {}

  std::vector<MergedSession> run() {
    // Oldest first: of several facts of one session the login's own comes before what it started.
    for (const LogindFact* fact : sorted(facts_.logind, [](const LogindFact& logind) {
           return std::tie(logind.since_us, logind.id);
         })) {
      add(*fact);
    }
    for (const UtmpFact* fact : sorted(
             facts_.utmp, [](const UtmpFact& utmp) { return std::tie(utmp.since_us, utmp.tty); })) {
      add(*fact);
    }
    for (const ProcFact* fact : sorted(facts_.proc, [](const ProcFact& proc) {
           return std::tie(proc.start_ticks, proc.pid);
         })) {
      add(*fact);
    }
    return in_order();
  }

 private:
  using Index = std::size_t;

  void add(const LogindFact& fact);
  void add(const UtmpFact& fact);
  void add(const ProcFact& fact);
  void fill(MergedSession& session, const UtmpFact& fact);
  void fill(MergedSession& session, const ProcFact& fact);
  MergedSession& append(const std::string& tty, pid_t leader);
  void told_by(MergedSession& session, const std::string& source, std::string key);
  MergedSession* on_tty(const std::string& tty);
  MergedSession* led_by(pid_t pid, const std::vector<pid_t>& ancestors);
  std::vector<MergedSession> in_order();

  const SessionFacts& facts_;
  std::vector<MergedSession> sessions_;
  std::unordered_map<std::string, Index> by_tty_;
  std::unordered_map<pid_t, Index> by_leader_;
  std::unordered_set<std::string> window_ttys_;
};

MergedSession& Merge::append(const std::string& tty, pid_t leader) {
  const Index index = sessions_.size();
  if (!tty.empty()) by_tty_.emplace(tty, index);
  if (leader > 0) by_leader_.emplace(leader, index);
  MergedSession& session = sessions_.emplace_back();
  session.row.set_tty(text_of(tty));
  if (leader > 0) session.row.set_leader_pid(static_cast<uint32_t>(leader));
  return session;
}

void Merge::told_by(MergedSession& session, const std::string& source, std::string key) {
  session.keys.push_back(std::move(key));
  const auto& sources = session.row.sources();
  if (std::find(sources.begin(), sources.end(), source) == sources.end()) {
    session.row.add_sources(source);
  }
}

MergedSession* Merge::on_tty(const std::string& tty) {
  const auto found = by_tty_.find(tty);
  return found == by_tty_.end() ? nullptr : &sessions_[found->second];
}

MergedSession* Merge::led_by(pid_t pid, const std::vector<pid_t>& ancestors) {
  if (const auto own = by_leader_.find(pid); own != by_leader_.end())
    return &sessions_[own->second];
  for (const pid_t ancestor : ancestors) {
    const auto found = by_leader_.find(ancestor);
    if (found != by_leader_.end()) return &sessions_[found->second];
  }
  return nullptr;
}

void Merge::add(const LogindFact& fact) {
  MergedSession& session = append(fact.tty, fact.leader);
  told_by(session, kLogindSource, key_of(fact));
  v1::Session& row = session.row;
  set_user(row, fact.user);
  if (fact.uid) row.set_uid(*fact.uid);
  row.set_seat(text_of(fact.seat));
  set_remote_host(row, fact.remote_host);
  row.set_service(text_of(fact.service));
  row.set_class_(text_of(fact.session_class));
  row.set_since_unix_ns(static_cast<int64_t>(fact.since_us) * kNsPerUs);
}

void Merge::add(const UtmpFact& fact) {
  if (fact.window) {
    window_ttys_.insert(fact.tty);
    return;
  }
  if (MergedSession* session = on_tty(fact.tty);
      session != nullptr && same_user(session->row.user(), text_of(fact.user))) {
    return fill(*session, fact);
  }
  // One connection may carry several terminals: one session of logind's, but two logins of utmp's.
  if (MergedSession* session = led_by(fact.pid, fact.ancestors);
      session != nullptr && session->row.sources(0) == kLogindSource) {
    return fill(*session, fact);
  }
  MergedSession& session = append(fact.tty, fact.pid);
  told_by(session, kUtmpSource, key_of(fact));
  set_user(session.row, fact.user);
  set_remote_host(session.row, fact.remote_host);
  session.row.set_since_unix_ns(static_cast<int64_t>(fact.since_us) * kNsPerUs);
}

void Merge::fill(MergedSession& session, const UtmpFact& fact) {
  told_by(session, kUtmpSource, key_of(fact));
  v1::Session& row = session.row;
  if (row.user().empty()) set_user(row, fact.user);
  if (row.remote_host().empty()) set_remote_host(row, fact.remote_host);
  if (row.tty().empty()) row.set_tty(text_of(fact.tty));
  by_tty_.emplace(fact.tty, static_cast<Index>(&session - sessions_.data()));
}

void Merge::add(const ProcFact& fact) {
  if (window_ttys_.contains(fact.tty)) return;
  if (MergedSession* session = on_tty(fact.tty)) return fill(*session, fact);
  if (MergedSession* session = led_by(fact.pid, fact.ancestors)) {
    // With a terminal known already, this is another one within the session (`script`, `sudo`).
    if (session->row.tty().empty()) fill(*session, fact);
    return;
  }
  if (facts_.logind) return;  // tmux's panes, terminal windows, containers: no login
  MergedSession& session = append(fact.tty, fact.pid);
  told_by(session, kProcSource, key_of(fact));
  set_user(session.row, fact.user);
  session.row.set_uid(fact.uid);
  session.row.set_since_unix_ns(fact.since_ns);
}

void Merge::fill(MergedSession& session, const ProcFact& fact) {
  v1::Session& row = session.row;
  if (row.has_uid() && !row.user().empty() && !row.tty().empty()) {
    // It tells nothing new. Named as a source all the same it would make a change of the row
    // whenever a scan happens to find it.
    session.keys.push_back(key_of(fact));
    return;
  }
  told_by(session, kProcSource, key_of(fact));
  if (!row.has_uid()) row.set_uid(fact.uid);
  if (row.user().empty()) set_user(row, fact.user);
  if (!row.tty().empty()) return;
  row.set_tty(text_of(fact.tty));
  by_tty_.emplace(fact.tty, static_cast<Index>(&session - sessions_.data()));
}

std::vector<MergedSession> Merge::in_order() {
  for (MergedSession& session : sessions_) session.row.set_key(session.keys.front());
  std::sort(sessions_.begin(), sessions_.end(), [](const auto& one, const auto& other) {
    const int64_t since = one.row.since_unix_ns();
    const int64_t other_since = other.row.since_unix_ns();
    return std::tie(since, one.row.key()) < std::tie(other_since, other.row.key());
  });
  return std::move(sessions_);
}

}  // namespace

std::vector<MergedSession> merge_sessions(const SessionFacts& facts) { return Merge(facts).run(); }

std::vector<std::string> sources_used(const SessionFacts& facts) {
  std::vector<std::string> used;
  if (facts.logind) used.emplace_back(kLogindSource);
  if (facts.utmp) used.emplace_back(kUtmpSource);
  if (facts.proc) used.emplace_back(kProcSource);
  return used;
}

}  // namespace picket::node
