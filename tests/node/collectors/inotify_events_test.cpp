#include "node/collectors/inotify_events.h"

#include <sys/inotify.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using Names = std::vector<std::string>;

struct Fixture {
  Fixture() : fd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    std::filesystem::create_directory(watched);
    watch = inotify_add_watch(fd.get(), watched.c_str(), IN_CREATE | IN_DELETE | IN_DELETE_SELF);
  }
  void create(const std::string& name) const { std::ofstream(watched / name) << ""; }
  /// "+name" created, "-name" deleted, "." the folder itself; by one read.
  Names told() const {
    Names names;
    read_inotify(fd.get(), [&](const InotifyEvent& event) {
      CHECK(event.watch == watch);
      const std::string name = event.name.empty() ? "." : std::string(event.name);
      names.push_back(((event.mask & IN_CREATE) != 0 ? "+" : "-") + name);
    });
    return names;
  }

  test::TemporaryFolder folder;
  std::filesystem::path watched = folder / "watched";
  UniqueFd fd;
  int watch = -1;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "events of inotify are told in their order, each with its whole name") {
  CHECK(told().empty());
  const std::string sixteen(16, 'x');  // names are padded to sixteen bytes, with a zero at least
  create("a");
  create(sixteen);
  create(std::string(255, 'y'));
  std::filesystem::remove(watched / "a");
  CHECK(told() == Names{"+a", "+" + sixteen, "+" + std::string(255, 'y'), "-a"});
  CHECK(told().empty());
}

TEST_CASE_METHOD(Fixture, "an event of the watched folder itself has no name") {
  create("a");
  std::filesystem::remove_all(watched);
  CHECK(told() == Names{"+a", "-a", "-.", "-."});  // deleted, and the watch with it
}

TEST_CASE_METHOD(Fixture, "more events than fit one read are told by the next") {
  Names created;
  for (int i = 0; i < 200; ++i) {
    created.push_back("+" + std::string(200, 'x') + std::to_string(i));
    create(created.back().substr(1));
  }
  Names all;
  int reads = 0;
  for (Names some = told(); !some.empty(); some = told(), ++reads)
    all.insert(all.end(), some.begin(), some.end());
  CHECK(reads > 1);
  CHECK(all == created);
}

TEST_CASE("a descriptor that can't be read tells nothing") {
  read_inotify(-1, [](const InotifyEvent&) { FAIL("an event of nothing"); });
}

}  // namespace picket::node
