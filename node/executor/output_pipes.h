// The two pipes that a command writes to. What is written at the same time is read in turn, so that
// neither stream waits for the other.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/unique_fd.h"
#include "node/executor/poll_set.h"

namespace picket::node {

enum class Stream { kStdout, kStderr };

struct Chunk {
  Stream stream = Stream::kStdout;
  std::string data;
};

class OutputPipes {
 public:
  OutputPipes(UniqueFd out, UniqueFd err);

  void want(PollSet& polls) const;
  /// At most so many bytes, not 0, of what is there; nothing: there is nothing now, or never more.
  std::optional<Chunk> read(std::size_t bytes_max);
  /// Closes those that are empty and that nobody can write to any more; true if both are closed.
  bool settle();
  bool closed() const { return !pipes_[0] && !pipes_[1]; }
  /// Whether somebody still can write.
  bool held() const;
  void close();

 private:
  std::optional<Chunk> read_one(Stream stream, std::size_t bytes_max);
  UniqueFd& pipe(Stream stream) { return pipes_[static_cast<std::size_t>(stream)]; }

  UniqueFd pipes_[2];
  Stream next_ = Stream::kStdout;
};

}  // namespace picket::node
