// Counts of many events, bounded whatever they say. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "integrations/delivery/facts.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

/// A text more.
void count(v1::CountedTexts& texts, const std::string& text);

/// An event more; one of an attempt that is among the last ones adds nothing to the count.
void count(v1::CountedEvents& events, const Facts& facts);

/// Whether an event's attempt is among the last ones; if not it is from now on. Attempts overlap:
/// sshd takes several at a time.
bool is_known_attempt(google::protobuf::RepeatedField<uint64_t>& attempts,
                      const std::string& attempt);

/// "root (8), admin (3) and 12 others", the most frequent first; safe to show. Empty: nothing but
/// empty texts.
std::string top_words(const v1::CountedTexts& texts, std::size_t texts_max);

/// "1,234"
std::string number_words(uint64_t number);

}  // namespace picket::delivery
