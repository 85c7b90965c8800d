// Where the protocol's messages hold repeated fields, for the element limit of common/decode.h. A
// test compares this with the .proto files: a new repeated field without a row here fails it.
#pragma once

#include "common/decode.h"

namespace picket::shapes {

using Field = MessageShape::Field;

// model.proto
inline constexpr Field kOkFields[] = {{1, true, nullptr}};
inline constexpr MessageShape kOk{kOkFields};
inline constexpr Field kHealthFields[] = {{1, false, &kOk}};
inline constexpr MessageShape kHealth{kHealthFields};
inline constexpr Field kFactsFields[] = {{8, true, nullptr}};
inline constexpr MessageShape kFacts{kFactsFields};
inline constexpr Field kSessionFields[] = {{13, true, nullptr}};
inline constexpr MessageShape kSession{kSessionFields};
inline constexpr Field kSessionRowsFields[] = {{1, true, &kSession}};
inline constexpr MessageShape kSessionRows{kSessionRowsFields};
inline constexpr Field kSessionsChangeFields[] = {
    {1, true, &kSession}, {2, true, &kSession}, {3, true, nullptr}};
inline constexpr MessageShape kSessionsChange{kSessionsChangeFields};
inline constexpr Field kWireguardPeerFields[] = {{7, true, nullptr}};
inline constexpr MessageShape kWireguardPeer{kWireguardPeerFields};
inline constexpr Field kWireguardRowsFields[] = {{1, true, nullptr}, {2, true, &kWireguardPeer}};
inline constexpr MessageShape kWireguardRows{kWireguardRowsFields};
inline constexpr Field kWireguardChangeFields[] = {
    {1, true, nullptr},         {2, true, nullptr},         {3, true, nullptr},
    {4, true, &kWireguardPeer}, {5, true, &kWireguardPeer}, {6, true, nullptr}};
inline constexpr MessageShape kWireguardChange{kWireguardChangeFields};
inline constexpr Field kWireguardEventFields[] = {{1, false, &kWireguardPeer}, {4, true, nullptr}};
inline constexpr MessageShape kWireguardEvent{kWireguardEventFields};
inline constexpr Field kLocalEventFields[] = {{4, true, nullptr}};
inline constexpr MessageShape kLocalEvent{kLocalEventFields};
inline constexpr Field kNodeEventFields[] = {{5, true, nullptr}};
inline constexpr MessageShape kNodeEvent{kNodeEventFields};
inline constexpr Field kOneOfFields[] = {{1, true, nullptr}};
inline constexpr MessageShape kOneOf{kOneOfFields};
inline constexpr Field kCommandParameterFields[] = {{10, false, &kOneOf}};
inline constexpr MessageShape kCommandParameter{kCommandParameterFields};
inline constexpr Field kCommandFields[] = {{3, true, &kCommandParameter}};
inline constexpr MessageShape kCommand{kCommandFields};
inline constexpr Field kCommandsFields[] = {{1, true, &kCommand}, {2, true, nullptr}};
inline constexpr MessageShape kCommands{kCommandsFields};
inline constexpr Field kChangeFields[] = {{2, false, &kHealth},
                                          {10, false, &kSessionsChange},
                                          {11, false, &kWireguardChange},
                                          {12, false, &kFacts}};
inline constexpr MessageShape kChange{kChangeFields};
inline constexpr Field kSessionEventFields[] = {{1, false, &kSession}};
inline constexpr MessageShape kSessionEvent{kSessionEventFields};
inline constexpr Field kCollectorEventFields[] = {{2, false, &kHealth}};
inline constexpr MessageShape kCollectorEvent{kCollectorEventFields};
inline constexpr Field kEventFields[] = {{10, false, &kSessionEvent},
                                         {11, false, &kNodeEvent},
                                         {12, false, &kCollectorEvent},
                                         {17, false, &kWireguardEvent},
                                         {18, false, &kLocalEvent}};
inline constexpr MessageShape kEvent{kEventFields};
inline constexpr Field kUpdateFields[] = {{10, false, &kChange}, {11, false, &kEvent}};
inline constexpr MessageShape kUpdate{kUpdateFields};

// execution.proto
inline constexpr Field kRunCommandFields[] = {{4, true, nullptr}};
inline constexpr MessageShape kRunCommand{kRunCommandFields};

// node_link.proto
inline constexpr Field kHelloFields[] = {{2, false, &kFacts}, {4, true, nullptr}};
inline constexpr MessageShape kHello{kHelloFields};
inline constexpr Field kValueFields[] = {{3, false, &kHealth},
                                         {10, false, &kSessionRows},
                                         {12, false, &kWireguardRows},
                                         {13, false, &kFacts},
                                         {14, false, &kCommands}};
inline constexpr MessageShape kValue{kValueFields};
inline constexpr Field kRefreshedFields[] = {{2, false, &kValue}};
inline constexpr MessageShape kRefreshed{kRefreshedFields};
inline constexpr Field kLogEventsFields[] = {{3, true, nullptr}};
inline constexpr MessageShape kLogEvents{kLogEventsFields};
inline constexpr Field kKnownExecutionsFields[] = {{1, true, nullptr}};
inline constexpr MessageShape kKnownExecutions{kKnownExecutionsFields};
inline constexpr Field kNodeToHubFields[] = {{1, false, &kHello},
                                             {2, false, &kValue},
                                             {3, false, &kRefreshed},
                                             {6, false, &kLogEvents},
                                             {12, false, &kKnownExecutions}};
inline constexpr MessageShape kNodeToHub{kNodeToHubFields};
inline constexpr Field kWelcomeFields[] = {{4, true, nullptr}};
inline constexpr MessageShape kWelcome{kWelcomeFields};
inline constexpr Field kLogAgainFields[] = {{1, true, nullptr}};
inline constexpr MessageShape kLogAgain{kLogAgainFields};
inline constexpr Field kHubToNodeFields[] = {
    {1, false, &kWelcome}, {7, false, &kLogAgain}, {9, false, &kRunCommand}};
inline constexpr MessageShape kHubToNode{kHubToNodeFields};
inline constexpr MessageShape kJoinRequest{};
inline constexpr Field kJoinedFields[] = {{5, true, nullptr}};
inline constexpr MessageShape kJoined{kJoinedFields};
inline constexpr Field kJoinReplyFields[] = {{1, false, &kJoined}};
inline constexpr MessageShape kJoinReply{kJoinReplyFields};
inline constexpr Field kTokenPayloadFields[] = {{1, true, nullptr}};
inline constexpr MessageShape kTokenPayload{kTokenPayloadFields};

// node_processes.proto
inline constexpr MessageShape kAgentToWireguardWatcher{};
inline constexpr Field kWireguardWatcherToAgentFields[] = {{1, false, &kValue},
                                                           {2, false, &kRefreshed}};
inline constexpr MessageShape kWireguardWatcherToAgent{kWireguardWatcherToAgentFields};
inline constexpr Field kAgentToExecutorFields[] = {{1, false, &kRunCommand}};
inline constexpr MessageShape kAgentToExecutor{kAgentToExecutorFields};
inline constexpr Field kExecutorToAgentFields[] = {{2, false, &kCommands}};
inline constexpr MessageShape kExecutorToAgent{kExecutorToAgentFields};
inline constexpr MessageShape kAgentToKeyNamer{};
inline constexpr MessageShape kKeyNamerToAgent{};

// event_socket.proto
inline constexpr Field kEventRequestFields[] = {{2, false, &kLocalEvent}};
inline constexpr MessageShape kEventRequest{kEventRequestFields};
inline constexpr MessageShape kEventReply{};

// client_link.proto
inline constexpr Field kFilterFields[] = {{1, true, nullptr}, {2, true, nullptr}};
inline constexpr MessageShape kFilter{kFilterFields};
inline constexpr Field kSubscribeFields[] = {{4, false, &kFilter}};
inline constexpr MessageShape kSubscribe{kSubscribeFields};
inline constexpr Field kSelectorsFields[] = {{1, true, nullptr}};
inline constexpr MessageShape kSelectors{kSelectorsFields};
inline constexpr Field kRunFields[] = {{3, true, nullptr}};
inline constexpr MessageShape kRun{kRunFields};
inline constexpr Field kClientToHubFields[] = {
    {3, false, &kSubscribe}, {4, false, &kSelectors},    // list_nodes
    {5, false, &kSelectors},                             // show_nodes
    {7, false, &kSelectors},                             // create_tokens
    {13, false, &kRun},      {16, false, &kSelectors}};  // list_executions
inline constexpr MessageShape kClientToHub{kClientToHubFields};
inline constexpr Field kCollectorSummaryFields[] = {{2, false, &kHealth}};
inline constexpr MessageShape kCollectorSummary{kCollectorSummaryFields};
inline constexpr Field kNodeSummaryFields[] = {{7, false, &kFacts}, {8, true, &kCollectorSummary}};
inline constexpr MessageShape kNodeSummary{kNodeSummaryFields};
inline constexpr Field kNodeRowsFields[] = {
    {10, false, &kSessionRows}, {12, false, &kWireguardRows}, {13, false, &kCommands}};
inline constexpr MessageShape kNodeRows{kNodeRowsFields};
inline constexpr Field kStatusFields[] = {
    {15, true, nullptr}, {16, true, nullptr}, {17, true, nullptr}};
inline constexpr MessageShape kStatus{kStatusFields};
inline constexpr Field kExecutionFields[] = {{4, true, nullptr}};
inline constexpr MessageShape kExecution{kExecutionFields};
inline constexpr Field kHubToClientFields[] = {{5, false, &kNodeSummary},
                                               {6, false, &kNodeRows},
                                               {7, false, &kStatus},
                                               {9, false, &kExecution},
                                               {20, false, &kUpdate}};
inline constexpr MessageShape kHubToClient{kHubToClientFields};

}  // namespace picket::shapes
