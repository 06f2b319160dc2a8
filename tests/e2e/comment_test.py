#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`hookplan comment` against tests/peers/github.py: one comment a pull request, whoever runs it, how often and at once.
Environment: HOOKPLAN."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request

PEERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers")
TOKEN = "ghs_The-tokenOf_aJob"
if not shutil.which("git"):
    print("skipped: git is absent")
    sys.exit(77)


class World:
    """REQUIRES: an empty folder. `through(api)` gives the URL of a proxy for the program to use, or of another GitHub."""

    def __init__(self, folder, through=lambda api: api + "/api/v3"):
        self.folder = folder
        self.github = subprocess.Popen([sys.executable, "-B", os.path.join(PEERS, "github.py"), "--seconds", "120"],
                                       stdout=subprocess.PIPE, text=True)
        self.api = f"http://127.0.0.1:{self.github.stdout.readline().strip()}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
        self.environment.update(JOB_TOKEN=TOKEN, GITHUB_API_URL=through(self.api), SOURCE_DATE_EPOCH="1767225600")
        self.outputs = []

    def tell(self, what, **words):
        with urllib.request.urlopen(f"{self.api}/_control/{what}", json.dumps(words).encode()) as answer:
            return json.load(answer)

    def comments(self):
        with urllib.request.urlopen(f"{self.api}/_control/state") as answer:
            return json.load(answer)["comments"]

    def git(self, *words):
        return subprocess.run(["git", "-C", self.folder, "-c", "user.name=t", "-c", "user.email=t@example.com", *words],
                              check=True, capture_output=True, text=True).stdout.strip()

    def plan(self, name, **entries):
        """Commits a config and stores the plan of it; gives the commit."""
        text = "managed_webhooks:\n  org_repo_config:\n    kept/one: {token_created_after: 2020-01-01T00:00:00Z}\n"
        text += "".join(f"    acme/{entry}: {{token_created_after: {day}T00:00:00Z}}\n" for entry, day in entries.items())
        with open(os.path.join(self.folder, "config.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        self.git("add", ".")
        self.git("commit", "-q", "--allow-empty", "-m", name)
        done = self.start("plan", "main", "HEAD", "--repo", self.folder, "--format", "json", "--out", self.path(name))
        assert done.wait() == 0, done.stderr.read()
        return self.git("rev-parse", "HEAD")

    def path(self, name):
        return os.path.join(self.folder, name + ".json")

    def start(self, *words, **variables):
        return subprocess.Popen([os.environ["HOOKPLAN"], *words], env={**self.environment, **variables},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def close(self):
        self.github.terminate()
        self.github.wait()

    def comment(self, name, run, *more):
        return self.start("comment", self.path(name), "--token", "env:JOB_TOKEN", *more, GITHUB_RUN_ID=str(run),
                          GITHUB_REPOSITORY="acme/config", GITHUB_REF="refs/pull/7/merge")

    def says(self, expected, name, run, *more):
        child = self.comment(name, run, *more)
        out, err = child.communicate(timeout=60)
        self.outputs += [out, err]
        assert child.returncode == expected, (child.returncode, out, err)
        return out + err


def play(world):
    world.tell("seed", tokens={TOKEN: {"kind": "app", "permissions": {"pull_requests": "write"}}})
    world.git("init", "-q", "-b", "main")
    world.plan("base", old="2020-01-01", turns="2020-01-01")
    world.git("checkout", "-q", "-b", "change")
    head = world.plan("first", turns="2024-01-01", fresh="2024-01-01")
    world.tell("pull", repository="acme/config", number=7, head=head)

    assert "comment created: https://github.com/acme/config/pull/7#issuecomment-" in world.says(0, "first", 100)
    assert "comment unchanged: " in world.says(0, "first", 100)
    comment, = world.comments()
    first = comment["body"]
    assert comment["login"] == "github-actions[bot]" and comment["edits"] == "0", comment
    assert first.startswith(f"<!-- hookplan:v1 id=config.yaml head={head} run=100.1 intent="), first
    assert "1 remove, 1 rotate, 1 onboard" in first and "<code>acme/old</code>" in first, first

    # A rebase: another commit, the same plan. Whoever has approved need not look again.
    world.git("commit", "-q", "--amend", "-m", "the same again")
    rebased = world.plan("rebased", turns="2024-01-01", fresh="2024-01-01")
    world.tell("pull", repository="acme/config", number=7, head=rebased)
    assert "HP8526" in world.says(0, "first", 101), "an old head"
    world.says(0, "rebased", 102)
    comment, = world.comments()
    assert f"**Same plan as for <code>{head[:12]}</code>**" in comment["body"], comment["body"]
    assert "Approvals of it stand." in comment["body"] and "Earlier plans" not in comment["body"]

    # Another plan: the history names the one before, and an older run does not bring it back.
    world.git("checkout", "-q", "-b", "other")
    other = world.plan("other", turns="2024-01-01", fresh="2024-01-01", more="2024-01-01")
    world.tell("pull", repository="acme/config", number=7, head=other)
    assert "comment edited: " in world.says(0, "other", 104)
    assert "HP8526" in world.says(0, "other", 103)
    comment, = world.comments()
    assert "run=104.1" in comment["body"] and "Same plan" not in comment["body"]
    assert f"Earlier plans here: <code>{first.split('intent=')[1][:12]}</code> for" in comment["body"], comment["body"]
    assert json.loads(world.says(0, "other", 104, "--json"))["outcome"] == "unchanged"


def play_at_once(world):
    """Three runs see no comment, and one stays: that of the newest."""
    head = world.git("rev-parse", "HEAD")
    world.tell("pull", repository="acme/config", number=8, head=head)
    world.tell("meet", method="POST", path=".*/issues/8/comments", number=3)
    words = ("--pull-request", "8")
    children = [world.comment("other", run, *words) for run in (201, 203, 202)]
    for child in children:
        out, err = child.communicate(timeout=60)
        assert child.returncode == 0, (out, err)
    comment, = [each for each in world.comments() if each["pull"] == "8"]
    assert "run=203.1" in comment["body"], comment["body"][:200]


def play_refusals(world):
    words = ("--pull-request", "9")
    world.tell("pull", repository="acme/config", number=9, head=world.git("rev-parse", "HEAD"))
    # Nothing was said, and nothing changes: nothing is said.
    world.git("checkout", "-q", "main")
    world.plan("nothing", old="2020-01-01", turns="2020-01-01")
    assert "nothing changes" in world.says(0, "nothing", 300, *words, "--head", world.git("rev-parse", "other"))
    # As on pull requests from forks.
    world.tell("seed", tokens={TOKEN: {"kind": "app", "permissions": {"pull_requests": "read"}}})
    text = world.says(77, "other", 301, *words)
    assert "HP8521" in text and "Resource not accessible by integration" in text and "workflow_run" in text, text
    assert not [each for each in world.comments() if each["pull"] == "9"]
    for code, expected, more in (("HP8522", 77, ("--pull-request", "99")), ("HP5003", 64, ("--pull-request", "x")),
                                 ("HP5003", 64, ("--repository", "acme")), ("HP5003", 64, ("--head", "main")),
                                 ("HP5003", 64, ("--api", "http://example.com"))):
        text = world.says(expected, "other", 302, *more)
        assert code in text, text
    assert not [text for text in world.outputs if TOKEN in text]


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        try:
            play(world)
            play_at_once(world)
            play_refusals(world)
        finally:
            world.close()


if __name__ == "__main__":
    main()
