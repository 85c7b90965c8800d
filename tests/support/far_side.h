// A service that a bridge talks to, as a program on loopback: tests/support/*_server.py. Started
// and killed by the test, with everything that it accepted on the disk.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "integrations/http/client.h"
#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace picket::test {

class FarSide {
 public:
  /// `script` is of tests/support, as "telegram_server.py". Started, and listening, when this
  /// returns.
  explicit FarSide(std::string script, std::vector<std::string> arguments = {});

  /// kill -9; start() goes on where it was, at the same port.
  void kill();
  void start();

  /// https://localhost:PORT/PATH
  std::string url(const std::string& path) const;
  std::string port() const { return port_; }
  std::string ca_file() const { return folder_ / "ca.pem"; }
  http::Options options() const;

  /// Asks or tells it (service.py says what), and waits for the answer.
  nlohmann::json control(const nlohmann::json& orders) const;
  nlohmann::json tell() const;
  /// What it has accepted so far, in order, but for the first `after`; also while it is dead.
  std::vector<nlohmann::json> accepted(std::size_t after = 0) const;

 private:
  http::Response ask(http::Request request) const;

  TemporaryFolder folder_;
  std::string script_;
  std::vector<std::string> arguments_;
  std::string port_ = "0";
  std::optional<Child> child_;
};

}  // namespace picket::test
