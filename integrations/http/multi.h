// curl's multi interface on the loop: which sockets it waits for, and its one timer. Knows
// transfers as bare handles only; requests and answers are integrations/http/client.h's.
#pragma once

#include <curl/curl.h>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>

namespace picket::http {

class Multi : public std::enable_shared_from_this<Multi> {
 public:
  /// Told of each transfer that is over, never from within another member's call. May call all of
  /// them, and drop the Multi after close().
  using Over = std::function<void(CURL*, CURLcode)>;

  Multi(asio::any_io_executor executor, Over over);
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
  ~Multi();

  /// False if curl takes no more.
  [[nodiscard]] bool add(CURL* transfer);
  void remove(CURL* transfer);
  /// Closes all connections; every transfer must have been removed. Nothing happens afterwards.
  void close();

 private:
  struct Watch;
  enum class Direction { kRead, kWrite };

  static int on_socket(CURL* transfer, curl_socket_t socket, int what, void* self, void* watch);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  void watch(curl_socket_t socket, int what);
  void unwatch(curl_socket_t socket);
  void wait(const std::shared_ptr<Watch>& watch);
  void wait(const std::shared_ptr<Watch>& watch, Direction direction);
  void on_ready(const std::shared_ptr<Watch>& watch, Direction direction, bool failed);
  void set_timer(long milliseconds);
  void act(curl_socket_t socket, int events);
  void tell();

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  Over over_;
  CURLM* multi_;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
};

}  // namespace picket::http
