#include "common/stream.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <asio/io_context.hpp>
#include <functional>

#include "tests/support/catch.h"
#include "tests/support/loop.h"
#include "tests/support/test_certificates.h"

namespace picket {
namespace {

using Progress = Stream::Progress;
using test::TestCa;

struct Contexts {
  TestCa ca;
  TlsContext hub = *TlsContext::hub(ca.issue(test::hub_wish()));
  TlsContext node = *TlsContext::node(ca.issue({}));
};

// Changes one byte that passes, by its offset from the start.
using Meddle = std::function<char(std::size_t offset, char byte)>;

// Two streams with a wire between them that passes a few bytes at a time. No loop: the test steps
// both.
class Wired {
  asio::io_context io_;  // outlives the streams

 public:
  Wired(SslPtr hub_ssl, SslPtr node_ssl, int buffer_bytes = 0)
      : hub_ssl_(hub_ssl.get()), node_ssl_(node_ssl.get()) {
    auto [hub_socket, hub_wire] = test::socket_pair(buffer_bytes);
    auto [node_socket, node_wire] = test::socket_pair(buffer_bytes);
    hub = std::make_unique<Stream>(io_.get_executor(), std::move(hub_socket), std::move(hub_ssl));
    node =
        std::make_unique<Stream>(io_.get_executor(), std::move(node_socket), std::move(node_ssl));
    hub_wire_ = std::move(hub_wire);
    node_wire_ = std::move(node_wire);
  }

  // Passes at most `bytes_max` each way; false: nothing moved.
  bool pass(std::size_t bytes_max) {
    const bool up = pass_one(node_wire_, hub_wire_, bytes_max, to_hub_bytes, meddle_to_hub);
    const bool down = pass_one(hub_wire_, node_wire_, bytes_max, to_node_bytes, meddle_to_node);
    return up || down;
  }

  // Until both are done, or one failed, or nothing moves any more.
  std::pair<Progress, Progress> handshake(std::size_t bytes_max) {
    auto hub_at = Progress::kWantRead;
    auto node_at = Progress::kWantRead;
    bool moved = true;
    while (moved) {
      if (node_at == Progress::kWantRead || node_at == Progress::kWantWrite) {
        node_at = node->try_handshake();
      }
      if (hub_at == Progress::kWantRead || hub_at == Progress::kWantWrite) {
        hub_at = hub->try_handshake();
      }
      moved = pass(bytes_max);
      if (hub_at == Progress::kDone && node_at == Progress::kDone) break;
    }
    return {hub_at, node_at};
  }

  std::unique_ptr<Stream> hub;
  std::unique_ptr<Stream> node;
  SSL* hub_ssl_;
  SSL* node_ssl_;
  std::size_t to_hub_bytes = 0;
  std::size_t to_node_bytes = 0;
  Meddle meddle_to_hub;
  Meddle meddle_to_node;

 private:
  static bool pass_one(const UniqueFd& from, const UniqueFd& to, std::size_t bytes_max,
                       std::size_t& passed, const Meddle& meddle) {
    std::array<char, 20'000> buffer{};
    const auto count = ::recv(from.get(), buffer.data(), std::min(bytes_max, buffer.size()),
                              MSG_PEEK | MSG_DONTWAIT);
    if (count <= 0) return false;
    for (std::size_t i = 0; meddle && i < static_cast<std::size_t>(count); ++i) {
      buffer[i] = meddle(passed + i, buffer[i]);
    }
    const auto sent = ::send(to.get(), buffer.data(), static_cast<std::size_t>(count),
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return false;
    static_cast<void>(::recv(from.get(), buffer.data(), static_cast<std::size_t>(sent), 0));
    passed += static_cast<std::size_t>(sent);
    return true;
  }

  UniqueFd hub_wire_;
  UniqueFd node_wire_;
};

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

// One sender that gets rid of `rest`, in pieces of odd sizes.
void write_some(Stream& stream, std::string_view& rest) {
  if (stream.flush() != Progress::kDone || rest.empty()) return;
  const std::array<std::string_view, 3> pieces{rest.substr(0, 5), "",
                                               rest.size() > 5 ? rest.substr(5) : ""};
  const auto moved = stream.try_write(pieces);
  rest.remove_prefix(moved.bytes);
}

void read_some(Stream& stream, std::string& got) {
  std::array<char, 777> buffer{};
  for (auto moved = stream.try_read(buffer); moved.progress == Progress::kDone;
       moved = stream.try_read(buffer)) {
    got.append(buffer.data(), moved.bytes);
  }
}

void check_both_ways(Wired& wired, std::size_t bytes_max, std::size_t size) {
  const std::string text = pattern(size);
  std::string_view to_hub = text;
  std::string_view to_node = text;
  std::string at_hub;
  std::string at_node;
  for (int idle = 0; idle < 3 && (at_hub.size() < size || at_node.size() < size);) {
    write_some(*wired.node, to_hub);
    write_some(*wired.hub, to_node);
    idle = wired.pass(bytes_max) ? 0 : idle + 1;
    read_some(*wired.hub, at_hub);
    read_some(*wired.node, at_node);
  }
  CHECK((at_hub == text));
  CHECK((at_node == text));
}

}  // namespace

TEST_CASE("TLS works over a wire that passes any number of bytes at a time") {
  const Contexts contexts;
  for (const std::size_t bytes : {1U, 2U, 3U, 5U, 7U, 100U, 4096U, 16'384U}) {
    CAPTURE(bytes);
    Wired wired(contexts.hub.make(), contexts.node.make());
    const auto [hub, node] = wired.handshake(bytes);
    REQUIRE(hub == Progress::kDone);
    REQUIRE(node == Progress::kDone);
    check_both_ways(wired, bytes, bytes < 100 ? 3000 : 200'000);
  }
}

TEST_CASE("TLS works over sockets that take next to nothing") {
  const Contexts contexts;
  Wired wired(contexts.hub.make(), contexts.node.make(), 1);
  REQUIRE(wired.handshake(1000).first == Progress::kDone);
  check_both_ways(wired, 500, 150'000);
}

TEST_CASE("the same without TLS") {
  Wired wired(nullptr, nullptr, 1);
  check_both_ways(wired, 300, 150'000);
}

TEST_CASE("a connection goes on across new keys") {
  const Contexts contexts;
  Wired wired(contexts.hub.make(), contexts.node.make());
  REQUIRE(wired.handshake(10'000).first == Progress::kDone);
  check_both_ways(wired, 1000, 50'000);
  REQUIRE(SSL_key_update(wired.node_ssl_, SSL_KEY_UPDATE_REQUESTED) == 1);
  check_both_ways(wired, 1000, 50'000);
}

TEST_CASE("a peer may renew its keys once a second, twice ends TLS") {
  const Contexts contexts;
  Wired wired(contexts.hub.make(), contexts.node.make());
  REQUIRE(wired.handshake(10'000).first == Progress::kDone);
  const std::array<std::string_view, 1> piece{"x"};
  std::array<char, 10> buffer{};
  REQUIRE(SSL_key_update(wired.node_ssl_, SSL_KEY_UPDATE_NOT_REQUESTED) == 1);
  REQUIRE(wired.node->try_write(piece).bytes == 1);
  while (wired.pass(10'000)) {
  }
  // The message of the handshake protocol is one step of its own.
  CHECK(wired.hub->try_read(buffer).progress == Progress::kWantRead);
  CHECK(wired.hub->try_read(buffer).bytes == 1);
  REQUIRE(SSL_key_update(wired.node_ssl_, SSL_KEY_UPDATE_NOT_REQUESTED) == 1);
  REQUIRE(wired.node->try_write(piece).bytes == 1);
  while (wired.pass(10'000)) {
  }
  CHECK(wired.hub->try_read(buffer).progress == Progress::kTlsFailed);
  CHECK(wired.hub->error() == "the peer renews its TLS keys more than once a second");
  CHECK(wired.hub->try_read(buffer).progress == Progress::kTlsFailed);
}

TEST_CASE("close_notify is an orderly end, a closed socket is not") {
  const Contexts contexts;
  std::array<char, 10> buffer{};
  Wired orderly(contexts.hub.make(), contexts.node.make());
  REQUIRE(orderly.handshake(10'000).first == Progress::kDone);
  CHECK(orderly.node->try_shutdown() == Progress::kDone);
  while (orderly.pass(10'000)) {
  }
  CHECK(orderly.hub->try_read(buffer).progress == Progress::kEnd);

  auto [one, other] = test::socket_pair();
  asio::io_context io;
  Stream stream(io.get_executor(), std::move(one), contexts.hub.make());
  other.reset();
  CHECK(stream.try_handshake() == Progress::kReset);
}

TEST_CASE("garbage instead of TLS is refused in words") {
  const Contexts contexts;
  const std::string cases[] = {"GET / HTTP/1.1\r\nHost: hub\r\n\r\n",
                               std::string(100, '\0'),
                               std::string(300, '\xff'),
                               "\x16\x03\x01\xff\xff" + std::string(500, 'x'),
                               std::string("\0\0\0\x05hello", 9),
                               "SSH-2.0-OpenSSH_9.2\r\n"};
  for (const auto& garbage : cases) {
    asio::io_context io;
    auto [ours, theirs] = test::socket_pair();
    Stream stream(io.get_executor(), std::move(ours), contexts.hub.make());
    REQUIRE(::send(theirs.get(), garbage.data(), garbage.size(), 0) > 0);
    CHECK(stream.try_handshake() == Progress::kTlsFailed);
    INFO(stream.error());
    CHECK(stream.error().starts_with("the peer does not speak TLS 1.3"));
  }
}

TEST_CASE("a bit flipped anywhere in a handshake, either way, ends it or changes nothing") {
  const Contexts contexts;
  Wired clean(contexts.hub.make(), contexts.node.make());
  REQUIRE(clean.handshake(20'000).first == Progress::kDone);
  std::array<char, 100> buffer{};
  for (const bool to_hub : {true, false}) {
    const std::size_t total = to_hub ? clean.to_hub_bytes : clean.to_node_bytes;
    REQUIRE(total > 500);
    for (std::size_t flipped = 0; flipped < total; flipped += 3) {
      Wired wired(contexts.hub.make(), contexts.node.make());
      auto& meddle = to_hub ? wired.meddle_to_hub : wired.meddle_to_node;
      meddle = [&](std::size_t offset, char byte) {
        return offset == flipped ? static_cast<char>(byte ^ (1 << (flipped / 3 % 8))) : byte;
      };
      const auto [hub, node] = wired.handshake(20'000);
      // A client is done before its last flight has been judged; a hub is done only when all was
      // right.
      if (hub == Progress::kDone) {
        REQUIRE(node == Progress::kDone);
        REQUIRE(wired.hub->peer()->name == "web1");
      }
      if (node == Progress::kDone && hub == Progress::kTlsFailed) {
        while (wired.pass(20'000)) {
        }
        REQUIRE(wired.node->try_read(buffer).progress == Progress::kTlsFailed);
      }
    }
  }
}

TEST_CASE("a bit flipped in what follows a handshake ends the connection") {
  const Contexts contexts;
  const std::array<std::string_view, 1> piece{"a message of some length"};
  std::array<char, 100> buffer{};
  for (std::size_t flipped = 0; flipped < 40; ++flipped) {
    Wired wired(contexts.hub.make(), contexts.node.make());
    REQUIRE(wired.handshake(20'000).first == Progress::kDone);
    const std::size_t start = wired.to_hub_bytes;
    wired.meddle_to_hub = [&](std::size_t offset, char byte) {
      return offset == start + flipped ? static_cast<char>(byte ^ 0x10) : byte;
    };
    REQUIRE(wired.node->try_write(piece).bytes == piece[0].size());
    while (wired.pass(20'000)) {
    }
    const auto read = wired.hub->try_read(buffer);
    REQUIRE(read.progress != Progress::kDone);
    REQUIRE(read.progress != Progress::kEnd);
  }
}

}  // namespace picket
