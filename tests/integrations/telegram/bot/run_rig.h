// A bot that runs commands, on nodes that a test plays.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/text.h"
#include "tests/integrations/telegram/bot/bot_rig.h"

namespace picket::telegram::bot::test {

struct RunRig : Rig {
  /// What it asks about nodes first is answered at once.
  void write(std::int64_t from, const std::string& text) {
    Rig::write(from, text);
    answer_nodes();
  }
  /// What the buttons of the message say when they are pressed.
  std::string yes() const { return sent.back().keyboard.at(0).at(0).data; }
  std::string no() const { return sent.back().keyboard.at(0).at(1).data; }
  void answer_nodes() {
    if (asked.empty() || !asked.back().request.has_list_nodes()) return;
    const Asked question = std::move(asked.back());
    asked.pop_back();
    const std::string selector = question.request.list_nodes().selectors(0);
    bool any = is_glob(selector) || selector == "@all";
    for (const auto& node : fleet) {
      if (selector != "@all" && !glob_matches(selector, node.name())) continue;
      any = true;
      v1::HubToClient item;
      *item.mutable_node() = node;
      question.reply.on_item(item);
    }
    if (any) {
      question.reply.on_end();
    } else {
      question.reply.on_failure({client::Failure::Kind::kNoSuchNode, "no such node"});
    }
    settle();
  }
  void add_node(const std::string& name,
                v1::NodeSummary::State state = v1::NodeSummary::STATE_CONNECTED) {
    fleet.emplace_back();
    fleet.back().set_name(name);
    fleet.back().set_state(state);
  }
  void begin(const std::string& text = "/run web1 uptime") {
    write(kAlice, text);
    press(kAlice, yes());
  }
  void tell_state(v1::Execution::State state) {
    v1::HubToClient item;
    item.mutable_execution()->set_id("e1");
    item.mutable_execution()->set_state(state);
    asked.front().reply.on_item(item);
    settle();
  }
  void tell_output(const std::string& bytes) {
    v1::HubToClient item;
    item.mutable_execution_output()->set_data(bytes);
    asked.front().reply.on_item(item);
    settle();
  }
  void tell_end(uint32_t code = 0) {
    v1::HubToClient item;
    auto& end = *item.mutable_execution_ended()->mutable_end();
    end.set_kind(v1::ExecutionEnd::KIND_EXITED);
    end.set_code(code);
    end.set_ran_ms(1234);
    asked.front().reply.on_item(item);
    asked.front().reply.on_end();
    settle();
  }

  std::vector<v1::NodeSummary> fleet;  // that the hub knows

  RunRig() { add_node("web1"); }
};

}  // namespace picket::telegram::bot::test
