// Which of a host's logs to read: the one that attests most of those that can be read.
#pragma once

#include "picket/v1/model.pb.h"

namespace picket::node {

enum class LogChoice { kJournal, kFile, kNone };

/// By what JournalLog and LogFile say of themselves. Pure.
LogChoice choose_source(const v1::CollectorHealth& journal, const v1::CollectorHealth& file);

/// Of the collector whose log that choice is: that of the source, or, if none can be read, both
/// reasons and the remedy that serves best.
v1::CollectorHealth health_of_choice(const v1::CollectorHealth& journal,
                                     const v1::CollectorHealth& file);

}  // namespace picket::node
