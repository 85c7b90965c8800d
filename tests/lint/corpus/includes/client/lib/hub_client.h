#include "common/link.h"
#include "client/cli/print.h"  // expect: client/lib may not include client/cli/print.h
#include "hub/core/state.h"  // expect: client/lib may not include hub/core/state.h
