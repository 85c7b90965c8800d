// What sshd says besides: known, and nobody's attempt to log in.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kSshd;

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, Kind::kNothing, "Server listening on {skip*}"},
    {kIn, Kind::kNothing, "Server listening for {skip*}"},
    {kIn, Kind::kNothing, "Received signal {skip*}"},
    {kIn, Kind::kNothing, "Received SIG{skip*}"},
    {kIn, Kind::kNothing, "Exiting on signal {skip*}"},
    {kIn, Kind::kNothing, "Connection from {source} port {skip*}"},
    {kIn, Kind::kNothing, "Connection from {source}"},
    {kIn, Kind::kNothing, "SSH: Server;{skip*}"},
    {kIn, Kind::kNothing, "Starting session: {skip*}"},
    {kIn, Kind::kNothing, "Close session: {skip*}"},
    {kIn, Kind::kNothing, "Closing connection to {skip*}"},
    {kIn, Kind::kNothing, "Transferred: {skip*}"},
    {kIn, Kind::kNothing, "User child is on pid {skip}"},
    {kIn, Kind::kNothing, "subsystem request for {skip*}"},
    {kIn, Kind::kNothing, "session opened for local user {skip*}"},
    {kIn, Kind::kNothing, "session closed for local user {skip*}"},
    {kIn, Kind::kNothing, "Accepted key {skip*}"},
    {kIn, Kind::kNothing, "Accepted certificate {skip*}"},
    {kIn, Kind::kNothing, "Found matching {skip*}"},
    {kIn, Kind::kNothing, "Set /proc/self/oom_{skip*}"},
    {kIn, Kind::kNothing, "rexec line {skip*}"},
    {kIn, Kind::kNothing, "reprocess config line {skip*}"},
    {kIn, Kind::kNothing, "reexec socketpair: {skip*}"},
    {kIn, Kind::kNothing, "srclimit_{skip*}"},
    {kIn, Kind::kNothing, "debug{skip*}"},
    {kIn, Kind::kNothing, "lastlog_{skip*}"},
    {kIn, Kind::kNothing, "syslogin_{skip*}"},
    {kIn, Kind::kNothing, "~PAM service((sshd) ignoring max retries; {skip*}"},
    {kIn, Kind::kNothing, "~Could not get shadow information for {skip*}"},
    {kIn, Kind::kNothing, "~Could not load host {skip*}"},
    {kIn, Kind::kNothing, "~Bind to port {skip*}"},
    {kIn, Kind::kNothing, "~Cannot bind any address.{skip*}"},
    {kIn, Kind::kNothing, "~Authentication refused: bad ownership {skip*}"},
    {kIn, Kind::kNothing, "~userauth_pubkey: {skip*}"},
};
// clang-format on

}  // namespace

std::span<const Form> sshd_quiet_forms() { return kForms; }

}  // namespace picket::node
