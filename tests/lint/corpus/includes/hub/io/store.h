#include <sqlite3.h>

#include "hub/core/state.h"
