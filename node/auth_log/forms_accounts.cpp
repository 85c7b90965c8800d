// Accounts made, changed and removed by shadow's tools. Which account is `target`; what was done is
// the message itself.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kAccounts;
constexpr Kind kChanged = Kind::kAccountChanged;

// chsh and the like are set-uid: the caller's uid writes, and only for itself.
bool by_itself(Claim& claim) {
  claim.writer = Writer::kCaller;
  claim.caller = claim.target_user;
  return true;
}

bool by_user(Claim& claim) {
  claim.writer = Writer::kCaller;
  claim.caller = claim.user;
  return true;
}

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, kChanged, "new user: name={target}, UID={skip}, GID={skip}, home={skip~}, shell={skip}, from={tty}"},
    {kIn, kChanged, "new user: name={target}, {skip*}"},
    {kIn, kChanged, "new group: name={target}, {skip*}"},
    {kIn, kChanged, "add '{target}' to (shadow group|group) {skip*}"},
    {kIn, kChanged, "failed adding (user|group) '{target}'{skip*}"},
    {kIn, kChanged, "change user name '{target}' to {skip*}"},
    {kIn, kChanged, "change user (`|'){target}' {skip*}"},
    {kIn, kChanged, "change '{target}' {skip*}"},
    {kIn, kChanged, "change gid for '{target}' {skip*}"},
    {kIn, kChanged, "(lock|unlock) user '{target}' password"},
    {kIn, kChanged, "delete '{target}' from (shadow group|group) {skip*}"},
    {kIn, kChanged, "delete user (`|'){target}'"},
    {kIn, kChanged, "removed (shadow group|group) '{target}' owned by {skip*}"},
    {kIn, kChanged, "remove(d|) (group|shadow group|user) '{target}'{skip*}"},
    {kIn, kChanged, "group added to {skip}: name={target}, {skip*}"},
    {kIn, kChanged, "group added to {skip}: name={target}"},
    {kIn, kChanged, "group '{target}' (added|removed){skip*}"},
    {kIn, kChanged, "group changed in {skip} ((group {target}/{skip*}"},
    {kIn, kChanged, "group changed in {skip} ((group {target}, {skip*}"},
    {kIn, kChanged, "user {target} (added|removed) by {user} (to|from) group {skip}", by_user},
    {kIn, kChanged, "members of group {target} set by {user} to {skip*}", by_user},
    {kIn, kChanged, "administrators of group {target} set by {user} to {skip*}", by_user},
    {kIn, kChanged, "(password|security) of group {target} (changed|removed|restricted) by {user}", by_user},
    {kIn, kChanged, "changed password expiry for {target}"},
    {kIn, kChanged, "password for '{target}' changed by '{user}'", by_user},
    {kIn, kChanged, "changed user '{target}' information", by_itself},
    {kIn, kChanged, "changed user '{target}' shell to {skip*}", by_itself},
    {kIn, kChanged, "(expired|deleted) (password|user) {target}{skip*}"},
    {kIn, Kind::kNothing, "(lastlog|faillog|failed to){skip*}"},
};
// clang-format on

}  // namespace

std::span<const Form> accounts_forms() { return kForms; }

}  // namespace picket::node
