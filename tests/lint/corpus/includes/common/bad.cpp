#include "common/bad.cpp"
#include "hub/core/state.h"  // expect: common may not include hub/core/state.h
#include "result.h"  // expect: not a path from the root
#include "../common/result.h"  // expect: not a path from the root
