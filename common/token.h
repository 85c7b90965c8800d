// The string that lets one node join: "pkt1_" and the base64url of a TokenPayload and the first
// four bytes of its SHA-256, so that a cut or mistyped one is known before anything is sent.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "picket/v1/node_link.pb.h"

namespace picket {

/// The payload must be one that parse_token() accepts.
std::string format_token(const v1::TokenPayload& payload);

/// Checked throughout: addresses, a fingerprint, a secret of limits::kTokenSecretBytes, a node's
/// name. White space around it is ignored. An error never repeats any of the text.
Result<v1::TokenPayload> parse_token(std::string_view text);

/// Whether it means to be a token, of whatever version (and is not, say, a token's id).
[[nodiscard]] bool looks_like_token(std::string_view text);

}  // namespace picket
