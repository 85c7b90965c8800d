// Asks the process that may read everybody's authorized_keys what a key is called. It is looked
// for when the first name is wanted, and a name is a comfort: nothing waits long for it.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "node/collectors/registry.h"
#include "node/collectors/side_link.h"

namespace picket::node {

/// What mends that the process can't be reached that knows the names.
inline constexpr const char* kKeyNamerRemedy =
    "systemctl enable --now picket-node-keys.socket, or start picket-node as root";

class KeyNamer {
 public:
  /// Without a name: the key has none, or nobody can tell.
  using Done = std::function<void(std::optional<std::string> name)>;

  KeyNamer(asio::io_context& loop, const Clock& clock, const KeyNamesSettings& settings);
  KeyNamer(const KeyNamer&) = delete;
  KeyNamer& operator=(const KeyNamer&) = delete;

  /// `done` is called later, on the loop's thread, once; not if this ends before.
  void ask(const std::string& user, const std::string& fingerprint, Done done);

 private:
  struct Question {
    Done done;
    SteadyTime asked;
  };

  bool connect();
  bool is_stuck() const;
  bool take(std::string_view payload);
  void on_lost();
  void answer_later(Done done);

  asio::io_context& loop_;
  const Clock& clock_;
  KeyNamesSettings settings_;
  std::unique_ptr<SideLink> link_;
  std::optional<SteadyTime> not_before_;  // the next attempt to find the process
  uint64_t asked_ = 0;
  std::map<uint64_t, Question> questions_;
  std::shared_ptr<bool> token_ = std::make_shared<bool>(true);
};

}  // namespace picket::node
