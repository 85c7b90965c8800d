#include "common/stream.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

#include "common/limits.h"
#include "common/socket_bio.h"

namespace picket {
namespace {

constexpr std::size_t kRecordBytesMax = 16 * 1024;  // the most that one TLS record carries
constexpr std::size_t kPiecesPerWrite = 64;
constexpr auto kKeyUpdateInterval = std::chrono::seconds(1);

bool is_temporary(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

// Walks over pieces as if they were one string.
class Gather {
 public:
  explicit Gather(std::span<const std::string_view> pieces) : pieces_(pieces) {}

  // The next bytes, at most the buffer's size; in place if one piece has that many.
  std::string_view next(std::span<char> buffer) {
    skip_empty();
    if (pieces_.empty()) return {};
    const auto rest = pieces_.front().substr(offset_);
    if (rest.size() >= buffer.size() || pieces_.size() == 1) return rest.substr(0, buffer.size());
    std::size_t filled = rest.copy(buffer.data(), buffer.size());
    for (const auto& piece : pieces_.subspan(1)) {
      filled += piece.copy(buffer.data() + filled, buffer.size() - filled);
      if (filled == buffer.size()) break;
    }
    return {buffer.data(), filled};
  }

  void advance(std::size_t bytes) {
    while (bytes > 0) {
      const std::size_t step = std::min(bytes, pieces_.front().size() - offset_);
      offset_ += step;
      bytes -= step;
      skip_empty();
    }
  }

 private:
  void skip_empty() {
    while (!pieces_.empty() && offset_ == pieces_.front().size()) {
      pieces_ = pieces_.subspan(1);
      offset_ = 0;
    }
  }

  std::span<const std::string_view> pieces_;
  std::size_t offset_ = 0;
};

}  // namespace

Stream::Stream(const asio::any_io_executor& executor, UniqueFd socket, SslPtr ssl)
    : descriptor_(executor), socket_(socket.get()), ssl_(std::move(ssl)) {
  const int flags = ::fcntl(socket_, F_GETFL);
  if (flags < 0 || ::fcntl(socket_, F_SETFL, flags | O_NONBLOCK) < 0) {
    throw std::system_error(errno, std::generic_category(), "fcntl");
  }
  if (ssl_) {
    BIO* bio = make_socket_bio(socket_);
    if (bio == nullptr) throw std::bad_alloc();
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_msg_callback(ssl_.get(), &Stream::on_tls_message);
    SSL_set_msg_callback_arg(ssl_.get(), this);
  }
  descriptor_.assign(socket_);
  static_cast<void>(socket.release());
}

Stream::~Stream() { close(); }

void Stream::on_tls_message(int written, int, int content_type, const void* bytes,
                            std::size_t length, SSL*, void* stream) {
  if (written != 0 || content_type != SSL3_RT_HANDSHAKE || length == 0) return;
  if (*static_cast<const unsigned char*>(bytes) != SSL3_MT_KEY_UPDATE) return;
  static_cast<Stream*>(stream)->count_key_update();
}

void Stream::count_key_update() {
  const auto now = std::chrono::steady_clock::now();
  const bool first = key_updated_ == std::chrono::steady_clock::time_point{};
  if (!first && now - key_updated_ < kKeyUpdateInterval) {
    error_ = "the peer renews its TLS keys more than once a second";
    broken_ = true;
  }
  key_updated_ = now;
}

Stream::Progress Stream::reset(int error_number) {
  error_ = error_number != 0 ? std::generic_category().message(error_number)
                             : "the peer ended the connection without saying so";
  return Progress::kReset;
}

Stream::Progress Stream::tls_progress(int result) {
  const int error_number = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return Progress::kWantRead;
    case SSL_ERROR_WANT_WRITE: return Progress::kWantWrite;
    case SSL_ERROR_ZERO_RETURN: return Progress::kEnd;
    case SSL_ERROR_SYSCALL: return reset(error_number);
    default: break;
  }
  broken_ = true;
  if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    ERR_clear_error();
    return reset(0);
  }
  error_ = tls_failure(*ssl_);
  return Progress::kTlsFailed;
}

Stream::Progress Stream::try_handshake() {
  if (!ssl_) return Progress::kDone;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Progress::kDone : tls_progress(result);
}

Stream::Moved Stream::try_read(std::span<char> buffer) {
  return ssl_ ? read_tls(buffer) : read_plain(buffer);
}

Stream::Moved Stream::read_plain(std::span<char> buffer) {
  ssize_t got = -1;
  do {
    got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) return {Progress::kDone, static_cast<std::size_t>(got)};
  if (got == 0) return {Progress::kEnd};
  return {is_temporary(errno) ? Progress::kWantRead : reset(errno)};
}

Stream::Moved Stream::read_tls(std::span<char> buffer) {
  if (broken_) return {Progress::kTlsFailed};
  std::size_t got = 0;
  ERR_clear_error();
  const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &got);
  if (broken_) return {Progress::kTlsFailed};
  return result == 1 ? Moved{Progress::kDone, got} : Moved{tls_progress(result)};
}

Stream::Moved Stream::try_write(std::span<const std::string_view> pieces) {
  return ssl_ ? write_tls(pieces) : write_plain(pieces);
}

Stream::Moved Stream::write_plain(std::span<const std::string_view> pieces) {
  std::array<iovec, kPiecesPerWrite> vectors{};
  const std::size_t count = std::min(pieces.size(), vectors.size());
  for (std::size_t i = 0; i < count; ++i) {
    // sendmsg(2) only reads. NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return {Progress::kDone, static_cast<std::size_t>(sent)};
  return {is_temporary(errno) ? Progress::kWantWrite : reset(errno)};
}

Stream::Moved Stream::write_tls(std::span<const std::string_view> pieces) {
  std::array<char, kRecordBytesMax> buffer;  // NOLINT: filled before it is read
  Gather gather(pieces);
  Moved moved{Progress::kDone};
  while (true) {
    const Progress flushed = flush();
    if (flushed != Progress::kDone) return moved.bytes > 0 ? moved : Moved{flushed};
    const std::string_view record = gather.next(buffer);
    if (record.empty()) return moved;
    std::size_t sent = 0;
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), record.data(), record.size(), &sent);
    if (result != 1) {
      const Progress progress = tls_progress(result);
      if (progress != Progress::kWantWrite) return {progress, moved.bytes};
      unsent_ =
          record;  // OpenSSL may hold it encrypted already and insists on being given it again
      sent = record.size();
    }
    gather.advance(sent);
    moved.bytes += sent;
  }
}

Stream::Progress Stream::flush() {
  if (broken_ && ssl_) return Progress::kReset;
  while (!unsent_.empty()) {
    std::size_t sent = 0;
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), unsent_.data(), unsent_.size(), &sent);
    if (result != 1) return tls_progress(result);
    unsent_.erase(0, sent);
  }
  unsent_ = {};
  return Progress::kDone;
}

Stream::Progress Stream::try_shutdown() {
  if (ssl_ && !broken_ && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    if (result < 0 && SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) {
      return Progress::kWantWrite;
    }
    ERR_clear_error();
  }
  ::shutdown(socket_, SHUT_WR);
  return Progress::kDone;
}

Stream::Progress Stream::discard() {
  std::array<char, 4096> buffer;  // NOLINT: filled before it is read
  for (std::size_t dropped = 0; dropped < limits::kReadBytesMax;) {
    const Moved moved = read_plain(buffer);
    if (moved.progress != Progress::kDone) return moved.progress;
    dropped += moved.bytes;
  }
  return Progress::kDone;
}

bool Stream::has_pending() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }

void Stream::cancel() {
  asio::error_code ignored;
  descriptor_.cancel(ignored);
}

void Stream::close() {
  asio::error_code ignored;
  descriptor_.close(ignored);
  socket_ = -1;
}

void Stream::tune_tcp(std::chrono::milliseconds user_timeout) {
  int family = AF_UNSPEC;
  socklen_t length = sizeof family;
  ::getsockopt(socket_, SOL_SOCKET, SO_DOMAIN, &family, &length);
  is_tcp_ = family == AF_INET || family == AF_INET6;
  if (!is_tcp_) return;
  // Each only makes things better; a kernel that refuses one leaves a working connection.
  const int on = 1;
  const auto timeout = static_cast<unsigned>(user_timeout.count());
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &limits::kNotSentLowWaterBytes,
               sizeof(int));
  ::setsockopt(socket_, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
}

}  // namespace picket
