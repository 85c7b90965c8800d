// What goes wrong between a client and its server, in words and in consequences.
#include <curl/curl.h>

#include "tests/integrations/http/http_rig.h"

namespace picket::http {
namespace {

using namespace std::chrono_literals;

/// curl's own words, which change with its version.
std::string of(const std::string& host, CURLcode code) {
  return host + ": " + curl_easy_strerror(code);
}

TEST_CASE("a failure is told in words, with the host and nothing of the path") {
  Rig rig;
  Request request = rig.to("status/200/canary-in-path?canary-in-query=canary-too");
  request.headers = {{"Authorization", "canary-in-header"}};
  std::string words;
  std::string or_words;  // curl 8 notices more
  SECTION("too slow") {
    request.url = rig.server.url("slow/8?canary");
    request.timeout = 50ms;
    words = of("localhost", CURLE_OPERATION_TIMEDOUT);
  }
  SECTION("reset") {
    rig.server.control({{"next", {"reset", "reset"}}});
    words = "localhost: ";
  }
  SECTION("closed") {
    rig.server.control({{"next", {"close"}}});
    words = of("localhost", CURLE_GOT_NOTHING);
    or_words = of("localhost", CURLE_RECV_ERROR);
  }
  SECTION("garbage") {
    rig.server.control({{"next", {"garbage"}}});
    words = of("localhost", CURLE_UNSUPPORTED_PROTOCOL) + " (Received HTTP/0.9 when not allowed";
  }
  SECTION("cut off") {
    rig.server.control({{"next", {"truncated"}}});
    words = of("localhost", CURLE_PARTIAL_FILE);
    or_words = of("localhost", CURLE_RECV_ERROR);
  }
  SECTION("nobody there") {
    rig.server.kill();
    words = of("localhost", CURLE_COULDNT_CONNECT) + " (Failed to connect to localhost port ";
  }
  SECTION("no such name") {
    request.url = "https://nobody.invalid/canary";
    words = of("nobody.invalid", CURLE_COULDNT_RESOLVE_HOST) +
            " (Could not resolve host: nobody.invalid)";
  }
  SECTION("a certificate that nobody vouches for") {
    const test::FarSide other("http_server.py");
    request.url = other.url("canary");
    words = of("localhost", CURLE_PEER_FAILED_VERIFICATION) + " (SSL certificate problem:";
    const Result<Response> answer = rig.send(request);
    REQUIRE(!answer);
    CHECK(answer.error().find(words) == 0);
    CHECK(answer.error().find("canary") == std::string::npos);
    return;
  }
  const Result<Response> answer = rig.send(request);
  REQUIRE(!answer);
  INFO(answer.error());
  CHECK((answer.error().find(words) == 0 ||
         (!or_words.empty() && answer.error().find(or_words) == 0)));
  CHECK(answer.error().find("canary") == std::string::npos);
}

TEST_CASE("a connection on which an answer didn't come in time isn't used again") {
  Rig rig;
  const int before = rig.echo(rig.to("echo"))["connections"];
  CHECK(rig.echo(rig.to("echo"))["connections"] == before);
  rig.server.control({{"next", {"hang"}}, {"method", "/status/200"}});  // over one of its own
  Request request = rig.to("status/200");
  request.timeout = 50ms;
  REQUIRE(!rig.send(request));
  CHECK(rig.echo(rig.to("echo"))["connections"] == before + 2);
}

TEST_CASE("a certificate for another name is refused") {
  const test::FarSide server("http_server.py", {"--names", "DNS:example.org"});
  asio::io_context io;
  Client client(io.get_executor(), server.options());
  Answer answer;
  Request request;
  request.url = server.url("echo/canary");
  client.send(request, [&](Result<Response> its) { answer = std::move(its); });
  REQUIRE(test::run_until(io, [&] { return answer.has_value(); }));
  REQUIRE(!*answer);
  CHECK(answer->error().find("localhost: SSL peer certificate") == 0);
  CHECK(answer->error().find("canary") == std::string::npos);
  CHECK(server.accepted().empty());
}

TEST_CASE("without a CA file the system's certificates count, not the server's own") {
  const test::FarSide server("http_server.py");
  asio::io_context io;
  Client client(io.get_executor());
  Answer answer;
  Request request;
  request.url = server.url("echo");
  client.send(request, [&](Result<Response> its) { answer = std::move(its); });
  REQUIRE(test::run_until(io, [&] { return answer.has_value(); }));
  REQUIRE(!*answer);
}

}  // namespace
}  // namespace picket::http
