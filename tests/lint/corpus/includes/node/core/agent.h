#include "node/collectors/collector.h"
#include "node/collectors/sessions.h"  // expect: node/core may not include node/collectors/sessions.h
