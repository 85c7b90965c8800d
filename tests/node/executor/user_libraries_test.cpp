#include "node/executor/user_libraries.h"

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

bool is_loaded(const std::string& library) {
  std::ifstream file("/proc/self/maps");
  const std::string maps{std::istreambuf_iterator<char>(file), {}};
  return maps.find('/' + library) != std::string::npos;
}

}  // namespace

TEST_CASE("the libraries that look up users are loaded, those of other things are not") {
  const test::TemporaryFolder folder;
  test::write(
      folder / "nsswitch.conf",
      "# passwd: dns\nhosts: dns\ngroup: files [NOTFOUND=return] compat ../none # hesiod\n");
  REQUIRE_FALSE(is_loaded("libnss_compat"));
  load_user_libraries(folder / "nsswitch.conf");
  load_user_libraries(folder / "none");
  CHECK(is_loaded("libnss_compat"));
  CHECK_FALSE(is_loaded("libnss_dns"));
  CHECK_FALSE(is_loaded("libnss_hesiod"));
}

}  // namespace picket::node
