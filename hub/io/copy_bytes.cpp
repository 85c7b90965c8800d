#include "hub/io/copy_bytes.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string_view>

#include "common/files.h"
#include "common/secret.h"
#include "common/sha256_stream.h"

namespace picket::hub {
namespace {

constexpr std::size_t kAtOnce = std::size_t{1} << 18U;

}  // namespace

std::optional<Sha256> copy_bytes(int from, std::optional<int> to, uint64_t bytes) {
  Sha256Stream digest;
  Secret buffer(kAtOnce);  // the CA's key may be among what is copied
  while (bytes > 0) {
    const ssize_t size = read(from, buffer.data().data(), std::min<uint64_t>(bytes, buffer.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size == 0) errno = EIO;
    if (size <= 0) return std::nullopt;
    const std::string_view piece = buffer.reveal().substr(0, static_cast<std::size_t>(size));
    digest.add(piece);
    if (to && !write_all(*to, piece)) return std::nullopt;
    bytes -= piece.size();
  }
  return digest.finish();
}

}  // namespace picket::hub
