#include "node/collectors/registry.h"

#include "node/collectors/sessions.h"

namespace picket::node {
namespace {

template <typename Made>
std::unique_ptr<Collector> make(const CollectorContext& context) {
  return std::make_unique<Made>(context);
}

// sorted
constexpr CollectorRow kCollectors[] = {
    {"sessions", make<SessionsCollector>},
};

}  // namespace

std::span<const CollectorRow> collectors() { return kCollectors; }

}  // namespace picket::node
