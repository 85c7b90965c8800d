#!/usr/bin/python3
"""Includes point one way, and no core reaches sockets, TLS, a database, a log's back end or a clock."""

import re

from lint import Finding, Tree, cpp_code, line_of, main

# A layer: the folders whose headers it may include. The longest matching folder is a file's layer.
LAYERS = {
    "common": ["common"],
    "hub": ["hub", "common"],
    "hub/core": ["hub/core", "common"],
    "node": ["node", "common"],
    "node/core": [
        "node/core",
        "node/auth_log/log_source.h",
        "node/auth_log/read_line.h",
        "node/collectors/collector.h",
        "common",
    ],
    "client": ["client", "common"],
    "client/lib": ["client/lib", "common"],
    "client/words": ["client/words", "client/lib", "common"],
    "integrations": ["integrations", "client/words", "client/lib", "common"],
    "tests": ["tests", "common", "hub", "node", "client", "integrations"],
}
GENERATED = "picket/v1/"

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
# What is out of bounds for a core, also through a header of ours.
FORBIDDEN_IN_CORE = re.compile(
    r"^(asio\b|openssl/|sqlite|spdlog/|systemd/|sys/|netinet/|thread$|mutex$|fstream$|filesystem$|unistd\.h$)"
)
CLOCK = re.compile(r"\b\w*_clock\s*::\s*now\b|\b(?:time|gettimeofday|clock_gettime)\s*\(\s*(?:nullptr|NULL|0|CLOCK_)")


def under(path, folder):
    return path == folder or path.startswith(folder + "/")


def layer_of(path):
    return max((name for name in LAYERS if under(path, name)), key=len, default=None)


def includes(tree, path):
    text = cpp_code(tree.text(path), keep_strings=True)
    for match in INCLUDE.finditer(text):
        yield line_of(text, match.start(1 if match.group(1) else 2)), match.group(1), match.group(2)


def allowed(path, included):
    layer = layer_of(path)
    return not layer or any(under(included, folder) for folder in LAYERS[layer])


def check_own_include(tree, path, line, included):
    if included.startswith(GENERATED):
        return
    if not tree.exists(included):
        yield Finding(path, line, f'"{included}" is not a path from the root of the tree')
    elif not allowed(path, included):
        yield Finding(path, line, f"{layer_of(path)} may not include {included}")


def reach(tree, path, seen):
    """Headers of ours that `path` includes, directly or not."""
    for _, own, _ in includes(tree, path):
        if own and own not in seen and tree.exists(own):
            seen.add(own)
            reach(tree, own, seen)
    return seen


def check_core(tree, path):
    code = cpp_code(tree.text(path))
    for match in CLOCK.finditer(code):
        yield Finding(path, line_of(code, match.start()), "a core is handed the time, it reads no clock")
    for line, own, system in includes(tree, path):
        if system and FORBIDDEN_IN_CORE.match(system):
            yield Finding(path, line, f"a core may not include <{system}>")
        followed = own and tree.exists(own) and allowed(path, own)
        for header in sorted(reach(tree, own, {own})) if followed else []:
            for _, _, through in includes(tree, header):
                if through and FORBIDDEN_IN_CORE.match(through):
                    yield Finding(path, line, f"a core may not reach <{through}>, here through {header}")


def check(tree: Tree):
    for path in tree.paths(".h", ".cpp"):
        for line, own, _ in includes(tree, path):
            if own:
                yield from check_own_include(tree, path, line, own)
        if "/core/" in path and not path.startswith("tests/"):
            yield from check_core(tree, path)


if __name__ == "__main__":
    main(check)
