// Every limit of the protocol and its queues, in one place; ARCHITECTURE.md has the same table.
// clang-format off: a table, one limit a line.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace picket::limits {

using namespace std::chrono_literals;

// ---- frames
inline constexpr std::size_t kFrameHeaderBytes = 4;
inline constexpr std::size_t kFrameBytesMax = 256 * 1024;                 // payload, authenticated
inline constexpr std::size_t kFrameBytesUnauthenticatedMax = 16 * 1024;   // payload, before hello is answered
inline constexpr std::size_t kJoinBytesMax = 8 * 1024;                    // payload, join requests and replies
inline constexpr int kNestingMax = 16;                                    // messages within messages
inline constexpr std::size_t kFrameElementsMax = 4096;  // elements of all repeated fields of a frame together

// ---- stored values
inline constexpr std::size_t kValueBytesMax = 4 * 1024 * 1024;  // above: failed(too_large)
inline constexpr std::size_t kNodeValuesBytesMax = 8 * 1024 * 1024;  // of all stored values of one node
inline constexpr std::size_t kPartBytesMax = 128 * 1024;        // rows of one part; leaves room for its frame
inline constexpr std::size_t kTextBytesMax = 1024;              // one field of outside text (names, hosts)

// ---- links
inline constexpr auto kHandshakeTimeout = 5s;   // TLS and hello
inline constexpr auto kJoinTimeout = 10s;
inline constexpr auto kKeepAliveInterval = 5s;
inline constexpr auto kDeadAfter = 15s;         // default of dead_after
inline constexpr auto kStoppedAfter = 2s;       // a timer this late: this process stood still, not the peer
inline constexpr auto kConnectTimeout = 5s;     // for each address dialled
inline constexpr auto kAcceptPause = 100ms;     // when descriptors have run out
inline constexpr auto kCloseTimeout = 500ms;    // for close_notify
inline constexpr auto kStopTimeout = 2s;        // to flush at stop
inline constexpr auto kBackoffMin = 250ms;
inline constexpr auto kBackoffMax = 10s;
inline constexpr std::size_t kOutboxBytesMax = 1024 * 1024;  // replies queued to one peer; more ends the link
inline constexpr std::size_t kWriteBytesMax = 64 * 1024;     // one gathered write
inline constexpr std::size_t kReadBytesMax = 64 * 1024;      // read from one link before others get their turn
inline constexpr int kNotSentLowWaterBytes = 16 * 1024;      // TCP_NOTSENT_LOWAT of node links
inline constexpr int kListenBacklog = 4096;

// ---- admission (before authentication)
inline constexpr std::size_t kUnauthenticatedMax = 1024;           // connections in handshake, all together
inline constexpr std::size_t kUnauthenticatedPerPrefixMax = 256;   // of one /24 or /64
inline constexpr std::size_t kWaitingMax = 16'384;                 // connections that wait for such a place
inline constexpr std::size_t kWaitingPerPrefixMax = 12'288;        // of one prefix: a fleet behind one router
inline constexpr std::size_t kHandshakesAtOnceMax = 64;
inline constexpr auto kHandshakePatience = 500ms;  // a slower one goes on without its turn
inline constexpr std::size_t kJoinsPerMinuteMax = 5;               // failed joins of one address
inline constexpr std::size_t kClientsMax = 1024;                   // connections on the Unix socket
inline constexpr std::size_t kClientsPerUidMax = 256;              // of one uid other than 0
inline constexpr std::size_t kRequestsOpenMax = 64;                // unanswered requests of one client

// ---- journal and subscriptions
inline constexpr std::size_t kRingBytesMax = 8 * 1024 * 1024;       // newest updates, shared by all subscribers
inline constexpr std::size_t kLogEventsWindow = 2000;               // of one node, not yet stored
inline constexpr std::size_t kLogEventsPerSecond = 500;             // of one node, in the long run
inline constexpr std::size_t kLogEventsBurst = 10'000;
inline constexpr auto kLogGrantRetry = 100ms;                       // how often a node at its rate gets more
inline constexpr std::size_t kLogEventBytesMax = 16 * 1024;         // a larger one is quarantined
inline constexpr std::size_t kLogInstancesMax = 16;                 // of one node's logs, positions remembered
inline constexpr std::size_t kCommitUpdatesMax = 256;               // in one transaction; the first of it
inline constexpr auto kCommitDelay = 5ms;                           // and this long after the first update
inline constexpr auto kStoreRetry = 2s;                             // after the journal refused
inline constexpr std::size_t kJournalReadsMax = 4096;               // of history, waiting
inline constexpr std::uint64_t kJournalBytesMax = 2ULL << 30U;      // kept, unless hub.toml says otherwise
inline constexpr auto kJournalAgeMax = 7 * 24h;
inline constexpr std::size_t kProgressEvery = 1000;                // updates without a match before `progress`
inline constexpr std::size_t kFilterTermsMax = 64;
inline constexpr std::size_t kSelectorsMax = 1024;                 // of one list_nodes or show_nodes
inline constexpr std::size_t kSelectorBytesMax = 256;              // one term of a filter, one selector
inline constexpr std::size_t kClosedLinksKept = 64;                // shown by `picket status`
inline constexpr std::size_t kClosedStrangersKept = 16;           // of those that never said who they are
inline constexpr auto kRefreshTimeout = 1s;
inline constexpr auto kStartWithin = 30s;                          // of a run that was asked for, unless the client says otherwise
inline constexpr auto kStartWithinMax = 1h;
inline constexpr auto kKnownExecutionsWithin = 30s;                // after a node has connected; what it was asked to run is lost then
inline constexpr std::size_t kExecutionsOfNodeMax = 64;            // requested or running
inline constexpr std::size_t kExecutionsKeptMax = 1000;            // ended
inline constexpr auto kExecutionsKeptFor = 24h;
inline constexpr std::size_t kOutputTailBytesMax = 64 * 1024;      // kept of an execution that has ended
inline constexpr std::size_t kOutputRingBytesMax = 1024 * 1024;    // kept of one for those who read along
inline constexpr std::uint64_t kOutputWindowBytesMin = 256 * 1024;  // of output on its way from a node, of all its executions
inline constexpr std::uint64_t kOutputWindowBytesMax = 4 * 1024 * 1024;  // likewise, while that doesn't make it wait
inline constexpr std::uint64_t kExecutionWindowBytes = 256 * 1024; // of one execution, not read by who has started it
inline constexpr std::size_t kOnBehalfOfBytesMax = 128;
inline constexpr std::size_t kOutputLineBytesMax = 16 * 1024;       // that a client shows in one piece
inline constexpr std::size_t kGroupedOutputBytesMax = 1024 * 1024; // of one node, held to be compared with others
inline constexpr auto kStartQuiet = 15s;  // + dead_after: nodes that come back make no noise
inline constexpr auto kProbeTimeout = 3s;  // for the older of two links with one identity

// ---- identity
inline constexpr std::size_t kNodeNameBytesMax = 63;
inline constexpr auto kTokenValidity = std::chrono::hours(24);       // default
inline constexpr auto kTokenValidityMax = std::chrono::hours(24 * 30);
inline constexpr auto kTokenRemembered = std::chrono::hours(24 * 30);  // listed after it was used, revoked or has expired
inline constexpr auto kForgottenRemembered = std::chrono::hours(24 * 365);  // after the certificate's end
inline constexpr std::size_t kTokenSecretBytes = 16;
inline constexpr std::size_t kTokenTextBytesMax = 4096;
inline constexpr auto kNodeCertificateValidity = std::chrono::hours(24 * 90);
inline constexpr auto kHubCertificateValidity = std::chrono::hours(24 * 365);
inline constexpr auto kCaValidity = std::chrono::hours(24 * 365 * 20);
inline constexpr auto kCertificateBackdate = std::chrono::minutes(5);
inline constexpr auto kNodeCertificateRenewal = std::chrono::hours(24 * 30);  // asked for when less is left
inline constexpr auto kRenewableAfterEnd = std::chrono::hours(24 * 365);      // by proof of the expired certificate's key
inline constexpr auto kRenewalEvery = 1min;           // certificates made for one name
inline constexpr auto kRenewalCheckEvery = std::chrono::hours(24);
inline constexpr auto kRenewalRetry = std::chrono::hours(1);  // after it failed on a link that stands
inline constexpr auto kRenewalJitter = 10s;           // after the welcome, so that a fleet doesn't ask at once
inline constexpr auto kExpirySweep = 10s;             // how often links are looked through for certificates that ended
inline constexpr auto kHubCertificateRenewal = std::chrono::hours(24 * 30);  // reissued when less is left
inline constexpr std::size_t kCertificateRequestBytesMax = 4096;
inline constexpr std::size_t kCertificateBytesMax = 4096;
inline constexpr std::size_t kHubAddressesMax = 8;
inline constexpr std::size_t kHubAddressBytesMax = 263;  // a host name of 255, brackets, colon, port
inline constexpr std::size_t kIdentityFileBytesMax = 64 * 1024 * 1024;
inline constexpr std::size_t kRefusalsLoggedPerMinuteMax = 60;           // strangers' connections; more are counted in the next line
inline constexpr std::size_t kJoinRefusalsAuditedPerMinuteMax = 60;  // more are counted in the next record
inline constexpr std::size_t kTokensPerRequestMax = 1000;
inline constexpr std::size_t kTokensKeptMax = 20'000;

// ---- the audit log
inline constexpr std::size_t kAuditLineBytesMax = 192 * 1024;         // a record; fits a frame
inline constexpr std::uint64_t kAuditFileBytesMax = 16ULL << 20U;     // then it is rotated away, unless hub.toml says otherwise
inline constexpr std::size_t kAuditFilesKept = 10;                    // that were rotated away; the same
inline constexpr std::size_t kAuditFilesMax = 100;                    // of them, whatever hub.toml says
inline constexpr auto kAuditSyncDelay = 20ms;                         // from a record of an execution to its sync's begin
inline constexpr auto kAuditRepairRetry = 2s;                         // after a sync that failed
inline constexpr std::size_t kAuditUnsyncedBytesMax = 1024 * 1024;    // more waits for the disk
inline constexpr std::size_t kAuditPageBytesMax = 64 * 1024;          // of records, read at a time
inline constexpr std::size_t kAuditScanBytesMax = 1024 * 1024;        // looked through for them at a time
inline constexpr std::size_t kAuditReadsMax = 1024;                   // pages that wait to be read
inline constexpr std::size_t kAuditValueBytesMax = 1024;              // of a text of a run; a longer one is cut and named by its hash
inline constexpr std::size_t kAuditParametersMax = 16;                // of one run; more are counted
inline constexpr std::size_t kAuditNodesBytesMax = 4 * 1024;          // the names of a run's nodes; more are counted

// ---- the auth log
inline constexpr std::size_t kLogLineBytesMax = 16 * 1024;  // of one line; more is cut off
inline constexpr std::size_t kLogReadBytesMax = 64 * 1024;  // of a file at a time
inline constexpr std::size_t kLogGenerationsMax = 64;       // rotated files that are looked at
inline constexpr int kLogLinesAtOnce = 256;                 // read before the rest has its turn
inline constexpr int kLogBatchEventsMax = 256;              // in one message to the hub, which is full
inline constexpr std::size_t kLogBatchBytes = 64 * 1024;    // also when it has so many bytes

// ---- the nodes' clocks
inline constexpr auto kClockProbeEvery = 60s;    // each connected node is asked for its time so often
inline constexpr auto kClockProbeTimeout = 30s;  // an answer later than this is nobody's
inline constexpr auto kClockRoundTripMax = 1s;   // a longer one counts only where there is nothing better
inline constexpr auto kClockWrongFrom = 2s;      // off by more, the error taken off: a warning
inline constexpr auto kClockRightWithin = 1s;    // off by less: it is right again

// ---- local events
inline constexpr std::size_t kLocalKindBytesMax = 64;           // as the caller names it
inline constexpr std::size_t kLocalTextBytesMax = 4 * 1024;
inline constexpr std::size_t kLocalFieldsMax = 32;
inline constexpr std::size_t kLocalFieldNameBytesMax = 64;
inline constexpr std::size_t kLocalFieldBytesMax = 1024;
inline constexpr std::size_t kLocalEventBytesMax = 64 * 1024;   // encoded, as it travels
inline constexpr std::size_t kLocalMessageBytesMax = 64 * 1024;  // on the agent's socket, one a connection
inline constexpr std::size_t kLocalEventsPerMinuteMax = 60;     // of one uid, in the long run
inline constexpr std::size_t kLocalEventsBurst = 20;
inline constexpr std::size_t kLocalEventsPerMinuteInAllMax = 600;
inline constexpr std::size_t kLocalEventsBurstInAll = 200;
inline constexpr auto kEventSocketTimeout = 5s;                 // from connecting to the answer
inline constexpr std::size_t kEventConnectionsMax = 64;
inline constexpr std::size_t kEventConnectionsPerUidMax = 16;   // of one uid other than 0
inline constexpr std::size_t kEventSpoolBytesMax = 1024 * 1024;  // of events that some hub has yet to store

// ---- the host
inline constexpr std::size_t kRebootReasonsMax = 64;
inline constexpr std::size_t kRebootReasonBytesMax = 256;

inline constexpr std::size_t kKeyNameBytesMax = 256;        // whose key it was; a longer name is left out

// ---- wireguard
inline constexpr std::size_t kWireguardNetworksMax = 65'536;  // of one node, by which an address is told whose it is
inline constexpr std::size_t kWireguardAllowedIpsMax = 512;  // of one peer; more are left out and counted
inline constexpr auto kWireguardPollMin = 1s;
inline constexpr auto kWireguardPollMax = 1h;
inline constexpr auto kWireguardReplyTimeout = 2s;           // for all of one interface
inline constexpr std::size_t kWireguardReplyBytesMax = 64 * 1024 * 1024;  // of one interface, never held at once
inline constexpr std::size_t kWireguardInterfacesMax = 256;  // of one node
inline constexpr std::size_t kWireguardPeersMax = 65'536;    // of one interface, before the value is too large
inline constexpr std::size_t kWireguardNameBytesMax = 128;   // of a peer
inline constexpr std::size_t kWireguardConfigBytesMax = 8 * 1024 * 1024;  // of one file of /etc/wireguard
inline constexpr auto kSideWriteTimeout = 5s;                // for an agent that does not read
inline constexpr auto kSideReconnect = 1s;                   // after a link that worked
inline constexpr auto kSideRetry = 30s;                      // how often an agent looks for such a process that is not there
inline constexpr std::size_t kKeyRequestsMax = 64;           // names of keys that are asked for at once
inline constexpr std::size_t kAuthorizedKeysBytesMax = 4 * 1024 * 1024;  // of one file of keys
inline constexpr std::size_t kSshdConfigBytesMax = 256 * 1024;           // of one file of sshd's configuration
inline constexpr std::size_t kSshdConfigFilesMax = 256;                  // that one Include names

// ---- commands
inline constexpr std::size_t kCommandsFileBytesMax = 1024 * 1024;
inline constexpr std::size_t kCommandsMax = 256;                // labels of one node
inline constexpr std::size_t kCommandNameBytesMax = 64;         // a label, a parameter's name
inline constexpr std::size_t kCommandTextBytesMax = 512;        // a description
inline constexpr std::size_t kCommandParametersMax = 16;        // of one command
inline constexpr std::size_t kCommandChoicesMax = 256;          // of one_of
inline constexpr std::size_t kCommandValueBytesMax = 1024;      // of a parameter
inline constexpr std::size_t kCommandPatternBytesMax = 512;
inline constexpr std::int64_t kCommandPatternMemoryMax = 1024 * 1024;  // of one regular expression
inline constexpr std::size_t kCommandArgumentsMax = 64;         // elements of argv
inline constexpr std::size_t kCommandArgvBytesMax = 32 * 1024;  // with its parameters
inline constexpr std::size_t kCommandEnvMax = 64;
inline constexpr std::size_t kCommandEnvBytesMax = 16 * 1024;   // names and values together
inline constexpr auto kCommandTimeout = std::chrono::minutes(10);   // unless the allowlist says otherwise
inline constexpr auto kCommandTimeoutMax = std::chrono::hours(24 * 30);
inline constexpr auto kCommandKillGrace = 10s;                  // likewise; from SIGTERM to SIGKILL
inline constexpr auto kCommandKillGraceMax = std::chrono::minutes(10);
inline constexpr std::uint64_t kCommandOutputBytesMax = 256ULL << 20U;      // likewise; more is dropped and counted
inline constexpr std::uint64_t kCommandOutputBytesHighest = 1ULL << 40U;
inline constexpr std::int64_t kCommandConcurrencyMax = 32;      // of one label
inline constexpr std::size_t kCommandsPublishedBytesMax = 128 * 1024;  // what others may know of all of them
inline constexpr std::size_t kCommandsRunningMax = 64;          // in all, with those whose end is not told yet
inline constexpr std::size_t kExecutionIdBytesMax = 64;
inline constexpr std::size_t kExecutionsRememberedMax = 65'536;  // ids that must not run again
inline constexpr auto kExecutionsRemembered = std::chrono::hours(24);
inline constexpr auto kExecutionsRememberedMin = std::chrono::minutes(10);  // rather than that, no more are run
inline constexpr std::size_t kOutputChunkBytesMax = 16 * 1024;
inline constexpr std::size_t kOutputTurnBytesMax = 64 * 1024;   // of one command before others have their turn
inline constexpr std::uint64_t kOutputCreditMax = 4 * 1024 * 1024;  // of one command
inline constexpr std::size_t kOutputKeptBytesMax = 64 * 1024;   // of a command without an agent, the newest
inline constexpr std::size_t kPipeBytesMax = 1024 * 1024;       // as a command may make it, of one taken at its end
inline constexpr auto kPipeCloseAfter = 2s;                     // after the command's end, whoever has it open
inline constexpr auto kKilledWithin = 5s;                       // after SIGKILL; who then still is, is told in the log
inline constexpr std::size_t kExecutorRequestBytesMax = 64 * 1024;
inline constexpr std::size_t kExecutorOutboxBytesMax = 256 * 1024;  // with more, nothing is read from commands or agent
inline constexpr auto kExecutorStopTimeout = 8s;                // for commands to end when the executor has to
inline constexpr std::size_t kRunRulesMax = 256;                // of hub.toml: who may run what where
inline constexpr std::size_t kRunRuleTermsMax = 64;             // of each: users, labels, nodes

// ---- bridges to other services
inline constexpr auto kHttpTimeout = 30s;          // of a whole request, unless it says otherwise
inline constexpr auto kHttpConnectTimeout = 10s;   // name, TCP and TLS together
inline constexpr std::size_t kHttpAnswerBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kHttpHeadersMax = 32;           // kept of an answer
inline constexpr std::size_t kHttpHeaderBytesMax = 1024;     // of one of them
inline constexpr std::size_t kHttpRequestsMax = 256;         // of one client, at once
inline constexpr long kHttpConnectionsPerHostMax = 4;        // more requests wait for one of them
inline constexpr long kHttpConnectionsKept = 8;              // idle ones included

inline constexpr std::size_t kSocketPathBytesMax = 107;  // sun_path of unix(7) less its final zero

}  // namespace picket::limits
