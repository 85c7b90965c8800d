#!/usr/bin/python3
"""Every limit of common/limits.h stands in ARCHITECTURE.md's table."""

import re

from lint import Finding, Tree, cpp_code, line_of, main

LIMITS = "common/limits.h"
TABLE = "ARCHITECTURE.md"
CONSTANT = re.compile(r"\bconstexpr\b[^;=]*\b(k[A-Z]\w*)\s*=")


def check(tree: Tree):
    code = cpp_code(tree.text(LIMITS))
    told = set(re.findall(r"`(k\w+)`", tree.text(TABLE)))
    for match in CONSTANT.finditer(code):
        if match.group(1) not in told:
            yield Finding(LIMITS, line_of(code, match.start(1)), f"{match.group(1)} is not in {TABLE}")


if __name__ == "__main__":
    main(check)
