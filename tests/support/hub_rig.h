// A whole hub core on a virtual clock, with links that tests play the far end of.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/frame.h"
#include "common/protocol.h"
#include "hub/core/hub.h"
#include "tests/support/fake_identities.h"
#include "tests/support/fake_peer.h"
#include "tests/support/memory_audit.h"
#include "tests/support/memory_journal.h"
#include "tests/support/virtual_clock.h"

namespace picket::test {

/// A link to the hub with a fake far end.
struct RigLink {
  FakePeer peer;
  std::unique_ptr<LinkHandler> handler;

  template <typename Message>
  void say(const Message& message) {
    handler->on_frame(encode_frame(message).substr(limits::kFrameHeaderBytes));
  }
  /// Everything that it is sent, or can pull, as it travels.
  std::vector<std::string> frames() {
    auto all = std::exchange(peer.sent, {});
    for (;;) {
      std::vector<std::string_view> pulled;
      handler->pull(limits::kWriteBytesMax, pulled);
      if (pulled.empty()) return all;
      all.insert(all.end(), pulled.begin(), pulled.end());
      handler->pulled(pulled.size());
    }
  }
  /// The link ends as its close() asked, or by the peer.
  void end(Closed closed = {CloseReason::kPeerClosed, {}}) {
    if (!handler) return;
    handler->on_closed(peer.closed.value_or(std::move(closed)));
    handler.reset();
  }
};

class HubRig {
 public:
  explicit HubRig(std::vector<std::string> nodes = {}, hub::HubSettings settings = {},
                  hub::AccessRules access = {}, const hub::JournalContents& stored = {},
                  std::deque<hub::AuditPage> audited = {}) {
    audit.pages = std::move(audited);
    for (const auto& node : nodes) identities.add(node);
    hub::HubInfo info{.peer = protocol::self("picket-hub", "hub-1"),
                      .hub_id = "h",
                      .listen = {},
                      .ca_expires = {}};
    hub = std::make_unique<hub::Hub>(
        hub::HubParts{clock, deadlines, journal, identities, audit, [this] { return ++random_; }},
        settings, std::move(access), std::move(info));
    hub->restore(stored);
    hub->start();
    settle();
  }

  /// Runs all that was posted, also what that posts, and stores what waits for that.
  void settle() {
    do {
      while (!posted.empty()) {
        auto next = std::move(posted.front());
        posted.pop_front();
        next();
      }
      audit.answer_reads();
      hub->publisher().flush();
    } while (!posted.empty());
  }
  void advance(Nanoseconds duration) {
    clock.advance(duration);
    deadlines.run_due(clock.steady());
    settle();
  }

  std::unique_ptr<RigLink> node_link(const std::string& name) {
    auto link = std::make_unique<RigLink>();
    hub::NodeCertificate certificate{.name = name,
                                     .issued = clock.wall(),
                                     .expires = clock.wall() + limits::kNodeCertificateValidity};
    link->handler = hub->make_node_link(link->peer, certificate,
                                        "192.0.2.1:5" + std::to_string(1000 + links_++));
    return link;
  }
  static v1::NodeToHub hello(const std::string& folder = "folder") {
    v1::NodeToHub message;
    auto* hello = message.mutable_hello();
    *hello->mutable_peer() = protocol::self("picket-node", "node-1");
    hello->mutable_facts()->set_host_name("host");
    hello->mutable_facts()->set_agent_version("0.1.0");
    hello->set_folder_id(folder);
    hello->add_resources("sessions");
    return message;
  }
  std::unique_ptr<RigLink> connect_node(const std::string& name,
                                        const std::string& folder = "folder") {
    auto link = node_link(name);
    link->say(hello(folder));
    settle();
    return link;
  }
  /// The named users are on, each with a key of the same name.
  static v1::NodeToHub sessions(const std::vector<std::string>& users) {
    v1::NodeToHub message;
    auto* value = message.mutable_value();
    value->set_resource("sessions");
    value->set_parts(1);
    value->set_at_unix_ns(1);
    value->mutable_health()->mutable_ok()->add_sources("utmp");
    value->mutable_sessions();
    for (const auto& user : users) {
      auto* row = value->mutable_sessions()->add_rows();
      row->set_key(user);
      row->set_user(user);
    }
    return message;
  }

  std::unique_ptr<RigLink> client_link(hub::Caller caller = {}) {
    auto link = std::make_unique<RigLink>();
    link->handler = hub->make_client_link(link->peer, std::move(caller));
    return link;
  }
  std::unique_ptr<RigLink> connect_client(hub::Caller caller = {}) {
    auto link = client_link(std::move(caller));
    v1::ClientToHub message;
    message.set_request_id(1);
    *message.mutable_hello()->mutable_peer() = protocol::self("picket", "client-1");
    link->say(message);
    link->peer.sent.clear();
    return link;
  }
  std::unique_ptr<RigLink> subscriber(v1::Subscribe subscribe) {
    auto link = connect_client();
    v1::ClientToHub message;
    message.set_request_id(2);
    *message.mutable_subscribe() = std::move(subscribe);
    link->say(message);
    settle();
    link->peer.sent.clear();
    return link;
  }

  /// What a hub that starts again finds.
  hub::JournalContents stored() const {
    hub::JournalContents contents;
    for (const auto& [name, bytes] : journal.nodes) {
      if (!bytes.empty()) contents.nodes.push_back({name, bytes});
    }
    contents.positions = journal.positions;
    for (const auto& [id, bytes] : journal.executions) {
      if (!bytes.empty()) contents.executions.push_back({id, bytes});
    }
    return contents;
  }

  std::vector<v1::ClosedLink> closed_links() const {
    v1::Status status;
    hub->closed_links().fill(status);
    return {status.closed_links().begin(), status.closed_links().end()};
  }

  VirtualClock clock;
  Deadlines deadlines;
  std::deque<std::function<void()>> posted;
  MemoryJournal journal{kMemoryJournalBytesMax, [this](std::function<void()> action) {
                          posted.push_back(std::move(action));
                        }};
  FakeIdentities identities;
  MemoryAudit audit;
  std::unique_ptr<hub::Hub> hub;

 private:
  int links_ = 0;
  uint64_t random_ = 0;
};

/// Live, from the head, everything.
inline v1::Subscribe live_subscribe() {
  v1::Subscribe subscribe;
  subscribe.set_head(true);
  subscribe.set_ceiling(v1::Subscribe::CEILING_LIVE);
  return subscribe;
}

/// The kinds of the updates among `messages`, in order.
inline std::vector<std::string> kinds_of(const std::vector<v1::HubToClient>& messages) {
  std::vector<std::string> kinds;
  for (const auto& message : messages) {
    if (message.has_update()) kinds.push_back(hub::kind_of(message.update()));
  }
  return kinds;
}

/// A live client of the rig's hub: the kinds of what it was told since it was asked last.
struct Watched {
  explicit Watched(HubRig& rig) : client(rig.subscriber(live_subscribe())) { news(); }
  std::vector<std::string> news() {
    return kinds_of(client->peer.pull_all<v1::HubToClient>(*client->handler));
  }
  std::unique_ptr<RigLink> client;
};

}  // namespace picket::test
