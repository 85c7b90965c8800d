#include "hub/io/backup_manifest.h"

#include <string>

#include "common/sha256.h"
#include "tests/support/catch.h"

namespace picket::hub {
namespace {

const BackupManifest kManifest{
    .program = "0.1.0",
    .hub_id = "0123456789abcdef",
    .created = from_unix_ns(1'800'000'000'123'456'789),
    .journal_format = 1,
    .files = {{"ca.pem", 3, std::string(64, 'a')}, {"journal.db", 5'000'000'000, "b"}}};

std::string error_of(const std::string& text) {
  const auto head = parse_backup_head(text);
  REQUIRE_FALSE(head);
  return head.error();
}

// A head around any manifest, with the right checksum.
std::string head_around(const std::string& manifest) {
  return "picket-hub-backup 1\n" + std::to_string(manifest.size()) + " " +
         to_hex(sha256(manifest)) + "\n" + manifest;
}

}  // namespace

TEST_CASE("a backup's head says what was written") {
  const std::string text = format_backup_head(kManifest);
  const auto head = parse_backup_head(text + "the first file");
  REQUIRE(head);
  CHECK(head->bytes == text.size());
  CHECK(head->manifest.program == kManifest.program);
  CHECK(head->manifest.hub_id == kManifest.hub_id);
  CHECK(head->manifest.created == kManifest.created);
  CHECK(head->manifest.journal_format == 1);
  CHECK(head->manifest.files == kManifest.files);
}

TEST_CASE("a head cut anywhere, or with any byte changed, is none") {
  const std::string text = format_backup_head(kManifest);
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(parse_backup_head(text.substr(0, size)));
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(parse_backup_head(changed));
  }
}

TEST_CASE("a backup of a newer release and a file of something else are told apart from damage") {
  CHECK(error_of("picket-hub-backup 2\nwhatever") ==
        "it was made by a newer picket-hub (format 2, this one knows 1): install that release");
  CHECK(error_of("SQLite format 3") == "it is not a backup of a picket-hub");
  CHECK(error_of("") == "it is not a backup of a picket-hub");
  for (const char* wrong :
       {"picket-hub-backup \n", "picket-hub-backup 0\n", "picket-hub-backup -1\n",
        "picket-hub-backup 1\n-5 x\n", "picket-hub-backup 1\n99999999999999999999999 x\n"}) {
    CHECK(error_of(wrong) == "it is damaged");
  }
}

TEST_CASE("a manifest that is not what it should be is damage, whatever its checksum") {
  for (
      const char* wrong : {
          "",
          "[]",
          "{}",
          "null",
          R"({"program":1,"hub_id":"x","created":"2026-01-01T00:00:00Z","journal_format":1,"files":[]})",
          R"({"program":"1","hub_id":"x","created":"today","journal_format":1,"files":[]})",
          R"({"program":"1","hub_id":"x","created":"2026-01-01T00:00:00Z","journal_format":1,"files":[{}]})",
          R"({"program":"1","hub_id":"x","created":"2026-01-01T00:00:00Z","journal_format":1,"files":[7]})",
      }) {
    CHECK(error_of(head_around(wrong)) == "it is damaged");
  }
}

}  // namespace picket::hub
