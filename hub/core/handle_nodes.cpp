// list_nodes and show_nodes.
#include <cstdint>
#include <memory>
#include <utility>

#include "common/frame.h"
#include "common/limits.h"
#include "hub/core/handlers.h"
#include "hub/core/hub.h"
#include "hub/core/node_items.h"
#include "hub/core/selector.h"

namespace picket::hub {
namespace {

/// Node after node as the client reads, each as it is at that moment.
FrameMaker one_by_one(Hub& hub, std::vector<std::string> names, uint64_t request_id, bool rows) {
  auto next = std::make_shared<std::size_t>(0);
  return
      [&hub, names = std::move(names), request_id, rows, next](std::vector<std::string>& frames) {
        if (*next == names.size()) return Made::kAll;
        const std::string& name = names[(*next)++];
        const NodeRecord* node = hub.state().find(name);
        if (node == nullptr) return Made::kSome;  // forgotten meanwhile
        const auto now = hub.clock().steady();
        frames = node_frames(request_id, name, *node, now);
        if (!rows) frames.resize(1);
        return Made::kSome;
      };
}

}  // namespace

std::optional<std::vector<std::string>> selected_nodes(
    const RequestContext& context,
    const google::protobuf::RepeatedPtrField<std::string>& selectors) {
  if (selectors.size() > static_cast<int>(limits::kSelectorsMax) || !are_selectors(selectors)) {
    context.response.error(v1::Error::CODE_INVALID,
                           "at most 1024 selectors, each of at most 256 bytes");
    return std::nullopt;
  }
  auto names = select_nodes(context.hub.state(), {selectors.begin(), selectors.end()});
  if (names) return *std::move(names);
  context.response.error(v1::Error::CODE_NO_SUCH_NODE, "no such node: " + names.error());
  return std::nullopt;
}

void handle_list_nodes(const RequestContext& context) {
  auto names = selected_nodes(context, context.request.list_nodes().selectors());
  if (!names) return;
  const auto id = context.response.request_id();
  context.response.stream(one_by_one(context.hub, *std::move(names), id, false));
}

void handle_show_nodes(const RequestContext& context) {
  const auto& request = context.request.show_nodes();
  auto names = selected_nodes(context, request.selectors());
  if (!names) return;
  const auto answer = [&hub = context.hub, names = *names, response = context.response] {
    response.stream(one_by_one(hub, names, response.request_id(), true));
  };
  if (!request.refresh()) return answer();
  context.hub.refreshes().start(*names, answer);
}

}  // namespace picket::hub
