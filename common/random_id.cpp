#include "common/random_id.h"

#include "common/random_bytes.h"
#include "common/sha256.h"

namespace picket {

std::string random_id() {
  const Secret bytes = random_bytes(8);
  return to_hex(bytes.reveal());
}

}  // namespace picket
