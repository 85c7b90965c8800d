#include "node/core/local_event.h"

#include "common/limits.h"
#include "common/local_event.h"

namespace picket::node {

Result<v1::EventRequest> event_request(const std::string& kind, std::string_view text,
                                       std::span<const std::string> fields) {
  if (const auto wrong = wrong_with_local_kind(kind)) return Error{*wrong};
  v1::EventRequest request;
  request.set_kind(kind);
  v1::LocalEvent& event = *request.mutable_event();
  set_local_text(text, event.mutable_text(), event.mutable_text_raw());
  for (const std::string& word : fields) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return Error{"expected NAME=VALUE, found " + word};
    auto& field = *event.add_fields();
    field.set_name(word.substr(0, equals));
    set_local_text(std::string_view(word).substr(equals + 1), field.mutable_value(),
                   field.mutable_value_raw());
  }
  if (const auto wrong = wrong_with(event)) return Error{*wrong};
  return request;
}

Result<v1::Event> local_event(const v1::EventRequest& request, uint32_t uid) {
  if (const auto wrong = wrong_with_local_kind(request.kind())) return Error{*wrong};
  const v1::LocalEvent& said = request.event();
  if (const auto wrong = wrong_with(said)) return Error{*wrong};
  v1::Event event;
  event.set_kind(std::string(kLocalPrefix) + request.kind());
  v1::LocalEvent& local = *event.mutable_local();
  local.set_uid(uid);
  set_local_text(local_bytes(said.text(), said.text_raw()), local.mutable_text(),
                 local.mutable_text_raw());
  for (const auto& field : said.fields()) {
    auto& made = *local.add_fields();
    made.set_name(field.name());
    set_local_text(local_bytes(field.value(), field.value_raw()), made.mutable_value(),
                   made.mutable_value_raw());
  }
  if (event.ByteSizeLong() > limits::kLocalEventBytesMax)
    return Error{"its texts have more than 64 KiB in all, as they travel"};
  return event;
}

}  // namespace picket::node
