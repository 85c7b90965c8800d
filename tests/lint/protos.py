#!/usr/bin/python3
"""The .proto files are the protocol's documentation and keep its conventions."""

import re

from lint import Finding, Tree, cpp_code, line_of, main

ENUM = re.compile(r"\benum\s+(\w+)\s*\{([^}]*)\}")
VALUE = re.compile(r"\b(\w+)\s*=\s*(\d+)\s*;")
FIELD = re.compile(r"^\s*(?:repeated\s+|optional\s+)?([\w.]+)\s+(\w+)\s*=\s*\d+\s*[;\[]", re.MULTILINE)
MESSAGE = re.compile(r"\bmessage\s+(\w+)")
# What a number counts stands at the end of its name, where the bare name would leave it open.
AMBIGUOUS = re.compile(r"(?:^|_)(?:time|timeout|duration|age|interval|delay|at|since|idle)$")


def screaming(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def check_enum(path, code, match):
    line = line_of(code, match.start())
    name, prefix = match.group(1), screaming(match.group(1)) + "_"
    values = VALUE.findall(match.group(2))
    if not values or values[0] != (prefix + "UNSPECIFIED", "0"):
        yield Finding(path, line, f"{name} must begin with {prefix}UNSPECIFIED = 0")
    for value, _ in values:
        if not value.startswith(prefix):
            yield Finding(path, line, f"{value} must begin with {prefix}")


def check(tree: Tree):
    for path in tree.paths(".proto"):
        text = tree.text(path)
        code = cpp_code(text, keep_strings=True)
        if not text.startswith("// "):
            yield Finding(path, 1, "begins with a sentence on what it describes")
        for needed in ('syntax = "proto3";', "package picket.v1;", "option optimize_for = LITE_RUNTIME;"):
            if needed not in code:
                yield Finding(path, 1, f"lacks: {needed}")
        for match in ENUM.finditer(code):
            yield from check_enum(path, code, match)
        for match in MESSAGE.finditer(code):
            if not re.fullmatch(r"(?:[A-Z][a-z0-9]*)+", match.group(1)):
                yield Finding(path, line_of(code, match.start()), f"message {match.group(1)} is not CamelCase")
        fields = ENUM.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), code)
        for match in FIELD.finditer(fields):
            kind, name = match.groups()
            line = line_of(fields, match.start(2))
            if not re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", name):
                yield Finding(path, line, f"field {name} is not snake_case")
            if re.fullmatch(r"u?int\d\d", kind) and AMBIGUOUS.search(name):
                yield Finding(path, line, f"field {name} does not say its unit")


if __name__ == "__main__":
    main(check)
