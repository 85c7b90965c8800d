// What any monitor must do to run a command on a node: a client asks one process over a Unix
// socket, that asks another over TCP, and that one starts the program, reads its output to the end
// and answers. Nothing is checked, encrypted, remembered or watched over: the floor for ours.
#pragma once

#include <optional>

#include "common/unique_fd.h"
#include "tests/bench/process.h"

namespace picket::bench {

class CommandFloor {
 public:
  CommandFloor();
  /// One run of /bin/true, there and back.
  void run() const;

 private:
  UniqueFd client_;
  std::optional<Fork> hub_;
  std::optional<Fork> node_;
};

}  // namespace picket::bench
