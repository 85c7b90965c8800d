#include "common/secret.h"

#include <openssl/crypto.h>

namespace picket {

void wipe(void* bytes, std::size_t count) { OPENSSL_cleanse(bytes, count); }

void wipe(std::string& text) {
  wipe(text.data(), text.size());
  text.clear();
}

Secret::~Secret() { wipe(bytes_.data(), bytes_.size()); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes_.data(), bytes_.size());
  bytes_ = std::move(other.bytes_);
  return *this;
}

}  // namespace picket
