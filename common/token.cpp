#include "common/token.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "common/base64url.h"
#include "common/decode.h"
#include "common/hub_addresses.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/node_name.h"
#include "common/secret.h"
#include "common/sha256.h"

namespace picket {
namespace {

constexpr std::string_view kFamily = "pkt";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kChecksumBytes = 4;

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// The digits between "pkt" and "_"; empty: not a token.
std::string_view version_of(std::string_view text) {
  if (text.substr(0, kFamily.size()) != kFamily) return {};
  text.remove_prefix(kFamily.size());
  const std::string_view version = text.substr(0, text.find_first_not_of("0123456789"));
  const bool ends_well = text.substr(version.size(), 1) == "_";
  return ends_well ? version : std::string_view();
}

std::string checksum(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return std::string(as_bytes(digest).substr(0, kChecksumBytes));
}

bool is_whole(const v1::TokenPayload& payload) {
  const std::vector<std::string> addresses(payload.addresses().begin(), payload.addresses().end());
  return check_hub_addresses(addresses) && payload.ca_sha256().size() == kSha256Bytes &&
         payload.secret().size() == limits::kTokenSecretBytes && is_node_name(payload.node());
}

}  // namespace

bool looks_like_token(std::string_view text) { return !version_of(trimmed(text)).empty(); }

std::string format_token(const v1::TokenPayload& payload) {
  assert(is_whole(payload));
  std::string bytes = payload.SerializeAsString();
  bytes += checksum(bytes);
  std::string text = std::string(kFamily) + std::string(kVersion) + "_" + to_base64url(bytes);
  wipe(bytes);
  return text;
}

Result<v1::TokenPayload> parse_token(std::string_view text) {
  text = trimmed(text);
  const std::string_view version = version_of(text);
  if (version.empty()) return Error{"this is not a token: they begin with pkt1_"};
  if (version != kVersion) {
    return Error{
        "this token is from another version of picket: update picket-node, or the hub that made "
        "it"};
  }
  const Error damaged{
      "this token is cut off or mistyped: copy the whole line that `picket token create` printed"};
  if (text.size() > limits::kTokenTextBytesMax) return damaged;
  auto bytes = from_base64url(text.substr(kFamily.size() + version.size() + 1));
  if (!bytes || bytes->size() < kChecksumBytes) return damaged;
  const std::string_view content(bytes->data(), bytes->size() - kChecksumBytes);
  v1::TokenPayload payload;
  const bool whole = checksum(content) == std::string_view(*bytes).substr(content.size()) &&
                     decode(content, shapes::kTokenPayload, payload) && is_whole(payload);
  wipe(*bytes);
  if (!whole) return damaged;
  return payload;
}

}  // namespace picket
