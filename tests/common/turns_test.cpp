#include "common/turns.h"

#include <asio/io_context.hpp>
#include <optional>
#include <vector>

#include "common/task_group.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"

namespace picket {
namespace {

using namespace std::chrono_literals;
using test::run_ready;

struct Holder {
  std::optional<Turns::Turn> turn;
};

asio::awaitable<void> take(Turns* turns, Holder* holder) {
  auto turn = co_await turns->take();
  holder->turn.emplace(std::move(turn));
}

}  // namespace

TEST_CASE("turns are given up to the limit, then in the order of asking") {
  asio::io_context io;
  Turns turns(io.get_executor(), 2, 60s);
  TaskGroup tasks(io.get_executor(), nullptr);
  std::vector<Holder> holders(4);
  for (auto& holder : holders) tasks.spawn("take", take(&turns, &holder));
  run_ready(io);
  CHECK(turns.taken() == 2);
  CHECK(turns.waiting() == 2);
  holders[1].turn.reset();
  run_ready(io);
  CHECK(holders[2].turn.has_value());
  CHECK_FALSE(holders[3].turn.has_value());
  for (auto& holder : holders) holder.turn.reset();
  run_ready(io);
  CHECK(holders[3].turn.has_value());
  holders[3].turn->give_back();
  holders[3].turn->give_back();  // counts once
  CHECK(turns.taken() == 0);
}

TEST_CASE("who dawdles loses the turn, and who stops waiting leaves the queue") {
  asio::io_context io;
  Turns turns(io.get_executor(), 1, 5ms);
  TaskGroup tasks(io.get_executor(), nullptr);
  TaskGroup cancelled(io.get_executor(), nullptr);
  Holder slow;
  Holder gone;
  Holder next;
  tasks.spawn("take", take(&turns, &slow));
  run_ready(io);
  cancelled.spawn("take", take(&turns, &gone));
  tasks.spawn("take", take(&turns, &next));
  run_ready(io);
  cancelled.stop();
  REQUIRE(test::run_until(io, [&] { return next.turn.has_value(); }));
  CHECK(slow.turn.has_value());
  CHECK_FALSE(gone.turn.has_value());
  CHECK(turns.taken() == 1);
  slow.turn.reset();
  next.turn.reset();
  CHECK(turns.taken() == 0);
}

}  // namespace picket
