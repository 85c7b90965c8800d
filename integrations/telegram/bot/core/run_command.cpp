// The verb that runs a command, on one node or on those that a selector means when it is asked for.
#include <memory>
#include <utility>

#include "common/command_label.h"
#include "common/node_name.h"
#include "common/text.h"
#include "integrations/telegram/bot/core/confirm.h"
#include "integrations/telegram/bot/core/fleet_words.h"
#include "integrations/telegram/bot/core/run_words.h"
#include "integrations/telegram/bot/core/verbs.h"

namespace picket::telegram::bot {
namespace {

/// Of the nodes that a selector means.
struct Meant {
  std::vector<std::string> connected;  // up to one more than may be
  std::size_t all_connected = 0;
  std::vector<std::string> others;  // not connected; the same
  std::size_t all_others = 0;

  void add(const v1::NodeSummary& node) {
    if (node.state() == v1::NodeSummary::STATE_REVOKED || !is_node_name(node.name())) return;
    const bool is_connected = node.state() == v1::NodeSummary::STATE_CONNECTED;
    auto& names = is_connected ? connected : others;
    ++(is_connected ? all_connected : all_others);
    if (names.size() <= kNodesOfRunMax) names.push_back(node.name());
  }
};

Result<v1::Run> read_run(const Ask& ask) {
  v1::Run run;
  run.set_label(ask.words[1]);
  if (!is_command_label(run.label()))
    return Error{"expected a command's label, found \"" + escape_for_terminal(run.label()) + '"'};
  for (std::size_t i = 2; i < ask.words.size(); ++i) {
    const std::string& word = ask.words[i];
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{"expected a parameter as NAME=VALUE, found \"" + escape_for_terminal(word) +
                   '"'};
    auto& argument = *run.add_arguments();
    argument.set_name(word.substr(0, equals));
    argument.set_value(word.substr(equals + 1));
  }
  return run;
}

std::string why_not(const Meant& meant) {
  if (meant.all_connected > kNodesOfRunMax)
    return std::to_string(meant.all_connected) + " nodes are too many at once: at most " +
           std::to_string(kNodesOfRunMax) + ". Choose fewer, like web*";
  if (meant.all_connected > 0) return {};
  if (meant.all_others == 0) return "no node matches";
  return nodes_words(meant.others) +
         (meant.all_others == 1 ? " is not connected" : " are not connected");
}

void begin(Desk& desk, const Ask& ask, RunOrder order) {
  const std::string why_not = desk.runs.why_not(order.user_id);
  if (why_not.empty()) {
    tell(desk, ask, "done", "on " + nodes_words(order.nodes));
    return desk.runs.start(std::move(order));
  }
  const Line line{"⛔", "", what_words(order.run, order.nodes) + " was not run: " + why_not};
  tell(desk, ask, "refused", why_not);
  desk.edits.show(order.chat_id, order.message_id,
                  [html = to_html(line)] { return Shown{html, {}}; });
}

// Who joins later is not among those that were confirmed.
void ask_back(Desk& desk, const Ask& ask, const v1::Run& run, Meant& meant) {
  if (const std::string why = why_not(meant); !why.empty())
    return refuse(desk, ask, {"⛔", "", why});
  Question question{.line = {"❓", "", "Run " + what_words(run, meant.connected) + "?"},
                    .more = {},
                    .yes = "Run",
                    .on_yes = {}};
  if (meant.connected.size() > 1) question.more.push_back({"", "", nodes_words(meant.connected)});
  if (!meant.others.empty())
    question.more.push_back(
        {"", "", "Not on those that are not connected: " + nodes_words(meant.others)});
  question.on_yes = [&desk, ask, run, nodes = std::move(meant.connected)](std::int64_t message_id) {
    begin(desk, ask, {ask.user.id, ask.spot.chat_id, message_id, run, nodes});
  };
  confirm(desk, ask, std::move(question));
}

}  // namespace

void run_command(Desk& desk, const Ask& ask) {
  const auto run = read_run(ask);
  if (!run) {  // its words may be a secret, misspelled
    desk.speaker.say(ask.spot, {{"⚠️", "", run.error()}});
    return tell(desk, ask, "refused", "it isn't written as /run is");
  }
  if (!desk.settings.may_run(run->label()))
    return refuse(desk, ask,
                  {"⛔", escape_for_terminal(run->label()), "is not among what this bot may run"});
  if (const std::string why_not = desk.runs.why_not(ask.user.id); !why_not.empty())
    return refuse(desk, ask, {"⛔", "", why_not});
  v1::ClientToHub request;
  request.mutable_list_nodes()->add_selectors(ask.words[0]);
  const auto meant = std::make_shared<Meant>();
  client::Reply reply;
  reply.on_item = [meant](const v1::HubToClient& item) {
    if (item.has_node()) meant->add(item.node());
  };
  reply.on_end = [&desk, ask, run = *run, meant] { ask_back(desk, ask, run, *meant); };
  reply.on_failure = [&desk, ask](const client::Failure& failure) {
    say_failure(desk, ask, failure);
  };
  desk.questions.ask(std::move(request), std::move(reply));
}

}  // namespace picket::telegram::bot
