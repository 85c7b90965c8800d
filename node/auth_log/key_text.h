// What sshd appends to the method of a login: which key it was, and of whom.
#pragma once

#include <optional>
#include <string_view>

namespace picket::node {

struct KeyText {
  std::string_view type;         // "ED25519", "RSA-CERT"
  std::string_view fingerprint;  // "SHA256:..."; of old releases "MD5:..." or bare pairs of digits
};

/// `text` is all that follows "ssh2": nothing, or ": " and a key, a certificate or a Kerberos name.
/// Nothing is returned if it isn't one of those from end to end. A certificate's id is whatever its
/// owner had signed, blanks and all.
std::optional<KeyText> read_key(std::string_view text);

}  // namespace picket::node
