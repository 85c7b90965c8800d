#include "node/io/join_hub.h"

#include <asio/io_context.hpp>
#include <utility>

#include "common/frame.h"
#include "common/protocol.h"
#include "common/task_group.h"
#include "common/tls.h"
#include "node/io/join_exchange.h"

namespace picket::node {
namespace {

/// The exchange in a task of its own; what it finds is in its members.
struct Asking {
  const TlsContext& tls;
  std::vector<HostPort> addresses;
  std::string request;
  Result<v1::JoinReply> reply = Error{"the exchange was not made"};

  asio::awaitable<void> run(asio::any_io_executor executor) {
    const MakeJoinRequest make = [this](const TlsPeer&) { return request; };
    auto exchanging = exchange_join(executor, tls, addresses, make);
    reply = co_await std::move(exchanging);
  }
};

Result<v1::JoinReply> ask(const TlsContext& tls, const std::vector<HostPort>& addresses,
                          std::string request) {
  Asking asking{.tls = tls, .addresses = addresses, .request = std::move(request)};
  asio::io_context loop;
  TaskGroup tasks(loop.get_executor(), [&asking](std::string_view, std::string_view what) {
    asking.reply = Error{std::string(what)};
  });
  tasks.spawn("join", asking.run(loop.get_executor()));
  loop.run();
  wipe(asking.request);
  return std::move(asking.reply);
}

Result<std::vector<HostPort>> addresses_of(const JoinAttempt& attempt) {
  std::vector<HostPort> addresses;
  for (const auto& address : attempt.addresses()) {
    auto parsed = parse_host_port(address);
    if (!parsed) return Error{"the token's address: " + parsed.error()};
    addresses.push_back(*std::move(parsed));
  }
  return addresses;
}

}  // namespace

Result<Membership> join_hub(JoinAttempt attempt, const Clock& clock) {
  auto tls = TlsContext::join(attempt.ca_fingerprint());
  if (!tls) return Error{tls.error()};
  const auto addresses = addresses_of(attempt);
  if (!addresses) return Error{addresses.error()};
  const v1::Peer self = protocol::self("picket-node", "join");
  const auto time = ask(*tls, *addresses, encode_frame(JoinAttempt::time_request(self)));
  if (!time) return Error{time.error()};
  if (auto right = JoinAttempt::check_clock(*time, clock.wall()); !right) {
    return Error{right.error()};
  }
  v1::JoinRequest request = attempt.request(self);
  const auto reply = ask(*tls, *addresses, encode_frame(request));
  wipe(*request.mutable_secret());
  if (!reply) return Error{reply.error()};
  return std::move(attempt).accept(*reply, clock.wall());
}

}  // namespace picket::node
