// In a program of its own: getaddrinfo() is replaced by one that waits until it is told to return.
#include <netdb.h>

#include <asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "integrations/http/client.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"

namespace {

std::mutex mutex;
std::condition_variable changed;
int asked = 0;
int answered = 0;
bool may_answer = false;

void wait_for_asked() {
  std::unique_lock lock(mutex);
  changed.wait_for(lock, std::chrono::seconds(10), [] { return asked > 0; });
}

/// curl's thread must not outlive the test.
void let_answer() {
  std::unique_lock lock(mutex);
  may_answer = true;
  changed.notify_all();
  changed.wait_for(lock, std::chrono::seconds(10), [] { return answered == asked; });
}

}  // namespace

extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo** found) {
  std::unique_lock lock(mutex);
  ++asked;
  changed.notify_all();
  changed.wait_for(lock, std::chrono::seconds(30), [] { return may_answer; });
  ++answered;
  changed.notify_all();
  *found = nullptr;
  return EAI_AGAIN;
}

namespace picket::http {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a name that is never resolved ends its own request in time, and holds up nothing") {
  asio::io_context io;
  std::optional<Result<Response>> answer;
  {
    Client client(io.get_executor());
    Request request;
    request.url = "https://slow.example/canary";
    request.timeout = 100ms;
    const auto began = std::chrono::steady_clock::now();
    client.send(request, [&](Result<Response> its) { answer = std::move(its); });
    REQUIRE(test::run_until(io, [&] { return answer.has_value(); }));
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    wait_for_asked();
  }
  REQUIRE(!*answer);
  CHECK(answer->error().find("slow.example: Timeout was reached (Resolving timed out") == 0);
  let_answer();
}

}  // namespace
}  // namespace picket::http
