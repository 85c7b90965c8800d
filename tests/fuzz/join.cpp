// Joining, with a stranger at either end: a request that the hub reads before it knows of whom, and
// the answer of a hub to a node.
#include "hub/core/join.h"

#include <string>

#include "common/decode.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "common/renewal_proof.h"
#include "common/sha256.h"
#include "common/token.h"
#include "common/x509_issue.h"
#include "node/identity/join.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/support/fake_identities.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_audit.h"
#include "tests/support/temporary_folder.h"

namespace picket::fuzz {
namespace {

constexpr std::string_view kSecret = "0123456789abcdef";
const WallTime kNow = from_unix_ns(1'800'000'000'000'000'000);

/// Admits web1 by kSecret, with a request that can be read.
class Authority final : public hub::JoinAuthority {
 public:
  std::variant<std::string, hub::JoinRefused> check(std::string_view secret,
                                                    std::string_view request_der) const override {
    const auto request = CertificateRequest::from_der(request_der);
    if (secret == kSecret && request) return "web1";
    return hub::JoinRefused{v1::JoinRefusal::REASON_UNKNOWN_TOKEN, "unknown", ""};
  }
  std::variant<v1::Joined, hub::JoinRefused> redeem(std::string_view secret,
                                                    std::string_view request_der) override {
    expect(std::holds_alternative<std::string>(check(secret, request_der)),
           "nobody is admitted who was not checked");
    v1::Joined joined;
    joined.set_node("web1");
    return joined;
  }
  std::variant<hub::NodeCertificate, hub::JoinRefused> identify(
      const v1::JoinRequest& request, std::string_view channel) const override {
    const auto certificate = Certificate::from_der(request.certificate());
    expect(!certificate ||
               !is_proven(*certificate, channel, request.certificate_request(), request.proof()),
           "no stranger has a key");
    return hub::JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST, "unknown", ""};
  }
};

void ask_hub(std::string_view payload) {
  Authority authority;
  test::MemoryAudit audit;
  const test::ManualClock clock(kNow);
  const v1::Peer self = protocol::self("picket-hub", "hub-1");
  test::FakeIdentities identities;
  hub::Renewals renewals(identities, audit, clock);
  hub::Join join(authority, renewals, audit, clock, self);
  const auto answer = join.answer(payload, "192.0.2.7:50000", "the channel of this connection");
  expect(answer.renewed.empty(), "no stranger renews");
  expect(answer.joined.empty() || answer.reply.has_joined(), "who has joined is told so");
  expect(answer.time_only || answer.reply.has_joined() || answer.reply.has_refused(),
         "each request is answered");
  expect(audit.text().find(kSecret) == std::string::npos, "no record tells a secret");
}

node::JoinAttempt attempt() {
  static const test::TemporaryFolder folder;
  static const auto state = *node::StateFolder::open(folder / "node");
  v1::TokenPayload token;
  token.add_addresses("hub.example.org:9992");
  token.set_ca_sha256(std::string(32, 'c'));
  token.set_secret(std::string(kSecret));
  token.set_node("web1");
  auto begun = node::JoinAttempt::begin(format_token(token), state, false);
  expect(static_cast<bool>(begun), "a token can be used");
  return *std::move(begun);
}

void answer_node(std::string_view payload) {
  v1::JoinReply reply;
  if (!decode(payload, shapes::kJoinReply, reply)) return;
  (void)node::JoinAttempt::check_clock(reply, kNow);
  if (!reply.has_joined() && !reply.has_refused()) return;  // a key takes long to make
  expect(!attempt().accept(reply, kNow), "no stranger is taken for the hub");
}

void read_der(std::string_view der) {
  if (const auto request = CertificateRequest::from_der(der)) {
    expect(CertificateRequest::from_der(request->to_der()).operator bool(), "a request is one");
  }
  const auto certificate = Certificate::from_der(der);
  if (!certificate) return;
  (void)certificate->identity();
  (void)certificate->is_picket_ca();
  (void)certificate->is_signed_by(*certificate);
  (void)certificate->not_before();
  (void)certificate->not_after();
  const auto again = Certificate::from_pem(certificate->to_pem());
  expect(again && again->to_der() == certificate->to_der(), "a certificate is itself");
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  picket::silence_protobuf();
  Input input(data, size);
  switch (input.byte() % 3) {
    case 0: ask_hub(input.rest()); break;
    case 1: answer_node(input.rest()); break;
    default: read_der(input.rest()); break;
  }
  return 0;
}
