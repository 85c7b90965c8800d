#include "integrations/http/client.h"

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <set>

#include "tests/integrations/http/http_rig.h"

namespace picket::http {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a request arrives as it was written") {
  Rig rig;
  Request request = rig.to("echo?a=1");
  SECTION("GET") {
    request.headers = {{"X-One", "1"}, {"X-Empty", ""}};
    const auto seen = rig.echo(request);
    CHECK(seen["method"] == "GET");
    CHECK(seen["query"]["a"] == "1");
    CHECK(seen["headers"]["x-one"] == "1");
    CHECK(seen["headers"]["x-empty"].get<std::string>().empty());
    CHECK(seen["headers"]["user-agent"] == "picket/" PICKET_VERSION);
    CHECK(!seen["headers"].contains("content-type"));
  }
  SECTION("POST with a body of any bytes") {
    request.method = "POST";
    request.content_type = "application/json";
    request.body = std::string("{\"a\":\0}", 7);
    const auto seen = rig.echo(request);
    CHECK(seen["method"] == "POST");
    CHECK(seen["headers"]["content-type"] == "application/json");
    CHECK(!seen["headers"].contains("expect"));
    CHECK(seen["body"] == request.body);
  }
  SECTION("POST without a body") {
    request.method = "POST";
    const auto seen = rig.echo(request);
    CHECK(seen["headers"]["content-length"] == "0");
  }
  SECTION("a body over a megabyte") {
    request.method = "POST";
    request.body.assign(3'000'000, 'y');
    CHECK(rig.echo(request)["body"].get<std::string>().size() == 3'000'000);
  }
  SECTION("PATCH, DELETE") {
    for (const char* method : {"PATCH", "DELETE", "PUT"}) {
      request.method = method;
      request.body = "x";
      const auto seen = rig.echo(request);
      CHECK(seen["method"] == method);
      CHECK(seen["body"] == "x");
    }
  }
  SECTION("HEAD") {
    request.method = "HEAD";
    const Result<Response> answer = rig.send(request);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body.empty());
  }
}

TEST_CASE("a form with a file arrives as its parts") {
  Rig rig;
  Request request = rig.to("echo");
  request.method = "POST";
  request.form = {{"chat_id", "7"}, {"caption", "a \"b\"\r\nc"}};
  request.file = File{"document", "out put\".txt", "text/plain", std::string("a\0b\r\n--", 7)};
  const auto form = rig.echo(request)["form"];
  CHECK(form["chat_id"][0] == "7");
  CHECK(form["chat_id"][1].is_null());
  CHECK(form["caption"][0] == "a \"b\"\r\nc");
  CHECK(form["document"] ==
        nlohmann::json({std::string("a\0b\r\n--", 7), "out put\".txt", "text/plain"}));
}

TEST_CASE("whatever the status, it is an answer, with the headers that say when to go on") {
  Rig rig;
  CHECK(rig.get("status/404")->status == 404);
  CHECK(rig.get("status/500")->status == 500);
  CHECK(rig.get("status/204")->body.empty());
  const Result<Response> limits = rig.get("limits");
  REQUIRE(limits);
  CHECK(limits->status == 429);
  CHECK(limits->header("retry-after") == "7");
  CHECK(limits->header("x-ratelimit-remaining") == "0");
  CHECK(limits->header("X-RateLimit-Reset-After") == "1.5");
  CHECK(limits->header("X-Other").empty());
  CHECK(limits->header("X-RateLimit-Long").empty());
  CHECK(rig.get("redirect")->status == 302);
}

TEST_CASE("what isn't a URL of http or https is refused without showing it") {
  asio::io_context io;
  Client client(io.get_executor());
  const std::vector<std::string> urls = {"",
                                         "123456:canary-token",
                                         "file:///etc/canary",
                                         "ftp://host/canary",
                                         "https://user:canary@host/",
                                         "https:///canary",
                                         "https:/canary",
                                         "https://host/\ncanary",
                                         std::string("https://host\0canary/", 20)};
  for (const std::string& url : urls) {
    INFO(url);
    Answer answer;
    Request request;
    request.url = url;
    client.send(request, [&](Result<Response> its) { answer = std::move(its); });
    CHECK(!answer);
    REQUIRE(test::run_until(io, [&] { return answer.has_value(); }));
    REQUIRE(!*answer);
    CHECK(answer->error() == "that is no URL of http:// or https:// without user and password");
  }
}

TEST_CASE("a header can't smuggle in another one") {
  Rig rig;
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"X-A", "canary\r\nX-B: 1"}, {"X-A: canary\nX-B", "1"}, {"", "canary"}, {"X:Y", "c"}}) {
    Request request = rig.to("echo");
    request.headers = {{name, value}};
    const Result<Response> answer = rig.send(request);
    REQUIRE(!answer);
    CHECK(answer.error() == "a method or header has a line break or no name");
  }
}

TEST_CASE("an answer may be as long as the limit, and not a byte longer") {
  const test::FarSide server("http_server.py");
  asio::io_context io;
  Options options = server.options();
  options.answer_bytes_max = 100'000;
  Client client(io.get_executor(), options);
  for (const int bytes : {99'999, 100'000, 100'001, 5'000'000}) {
    Answer answer;
    Request request;
    request.url = server.url("bytes/" + std::to_string(bytes));
    client.send(request, [&](Result<Response> its) { answer = std::move(its); });
    REQUIRE(test::run_until(io, [&] { return answer.has_value(); }));
    CHECK(bool(*answer) == (bytes <= 100'000));
    if (*answer) {
      CHECK((*answer)->body.size() == static_cast<std::size_t>(bytes));
    } else {
      CHECK(answer->error() == "localhost: the answer is longer than 100000 bytes");
    }
  }
}

TEST_CASE("a cancelled request is never heard of again, and others go on") {
  Rig rig;
  bool cancelled_called = false;
  Answer other;
  rig.server.control({{"next", {"hang"}}, {"method", "/echo"}});
  const Client::Id id =
      rig.client.send(rig.to("echo"), [&](const Result<Response>&) { cancelled_called = true; });
  rig.client.send(rig.to("slow/0.1"), [&](Result<Response> its) { other = std::move(its); });
  CHECK(rig.client.under_way() == 2);
  REQUIRE(test::run_until(rig.io, [&] { return rig.server.tell()["requests"] == 2; }));
  rig.client.cancel(id);
  rig.client.cancel(id);
  REQUIRE(test::run_until(rig.io, [&] { return other.has_value(); }));
  CHECK((*other)->status == 200);
  test::run_ready(rig.io);
  CHECK(!cancelled_called);
  CHECK(rig.client.under_way() == 0);
}

TEST_CASE("what is cancelled when its answer is already there is not called either") {
  Rig rig;
  int called = 0;
  std::set<Client::Id> ids;
  const auto cancel_all = [&](const Result<Response>&) {
    ++called;
    for (const Client::Id id : ids) rig.client.cancel(id);
  };
  for (int i = 0; i < 8; ++i) ids.insert(rig.client.send(rig.to("echo"), cancel_all));
  REQUIRE(test::run_until(rig.io, [&] { return rig.client.under_way() == 0; }));
  test::run_ready(rig.io);
  CHECK(called == 1);
}

TEST_CASE("a client that ends takes its requests with it, also from within an answer") {
  const test::FarSide server("http_server.py");
  asio::io_context io;
  auto client = std::make_unique<Client>(io.get_executor(), server.options());
  int called = 0;
  for (int i = 0; i < 8; ++i) {
    Request request;
    request.url = server.url("echo");
    client->send(request, [&](const Result<Response>&) {
      ++called;
      client.reset();
    });
  }
  REQUIRE(test::run_until(io, [&] { return called > 0; }));
  test::run_ready(io);
  CHECK(called == 1);
  CHECK(!client);
}

TEST_CASE("a hundred requests share few connections") {
  Rig rig;
  int answered = 0;
  for (int i = 0; i < 100; ++i) {
    rig.client.send(rig.to("echo"), [&](const Result<Response>& answer) {
      if (answer && answer->status == 200) ++answered;
    });
  }
  CHECK(rig.client.under_way() == 100);
  REQUIRE(test::run_until(rig.io, [&] { return answered == 100; }));
  CHECK(rig.client.under_way() == 0);
  CHECK(rig.echo(rig.to("echo"))["connections"] <= limits::kHttpConnectionsPerHostMax);
}

TEST_CASE("more requests at once than the limit fail in words, those before are answered") {
  Rig rig;
  std::size_t answered = 0;
  std::vector<std::string> failed;
  for (std::size_t i = 0; i <= limits::kHttpRequestsMax; ++i) {
    rig.client.send(rig.to("echo"), [&](const Result<Response>& answer) {
      answer ? void(++answered) : failed.push_back(answer.error());
    });
  }
  REQUIRE(test::run_until(rig.io, [&] { return rig.client.under_way() == 0; }));
  CHECK(answered == limits::kHttpRequestsMax);
  CHECK(failed == std::vector<std::string>{"more than 256 requests at once"});
}

TEST_CASE("a broken connection can't end the program") {
  ::signal(SIGPIPE, SIG_DFL);
  asio::io_context io;
  const Client client(io.get_executor());
  struct sigaction now{};
  REQUIRE(::sigaction(SIGPIPE, nullptr, &now) == 0);
  CHECK(now.sa_handler == SIG_IGN);
}

TEST_CASE("what was sent over a used connection that broke without an answer arrives once more") {
  Rig rig;
  REQUIRE(rig.get("echo"));
  const auto before = rig.server.tell()["requests"].get<int>();
  rig.server.control({{"next", {"reset-after"}}});
  const Result<Response> answer = rig.get("echo");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(rig.server.tell()["requests"] == before + 2);
}

TEST_CASE("a connection that ended while it was idle is made anew, unnoticed") {
  Rig rig;
  REQUIRE(rig.get("echo"));
  rig.server.kill();
  rig.server.start();
  const Result<Response> answer = rig.get("echo");
  REQUIRE(answer);
  CHECK(answer->status == 200);
}

}  // namespace
}  // namespace picket::http
