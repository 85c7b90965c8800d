// Sees to it that what runs is on the disk: one save at a time, the latest, again where it fails.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/deadlines.h"
#include "integrations/telegram/bot/core/ports.h"

namespace picket::telegram::bot {

class RunKeeper {
 public:
  using Make = std::function<v1::BotRuns()>;
  using Done = std::function<void(const Status& saved)>;

  /// `make`: what is so when it is saved.
  RunKeeper(RunStore& store, const Clock& clock, Deadlines& deadlines, Observer& observer,
            Make make);
  RunKeeper(const RunKeeper&) = delete;
  RunKeeper& operator=(const RunKeeper&) = delete;
  ~RunKeeper();

  /// `done`: what is so by now is on the disk, or couldn't be put there. Later, not from within.
  void save(Done done);
  void save_soon();

 private:
  void save_after(Nanoseconds wait);
  void start();
  void on_saved(const Status& saved);

  RunStore& store_;
  const Clock& clock_;
  Deadlines& deadlines_;
  Observer& observer_;
  Make make_;
  std::vector<Done> waiting_;  // for the next save
  std::vector<Done> saving_;   // for the one that is on its way
  bool is_saving_ = false;
  bool in_trouble_ = false;
  std::optional<Deadlines::Id> turn_;
};

}  // namespace picket::telegram::bot
