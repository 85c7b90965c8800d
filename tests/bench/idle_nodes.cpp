// What an idle node costs the hub: `idle_nodes_bench [N]` starts a real picket-hub, connects N
// (5000) nodes with mutual TLS at once from 40 networks on loopback, lets them be idle, and prints
// memory and CPU for each beside what TLS alone costs in the same run.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>
#include <vector>

#include "common/daemon.h"
#include "tests/bench/crowd.h"
#include "tests/bench/process.h"
#include "tests/bench/programs.h"
#include "tests/bench/tls_floor.h"

namespace picket::bench {
namespace {

constexpr std::size_t kHandshakes = 2000;
// Keep-alives have gone both ways, and what connecting needed has been given back.
constexpr auto kSettle = std::chrono::seconds(12);

void be_nodes(const HubProcess& hub, std::size_t count, const Pipe& ready, const Pipe& go,
              const Pipe& done) {
  std::vector<TlsCredentials> credentials;
  for (std::size_t i = 0; i < count; ++i) credentials.push_back(hub.credentials(i));
  Crowd crowd(std::move(credentials), hub.port());
  ready.tell(count);
  static_cast<void>(go.hear());
  crowd.run([&](std::size_t attempts) { done.tell(attempts); });
}

struct KernelMemory {
  long slab = meminfo_kib("Slab");
  long stacks = meminfo_kib("KernelStack");
};

void measure(std::size_t count) {
  const HubProcess hub(count);
  Pipe ready;
  Pipe go;
  Pipe done;
  const Fork nodes([&] { be_nodes(hub, count, ready, go, done); });
  const auto per_node = [&](double total) { return total / static_cast<double>(count); };
  const auto credentials = hub.credentials(0);
  static_cast<void>(ready.hear());
  const auto floor_before = handshake_cpu(hub.hub_credentials(), credentials, kHandshakes);
  const KernelMemory kernel_before;
  const long before = memory_kib(hub.pid());
  const auto cpu_before = cpu_of(hub.pid());
  const auto begun = std::chrono::steady_clock::now();
  go.tell(1);
  const std::size_t attempts = done.hear();
  const auto wall = std::chrono::steady_clock::now() - begun;
  const auto cpu = (cpu_of(hub.pid()) - cpu_before) / count;
  const long peak = memory_kib(hub.pid());
  std::this_thread::sleep_for(kSettle);
  const long idle = memory_kib(hub.pid());
  const KernelMemory kernel;
  const auto floor_cpu =
      (floor_before + handshake_cpu(hub.hub_credentials(), credentials, kHandshakes)) / 2;
  const double floor_kib = idle_tls_kib(hub.hub_credentials(), credentials, count);

  const double kib = per_node(static_cast<double>(idle - before));
  std::printf("%zu nodes, mutual TLS, %zu attempts to connect\n", count, attempts);
  std::printf("memory of the hub per idle node  %6.2f KiB (at once after connecting %.2f)\n", kib,
              per_node(static_cast<double>(peak - before)));
  std::printf("  bare TLS with its settings     %6.2f KiB, ratio %.2f\n", floor_kib,
              kib / floor_kib);
  std::printf("  of it page tables              %6.2f KiB\n",
              per_node(static_cast<double>(status_of(hub.pid(), "VmPTE"))));
  std::printf("  kernel beside it, both ends    %6.2f KiB (slab)\n",
              per_node(static_cast<double>(kernel.slab - kernel_before.slab)));
  std::printf("CPU of the hub per connect       %6.1f us\n", to_ms(cpu) * 1000);
  std::printf("  handshake alone, in memory     %6.1f us, ratio %.2f\n", to_ms(floor_cpu) * 1000,
              to_ms(cpu) / to_ms(floor_cpu));
  std::printf("wall until all are connected     %6.2f s, the nodes' work included\n",
              to_ms(wall) / 1000);
}

}  // namespace
}  // namespace picket::bench

int main(int argc, char* argv[]) {
  try {
    picket::raise_descriptor_limit();
    picket::bench::measure(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5000);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "idle_nodes: %s\n", exception.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
