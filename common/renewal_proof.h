// That whoever asks for a new certificate over a connection without one has the key of the old one.
// Bound to that connection and to the request, so that nobody can use it elsewhere or later.
#pragma once

#include <string>
#include <string_view>

#include "common/x509.h"

namespace picket {

/// `channel` is TlsPeer::channel; `key` is the old certificate's.
std::string prove_renewal(const PrivateKey& key, std::string_view channel,
                          std::string_view request_der);

/// False also if there is no channel.
[[nodiscard]] bool is_proven(const Certificate& old, std::string_view channel,
                             std::string_view request_der, std::string_view proof);

}  // namespace picket
