// sorted by resource
constexpr std::array<Row, 3> kCollectors = {{
    {"auth", make_auth, {1, 2}},
    // A comment, "with a string".
    {"sessions", make_sessions, {}},
    {"disk", make_disk, {3}},  // expect: "disk" stands after "sessions"
}};
