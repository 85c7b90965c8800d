// Asks for a user's name or number without waiting for it: the name service may take its time
// (LDAP).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace picket::node {

class NameLookup {
 public:
  using Done = std::function<void(std::optional<std::string> name)>;
  using UidDone = std::function<void(std::optional<uint32_t> uid)>;
  virtual ~NameLookup() = default;
  /// `done` is called later, on the loop's thread, once; without a name if there is no such user,
  /// or too many are being asked for.
  virtual void lookup(uint32_t uid, Done done) = 0;
  /// The same for the uid of the user with that name.
  virtual void lookup_uid(const std::string& name, UidDone done) = 0;
};

}  // namespace picket::node
