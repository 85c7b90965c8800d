#include "node/executor/output_pipes.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace picket::node {
namespace {

Stream other(Stream stream) {
  return stream == Stream::kStdout ? Stream::kStderr : Stream::kStdout;
}

bool has_writers(const UniqueFd& pipe) {
  pollfd one{pipe.get(), 0, 0};
  return ::poll(&one, 1, 0) == 0 || (one.revents & POLLHUP) == 0;
}

bool is_empty(const UniqueFd& pipe) {
  int bytes = 0;
  return ::ioctl(pipe.get(), FIONREAD, &bytes) == 0 && bytes == 0;
}

}  // namespace

OutputPipes::OutputPipes(UniqueFd out, UniqueFd err) : pipes_{std::move(out), std::move(err)} {}

void OutputPipes::want(PollSet& polls) const {
  for (const UniqueFd& pipe : pipes_)
    if (pipe) polls.want(pipe.get());
}

std::optional<Chunk> OutputPipes::read(std::size_t bytes_max) {
  const Stream first = next_;
  auto chunk = read_one(first, bytes_max);
  if (!chunk) chunk = read_one(other(first), bytes_max);
  if (chunk) next_ = other(chunk->stream);
  return chunk;
}

std::optional<Chunk> OutputPipes::read_one(Stream stream, std::size_t bytes_max) {
  UniqueFd& from = pipe(stream);
  if (!from) return std::nullopt;
  Chunk chunk{stream, std::string(bytes_max, '\0')};
  ssize_t got = 0;
  do {
    got = ::read(from.get(), chunk.data.data(), bytes_max);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return std::nullopt;
  if (got <= 0) {
    from.reset();
    return std::nullopt;
  }
  chunk.data.resize(static_cast<std::size_t>(got));
  return chunk;
}

bool OutputPipes::settle() {
  for (UniqueFd& one : pipes_)
    if (one && !has_writers(one) && is_empty(one)) one.reset();
  return closed();
}

bool OutputPipes::held() const {
  for (const UniqueFd& one : pipes_)
    if (one && has_writers(one)) return true;
  return false;
}

void OutputPipes::close() {
  for (UniqueFd& one : pipes_) one.reset();
}

}  // namespace picket::node
