// A message of the delivery as what is posted to a Discord webhook: an embed for each paragraph,
// within Discord's limits whatever the message has.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "integrations/delivery/message.h"

namespace picket::discord {

// Discord's limits, in UTF-16 code units, the stricter of two ways to count.
inline constexpr std::size_t kEmbedsMax = 10;
inline constexpr std::size_t kEmbedsUnitsMax = 6000;  // texts of all embeds together
inline constexpr std::size_t kContentUnitsMax = 2000;

/// What is posted with each message, as the configuration says.
struct Beside {
  std::string content;  // Discord's Markdown; may mention somebody
  /// Whom mentions may reach, in `content` as everywhere: of "users", "roles", "everyone". Nobody
  /// unless it is named here.
  std::vector<std::string> mentions;
};

/// In words for a configuration's reader.
Status check(const Beside& beside);

nlohmann::json to_json(const delivery::Message& message, const Beside& beside);

}  // namespace picket::discord
