#include "integrations/telegram/bot/core/runs.h"

#include <algorithm>
#include <utility>

#include "client/words/words.h"
#include "integrations/telegram/bot/core/run_words.h"

namespace picket::telegram::bot {
namespace {

std::string file_name(const v1::Run& run) { return run.label() + "-" + run.node() + ".txt"; }

client::Reply ignoring() {
  return {.on_item = [](const v1::HubToClient&) {},
          .on_end = [] {},
          .on_failure = [](const client::Failure&) {}};
}

}  // namespace

std::string Runs::why_not(std::int64_t user_id) const {
  const auto is_theirs = [&](const auto& one) { return one.second.order.user_id == user_id; };
  if (std::ranges::count_if(running_, is_theirs) >= static_cast<std::ptrdiff_t>(kRunsOfUserMax))
    return std::to_string(kRunsOfUserMax) + " of yours run already";
  if (running_.size() >= kRunsMax) return std::to_string(kRunsMax) + " run already";
  return {};
}

void Runs::start(RunOrder order) {
  const std::uint64_t key = ++last_key_;
  v1::ClientToHub request;
  *request.mutable_run() = order.run;
  running_.emplace(key, Running{.order = std::move(order),
                                .id = {},
                                .output = KeptOutput(),
                                .cancel_token = {},
                                .result = {}});
  show(key);
  client::Reply reply;
  reply.on_item = [this, key](const v1::HubToClient& item) { on_item(key, item); };
  reply.on_end = [this, key] { on_over(key); };
  reply.on_failure = [this, key](const client::Failure& failure) {
    Running& running = running_.at(key);
    const bool is_known = running.id.empty() || failure.kind != client::Failure::Kind::kUnreachable;
    running.result = {"❌", "",
                      what_words(running.order.run) + ": " + words::outside_text(failure.text) +
                          (is_known ? "" : "; it may still run, see /executions")};
    on_over(key);
  };
  parts_.hub.ask(std::move(request), std::move(reply));
}

void Runs::on_item(std::uint64_t key, const v1::HubToClient& item) {
  Running& running = running_.at(key);
  if (item.has_execution()) on_execution(key, item.execution());
  if (item.has_execution_output()) on_output(key, item.execution_output());
  if (item.has_execution_ended())
    running.result = end_line(running.order.run, item.execution_ended());
}

void Runs::on_execution(std::uint64_t key, const v1::Execution& execution) {
  Running& running = running_.at(key);
  const bool is_first = std::exchange(running.id, execution.id()).empty();
  switch (execution.state()) {
    case v1::Execution::STATE_RUNNING: running.state = "running"; break;
    case v1::Execution::STATE_UNKNOWN:
      running.state = "connection to the node lost, waiting for it";
      break;
    default: break;
  }
  if (is_first) offer_cancel(key);
  show(key);
}

void Runs::on_output(std::uint64_t key, const v1::ExecutionOutput& output) {
  Running& running = running_.at(key);
  if (output.missed_bytes() > 0)
    running.output.add("\n[" + std::to_string(output.missed_bytes()) +
                       " bytes of output are missing here]\n");
  running.output.add(output.data());
  show(key);
}

// The last edit holds its own text: the run is gone by then.
void Runs::on_over(std::uint64_t key) {
  const auto node = running_.extract(key);
  const Running& over = node.mapped();
  const RunOrder& order = over.order;
  parts_.confirmations.withdraw(over.cancel_token);
  Line head = over.result;
  if (head.text.empty()) head = {"❌", "", what_words(order.run) + ": its end wasn't told"};
  if (over.output.empty()) head.text += ", no output";
  RunHtml last = run_html(head, over.output);
  if (!last.is_whole) {
    head.text += "; what it wrote is in the file";
    last = run_html(head, over.output);
  }
  parts_.edits.show(order.spot.chat_id, order.message_id,
                    [html = last.html] { return Shown{html, {}}; });
  if (last.is_whole) return;
  parts_.speaker.say({.to = {order.spot.chat_id, order.message_id},
                      .html = to_html({"", "", what_words(order.run)}),
                      .file_name = file_name(order.run),
                      .file = over.output.text()});
}

void Runs::show(std::uint64_t key) {
  const Running& running = running_.at(key);
  parts_.edits.show(running.order.spot.chat_id, running.order.message_id,
                    [this, key] { return shown(key); });
}

// Only while it runs: on_over() replaces what was wanted.
Shown Runs::shown(std::uint64_t key) const {
  const Running& running = running_.at(key);
  const Line head{"⏳", "", what_words(running.order.run) + ": " + running.state};
  Shown shown{run_html(head, running.output).html, {}};
  if (!running.cancel_token.empty())
    shown.keyboard = {{{"End it", Confirmations::yes(running.cancel_token)}}};
  return shown;
}

void Runs::offer_cancel(std::uint64_t key) {
  Running& running = running_.at(key);
  const auto nothing = [] {};
  const auto token = parts_.confirmations.add({.user_id = running.order.user_id,
                                               .on_yes = [this, key] { cancel(key); },
                                               .on_no = nothing,
                                               .on_expired = nothing},
                                              std::nullopt);
  running.cancel_token = token.value_or("");
}

// Whether it helped is in the run's end.
void Runs::cancel(std::uint64_t key) {
  Running& running = running_.at(key);
  running.cancel_token.clear();
  running.state = "asked to end";
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(running.id);
  parts_.questions.ask(std::move(request), ignoring());
  show(key);
}

}  // namespace picket::telegram::bot
