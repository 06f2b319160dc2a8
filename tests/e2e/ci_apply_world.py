# SPDX-License-Identifier: Apache-2.0
"""A repository whose main branch is applied by `hookplan ci`, with people who set the hooks."""
import os
import re
import subprocess
import tempfile
import unittest

from ci_world import CLEAN, HOOKPLAN, Repository, github, push, run

SETTINGS = """version: 1
forges:
  people: {{type: manual}}
receivers:
  hook: {{type: file, url: "https://hook.example.com/hook", store: {{type: file, path: {store}}}}}
routes:
  - {{match: "*", forge: people, receiver: hook, events: ["*"]}}
rotation: {{overlap: 1h}}
policy:
  keys:
    ci: {{ssh: {ci}}}
  roles:
    planner: {{keys: [ci]}}
"""
APPROVED = SETTINGS.replace("  roles:\n", "    alice: {{ssh: {alice}}}\n  roles:\n    approver: {{keys: [alice]}}\n")
CLEAN.pop("SOURCE_DATE_EPOCH", None)  # a plan that is signed today


class ApplyCase(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = os.path.realpath(temporary.name)
        self.repository = Repository(self.path("repository"))
        self.ids = self.repository.ids
        self.said = ""
        self.keys = {name: self.key(name) for name in ("ci", "alice")}
        with open(self.path("ci.key"), encoding="utf-8") as file:
            self.secret = file.read()
        os.close(os.open(self.path("hmac.yaml"), os.O_CREAT | os.O_WRONLY, 0o600))
        self.begin()

    def path(self, name):
        return os.path.join(self.folder, name)

    def hookplan(self, *words):
        return subprocess.run([HOOKPLAN, *words], env=CLEAN, capture_output=True, text=True, check=True).stdout

    def key(self, name):
        out = self.hookplan("keygen", "--type", "ed25519", "--out", self.path(f"{name}.key"))
        return re.search(r"ssh: (ssh-ed25519 \S+?)\}", out)[1]

    def begin(self, settings=SETTINGS):
        with open(os.path.join(self.repository.folder, ".hookplan.yaml"), "w", encoding="utf-8") as file:
            file.write(settings.format(store=self.path("hmac.yaml"), **self.keys))
        self.repository.commit("empty", k__keep="2020")

    def step(self, event, sha, *options, name="push", ref="refs/heads/main", **more):
        folder = self.path("step")
        environment = github(folder, name, event, sha, ref, PLANNER_KEY=self.secret, **more)
        result = run(self.repository.folder, folder, environment, "--handover", self.path("handover.yaml"), *options)
        self.said += result.out + result.err
        return result

    def apply(self, before, after, *options, **more):
        return self.step(push(self.ids[before], self.ids[after]), self.ids[after], "--apply", "--sign", "env:PLANNER_KEY",
                         *options, **more)

    def confirm(self):
        self.hookplan("confirm", "--pattern", "--handover", self.path("handover.yaml"), "*", "*/*")

    def applied(self, before, after):
        """The run, people, the run again, as its job would be started again. What both said."""
        result = first = self.apply(before, after)
        self.assertEqual(result.code, 7, result.out + result.err)
        self.assertEqual(result.outputs()["failure-reason"], "partial")
        self.assertEqual(result.outputs()["applied"], "false")
        self.confirm()
        result = self.apply(before, after)
        self.assertEqual(result.code, 0, result.out + result.err)
        return first, result

    def tokens(self):
        with open(self.path("hmac.yaml"), encoding="utf-8") as file:
            return file.read()
