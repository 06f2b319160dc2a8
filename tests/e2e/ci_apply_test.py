#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hookplan ci on the trusted branch: it plans from what was applied last, signs, applies, finishes, and looks for drift.
Tokens are in a file, people set the hooks."""
import base64
import hashlib
import json
import os
import re
import unittest

from ci_apply_world import APPROVED, ApplyCase
from ci_world import REPOSITORY, push


class Apply(ApplyCase):
    def test_a_push_is_applied_and_dropped_runs_are_made_up_for(self):
        self.repository.commit("one", a__one="2021")
        first, result = self.applied("empty", "one")
        self.assertIn("HP8510", first.err)
        self.assertIn("a/one", self.tokens())
        outputs = result.outputs()
        self.assertEqual((outputs["applied"], outputs["trusted"], outputs["exit-code"]), ("true", "true", "0"))
        self.assertIn("### Applied", result.read("summary"))
        # The run of the next push never came; the one after it begins where the last one ended.
        self.repository.commit("two", a__two="2021")
        self.repository.commit("three", a__three="2021")
        first, result = self.applied("two", "three")
        self.assertIn("base: the commit that was applied last", first.out)
        self.assertIn(f"{self.ids['one'][:12]} -> {self.ids['three'][:12]}", first.out)
        for entry in ("a/two", "a/three"):
            self.assertIn(entry, self.tokens())
        # Nothing new: what earlier runs left is gone on with. Also by a timer.
        for event, name in ((push(self.ids["two"], self.ids["three"]), "push"),
                            ({"schedule": "0 * * * *", "repository": REPOSITORY}, "schedule")):
            result = self.step(event, self.ids["three"], "--apply", "--sign", "env:PLANNER_KEY", name=name)
            self.assertEqual(result.code, 0, result.out + result.err)
            self.assertIn("nothing to apply", result.out)
        self.check_secrets()

    def check_secrets(self):
        secrets = re.findall(r"value: (\S+)", self.tokens()) + [line for line in self.secret.splitlines() if "-" not in line]
        self.assertTrue(secrets)
        written = self.said
        for place, _, files in os.walk(self.path("step")):
            for name in files:
                with open(os.path.join(place, name), encoding="utf-8") as file:
                    written += file.read()
        for secret in secrets:
            for form in (secret, secret.encode().hex(), base64.b64encode(secret.encode()).decode()):
                self.assertNotIn(form, written)

    def test_a_squashed_commit_is_found_by_its_config(self):
        # Applied from the head of a pull request, which the squash left behind.
        self.repository.on("changes", "empty")
        self.repository.commit("head", a__one="2021")
        self.repository.on("main")
        self.repository.squash("squashed", "head")
        self.applied("empty", "squashed")
        ledger = self.path("hmac.yaml.ledger")
        with open(ledger, encoding="utf-8") as file:
            text = file.read()
        # As if the commit had been that of the pull request; the config is the same.
        with open(ledger, "w", encoding="utf-8") as file:
            file.write(text.replace(self.ids["squashed"], self.ids["head"]))
        self.repository.commit("next", a__two="2021")
        result = self.apply("squashed", "next")
        self.assertEqual(result.code, 7, result.out + result.err)
        self.assertEqual(result.outputs()["base"], self.ids["squashed"])

    def test_a_rewritten_branch_is_not_applied(self):
        self.repository.commit("one", a__one="2021")
        self.applied("empty", "one")
        self.repository.git("reset", "-q", "--hard", self.ids["empty"])
        self.repository.commit("other", a__two="2021")
        before = self.tokens()
        event = push(self.ids["one"], self.ids["other"], forced=True)
        result = self.step(event, self.ids["other"], "--apply", "--sign", "env:PLANNER_KEY")
        self.assertEqual(result.code, 28, result.out + result.err)
        self.assertIn("HP8511", result.err)
        self.assertEqual(result.outputs()["failure-reason"], "stale")
        self.assertEqual(self.tokens(), before)

    def test_what_needs_an_approval_waits_for_it(self):
        self.begin(APPROVED)
        self.repository.commit("one", a__one="2021")
        result = self.apply("empty", "one")
        self.assertEqual(result.code, 23, result.out + result.err)
        self.assertEqual(result.outputs()["failure-reason"], "not-reviewed")
        self.assertEqual(self.tokens(), "")
        plan = result.outputs()["envelope"]
        with open(plan, encoding="utf-8") as file:
            digest = hashlib.sha256(base64.b64decode(json.load(file)["payload"])).hexdigest()
        self.hookplan("approve", plan, "--key", "file:" + self.path("alice.key"), "--digest", digest)
        result = self.step({"repository": REPOSITORY, "inputs": {}}, self.ids["one"], "--apply", "--plan", plan,
                           name="workflow_dispatch")
        self.assertEqual(result.code, 7, result.out + result.err)
        self.assertIn("a/one", self.tokens())

    def test_only_the_trusted_branch_is_applied(self):
        self.repository.on("release", "empty")
        self.repository.commit("one", a__one="2021")
        result = self.apply("empty", "one", ref="refs/heads/release")
        self.assertEqual((result.code, result.outputs()["trusted"]), (0, "false"), result.err)
        self.assertEqual(self.tokens(), "")
        # Unless somebody says that it is the one.
        result = self.apply("empty", "one", "--branch", "release", ref="refs/heads/release")
        self.assertEqual((result.code, result.outputs()["trusted"]), (7, "true"), result.err)

    def test_a_guard_that_blocks_and_a_missing_key_stop_before_anything_is_done(self):
        self.repository.commit("none", k__keep=None)
        result = self.apply("empty", "none")
        self.assertEqual(result.code, 3, result.out + result.err)
        self.assertEqual(result.outputs()["blocked"], "true")
        result = self.step(push(self.ids["empty"], self.ids["none"]), self.ids["none"], "--apply")
        self.assertEqual(result.code, 64, result.err)
        self.assertEqual(self.tokens(), "")

    def test_a_trusted_run_may_sign_without_applying(self):
        self.repository.commit("one", a__one="2021")
        result = self.step(push(self.ids["empty"], self.ids["one"]), self.ids["one"], "--sign", "env:PLANNER_KEY")
        self.assertEqual(result.code, 0, result.err)
        said = self.hookplan("verify", result.outputs()["envelope"], "--key", self.path("ci.key.pub"))
        self.assertIn("verified", said)
        self.assertEqual(self.tokens(), "")

    def test_drift_is_an_output(self):
        self.repository.commit("one", a__one="2021")
        event = {"schedule": "17 5 * * *", "repository": REPOSITORY}
        for options in (("--mode", "drift"), ("--mode", "auto", "--sign", "env:PLANNER_KEY")):
            result = self.step(event, self.ids["one"], *options, name="schedule")
            self.assertEqual((result.code, result.outputs()["drift"]), (0, "true"), result.err)
            self.assertIn("a/one", result.read("summary"))
        result = self.step(event, self.ids["one"], "--mode", "drift", "--fail-on", "changes", name="schedule")
        self.assertEqual((result.code, result.outputs()["failure-reason"]), (10, "drift"))
        self.assertEqual(self.tokens(), "")


if __name__ == "__main__":
    unittest.main()
