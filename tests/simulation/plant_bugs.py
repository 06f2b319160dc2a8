#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants bugs into a copy of the sources, one at a time, and asks which test notices each.

A test that never fails proves nothing. Each bug of planted_bugs.py is put into a copy of the sources
by a replacement that must match exactly once, what is needed is built again, and the tests are run.
The exit status is 1 if a bug survived, 2 if a replacement does not match or the unbroken sources
do not build or pass.

    tests/simulation/plant_bugs.py              all bugs; takes some minutes
    tests/simulation/plant_bugs.py no_overlap   only these
    tests/simulation/plant_bugs.py --check-only whether every replacement still matches
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from planted_bugs import BUGS  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIED = ["CMakeLists.txt", "LICENSE", "README.md", "ci", "cmd", "core", "plugins", "testdata", "tests"]
NOTICED = re.compile(r"HOOKPLAN_SEED=\d+|FAILED:|skipped")


def fail(words):
    print(f"plant_bugs: {words}", file=sys.stderr)
    sys.exit(2)


def with_bug(name, replacements):
    """The changed files of a bug, by name."""
    files = {}
    for path, old, new in replacements:
        text = files.get(path) or (ROOT / path).read_text(encoding="utf-8")
        if text.count(old) != 1:
            fail(f"{name}: in {path} this stands {text.count(old)} times, not once:\n{old}")
        files[path] = text.replace(old, new)
    return files


def copy_sources(to):
    """Makes the copy the same as the sources; what is the same already keeps its time."""
    for top in COPIED:
        paths = [ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*")
        for path in paths:
            target = to / path.relative_to(ROOT)
            if path.is_dir() or "__pycache__" in path.parts:
                continue
            if target.exists() and target.read_bytes() == path.read_bytes():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


class Copy:
    def __init__(self, folder, jobs, seeds):
        self.sources = folder / "sources"
        self.build = folder / "build"
        self.jobs = jobs
        self.environment = dict(os.environ)
        if seeds:
            self.environment["HOOKPLAN_SEEDS"] = str(seeds)
        copy_sources(self.sources)
        if not (self.build / "build.ninja").exists():
            command = ["cmake", "-S", str(self.sources), "-B", str(self.build), "-G", "Ninja",
                       "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
                       "-DHOOKPLAN_TEST_FOLDERS=fixtures;unit;simulation;scenarios",
                       f"-DHOOKPLAN_SHARED={ROOT.parent / 'shared'}"]
            if shutil.which("ccache"):
                command.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def make(self, targets):
        """What the compiler says if it fails."""
        done = subprocess.run(["ninja", "-C", str(self.build), f"-j{self.jobs}", *targets],
                              capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stdout[-4000:]

    def run(self, program):
        """The first words of a failure; empty if it passes."""
        paths = [path for path in self.build.rglob(program) if path.is_file()]
        try:
            done = subprocess.run([str(paths[0]), "--abort"], env=self.environment, timeout=300,
                                  capture_output=True, text=True, check=False)
        except subprocess.TimeoutExpired:
            return f"{program}: does not end"
        if done.returncode == 0:
            return ""
        return f"{program}: {first_words(done.stdout, done.returncode)}"

    def put(self, files):
        for path, text in files.items():
            (self.sources / path).write_text(text, encoding="utf-8")


def first_words(output, status):
    """The test case that failed, and what it says."""
    lines = [line.strip() for line in output.splitlines()]
    for number, line in enumerate(lines):
        if not NOTICED.search(line):
            continue
        rules = [i for i in range(number) if lines[i].startswith("-----")]
        case = lines[rules[-2] + 1] if len(rules) > 1 else "?"
        said = [text for text in lines[number:number + 6] if text and not text.startswith("/")]
        seeds = [i for i in range(number, min(number + 14, len(lines))) if "HOOKPLAN_SEED=" in lines[i]]
        if seeds:
            said = lines[seeds[0]:seeds[0] + 3]
        return f"{case!r}: {' '.join(said[:3])[:240]}"
    return f"status {status}, {lines[-1] if lines else 'no words'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="bugs to plant; without any, all")
    parser.add_argument("--check-only", action="store_true", help="only match the replacements")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "planted",
                        help="where the copy is kept and built; it may be there from before")
    parser.add_argument("--seeds", type=int, help="HOOKPLAN_SEEDS of the simulation")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    unknown = set(options.names) - {name for name, *_ in BUGS}
    if unknown:
        fail(f"no such bug: {', '.join(sorted(unknown))}")
    bugs = [bug for bug in BUGS if not options.names or bug[0] in options.names]

    changed = {name: with_bug(name, replacements) for name, _, _, replacements in bugs}
    # Kept, so that work may go on in the sources meanwhile.
    original = {path: (ROOT / path).read_text(encoding="utf-8")
                for files in changed.values() for path in files}
    if options.check_only:
        print(f"{len(bugs)} bugs can be planted")
        return 0

    copy = Copy(options.folder.resolve(), options.jobs, options.seeds)
    programs = sorted({program for _, _, tests, _ in bugs for program in tests})
    if words := copy.make(programs):
        fail(f"the unbroken sources do not build:\n{words}")
    for program in programs:
        if words := copy.run(program):
            fail(f"the unbroken sources do not pass: {words}")

    survived = 0
    for name, meaning, tests, _ in bugs:
        start = time.monotonic()
        copy.put(changed[name])
        try:
            words = copy.make(tests)
            if words:
                fail(f"{name} does not build:\n{words}")
            found = [words for words in map(copy.run, tests) if words]
        finally:
            copy.put({path: original[path] for path in changed[name]})
        survived += not found
        print(f"{name} ({meaning}), {time.monotonic() - start:.0f} s", flush=True)
        for words in found or ["SURVIVED"]:
            print(f"    {words}", flush=True)
    print(f"{len(bugs) - survived} of {len(bugs)} bugs were noticed")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
