#include "node/processes/side_program.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "common/log.h"
#include "common/systemd_notify.h"
#include "node/processes/activation.h"
#include "node/processes/privileges.h"

namespace picket::node {
namespace {

void complain(const SideProgram& program, const std::string& why) {
  log::error("a process beside the agent can't do its work",
             {{"process", program.name}, {"why", why}});
}

bool give_up_privileges(const SideProgram& program) {
  const Status kept = keep_only(program.capabilities);
  if (!kept) complain(program, kept.error());
  return static_cast<bool>(kept);
}

void serve_accepted(const UniqueFd& agent, const std::string& path,
                    const SideProgram::Serve& serve) {
  const auto peer = unix_peer_of(agent.get());
  if (peer && may_connect(*peer, path)) return serve(agent);
  log::warn("refused who is neither root nor of the socket's group",
            {{"uid", peer ? peer->uid : static_cast<uid_t>(-1)}});
}

}  // namespace

std::optional<SideProcess> fork_side_program(const SideProgram& program) {
  if (::geteuid() != 0) return std::nullopt;
  auto process = SideProcess::start(program.name, [&program](const UniqueFd& agent) {
    log::set_up(log::Level::kInfo);
    if (!give_up_privileges(program)) return 1;
    program.make()(agent);
    return 0;
  });
  if (process) return *std::move(process);
  complain(program, process.error());
  return std::nullopt;
}

// One agent at a time; there is but one on a host, and others wait.
int run_side_program(const SideProgram& program) {
  log::set_up(log::Level::kInfo);
  const auto listener = socket_of_service_manager(program.socket);
  if (!listener) {
    complain(program, listener.error());
    return 1;
  }
  if (!give_up_privileges(program)) return 1;
  const std::string path = path_of_socket(listener->get());
  const SideProgram::Serve serve = program.make();
  notify_systemd("READY=1");
  while (true) {
    const UniqueFd agent(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (agent) {
      serve_accepted(agent, path, serve);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      complain(program, std::string("can't accept the agent: ") + std::strerror(errno));
      return 1;
    }
  }
}

}  // namespace picket::node
