// Verbs that tell what the hub knows of nodes.
#include <memory>
#include <utility>

#include "client/lib/node_details.h"
#include "client/words/words.h"
#include "integrations/telegram/bot/core/node_lines.h"
#include "integrations/telegram/bot/core/verbs.h"

namespace picket::telegram::bot {
namespace {

using AddNode = std::function<void(const client::NodeDetails& details, Lines& lines)>;

struct Gathered {
  client::NodeDetailsReader reader;
  Lines lines;
};

void say_lines(Desk& desk, const Ask& ask, Lines& lines) {
  if (lines.empty()) lines.add({"", "", "no node matches"});
  answer(desk, ask, lines.take());
}

/// Each node becomes lines as it comes, so that never all of them are held.
void show(Desk& desk, const Ask& ask, bool refresh, AddNode add) {
  v1::ClientToHub request;
  request.mutable_show_nodes()->set_refresh(refresh);
  request.mutable_show_nodes()->mutable_selectors()->Assign(ask.words.begin(), ask.words.end());
  const auto gathered = std::make_shared<Gathered>();
  client::Reply reply;
  reply.on_item = [gathered, add](const v1::HubToClient& item) {
    if (item.has_rows()) gathered->reader.on_rows(item.rows());
    if (!item.has_node()) return;
    if (const auto whole = gathered->reader.on_node(item.node())) add(*whole, gathered->lines);
  };
  reply.on_end = [&desk, ask, gathered, add] {
    if (const auto whole = gathered->reader.on_end()) add(*whole, gathered->lines);
    say_lines(desk, ask, gathered->lines);
  };
  reply.on_failure = [&desk, ask](const client::Failure& failure) {
    say_failure(desk, ask, failure);
  };
  desk.questions.ask(std::move(request), std::move(reply));
}

}  // namespace

void tell_nodes(Desk& desk, const Ask& ask) {
  v1::ClientToHub request;
  request.mutable_list_nodes()->mutable_selectors()->Assign(ask.words.begin(), ask.words.end());
  const auto lines = std::make_shared<Lines>();
  client::Reply reply;
  reply.on_item = [&desk, lines](const v1::HubToClient& item) {
    if (item.has_node()) add_summary(item.node(), desk.clock.wall(), *lines);
  };
  reply.on_end = [&desk, ask, lines] { say_lines(desk, ask, *lines); };
  reply.on_failure = [&desk, ask](const client::Failure& failure) {
    say_failure(desk, ask, failure);
  };
  desk.questions.ask(std::move(request), std::move(reply));
}

void tell_node(Desk& desk, const Ask& ask) {
  show(desk, ask, true, [&desk](const client::NodeDetails& details, Lines& lines) {
    add_details(details, desk.clock.wall(), lines);
  });
}

void tell_who(Desk& desk, const Ask& ask) {
  show(desk, ask, false, [&desk](const client::NodeDetails& details, Lines& lines) {
    add_sessions(details, desk.clock.wall(), lines);
  });
}

void tell_commands(Desk& desk, const Ask& ask) {
  show(desk, ask, false, [&desk](const client::NodeDetails& details, Lines& lines) {
    add_commands(details, desk.settings, lines);
  });
}

}  // namespace picket::telegram::bot
