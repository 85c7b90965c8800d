#include "hub/io/join_handler.h"

#include <utility>

#include "common/frame.h"
#include "common/log.h"

namespace picket::hub {

JoinHandler::JoinHandler(Hub& hub, Join& join, Admission& admission, Peer& peer, Endpoint remote,
                         std::string channel)
    : hub_(hub),
      join_(join),
      admission_(admission),
      peer_(peer),
      remote_(remote),
      channel_(std::move(channel)) {
  peer_.set_frame_bytes_max(limits::kJoinBytesMax);
}

void JoinHandler::on_frame(std::string_view payload) {
  if (std::exchange(answered_, true)) return;
  const std::string address = to_string(remote_.ip);
  const auto now = hub_.clock().steady();
  if (!admission_.may_join(remote_.ip, now)) return refuse_unread();
  const JoinAnswer answer = join_.answer(payload, address, channel_);
  is_harmless_ = answer.time_only || !answer.joined.empty() || !answer.renewed.empty();
  if (answer.time_only) {
    log::debug("told the time to who wants to join", {{"address", address}});
  } else if (!answer.renewed.empty()) {
    hub_.on_renewed(answer.renewed);
    log::info("certificate renewed by proof of key",
              {{"node", answer.renewed}, {"address", address}});
  } else if (answer.joined.empty()) {
    admission_.join_failed(remote_.ip, now);
    log::warn("join refused", {{"address", address}, {"why", answer.reply.refused().text()}});
  } else {
    hub_.on_joined(answer.joined);
    log::info("node joined", {{"node", answer.joined}, {"address", address}});
  }
  peer_.send(encode_frame(answer.reply));
  if (is_harmless_) {
    peer_.close({CloseReason::kPeerClosed, {}});
  } else {
    peer_.close({CloseReason::kNotPermitted, answer.reply.refused().text()});
  }
}

void JoinHandler::refuse_unread() {
  const std::string why = "too many failed joins from this address; try again in a minute";
  v1::JoinReply reply;
  reply.mutable_refused()->set_reason(v1::JoinRefusal::REASON_BUSY);
  reply.mutable_refused()->set_text(why);
  peer_.send(encode_frame(reply));
  peer_.close({CloseReason::kBusy, why});
}

void JoinHandler::on_closed(const Closed& closed) {
  if (is_harmless_) return;  // the audit file has it; here is what went wrong
  hub_.on_unauthenticated_closed("join", {}, to_string(remote_), closed);
}

}  // namespace picket::hub
