// Who is logged in. Woken by logind's monitor, inotify and the ends of processes; looks; publishes
// what changed. What is seen is in session_sources, what it means in session_merge.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/collectors/collector.h"
#include "node/collectors/last_value.h"
#include "node/collectors/leaders.h"
#include "node/collectors/registry.h"
#include "node/collectors/session_hints.h"
#include "node/collectors/session_keys.h"
#include "node/collectors/session_sources.h"
#include "node/collectors/user_names.h"

namespace picket::node {

struct SessionsSettings {
  // Everything else is event driven; this is for what no event told of.
  Milliseconds safety_poll = std::chrono::seconds(30);
  // Whether a process lives; absent: pidfds tell, and wake.
  std::function<bool(pid_t)> alive;
};

class SessionsCollector final : public Collector {
 public:
  explicit SessionsCollector(const CollectorContext& context, SessionsSettings settings = {});
  ~SessionsCollector() override;

  std::string_view resource() const override { return "sessions"; }
  void start(Publish publish) override;
  void refresh(Publish done) override;
  void reconfigure(const CollectorContext& context) override;
  void set_safety_poll(Milliseconds poll);
  void stop() override;

 private:
  using Depth = SessionSources::Depth;
  struct Watching;

  void watch_logind();
  void on_hint(const SessionHints::Changes& changes);
  void on_leader_ended();
  void look_soon();
  void start_burst();
  void burst_step();
  void arm_safety_poll();
  void look(Depth depth);
  void take(const SessionFacts& facts);
  SessionFacts with_names(SessionFacts facts);
  bool every_terminal_known() const;
  void publish_if_changed();
  v1::ResourceValue value() const;

  CollectorContext context_;
  SessionsSettings settings_;
  Publish publish_;
  SessionKeys keys_;
  std::vector<v1::Session> rows_;
  v1::CollectorHealth health_;
  bool waits_for_names_ = false;
  LastValue published_;
  std::unique_ptr<Watching> watching_;  // between start and stop
};

}  // namespace picket::node
