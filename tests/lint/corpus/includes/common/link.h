// Reaches the log.
#include "common/log.h"
