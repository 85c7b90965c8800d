#!/usr/bin/python3
"""Every script is clean under shellcheck and stops at its first error."""

import json
import subprocess

from lint import Finding, Tree, main


def shellcheck(tree, paths):
    command = ["shellcheck", "--format=json", "--external-sources", "--source-path=SCRIPTDIR", *paths]
    run = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise SystemExit(f"shellcheck: {run.stderr}")
    return json.loads(run.stdout)


def check(tree: Tree):
    paths = list(tree.scripts())
    for path in paths:
        text = tree.text(path)
        # Debian's maintainer scripts are for a plain sh, which has no pipefail.
        strict = "set -eu" if text.startswith("#!/bin/sh\n") else "set -euo pipefail"
        if strict not in text:
            yield Finding(path, 1, f"does not say `{strict}`")
    for comment in shellcheck(tree, paths):
        yield Finding(comment["file"], comment["line"], f'{comment["message"]} (SC{comment["code"]})')


if __name__ == "__main__":
    main(check)
