// What sshd says of a connection: how it ended, and who was never there to log in.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kSshd;
constexpr Kind kClosed = Kind::kSshClosed;
constexpr Kind kDisconnected = Kind::kSshDisconnected;
constexpr Kind kProbe = Kind::kSshProbe;

bool unknown_user(Claim& claim) { return claim.invalid_user = true; }

// Of a login that has succeeded: its own process writes that.
bool in_session(Claim& claim) {
  claim.writer = Writer::kSession;
  return true;
}

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, kDisconnected, "~Received disconnect from {source} port {port}:{skip}: {reason*}", in_session},
    {kIn, kDisconnected, "~Received disconnect from {source} port {port}:{reason*}", in_session},
    {kIn, kDisconnected, "~Received disconnect from {source}: {skip}: {reason*}", in_session},
    {kIn, kDisconnected, "~Disconnected from (invalid|illegal) user {user*} {source} port {port}", unknown_user},
    {kIn, kDisconnected, "~Disconnected from authenticating user {user*} {source} port {port}"},
    {kIn, kDisconnected, "~Disconnected from user {user*} {source} port {port}", in_session},
    {kIn, kDisconnected, "~Disconnected from {source}( port {port}|)"},
    {kIn, kDisconnected, "~Disconnecting (invalid|illegal) user {user*} {source} port {port}: {reason*}", unknown_user},
    {kIn, kDisconnected, "~Disconnecting authenticating user {user*} {source} port {port}: {reason*}"},
    {kIn, kDisconnected, "~Disconnecting user {user*} {source} port {port}: {reason*}", in_session},
    {kIn, kDisconnected, "~Disconnecting {source} port {port}: {reason*}"},
    {kIn, kDisconnected, "~Disconnecting: {reason*}"},

    {kIn, kClosed, "~Connection (closed|reset) by (invalid|illegal) user {user*} {source} port {port}", unknown_user},
    {kIn, kClosed, "~Connection (closed|reset) by authenticating user {user*} {source} port {port}"},
    {kIn, kClosed, "~Connection (closed|reset) by user {user*} {source} port {port}", in_session},
    {kIn, kClosed, "~Connection (closed|reset) by {source}( port {port}|)"},
    {kIn, kClosed, "~Connection from (invalid|illegal) user {user*} {source} port {port} timed out", unknown_user, "timed out"},
    {kIn, kClosed, "~Connection from authenticating user {user*} {source} port {port} timed out", nullptr, "timed out"},
    {kIn, kClosed, "~Connection from user {user*} {source} port {port} timed out", in_session, "timed out"},
    {kIn, kClosed, "~Connection from {source} port {port} timed out", nullptr, "timed out"},
    {kIn, kClosed, "~Timeout before authentication for connection from {source} to {skip}, pid = {skip}", nullptr, "timeout before authentication"},
    {kIn, kClosed, "~Timeout before authentication for {source}( port {port}|)", nullptr, "timeout before authentication"},
    {kIn, kClosed, "~Timeout, client not responding from user {user*} {source} port {port}", in_session, "client not responding"},
    {kIn, kClosed, "~Timeout, client not responding from {source} port {port}", in_session, "client not responding"},
    {kIn, kClosed, "~Timeout, client not responding", in_session, "client not responding"},
    {kIn, kClosed, "~(Read from socket|Write) failed: {reason~}"},

    {kIn, kProbe, "~Did not receive identification string from {source}( port {port}|)", nullptr, "no identification string"},
    {kIn, kProbe, "~Could not write ident string to {source}( port {port}|)", nullptr, "gone before the identification string"},
    {kIn, kProbe, "~Bad protocol version identification '{skip*}' from {source}( port {port}|)", nullptr, "bad protocol version identification"},
    {kIn, kProbe, "~Bad remote protocol version identification: {skip*}", nullptr, "bad protocol version identification"},
    {kIn, kProbe, "~Protocol major versions differ for {source}( port {port}|): {skip*}", nullptr, "protocol major versions differ"},
    {kIn, kProbe, "~Protocol major versions differ: {skip*}", nullptr, "protocol major versions differ"},
    {kIn, kProbe, "~banner exchange: Connection from {source}( port {port}|): {reason~}"},
    {kIn, kProbe, "~banner exchange: Connection (to|from) {skip*}", nullptr, "banner exchange failed"},
    {kIn, kProbe, "~kex_exchange_identification: {reason*}"},
    {kIn, kProbe, "~kex_protocol_error: {reason*}"},
    {kIn, kProbe, "~kex protocol error: {reason*}"},
    {kIn, kProbe, "~ssh_dispatch_run_fatal: Connection from (invalid|illegal) user {user*} {source} port {port}: {reason*}", unknown_user},
    {kIn, kProbe, "~ssh_dispatch_run_fatal: Connection from (authenticating user|user) {user*} {source} port {port}: {reason*}"},
    {kIn, kProbe, "~ssh_dispatch_run_fatal: Connection from {source} port {port}: {reason*}"},
    {kIn, kProbe, "~scanned from {source} with {skip*}", nullptr, "version scan"},
    {kIn, kProbe, "~probed from {source} with {skip*}", nullptr, "version scan"},
    {kIn, kProbe, "~Bad packet length {skip}.", nullptr, "bad packet length"},
    {kIn, kProbe, "~Corrupted (MAC|check bytes|padlen {skip}) on input.", nullptr, "corrupted input"},
    {kIn, kProbe, "~Corrupted MAC on input", nullptr, "corrupted input"},

    // The name is whatever the address's owner writes into the DNS.
    {kIn, kProbe, "~reverse mapping checking getaddrinfo for {host*} [{source}] failed( - POSSIBLE BREAK-IN ATTEMPT!|.|)", nullptr, "the address's name does not lead back to it"},
    {kIn, kProbe, "~Address {source} maps to {host*}, but this does not map back to the address( - POSSIBLE BREAK-IN ATTEMPT!| - POSSIBLE BREAK-IN ATTEMPT|.|)", nullptr, "the address's name does not lead back to it"},
    {kIn, kProbe, "~Nasty PTR record \"{host*}\" is set up for {source}, ignoring", nullptr, "the address's name is another address"},
};
// clang-format on

}  // namespace

std::span<const Form> sshd_connection_forms() { return kForms; }

}  // namespace picket::node
