#!/usr/bin/python3
"""Runs clang-tidy over our sources, on all cores; a file whose content and headers it passed is not read twice.

Usage: tidy.py BUILD [SOURCE...]     BUILD has compile_commands.json and the generated headers
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from lint import PROJECT

CLANG_TIDY = "clang-tidy-19"
OURS = ("common/", "hub/", "node/", "client/", "integrations/")
# clang 19 can compile Asio's coroutines from GCC's library, but Asio 1.22 doesn't know that it can.
COROUTINES = ["--extra-arg=-DASIO_HAS_CO_AWAIT=1", "--extra-arg=-DASIO_HAS_STD_COROUTINE=1"]
# Warnings that GCC's own command line asks for and clang words differently are GCC's to give.
QUIET = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error"]
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.MULTILINE)


def our_sources(build, only):
    commands = json.loads((build / "compile_commands.json").read_text())
    for command in commands:
        path = pathlib.Path(command["file"])
        if not path.is_relative_to(PROJECT) or path.is_relative_to(build):
            continue
        name = path.relative_to(PROJECT).as_posix()
        if (only and name in only) or (not only and name.startswith(OURS)):
            yield name, command["command"]


@functools.cache
def content(path):
    return path.read_bytes()


@functools.cache
def headers(path):
    """`path` and every header of ours and every .proto that it includes, directly or not."""
    found, waiting = set(), [path]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        for name in INCLUDE.findall(content(current)):
            text = name.decode()
            proto = PROJECT / "proto" / text.replace(".pb.h", ".proto")
            waiting += [candidate for candidate in (PROJECT / text, proto) if candidate.is_file()]
    return sorted(found)


def key(name, command, version):
    digest = hashlib.sha256(f"{version}\n{command}\n".encode())
    digest.update(content(PROJECT / ".clang-tidy"))
    for path in headers(PROJECT / name):
        digest.update(hashlib.sha256(content(path)).digest())
    return digest.hexdigest()


def tidy(build, name):
    started = time.monotonic()
    command = [CLANG_TIDY, "-p", str(build), "--quiet", *COROUTINES, *QUIET, str(PROJECT / name)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    faults = re.findall(r"^/.*: (?:error|warning): .*$", run.stdout, re.MULTILINE)
    if run.returncode and not faults:
        faults = [run.stderr.strip() or f"clang-tidy ended with {run.returncode}"]
    return name, faults, time.monotonic() - started


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build, only = pathlib.Path(sys.argv[1]).resolve(), set(sys.argv[2:])
    version = subprocess.run([CLANG_TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    passed = build / "tidy"
    passed.mkdir(exist_ok=True)
    waiting = {name: passed / key(name, command, version) for name, command in our_sources(build, only)}
    waiting = {name: stamp for name, stamp in waiting.items() if not stamp.exists()}

    told = set()  # a fault in a header is found once for each file that includes it
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        for name, faults, seconds in workers.map(functools.partial(tidy, build), sorted(waiting)):
            print(f"{name}: {seconds:.1f} s", flush=True)
            for fault in faults:
                if fault not in told:
                    print(fault.replace(f"{PROJECT}/", ""), flush=True)
            told.update(faults)
            if not faults:
                waiting[name].touch()
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
