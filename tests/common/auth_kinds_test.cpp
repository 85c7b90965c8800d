#include "common/auth_kinds.h"

#include "tests/support/catch.h"

namespace picket {

TEST_CASE("each kind of the auth log has one name, by which it is found again") {
  for (const auto& row : kAuthKinds) {
    INFO(row.name);
    CHECK(name_of(row.kind) == row.name);
    CHECK(auth_kind_of(row.name) == row.kind);
  }
  CHECK(name_of(AuthKind::kNothing).empty());
}

TEST_CASE("what is no kind of the auth log is none") {
  for (const char* name : {"", "ssh", "ssh.accepted ", "SSH.accepted", "log.gap", "session.opened"})
    CHECK_FALSE(auth_kind_of(name));
}

}  // namespace picket
