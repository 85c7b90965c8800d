// subscribe.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "common/limits.h"
#include "hub/core/handlers.h"
#include "hub/core/hub.h"
#include "hub/core/selector.h"

namespace picket::hub {
namespace {

/// What is wrong with the request, or nothing.
std::string check(const v1::Subscribe& request) {
  const auto terms = request.filter().nodes_size() + request.filter().kinds_size();
  if (terms > static_cast<int>(limits::kFilterTermsMax)) return "a filter of more than 64 terms";
  if (!are_selectors(request.filter().nodes()) || !are_selectors(request.filter().kinds())) {
    return "a term of a filter is longer than 256 bytes";
  }
  if (request.from_case() == v1::Subscribe::FROM_NOT_SET)
    return "subscribe needs head, after_seq or age_ms";
  if (request.snapshot() && !request.head()) return "a snapshot goes with head only";
  if (request.ceiling() == v1::Subscribe::CEILING_UNSPECIFIED) return "subscribe needs a ceiling";
  return {};
}

}  // namespace

void handle_subscribe(const RequestContext& context) {
  const auto& request = context.request.subscribe();
  ClientLink& link = *context.response.link();
  std::string wrong = check(request);
  if (link.has_subscription()) wrong = "a connection has at most one subscription";
  if (!wrong.empty()) return context.response.error(v1::Error::CODE_INVALID, wrong);
  auto filter = UpdateFilter::make(context.hub.state(), request.filter());
  if (!filter) {
    return context.response.error(v1::Error::CODE_NO_SUCH_NODE, "no such node: " + filter.error());
  }
  link.claim_subscription();
  const uint64_t last = context.hub.state().last_seq();
  Subscription::Start start{.after_seq = last,
                            .filter = *std::move(filter),
                            .durable = request.ceiling() == v1::Subscribe::CEILING_DURABLE,
                            .snapshot = nullptr};
  if (request.snapshot()) start.snapshot = context.hub.publisher().snapshot();
  // A saved position beyond the last seq would be of another hub.
  if (request.has_after_seq()) start.after_seq = std::min(request.after_seq(), last);
  context.response.end();
  if (request.from_case() != v1::Subscribe::kAgeMs) return link.subscribe(std::move(start));
  const auto age = std::min<uint64_t>(request.age_ms(), uint64_t{1} << 40U);
  const WallTime since = context.hub.clock().wall() - Milliseconds(age);
  auto begin = [response = context.response, start = std::move(start)](uint64_t after_seq) mutable {
    start.after_seq = after_seq;
    if (response.link() != nullptr) response.link()->subscribe(std::move(start));
  };
  context.hub.journal().find(since, std::move(begin));
}

}  // namespace picket::hub
