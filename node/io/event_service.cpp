#include "node/io/event_service.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "common/limits.h"
#include "common/log.h"

namespace picket::node {
namespace {

constexpr mode_t kForEverybody = 0666;

Status make_socket_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST) return {};
  return Error{"can't make " + folder.string() + ": " + std::strerror(errno)};
}

// To one who gets no link: a fresh socket has room for so little.
void turn_away(int socket) {
  const std::string frame =
      event_reply_frame("too many programs tell events at once; try again in some seconds");
  static_cast<void>(::send(socket, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace

// A connection counts as long as this lives.
class EventService::Place {
 public:
  Place(EventService& service, uint32_t uid) : service_(&service), uid_(uid) {
    ++service.open_;
    ++service.open_of_uid_[uid];
  }
  Place(Place&& other) noexcept
      : service_(std::exchange(other.service_, nullptr)), uid_(other.uid_) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (service_ == nullptr) return;
    --service_->open_;
    const auto of_uid = service_->open_of_uid_.find(uid_);
    if (--of_uid->second == 0) service_->open_of_uid_.erase(of_uid);
  }

 private:
  EventService* service_;
  uint32_t uid_;
};

// A link can be ended by stop() as long as this lives.
class EventService::Listed {
 public:
  Listed(std::set<Link*>& links, Link* link) : links_(links), link_(link) { links.insert(link); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { links_.erase(link_); }

 private:
  std::set<Link*>& links_;
  Link* link_;
};

EventService::EventService(Daemon& daemon, const Clock& clock, EventSpool& spool)
    : daemon_(daemon), intake_{spool, rates_, clock} {
  // It never counts as a peer that has said who it is: one deadline for all that it does.
  settings_.handshake_timeout = limits::kEventSocketTimeout;
  settings_.frame_bytes_max = limits::kLocalMessageBytesMax;
  settings_.on_exception = [](std::string_view what) {
    log::error("local event failed", {{"what", what}});
  };
}

Status EventService::listen(const std::string& path) {
  if (auto made = make_socket_folder(std::filesystem::path(path).parent_path()); !made) return made;
  UnixListenOptions options;
  options.mode = kForEverybody;
  auto listener = listen_unix(path, options);
  if (!listener) return Error{listener.error()};
  accept_on(
      daemon_.accepting(), *std::move(listener),
      [this](Accepted accepted) { on_accepted(std::move(accepted)); },
      [](std::string_view text) { log::error("accepting local events", {{"trouble", text}}); });
  return {};
}

void EventService::on_accepted(Accepted accepted) {
  const uint32_t uid = accepted.peer.uid;
  const auto of_uid = open_of_uid_.find(uid);
  const bool is_too_many = uid != 0 && of_uid != open_of_uid_.end() &&
                           of_uid->second >= limits::kEventConnectionsPerUidMax;
  if (open_ >= limits::kEventConnectionsMax || is_too_many) return turn_away(accepted.socket.get());
  daemon_.tasks().spawn("local event", serve(std::move(accepted), Place(*this, uid)));
}

asio::awaitable<void> EventService::serve(Accepted accepted, Place /*place*/) {
  const auto executor = daemon_.tasks().executor();
  const auto link =
      std::make_shared<Link>(executor, std::move(accepted.socket), nullptr, buffers_, settings_);
  EventLink handler(intake_, *link, accepted.peer.uid);
  const Listed listed(links_, link.get());
  co_await link->run(handler);
}

void EventService::stop() {
  for (Link* link : std::set<Link*>(links_)) link->close({CloseReason::kStopping, {}});
}

}  // namespace picket::node
