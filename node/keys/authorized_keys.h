// Whose key a fingerprint is of: the comments in a user's authorized_keys (sshd(8)). Pure; the text
// is whatever that user has written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace picket::node {

/// The comment of the first key in `text` with this fingerprint ("SHA256:..."), without blanks
/// around it, as bytes; nothing: the key isn't there, or has no comment.
std::optional<std::string> name_of_key(std::string_view text, std::string_view fingerprint);

/// "SHA256:..." of a public key as it stands in base64; nothing: it isn't base64.
std::optional<std::string> fingerprint_of(std::string_view base64);

}  // namespace picket::node
