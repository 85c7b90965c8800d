// Shapes that are compiled correctly; and the words co_await where they are none: if (co_await f()).
/* if (co_await in_a_comment()) {} */
const char* text = "if (co_await in_a_string())";
const char* raw = R"(x = y ? co_await a() : "b")";

Task statements() {
  co_await run();
  co_await timer.async_wait(token);
  const auto answer = co_await ask(question, limits::kMax, 1'000);
  auto&& kept = co_await ask(question);
  auto [error, bytes] = co_await read(stream, buffer);
  std::tie(error, bytes) = co_await read(stream, std::move(buffer));
  answers_[index] = co_await ask(question);
  this->answer_ = co_await link_->ask(question);
  const auto executor = co_await asio::this_coro::executor;
  const std::size_t read =
      co_await stream.async_read_some(
          asio::buffer(bytes_),  // with a comment (and a bracket
          asio::redirect_error(asio::use_awaitable, error));
  const char brace = '{';
  co_await run();
  co_return co_await ask(question);
}

Task control(int kind) {
  if (ready) co_await run();
  if (ready && (fast || slow)) {
    co_await run();
  } else
    co_await stop();
  for (int i = 0; i < 3; ++i) co_await step(i);
  while (more) {
    const auto line = co_await read(stream);
    if (!line) break;
  }
  switch (kind) {
    case 1: co_await run(); break;
    case Kind::kTwo: {
      co_await run();
      break;
    }
    default: answer = co_await ask(question);
  }
  do co_await step(1);
  while (more);
  try {
    co_await run();
  } catch (const std::exception& error) {
    failed = true;
  }
  const Pair pair{1, 2};
  co_await use(pair);
  const std::vector<int> numbers = {1, 2};
  const auto sum = co_await add(numbers);
  const auto larger = [](int a, int b) { return a > b; };
  co_await sort(larger);
}

auto trailing() -> asio::awaitable<void> { co_await run(); }

Task member() const noexcept {
  co_await run();
}

struct Link {
  explicit Link(int fd) : fd_{fd} {}
  asio::awaitable<int> run() override { co_return co_await read(fd_); }
};

void lambdas(Io& io) {
  auto plain = []() -> Task { co_await run(); };
  auto captures_but_awaits_nothing = [this] { step(); };
  spawn(io, [](Link link) -> Task {
    if (link.open()) {
      co_await link.run();
    }
  });
}
