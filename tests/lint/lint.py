"""What every lint here shares: the files of the tree, C++ without comments, and how findings are told.

A lint is a generator that yields a Finding for each fault of one tree. Run without arguments it looks at the
project; with --corpus at tests/lint/corpus/<its name>, a small tree of good and bad shapes in which every
line that must be found carries a comment "expect:" and a part of the message (of several: split by " | ").
That is the lint's own test.
"""

import os
import pathlib
import re
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
NOT_OURS = {"build", ".git", ".cache", "corpus", "__pycache__", "fixtures"}


class Finding(NamedTuple):
    path: str  # from the root of the tree
    line: int
    message: str


class Tree:
    """The files of a source tree, read once."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self._texts = {}

    def paths(self, *suffixes):
        """Paths from the root, sorted, of files that end in one of the suffixes (of all, if there are none)."""
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in NOT_OURS]
            for name in files:
                path = pathlib.Path(folder, name)
                if name in NOT_OURS or path.is_symlink():
                    continue
                if not suffixes or name.endswith(suffixes):
                    found.append(path.relative_to(self.root).as_posix())
        return sorted(found)

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def exists(self, path):
        return (self.root / path).is_file()

    def scripts(self):
        """Paths of programs in sh or bash, known by their first line."""
        for path in self.paths():
            if re.match(r"#!.*\b(ba)?sh\b", self.text(path)[:80]):
                yield path


_CPP_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)")
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<number>\b\d[\w.]*(?:'\w+)+)
      | (?P<char>'(?:\\.|[^'\\\n])+')""",
    re.VERBOSE | re.DOTALL,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def cpp_code(text, keep_strings=False):
    """C++ with comments blanked, and what is in strings too; every offset and line stays where it was."""

    def replace(match):
        found = match.group(0)
        if match.lastgroup == "number" or (keep_strings and match.group("comment") is None):
            return found
        if match.group("string"):
            return '"' + _blank(found[1:-1]) + '"'
        return _blank(found)

    return _CPP_TOKEN.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def _expected(tree):
    for path in tree.paths():
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            match = re.search(r"(?://|#)\s*expect: (.*?)\s*$", line)
            for message in match.group(1).split(" | ") if match else []:
                yield Finding(path, number, message)


def _compare(found, expected):
    """What differs between a lint's findings and what its corpus expects, as lines for a person."""
    found = list(found)
    open_findings = list(found)
    for want in expected:
        matches = [f for f in open_findings if f[:2] == want[:2] and want.message in f.message]
        if matches:
            open_findings.remove(matches[0])
        else:
            yield f"{want.path}:{want.line}: not found: {want.message}"
    for finding in open_findings:
        yield f"{finding.path}:{finding.line}: found, though not expected: {finding.message}"
    if not found:
        yield "the corpus has nothing bad in it"


def main(check):
    """Runs the lint `check` as a program: prints findings, exits 1 if there are any."""
    name = pathlib.Path(sys.argv[0]).stem
    if sys.argv[1:] == ["--corpus"]:
        tree = Tree(HERE / "corpus" / name)
        faults = list(_compare(check(tree), _expected(tree)))
    elif not sys.argv[1:]:
        faults = [f"{f.path}:{f.line}: {f.message}" for f in sorted(set(check(Tree(PROJECT))))]
    else:
        sys.exit(f"usage: {name}.py [--corpus]")
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)
