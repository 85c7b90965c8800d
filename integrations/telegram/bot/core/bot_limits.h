// How much the bot does at once, and for how long.
#pragma once

#include <chrono>
#include <cstddef>

namespace picket::telegram::bot {

/// What is older when it is read is not done: whoever asked has stopped waiting for it. What comes
/// from the future by more than that isn't either: its age isn't known.
inline constexpr std::chrono::seconds kOrderAgeMax{60};
/// Of a button that confirms.
inline constexpr std::chrono::seconds kConfirmWithin{60};
inline constexpr std::size_t kConfirmationsMax = 64;
/// Asked of the hub at once, beside runs; both together within what one connection may ask.
inline constexpr std::size_t kQuestionsMax = 32;
inline constexpr std::size_t kRunsMax = 8;
inline constexpr std::size_t kRunsOfUserMax = 4;
/// Of one run. Each follows one node at a time; what is left of that is shared by those of many.
inline constexpr std::size_t kNodesOfRunMax = 5000;
inline constexpr std::size_t kFollowedMax = 32;
/// Of the output of one run, half from its begin and half from its end; shared by its nodes.
inline constexpr std::size_t kOutputBytesMax = std::size_t{1024} * 1024;
inline constexpr std::size_t kOutputOfNodeMin = 512;
/// Of the file of a run on several nodes, before no more output is added; how each ended still is.
inline constexpr std::size_t kFleetFileBytesMax = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t kEndWordsBytesMax = 1024;
/// Names of nodes before "and 12 more"; so many are all named.
inline constexpr std::size_t kNodesNamed = 8;
inline constexpr std::size_t kAllNodesNamed = 10;
/// Nodes of a run whose output may be in its message.
inline constexpr std::size_t kOutputsShown = 10;
/// Between two edits of one message, and of any of a chat: Telegram takes about 60 a minute of one,
/// of a group 20, and notices are more urgent.
inline constexpr std::chrono::seconds kEditEvery{3};
inline constexpr std::chrono::milliseconds kEditInChatEvery{1500};
inline constexpr std::chrono::seconds kEditInGroupEvery{6};
/// How long it is tried to say something, and how much waits to be said.
inline constexpr std::chrono::minutes kSayFor{5};
inline constexpr std::size_t kNotesWaitingMax = 64;
/// How long it is tried to tell a run's end, and how many ends may wait for that.
inline constexpr std::chrono::hours kTellEndFor{24};
inline constexpr std::size_t kEndsUntoldMax = 32;
/// What is known of runs is saved so soon, and so much later again where it can't be.
inline constexpr std::chrono::seconds kRunsSavedWithin{1};
inline constexpr std::chrono::seconds kRunsSavedAgain{30};
/// Of an answer; more are counted.
inline constexpr std::size_t kAnswerLinesMax = 2000;
/// Messages of one answer; a longer one is a file.
inline constexpr std::size_t kPagesMax = 3;
inline constexpr std::size_t kOrderWordsMax = 32;
/// How long a chat can be kept quiet at once.
inline constexpr std::chrono::hours kMuteMax{24 * 7};
/// Of those who write and are no users.
inline constexpr std::size_t kStrangersLoggedPerMinute = 6;

}  // namespace picket::telegram::bot
