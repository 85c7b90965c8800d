#include "common/close_reason.h"

namespace picket {

std::string_view to_string(CloseReason reason) {
  switch (reason) {
    case CloseReason::kPeerClosed: return "peer_closed";
    case CloseReason::kPeerStopped: return "peer_stopped";
    case CloseReason::kConnectionReset: return "connection_reset";
    case CloseReason::kTimedOut: return "timed_out";
    case CloseReason::kHandshakeTimeout: return "handshake_timeout";
    case CloseReason::kHandshakeFailed: return "handshake_failed";
    case CloseReason::kFrameTooLarge: return "frame_too_large";
    case CloseReason::kBadFrame: return "bad_frame";
    case CloseReason::kProtocolError: return "protocol_error";
    case CloseReason::kProtocolVersion: return "protocol_version";
    case CloseReason::kNotPermitted: return "not_permitted";
    case CloseReason::kRevoked: return "revoked";
    case CloseReason::kCertificateExpired: return "certificate_expired";
    case CloseReason::kIdentityConflict: return "identity_conflict";
    case CloseReason::kReplaced: return "replaced";
    case CloseReason::kForgotten: return "forgotten";
    case CloseReason::kOutboxFull: return "outbox_full";
    case CloseReason::kBusy: return "busy";
    case CloseReason::kStopping: return "stopping";
    case CloseReason::kInternal: return "internal";
  }
  return "unknown";
}

}  // namespace picket
