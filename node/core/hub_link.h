// The node's end of its link to one hub: hello, welcome or refusal, then values as they change.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/peer.h"
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
  virtual void on_closed(const Closed& closed) = 0;
};

class HubLink final : public LinkHandler {
 public:
  /// Says hello at once.
  HubLink(Agent& agent, Peer& peer, HubLinkObserver& observer);
  ~HubLink() override;
  HubLink(const HubLink&) = delete;
  HubLink& operator=(const HubLink&) = delete;

  void on_frame(std::string_view payload) override;
  void on_closed(const Closed& closed) override;

  /// Sends a value in parts; nothing before the welcome, which is followed by all values.
  void send_value(const v1::ResourceValue& value);
  /// Says goodbye and ends the link.
  void say_goodbye(const std::string& reason);

 private:
  void on_welcome(const v1::Welcome& welcome);
  void on_refusal(const v1::Refusal& refusal);
  void on_refresh(const v1::Refresh& refresh);
  void on_probe(const v1::Probe& probe);
  void close(Closed closed);
  void send(const v1::NodeToHub& message);

  Agent& agent_;
  Peer& peer_;
  HubLinkObserver& observer_;
  bool connected_ = false;
  bool closing_ = false;
  std::shared_ptr<HubLink*> self_;  // holds null once this is gone, for refreshes that come late
};

}  // namespace picket::node
