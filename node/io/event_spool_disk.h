// The spool of local events as a file, local_events, in the state folder: records with a length and
// a checksum each. What a crash left half written at its end was never accepted, and is cut off.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/worker.h"
#include "node/core/event_spool.h"

namespace picket::node {

/// What a file was found to hold; `is_whole`: all of it could be read.
struct LoadedSpool {
  SpoolContents contents;
  bool is_whole = false;
};

/// As the file has it.
std::string to_bytes(const SpoolContents& contents);
/// All that is good before the first that isn't. Of a file without a good start nothing is: then
/// the instance is empty.
LoadedSpool parse_spool(std::string_view bytes);
/// A file that is not there, or has no good start, makes a new spool. Error: it can't be read.
Result<LoadedSpool> load_spool(const std::string& path);

class EventSpoolDisk final : public EventSpoolFile {
 public:
  /// Written on `worker`, since a disk may take its time.
  EventSpoolDisk(std::string path, Worker& worker);

  void append(const std::vector<v1::SpooledEvent>& events, Done done) override;
  void replace(const SpoolContents& contents, Done done) override;

 private:
  void post(std::function<Status()> job, const Done& done);

  std::string path_;
  Worker& worker_;
  std::shared_ptr<bool> token_ = std::make_shared<bool>(true);  // until this ends
};

}  // namespace picket::node
