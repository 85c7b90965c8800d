#!/usr/bin/python3
"""Registries are sorted: a new row has one place, and two people who add one don't meet in it.

A registry is an array under the comment `// sorted`. Its rows are compared by their first string literal, or
by their whole text where they have none. The tables named in REGISTRIES must have the comment.
"""

import re

from lint import Finding, Tree, cpp_code, line_of, main

REGISTRIES = ["client/cli/commands/registry.cpp", "hub/core/requests.cpp", "integrations/telegram/bot/core/verbs.cpp",
              "node/collectors/registry.cpp"]
MARK = re.compile(r"^[ \t]*//[ \t]*sorted\b.*$", re.MULTILINE)


def rows(code, opening):
    """(offset, text) of each row of the array whose brace is at `opening`; a row ends at a comma of depth 1."""
    depth, start = 0, opening + 1
    for at in range(opening, len(code)):
        if code[at] in "({[":
            depth += 1
        elif code[at] in ")}]":
            depth -= 1
        if (depth == 1 and code[at] == ",") or depth == 0:
            if code[start:at].strip():
                yield start + len(code[start:at]) - len(code[start:at].lstrip()), code[start:at].strip()
            start = at + 1
        if depth == 0:
            return


def array_after(code, offset):
    """The brace that opens the rows; std::array has a second one around them."""
    opening = code.find("{", offset)
    inner = re.compile(r"\{\s*\{\s*\{").match(code, opening)
    return code.index("{", opening + 1) if inner else opening


def key(row):
    literal = re.search(r'"([^"]*)"', row)
    return literal.group(1) if literal else row


def check_array(path, code, offset):
    before = None
    for start, row in rows(code, array_after(code, offset)):
        if before is not None and key(row) <= before:
            yield Finding(path, line_of(code, start), f'"{key(row)}" stands after "{before}"')
        before = key(row)
    if before is None:
        yield Finding(path, line_of(code, offset), "no rows found under `// sorted`")


def check(tree: Tree):
    for path in tree.paths(".h", ".cpp"):
        text = tree.text(path)
        marks = list(MARK.finditer(text))
        if path in REGISTRIES and not marks:
            yield Finding(path, 1, "this registry needs the comment `// sorted` above its array")
        code = cpp_code(text, keep_strings=True)
        for mark in marks:
            yield from check_array(path, code, mark.end())


if __name__ == "__main__":
    main(check)
