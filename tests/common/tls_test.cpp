#include "common/tls.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_pair.h"

namespace picket {
namespace {

using test::hub_wish;
using test::TestCa;
using test::TlsPair;
using test::Wish;

TlsContext hub_context(const TestCa& ca, const Wish& wish = hub_wish()) {
  auto context = TlsContext::hub(ca.issue(wish));
  REQUIRE(context);
  return *std::move(context);
}

TlsContext node_context(const TestCa& ca, const Wish& wish = {}) {
  auto context = TlsContext::node(ca.issue(wish));
  REQUIRE(context);
  return *std::move(context);
}

// What trusts `trusted` but shows a certificate of `issuer`.
TlsCredentials mixed(const TestCa& issuer, const TestCa& trusted, const Wish& wish) {
  auto credentials = issuer.issue(wish);
  credentials.ca_certificate = trusted.certificate();
  return credentials;
}

// A client of OpenSSL's own making: anything but what picket-node does.
SslPtr foreign_client(int max_version, const std::string& alpn) {
  const std::unique_ptr<SSL_CTX, SslContextDeleter> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context.get(), max_version);
  SslPtr ssl(SSL_new(context.get()));
  if (!alpn.empty()) {
    const std::string list = static_cast<char>(alpn.size()) + alpn;
    SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  SSL_set_connect_state(ssl.get());
  return ssl;
}

struct Ends {
  Closed hub;
  Closed node;
};

Ends refused(SslPtr hub, SslPtr node) {
  TlsPair pair(std::move(hub), std::move(node));
  REQUIRE(pair.finish());
  CHECK_FALSE(pair.hub.peer);
  CHECK(pair.hub.recorder.times_closed == 0);
  return {*pair.hub.link->closed(), *pair.node.link->closed()};
}

void check(const Closed& closed, const std::string& words) {
  CAPTURE(closed.detail);
  CHECK(to_string(closed.reason) == "handshake_failed");
  CHECK(closed.detail.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("hub and node that trust one CA learn each other's names and dates") {
  const TestCa ca;
  const auto hub = hub_context(ca);
  const auto node = node_context(ca);
  TlsPair pair(hub.make(), node.make());
  REQUIRE(pair.connect());
  CHECK(pair.hub.peer->protocol == TlsProtocol::kNode);
  CHECK(pair.hub.peer->name == "web1");
  CHECK(pair.node.peer->name.empty());
  const WallTime now = std::chrono::system_clock::now();
  CHECK(pair.hub.peer->not_before < now);
  CHECK(pair.hub.peer->not_before > now - std::chrono::minutes(6));
  CHECK(pair.hub.peer->not_after > now + std::chrono::hours(23));
  CHECK(pair.node.peer->not_after > now);
}

TEST_CASE("DER does as well as PEM") {
  const TestCa ca;
  const auto pem = ca.issue(hub_wish());
  const TlsCredentials der{test::to_der(pem.certificate), test::to_der(pem.private_key),
                           test::to_der(pem.ca_certificate)};
  const auto hub = TlsContext::hub(der);
  REQUIRE(hub);
  const auto node = node_context(ca);
  TlsPair pair(hub->make(), node.make());
  CHECK(pair.connect());
}

TEST_CASE("credentials that can't be used are named") {
  const TestCa ca;
  const auto good = ca.issue(hub_wish());
  auto bad = good;
  bad.certificate = "nonsense";
  CHECK(TlsContext::hub(bad).error() == "the certificate can't be read");
  bad = good;
  bad.private_key = "nonsense";
  CHECK(TlsContext::hub(bad).error() == "the private key can't be read");
  bad = good;
  bad.ca_certificate = "";
  CHECK(TlsContext::hub(bad).error() == "the CA's certificate can't be read");
  bad = good;
  bad.private_key = ca.issue(hub_wish()).private_key;
  CHECK(TlsContext::hub(bad).error() == "the private key is not the certificate's");
}

TEST_CASE("a node without a certificate is refused") {
  const TestCa ca;
  const auto ends = refused(hub_context(ca).make(), foreign_client(0, "picket/1"));
  check(ends.hub, "the peer has shown no certificate");
  check(ends.node, "the hub requires a certificate and this side has shown none");
}

TEST_CASE("a certificate that the hub does not accept is named on both sides") {
  const TestCa ca;
  const TestCa foreign;  // with the same distinguished name
  struct Case {
    const char* what;
    TlsCredentials credentials;
    const char* hub_says;
    const char* node_says;
  };
  using std::chrono::hours;
  const Wish expired{.not_before = -hours(48), .not_after = -hours(24)};
  const Wish future{.not_before = hours(24), .not_after = hours(48)};
  const Case cases[] = {
      {"expired", ca.issue(expired), "the certificate of node web1 expired at 20",
       "this node's certificate has expired"},
      {"not yet valid", ca.issue(future), "check the clock", "check the clock"},
      {"foreign CA with the same name", mixed(foreign, ca, {}), "was not issued by this hub's CA",
       "this node joined another hub"},
      {"foreign and expired", mixed(foreign, ca, expired), "was not issued by this hub's CA",
       "this node joined another hub"},
      {"the hub's certificate used by a node", ca.issue(hub_wish()), "is not a node's",
       "is not a node's"},
      {"no extended key usage", ca.issue({.usage = ""}), "is not a node's", "is not a node's"},
      {"no name", ca.issue({.uri = ""}), "names no node", "names no node"},
      {"an empty name", ca.issue({.uri = "picket:node:"}), "names no node", "names no node"},
      {"a name of 64 bytes", ca.issue({.uri = "picket:node:" + std::string(64, 'n')}),
       "names no node", "names no node"},
      {"another kind of name", ca.issue({.uri = "https://example.org/web1"}), "names no node",
       "names no node"},
      {"the hub's name with a node's usage", ca.issue({.uri = "picket:hub"}), "names no node",
       "names no node"},
  };
  const auto hub = hub_context(ca);
  for (const auto& one : cases) {
    CAPTURE(one.what);
    const auto node = TlsContext::node(one.credentials);
    REQUIRE(node);
    const auto ends = refused(hub.make(), node->make());
    check(ends.hub, one.hub_says);
    check(ends.node, one.node_says);
  }
}

TEST_CASE("a hub that the node does not accept is named on both sides") {
  const TestCa ca;
  const TestCa other;
  struct Case {
    const char* what;
    TlsCredentials credentials;
    const char* node_says;
    const char* hub_says;
  };
  using std::chrono::hours;
  const Case cases[] = {
      {"another hub", mixed(other, ca, hub_wish()), "another hub answers at this address",
       "does not trust this hub's CA"},
      {"expired",
       ca.issue({.uri = "picket:hub",
                 .usage = "serverAuth",
                 .not_before = -hours(48),
                 .not_after = -hours(24)}),
       "the hub's certificate expired at", "this hub's certificate has expired"},
      {"a node in the hub's place", ca.issue({}), "is not a hub's", "is not a hub's"},
      {"a hub's usage with a node's name",
       ca.issue({.uri = "picket:node:web1", .usage = "serverAuth"}), "does not name a hub",
       "does not name a hub"},
  };
  const auto node = node_context(ca);
  for (const auto& one : cases) {
    CAPTURE(one.what);
    const auto hub = TlsContext::hub(one.credentials);
    REQUIRE(hub);
    const auto ends = refused(hub->make(), node.make());
    check(ends.node, one.node_says);
    check(ends.hub, one.hub_says);
  }
}

TEST_CASE("TLS 1.2, no ALPN and unknown ALPN are refused before any certificate is looked at") {
  const TestCa ca;
  const auto hub = hub_context(ca);
  const auto old = refused(hub.make(), foreign_client(TLS1_2_VERSION, "picket/1"));
  check(old.hub, "the peer does not offer TLS 1.3");
  check(old.node, "the hub requires TLS 1.3");
  for (const char* alpn : {"", "h2", "picket/2", "picket/", "picket/11"}) {
    CAPTURE(alpn);
    const auto ends = refused(hub.make(), foreign_client(0, alpn));
    check(ends.hub, "asks for no protocol that this hub speaks");
    check(ends.node, "does not speak the protocol");
  }
}

TEST_CASE("who joins needs no certificate and knows the CA by its hash") {
  const TestCa ca;
  const auto hub = hub_context(ca);
  const auto joining = TlsContext::join(ca.sha256());
  REQUIRE(joining);
  TlsPair pair(hub.make(), joining->make());
  REQUIRE(pair.connect());
  CHECK(pair.hub.peer->protocol == TlsProtocol::kJoin);
  CHECK(pair.hub.peer->name.empty());
  CHECK(pair.node.peer->protocol == TlsProtocol::kJoin);
}

TEST_CASE("both ends of a join know its channel, which is no other's") {
  const TestCa ca;
  const auto hub = hub_context(ca);
  const auto joining = TlsContext::join(ca.sha256());
  TlsPair first(hub.make(), joining->make());
  TlsPair second(hub.make(), joining->make());
  REQUIRE(first.connect());
  REQUIRE(second.connect());
  CHECK(first.hub.peer->channel.size() == 32);
  CHECK(first.hub.peer->channel == first.node.peer->channel);
  CHECK(second.hub.peer->channel == second.node.peer->channel);
  CHECK(first.hub.peer->channel != second.hub.peer->channel);
}

TEST_CASE("who joins does not mind the dates: a wrong clock must not look like an attack") {
  const TestCa ca;
  using std::chrono::hours;
  const auto hub = hub_context(ca, {.uri = "picket:hub",
                                    .usage = "serverAuth",
                                    .not_before = hours(24 * 365),
                                    .not_after = hours(24 * 366)});
  const auto joining = TlsContext::join(ca.sha256());
  TlsPair pair(hub.make(), joining->make());
  REQUIRE(pair.connect());
  CHECK(pair.node.peer->not_before > WallTime(std::chrono::system_clock::now()));
}

TEST_CASE(
    "who joins refuses another CA, a node in the hub's place, and a pinned CA that did not issue") {
  const TestCa ca;
  const TestCa other;
  const auto joining = TlsContext::join(ca.sha256());
  const auto foreign = refused(hub_context(other).make(), joining->make());
  check(foreign.node, "the hub's CA is not the one in the token");
  check(foreign.hub, "does not trust this hub's CA");
  const auto node = refused(hub_context(ca, {}).make(), joining->make());
  check(node.node, "is not a hub's");
  // The right CA is shown, but the certificate is another's.
  const auto borrowed = TlsContext::hub(mixed(other, ca, hub_wish()));
  REQUIRE(borrowed);
  const auto ends = refused(borrowed->make(), joining->make());
  check(ends.node, "was not issued by the CA");
}

TEST_CASE(
    "links over TLS carry frames both ways at once through sockets that take next to nothing") {
  const TestCa ca;
  const auto hub = hub_context(ca);
  const auto node = node_context(ca);
  TlsPair pair(hub.make(), node.make(), {}, 1);
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) expected.push_back(std::to_string(i) + std::string(1500, 'x'));
  for (const auto& payload : expected) pair.hub.recorder.to_pull.push_back(test::frame_of(payload));
  REQUIRE(pair.connect());
  pair.hub.link->wake();
  for (const auto& payload : expected) pair.node.link->send(test::frame_of(payload));
  CHECK(test::run_until(pair.io, [&] {
    return pair.hub.recorder.frames.size() == 300 && pair.node.recorder.frames.size() == 300;
  }));
  CHECK((pair.hub.recorder.frames == expected));
  CHECK((pair.node.recorder.frames == expected));
  pair.hub.link->close({CloseReason::kStopping, {}});
  REQUIRE(pair.finish());
  CHECK(to_string(pair.node.recorder.closed->reason) == "peer_closed");
}

TEST_CASE("in the TLS handshake, silence is a time-out and garbage is refused at once") {
  const TestCa ca;
  const auto hub = hub_context(ca);
  for (const std::string garbage : {"", "GET / HTTP/1.1\r\n\r\n"}) {
    asio::io_context io;
    LinkBuffers buffers;
    LinkSettings settings;
    settings.handshake_timeout =
        garbage.empty() ? std::chrono::milliseconds(20) : std::chrono::minutes(1);
    TaskGroup tasks(io.get_executor(), nullptr);
    test::Side side;
    auto [ours, theirs] = test::socket_pair();
    side.link =
        std::make_shared<Link>(io.get_executor(), std::move(ours), hub.make(), buffers, settings);
    tasks.spawn("side", test::serve(&side));
    CHECK(::send(theirs.get(), garbage.data(), garbage.size(), MSG_NOSIGNAL) >= 0);
    REQUIRE(test::run_until(io, [&] { return side.done; }));
    CHECK(to_string(side.link->closed()->reason) ==
          (garbage.empty() ? "handshake_timeout" : "handshake_failed"));
    CHECK(side.link->closed()->detail ==
          (garbage.empty() ? "TLS took longer than 20 ms" : "the peer does not speak TLS 1.3"));
    CHECK_FALSE(side.peer);
  }
}

TEST_CASE("a link that is closed or cancelled during the TLS handshake ends") {
  const TestCa ca;
  const auto hub = hub_context(ca);
  for (const bool cancel : {false, true}) {
    asio::io_context io;
    LinkBuffers buffers;
    LinkSettings settings;
    settings.close_timeout = std::chrono::milliseconds(5);
    TaskGroup tasks(io.get_executor(), nullptr);
    test::Side side;
    auto [ours, theirs] = test::socket_pair();
    side.link =
        std::make_shared<Link>(io.get_executor(), std::move(ours), hub.make(), buffers, settings);
    tasks.spawn("side", test::serve(&side));
    test::run_ready(io);
    if (cancel) {
      tasks.stop();
    } else {
      side.link->close({CloseReason::kStopping, "the hub stops"});
    }
    REQUIRE(test::run_until(io, [&] { return tasks.size() == 0; }));
    CHECK(to_string(side.link->closed()->reason) == "stopping");
  }
}

}  // namespace picket
