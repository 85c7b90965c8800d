#!/usr/bin/python3
"""The looks of the sources: header comments, guards, length, blanks. clang-format has its own lint."""

import re

from lint import Finding, Tree, main

LINES_MAX = 400
# Longer, because they are one idea that would only be torn apart. A reason beside each.
LONGER = {}
TEXTS = (".h", ".cpp", ".py", ".proto", ".txt", ".cmake", ".md", ".toml", ".json", ".service")


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield Finding(path, number, "a tab")
        if line != line.rstrip():
            yield Finding(path, number, "blanks at the end of the line")
    if len(lines) > 1 and lines[-1].strip() == "":
        yield Finding(path, len(lines), "an empty line at the end of the file")


def check_header(path, lines):
    if not lines[0].startswith("// "):
        yield Finding(path, 1, "a header begins with a sentence: what the thing is, and what it is not")
    code = [line for line in lines if line.strip() and not line.startswith("//")]
    if not code or not re.match(r"#pragma once\b", code[0]):
        yield Finding(path, 1, "#pragma once is missing, or not the first line after the comment")


def check(tree: Tree):
    scripts = set(tree.scripts())
    for path in tree.paths():
        if not path.endswith(TEXTS) and path not in scripts:
            continue
        text = tree.text(path)
        lines = text.split("\n")
        if text and lines.pop() != "":
            yield Finding(path, len(lines) + 1, "no newline at the end of the file")
        yield from check_lines(path, lines)
        if path.endswith((".h", ".cpp")) and len(lines) > LINES_MAX and path not in LONGER:
            yield Finding(path, 1, f"{len(lines)} lines; over {LINES_MAX} it is hardly one idea")
        if path.endswith(".h"):
            yield from check_header(path, lines)


if __name__ == "__main__":
    main(check)
