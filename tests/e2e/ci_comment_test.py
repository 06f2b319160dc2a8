#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hookplan ci puts the plan of a pull request on it, as far as tests/peers/github.py is like GitHub."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from ci_world import CLEAN, HOOKPLAN, Repository, github, pull_request, push, run

PEER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers", "github.py")
TOKEN = "ghs_the-token-of-the-job"


def can_comment():
    """Whether the program and the peer know comments."""
    with open(PEER, encoding="utf-8") as file:
        known = "def pull(" in file.read()
    return known and subprocess.run([HOOKPLAN, "help", "comment"], env=CLEAN, capture_output=True, check=False).returncode == 0


@unittest.skipUnless(can_comment(), "this build does not comment")
class Comment(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.peer = subprocess.Popen([sys.executable, "-B", PEER, "--seconds", "60"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end)
        self.api = f"http://127.0.0.1:{int(self.peer.stdout.readline())}"
        self.repository = Repository(self.path("repository"))
        self.repository.commit("old", a__one="2020", a__two="2020")
        self.repository.on("changes", "old")
        self.repository.commit("head", a__one="2021")
        self.repository.on("main")
        self.repository.merge("test_merge", "head")
        self.ids = self.repository.ids

    def end(self):
        self.peer.terminate()
        self.peer.wait()
        self.peer.stdout.close()

    def path(self, name):
        return os.path.join(self.folder, name)

    def control(self, word, **body):
        request = urllib.request.Request(f"{self.api}/_control/{word}", json.dumps(body).encode() if word != "state" else None)
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def seed(self, rights):
        self.control("seed", targets={"acme/config": {}}, tokens={
            TOKEN: {"kind": "app", "permissions": rights, "repositories": ["acme/config"]}})
        self.control("pull", repository="acme/config", number=7, head=self.ids["head"])

    def step(self, run_id):
        event = pull_request(self.ids["old"], self.ids["head"])
        environment = github(self.path("step"), "pull_request", event, self.ids["test_merge"], "refs/pull/7/merge",
                             GITHUB_API_URL=self.api, GITHUB_RUN_ID=run_id, JOB_TOKEN=TOKEN)
        result = run(self.repository.folder, self.path("step"), environment, "--comment-token", "env:JOB_TOKEN")
        for text in (result.out, result.err, result.read("summary"), result.read("output")):
            self.assertNotIn(TOKEN, text)
        return result

    def comments(self):
        return self.control("state")["comments"]

    def test_one_comment_is_kept_current(self):
        self.seed({"pull_requests": "write", "metadata": "read"})
        for run_id in ("101", "102"):
            result = self.step(run_id)
            self.assertEqual(result.code, 0, result.out + result.err)
            self.assertNotIn("HP8513", result.err)
        comments = self.comments()
        self.assertEqual(len(comments), 1, comments)
        self.assertIn("a/one", comments[0]["body"])
        self.assertIn(self.ids["head"], comments[0]["body"])

    def test_who_may_not_comment_still_gets_the_plan(self):
        self.seed({"pull_requests": "read", "metadata": "read"})
        result = self.step("101")
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertIn("HP8513", result.err)
        self.assertIn("a/one", result.read("summary"))
        self.assertEqual(self.comments(), [])

    def test_a_push_comments_nowhere(self):
        self.seed({"pull_requests": "write", "metadata": "read"})
        event = push(self.ids["old"], self.ids["test_merge"])
        environment = github(self.path("step"), "push", event, self.ids["test_merge"], GITHUB_API_URL=self.api, JOB_TOKEN=TOKEN)
        result = run(self.repository.folder, self.path("step"), environment, "--comment-token", "env:JOB_TOKEN")
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertEqual(self.comments(), [])


if __name__ == "__main__":
    unittest.main()
