// A Bot API on loopback, and a client of it.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>

#include "common/secret.h"
#include "integrations/http/client.h"
#include "integrations/telegram/api.h"
#include "tests/support/catch.h"
#include "tests/support/far_side.h"
#include "tests/support/loop.h"

namespace picket::telegram {

inline const std::string kCanary = "123456789:AAF-test-canary-token-of-the-far-side0";
inline constexpr std::int64_t kChatId = 7;

struct FarRig {
  test::FarSide server{
      "telegram_server.py",
      {"--chat", "7", "--chat", "-5", "--private-per-second", "0", "--group-per-minute", "0"}};
  asio::io_context io;
  http::Client client{io.get_executor(), server.options()};
  Api api{client, Secret(kCanary), server.url("")};

  /// Runs the loop until `start` has its answer.
  template <typename T>
  T wait(const std::function<void(std::function<void(T)>)>& start) {
    std::optional<T> result;
    start([&](T its) { result.emplace(std::move(its)); });
    REQUIRE(test::run_until(io, [&] { return result.has_value(); }));
    return *std::move(result);
  }

  void next(const std::string& fault) { server.control({{"next", {fault}}}); }
};

}  // namespace picket::telegram
