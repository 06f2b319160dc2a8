#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants bugs into a copy of the sources, one at a time, and asks which test notices each.

A test that never fails proves nothing. Each patch of bugs/ is applied to a copy of the sources, what is
needed is built again, and the tests are run. A patch begins with what the bug stands for and with the tests
that notice it. The exit status is 1 if a bug survived, 2 if a patch does not apply or the unbroken sources do
not build or pass.

    tests/simulation/plant_bugs.py                    all bugs; takes some minutes
    tests/simulation/plant_bugs.py no_overlap         only these
    tests/simulation/plant_bugs.py --check-only       whether every patch still applies
    tests/simulation/plant_bugs.py --refresh NAME...  writes those again that apply with some lines moved or changed
"""

import argparse
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIED = ["CMakeLists.txt", "LICENSE", "README.md", "ci", "cmd", "core", "plugins", "testdata", "tests"]
NOTICED = re.compile(r"HOOKPLAN_SEED=\d+|FAILED:|skipped")


def fail(words):
    print(f"plant_bugs: {words}", file=sys.stderr)
    sys.exit(2)


class Bug:
    """A patch, with the first lines that say what it is."""

    def __init__(self, path):
        self.path, self.name = path, path.stem
        head, self.diff = path.read_text(encoding="utf-8").split("\n\n", 1)
        self.meaning, noticed = head.split("\n")
        self.tests = noticed.removeprefix("Noticed by: ").split()
        self.files = re.findall(r"^\+\+\+ b/(.+)$", self.diff, re.MULTILINE)

    def planted(self, *command):
        """The changed files by name. `command`: what applies a patch that it reads."""
        with tempfile.TemporaryDirectory() as folder:
            for name in self.files:
                to = pathlib.Path(folder, name)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, to)
            # Not a part of whatever repository the folder may be in.
            done = subprocess.run(command, cwd=folder, input=self.diff, capture_output=True, text=True, check=False,
                                  env={**os.environ, "GIT_CEILING_DIRECTORIES": str(pathlib.Path(folder).parent)})
            if done.returncode != 0:
                fail(f"{self.name} does not apply: {(done.stderr or done.stdout).strip()}")
            return {name: pathlib.Path(folder, name).read_text(encoding="utf-8") for name in self.files}

    def refresh(self):
        files = self.planted("patch", "-p1", "-s", "-F3", "--no-backup-if-mismatch")
        diffs = [difflib.unified_diff((ROOT / name).read_text(encoding="utf-8").splitlines(True),
                                      text.splitlines(True), f"a/{name}", f"b/{name}", n=2)
                 for name, text in files.items()]
        self.path.write_text(f"{self.meaning}\nNoticed by: {' '.join(self.tests)}\n\n" +
                             "".join("".join(diff) for diff in diffs), encoding="utf-8")


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
    parser.add_argument("--check-only", action="store_true", help="only apply the patches")
    parser.add_argument("--refresh", action="store_true", help="only write patches again whose places have moved")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "planted",
                        help="where the copy is kept and built; it may be there from before")
    parser.add_argument("--seeds", type=int, help="HOOKPLAN_SEEDS of the simulation")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    bugs = [Bug(path) for path in sorted(pathlib.Path(__file__).parent.joinpath("bugs").glob("*.patch"))]
    unknown = set(options.names) - {bug.name for bug in bugs}
    if unknown:
        fail(f"no such bug: {', '.join(sorted(unknown))}")
    bugs = [bug for bug in bugs if not options.names or bug.name in options.names]
    if options.refresh:
        for bug in bugs:
            bug.refresh()
    changed = {bug.name: bug.planted("git", "apply", "-p1") for bug in bugs}
    # Kept, so that work may go on in the sources meanwhile.
    original = {path: (ROOT / path).read_text(encoding="utf-8")
                for files in changed.values() for path in files}
    if options.check_only or options.refresh:
        print(f"{len(bugs)} bugs can be planted")
        return 0

    copy = Copy(options.folder.resolve(), options.jobs, options.seeds)
    programs = sorted({program for bug in bugs for program in bug.tests})
    if words := copy.make(programs):
        fail(f"the unbroken sources do not build:\n{words}")
    for program in programs:
        if words := copy.run(program):
            fail(f"the unbroken sources do not pass: {words}")

    survived = 0
    for bug in bugs:
        start = time.monotonic()
        copy.put(changed[bug.name])
        try:
            words = copy.make(bug.tests)
            if words:
                fail(f"{bug.name} does not build:\n{words}")
            found = [words for words in map(copy.run, bug.tests) if words]
        finally:
            copy.put({path: original[path] for path in changed[bug.name]})
        survived += not found
        print(f"{bug.name} ({bug.meaning}), {time.monotonic() - start:.0f} s", flush=True)
        for words in found or ["SURVIVED"]:
            print(f"    {words}", flush=True)
    print(f"{len(bugs) - survived} of {len(bugs)} bugs were noticed")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
