#include "integrations/telegram/bot/core/run_keeper.h"

#include <utility>

#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {

RunKeeper::RunKeeper(RunStore& store, const Clock& clock, Deadlines& deadlines, Observer& observer,
                     Make make)
    : store_(store),
      clock_(clock),
      deadlines_(deadlines),
      observer_(observer),
      make_(std::move(make)) {}

RunKeeper::~RunKeeper() {
  if (turn_) deadlines_.cancel(*turn_);
}

void RunKeeper::save(Done done) {
  waiting_.push_back(std::move(done));
  if (!is_saving_) start();
}

void RunKeeper::save_soon() { save_after(in_trouble_ ? kRunsSavedAgain : kRunsSavedWithin); }

void RunKeeper::save_after(Nanoseconds wait) {
  if (turn_) return;
  turn_ = deadlines_.at(clock_.steady() + wait, [this] {
    turn_.reset();
    save([](const Status&) {});
  });
}

void RunKeeper::start() {
  is_saving_ = true;
  saving_ = std::exchange(waiting_, {});
  store_.save(make_(), [this](const Status& saved) { on_saved(saved); });
}

void RunKeeper::on_saved(const Status& saved) {
  is_saving_ = false;
  const bool was_in_trouble = std::exchange(in_trouble_, !saved);
  if (!saved && !was_in_trouble) observer_.on_runs_not_saved(saved.error());
  if (!saved) save_after(kRunsSavedAgain);
  for (const Done& done : std::exchange(saving_, {})) done(saved);
  if (!waiting_.empty() && !is_saving_) start();
}

}  // namespace picket::telegram::bot
