#include "node/keys/serve.h"

#include <cstddef>
#include <optional>
#include <string_view>

#include "common/decode.h"
#include "common/message_shapes.h"
#include "node/processes/side_socket.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {
namespace {

constexpr std::size_t kRequestBytesMax = 4096;  // a user's name and a fingerprint

bool answer(const SideSocket& socket, const KeyNameOf& name_of, std::string_view payload) {
  v1::AgentToKeyNamer request;
  if (!decode(payload, shapes::kAgentToKeyNamer, request)) return false;
  if (!request.has_name()) return true;
  v1::KeyNamerToAgent message;
  v1::KeyName& named = *message.mutable_named();
  named.set_id(request.name().id());
  named.set_name(name_of(request.name().user(), request.name().fingerprint()));
  return socket.send(message);
}

}  // namespace

void serve_key_names(const UniqueFd& agent, const KeyNameOf& name_of) {
  SideSocket socket(agent.get(), kRequestBytesMax);
  const auto take = [&](std::string_view payload) { return answer(socket, name_of, payload); };
  while (socket.wait(std::nullopt) && socket.read(take)) {
  }
}

}  // namespace picket::node
