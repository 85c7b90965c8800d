// A non-blocking byte stream over a connected socket (TCP or Unix), with TLS or without. It tries,
// and tells what to wait for; deadlines and queues are the link's. One reader and one writer at a
// time.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "common/tls.h"
#include "common/unique_fd.h"

namespace picket {

class Stream {
 public:
  enum class Progress {
    kDone,       // some bytes moved, or the step is finished
    kWantRead,   // wait_readable(), then try again
    kWantWrite,  // wait_writable(), then try again
    kEnd,        // the peer ended its side in an orderly way
    kReset,      // the connection broke; error() may say more
    kTlsFailed,  // TLS refused the peer, or the peer us; error() says why
  };
  struct Moved {
    Progress progress = Progress::kDone;
    std::size_t bytes = 0;
  };

  /// Takes over a connected socket; with `ssl`, everything that moves is TLS.
  Stream(const asio::any_io_executor& executor, UniqueFd socket, SslPtr ssl = nullptr);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  /// Ends all waits, then closes.
  ~Stream();

  bool is_tls() const { return ssl_ != nullptr; }
  int socket() const { return socket_; }

  /// One step of the TLS handshake; kDone when it is finished. Without TLS: kDone at once.
  [[nodiscard]] Progress try_handshake();
  /// What the handshake proved; after it, TLS only.
  Result<TlsPeer> peer() const { return tls_peer_of(*ssl_); }

  /// Reads what there is. kDone with bytes > 0.
  [[nodiscard]] Moved try_read(std::span<char> buffer);
  /// Takes over as much as it can of `pieces`, in order, as if they were one: kDone with the number
  /// of bytes taken (under TLS up to 16 KiB a call). They may still be on their way out: see
  /// flush().
  [[nodiscard]] Moved try_write(std::span<const std::string_view> pieces);
  /// Sends what try_write() took but the socket did not; kDone when nothing is left.
  [[nodiscard]] Progress flush();
  /// Ends our side: close_notify, then FIN. What is not flushed is lost.
  [[nodiscard]] Progress try_shutdown();
  /// Reads and drops, at most limits::kReadBytesMax a call: a socket that is closed with unread
  /// bytes would reset the connection, and the peer might lose what it was sent last. kDone: there
  /// may be more.
  [[nodiscard]] Progress discard();

  /// True: try_read() has bytes without waiting.
  bool has_pending() const;
  /// One sentence for a person, after kReset or kTlsFailed; may be empty.
  const std::string& error() const { return error_; }

  /// Completion with an asio::error_code; operation_aborted after cancel().
  template <typename Token>
  auto wait_readable(Token&& token) {
    return descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                                  std::forward<Token>(token));
  }
  template <typename Token>
  auto wait_writable(Token&& token) {
    return descriptor_.async_wait(asio::posix::descriptor_base::wait_write,
                                  std::forward<Token>(token));
  }
  void cancel();
  /// Cancels, and closes the socket at once.
  void close();

  /// Low delay, a small queue of unsent bytes, and an end for what isn't acknowledged. Does nothing
  /// on Unix.
  void tune_tcp(std::chrono::milliseconds user_timeout);
  /// Since it was tuned.
  bool is_tcp() const { return is_tcp_; }

 private:
  static void on_tls_message(int written, int version, int content_type, const void* bytes,
                             std::size_t length, SSL* ssl, void* stream);
  void count_key_update();
  Progress tls_progress(int result);
  Progress reset(int error_number);
  Moved read_plain(std::span<char> buffer);
  Moved read_tls(std::span<char> buffer);
  Moved write_plain(std::span<const std::string_view> pieces);
  Moved write_tls(std::span<const std::string_view> pieces);

  asio::posix::stream_descriptor descriptor_;
  int socket_;
  SslPtr ssl_;
  std::string unsent_;  // plaintext of the record that waits for the socket; OpenSSL wants it again
  std::string error_;
  std::chrono::steady_clock::time_point key_updated_{};
  bool is_tcp_ = false;
  bool broken_ = false;  // TLS can't go on, not even to say goodbye
};

}  // namespace picket
