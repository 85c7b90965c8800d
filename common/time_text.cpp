#include "common/time_text.h"

#include <utility>

namespace picket {

std::string in_words(Nanoseconds duration) {
  using std::chrono::seconds;
  static constexpr std::pair<seconds, const char*> kUnits[] = {{seconds(365 * 86400), "year"},
                                                               {seconds(86400), "day"},
                                                               {seconds(3600), "hour"},
                                                               {seconds(60), "minute"}};
  const auto length = std::chrono::abs(std::chrono::duration_cast<seconds>(duration));
  auto count = length.count();
  const char* unit = "second";
  for (const auto& [size, name] : kUnits) {
    if (length < size) continue;
    count = length / size;
    unit = name;
    break;
  }
  return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
}

}  // namespace picket
