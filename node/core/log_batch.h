// Events of one log on their way to one message.
#pragma once

#include <cstddef>
#include <string>

#include "node/auth_log/log_source.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

class LogBatch {
 public:
  /// A line of another instance belongs into another message.
  bool takes(const SourcedLine& line) const;
  bool is_full() const;
  bool is_empty() const { return events_.events_size() == 0; }

  /// The line's gap, if it has one, and its event, if it is one, with what its key is called.
  void add(std::string_view source, const SourcedLine& line, const v1::Event* event,
           const std::string& key_name = {});

  v1::LogEvents& events() { return events_; }

 private:
  void add_event(uint32_t part, uint64_t offset, int64_t at_unix_ns, const v1::Event& event);

  v1::LogEvents events_;
  std::size_t bytes_ = 0;
};

}  // namespace picket::node
