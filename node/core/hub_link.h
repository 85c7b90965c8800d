// The node's end of its link to one hub: hello, welcome or refusal, then values as they change.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/peer.h"
#include "node/core/event_feed.h"
#include "node/core/execution_feed.h"
#include "node/core/log_feed.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

class Agent;

/// What happens to the link that whoever connects it has to know.
class HubLinkObserver {
 public:
  virtual ~HubLinkObserver() = default;
  /// The hub's first message came: the node is connected only now.
  virtual void on_welcome(const v1::Welcome& welcome) = 0;
  virtual void on_refused(const v1::Refusal& refusal) = 0;
  /// The answer to HubLink::renew(), or one that nobody asked for.
  virtual void on_renewed(const v1::Renewed& renewed) = 0;
  virtual void on_closed(const Closed& closed) = 0;
};

/// What one hub is to be told beside values: its shares of the auth log and of the local events,
/// and what becomes of its executions.
struct HubFeeds {
  LogFeed& log;
  EventFeed& events;
  ExecutionFeed& executions;
};

class HubLink final : public LinkHandler, public LogFeedLink, public ExecutionFeedLink {
 public:
  /// Says hello at once. `feeds` are of this hub.
  HubLink(Agent& agent, HubFeeds feeds, Peer& peer, HubLinkObserver& observer);
  ~HubLink() override;
  HubLink(const HubLink&) = delete;
  HubLink& operator=(const HubLink&) = delete;

  void on_frame(std::string_view payload) override;
  void pull(std::size_t bytes_max, std::vector<std::string_view>& frames) override;
  void pulled(std::size_t count) override;
  void on_closed(const Closed& closed) override;

  void on_log_ready() override { peer_.wake(); }
  void on_log_health() override;
  void on_executions_ready() override { peer_.wake(); }

  /// Sends a value in parts; nothing before the welcome, which is followed by all values.
  void send_value(v1::ResourceValue value);
  /// Asks for a new certificate; nothing before the welcome.
  void renew(std::string certificate_request);
  /// Another link takes over: this one says that it lives, and nothing more, until it is closed;
  /// the observer hears no more of it.
  void stand_by();
  /// Says goodbye and ends the link.
  void say_goodbye(const std::string& reason);

 private:
  void on_welcome(const v1::Welcome& welcome);
  void on_refusal(const v1::Refusal& refusal);
  void on_refresh(const v1::Refresh& refresh);
  void on_probe(const v1::Probe& probe);
  void on_run(v1::RunCommand command);
  void on_again(const v1::LogAgain& again);
  void on_acknowledged(const v1::LogAcknowledged& acknowledged);
  void end_feeds();
  void make_frames();
  void add_feed(v1::ResourceValue& value) const;
  void close(Closed closed);
  void send(const v1::NodeToHub& message);

  Agent& agent_;
  HubFeeds feeds_;
  Peer& peer_;
  HubLinkObserver& observer_;
  bool connected_ = false;
  bool closing_ = false;
  bool standing_by_ = false;
  std::string log_frame_;                     // events, until the link has taken them over
  std::deque<std::string> execution_frames_;  // the same of executions
  std::shared_ptr<HubLink*> self_;  // holds null once this is gone, for refreshes that come late
};

}  // namespace picket::node
