// What WireGuard implementations and people's configurations say, as the watcher reads it. An input
// is one byte for which of them, and their bytes.
#include <cstring>
#include <string>
#include <vector>

#include "common/limits.h"
#include "node/wireguard/device_dump.h"
#include "node/wireguard/kernel.h"
#include "node/wireguard/key.h"
#include "node/wireguard/netlink_answer.h"
#include "node/wireguard/peer_names.h"
#include "node/wireguard/rows.h"
#include "node/wireguard/uapi_reply.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"

namespace picket::fuzz {
namespace {

using namespace node;  // NOLINT(google-build-using-namespace): all of it is about that

constexpr uint32_t kSequence = 7;

void check_rows(std::vector<WireguardInterfaceFact> interfaces) {
  Handshakes handshakes;
  const auto rows = wireguard_rows(interfaces, {}, handshakes, WallTime(Seconds(1'700'000'000)),
                                   SteadyTime(Seconds(1000)));
  v1::WireguardRows again;
  expect(again.ParseFromString(rows.SerializeAsString()), "rows can be read back: texts are UTF-8");
  for (const auto& peer : rows.peers()) {
    expect(is_key_text(peer.public_key()), "a public key is one");
    expect(peer.allowed_ips_size() <= static_cast<int>(limits::kWireguardAllowedIpsMax),
           "allowed IPs are bounded");
    for (const auto& ip : peer.allowed_ips()) expect(parse_prefix(ip).has_value(), "each is one");
    expect(peer.endpoint_address().empty() || parse_ip(peer.endpoint_address()).has_value(),
           "an endpoint's address is one");
  }
}

// At a multiple of four, as the kernel's buffer is, and exactly as long as the input.
std::vector<char> aligned(std::string_view bytes) { return {bytes.begin(), bytes.end()}; }

void read_dump(std::string_view bytes) {
  const auto datagram = aligned(bytes);
  DeviceDump dump;
  NetlinkAnswer answer(kSequence, [&](const nlmsghdr* message) {
    (void)wireguard_link_of(message);
    return dump.take(message);
  });
  if (answer.take(datagram) == NetlinkAnswer::State::kFailed)
    expect(answer.error() > 0, "a failure has an errno");
  check_rows({dump.finish()});
}

void read_reply(std::string_view bytes) {
  UapiReply whole("wg0");
  const bool fits = static_cast<bool>(whole.feed(bytes));
  UapiReply pieces("wg0");
  bool piecewise = true;
  for (std::size_t at = 0; piecewise && at < bytes.size(); at += 3)
    piecewise = static_cast<bool>(pieces.feed(bytes.substr(at, 3)));
  expect(fits == piecewise && whole.complete() == pieces.complete(),
         "it doesn't matter in which pieces an answer comes");
  if (whole.complete()) check_rows({whole.take()});
}

void read_names(std::string_view bytes) {
  PeerNames names;
  add_peer_names(bytes, names);
  for (const auto& [key, name] : names) {
    expect(is_key_text(key), "who is named has a key");
    expect(!name.empty() && name.size() <= limits::kWireguardNameBytesMax, "names are bounded");
    v1::WireguardPeer peer;
    peer.set_name(name);
    expect(v1::WireguardPeer().ParseFromString(peer.SerializeAsString()), "names are UTF-8");
    expect(!is_key_text(name), "no name is a key");
  }
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  Input input(data, size);
  switch (input.byte() % 3) {
    case 0: read_dump(input.rest()); break;
    case 1: read_reply(input.rest()); break;
    default: read_names(input.rest()); break;
  }
  return 0;
}
