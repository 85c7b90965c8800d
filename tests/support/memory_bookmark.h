// A bookmark that outlives its agent, as the file does.
#pragma once

#include <optional>

#include "node/core/log_bookmark.h"

namespace picket::test {

class MemoryBookmark final : public node::LogBookmark {
 public:
  std::optional<v1::LogPosition> load() override { return position; }
  void save(const v1::LogPosition& saved) override {
    position = saved;
    ++saves;
  }

  std::optional<v1::LogPosition> position;
  int saves = 0;
};

}  // namespace picket::test
