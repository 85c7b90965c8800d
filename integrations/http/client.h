// An HTTP(S) client on the loop: requests go out side by side, connections are kept and used again,
// nothing blocks. No redirects are followed, certificates and names are always verified, and
// proxies are those of the environment as curl reads it (https_proxy, no_proxy, …): to one for
// plain http the whole request is visible.
//
// A URL's path and query and the values of headers may be secrets: no failure's text has any part
// of them, only the host's name and curl's words. Nothing is logged here.
//
// A connection that was used before and ends before the first byte of an answer is tried again on a
// new one, by curl, once: what was sent may then arrive twice, as after any other lost answer.
//
// The first client makes the program ignore SIGPIPE, unless it has a handler.
#pragma once

#include <asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/limits.h"
#include "common/result.h"
#include "integrations/http/message.h"

namespace picket::http {

struct Options {
  /// Of PEM certificates: trusted instead of the system's. Empty: the system's.
  std::string ca_file;
  std::size_t answer_bytes_max = limits::kHttpAnswerBytesMax;
  std::chrono::milliseconds connect_timeout = limits::kHttpConnectTimeout;
};

class Client {
 public:
  using Id = std::uint64_t;
  using Done = std::function<void(Result<Response>)>;

  explicit Client(asio::any_io_executor executor, Options options = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// Ends what is under way; nobody is told.
  ~Client();

  /// `done` is called once, from the loop and never before this returns, unless the request is
  /// cancelled or the client ends. It may send, cancel, and destroy the client.
  Id send(Request request, Done done);
  /// Ends the request, whose `done` is never called. Of one that is over: nothing.
  void cancel(Id id);
  /// Requests sent, and neither answered nor cancelled.
  std::size_t under_way() const;

 private:
  class Requests;
  std::shared_ptr<Requests> requests_;
};

}  // namespace picket::http
