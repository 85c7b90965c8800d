#include "node/auth_log/choose_source.h"

namespace picket::node {

LogChoice choose_source(const v1::CollectorHealth& journal, const v1::CollectorHealth& file) {
  if (journal.has_ok()) return LogChoice::kJournal;
  return file.has_ok() ? LogChoice::kFile : LogChoice::kNone;
}

v1::CollectorHealth health_of_choice(const v1::CollectorHealth& journal,
                                     const v1::CollectorHealth& file) {
  switch (choose_source(journal, file)) {
    case LogChoice::kJournal: return journal;
    case LogChoice::kFile: return file;
    case LogChoice::kNone: break;
  }
  v1::CollectorHealth health;
  v1::CollectorHealth::Failed& failed = *health.mutable_failed();
  failed.set_reason(journal.failed().reason() + "; " + file.failed().reason());
  // The journal attests who wrote a line, so it is the one to mend.
  const bool journal_can_be_mended = !journal.failed().remedy().empty();
  failed.set_remedy(journal_can_be_mended ? journal.failed().remedy() : file.failed().remedy());
  return health;
}

}  // namespace picket::node
