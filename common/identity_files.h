// The files of an identity in a state folder: keys, certificates, a hub's addresses. A file that
// others could have written, or read if it is secret, is refused; errors name the file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/x509.h"

namespace picket {

/// The longest of these files that is read.
inline constexpr std::size_t kIdentityPartBytesMax = 64 * 1024;

Result<PrivateKey> load_private_key(const std::string& path);
Result<Certificate> load_certificate(const std::string& path);
/// As format_hub_addresses() wrote them.
Result<std::vector<std::string>> load_hub_addresses(const std::string& path);

}  // namespace picket
