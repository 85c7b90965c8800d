// sorted
const Command* const kCommands[] = {
    &nodes,
    &show,
    &show,  // expect: "&show" stands after "&show"
    &status,
};

// sorted
constexpr std::string_view kVerbs[] = {"nodes", "show",
                                       "list",  // expect: "list" stands after "show"
                                       "watch"};

// sorted
constexpr Row kGood[] = {{"a", f(1, 2)}, {"b", f(2, 1)}};
