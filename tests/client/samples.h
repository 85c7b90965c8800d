// Messages as a hub sends them, for the tests of printing and JSON. All times are in May 2026, UTC.
#pragma once

#include <cstdint>
#include <string>

#include "client/lib/node_details.h"
#include "common/clock.h"
#include "picket/v1/client_link.pb.h"

namespace picket::client::samples {

// 2026-05-04T03:02:01.5Z
inline constexpr int64_t kNowUnixNs = 1'777'863'721'500'000'000;
inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr int64_t kMinute = 60 * kSecond;
inline constexpr int64_t kDay = 24 * 60 * kMinute;
inline const WallTime kNow = from_unix_ns(kNowUnixNs);

inline v1::CollectorHealth ok_health() {
  v1::CollectorHealth health;
  health.mutable_ok()->add_sources("logind");
  health.mutable_ok()->add_sources("utmp");
  health.mutable_ok()->set_last_success_unix_ns(kNowUnixNs - kSecond);
  return health;
}

inline v1::CollectorHealth failed_health() {
  v1::CollectorHealth health;
  health.mutable_failed()->set_reason("/run/utmp: permission denied");
  health.mutable_failed()->set_remedy("usermod -aG utmp picket-node");
  return health;
}

inline v1::CollectorHealth not_monitored() {
  v1::CollectorHealth health;
  health.mutable_not_monitored();
  return health;
}

inline v1::CollectorHealth initialising() {
  v1::CollectorHealth health;
  health.mutable_initialising();
  return health;
}

inline v1::Session session(const std::string& user, const std::string& tty,
                           const std::string& from) {
  v1::Session session;
  session.set_key("c" + tty);
  session.set_user(user);
  session.set_uid(1000);
  session.set_tty(tty);
  session.set_remote_host(from);
  session.set_service("sshd");
  session.set_class_("user");
  session.set_leader_pid(4711);
  session.set_since_unix_ns(kNowUnixNs - 90 * kMinute);
  session.add_sources("logind");
  return session;
}

inline v1::BehindAddress behind() {
  v1::BehindAddress behind;
  behind.set_interface("wg0");
  behind.set_public_key("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=");
  behind.set_name("laptop");
  behind.set_endpoint_address("203.0.113.7");
  behind.set_endpoint_port(51820);
  return behind;
}

inline v1::WireguardPeer wireguard_peer() {
  v1::WireguardPeer peer;
  peer.set_key("wg0/xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=");
  peer.set_interface("wg0");
  peer.set_public_key("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=");
  peer.set_name("laptop");
  peer.set_endpoint_address("203.0.113.7");
  peer.set_endpoint_port(51820);
  peer.add_allowed_ips("10.8.0.3/32");
  peer.set_allowed_ips_left_out(2);
  peer.set_keepalive_s(25);
  peer.set_preshared_key(true);
  peer.set_active(true);
  peer.set_latest_handshake_unix_ns(kNowUnixNs - 40 * kSecond);
  peer.set_received_bytes(1'572'864);
  peer.set_sent_bytes(4096);
  return peer;
}

inline v1::WireguardInterface wireguard_interface() {
  v1::WireguardInterface interface;
  interface.set_name("wg0");
  interface.set_public_key("HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=");
  interface.set_listen_port(51820);
  interface.set_fwmark(51820);
  interface.set_userspace(true);
  return interface;
}

inline v1::CollectorSummary collector(const v1::CollectorHealth& health, uint32_t rows) {
  v1::CollectorSummary summary;
  summary.set_resource("sessions");
  *summary.mutable_health() = health;
  summary.set_rows(rows);
  summary.set_at_unix_ns(kNowUnixNs - 3 * kMinute);
  summary.set_received_unix_ns(kNowUnixNs - 3 * kMinute + kSecond);
  return summary;
}

inline v1::NodeSummary node(const std::string& name, const v1::CollectorHealth& health,
                            uint32_t rows) {
  v1::NodeSummary node;
  node.set_name(name);
  node.set_state(v1::NodeSummary::STATE_CONNECTED);
  node.set_since_unix_ns(kNowUnixNs - 2 * kDay);
  node.set_address("192.0.2.11:40001");
  node.set_last_update_unix_ns(kNowUnixNs - 3 * kMinute);
  auto& facts = *node.mutable_facts();
  facts.set_host_name(name + ".example.org");
  facts.set_os("Debian GNU/Linux 12 (bookworm)");
  facts.set_kernel("6.1.0-25-amd64");
  facts.set_agent_version("0.1.0");
  facts.set_boot_id("0c1f7d9e-0000-4000-8000-000000000001");
  facts.set_booted_unix_ns(kNowUnixNs - 12 * kDay);
  facts.set_reboot_required(true);
  facts.add_reboot_reasons("linux-image-amd64");
  *node.add_collectors() = collector(health, rows);
  node.set_certificate_expires_unix_ns(kNowUnixNs + 88 * kDay);
  node.set_clock_offset_ms(-3200);
  return node;
}

inline v1::AuthLog auth_log() {
  v1::AuthLog log;
  log.set_source("journald");
  log.set_instance("b001");
  log.set_offset(4712);
  log.set_lines(4312);
  log.set_events(211);
  log.set_unparsed(3);
  log.set_ignored(4098);
  return log;
}

inline v1::NodeSummary gone_node(const std::string& name) {
  v1::NodeSummary gone = node(name, ok_health(), 1);
  gone.set_state(v1::NodeSummary::STATE_DISCONNECTED);
  gone.set_since_unix_ns(kNowUnixNs - 5 * kMinute);
  gone.set_reason("timed_out");
  return gone;
}

inline v1::Update event(const std::string& kind) {
  v1::Update update;
  update.set_seq(1'820'000'000'001);
  update.set_node("web1");
  update.set_at_unix_ns(kNowUnixNs);
  update.set_received_unix_ns(kNowUnixNs + 2'000'000);
  update.mutable_event()->set_kind(kind);
  return update;
}

inline v1::Update session_event(const std::string& kind, const v1::Session& session) {
  v1::Update update = event(kind);
  *update.mutable_event()->mutable_session()->mutable_session() = session;
  return update;
}

inline v1::Update node_event(const std::string& kind) {
  v1::Update update = event(kind);
  auto& detail = *update.mutable_event()->mutable_node();
  detail.set_address("192.0.2.11:40001");
  detail.set_other_address("198.51.100.9:5555");
  detail.set_reason("timed_out");
  detail.set_clock_offset_ms(-2500);
  detail.add_reboot_reasons("linux-image-amd64");
  return update;
}

/// With every field that any kind has.
inline v1::Update wireguard_event(const std::string& kind) {
  v1::Update update = event(kind);
  auto& detail = *update.mutable_event()->mutable_wireguard();
  *detail.mutable_peer() = wireguard_peer();
  detail.set_endpoint_address_before("198.51.100.9");
  detail.set_endpoint_port_before(4711);
  detail.add_allowed_ips_before("10.9.0.0/24");
  return update;
}

inline v1::Update local_event() {
  v1::Update update = event("local.backup.failed");
  auto& detail = *update.mutable_event()->mutable_local();
  detail.set_uid(1000);
  detail.set_text("no space on m\xef\xbf\xbdnt");
  detail.set_text_raw("no space on m\xfcnt");
  auto& field = *detail.add_fields();
  field.set_name("disk");
  field.set_value("sd\xef\xbf\xbd");
  field.set_value_raw("sd\xfc");
  return update;
}

/// With every field that any line has.
inline v1::Update auth_event(const std::string& kind) {
  v1::Update update = event(kind);
  auto& auth = *update.mutable_event()->mutable_auth();
  auth.set_time_source(v1::AuthEvent::TIME_SOURCE_JOURNAL);
  auth.set_host("web1");
  auth.set_process("sshd");
  auth.set_pid(4242);
  auth.set_user("m\xef\xbf\xbdller");
  auth.set_user_raw("m\xfcller");
  auth.set_invalid_user(true);
  auth.set_source_address("198.51.100.7");
  auth.set_source_host("host.example.org");
  auth.set_source_port(50122);
  auth.set_method("publickey");
  auth.set_key_type("ED25519");
  auth.set_key_fingerprint("SHA256:q1euwCXfHf/1HfB7clUhlIOIpRJ3DjQZS9VkQ5jSsfE");
  auth.set_target_user("root");
  auth.set_target_user_raw("\xff");
  auth.set_tty("pts/3");
  auth.set_command("/usr/bin/id");
  auth.set_command_raw("\xfe");
  auth.set_service("sudo");
  auth.set_reason("a reason; \x1b[31m");
  auth.set_reason_raw("\xfd");
  auth.set_repeated(3);
  auth.set_verified(v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE);
  auth.set_attempt("00112233aabbccdd");
  auth.set_ambiguous(true);
  auth.set_uid(1001);
  auth.set_claimed_kind("ssh.accepted");
  auth.set_line(7);
  *auth.mutable_behind() = behind();
  auth.set_key_name("alice's laptop");
  update.mutable_event()->set_replayed(true);
  return update;
}

inline v1::Update gap_event() {
  v1::Update update = event("log.gap");
  auto& gap = *update.mutable_event()->mutable_gap();
  gap.set_source("journald");
  gap.set_reason("its entries are gone");
  gap.set_from_unix_ns(kNowUnixNs - kMinute);
  gap.set_to_unix_ns(kNowUnixNs);
  return update;
}

inline v1::Update quarantined_event() {
  v1::Update update = event("node.quarantined");
  auto& quarantined = *update.mutable_event()->mutable_quarantined();
  quarantined.set_source("journald");
  quarantined.set_offset(77);
  quarantined.set_bytes(12);
  quarantined.set_reason("not a message that this hub can read");
  return update;
}

inline v1::Update collector_event(const std::string& kind, const v1::CollectorHealth& health) {
  v1::Update update = event(kind);
  update.mutable_event()->mutable_collector()->set_resource("sessions");
  *update.mutable_event()->mutable_collector()->mutable_health() = health;
  return update;
}

inline v1::Update change() {
  v1::Update update = event("");
  auto& change = *update.mutable_change();
  change.set_resource("sessions");
  *change.mutable_health() = ok_health();
  *change.mutable_sessions()->add_added() = session("alice", "pts/3", "192.0.2.7");
  *change.mutable_sessions()->add_changed() = session("bob", "tty1", "");
  change.mutable_sessions()->add_removed_keys("c7");
  return update;
}

inline v1::Update wireguard_change() {
  v1::Update update = event("");
  auto& change = *update.mutable_change();
  change.set_resource("wireguard");
  auto& wireguard = *change.mutable_wireguard();
  *wireguard.add_interfaces_added() = wireguard_interface();
  *wireguard.add_interfaces_changed() = wireguard_interface();
  wireguard.add_interfaces_removed("wg7");
  *wireguard.add_added() = wireguard_peer();
  *wireguard.add_changed() = wireguard_peer();
  wireguard.add_removed_keys("wg7/x");
  return update;
}

inline v1::Update host_change() {
  v1::Update update = event("");
  update.mutable_change()->set_resource("host");
  *update.mutable_change()->mutable_host() = node("web1", ok_health(), 0).facts();
  return update;
}

inline v1::Status status() {
  v1::Status status;
  status.mutable_peer()->set_protocol_min(1);
  status.mutable_peer()->set_protocol_max(1);
  status.mutable_peer()->set_program("picket-hub");
  status.mutable_peer()->set_version("0.1.0");
  status.mutable_peer()->set_instance_id("b2c4");
  status.set_hub_id("5f0c9a7e");
  status.set_started_unix_ns(kNowUnixNs - 26 * 60 * kMinute);
  status.set_now_unix_ns(kNowUnixNs);
  status.set_nodes(3);
  status.set_nodes_connected(2);
  status.set_clients(1);
  status.set_subscriptions(1);
  status.set_seq(1'820'000'000'777);
  status.set_committed_seq(1'820'000'000'770);
  status.set_oldest_seq(1'820'000'000'001);
  status.set_kept_updates(777);
  status.set_kept_bytes(1'572'864);
  status.set_storing(true);
  status.set_config_error("/etc/picket/hub.toml:7: dead_after: expected a duration");
  status.add_listen("[::]:9992");
  auto& link = *status.add_closed_links();
  link.set_at_unix_ns(kNowUnixNs - 5 * kMinute);
  link.set_kind("node");
  link.set_peer("db1");
  link.set_address("192.0.2.12:40002");
  link.set_reason("timed_out");
  link.set_detail("nothing heard for 15 s");
  auto& count = *status.add_closed_by_reason();
  count.set_reason("timed_out");
  count.set_count(4);
  status.set_ca_expires_unix_ns(kNowUnixNs + 7000 * kDay);
  return status;
}

inline v1::Status not_storing() {
  v1::Status full = status();
  full.set_storing(false);
  full.set_not_storing_reason("/var/lib/picket-hub/journal.db: database or disk is full");
  full.set_audit_error("can't sync /var/lib/picket-hub/audit.jsonl: Input/output error");
  return full;
}

inline v1::Token token(const std::string& node_name) {
  v1::Token token;
  token.set_id("k7Qd");
  token.set_node(node_name);
  token.set_token("pkt1_EXAMPLE");
  token.set_created_unix_ns(kNowUnixNs - kMinute);
  token.set_expires_unix_ns(kNowUnixNs + kDay);
  token.set_state(v1::Token::STATE_VALID);
  token.set_replace(true);
  token.set_created_by("uid 0");
  return token;
}

}  // namespace picket::client::samples
