// A run as its message: how it goes, a button that ends it, and how it ended.
#include <utility>

#include "common/text.h"
#include "integrations/telegram/bot/core/fleet_words.h"
#include "integrations/telegram/bot/core/run_words.h"
#include "integrations/telegram/bot/core/runs.h"

namespace picket::telegram::bot {
namespace {

std::string state_words(const NodeProgress& node, bool asked_to_end) {
  if (node.is_over()) return node.words;
  switch (node.state) {
    case NodeState::kSought:
    case NodeState::kFound: return "connection to the hub lost, waiting for it";
    case NodeState::kAway: return "connection to the node lost, waiting for it";
    case NodeState::kRunning: return asked_to_end ? "asked to end" : "running";
    default: return asked_to_end ? "asked to end" : "asked for";
  }
}

std::string file_name(const RunOrder& order) {
  const std::string where =
      order.nodes.size() == 1 ? order.nodes.front() : std::to_string(order.nodes.size()) + "-nodes";
  return order.run.label() + "-" + where + ".txt";
}

RunHtml ended_html(Line& head, const Progress& progress) {
  if (progress.size() > 1) return fleet_html(head, progress, true);
  const KeptOutput& output = progress.at(0).output;
  if (output.empty()) head.text += ", no output";
  return run_html(head, output);
}

}  // namespace

void Runs::show(std::uint64_t key) {
  const Running& running = running_.at(key);
  parts_.edits.show(running.order.chat_id, running.order.message_id,
                    [this, key] { return shown(key); });
}

// Only while it runs: tell_end() replaces what was wanted.
Shown Runs::shown(std::uint64_t key) const {
  const Running& running = running_.at(key);
  const Progress& progress = running.progress;
  Line head{"⏳", "", what_words(running.order.run, running.order.nodes) + ": "};
  Shown shown;
  if (progress.size() == 1) {
    head.text += state_words(progress.at(0), running.asked_to_end);
    shown.html = run_html(head, progress.at(0).output).html;
  } else {
    head.text += counts_words(progress.counts());
    if (running.asked_to_end) head.text += "; asked to end";
    if (progress.seeks()) head.text += "; connection to the hub lost, waiting for it";
    shown.html = fleet_html(head, progress, false).html;
  }
  if (!running.cancel_token.empty())
    shown.keyboard = {{{"End it", Confirmations::yes(running.cancel_token)}}};
  return shown;
}

// The last edit holds its own text: the run is gone by then. It is kept until that is told.
void Runs::tell_end(std::uint64_t key) {
  v1::BotRun record = to_record(running_.at(key));
  const auto node = running_.extract(key);
  const Running& over = node.mapped();
  const RunOrder& order = over.order;
  parts_.confirmations.withdraw(over.cancel_token);
  const Counts counts = over.progress.counts();
  const std::string what = what_words(order.run, order.nodes);
  Line head{counts.ok == over.progress.size() ? "✅" : "❌", "",
            what + ": " + counts_words(counts)};
  if (over.progress.size() == 1)
    head = {mark_of(over.progress.at(0).state), "", what + ": " + over.progress.at(0).words};
  RunHtml last = ended_html(head, over.progress);
  const bool is_whole = last.is_whole;
  if (!is_whole) {
    head.text +=
        over.progress.size() == 1 ? "; what it wrote is in the file" : "; all of it is in the file";
    last = over.progress.size() == 1 ? run_html(head, over.progress.at(0).output)
                                     : fleet_html(head, over.progress, false);
  }
  untold_.emplace(key, std::move(record));
  parts_.edits.show_last(
      order.chat_id, order.message_id, [html = last.html] { return Shown{html, {}}; },
      [this, key] {
        untold_.erase(key);
        keeper_.save([](const Status&) {});
      });
  if (is_whole) return;
  parts_.speaker.say({.to = {order.chat_id, order.message_id},
                      .html = to_html({"", "", what}),
                      .file_name = file_name(order),
                      .file = over.progress.size() == 1 ? over.progress.at(0).output.text()
                                                        : fleet_text(head, over.progress)});
}

void Runs::offer_cancel(std::uint64_t key) {
  Running& running = running_.at(key);
  const auto nothing = [] {};
  const auto token = parts_.confirmations.add({.user_id = running.order.user_id,
                                               .on_yes = [this, key] { on_end_it(key); },
                                               .on_no = nothing,
                                               .on_expired = nothing},
                                              std::nullopt);
  running.cancel_token = token.value_or("");
}

void Runs::on_end_it(std::uint64_t key) {
  const RunOrder& order = running_.at(key).order;
  User user;
  user.id = order.user_id;
  const std::string what = "end " + order.run.label() + " on " + nodes_words(order.nodes);
  parts_.observer.on_order({user, order.chat_id, what, "done"});
  cancel(key);
}

void Runs::say_not_kept(const Running& running, const std::string& why) {
  if (said_not_kept_) return;
  parts_.speaker.say({running.order.chat_id, running.order.message_id},
                     {{"⚠️", "",
                       "it runs, but that can't be saved: if the bot is restarted before it ends, "
                       "its end is not told here. " +
                           escape_for_terminal(why)}});
}

}  // namespace picket::telegram::bot
