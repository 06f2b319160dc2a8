#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hookplan ci: for every system and event the two revisions, the rule and the plan, in real repositories."""
import json
import os
import tempfile
import unittest

from ci_world import REPOSITORY, ZEROS, Repository, github, pull_request, push, run


class Ci(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.counter = 0
        repository = cls.repository = Repository(cls.path("upstream"))
        repository.commit("c0", a__one="2020", a__two="2020", k__keep="2020", z__last="2020")
        repository.on("changes", "c0")
        repository.commit("p1", a__one="2021")
        repository.commit("p2", z__new="2021")
        repository.on("main")
        repository.commit("c1", k__later="2022")  # the pull request is behind: this is not its removal
        # What the forge makes of the pull request to test it, and the ways in which it is merged.
        for name, way in (("test_merge", "merge"), ("merged", "merge"), ("squashed", "squash")):
            repository.on(name, "c1")
            getattr(repository, way)(name, "p2")
        repository.on("rebased", "p2")
        repository.git("rebase", "-q", repository.ids["c1"])
        repository.remember("rebased")
        repository.on("other", "c0")
        repository.commit("q1", k__keep="2023")
        repository.on("queue", "test_merge")
        repository.merge("queued", "q1", message="queue")
        repository.on("updated", "p2")
        repository.merge("p3", "c1", message="Merge main")  # the pull request was brought up to date
        repository.on("rewritten", "c0")
        repository.commit("f1", a__two="2024")
        repository.on("main")
        cls.full = repository.clone(cls.path("full"), repository.ids["test_merge"])

    @classmethod
    def path(cls, name=None):
        cls.counter += 1
        return os.path.join(cls.temporary.name, name or f"step{cls.counter}")

    def id(self, name):
        return self.repository.ids.get(name, name)

    def at(self, commit, *options):
        folder = self.repository.clone(self.path(), self.id(commit), *options)
        return folder

    def check(self, result, rule, base, head, changes, code=0):
        """`changes`: onboard, rotate, remove."""
        self.assertEqual(result.code, code, result.out + result.err)
        self.assertIn(f": {rule}\n", result.out)
        self.assertIn(f"{self.id(base)[:12]} -> {self.id(head)[:12]}", result.out)
        counts = {name: 0 for name in ("onboard", "rotate", "remove")}
        for line in result.out.splitlines():
            word = line.split()[1:2]
            if line.startswith("  ") and word and word[0] in counts:
                counts[word[0]] += 1
        self.assertEqual(tuple(counts.values()), changes, result.out)

    def on_github(self, event_name, event, sha, clone=None, ref="refs/heads/main", options=(), **more):
        folder = self.path()
        environment = github(folder, event_name, event, self.id(sha), ref, **more)
        return run(clone or self.full, folder, environment, *options)

    # --- GitHub

    def test_a_pull_request_that_is_behind_removes_nothing(self):
        event = pull_request(self.id("c1"), self.id("p2"))
        for clone in (self.at("test_merge", "--depth=2"), self.full):
            result = self.on_github("pull_request", event, "test_merge", clone, "refs/pull/7/merge")
            self.check(result, "first parent of the test merge", "c1", "test_merge", (1, 1, 0))
        # base.sha lags or leads: it decides nothing.
        event = pull_request(self.id("c0"), self.id("p2"))
        result = self.on_github("pull_request", event, "test_merge", ref="refs/pull/7/merge")
        self.check(result, "first parent of the test merge", "c1", "test_merge", (1, 1, 0))
        # The head is checked out instead, as Gitea always does.
        for more in ({}, {"GITEA_ACTIONS": "true"}):
            head = self.id("p2") if more else "test_merge"
            event = pull_request(self.id("c1"), self.id("p2"))
            result = self.on_github("pull_request", event, head, self.at("p2"), "refs/pull/7/head", **more)
            self.check(result, "merge base of the head and its target", "c0", "p2", (1, 1, 0))
            self.assertIn("Gitea Actions, pull" if more else "GitHub Actions, pull", result.out)

    def test_a_target_that_lags_behind_adds_nothing(self):
        event = pull_request(self.id("c0"), self.id("p3"), fork=True)
        result = self.on_github("pull_request_target", event, "c1")
        self.check(result, "merge base of the head and its target", "c1", "p3", (1, 1, 0))

    def test_each_way_of_merging_has_the_same_intent(self):
        event = pull_request(self.id("c1"), self.id("p2"))
        reviewed = self.on_github("pull_request", event, "test_merge", ref="refs/pull/7/merge")
        for way in ("merged", "squashed", "rebased"):
            result = self.on_github("push", push(self.id("c1"), self.id(way)), way)
            self.check(result, "what was there before the push", "c1", way, (1, 1, 0))
            self.assertEqual(result.outputs()["intent-digest"], reviewed.outputs()["intent-digest"])
        event = {"action": "checks_requested", "repository": REPOSITORY, "merge_group": {
            "head_sha": self.id("queued"), "head_ref": "refs/heads/gh-readonly-queue/main/pr-8", "base_ref": "refs/heads/main",
            "base_sha": self.id("test_merge"), "head_commit": {"id": self.id("queued")}}}
        result = self.on_github("merge_group", event, "queued", ref="refs/heads/gh-readonly-queue/main/pr-8")
        self.check(result, "the base of the run", "test_merge", "queued", (0, 1, 0))

    def test_other_events_of_github(self):
        event = {"action": "completed", "repository": REPOSITORY, "workflow_run": {
            "id": 30433642, "event": "pull_request", "head_branch": "main", "head_sha": self.id("p2"), "pull_requests": [],
            "head_repository": {"full_name": "mallory/config", "fork": True}, "conclusion": "success"}}
        result = self.on_github("workflow_run", event, "c1", options=("--apply",))
        self.check(result, "merge base of the head and its target", "c0", "p2", (1, 1, 0))
        self.assertIn("HP8509", result.err)  # a branch of a fork may be called main
        for name, payload in (("schedule", {"schedule": "17 * * * *", "repository": REPOSITORY}),
                              ("workflow_dispatch", {"inputs": None, "ref": "refs/heads/main", "repository": REPOSITORY})):
            result = self.on_github(name, payload, "squashed")
            self.check(result, "first parent of the head", "c1", "squashed", (1, 1, 0))
        result = self.on_github("issue_comment", {"action": "created", "repository": REPOSITORY}, "c1")
        self.assertEqual(result.code, 64, result.err)
        self.assertIn("HP8503", result.err)

    def test_a_push_begins_where_it_began(self):
        # A new branch begins where it left the default branch; the first push of that with its last commit.
        event = push(ZEROS, self.id("p2"), "refs/heads/changes")
        result = self.on_github("push", event, "p2", ref="refs/heads/changes")
        self.check(result, "merge base of the head and its target", "c0", "p2", (1, 1, 0))
        self.assertIn("HP8507", result.err)
        result = self.on_github("push", push(ZEROS, self.id("squashed")), "squashed")
        self.check(result, "first parent of the head of a new branch", "c1", "squashed", (1, 1, 0))
        result = self.on_github("push", push(self.id("c1"), ZEROS, "refs/heads/changes"), "c1")
        self.assertEqual((result.code, result.outputs()["has-changes"]), (0, "false"))
        self.assertIn("HP8508", result.err)

    def test_a_force_push_removes_nothing(self):
        event = push(self.id("squashed"), self.id("f1"), forced=True)
        result = self.on_github("push", event, "f1")
        self.check(result, f"merge base of {self.id('squashed')[:12]} and the head", "c0", "f1", (0, 1, 0))
        self.assertIn("HP8505", result.err)
        # Nobody has the old commit any more.
        event = push("12" * 20, self.id("f1"), forced=True)
        result = self.on_github("push", event, "f1")
        self.check(result, "first parent of the head, after a force push", "c0", "f1", (0, 1, 0))
        # Without the mark something is wrong with the clone, and more of it may help.
        event = push("12" * 20, self.id("f1"))
        result = self.on_github("push", event, "f1")
        self.assertEqual(result.code, 66, result.err)
        self.assertIn("HP8504", result.err)

    def test_what_a_shallow_clone_lacks_is_named(self):
        event = pull_request(self.id("c1"), self.id("p2"))
        result = self.on_github("pull_request", event, "test_merge", self.at("test_merge", "--depth=1"), "refs/pull/7/merge")
        self.assertEqual(result.code, 66, result.err)
        self.assertIn("HP8504", result.err)
        self.assertIn("fetch-depth: 0", result.err)
        # Two commits are there, and what is between them is not: nobody can say who came first.
        clone = self.at("rebased", "--depth=1")
        self.repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        os.system(f"git -C {clone} fetch -q --depth=1 origin {self.id('c0')}")
        result = self.on_github("push", push(self.id("c0"), self.id("rebased")), "rebased", clone)
        self.assertEqual(result.code, 66, result.out + result.err)
        self.assertIn("fetch-depth: 0", result.err)
        clone = self.at("p2", "--depth=1")
        environment = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": self.id("p2"),
                       "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.id("c0"), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        result = run(clone, self.path(), environment)
        self.assertEqual(result.code, 66, result.err)
        self.assertIn("GIT_DEPTH: 0", result.err)

    def test_an_invalid_base_is_passed_over(self):
        repository = Repository(self.path())
        repository.commit("good", a__one="2020", a__two="2020")
        repository.commit("bad", text="managed_webhooks: [\n")
        repository.commit("worse", text="managed_webhooks: {\n")
        repository.commit("mended", text="")
        repository.commit("now", a__one="2021", a__two="2020", a__new="2021")
        folder = self.path()
        event = push(repository.ids["worse"], repository.ids["now"])
        result = run(repository.folder, folder, github(folder, "push", event, repository.ids["now"]))
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("HP8506", result.err)
        outputs = result.outputs()
        self.assertEqual((outputs["base"], outputs["onboard"], outputs["rotate"], outputs["remove"]),
                         (repository.ids["good"], "1", "1", "0"))
        # A head that is invalid is its own mistake.
        event = push(repository.ids["good"], repository.ids["bad"])
        result = run(repository.folder, folder, github(folder, "push", event, repository.ids["bad"]))
        self.assertEqual(result.code, 5, result.err)
        self.assertEqual(result.outputs()["failure-reason"], "config-invalid")
        self.assertIn("### Webhook plan: none", result.read("summary"))
        self.assertIn("error", [kind for kind, _, _ in result.annotations()])

    # --- the others

    def test_every_other_system(self):
        ids = self.repository.ids
        link = f"https://github.com/acme/config/compare/{ids['c1'][:12]}...{ids['squashed'][:12]}"
        refs = {"org": "acme", "repo": "config", "base_ref": "main", "base_sha": ids["squashed"]}

        def prow(kind, **more):
            return {"JOB_TYPE": kind, "BUILD_ID": "1", "PROW_JOB_ID": "x", **more}

        def spec(kind, **more):
            return json.dumps({"type": kind, "job": "hookplan", "prowjobid": "x", **more})

        target = "merge base of the head and its target"
        rows = [
            # checkout, environment, rule, base, head, changes
            ("test_merge", prow("presubmit", PULL_BASE_REF="main", PULL_BASE_SHA=ids["c1"], PULL_NUMBER="7",
                                PULL_PULL_SHA=ids["p2"], PULL_REFS=f"main:{ids['c1']},7:{ids['p2']}",
                                JOB_SPEC=spec("presubmit", refs={**refs, "base_sha": ids["c1"]})),
             "the base of the run", "c1", "test_merge", (1, 1, 0)),
            ("queued", prow("batch", PULL_BASE_REF="main", PULL_BASE_SHA=ids["c1"], JOB_SPEC=spec("batch", refs=refs),
                            PULL_REFS=f"main:{ids['c1']},7:{ids['p2']},8:{ids['q1']}"),
             "the base of the run", "c1", "queued", (1, 2, 0)),
            ("squashed", prow("postsubmit", PULL_BASE_REF="main", PULL_BASE_SHA=ids["squashed"],
                              JOB_SPEC=spec("postsubmit", refs={**refs, "base_link": link})),
             "what was there before the push", "c1", "squashed", (1, 1, 0)),
            ("squashed", prow("postsubmit", PULL_BASE_REF="main", PULL_BASE_SHA=ids["squashed"],
                              JOB_SPEC=spec("postsubmit", refs=refs)),
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("squashed", prow("periodic", JOB_SPEC=spec("periodic", extra_refs=[refs])),
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("test_merge", {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7",
                            "CI_COMMIT_SHA": ids["test_merge"], "CI_COMMIT_BEFORE_SHA": ZEROS,
                            "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result", "CI_MERGE_REQUEST_DIFF_BASE_SHA": ids["c0"],
                            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": ids["c1"], "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ids["p2"],
                            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
             "first parent of the test merge", "c1", "test_merge", (1, 1, 0)),
            ("p3", {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7",
                    "CI_COMMIT_SHA": ids["p3"], "CI_MERGE_REQUEST_DIFF_BASE_SHA": ids["c0"],  # not brought up to date
                    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
             target, "c1", "p3", (1, 1, 0)),
            ("squashed", {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": ids["squashed"],
                          "CI_COMMIT_BEFORE_SHA": ids["c1"], "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"},
             "what was there before the push", "c1", "squashed", (1, 1, 0)),
            ("squashed", {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_SHA": ids["squashed"],
                          "CI_COMMIT_BEFORE_SHA": ZEROS, "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"},
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("test_merge", {"TF_BUILD": "True", "BUILD_REASON": "PullRequest", "BUILD_SOURCEVERSION": ids["test_merge"],
                            "BUILD_SOURCEBRANCH": "refs/pull/7/merge", "SYSTEM_PULLREQUEST_SOURCECOMMITID": ids["p2"],
                            "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"},
             "first parent of the test merge", "c1", "test_merge", (1, 1, 0)),
            ("squashed", {"TF_BUILD": "True", "BUILD_REASON": "IndividualCI", "BUILD_SOURCEVERSION": ids["squashed"],
                          "BUILD_SOURCEBRANCH": "refs/heads/main"},
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("p2", {"BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "7", "BUILDKITE_COMMIT": ids["p2"],
                    "BUILDKITE_BRANCH": "main", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
             target, "c0", "p2", (1, 1, 0)),
            ("squashed", {"BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_COMMIT": "HEAD",
                          "BUILDKITE_BRANCH": "main", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": ""},
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("test_merge", {"BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_PR_ID": "7", "BITBUCKET_COMMIT": ids["p2"],
                            "BITBUCKET_PR_DESTINATION_COMMIT": ids["c1"][:12], "BITBUCKET_PR_DESTINATION_BRANCH": "main"},
             target, "c1", "test_merge", (1, 1, 0)),
            ("squashed", {"BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_COMMIT": ids["squashed"], "BITBUCKET_BRANCH": "main"},
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("p2", {"CIRCLECI": "true", "CIRCLE_SHA1": ids["p2"], "CIRCLE_BRANCH": "pull/7",
                    "CIRCLE_PULL_REQUEST": "https://github.com/acme/config/pull/7"}, target, "c0", "p2", (1, 1, 0)),
            ("squashed", {"CIRCLECI": "true", "CIRCLE_SHA1": ids["squashed"], "CIRCLE_BRANCH": "main"},
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("p2", {"DRONE": "true", "DRONE_BUILD_EVENT": "pull_request", "DRONE_COMMIT_SHA": ids["p2"],
                    "DRONE_TARGET_BRANCH": "main", "DRONE_COMMIT_BEFORE": ids["c1"]}, target, "c0", "p2", (1, 1, 0)),
            ("squashed", {"DRONE": "true", "DRONE_BUILD_EVENT": "push", "DRONE_COMMIT_SHA": ids["squashed"],
                          "DRONE_BRANCH": "main", "DRONE_COMMIT_BEFORE": ids["c1"]},
             "what was there before the push", "c1", "squashed", (1, 1, 0)),
            ("p2", {"CI": "woodpecker", "CI_PIPELINE_EVENT": "pull_request", "CI_COMMIT_SHA": ids["p2"],
                    "CI_COMMIT_TARGET_BRANCH": "main"}, target, "c0", "p2", (1, 1, 0)),
            ("test_merge", {"JENKINS_URL": "http://ci/", "CHANGE_ID": "7", "CHANGE_TARGET": "main", "BRANCH_NAME": "PR-7"},
             target, "c1", "test_merge", (1, 1, 0)),
            ("squashed", {"JENKINS_URL": "http://ci/", "BRANCH_NAME": "main", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": ids["c1"]},
             "what was there before the push", "c1", "squashed", (1, 1, 0)),
            ("squashed", {"JENKINS_URL": "http://ci/", "BRANCH_NAME": "main"},
             "first parent of the head", "c1", "squashed", (1, 1, 0)),
            ("p2", {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": "origin/main", "PRE_COMMIT_TO_REF": "HEAD"},
             f"merge base of {ids['c1'][:12]} and the head", "c0", "p2", (1, 1, 0)),
            ("squashed", {"HOOKPLAN_OLD": ids["c1"], "HOOKPLAN_NEW": ids["squashed"], "HOOKPLAN_REF": "refs/heads/main"},
             "what was there before the push", "c1", "squashed", (1, 1, 0)),
        ]
        clones = {}
        for checkout, environment, rule, base, head, changes in rows:
            with self.subTest(environment=environment):
                if checkout not in clones:
                    clones[checkout] = self.at(checkout)
                self.check(run(clones[checkout], self.path(), environment), rule, base, head, changes)

    def test_without_any_system_git_decides(self):
        clone = self.at("p2")
        result = run(clone, self.path(), {})
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("HP8501", result.err)
        self.assertIn(f"{self.id('p1')[:12]} -> {self.id('p2')[:12]}", result.out)
        os.system(f"git -C {clone} checkout -q -b changes && git -C {clone} branch -q -u origin/main")
        result = run(clone, self.path(), {})
        self.assertIn(f"{self.id('c0')[:12]} -> {self.id('p2')[:12]}", result.out)


if __name__ == "__main__":
    unittest.main()
