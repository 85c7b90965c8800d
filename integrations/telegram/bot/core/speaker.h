// Says things in chats: in each chat one after the other, again where the service asks for
// patience, and not for ever.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/backoff.h"
#include "common/deadlines.h"
#include "integrations/telegram/bot/core/pages.h"
#include "integrations/telegram/bot/core/ports.h"

namespace picket::telegram::bot {

class Speaker {
 public:
  using OnThere = std::function<void(std::int64_t message_id)>;

  Speaker(Chats& chats, const Clock& clock, Deadlines& deadlines, Observer& observer,
          Backoff::Random random);
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;
  ~Speaker();

  /// `on_there`: it is in the chat; not called if it never is.
  void say(Note note, OnThere on_there = {});
  /// Over as many messages as it takes, or as a file of that name.
  void say(Spot to, const std::vector<Line>& lines, const std::string& file_name = "answer.txt");
  void say(Spot to, const std::string& visible) { say(to, {{"", "", visible}}); }

 private:
  struct Waiting {
    Note note;
    OnThere on_there;
    SteadyTime give_up_at;
  };
  struct Talk {  // of one chat
    std::deque<Waiting> waiting;
    std::optional<Deadlines::Id> again;
    Backoff backoff;
  };

  void say_next(std::int64_t chat_id);
  void on_said(std::int64_t chat_id, const Said& said);

  Chats& chats_;
  const Clock& clock_;
  Deadlines& deadlines_;
  Observer& observer_;
  Backoff::Random random_;
  std::map<std::int64_t, Talk> talks_;  // those in which something is on its way
  std::size_t waiting_ = 0;
};

}  // namespace picket::telegram::bot
