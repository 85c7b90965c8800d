// Strangers and bad peers against a hub that serves a node meanwhile. Citations: T1, T3, T13 of the
// threats; SM18 of the predecessor, whose hub died of eight bytes.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <cstring>
#include <fstream>

#include "common/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/sanitized.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

struct RunningSite : Site {
  RunningSite() {
    if (init().status != 0) throw std::runtime_error("init failed");
    start_hub();
    add_node("web1");
  }
  UniqueFd stranger(std::string_view first_bytes = {}) const {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    say(fd, first_bytes);
    return fd;
  }
  UniqueFd client(std::string_view first_bytes = {}) const {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket().c_str());
    REQUIRE(connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    say(fd, first_bytes);
    return fd;
  }
  // What the hub has ended, by reason.
  uint64_t closed(const std::string& reason) const {
    const Json status = ask({"status"});
    for (const auto& row : status.at("closed_by_reason")) {
      if (row.at("reason") == reason) return row.at("count");
    }
    return 0;
  }
  // The node never lost its link, and clients are answered without delay.
  void check_unaffected() const {
    const auto begun = std::chrono::steady_clock::now();
    CHECK(state_of("web1") == "connected");
    CHECK(std::chrono::steady_clock::now() - begun < 1s);
    CHECK(node_log("web1").find("link closed") == std::string::npos);
  }
  long hub_kib() {
    std::ifstream status("/proc/" + std::to_string(hub().pid()) + "/status");
    for (std::string word; status >> word;) {
      long kib = 0;
      if (word == "VmRSS:" && status >> kib) return kib;
    }
    return 0;
  }

 private:
  static void say(const UniqueFd& fd, std::string_view bytes) {
    static_cast<void>(send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
};

// The other end's close or reset, within the time that a hub takes at most.
bool is_ended(const UniqueFd& fd) {
  const timeval patience{20, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char byte = 0;
  ssize_t size = 1;
  while (size > 0) size = recv(fd.get(), &byte, 1, 0);
  return size == 0 || errno == ECONNRESET;
}

void reset(UniqueFd fd) {
  const linger at_once{1, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

const std::string kHugeFrame = "\xff\xff\xff\xff"s + std::string(64 * 1024, 'x');
const std::string kGarbage = "\x00\x00\x00\x04\xde\xad\xbe\xef"s;

// Room for a thousand sockets in this process.
void allow_many_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

TEST_CASE(
    "SM18: eight bytes of garbage end their own link, with a named reason, and nothing else") {
  RunningSite site;
  CHECK(is_ended(site.stranger(kGarbage)));
  CHECK(site.closed("handshake_failed") == 1);
  CHECK(is_ended(site.client(kGarbage)));
  CHECK(site.closed("bad_frame") == 1);
  site.check_unaffected();
}

TEST_CASE("an announced frame of 4 GiB is refused before a byte of it is kept") {
  RunningSite site;
  const long before = site.hub_kib();
  for (int i = 0; i < 50; ++i) CHECK(is_ended(site.client(kHugeFrame)));
  for (int i = 0; i < 50; ++i) CHECK(is_ended(site.stranger(kHugeFrame)));
  CHECK(site.closed("frame_too_large") == 50);
  CHECK((kSanitized || site.hub_kib() - before < 8 * 1024));
  site.check_unaffected();
}

TEST_CASE("T4: TLS 1.2, no certificate and plain HTTP are refused, each with its own reason") {
  RunningSite site;
  const auto knock = [&](const Words& more) {
    Words words = {"timeout", "10", "openssl", "s_client", "-connect", site.address()};
    words.insert(words.end(), more.begin(), more.end());
    return run(words).status;
  };
  knock({"-tls1_2", "-alpn", "picket/1"});
  knock({"-tls1_3", "-alpn", "picket/1"});
  CHECK(is_ended(site.stranger("GET / HTTP/1.1\r\nHost: hub\r\n\r\n")));
  wait_until("all three are refused", [&] { return site.closed("handshake_failed") == 3; });
  const std::string log = site.hub_log();
  CHECK(log.find("does not offer TLS 1.3") != std::string::npos);
  CHECK(log.find("has shown no certificate") != std::string::npos);
  site.check_unaffected();
}

TEST_CASE("T13: half handshakes by the hundred keep nobody waiting and are ended in time") {
  RunningSite site;
  const long before = site.hub_kib();
  std::vector<UniqueFd> strangers;
  strangers.reserve(400);
  for (int i = 0; i < 400; ++i) strangers.push_back(site.stranger("\x16\x03\x01"));
  site.check_unaffected();
  // 256 of one /24 at once; the others have waited for their places.
  CHECK((kSanitized || site.hub_kib() - before < 32 * 1024));
  for (const auto& stranger : strangers) CHECK(is_ended(stranger));
  CHECK(site.closed("busy") == 0);
  CHECK(site.closed("handshake_timeout") == 400);
  site.check_unaffected();
  REQUIRE(site.join("web2", site.new_token("web2")).status == 0);  // there is room again
}

TEST_CASE("T13: connections that are reset at once cost nothing that stays") {
  RunningSite site;
  for (int i = 0; i < 200; ++i) reset(site.stranger());
  const long before = site.hub_kib();
  for (int i = 0; i < 2000; ++i) reset(site.stranger("\x16"));
  site.check_unaffected();
  CHECK((kSanitized || site.hub_kib() - before < 8 * 1024));
}

TEST_CASE("T3: a thousand idle clients and one that never reads leave the others alone") {
  allow_many_descriptors();
  RunningSite site;
  const Child watch = site.start_picket({"watch"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  watch.signal(SIGSTOP);
  std::vector<UniqueFd> clients;
  clients.reserve(1000);
  for (int i = 0; i < 1000; ++i) clients.push_back(site.client());
  site.check_unaffected();
  site.node("web1").signal(SIGTERM);
  site.await_state("web1", "disconnected", 3s);
  site.start_node("web1");
  site.await_state("web1", "connected", 3s);
}

}  // namespace picket::test
