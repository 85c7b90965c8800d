#include "hub/io/client_service.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "common/give_to_group.h"
#include "common/log.h"

namespace picket::hub {
namespace {

/// Only the last folder is made, and only its own mode and group are set.
Status make_socket_folder(const std::filesystem::path& folder, std::optional<gid_t> group) {
  if (::mkdir(folder.c_str(), 0750) != 0) {
    if (errno == EEXIST) return {};
    return Error{"can't make " + folder.string() + ": " + std::strerror(errno)};
  }
  if (!group) return {};
  const Status given = give_to_group(folder.string(), *group);
  if (!given) ::rmdir(folder.c_str());  // or the next start would take it as it is
  return given;
}

}  // namespace

ClientService::ClientService(Parts parts) : parts_(parts) {
  settings_.on_exception = [](std::string_view what) {
    log::error("client link failed", {{"what", what}});
  };
}

Status ClientService::listen(const std::string& path, std::optional<gid_t> group) {
  if (auto made = make_socket_folder(std::filesystem::path(path).parent_path(), group); !made) {
    return made;
  }
  UnixListenOptions options;
  options.group = group;
  auto listener = listen_unix(path, options);
  if (!listener) return Error{listener.error()};
  accept_on(
      parts_.daemon.accepting(), *std::move(listener),
      [this](Accepted accepted) { on_accepted(std::move(accepted)); },
      [](std::string_view text) { log::error("accepting clients", {{"trouble", text}}); });
  return {};
}

void ClientService::on_accepted(Accepted accepted) {
  auto place = parts_.admission.enter(accepted.peer.uid);
  if (!place) {
    const std::string who = "uid " + std::to_string(accepted.peer.uid);
    return parts_.hub.on_unauthenticated_closed(
        "client", who, {}, {CloseReason::kBusy, "too many connections of one user, or in all"});
  }
  parts_.daemon.tasks().spawn("client link", serve(std::move(accepted), *std::move(place)));
}

asio::awaitable<void> ClientService::serve(Accepted accepted, Admission::Place /*place*/) {
  const auto executor = parts_.daemon.tasks().executor();
  const auto link = std::make_shared<Link>(executor, std::move(accepted.socket), nullptr,
                                           parts_.buffers, settings_);
  Caller caller{.uid = accepted.peer.uid,
                .gid = accepted.peer.gid,
                .groups = {accepted.peer.groups.begin(), accepted.peer.groups.end()}};
  const auto handler = parts_.hub.make_client_link(*link, std::move(caller));
  co_await link->run(*handler);
}

}  // namespace picket::hub
