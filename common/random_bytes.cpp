#include "common/random_bytes.h"

#include <openssl/rand.h>

#include <stdexcept>

namespace picket {

Secret random_bytes(std::size_t count) {
  Secret bytes(count);
  const std::span<char> data = bytes.data();
  if (RAND_bytes(reinterpret_cast<unsigned char*>(data.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error("the system gives no random bytes");
  }
  return bytes;
}

}  // namespace picket
