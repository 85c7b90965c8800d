// What sshd says of an attempt to authenticate.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kSshd;

bool unknown_user(Claim& claim) { return claim.invalid_user = true; }

// Something stands behind the address that no known release puts there.
bool unclear(Claim& claim) { return claim.ambiguous = true; }

// Releases of long ago told no port; that one of them is meant is believed only if nothing in the
// name looks like a newer one.
bool without_port(Claim& claim) {
  claim.ambiguous = claim.user.find(" port ") != std::string_view::npos;
  return true;
}

bool unknown_user_without_port(Claim& claim) { return without_port(claim) && unknown_user(claim); }

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, Kind::kSshAccepted, "Accepted {bare} for {user*} from {source} port {port}( ssh2| ssh1|)"},
    {kIn, Kind::kSshAccepted, "Accepted {method} for {user*} from {source} port {port} ssh2{key*}"},
    {kIn, Kind::kSshAccepted, "Accepted {method} for {skip*}", unclear},

    {kIn, Kind::kSshFailed, "Failed {bare} for (invalid|illegal) user {user*} from {source} port {port}( ssh2| ssh1|)", unknown_user},
    // A name that is empty, in a log whose double blanks have been lost.
    {kIn, Kind::kSshFailed, "Failed {bare} for (invalid|illegal) user from {source} port {port} ssh2", unknown_user},
    {kIn, Kind::kSshFailed, "Failed {bare} for {user*} from {source} port {port}( ssh2| ssh1|)"},
    {kIn, Kind::kSshFailed, "Failed {bare} for (invalid|illegal) user {user*} from {source}", unknown_user_without_port},
    {kIn, Kind::kSshFailed, "Failed {bare} for {user*} from {source}", without_port},
    {kIn, Kind::kSshFailed, "Failed {method} for (invalid|illegal) user {user*} from {source} port {port} ssh2{key*}", unknown_user},
    {kIn, Kind::kSshFailed, "Failed {method} for {user*} from {source} port {port} ssh2{key*}"},
    {kIn, Kind::kSshFailed, "Failed {method} for {skip*}", unclear},

    {kIn, Kind::kSshInvalidUser, "~(Invalid|Illegal) user from {source}( port {port}|)", unknown_user},
    {kIn, Kind::kSshInvalidUser, "~(Invalid|Illegal) user {user*} from {source}( port {port}|)", unknown_user},
    {kIn, Kind::kSshInvalidUser, "~input_userauth_request: (invalid|illegal) user {user*}", unknown_user},

    {kIn, Kind::kSshFailed, "~PAM: {reason~} for (invalid|illegal) user {user*} from {source}( via {skip}| |)", unknown_user},
    {kIn, Kind::kSshFailed, "~PAM: {reason~} for {user*} from {source}( via {skip}| |)"},
    {kIn, Kind::kSshFailed, "~Authentication tried for {user*} with correct key but not from a permitted host ((host={host}, ip={source}(, required={skip*}|)).", nullptr, "correct key, but not from a permitted host"},
    {kIn, Kind::kSshFailed, "~Authentication tried for {user*} with valid certificate but not from a permitted (source address|host) ((ip={source}(, required={skip*}|)).", nullptr, "valid certificate, but not from a permitted address"},

    {kIn, Kind::kSshFailed, "~Certificate invalid: {reason~}"},

    // One of several methods that are asked for together: neither in nor out yet.
    {kIn, Kind::kNothing, "(Postponed|Partial) {skip*}"},
};
// clang-format on

}  // namespace

std::span<const Form> sshd_authentication_forms() { return kForms; }

}  // namespace picket::node
