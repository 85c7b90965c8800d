#include <cstdio>

#include "common/text.h"
#include "node/cli/commands.h"
#include "node/core/local_event.h"
#include "node/io/tell_event.h"

namespace picket::node {
namespace {

int fail(const std::string& why, int status) {
  std::fprintf(stderr, "picket-node: %s\n", escape_for_terminal(why).c_str());
  return status;
}

}  // namespace

int tell_event(const config::Choice& choice, const EventOptions& options) {
  const auto request = event_request(options.kind, options.text, options.fields);
  if (!request) return fail(request.error(), 2);
  std::string socket = options.socket;
  if (socket.empty()) {
    const auto config = config::or_complain(config::load<NodeConfig>(choice));
    if (!config) return 2;
    socket = config->events.socket;
  }
  const Status told = tell_event(socket, *request);
  return told ? 0 : fail(told.error(), 1);
}

}  // namespace picket::node
