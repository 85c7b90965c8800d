#include <map>

#include "common/result.h"
#include "picket/v1/model.pb.h"
// #include <asio.hpp>
inline auto later(SteadyClock::time_point now) { return now; }
