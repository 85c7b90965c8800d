#include "tests/bench/tls_floor.h"

#include <malloc.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/unique_fd.h"
#include "tests/bench/process.h"

namespace picket::bench {
namespace {

constexpr std::size_t kHelloBytes = 200;
constexpr std::size_t kWelcomeBytes = 100;
constexpr std::size_t kPipeBytes = 32 * 1024;  // the larger half of a handshake fits

TlsContext must(Result<TlsContext> context) {
  if (!context) throw std::runtime_error(context.error());
  return *std::move(context);
}

SslPtr over(const TlsContext& context, int socket) {
  SslPtr ssl = context.make();
  SSL_set_fd(ssl.get(), socket);
  return ssl;
}

// Sockets block, so only bookkeeping of TLS itself makes a call end early.
template <typename Call>
void insist(SSL* ssl, Call call) {
  for (int result = call(); result <= 0; result = call()) {
    if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ) throw std::runtime_error("TLS failed");
  }
}

void send_bytes(SSL* ssl, std::size_t bytes) {
  const std::array<char, kHelloBytes> message{};
  insist(ssl, [&] { return SSL_write(ssl, message.data(), static_cast<int>(bytes)); });
}

void receive(SSL* ssl) {
  std::array<char, kHelloBytes> message{};
  insist(ssl, [&] { return SSL_read(ssl, message.data(), static_cast<int>(message.size())); });
}

void be_clients(const TlsCredentials& node, const std::vector<UniqueFd>& sockets) {
  const TlsContext context = must(TlsContext::node(node));
  std::vector<SslPtr> clients;
  for (const auto& socket : sockets) {
    clients.push_back(over(context, socket.get()));
    SSL* ssl = clients.back().get();
    insist(ssl, [&] { return SSL_do_handshake(ssl); });
    send_bytes(ssl, kHelloBytes);
    receive(ssl);
  }
  ::pause();
}

double accept_all(const TlsContext& context, const std::vector<UniqueFd>& sockets) {
  std::vector<SslPtr> links;
  links.reserve(sockets.size());
  long before = 0;
  for (const auto& socket : sockets) {
    links.push_back(over(context, socket.get()));
    SSL* ssl = links.back().get();
    insist(ssl, [&] { return SSL_do_handshake(ssl); });
    receive(ssl);
    send_bytes(ssl, kWelcomeBytes);
    if (links.size() == 1) before = memory_kib(::getpid());  // what the first alone needs
  }
  return static_cast<double>(memory_kib(::getpid()) - before) /
         static_cast<double>(sockets.size() - 1);
}

Nanoseconds thread_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

Nanoseconds shake_hands(const TlsContext& hub, const TlsContext& node) {
  const Nanoseconds begun = thread_cpu();
  const SslPtr server = hub.make();
  Nanoseconds used = thread_cpu() - begun;
  const SslPtr client = node.make();
  BIO* ends[2] = {};
  BIO_new_bio_pair(&ends[0], kPipeBytes, &ends[1], kPipeBytes);
  SSL_set_bio(server.get(), ends[0], ends[0]);
  SSL_set_bio(client.get(), ends[1], ends[1]);
  for (int step = 0; step < 4 && SSL_is_init_finished(server.get()) == 0; ++step) {
    SSL_do_handshake(client.get());
    const Nanoseconds before = thread_cpu();
    SSL_do_handshake(server.get());
    used += thread_cpu() - before;
  }
  if (SSL_is_init_finished(server.get()) == 0) throw std::runtime_error("the handshake failed");
  return used;
}

}  // namespace

double idle_tls_kib(const TlsCredentials& hub, const TlsCredentials& node, std::size_t count) {
  std::vector<UniqueFd> ours(count);
  std::vector<UniqueFd> theirs(count);
  for (std::size_t i = 0; i < count; ++i) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      throw std::runtime_error("not enough descriptors");
    }
    ours[i].reset(ends[0]);
    theirs[i].reset(ends[1]);
  }
  const Fork clients([&] {
    ours.clear();
    be_clients(node, theirs);
  });
  theirs.clear();
  ::malloc_trim(0);  // what was freed before must not be given out again for nothing
  return accept_all(must(TlsContext::hub(hub)), ours);
}

Nanoseconds handshake_cpu(const TlsCredentials& hub, const TlsCredentials& node,
                          std::size_t count) {
  const TlsContext hub_context = must(TlsContext::hub(hub));
  const TlsContext node_context = must(TlsContext::node(node));
  Nanoseconds used{0};
  for (std::size_t i = 0; i < count; ++i) used += shake_hands(hub_context, node_context);
  return used / count;
}

}  // namespace picket::bench
