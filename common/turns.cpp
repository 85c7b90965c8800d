#include "common/turns.h"

#include <asio/error.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <list>
#include <system_error>
#include <utility>

namespace picket {

struct Turns::State {
  // Stands in the queue for as long as it lives, unless it has been called.
  struct Waiter {
    explicit Waiter(const std::shared_ptr<State>& of)
        : state(of),
          called_by(of->executor, asio::steady_timer::time_point::max()),
          place(of->queue.insert(of->queue.end(), this)) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      if (!called) state->queue.erase(place);
    }

    std::shared_ptr<State> state;
    asio::steady_timer called_by;  // cancelled by who gives its turn back
    std::list<Waiter*>::iterator place;
    bool called = false;
  };

  State(asio::any_io_executor of, std::size_t max, std::chrono::milliseconds each)
      : executor(std::move(of)), turns_max(max), patience(each) {}

  void give_back() {
    if (queue.empty()) {
      --taken;
      return;
    }
    Waiter* next = queue.front();  // the turn passes on, taken stays
    queue.pop_front();
    next->called = true;
    next->called_by.cancel();
  }

  asio::any_io_executor executor;
  std::size_t turns_max;
  std::chrono::milliseconds patience;
  std::size_t taken = 0;
  std::list<Waiter*> queue;
};

struct Turns::Turn::Held {
  // Shared with the timer's callback, which may be on its way when the turn is given back.
  struct Once {
    explicit Once(std::shared_ptr<State> of) : state(std::move(of)) {}
    void give_back() {
      if (const auto owner = std::exchange(state, nullptr)) owner->give_back();
    }
    std::shared_ptr<State> state;
  };

  explicit Held(const std::shared_ptr<State>& state)
      : once(std::make_shared<Once>(state)), patience(state->executor, state->patience) {
    patience.async_wait([shared = once](const asio::error_code& error) {
      if (!error) shared->give_back();
    });
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { once->give_back(); }

  std::shared_ptr<Once> once;
  asio::steady_timer patience;
};

Turns::Turn::Turn(const std::shared_ptr<State>& state) : held_(std::make_unique<Held>(state)) {}
Turns::Turn::Turn(Turn&&) noexcept = default;
Turns::Turn& Turns::Turn::operator=(Turn&&) noexcept = default;
Turns::Turn::~Turn() = default;
void Turns::Turn::give_back() { held_.reset(); }

Turns::Turns(const asio::any_io_executor& executor, std::size_t turns_max,
             std::chrono::milliseconds patience)
    : state_(std::make_shared<State>(executor, turns_max, patience)) {}

asio::awaitable<Turns::Turn> Turns::take() {
  const auto state = state_;
  if (state->taken < state->turns_max) {
    ++state->taken;
  } else {
    State::Waiter waiter(state);
    asio::error_code ended;
    auto token = asio::redirect_error(asio::use_awaitable, ended);
    co_await waiter.called_by.async_wait(token);
    if (!waiter.called) throw std::system_error(asio::error::operation_aborted);
  }
  Turn turn(state);
  co_return std::move(turn);
}

std::size_t Turns::taken() const { return state_->taken; }
std::size_t Turns::waiting() const { return state_->queue.size(); }

}  // namespace picket
