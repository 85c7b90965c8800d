#include "integrations/telegram/bot/service.h"

#include <utility>

#include "common/log.h"
#include "common/random_id.h"
#include "common/utf8.h"

namespace picket::telegram::bot {
namespace {

// Of a line of the log.
constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kWhatBytesMax = 256;

}  // namespace

Service::Service(const bridge::CompanionParts& parts, Api& api, Settings settings)
    : mutes_(parts.mutes),
      hub_(parts.executor, parts.hub),
      chats_(api),
      runs_(parts.executor, parts.worker, parts.state_folder + "/runs"),
      bot_({.clock = parts.clock,
            .deadlines = parts.deadlines,
            .hub = hub_,
            .chats = chats_,
            .notices = *this,
            .store = runs_,
            .observer = *this,
            .random = random_number},
           std::move(settings)),
      poller_(api, parts.clock, parts.deadlines, random_number, menu(),
              {.on_name = [this](const std::string& name) { bot_.set_name(name); },
               .on_update = [this](const Update& update) { bot_.on_update(update); }}) {}

void Service::start() {
  bot_.restore(runs_.load());
  poller_.start();
}

void Service::stop() {
  poller_.stop();
  bot_.stop();
  hub_.close();
}

// A chat's channels are named after it (main.cpp).
Status Service::mute(std::int64_t chat_id, const delivery::MuteOrder& order,
                     std::function<void(const Status& saved)> saved) {
  return mutes_.mute(std::to_string(chat_id), order, std::move(saved));
}

Result<std::vector<delivery::MuteShown>> Service::mutes(std::int64_t chat_id) {
  return mutes_.list(std::to_string(chat_id));
}

void Service::on_order(const OrderTold& order) {
  const User& user = order.user;
  const std::string& name = user.username.empty() ? user.first_name : user.username;
  log::info("order to the bot", {{"user", user.id},
                                 {"name", cut_utf8(name, kNameBytesMax)},
                                 {"chat", order.chat_id},
                                 {"what", cut_utf8(order.what, kWhatBytesMax)},
                                 {"outcome", order.outcome},
                                 {"why", cut_utf8(order.why, kWhatBytesMax)}});
}

void Service::on_stranger(const User& user, std::int64_t chat_id, std::size_t left_out) {
  log::warn("somebody who is not among the users wrote to the bot, and got no answer",
            {{"user", user.id}, {"name", user.username}, {"chat", chat_id}, {"before", left_out}});
}

void Service::on_runs_not_saved(const std::string& why) {
  log::error(
      "what runs can't be saved: the ends of commands that the bot has begun are not told if it is "
      "restarted before",
      {{"why", why}});
}

void Service::on_unsaid(std::int64_t chat_id, const std::string& why) {
  log::warn("an answer of the bot is lost", {{"chat", chat_id}, {"why", why}});
}

}  // namespace picket::telegram::bot
