#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""On a terminal of any usual width no line is wider than the window, and no word or number is broken."""
import fcntl
import glob
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

from config_world import ConfigWorld

PROGRAM = os.environ["HOOKPLAN"]
SOURCE = os.environ["HOOKPLAN_SOURCE"]
os.environ.pop("SOURCE_DATE_EPOCH", None)
WIDTHS = (60, 80, 120, 200)
LONG = "an-organization-with-a-long-name/and-a-repository-with-a-much-longer-name"
BEFORE = [("foo/bar", "2025-01-01"), (LONG, "2025-01-01"), ("qux", "2025-01-01")]
AFTER = [("foo/bar", "2025-06-01"), (LONG, "2025-06-01"), ("new", "2025-01-01")]


def on_terminal(columns, words, folder, environment):
    """What the program shows, standard output and error on one terminal, without colors."""
    terminal, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    shown = b""
    # Our copy of the other side stays open: some systems drop what was not read yet when the last one closes.
    with subprocess.Popen([PROGRAM, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=side,
                          stderr=side) as child:
        has_ended = False
        while True:
            if select.select([terminal], [], [], 0 if has_ended else 0.01)[0]:
                shown += os.read(terminal, 65536)
            elif has_ended:
                break
            else:
                has_ended = child.poll() is not None
    os.close(side)
    os.close(terminal)
    return re.sub(r"\x1b\[[0-9;]*[mK]", "", shown.decode()).replace("\r\n", "\n")


def words_in(text):
    """The words, in order; where lines are joined by a backslash, as a shell reads them."""
    return text.replace(" \\\n", "\n").split()


class Width(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        tokens = {name: f"old-secret-{number}" for number, (name, _) in enumerate(BEFORE)}
        cls.world = ConfigWorld(os.path.realpath(temporary.name), BEFORE, AFTER, tokens, tokens)
        cls.addClassCleanup(cls.world.close)
        cls.environment = {**os.environ, "HOME": cls.world.home, "TERM": "xterm"}
        cls.environment.pop("COLUMNS", None)

    def shown(self, columns, *words):
        return on_terminal(columns, words, self.world.clone, self.environment)

    def check(self, *words, same=True):
        wide = words_in(self.shown(1000, *words))
        self.assertGreater(len(wide), 3, words)
        for columns in WIDTHS:
            text = self.shown(columns, *words)
            with self.subTest(words=words, columns=columns):
                for line in text.splitlines():
                    # A word that is wider than the window, alone or beside a label, is all that may stick out.
                    if len(line) > columns and len(max(line.split(), key=len)) + 16 <= columns:
                        self.fail(f"{len(line)} columns: {line}")
                # Layouts may differ in the order of a row, and in the commas between its parts.
                clean = sorted(word.strip(",") for word in words_in(text))
                if same:
                    self.assertEqual(clean, sorted(word.strip(",") for word in wide))

    def test_plans_of_every_golden_case(self):
        plans = sorted(glob.glob(SOURCE + "/testdata/plans/*/plan.json"))
        self.assertGreater(len(plans), 10)
        for plan in plans:
            with open(plan, "rb") as file:
                if file.read(1):
                    self.check("show", plan)

    def test_a_session(self):
        self.check("plan", same=False)
        key = self.world.home + "/hookplan/planner.key"
        for number, extra in enumerate(((), ("--dry-run",))):
            plan = f"plan-{number}.dsse"
            self.shown(80, "plan", "--branch", "main", "--sign", key, "--out", plan)
            self.check("show", plan)
            self.check("verify", plan, "--public-key", key + ".pub")
            self.check("verify", plan, "--policy-at", "origin/main")
            self.check("apply", plan, "--public-key", key + ".pub", "--dry-run", *extra[1:])
        self.check("status", "HEAD")
        self.check("apply", "plan-0.dsse", "--policy-at", "HEAD~1", "--branch", "main", "--dry-run", same=False)

    def test_errors_and_explanations(self):
        self.check("plan", "--config-path", "a/folder/that/is/not/there/config.yaml")
        self.check("plan", "--format", "yaml", "--config-path", "some/path")
        self.check("verify", "config/prow/config.yaml")
        self.check("check", "config/prow/config.yaml", ".hookplan.yaml")
        self.check("explain")
        for code in ("HP1108", "HP7206", "HP9001"):
            self.check("explain", code)

    def test_help(self):
        commands = re.findall(r"^  ([a-z]+)  ", self.shown(80, "help"), re.M)
        self.assertGreater(len(commands), 20)
        self.check("help")
        for command in commands:
            self.check("help", command)


if __name__ == "__main__":
    if not os.path.exists("/dev/ptmx"):
        print("skipped: no pseudo terminals here")
        sys.exit(77)
    unittest.main()
