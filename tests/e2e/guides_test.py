#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shell sessions of the README and of ci/guides, run as they are written: in either order, twice, in a fresh clone that
holds nothing untracked afterwards. What they show of settings and workflows is checked, too, and every link leads somewhere."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from config_world import ConfigWorld

SOURCE, PROGRAM = os.environ["HOOKPLAN_SOURCE"], os.environ["HOOKPLAN"]
HERE = os.path.dirname(os.path.abspath(__file__))
SESSION = re.compile(r"^<!-- session: (\S+) -->$", re.M)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
WIDTH = 100  # GitHub cuts wider blocks
os.environ.pop("SOURCE_DATE_EPOCH", None)  # plans that are signed today

HOOKED = ["acme/api", "acme/docs", "acme/web"]
LISTED = [(name, "2025-01-01") for name in HOOKED]
OLD = {name: "old-secret-of-" + name[5:] for name in HOOKED}
# Sessions in somebody's clone of a config repository, by the first word of their names; those with the same word come one
# after the other in the same world. All others are in a clone of this repository.
WORLDS = {
    "github": {"before": LISTED[1:], "after": [LISTED[0], ("acme/docs", "2026-01-01"), LISTED[2]],
               "tokens": {name: OLD[name] for name in HOOKED[1:]}, "hooks": {**OLD, "acme/api": None}},
    "leak": {"before": LISTED[1:], "after": LISTED, "tokens": OLD, "hooks": OLD},
    "adopt": {"before": LISTED[:1], "after": LISTED, "tokens": {"acme/api": OLD["acme/api"], "*": "the-global-token"},
              "hooks": {"acme/api": OLD["acme/api"], "acme/docs": "nobody-knows", "acme/web": "the-global-token"}},
}
PROW = "prow"  # beside the job of Prow's own tool


def documents():
    guides = os.path.join(SOURCE, "ci/guides")
    return [os.path.join(SOURCE, "README.md"), *(os.path.join(guides, name) for name in sorted(os.listdir(guides)))]


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sessions():
    """[(document, name), ...] as they come."""
    return [(path, name) for path in documents() for name in SESSION.findall(text_of(path))]


def world_of(name):
    return name.split("-")[0]


class Guides(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = os.path.realpath(temporary.name)
        os.makedirs(self.path("bin"))
        os.symlink(PROGRAM, self.path("bin/hookplan"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_session(self, document, name, folder, home, **variables):
        done = subprocess.run([sys.executable, "-B", os.path.join(HERE, "console_block.py"), document, name], cwd=folder,
                              env={**os.environ, **variables, "HOME": home, "PATH": self.path("bin") + os.pathsep + os.environ["PATH"]},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100, check=False)
        self.assertEqual(done.returncode, 0, f"{os.path.basename(document)}, session {name}\n{done.stdout}")

    def untracked(self, folder):
        return subprocess.run(["git", "-C", folder, "status", "--porcelain", "--untracked-files=all"], check=True,
                              capture_output=True, text=True).stdout

    def fresh_clone(self):
        """What the sessions need of this repository, as somebody has it who cloned it and built it."""
        clone = self.path("clone")
        os.makedirs(clone)
        for name in ("ci", "testdata/demo", ".gitignore"):
            there = os.path.join(SOURCE, name)
            copy = shutil.copytree if os.path.isdir(there) else shutil.copy
            copy(there, os.path.join(clone, name))
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as cloned"]):
            subprocess.run(["git", "-C", clone, *words], check=True)
        return clone

    def test_every_session_has_its_own_name(self):
        names = [name for _, name in sessions()]
        self.assertEqual(len(names), len(set(names)), names)
        self.assertLessEqual({*WORLDS, PROW}, {world_of(name) for name in names})
        for path in documents():
            shown = text_of(path)
            self.assertEqual(shown.count("```console"), len(SESSION.findall(shown)) + shown.count("<!-- plan: "), path)

    def test_in_a_clone_in_any_order_and_twice(self):
        clone = self.fresh_clone()
        here = [each for each in sessions() if world_of(each[1]) not in {*WORLDS, PROW}]
        self.assertGreater(len(here), 1)
        for turn, order in enumerate((here, here[::-1])):
            home = self.path(f"home{turn}")
            os.makedirs(home)
            for document, name in order:
                self.run_session(document, name, clone, home)
                self.assertEqual(self.untracked(clone), "", f"session {name} leaves files behind")

    def test_in_a_config_repository_in_any_order_and_twice(self):
        for kind, words in WORLDS.items():
            here = [each for each in sessions() if world_of(each[1]) == kind]
            folder = self.path(kind)
            os.makedirs(folder)
            world = ConfigWorld(folder, **words)
            try:
                for document, name in [*here, *here[::-1]]:
                    self.run_session(document, name, world.clone, world.home)
                    self.assertEqual(self.untracked(world.clone), "", f"session {name} leaves files behind")
            finally:
                world.close()

    def test_in_the_place_of_prow_twice(self):
        try:
            import hmac_world  # needs a YAML library
        except SystemExit:
            self.skipTest("python3-yaml is absent")
        folder = self.path("prow/home/hookplan")
        os.makedirs(folder)
        world = hmac_world.World(folder, {"acme/api": OLD["acme/api"]}, bare=["acme/web"])
        self.addCleanup(world.close)
        os.rename(os.path.join(folder, "oauth"), os.path.join(folder, "github-token"))
        world.config({"acme/api": "2026-01-01T00:00:00Z", "acme/web": "2025-01-01T00:00:00Z"})
        version = world.version()
        for document, name in [each for each in sessions() if world_of(each[1]) == PROW] * 2:
            self.run_session(document, name, folder, self.path("prow/home"), HOOK_URL=world.url, GITHUB_API=world.endpoint)
        self.assertEqual((world.version(), world.writes()), (version, 0), "a dry run wrote something")

    def test_settings_are_valid(self):
        """Each block that begins with `version: 1` is a settings file."""
        number = 0
        for path in documents():
            for language, block in FENCE.findall(text_of(path)):
                if language != "yaml" or not block.startswith("version: 1\n"):
                    continue
                number += 1
                with open(self.path(".hookplan.yaml"), "w", encoding="utf-8") as file:
                    file.write(block)
                done = subprocess.run([PROGRAM, "check", self.path(".hookplan.yaml")], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, f"{path}\n{block}{done.stderr}")
        self.assertGreater(number, 5)

    def test_workflows_are_the_templates(self):
        """A block after <!-- file: PATH --> is that file, but for what its comments say of it."""
        number = 0
        for path in documents():
            for name, block in re.findall(r"^<!-- file: (\S+) -->\n```\w*\n(.*?)^```$", text_of(path), re.M | re.S):
                number += 1
                lines = text_of(os.path.join(SOURCE, name)).splitlines(keepends=True)
                while lines[0].startswith("#"):
                    lines.pop(0)
                self.assertEqual(block, "".join(lines), f"{path} shows another {name}")
        self.assertGreaterEqual(number, 3)

    def test_the_readme_names_every_command(self):
        listed = subprocess.run([PROGRAM, "help"], check=True, capture_output=True, text=True).stdout
        readme = text_of(os.path.join(SOURCE, "README.md"))
        for command in re.findall(r"^  ([a-z]+)  ", listed, re.M):
            self.assertRegex(readme, rf"`(hookplan )?{command}[` ]")

    def test_blocks_fit(self):
        for path in documents():
            for _, block in FENCE.findall(text_of(path)):
                for line in block.splitlines():
                    self.assertLessEqual(len(line), WIDTH, f"{path}: {line}")

    def test_links_lead_somewhere(self):
        def anchors(path):
            heads = re.findall(r"^#+ (.*)$", re.sub(FENCE, "", text_of(path)), re.M)
            return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}

        beside = [os.path.join(SOURCE, name) for name in (".github/CONTRIBUTING.md", "ci/templates/README.md", "tests/bench/README.md")]
        for path in [*documents(), *beside]:
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(FENCE, "", text_of(path))):
                if target.startswith("https://"):
                    continue
                name, _, anchor = target.partition("#")
                there = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
                self.assertTrue(os.path.exists(there), f"{path}: {target}")
                if anchor:
                    self.assertIn(anchor, anchors(there), f"{path}: {target}")


if __name__ == "__main__":
    unittest.main()
