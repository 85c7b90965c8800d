// A CA for tests, which also issues what a real one never would. Not the product's (hub/io has
// that).
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <string>

#include "common/tls.h"

namespace picket::test {

/// What a certificate shall say. Times are relative to now.
struct Wish {
  std::string uri = "picket:node:web1";
  std::string usage = "clientAuth";  // empty: none
  std::chrono::seconds not_before = -std::chrono::minutes(5);
  std::chrono::seconds not_after = std::chrono::hours(24);
};

inline Wish hub_wish() { return {.uri = "picket:hub", .usage = "serverAuth"}; }

class TestCa {
 public:
  /// All have the same distinguished name, and a key of their own.
  TestCa();
  ~TestCa();

  /// Certificate and key in PEM, to be used with this CA as the trusted one.
  TlsCredentials issue(const Wish& wish) const;
  std::string certificate() const;
  Sha256 sha256() const;

 private:
  struct Pair;
  std::unique_ptr<Pair> ca_;
};

/// The bytes in a PEM text.
std::string to_der(const std::string& pem);

}  // namespace picket::test
