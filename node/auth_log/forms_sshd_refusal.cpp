// What sshd says when it turns somebody away, whatever he could have shown.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kSshd;
constexpr Kind kRefused = Kind::kSshRefused;

bool unknown_user(Claim& claim) { return claim.invalid_user = true; }

bool root(Claim& claim) {
  claim.user = "root";
  return true;
}

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, kRefused, "~User {user*} from {source} not allowed because {reason~}"},
    {kIn, kRefused, "~User {user*} not allowed because {reason~}"},
    {kIn, kRefused, "~ROOT LOGIN REFUSED FROM {source}( port {port}|)", root, "root may not log in"},
    {kIn, kRefused, "~refused connect from {host*} (({source})", nullptr, "not allowed by hosts.allow"},
    {kIn, kRefused, "~refused connect from {source}", nullptr, "not allowed by hosts.allow"},
    {kIn, kRefused, "~Access denied for user {user*} by PAM account configuration", nullptr, "PAM account configuration"},
    {kIn, kRefused, "~Login name {user*} does not match stored username {skip}", nullptr, "the name does not match the stored one"},

    {kIn, kRefused, "~maximum authentication attempts exceeded for (invalid|illegal) user {user*} from {source}( port {port}|)( ssh2|)", unknown_user, "maximum authentication attempts exceeded"},
    {kIn, kRefused, "~maximum authentication attempts exceeded for {user*} from {source}( port {port}|)( ssh2|)", nullptr, "maximum authentication attempts exceeded"},
    {kIn, kRefused, "~Disconnecting (invalid|illegal) user {user*} {source} port {port}: Too many authentication failures", unknown_user, "too many authentication failures"},
    {kIn, kRefused, "~Disconnecting (authenticating user|user) {user*} {source} port {port}: Too many authentication failures", nullptr, "too many authentication failures"},
    {kIn, kRefused, "~Disconnecting {source} port {port}: Too many authentication failures", nullptr, "too many authentication failures"},
    {kIn, kRefused, "~Disconnecting: Too many authentication failures for (invalid|illegal) user {user*}", unknown_user, "too many authentication failures"},
    {kIn, kRefused, "~Disconnecting: Too many authentication failures( for {user*}|)", nullptr, "too many authentication failures"},

    {kIn, kRefused, "~Unable to negotiate with {source}( port {port}|): {reason~}. Their offer: {skip*}"},
    {kIn, kRefused, "~Unable to negotiate with {source}( port {port}|): {reason~}"},
    {kIn, kRefused, "~Unable to negotiate with (invalid|illegal) user {user*} {source} port {port}: {reason~}. Their offer: {skip*}", unknown_user},
    {kIn, kRefused, "~Unable to negotiate with (authenticating user|user) {user*} {source} port {port}: {skip*}", nullptr, "no matching algorithm"},
    {kIn, kRefused, "~Unable to negotiate a {skip*}", nullptr, "no matching key exchange method"},
    {kIn, kRefused, "~no matching {skip~} found: client {skip*}", nullptr, "no matching algorithm"},
    {kIn, kRefused, "~no hostkey alg", nullptr, "no matching host key type"},

    {kIn, kRefused, "~drop connection #{skip} from [{source}]:{port} on [{skip~}]:{skip} {reason~}"},
    {kIn, kRefused, "~drop connection #{skip} from [{source}]:{port} {reason~}"},
    {kIn, kRefused, "~beginning MaxStartups throttling", nullptr, "MaxStartups throttling begins"},
    {kIn, kRefused, "~exited MaxStartups throttling {reason~}"},
};
// clang-format on

}  // namespace

std::span<const Form> sshd_refusal_forms() { return kForms; }

}  // namespace picket::node
