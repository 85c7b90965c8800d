#include "hub/io/identity_file.h"

#include "common/sha256.h"
#include "picket/v1/hub_state.pb.h"

namespace picket::hub {

std::string encode_identity_file(const IdentityBook& book) {
  v1::IdentityFile file;
  file.set_book(book.to_message().SerializeAsString());
  file.set_book_sha256(std::string(as_bytes(sha256(file.book()))));
  return file.SerializeAsString();
}

std::optional<IdentityBook> decode_identity_file(std::string_view content) {
  v1::IdentityFile file;
  if (!file.ParseFromArray(content.data(), static_cast<int>(content.size()))) return std::nullopt;
  if (file.book_sha256() != as_bytes(sha256(file.book()))) return std::nullopt;
  v1::IdentityBook message;
  if (!message.ParseFromString(file.book())) return std::nullopt;
  return IdentityBook::from_message(message);
}

}  // namespace picket::hub
