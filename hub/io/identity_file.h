// The identity book as the bytes of its file: with a checksum, so that a damaged file is never
// taken for one that has fewer revocations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hub/core/identity_book.h"

namespace picket::hub {

std::string encode_identity_file(const IdentityBook& book);
/// Empty: damaged, or of a newer program.
std::optional<IdentityBook> decode_identity_file(std::string_view content);

}  // namespace picket::hub
