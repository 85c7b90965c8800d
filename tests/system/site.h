// A site of the real programs: a hub, nodes and clients in a folder of their own, on loopback.
// Everything started is killed, by its pid, when the site goes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace picket::test {

using Words = std::vector<std::string>;
using Json = nlohmann::json;

/// Returns when the condition holds; fails the test, saying `what`, if it doesn't `within` time.
void wait_until(const std::string& what, const std::function<bool()>& condition,
                std::chrono::milliseconds within = std::chrono::seconds(20));

/// A port on which nobody listens, outside the range from which connections get theirs.
uint16_t free_port();

/// What to put before a program so that its clock is off by `offset`: "+2h", "-3y".
Words clock_off_by(const std::string& offset);

/// The same by what the file says, also when it says something else later.
Words clock_off_by_file(const std::string& path);

/// The path of picket, picket-hub or picket-node as built.
std::string program(const std::string& name);

class Site {
 public:
  /// With a hub.toml of a loopback listener, a socket, a state folder, and these lines more.
  explicit Site(const std::string& hub_toml = {});

  /// A name in the site's folder.
  std::string operator/(const std::string& name) const { return folder_ / name; }
  uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string socket() const { return folder_ / "run/hub.sock"; }

  /// picket-hub init; with other addresses than the listener's if given.
  CommandResult init(const Words& addresses = {});
  /// picket-hub, `before` it a program that runs it (faketime); returns when it answers clients.
  void start_hub(const Words& before = {});
  void start_hub_unwaited(const Words& before = {}, const Words& after = {});
  Child& hub() { return hub_.at(0); }
  /// Kills the hub as kill -9 does.
  void kill_hub() { hub_.clear(); }
  std::string hub_log() const { return read(folder_ / "hub.log"); }

  CommandResult picket(const Words& arguments) const;
  /// One line of JSON from `picket ... --json`.
  Json ask(const Words& arguments) const;
  std::string new_token(const std::string& node, const Words& more = {}) const;
  /// A client that goes on; its output goes to the file `name`.
  Child start_picket(const Words& arguments, const std::string& name) const;

  CommandResult join(const std::string& node, const std::string& token, const Words& more = {},
                     const Words& before = {}) const;
  /// `toml`: more lines of its node.toml; `before`: a program that runs it (faketime).
  Child& start_node(const std::string& node, const std::string& toml = {},
                    const Words& before = {});
  /// Where that node takes local events.
  std::string event_socket(const std::string& node) const {
    return folder_ / (node + ".run/events.sock");
  }
  Child& node(const std::string& node) { return nodes_.at(node); }
  void kill_node(const std::string& node) { nodes_.erase(node); }
  std::string node_log(const std::string& node) const { return read(folder_ / (node + ".log")); }
  /// "connected", "disconnected", ... as `picket nodes` says; empty: no such node.
  std::string state_of(const std::string& node) const;
  void await_state(const std::string& node, const std::string& state,
                   std::chrono::milliseconds within = std::chrono::seconds(20)) const;
  /// Token, join, start, and until connected: from nothing to a node that is watched.
  void add_node(const std::string& node);

 private:
  std::string node_config(const std::string& node, const std::string& toml = {}) const;

  TemporaryFolder folder_;
  uint16_t port_ = free_port();
  std::vector<Child> hub_;  // at most one
  std::map<std::string, Child> nodes_;
};

}  // namespace picket::test
