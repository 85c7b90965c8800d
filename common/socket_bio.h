// OpenSSL's way to a socket, without SIGPIPE. Part of common/stream; nobody else needs it.
#pragma once

#include <openssl/types.h>

namespace picket {

/// Reads and writes `socket`, which it doesn't own. Null when memory is short.
BIO* make_socket_bio(int socket);

}  // namespace picket
