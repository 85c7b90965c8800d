// A client of a server of ours, and requests one at a time.
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "integrations/http/client.h"
#include "tests/support/catch.h"
#include "tests/support/far_side.h"
#include "tests/support/loop.h"

namespace picket::http {

using Answer = std::optional<Result<Response>>;

struct Rig {
  test::FarSide server{"http_server.py"};
  asio::io_context io;
  Client client{io.get_executor(), server.options()};

  Result<Response> send(Request request) {
    Answer answer;
    client.send(std::move(request), [&](Result<Response> its) { answer = std::move(its); });
    CHECK(!answer);
    REQUIRE(test::run_until(io, [&] { return answer.has_value(); }));
    return *std::move(answer);
  }

  Request to(const std::string& path) const {
    Request request;
    request.url = server.url(path);
    request.timeout = std::chrono::seconds(5);
    return request;
  }

  Result<Response> get(const std::string& path) { return send(to(path)); }

  nlohmann::json echo(Request request) {
    const Result<Response> answer = send(std::move(request));
    if (!answer) FAIL(answer.error());
    CHECK(answer->status == 200);
    return nlohmann::json::parse(answer->body);
  }
};

}  // namespace picket::http
