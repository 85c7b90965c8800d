// The names of users, remembered for a while, so that a list of sessions is made without asking for
// each.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "common/clock.h"
#include "node/collectors/name_lookup.h"

namespace picket::node {

inline constexpr std::size_t kUserNamesMax = 4096;
inline constexpr auto kUserNameValidity = std::chrono::minutes(10);
inline constexpr auto kNoUserNameValidity = std::chrono::minutes(1);
/// So long a session waits for its user's name; then it is shown with the number.
inline constexpr auto kUserNamePatience = std::chrono::milliseconds(250);

class UserNames {
 public:
  /// `answered` is called, on the loop's thread, when an answer changed what of() says.
  UserNames(NameLookup& lookup, const Clock& clock, std::function<void()> answered);

  /// The user's name, or the number as text if there is none or none came in time; empty while
  /// waiting for the first answer. An old answer stands until the new one comes.
  std::optional<std::string> of(uint32_t uid);

  std::size_t size() const { return entries_->size(); }

 private:
  struct Entry {
    std::optional<std::string> name;
    bool answered = false;
    bool asking = false;
    SteadyTime asked;
    SteadyTime expires;
  };
  using Entries = std::map<uint32_t, Entry>;

  void ask(uint32_t uid, Entry& entry);
  void make_room();

  NameLookup& lookup_;
  const Clock& clock_;
  std::function<void()> answered_;
  std::shared_ptr<Entries> entries_;  // answers that come when this is gone find it gone
};

}  // namespace picket::node
