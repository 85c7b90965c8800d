// Counts of many events, bounded whatever they say. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "integrations/delivery/facts.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

/// A text more.
void count(v1::CountedTexts& texts, const std::string& text);

/// How many attempts at a time are told apart: sshd takes several, a fleet of them many.
inline constexpr int kAttemptsOfOne = 16;
inline constexpr int kAttemptsOfMany = 256;

/// An event more; one of an attempt that is among the last ones adds nothing to the count.
void count(v1::CountedEvents& events, const Facts& facts, int attempts_max);
/// Those of another count, later ones, too.
void add(v1::CountedEvents& events, const v1::CountedEvents& later);
/// So many of that source were counted elsewhere.
void take_back(v1::CountedEvents& events, const std::string& source, uint64_t count);

/// Whether an event's attempt is among the last ones; it is from now on.
bool is_known_attempt(google::protobuf::RepeatedField<uint64_t>& attempts,
                      const std::string& attempt, int attempts_max);

/// "root (8), admin (3) and 12 others", the most frequent first; safe to show. Empty: nothing but
/// empty texts.
std::string top_words(const v1::CountedTexts& texts, std::size_t texts_max);

/// "1,234"
std::string number_words(uint64_t number);

}  // namespace picket::delivery
