#include "integrations/http/failure.h"

#include <vector>

#include "integrations/http/url.h"
#include "tests/support/catch.h"

namespace picket::http {
namespace {

const std::string kNotConnected =
    std::string("h: ") + curl_easy_strerror(CURLE_COULDNT_CONNECT);  // differs between versions

std::vector<std::string> secrets_of_text(const std::string& text) {
  const Result<UrlHandle> url = parse_url(text);
  REQUIRE(url);
  return secrets_of(url->get());
}

TEST_CASE("curl's note stands beside its words, unless it has a secret") {
  const std::vector<std::string> secrets = {"bot123:abc", ""};
  CHECK(failure_text("h", CURLE_COULDNT_CONNECT, "refused", secrets) ==
        kNotConnected + " (refused)");
  CHECK(failure_text("h", CURLE_COULDNT_CONNECT, "at /bot123:abc/x", secrets) == kNotConnected);
  CHECK(failure_text("h", CURLE_COULDNT_CONNECT, "", secrets) == kNotConnected);
}

TEST_CASE("notes of other codes are never shown") {
  CHECK(failure_text("h", CURLE_WRITE_ERROR, "anything", {}) ==
        "h: Failed writing received data to disk/application");
  CHECK(failure_text("h", CURLE_WEIRD_SERVER_REPLY, "anything", {}) == "h: Weird server reply");
}

TEST_CASE("every telling part of path, query and fragment is a secret") {
  const auto secrets =
      secrets_of_text("https://api.example/bot123:AbC/sendMessage?key=value1&x=y#frag");
  CHECK(secrets == std::vector<std::string>{"bot123:AbC", "sendMessage", "value1", "frag"});
  CHECK(secrets_of_text("https://api.example").empty());
}

TEST_CASE("the host of a URL is told, with brackets for IPv6") {
  CHECK(host_of(parse_url("https://api.example:8443/x")->get()) == "api.example");
  CHECK(host_of(parse_url("http://[::1]:1/x")->get()) == "[::1]");
}

}  // namespace
}  // namespace picket::http
