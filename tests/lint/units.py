#!/usr/bin/python3
"""The systemd units are well formed and shut in, and deploy/units/README.md says why each restriction is missing."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from lint import Finding, Tree, main

FOLDER = "deploy/units/"
README = FOLDER + "README.md"
# What `systemd-analyze security` may say at most; of a unit that is not here, only the reasons are asked for.
EXPOSURE_MAX = {
    "picket-discord.service": 1.5,
    "picket-hub.service": 1.5,
    "picket-node.service": 2.0,
    "picket-node-keys.service": 2.0,
    "picket-node-wireguard.service": 2.0,
    "picket-telegram.service": 1.5,
}
SKIPPED = 77


def analyze(*words):
    command = ["systemd-analyze", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def check_exposure(tree, path):
    name = pathlib.PurePath(path).name
    said = analyze("security", "--offline=true", "--no-pager", str(tree.root / path)).stdout
    exposure = float(re.search(r"Overall exposure level for \S+ ([\d.]+)", said).group(1))
    limit = EXPOSURE_MAX.get(name)
    if limit is not None and exposure > limit:
        yield Finding(path, 1, f"its exposure is {exposure}, more than {limit}")


def reasons(tree, name):
    """The restrictions that the README says a unit lacks: the rows of the table below the heading of that name."""
    text = tree.text(README) if tree.exists(README) else ""
    section = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| `([^`]+)` \|[^|]*\| *\S", section.group(1), re.MULTILINE) if section else []
    return {row.replace(r"\|", "|") for row in rows}


def check_reasons(tree, path):
    name = pathlib.PurePath(path).name
    rows = json.loads(analyze("security", "--offline=true", "--json=short", str(tree.root / path)).stdout)
    missing = {row["name"] for row in rows if row["set"] is False}
    told = reasons(tree, name)
    for restriction in sorted(missing - told):
        yield Finding(path, 1, f"{README} has no reason why {restriction} is missing")
    for restriction in sorted(told - missing):
        yield Finding(path, 1, f"{README} has a reason for {restriction}, which is not missing")


def check_form(tree, path):
    with tempfile.TemporaryDirectory() as folder:
        # One unit may want another.
        for other in [*tree.paths(".service"), *tree.paths(".socket")]:
            if not other.startswith(FOLDER):
                continue
            # The programs are not installed where this runs; any other does for them.
            text = re.sub(r"^(Exec\w+)=/usr/bin/picket\S*", r"\1=/bin/true", tree.text(other), flags=re.MULTILINE)
            pathlib.Path(folder, pathlib.PurePath(other).name).write_text(text, encoding="utf-8")
        copy = pathlib.Path(folder, pathlib.PurePath(path).name)
        said = analyze("verify", "--man=no", str(copy)).stderr
    for line in said.splitlines():
        if copy.name in line:
            yield Finding(path, 1, line.replace(folder + "/", ""))


def check(tree: Tree):
    for path in tree.paths(".service"):
        if path.startswith(FOLDER):
            yield from check_exposure(tree, path)
            yield from check_reasons(tree, path)
            yield from check_form(tree, path)


if __name__ == "__main__":
    if not shutil.which("systemd-analyze"):
        print("SKIPPED: there is no systemd-analyze here; the units have not been looked at", file=sys.stderr)
        sys.exit(SKIPPED)
    main(check)
