// Asio's own code, compiled here once for all (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>
