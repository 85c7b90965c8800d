// SHA-256 of what comes in pieces.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string_view>

#include "common/sha256.h"

namespace picket {

class Sha256Stream {
 public:
  Sha256Stream();
  void add(std::string_view bytes);
  /// Of all that was added; nothing is added afterwards.
  Sha256 finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace picket
