// Files in which a bridge keeps what outlasts it: replaced whole, synced, by a helper thread; for
// nobody else's eyes.
#pragma once

#include <asio/any_io_executor.hpp>
#include <functional>
#include <string>

#include "common/result.h"
#include "common/worker.h"

namespace picket::bridge {

/// What was kept; empty: nothing was. The error names the file.
Result<std::string> load_kept(const std::string& path);

/// `done` is called once, later, on `executor`. One at a time of each file.
void keep(const asio::any_io_executor& executor, Worker& worker, const std::string& path,
          std::string content, std::function<void(const Status& saved)> done);

}  // namespace picket::bridge
