#include "hub/core/state.h"

#include <asio/io_context.hpp>  // expect: may not include <asio/io_context.hpp>
#include <openssl/ssl.h>  // expect: may not include <openssl/ssl.h>
#include <sqlite3.h>  // expect: may not include <sqlite3.h>
#include <thread>  // expect: may not include <thread>
#  include <spdlog/spdlog.h>  // expect: may not include <spdlog/spdlog.h>

#include "common/link.h"  // expect: may not reach <spdlog/spdlog.h>, here through common/log.h
#include "hub/io/store.h"  // expect: hub/core may not include hub/io/store.h
#include "node/core/agent.h"  // expect: hub/core may not include node/core/agent.h
const auto now = std::chrono::steady_clock::now();  // expect: it reads no clock
const auto wall = system_clock :: now();  // expect: it reads no clock
const auto seconds = time(nullptr);  // expect: it reads no clock
// A comment may say steady_clock::now().
