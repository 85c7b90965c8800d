// Shapes that GCC 12.2 compiles wrongly, or that lead there.
Task conditions() {
  if (co_await ready()) start();  // expect: inside parentheses
  while (co_await more(stream)) read();  // expect: inside parentheses
  switch (co_await kind(stream)) {  // expect: inside parentheses
    default: break;
  }
  if (auto line = co_await read(stream); line) use(line);  // expect: inside parentheses
  if (fast &&
      co_await ready())  // expect: inside parentheses
    start();
  for (auto item : co_await items(stream)) use(item);  // expect: inside parentheses
}

Task places() {
  use(co_await read(stream));  // expect: inside parentheses
  const int sum = 1 + co_await read(stream);  // expect: neither starts
  total += co_await read(stream);  // expect: neither starts
  const bool same = expected == co_await read(stream);  // expect: neither starts
  return co_await read(stream);  // expect: neither starts
  const Pair pair{co_await read(stream), 1};  // expect: brace initialiser or an index
  const auto row = rows[co_await read(stream)];  // expect: brace initialiser or an index
  const auto next = !co_await ended(stream);  // expect: neither starts
  const auto text = (co_await read(stream)).text;  // expect: inside parentheses
  if (ready) use(co_await read(stream));  // expect: inside parentheses
  CHECK(co_await read(stream));  // expect: inside parentheses
  const auto made = Pair{1, 2} + co_await read(stream);  // expect: neither starts
}

Task statements() {
  co_await run([] { return 1; });  // expect: a lambda
  co_await run([this] { return name_; });  // expect: a lambda
  const auto answer = co_await ask(Question{1});  // expect: a brace initialiser
  const auto other = co_await ask({1, 2});  // expect: a brace initialiser
  const auto one = co_await ask(quick ? first : second);  // expect: ?:, && or ||
  const bool both = co_await ask(first) && last;  // expect: ?:, && or ||
  const bool any = co_await ask(first || last);  // expect: ?:, && or ||
  const bool words = co_await ask(first and last);  // expect: ?:, && or ||
  const auto two = co_await ask(first) + co_await ask(second);  // expect: a second co_await | neither starts
  co_await send(  // expect: a second co_await
      stream,
      co_await read(stream));  // expect: inside parentheses
  co_await send(stream, "hello");  // expect: a string literal
  co_await send(stream, std::string(reply));  // expect: a temporary
  co_await send(encode(message));  // expect: a temporary
  co_await send(  // expect: a brace initialiser
      stream, /* braces after a comment { */
      Frame{
          1,
      });
  const auto chosen = quick ? one : co_await ask(first);  // expect: neither starts
}

void lambdas(Io& io) {
  auto first = [this]() -> Task { co_await run(); };  // expect: captures is a coroutine
  auto second = [&] { co_return; };  // expect: captures is a coroutine
  spawn(io, [self = shared_from_this()](int times) mutable -> Task {
    for (int i = 0; i < times; ++i) {
      co_await self->step();  // expect: captures is a coroutine
    }
  });
}
