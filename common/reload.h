// SIGHUP: a daemon reads its configuration again. One reading at a time, on a helper thread since
// it may ask NSS; whoever asks meanwhile gets another one behind it. What is read and what becomes
// of it are the daemon's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/daemon.h"
#include "common/worker.h"

namespace picket {

class Reload {
 public:
  /// Takes over what was read; on the loop.
  using Apply = std::function<void()>;
  /// Reads; on the helper thread, so with copies of all that it needs.
  using Read = std::function<Apply()>;
  /// Makes those copies; on the loop.
  using Prepare = std::function<Read()>;

  /// Begins to listen. Systemd is told of each reading's begin and end. All outlive the daemon's
  /// run().
  Reload(Daemon& daemon, Worker& worker, Prepare prepare);
  Reload(const Reload&) = delete;
  Reload& operator=(const Reload&) = delete;

 private:
  void begin();
  void end();

  Worker& worker_;
  Prepare prepare_;
  bool is_reading_ = false;
  bool again_ = false;
};

/// Logs why a configuration was not taken over, one line an error: each names file and line.
void log_not_taken_over(const std::vector<std::string>& errors);
/// Logs what has changed, and what of the file is in force only after a restart. Keys are
/// "section.key".
void log_taken_over(const std::string& path, const std::vector<std::string>& changed,
                    const std::vector<std::string>& need_restart);

}  // namespace picket
