#!/usr/bin/python3
"""Sources are formatted as .clang-format says. `tests/lint/format.py --fix` formats them."""

import re
import subprocess
import sys

from lint import PROJECT, Finding, Tree, main

CLANG_FORMAT = "clang-format-19"  # one version for all: two versions never agree


def run(tree, *arguments):
    paths = tree.paths(".h", ".cpp")
    command = [CLANG_FORMAT, "--style=file", *arguments, *paths]
    return subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False) if paths else None


def check(tree: Tree):
    seen = set()
    finished = run(tree, "--dry-run")
    for match in re.finditer(r"^(\S+?):(\d+):\d+: ", finished.stderr if finished else "", re.MULTILINE):
        path = match.group(1)
        if path not in seen:
            yield Finding(path, int(match.group(2)), "not formatted from here on: tests/lint/format.py --fix")
        seen.add(path)


if __name__ == "__main__":
    if sys.argv[1:] == ["--fix"]:
        run(Tree(PROJECT), "-i")
    else:
        main(check)
