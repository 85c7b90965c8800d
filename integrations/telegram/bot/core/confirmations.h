// Buttons that do something: pressed once, in time, by the one who asked. Their data is a token
// that nobody can guess; what it stands for is kept here only, so after a restart all have expired.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/backoff.h"
#include "common/deadlines.h"

namespace picket::telegram::bot {

class Confirmations {
 public:
  using OnPress = std::function<void()>;
  struct Pending {
    std::int64_t user_id = 0;
    OnPress on_yes;
    OnPress on_no;
    OnPress on_expired;
  };
  enum class Verdict { kDone, kOfSomebodyElse, kExpired };

  Confirmations(const Clock& clock, Deadlines& deadlines, Backoff::Random random);
  Confirmations(const Confirmations&) = delete;
  Confirmations& operator=(const Confirmations&) = delete;
  ~Confirmations();

  /// A token; nothing: too many wait. `within` nothing: until it is withdrawn.
  std::optional<std::string> add(Pending pending, std::optional<Nanoseconds> within);
  void withdraw(const std::string& token);
  /// The data of a button, at most 64 bytes.
  static std::string yes(const std::string& token) { return "y" + token; }
  static std::string no(const std::string& token) { return "n" + token; }

  Verdict press(std::int64_t user_id, const std::string& data);
  std::size_t size() const { return pending_.size(); }

 private:
  struct Waiting {
    Pending pending;
    std::optional<Deadlines::Id> end;
    std::optional<SteadyTime> end_at;
    std::optional<WallTime> end_by_wall;  // the other clock stands still while the machine sleeps
  };
  std::string new_token();

  const Clock& clock_;
  Deadlines& deadlines_;
  Backoff::Random random_;
  std::map<std::string, Waiting> pending_;  // by token
};

}  // namespace picket::telegram::bot
