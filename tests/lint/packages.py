#!/usr/bin/python3
"""deploy/packages is the one list of Debian packages: debian/control asks for what it lists, and for nothing else.

Whoever builds from the tree has what deploy/packages lists installed, and whoever builds the Debian packages what
Build-Depends says: with two lists that differ, one of the builds fails, or finds a library that the other doesn't have.
"""

import re

from lint import Finding, Tree, main

LIST = "deploy/packages"
CONTROL = "debian/control"
# Debian's policy: what build-essential brings is not named among the Build-Depends.
BUILD_ESSENTIAL = {"g++"}
RUNTIME = {"Depends", "Pre-Depends", "Recommends", "Suggests"}


def rows(text):
    """(line, package, purpose, reason) of each row of the list."""
    for number, line in enumerate(text.split("\n"), 1):
        words = line.partition("#")[0].split(None, 2)
        if words:
            package, purpose, reason = [*words, "", ""][:3]
            yield number, package, purpose, reason


def purposes(text):
    """Those that the list's own head explains."""
    return set(re.findall(r"^#   (\w+) +\S", text, re.MULTILINE))


def fields(text):
    """(line, field, what stands there) of each line of a control file; a field's further lines are indented."""
    field = None
    for number, line in enumerate(text.split("\n"), 1):
        begun = re.match(r"([\w-]+):(.*)", line)
        if begun:
            field = begun.group(1)
        if begun or line.startswith(" "):
            yield number, field, begun.group(2) if begun else line


def names(dependencies):
    """The packages that a line of dependencies names, alternatives too; ${shlibs:Depends} is none."""
    return re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]+)", dependencies)


def check_list(text):
    seen = set()
    for line, package, purpose, reason in rows(text):
        if purpose not in purposes(text):
            yield Finding(LIST, line, f"{package} has the purpose '{purpose}', which the head doesn't explain")
        if not reason:
            yield Finding(LIST, line, f"{package} has no reason")
        if (package, purpose) in seen:
            yield Finding(LIST, line, f"{package} is there twice for '{purpose}'")
        seen.add((package, purpose))


def check_control(control, listed):
    """`listed`: pairs of package and purpose."""
    known = {package for package, _ in listed}
    known |= {text.strip() for _, field, text in fields(control) if field == "Package"}
    for line, field, text in fields(control):
        for name in names(text) if field == "Build-Depends" else []:
            # debhelper provides its own compatibility levels and additions as packages.
            is_debhelper = name.startswith(("debhelper-", "dh-sequence-"))
            wanted = ("debhelper", "package") if is_debhelper else (name, "build")
            if wanted not in listed:
                yield Finding(CONTROL, line, f"{LIST} doesn't list {wanted[0]} for '{wanted[1]}'")
        for name in names(text) if field in RUNTIME else []:
            if name not in known:
                yield Finding(CONTROL, line, f"{LIST} doesn't list {name}")


def check(tree: Tree):
    text = tree.text(LIST)
    control = tree.text(CONTROL)
    yield from check_list(text)
    yield from check_control(control, {row[1:3] for row in rows(text)})
    needed = {name for _, field, text in fields(control) if field == "Build-Depends" for name in names(text)}
    for line, package, purpose, _ in rows(text):
        if purpose == "build" and package not in needed | BUILD_ESSENTIAL:
            yield Finding(LIST, line, f"{package} is not among the Build-Depends of {CONTROL}")


if __name__ == "__main__":
    main(check)
