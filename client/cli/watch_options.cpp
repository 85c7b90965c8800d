#include "client/cli/watch_options.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "common/limits.h"
#include "common/units.h"

namespace picket::cli {
namespace {

std::optional<uint64_t> parse_seq(const std::string& text) {
  uint64_t seq = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seq);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return seq;
}

Status set_start(const std::string& since, v1::Subscribe& order) {
  if (since.empty()) {
    order.set_head(true);
  } else if (const auto seq = parse_seq(since)) {
    order.set_after_seq(*seq);
  } else if (const auto age = parse_duration(since)) {
    order.set_age_ms(static_cast<uint64_t>(age->count()));
  } else {
    return Error{
        "--since: expected a seq such as 1820000000777, or a duration such as 30m, found \"" +
        since + '"'};
  }
  return {};
}

Error too_many(std::string_view what) {
  return {"more than " + std::to_string(limits::kFilterTermsMax) + " " + std::string(what)};
}

}  // namespace

Result<v1::Subscribe> subscription_for(const WatchOptions& options) {
  if (options.selectors.size() > limits::kFilterTermsMax) return too_many("selectors");
  if (options.kinds.size() > limits::kFilterTermsMax) return too_many("kinds");
  v1::Subscribe order;
  order.set_ceiling(v1::Subscribe::CEILING_LIVE);
  auto& filter = *order.mutable_filter();
  filter.mutable_nodes()->Assign(options.selectors.begin(), options.selectors.end());
  filter.mutable_kinds()->Assign(options.kinds.begin(), options.kinds.end());
  const Status start = set_start(options.since, order);
  if (!start) return Error{start.error()};
  return order;
}

bool is_wanted(const v1::Update& update, const WatchOptions& options) {
  return update.has_event() || options.changes || !options.kinds.empty();
}

}  // namespace picket::cli
