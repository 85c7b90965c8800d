// A bounded number of turns, first come, first served: so that thousands of peers that come at once
// get their handshakes done one after the other in time, instead of all too late.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>

namespace picket {

class Turns {
  struct State;

 public:
  /// One turn; given back when destroyed, or after the patience is over: who dawdles keeps nobody
  /// waiting.
  class Turn {
   public:
    Turn(Turn&&) noexcept;
    Turn& operator=(Turn&&) noexcept;
    ~Turn();
    void give_back();

   private:
    friend class Turns;
    struct Held;
    explicit Turn(const std::shared_ptr<State>& state);
    std::unique_ptr<Held> held_;
  };

  Turns(const asio::any_io_executor& executor, std::size_t turns_max,
        std::chrono::milliseconds patience);

  /// Waits for a turn. Throws operation_aborted if the task is cancelled meanwhile.
  asio::awaitable<Turn> take();

  std::size_t taken() const;
  std::size_t waiting() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace picket
