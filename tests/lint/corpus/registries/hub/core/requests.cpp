constexpr int kVersion = 1;  // expect: needs the comment
constexpr Request kRequests[] = {
    {"b", 1},
    {"a", 2},
};
