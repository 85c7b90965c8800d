#include "node/collectors/collector.h"
#include "client/lib/hub_client.h"  // expect: node may not include client/lib/hub_client.h
