#!/usr/bin/python3
"""Tests of the inner layers don't sleep, and no test listens on a port that it chose itself."""

import re

from lint import Finding, Tree, cpp_code, line_of, main

NO_SLEEP = ("tests/common/", "tests/hub/", "tests/node/", "tests/client/", "tests/integrations/", "tests/simulation/")
SLEEP = re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(")
PORT = r"(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]*\]|localhost):[1-9]\d*"
FIXED_PORT = re.compile(
    rf'\b(?:listen|bind|serve|acceptor)\w*\s*[({{][^;{{}}]*"{PORT}"'  # listen("127.0.0.1:7000")
    r"|\bendpoint(?:\s+\w+)?\s*[({][^;{}]*,\s*[1-9]\d*\s*[)}]"  # tcp::endpoint(address, 7000)
    r"|\bsin6?_port\s*=\s*htons\(\s*[1-9]\d*\s*\)"
)


def check(tree: Tree):
    for path in tree.paths(".h", ".cpp"):
        if not path.startswith("tests/"):
            continue
        code = cpp_code(tree.text(path), keep_strings=True)
        if path.startswith(NO_SLEEP):
            bare = cpp_code(tree.text(path))
            for match in SLEEP.finditer(bare):
                yield Finding(path, line_of(bare, match.start()), "sleeps; move a clock by hand instead")
        for match in FIXED_PORT.finditer(code):
            yield Finding(path, line_of(code, match.start()), "a fixed port; listen on port 0 and ask which")


if __name__ == "__main__":
    main(check)
