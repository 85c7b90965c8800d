// What `watch` was asked for, as the subscription that it needs. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "picket/v1/client_link.pb.h"

namespace picket::cli {

struct WatchOptions {
  std::vector<std::string> selectors;
  std::vector<std::string> kinds;  // globs
  std::string since;               // a seq, or a duration; empty: from now on
  bool changes = false;            // also the changes of stored resources
};

/// The error says which option can't be understood.
Result<v1::Subscribe> subscription_for(const WatchOptions& options);

/// Whether an update is printed. Filters can't exclude, so what the hub sends may be more.
bool is_wanted(const v1::Update& update, const WatchOptions& options);

}  // namespace picket::cli
