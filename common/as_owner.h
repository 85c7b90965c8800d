// Root's work in a folder of a service's user, done as that user: `sudo picket-node join` leaves
// files that the service can read, and follows no link that the user could have laid for root.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "common/result.h"

namespace picket {

class AsOwnerOf {
 public:
  /// Acts as the owner of `folder` until the object goes. Nothing changes if this process is not
  /// root's, if there is no such folder, or if it is root's own.
  explicit AsOwnerOf(const std::string& folder);
  ~AsOwnerOf();
  AsOwnerOf(const AsOwnerOf&) = delete;
  AsOwnerOf& operator=(const AsOwnerOf&) = delete;

  /// An error: root may not do that here (a user namespace without that user), and must not go on.
  const Status& changed() const { return changed_; }

 private:
  bool become(uid_t user, gid_t group);

  Status changed_;
  bool is_other_ = false;
  gid_t group_ = 0;
  std::vector<gid_t> groups_;
};

}  // namespace picket
