// The file of a spool, in memory: writes wait until a test lets them be done, or fail.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "node/core/event_spool.h"

namespace picket::test {

class MemorySpoolFile final : public node::EventSpoolFile {
 public:
  MemorySpoolFile() { contents.instance = "spool"; }

  void append(const std::vector<v1::SpooledEvent>& events, Done done) override {
    ++appends;
    start([this,
           events] { contents.events.insert(contents.events.end(), events.begin(), events.end()); },
          std::move(done));
  }
  void replace(const node::SpoolContents& fresh, Done done) override {
    ++replacements;
    start([this, fresh] { contents = fresh; }, std::move(done));
  }
  /// The write that waits is done.
  void finish(const Status& stored = {}) {
    auto write = std::exchange(write_, nullptr);
    if (write) write(stored);
  }

  node::SpoolContents contents;
  bool is_slow = false;  // waits for finish()
  std::string failure;   // of those that don't wait; empty: they succeed
  int appends = 0;
  int replacements = 0;

 private:
  void start(std::function<void()> apply, Done done) {
    write_ = [this, apply = std::move(apply), done = std::move(done)](const Status& stored) {
      if (stored) apply();
      if (!contents.events.empty()) contents.next = contents.events.back().number() + 1;
      done(stored);
    };
    if (!is_slow) finish(failure.empty() ? Status() : Status(Error{failure}));
  }

  std::function<void(const Status&)> write_;
};

}  // namespace picket::test
