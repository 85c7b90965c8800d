#include "client/lib/hub_client.h"
