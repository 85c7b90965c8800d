// A hostile local user on the hub's socket, against a whole hub, in each of the roles.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/message_shapes.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/link_rules.h"
#include "tests/fuzz/steps.h"
#include "tests/support/hub_rig.h"

namespace picket::fuzz {
namespace {

constexpr uint32_t kObserver = 1000;
constexpr std::size_t kClientsMax = 4;
constexpr std::size_t kDeadlinesMax = 64;

hub::Caller caller_of(uint8_t role) {
  constexpr uint32_t kUids[] = {0, kObserver, 65534};
  const uint32_t uid = kUids[role % 3];
  return {.uid = uid, .gid = uid, .groups = {}};
}

hub::AccessRules rules() {
  hub::AccessRules rules;
  rules.observe_uids.insert(kObserver);
  return rules;
}

class Scene {
 public:
  explicit Scene(uint8_t role)
      : caller_(caller_of(role)), rig_({"web1", "web2", "db1"}, {}, rules()) {
    for (const auto* name : {"web1", "web2"}) {
      nodes_.push_back(rig_.connect_node(name));
      nodes_.back()->say(test::HubRig::sessions({"alice", name}));
    }
    rig_.settle();
    open_client();
  }

  void take(const Step& step) {
    if (step.frame) {
      say(*step.frame);
    } else {
      switch (step.what % 6) {
        case 0: rig_.advance(Milliseconds(50) * (1 + step.how)); break;
        case 1: open_client(); break;
        case 2: log_in(step.how); break;
        case 3: take_some(step.how); break;
        case 4: answer_refreshes(); break;
        default: rig_.journal.full = !rig_.journal.full; break;
      }
    }
    rig_.settle();
    check();
  }

  void end() {
    rig_.journal.full = false;
    rig_.advance(limits::kStoreRetry + limits::kRefreshTimeout);
    for (auto& client : clients_) {
      if (client.link->handler && !client.link->peer.closed) drain(client);
    }
    for (auto& client : clients_) client.link->end();
    expect(rig_.hub->clients() == 0, "a client that has gone is forgotten");
    expect(rig_.hub->publisher().subscriptions() == 0, "and its subscription with it");
    rig_.advance(limits::kStartQuiet);
  }

 private:
  struct Client {
    std::unique_ptr<test::RigLink> link;
    std::size_t asked = 0;
    std::size_t answered = 0;
    uint64_t last_seq = 0;
  };

  void open_client() {
    if (clients_.size() == kClientsMax) {
      clients_.front().link->end();
      clients_.erase(clients_.begin());
    }
    clients_.emplace_back().link = rig_.client_link(caller_);
  }

  void say(std::string_view payload) {
    Client& client = clients_.back();
    auto& link = *client.link;
    if (payload.empty() || !link.handler || payload.size() > link.peer.frame_bytes_max) return;
    ++client.asked;
    link.handler->on_frame(payload);
  }

  void log_in(uint8_t who) {
    auto& node = *nodes_[who % nodes_.size()];
    if (node.handler && !node.peer.closed) {
      node.say(test::HubRig::sessions({"alice", "user" + std::to_string(who)}));
    }
  }

  // The socket has room for some of what there is.
  void take_some(uint8_t frames_max) {
    Client& client = clients_.back();
    if (!client.link->handler) return;
    std::vector<std::string_view> frames;
    client.link->handler->pull(limits::kWriteBytesMax, frames);
    frames.resize(std::min<std::size_t>(frames.size(), frames_max));
    for (const auto& frame : frames) hear(client, frame);
    client.link->handler->pulled(frames.size());
  }

  void drain(Client& client) {
    for (const auto& frame : client.link->frames()) hear(client, frame);
  }

  static void hear(Client& client, std::string_view frame) {
    const auto message = message_in<v1::HubToClient>(frame, shapes::kHubToClient);
    if (message.has_end() || message.has_error()) ++client.answered;
    expect(client.answered <= client.asked, "no request is answered twice");
    if (!message.has_update()) return;
    expect(message.update().seq() > client.last_seq, "updates come in the order of their seq");
    client.last_seq = message.update().seq();
  }

  void answer_refreshes() {
    for (auto& node : nodes_) {
      if (!node->handler || node->peer.closed) continue;
      for (const auto& asked : node->peer.take<v1::HubToNode>()) {
        if (!asked.has_refresh()) continue;
        v1::NodeToHub answer;
        answer.mutable_refreshed()->set_id(asked.refresh().id());
        *answer.mutable_refreshed()->mutable_value() = test::HubRig::sessions({"alice"}).value();
        node->say(answer);
      }
    }
  }

  void check() {
    for (Client& client : clients_) {
      auto& link = *client.link;
      if (!link.handler) continue;
      std::size_t bytes = 0;
      for (const auto& frame : std::exchange(link.peer.sent, {})) {
        bytes += frame.size();
        hear(client, frame);
      }
      expect(bytes <= limits::kOutboxBytesMax, "no step fills an outbox");
      if (!link.peer.closed) continue;
      expect_named(*link.peer.closed);
      link.end();
    }
    check_permission();
    expect(rig_.hub->clients() <= kClientsMax, "a client that has gone is forgotten");
    expect(rig_.deadlines.size() <= kDeadlinesMax, "what is to be done later is bounded");
  }

  // Only who administers changes anything.
  void check_permission() {
    if (caller_.uid == 0) return;
    for (const auto& record : rig_.audit.records) {
      expect(!record.allowed, "who may only look changes nothing");
    }
    expect(rig_.identities.nodes.size() == 3 && rig_.identities.token_list.empty(),
           "who may only look changes no identity");
    for (const auto& node : nodes_) expect(!node->peer.closed, "nor any link");
    const bool may_look = caller_.uid == kObserver;
    for (const Client& client : clients_) {
      expect(may_look || client.last_seq == 0, "who may not look sees nothing");
    }
  }

  hub::Caller caller_;
  test::HubRig rig_;
  std::vector<std::unique_ptr<test::RigLink>> nodes_;
  std::vector<Client> clients_;
};

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  return play(data, size, [](uint8_t role) { return Scene(role); });
}
