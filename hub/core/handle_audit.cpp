// list_audit.
#include <memory>
#include <utility>

#include "common/frame.h"
#include "hub/core/audit.h"
#include "hub/core/handlers.h"
#include "hub/core/hub.h"

namespace picket::hub {
namespace {

/// One reply on its way: a page is read when the one before has gone to the client.
class AuditReply : public std::enable_shared_from_this<AuditReply> {
 public:
  AuditReply(std::shared_ptr<AuditReading> reading, Response response)
      : reading_(std::move(reading)), response_(std::move(response)) {}

  Made make(std::vector<std::string>& frames) {
    if (waiting_) return Made::kLater;
    for (auto& line : std::exchange(page_.lines, {})) {
      v1::HubToClient message;
      message.mutable_audit_line()->set_line(std::move(line));
      frames.push_back(framed(std::move(message)));
    }
    if (!frames.empty()) return Made::kSome;
    if (!page_.trouble.empty()) return fail(frames);
    if (page_.at_end) return Made::kAll;
    read();
    return Made::kLater;
  }

 private:
  std::string framed(v1::HubToClient message) const {
    message.set_request_id(response_.request_id());
    return encode_frame(message);
  }

  Made fail(std::vector<std::string>& frames) const {
    v1::HubToClient message;
    message.mutable_error()->set_code(v1::Error::CODE_INTERNAL);
    message.mutable_error()->set_text("the audit log can't be read: " + page_.trouble);
    frames.push_back(framed(std::move(message)));
    return Made::kError;
  }

  void read() {
    waiting_ = true;
    reading_->next([self = shared_from_this()](AuditPage page) {
      self->waiting_ = false;
      self->page_ = std::move(page);
      self->response_.wake();
    });
  }

  std::shared_ptr<AuditReading> reading_;
  Response response_;
  AuditPage page_;
  bool waiting_ = false;
};

}  // namespace

void handle_list_audit(const RequestContext& context) {
  const WallTime since = from_peer_unix_ns(context.request.list_audit().since_unix_ns());
  const auto reply =
      std::make_shared<AuditReply>(context.hub.audit().read(since), context.response);
  context.response.stream(
      [reply](std::vector<std::string>& frames) { return reply->make(frames); });
}

}  // namespace picket::hub
