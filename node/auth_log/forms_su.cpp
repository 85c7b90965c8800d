// su's own messages, util-linux's and shadow's; what PAM says within su is among PAM's.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kSu;

bool by_user(Claim& claim) {
  claim.writer = Writer::kCaller;
  claim.caller = claim.user;
  return true;
}

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, Kind::kSuOpened, "((to {target*}) {user*} on {tty}", by_user},
    {kIn, Kind::kSuFailed, "FAILED SU ((to {target*}) {user*} on {tty}", by_user},
    {kIn, Kind::kSuOpened, "Successful su for {target*} by {user*}", by_user},
    {kIn, Kind::kSuFailed, "FAILED su for {target*} by {user*}", by_user},
    {kIn, Kind::kSuOpened, "+ {tty} {user*}:{target}", by_user},
    {kIn, Kind::kSuFailed, "- {tty} {user*}:{target}", by_user},
};
// clang-format on

}  // namespace

std::span<const Form> su_forms() { return kForms; }

}  // namespace picket::node
