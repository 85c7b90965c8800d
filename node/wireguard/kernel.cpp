#include "node/wireguard/kernel.h"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/wireguard.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/limits.h"
#include "node/wireguard/attributes.h"
#include "node/wireguard/device_dump.h"
#include "node/wireguard/netlink.h"

namespace picket::node {
namespace {

std::string_view text_of(const nlattr* attribute) {
  if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) != 0) return {};
  return mnl_attr_get_str(attribute);
}

void put_generic_header(nlmsghdr* message, uint16_t family, uint16_t flags, uint8_t command,
                        uint8_t version) {
  message->nlmsg_type = family;
  message->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  auto* header = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(message, sizeof(genlmsghdr)));
  header->cmd = command;
  header->version = version;
}

uint16_t family_of(const nlmsghdr* message) {
  if (mnl_nlmsg_get_payload_len(message) < GENL_HDRLEN) return 0;
  for (const nlattr* attribute : Attributes(message, GENL_HDRLEN)) {
    if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID &&
        mnl_attr_validate(attribute, MNL_TYPE_U16) == 0)
      return mnl_attr_get_u16(attribute);
  }
  return 0;
}

}  // namespace

std::optional<std::string> wireguard_link_of(const nlmsghdr* message) {
  if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof(ifinfomsg))
    return std::nullopt;
  std::string_view name;
  std::string_view kind;
  for (const nlattr* attribute : Attributes(message, sizeof(ifinfomsg))) {
    if (mnl_attr_get_type(attribute) == IFLA_IFNAME) name = text_of(attribute);
    if (mnl_attr_get_type(attribute) != IFLA_LINKINFO) continue;
    for (const nlattr* inner : Attributes(attribute)) {
      if (mnl_attr_get_type(inner) == IFLA_INFO_KIND) kind = text_of(inner);
    }
  }
  if (kind != WG_GENL_NAME || name.empty()) return std::nullopt;
  return std::string(name);
}

Result<std::vector<std::string>> wireguard_links() {
  NetlinkSocket socket(NETLINK_ROUTE);
  std::vector<std::string> names;
  const auto request = [&](nlmsghdr* message) {
    names.clear();
    message->nlmsg_type = RTM_GETLINK;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  };
  const int error = socket.ask(request, [&](const nlmsghdr* message) {
    auto name = wireguard_link_of(message);
    if (name && names.size() < limits::kWireguardInterfacesMax) names.push_back(*std::move(name));
    return true;
  });
  if (error != 0)
    return Error{"can't list network interfaces: " + std::generic_category().message(error)};
  std::ranges::sort(names);
  return names;
}

uint16_t generic_family(const std::string& name) {
  NetlinkSocket socket(NETLINK_GENERIC);
  uint16_t family = 0;
  const auto request = [&](nlmsghdr* message) {
    put_generic_header(message, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
    mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, name.c_str());
  };
  const int error = socket.ask(request, [&](const nlmsghdr* message) {
    family = family_of(message);
    return true;
  });
  return error == 0 ? family : uint16_t{0};
}

KernelAnswer ask_kernel(const std::string& interface) {
  const uint16_t family = generic_family(WG_GENL_NAME);
  if (family == 0) return {EOPNOTSUPP, {}};
  NetlinkSocket socket(NETLINK_GENERIC);
  DeviceDump dump;
  const auto request = [&](nlmsghdr* message) {
    dump = DeviceDump();
    put_generic_header(message, family, NLM_F_DUMP, WG_CMD_GET_DEVICE, WG_GENL_VERSION);
    mnl_attr_put_strz(message, WGDEVICE_A_IFNAME, interface.c_str());
  };
  const int error =
      socket.ask(request, [&](const nlmsghdr* message) { return dump.take(message); });
  KernelAnswer answer{error, {}};
  if (error == 0) answer.interface = dump.finish();
  return answer;
}

}  // namespace picket::node
