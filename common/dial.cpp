#include "common/dial.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "common/limits.h"

namespace picket {
namespace {

using asio::ip::tcp;

// A socket that is being connected, and the timer that gives it up. Both are shared with the
// timer's callback, which may still be on its way when the connection has succeeded.
struct Attempt {
  explicit Attempt(const asio::any_io_executor& executor) : socket(executor), timer(executor) {}
  tcp::socket socket;
  asio::steady_timer timer;
  bool gave_up = false;
};

void give_up_after(const std::shared_ptr<Attempt>& attempt, std::chrono::milliseconds timeout) {
  attempt->timer.expires_after(timeout);
  attempt->timer.async_wait([attempt](const asio::error_code& error) {
    if (error) return;
    attempt->gave_up = true;
    asio::error_code ignored;
    attempt->socket.close(ignored);
  });
}

asio::awaitable<asio::error_code> connect(std::shared_ptr<Attempt> attempt, tcp::endpoint endpoint,
                                          std::chrono::milliseconds timeout) {
  give_up_after(attempt, timeout);
  asio::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await attempt->socket.async_connect(endpoint, token);
  attempt->timer.cancel();
  if (attempt->gave_up) error = asio::error::timed_out;
  co_return error;
}

// Numbers need no resolver, and none of its threads.
asio::awaitable<std::vector<tcp::endpoint>> resolve(HostPort address, std::string& failure) {
  asio::error_code error;
  const auto number = asio::ip::make_address(address.host, error);
  std::vector<tcp::endpoint> endpoints;
  if (!error) {
    endpoints.emplace_back(number, address.port);
    co_return endpoints;
  }
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  const std::string port = std::to_string(address.port);
  const auto flags = tcp::resolver::numeric_service;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto results = co_await resolver.async_resolve(address.host, port, flags, token);
  if (error) failure = error.message();
  for (const auto& result : results) endpoints.push_back(result.endpoint());
  co_return endpoints;
}

Endpoint to_endpoint(const tcp::endpoint& endpoint) {
  return endpoint_of(*reinterpret_cast<const sockaddr*>(endpoint.data()));
}

void add_failure(std::string& failures, const std::string& where, const std::string& why) {
  failures += (failures.empty() ? "" : "; ") + where + ": " + why;
}

Error unix_failure(const std::string& path, int error) {
  switch (error) {
    case ENOENT: return Error{"nobody listens at " + path};
    case ECONNREFUSED: return Error{"nobody listens at " + path + " any more"};
    case EACCES: return Error{"not permitted to connect to " + path};
    case EAGAIN: return Error{"too many others are connecting to " + path};
    default:
      return Error{"can't connect to " + path + ": " + std::generic_category().message(error)};
  }
}

}  // namespace

asio::awaitable<Result<Dialled>> dial_tcp(std::vector<HostPort> addresses,
                                          std::chrono::milliseconds connect_timeout) {
  const auto executor = co_await asio::this_coro::executor;
  std::string failures;
  for (const HostPort& address : addresses) {
    std::string unresolved;
    const auto endpoints = co_await resolve(address, unresolved);
    if (!unresolved.empty()) add_failure(failures, to_string(address), unresolved);
    for (const tcp::endpoint& endpoint : endpoints) {
      const auto attempt = std::make_shared<Attempt>(executor);
      const auto error = co_await connect(attempt, endpoint, connect_timeout);
      const Endpoint remote = to_endpoint(endpoint);
      if (!error) {
        Result<Dialled> dialled = Dialled{UniqueFd(attempt->socket.release()), address, remote};
        co_return dialled;
      }
      add_failure(failures, to_string(remote), error.message());
    }
  }
  if (failures.empty()) failures = "no address to connect to";
  Result<Dialled> failed = Error{"can't connect: " + failures};
  co_return failed;
}

Result<UniqueFd> dial_unix(const std::string& path) {
  if (path.empty() || path.size() > limits::kSocketPathBytesMax) {
    return Error{"the socket's path is " + std::to_string(path.size()) + " bytes long, 1 to " +
                 std::to_string(limits::kSocketPathBytesMax) + " are possible: " + path};
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return unix_failure(path, errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return unix_failure(path, errno);
  }
  return socket;
}

}  // namespace picket
