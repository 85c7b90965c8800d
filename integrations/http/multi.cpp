#include "integrations/http/multi.h"

#include <asio/posix/stream_descriptor.hpp>
#include <new>
#include <utility>

#include "common/limits.h"

namespace picket::http {

/// One of curl's sockets. It stays curl's: the descriptor is released, never closed.
struct Multi::Watch {
  Watch(const asio::any_io_executor& executor, curl_socket_t its_socket)
      : socket(its_socket), descriptor(executor, its_socket) {}

  curl_socket_t socket;
  asio::posix::stream_descriptor descriptor;
  int wanted = CURL_POLL_NONE;
  bool reading = false;
  bool writing = false;
  bool removed = false;
};

Multi::Multi(asio::any_io_executor executor, Over over)
    : executor_(std::move(executor)),
      timer_(executor_),
      over_(std::move(over)),
      multi_(curl_multi_init()) {
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, limits::kHttpConnectionsPerHostMax);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, limits::kHttpConnectionsKept);
}

Multi::~Multi() { close(); }

bool Multi::add(CURL* transfer) { return curl_multi_add_handle(multi_, transfer) == CURLM_OK; }

void Multi::remove(CURL* transfer) { curl_multi_remove_handle(multi_, transfer); }

void Multi::close() {
  if (multi_ == nullptr) return;
  curl_multi_cleanup(std::exchange(multi_, nullptr));  // says which sockets to forget
  while (!watches_.empty()) unwatch(watches_.begin()->first);
  timer_.cancel();
}

int Multi::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto* multi = static_cast<Multi*>(self);
  if (what == CURL_POLL_REMOVE) {
    multi->unwatch(socket);
  } else {
    multi->watch(socket, what);
  }
  return 0;
}

int Multi::on_timer(CURLM*, long milliseconds, void* self) {
  static_cast<Multi*>(self)->set_timer(milliseconds);
  return 0;
}

void Multi::watch(curl_socket_t socket, int what) {
  auto& watch = watches_[socket];
  if (!watch) watch = std::make_shared<Watch>(executor_, socket);
  watch->wanted = what;
  wait(watch);
}

void Multi::unwatch(curl_socket_t socket) {
  const auto found = watches_.find(socket);
  if (found == watches_.end()) return;
  found->second->removed = true;
  found->second->descriptor.release();
  watches_.erase(found);
}

void Multi::wait(const std::shared_ptr<Watch>& watch) {
  if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) wait(watch, Direction::kRead);
  if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) wait(watch, Direction::kWrite);
}

void Multi::wait(const std::shared_ptr<Watch>& watch, Direction direction) {
  const bool reads = direction == Direction::kRead;
  (reads ? watch->reading : watch->writing) = true;
  watch->descriptor.async_wait(
      reads ? asio::posix::stream_descriptor::wait_read
            : asio::posix::stream_descriptor::wait_write,
      [weak = weak_from_this(), watch, direction](const asio::error_code& error) {
        const auto self = weak.lock();
        if (self) self->on_ready(watch, direction, bool(error));
      });
}

/// A wait that ends too late (the socket was removed meanwhile, or curl waits for the other
/// direction now) is of no interest: curl would read or write where it must not.
void Multi::on_ready(const std::shared_ptr<Watch>& watch, Direction direction, bool failed) {
  const bool reads = direction == Direction::kRead;
  (reads ? watch->reading : watch->writing) = false;
  if (watch->removed || multi_ == nullptr) return;
  if ((watch->wanted & (reads ? CURL_POLL_IN : CURL_POLL_OUT)) == 0) return;
  const int event = reads ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
  act(watch->socket, failed ? CURL_CSELECT_ERR : event);
  if (!watch->removed) wait(watch);
  tell();
}

void Multi::set_timer(long milliseconds) {
  timer_.cancel();
  if (milliseconds < 0) return;
  timer_.expires_after(std::chrono::milliseconds(milliseconds));
  timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->multi_ == nullptr) return;
    self->act(CURL_SOCKET_TIMEOUT, 0);
    self->tell();
  });
}

void Multi::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
}

/// One at a time, since whoever is told may remove others that are over as well.
void Multi::tell() {
  int left = 0;
  while (multi_ != nullptr) {
    const CURLMsg* message = curl_multi_info_read(multi_, &left);
    if (message == nullptr) return;
    if (message->msg == CURLMSG_DONE) over_(message->easy_handle, message->data.result);
  }
}

}  // namespace picket::http
