// What mutual TLS itself costs a server, with the hub's settings and nothing of the hub around it:
// the floor to compare the hub with.
#pragma once

#include <cstddef>

#include "common/clock.h"
#include "common/tls.h"

namespace picket::bench {

/// Resident memory, page tables included, for each of `count` idle connections over which one
/// message went each way; the clients are in another process.
double idle_tls_kib(const TlsCredentials& hub, const TlsCredentials& node, std::size_t count);

/// CPU time of the server's side of one handshake through memory, the mean of `count`.
Nanoseconds handshake_cpu(const TlsCredentials& hub, const TlsCredentials& node, std::size_t count);

}  // namespace picket::bench
