// Why a link ended. Each link ends with exactly one, which is logged, counted and shown by `picket
// status`.
#pragma once

#include <string>
#include <string_view>

namespace picket {

enum class CloseReason {
  kPeerClosed,        // orderly end by the peer
  kPeerStopped,       // the peer said goodbye
  kConnectionReset,   // the network or the peer's kernel ended it
  kTimedOut,          // silent for dead_after
  kHandshakeTimeout,  // TLS or hello took too long
  kHandshakeFailed,   // TLS refused it; the detail says why
  kFrameTooLarge,
  kBadFrame,         // not a message, or over a limit of nesting or repetition
  kProtocolError,    // a message that this state doesn't allow
  kProtocolVersion,  // no common version
  kNotPermitted,
  kRevoked,
  kCertificateExpired,  // the node's, while the link stood
  kIdentityConflict,
  kReplaced,  // a newer link of the same agent
  kForgotten,
  kOutboxFull,  // the peer doesn't read
  kBusy,        // a limit on connections
  kStopping,    // this program stops
  kInternal,    // an exception; the log has it
};

/// The reason's name in logs, on the wire and in JSON: "timed_out".
std::string_view to_string(CloseReason reason);

/// How a link ended: the reason, and one sentence for a person where there is more to say.
struct Closed {
  CloseReason reason;
  std::string detail;
};

}  // namespace picket
