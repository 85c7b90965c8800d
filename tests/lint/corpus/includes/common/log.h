// The log, with a back end.
#include <spdlog/spdlog.h>
