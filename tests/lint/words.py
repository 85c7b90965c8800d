#!/usr/bin/python3
"""The project speaks of itself only, and leaves nothing for later inside the code."""

import re

from lint import Finding, Tree, main

# Written so that this file doesn't find itself.
RULES = [
    (re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b"), "left for later: do it, or write it down as an issue"),
    (re.compile(r"\b(?:simplified|hack|stub|dummy) for [n]ow\b|\bnot [i]mplemented\b", re.I), "left for later"),
    (re.compile(r"(?<![\w.$}])/(?:wor[k]|far[m]|workspac[e])/"), "a path of one machine"),
    (re.compile(r"\bfar[m]-\w+|\bsub-?agen[t]s?\b", re.I), "a tool of one workplace"),
    (re.compile(r"https?://[\w.]*(?:debia[n]|npmj[s]|pyp[i]|crate[s])\."), "a registry's host: take the machine's own sources"),
    (re.compile(r"\bissue #?\d+\b", re.I), "an issue's number: say the reason itself"),
]


def check(tree: Tree):
    for path in tree.paths():
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            for pattern, why in RULES:
                match = pattern.search(line)
                if match:
                    yield Finding(path, number, f"'{match.group(0)}': {why}")


if __name__ == "__main__":
    main(check)
