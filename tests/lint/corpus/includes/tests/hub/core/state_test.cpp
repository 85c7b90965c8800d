#include "hub/core/state.h"

#include <asio.hpp>

#include "tests/hub/core/state_test.cpp"
