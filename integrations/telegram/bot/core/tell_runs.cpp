// Verbs about commands that run, or have run.
#include <deque>
#include <memory>
#include <utility>

#include "client/lib/time_text.h"
#include "client/words/command_words.h"
#include "client/words/words.h"
#include "common/text.h"
#include "integrations/telegram/bot/core/confirm.h"
#include "integrations/telegram/bot/core/verbs.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kExecutionsShown = 20;

std::string state_words(const v1::Execution& execution) {
  switch (execution.state()) {
    case v1::Execution::STATE_REQUESTED: return "asked for";
    case v1::Execution::STATE_RUNNING: return "running";
    case v1::Execution::STATE_ENDED: return words::end_words(execution.end());
    default: return "not known";
  }
}

std::string by_words(const v1::Execution& execution) {
  std::string by = words::outside_text(execution.requested_by());
  if (execution.on_behalf_of().empty()) return by;
  return words::outside_text(execution.on_behalf_of()) + " (" + by + ")";
}

Line line_of(const v1::Execution& execution, WallTime now) {
  const bool has_ended = execution.state() == v1::Execution::STATE_ENDED;
  return {has_ended ? "⏹" : "⏳", words::outside_text(execution.id()),
          words::outside_text(execution.label()) + " on " + words::outside_text(execution.node()) +
              ": " + state_words(execution) + ", asked for " +
              client::relative_time(from_peer_unix_ns(execution.requested_unix_ns()), now) +
              " by " + by_words(execution)};
}

/// The newest of all that came.
struct Newest {
  std::deque<Line> lines;
  std::size_t older = 0;

  void add(Line line) {
    lines.push_back(std::move(line));
    if (lines.size() <= kExecutionsShown) return;
    lines.pop_front();
    ++older;
  }
};

void say_newest(Desk& desk, const Ask& ask, Newest& newest) {
  if (newest.lines.empty()) newest.lines.push_back({"", "", "nothing was run lately"});
  if (newest.older > 0)
    newest.lines.push_front({"", "", std::to_string(newest.older) + " older ones are not shown"});
  answer(desk, ask, std::vector<Line>(newest.lines.begin(), newest.lines.end()));
}

void cancel(Desk& desk, const Ask& ask, std::int64_t message_id) {
  const std::string& id = ask.words[0];
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(id);
  request.mutable_cancel_execution()->set_on_behalf_of("telegram:" + std::to_string(ask.user.id));
  const auto show = [&desk, chat_id = ask.spot.chat_id, message_id](const Line& line) {
    desk.edits.show(chat_id, message_id, [html = to_html(line)] { return Shown{html, {}}; });
  };
  client::Reply reply;
  reply.on_item = [](const v1::HubToClient&) {};
  reply.on_end = [&desk, ask, show, id] {
    show({"⏹", escape_for_terminal(id), "was asked to end"});
    tell(desk, ask, "done");
  };
  reply.on_failure = [&desk, ask, show](const client::Failure& failure) {
    show({"⚠️", "", words::outside_text(failure.text)});
    tell(desk, ask, "failed", failure.text);
  };
  desk.questions.ask(std::move(request), std::move(reply));
}

}  // namespace

void cancel_execution(Desk& desk, const Ask& ask) {
  const std::string& id = ask.words[0];
  confirm(desk, ask,
          {.line = {"❓", "", "Ask " + escape_for_terminal(id) + " to end?"},
           .yes = "End it",
           .on_yes = [&desk, ask](std::int64_t message_id) { cancel(desk, ask, message_id); }});
}

void tell_executions(Desk& desk, const Ask& ask) {
  v1::ClientToHub request;
  request.mutable_list_executions()->mutable_selectors()->Assign(ask.words.begin(),
                                                                 ask.words.end());
  const auto newest = std::make_shared<Newest>();
  client::Reply reply;
  reply.on_item = [&desk, newest](const v1::HubToClient& item) {
    if (item.has_execution()) newest->add(line_of(item.execution(), desk.clock.wall()));
  };
  reply.on_end = [&desk, ask, newest] { say_newest(desk, ask, *newest); };
  reply.on_failure = [&desk, ask](const client::Failure& failure) {
    say_failure(desk, ask, failure);
  };
  desk.questions.ask(std::move(request), std::move(reply));
}

}  // namespace picket::telegram::bot
