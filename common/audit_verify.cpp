#include "common/audit_verify.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "common/audit_line.h"
#include "common/files.h"

namespace picket {
namespace {

class Chain {
 public:
  Status add(std::string_view line) {
    const auto parsed = parse_audit_line(line);
    if (!parsed) return Error{"changed, or not a record"};
    if (!follows(*parsed)) {
      return Error{"does not follow from the one before: records were changed, removed or added"};
    }
    if (summary_.records == 0) summary_.first_seq = parsed->place.seq;
    ++summary_.records;
    last_seq_ = parsed->place.seq;
    summary_.last_hash = to_hex(sha256(line));
    return {};
  }
  AuditSummary& summary() { return summary_; }

 private:
  bool follows(const AuditLine& line) const {
    const bool begins = summary_.records == 0;
    if (begins && line.place.seq == 1) return line.previous == to_hex(Sha256{});
    // What a rotation began; what came before it isn't here.
    if (begins) return line.begins_file && line.place.seq > 1;
    return line.place.seq == last_seq_ + 1 && line.previous == summary_.last_hash;
  }

  AuditSummary summary_;
  uint64_t last_seq_ = 0;
};

Status check_file(const OpenAuditFile& file, Chain& chain) {
  AuditLines lines(file.file.get());
  std::string_view line;
  for (uint64_t number = 1;; ++number) {
    const std::string where = file.path + ", line " + std::to_string(number) + ": ";
    switch (lines.next(line)) {
      case AuditLines::Next::kEnd: return {};
      case AuditLines::Next::kFailed: return system_error("read", file.path);
      case AuditLines::Next::kTorn:
        return Error{where + "torn: it has no end (a crash, or the hub is just writing it)"};
      case AuditLines::Next::kTooLong: return Error{where + "longer than a record can be"};
      case AuditLines::Next::kLine: break;
    }
    const Status added = chain.add(line);
    if (!added) return Error{where + added.error()};
  }
}

Result<AuditSummary> verify(const std::vector<OpenAuditFile>& files) {
  Chain chain;
  for (const auto& file : files) {
    if (auto checked = check_file(file, chain); !checked) return Error{checked.error()};
  }
  chain.summary().files = files.size();
  return chain.summary();
}

// Of its first record; 0: there is none, or none that can be read, which check_file() says.
uint64_t first_seq(const OpenAuditFile& file) {
  AuditLines lines(file.file.get());
  std::string_view line;
  if (lines.next(line) != AuditLines::Next::kLine) return 0;
  const auto place = audit_place(line);
  return place ? place->seq : 0;
}

Result<OpenAuditFile> open_named(const std::string& path) {
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || fstat(file.get(), &status) != 0) return system_error("read", path);
  if (!S_ISREG(status.st_mode)) return Error{path + " is not a regular file"};
  return OpenAuditFile{path, std::move(file)};
}

}  // namespace

Result<AuditSummary> verify_audit_log(const std::string& path) {
  auto files = open_audit_files(path);
  if (!files) return Error{files.error()};
  if (files->empty()) return Error{"there is no audit file " + path};
  return verify(*files);
}

Result<AuditSummary> verify_audit_files(const std::vector<std::string>& paths) {
  std::vector<std::pair<uint64_t, OpenAuditFile>> found;
  for (const auto& path : paths) {
    auto opened = open_named(path);
    if (!opened) return Error{opened.error()};
    const uint64_t seq = first_seq(*opened);
    found.emplace_back(seq, *std::move(opened));
  }
  std::ranges::stable_sort(found, {}, [](const auto& entry) { return entry.first; });
  std::vector<OpenAuditFile> files;
  for (auto& [seq, file] : found) files.push_back(std::move(file));
  return verify(files);
}

std::string to_text(const AuditSummary& summary) {
  const auto counted = [](uint64_t count, const char* one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
  };
  std::string text = counted(summary.records, "record") + " in " + counted(summary.files, "file");
  if (summary.records == 0) return text + ".";
  text += ", the chain is whole";
  if (summary.first_seq > 1) {
    text += "; it begins with record " + std::to_string(summary.first_seq) +
            ", those before were rotated away";
  }
  return text + ".\nLast hash: " + summary.last_hash;
}

}  // namespace picket
