// The bookmark of a hub as a small file, log_position, in that hub's part of the state folder.
#pragma once

#include <memory>
#include <string>

#include "common/result.h"
#include "common/worker.h"
#include "node/core/log_bookmark.h"

namespace picket::node {

class LogBookmarkFile final : public LogBookmark {
 public:
  /// Written on `worker`, since a disk may take its time.
  LogBookmarkFile(std::string path, Worker& worker);

  /// A file that can't be read is logged, and counts as none.
  std::optional<v1::LogPosition> load() override;
  void save(const v1::LogPosition& position) override;

 private:
  void write();

  // Outlives this object as long as the worker writes.
  struct State {
    std::string path;
    std::string wanted;  // what the file is to hold; empty: it does
    bool is_writing = false;
    bool is_failing = false;
  };
  std::shared_ptr<State> state_;
  Worker& worker_;
};

/// As the file has it, one JSON object; the error says what is wrong with it.
std::string to_text(const v1::LogPosition& position);
Result<v1::LogPosition> parse_log_position(std::string_view text);

}  // namespace picket::node
