#include "common/random_id.h"

#include <cstring>

#include "common/random_bytes.h"
#include "common/sha256.h"

namespace picket {

std::string random_id() {
  const Secret bytes = random_bytes(8);
  return to_hex(bytes.reveal());
}

uint64_t random_number() {
  uint64_t number = 0;
  const Secret bytes = random_bytes(sizeof number);
  std::memcpy(&number, bytes.reveal().data(), sizeof number);
  return number;
}

}  // namespace picket
