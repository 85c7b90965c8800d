#include "client/lib/hub_client.h"
#include "client/cli/print.h"  // expect: integrations may not include client/cli/print.h
