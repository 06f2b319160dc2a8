#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hookplan ci where its surroundings are broken or lie: events, variables, files of the runner, names in the config."""
import json
import os
import tempfile
import unittest

from ci_world import REPOSITORY, Repository, github, pull_request, push, run


class Hostile(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.repository = Repository(self.path("repository"))
        self.repository.commit("old", a__one="2020", a__two="2020")
        self.repository.commit("new", a__one="2021", a__three="2021", a__two=None)
        self.ids = self.repository.ids
        self.event = push(self.ids["old"], self.ids["new"])

    def path(self, name):
        return os.path.join(self.folder, name)

    def step(self, event=None, *options, name="push", **more):
        environment = github(self.path("step"), name, self.event if event is None else event, self.ids["new"], **more)
        environment = {key: value for key, value in environment.items() if value is not None}
        return run(self.repository.folder, self.path("step"), environment, *options)

    def refused(self, result, exit_code, code):
        self.assertEqual(result.code, exit_code, result.out + result.err)
        self.assertIn(code, result.err)
        self.assertIn("fix: ", result.err)

    def test_events_that_cannot_be_used(self):
        hostile = ["", "{", "[]", "null", '"x"', "{}", '{"before": 1', "\x00", "{" * 5000, '{"a":1,"a":2}', '{"before":null}',
                   json.dumps({**self.event, "after": None}), json.dumps({**self.event, "after": {"x": 1}}),
                   json.dumps({**self.event, "after": "HEAD^{/x}"}), json.dumps({**self.event, "before": "--help"}),
                   json.dumps({**self.event, "before": "$(touch pwned)"}), json.dumps({**self.event, "before": "main"}),
                   json.dumps({**self.event, "before": self.ids["old"] + "\n::set-output name=x::y"})]
        for event in hostile:
            with self.subTest(event=event[:60]):
                self.refused(self.step(event), 66, "HP8502")
        self.refused(self.step(GITHUB_EVENT_PATH=self.path("nowhere")), 66, "HP8502")
        self.refused(self.step(GITHUB_EVENT_PATH=self.folder), 66, "HP8502")
        os.mkfifo(self.path("fifo"))
        self.refused(self.step(GITHUB_EVENT_PATH=self.path("fifo")), 66, "HP8502")
        self.refused(self.step(GITHUB_EVENT_PATH=None), 66, "HP8502")
        self.refused(self.step(GITHUB_SHA="x; rm -rf /", name="schedule"), 66, "HP8502")
        self.assertFalse(os.path.exists(os.path.join(self.repository.folder, "pwned")))
        # A number that no double holds, and fields that nobody reads, are no harm.
        big = {**self.event, "installation": {"id": 12345678901234567890123}, "x": 1e300, "deep": [[[[{}]]]]}
        self.assertEqual(self.step(json.dumps(big)).code, 0)

    def test_job_specs_that_cannot_be_used(self):
        for spec in ("{", "[]", "nonsense"):
            result = run(self.repository.folder, self.path("step"), {"JOB_TYPE": "presubmit", "JOB_SPEC": spec})
            self.refused(result, 66, "HP8502")
        result = run(self.repository.folder, self.path("step"), {"JOB_TYPE": "presubmit", "JOB_SPEC": '{"type":"presubmit"}'})
        self.refused(result, 66, "HP8502")  # PULL_BASE_SHA is missing
        result = run(self.repository.folder, self.path("step"), {"JOB_TYPE": "wonder", "JOB_SPEC": "{}"})
        self.refused(result, 64, "HP8503")

    def test_files_of_the_runner(self):
        result = self.step(GITHUB_OUTPUT=None, GITHUB_STEP_SUMMARY=None)
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("a/three", result.out)
        precious, other = self.path("precious"), self.path("other")
        for path in (precious, other):
            with open(path, "w", encoding="utf-8") as file:
                file.write("precious\n")
        os.symlink(other, self.path("link"))
        os.link(precious, self.path("second name"))
        os.mkfifo(self.path("pipe"))
        for path in ("link", "second name", "pipe", "missing/output", ""):
            for variable in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
                with self.subTest(path=path, variable=variable):
                    self.refused(self.step(**{variable: self.path(path)}), 73, "HP8512")
        self.refused(self.step(GITHUB_OUTPUT="/dev/full"), 73, "HP8512")
        for path in (precious, other):
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), "precious\n")

    def test_a_summary_never_gets_too_long(self):
        environment = github(self.path("step"), "push", self.event, self.ids["new"])
        for size, holds in ((899_000, False), (899_990, None), (0, True)):
            with open(environment["GITHUB_STEP_SUMMARY"], "w", encoding="utf-8") as file:
                file.write("x" * size)
            result = run(self.repository.folder, self.path("step"), environment)
            self.assertEqual(result.code, 0, result.err)
            added = result.read("summary")[size:]
            self.assertLessEqual(size + len(added), 900_000)
            self.assertEqual("a/three" in added, bool(holds))
            self.assertEqual("### Webhook plan" in added, holds is not None)

    def test_no_value_sets_an_output_or_a_command(self):
        # Keys of the config are refused where they are not names, and shown where they are.
        text = ("managed_webhooks:\n  org_repo_config:\n    ? \"a/b\\n::error::pwned\\nremove<<X\"\n"
                "    : {token_created_after: 2021-01-01T00:00:00Z}\n    \"::add-mask::x\": {}\n    '##[group]x': {}\n")
        self.repository.commit("hostile", text=text)
        event = push(self.ids["new"], self.ids["hostile"])
        result = self.step(event)
        self.assertIn(result.code, (0, 5), result.err)
        for stream in (result.out, result.err):
            for line in stream.splitlines():
                self.assertNotRegex(line, r"^\s*::(?!(error|warning|notice) )")
                self.assertNotRegex(line, r"^::error::pwned")
                self.assertNotIn("##[", line)
        self.assertLessEqual(set(result.outputs()), {
            "applied", "base", "blocked", "event", "exit-code", "failure-reason", "has-changes", "head", "intent-digest",
            "onboard", "plan-json", "plan-markdown", "relax", "remove", "reroute", "rotate", "system", "trusted",
            "unchanged"})

    def test_hostile_branches(self):
        names = ["main; touch pwned", "$(touch pwned)", "refs/heads/main", "../../heads/main", "main\n::error::x", "@{-1}",
                 "HEAD", "-rf", "x" * 5000, "ma\u202ein", "--help"]
        for name in names:
            with self.subTest(name=name[:40]):
                event = pull_request(self.ids["old"], self.ids["new"], fork=True, base_ref=name, head_ref=name)
                result = self.step(event, name="pull_request_target", GITHUB_REF=name, GITHUB_HEAD_REF=name)
                self.assertEqual(result.code, 0, result.err)
                self.assertEqual(result.outputs()["base"], self.ids["old"])
                # Nor does a name make a run trusted.
                result = self.step(self.event, "--apply", GITHUB_REF=name + "/main")
                self.assertEqual(result.code, 0, result.err)
                self.assertEqual(result.outputs()["trusted"], "false")
                self.assertIn("HP8509", result.err)
        self.assertFalse(os.path.exists(os.path.join(self.repository.folder, "pwned")))

    def test_what_is_not_trusted_touches_no_key(self):
        runs = [("pull_request", pull_request(self.ids["old"], self.ids["new"], fork=fork)) for fork in (True, False)]
        runs += [("pull_request_target", pull_request(self.ids["old"], self.ids["new"], fork=True)),
                 ("push", push(self.ids["old"], self.ids["new"], "refs/tags/main")),
                 ("merge_group", {"repository": REPOSITORY, "merge_group": {
                     "base_sha": self.ids["old"], "head_sha": self.ids["new"], "base_ref": "refs/heads/main"}})]
        for name, event in runs:
            with self.subTest(name=name):
                # The key is not there: whoever opened it would fail.
                result = self.step(event, "--apply", "--sign", "file:" + self.path("no-such-key"), name=name,
                                   GITHUB_REF="refs/tags/main" if name == "push" else "refs/heads/main")
                self.assertEqual(result.code, 0, result.err)
                self.assertIn("neither signs nor applies", result.err)
                self.assertEqual(result.outputs()["trusted"], "false")
                self.assertNotIn("envelope", result.outputs())
        # The trusted run does open it.
        result = self.step(self.event, "--apply", "--sign", "file:" + self.path("no-such-key"), "--base", self.ids["old"])
        self.assertNotEqual(result.code, 0)
        self.assertIn("no-such-key", result.err)

    def test_annotations_are_within_the_limits(self):
        entries = {f"many__e{number:03}": "2020" for number in range(40)}
        self.repository.commit("many", **entries)
        result = self.step(push(self.ids["new"], self.ids["many"]))
        kinds = [kind for kind, _, _ in result.annotations()]
        self.assertEqual(kinds.count("notice"), 10)
        self.assertIn("31 more", result.annotations()[-1][2])
        self.repository.commit("none", **{entry: None for entry in entries})
        result = self.step(push(self.ids["many"], self.ids["none"]), "--fail-on", "guard")
        self.assertEqual((result.code, result.outputs()["failure-reason"]), (3, "guard"))
        annotations = result.annotations()
        self.assertEqual(annotations[0][0], "error")
        self.assertIn("max_removals", annotations[0][1])
        self.assertEqual([kind for kind, _, _ in annotations].count("warning"), 10)

    def test_what_fails_is_told_by_the_options(self):
        self.assertEqual(self.step(self.event, "--fail-on", "changes").code, 2)
        self.assertEqual(self.step(self.event, "--fail-on", "nonsense").code, 64)
        self.assertEqual(self.step(self.event, "--apply", "--mode", "plan").code, 64)
        lines = self.step(self.event).annotations()
        self.assertIn(("notice", "file=config.yaml,line=3,title=rotate a/one", lines[-2][2]), lines)


if __name__ == "__main__":
    unittest.main()
