// Who may talk to whom: TLS 1.3 between node and hub, certificates of the hub's own CA on both
// sides, and the role and name that they prove. It moves no bytes: see common/stream.h.
//
// Certificates name their holder in one URI of subjectAltName: "picket:hub" (extended key usage
// serverAuth) or "picket:node:NAME" (clientAuth). Host names and addresses play no part, so a hub
// may move.
#pragma once

#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace picket {

struct SslDeleter {
  void operator()(SSL* ssl) const;
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

struct SslContextDeleter {
  void operator()(SSL_CTX* context) const;
};

/// The two protocols behind one port, told apart by ALPN before anything else is parsed.
enum class TlsProtocol {
  kNode,  // "picket/1": certificates on both sides
  kJoin,  // "picket-join/1": the client has none yet
};

/// What a completed handshake proved about the peer.
struct TlsPeer {
  TlsProtocol protocol = TlsProtocol::kNode;
  std::string name;  // of the node; empty for the hub and for who joins
  WallTime not_before{};
  WallTime not_after{};
  /// Of who joins, on both sides: 32 bytes that only the two ends of this connection know, for what
  /// they sign to be worth nothing elsewhere.
  std::string channel;
};

using Sha256 = std::array<uint8_t, 32>;

/// A side's own certificate, its key and the CA that it trusts; each PEM or DER.
struct TlsCredentials {
  std::string certificate;
  std::string private_key;
  std::string ca_certificate;
};

/// What all connections of one kind share. Not copied; outlives the SSL objects that it makes.
class TlsContext {
 public:
  /// The hub's side, both protocols. Error: a sentence that says which of the three is wrong.
  static Result<TlsContext> hub(const TlsCredentials& credentials);
  /// A node's side of "picket/1".
  static Result<TlsContext> node(const TlsCredentials& credentials);
  /// The side of who joins: no certificate; trusts the hub whose chain holds the CA certificate
  /// with this SHA-256 (of its DER). Its validity in time isn't checked: a wrong clock must not
  /// look like an attack.
  static Result<TlsContext> join(const Sha256& ca_sha256);

  TlsContext(TlsContext&&) noexcept;
  TlsContext& operator=(TlsContext&&) noexcept;
  ~TlsContext();

  /// One connection's TLS state, for Stream. Null when memory is short.
  SslPtr make() const;

  struct Shared;  // of its implementation

 private:
  explicit TlsContext(std::unique_ptr<Shared> shared);
  std::unique_ptr<Shared> shared_;
};

/// The peer of `ssl` once its handshake has succeeded. Error: the handshake must be treated as
/// failed.
Result<TlsPeer> tls_peer_of(const SSL& ssl);

/// Why OpenSSL's last call on `ssl` failed, in one sentence: what was found wrong with the peer, or
/// what the peer says is wrong with us. Empties the thread's error queue.
std::string tls_failure(SSL& ssl);

}  // namespace picket
