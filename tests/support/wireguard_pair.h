// Two hosts in network namespaces, "server" and "laptop", with a tunnel of wireguard-go between
// them and wg(8) to change it. Only inside tests/support/throwaway_host. The sockets of both
// programs are in /run/wireguard of that host: whoever looks there sees both ends.
#pragma once

#include <string>
#include <vector>

#include "tests/support/child.h"

namespace picket::test {

class WireguardPair {
 public:
  /// Interfaces "wg-server" (10.9.0.1, port 51820, with the peer laptop and a preshared key) and
  /// "wg-laptop" (10.9.0.2), which doesn't know the server's endpoint yet.
  WireguardPair();

  /// One packet from the laptop, which makes a handshake if there was none; waits for its answer.
  void talk() const;
  /// `wg set` with these words.
  void set(const std::vector<std::string>& words) const;
  /// The laptop is at another address from now on.
  void move_laptop(const std::string& address) const;
  /// The fields of each line of `wg show all dump`.
  std::vector<std::vector<std::string>> dump() const;

  const std::string& server_key() const { return server_key_; }
  const std::string& laptop_key() const { return laptop_key_; }
  /// Private keys and the preshared one, in base64.
  std::vector<std::string> secrets() const { return secrets_; }
  /// A new public key.
  static std::string new_key();

 private:
  std::string server_key_;
  std::string laptop_key_;
  std::vector<std::string> secrets_;
  std::vector<Child> programs_;
};

}  // namespace picket::test
