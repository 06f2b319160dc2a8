#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What was reviewed is what runs: real merges of every kind in git, pull requests and reviews as far as tests/peers/github.py is
like GitHub, and `hookplan ci --apply` on the branch."""
import base64
import hashlib
import json
import os
import subprocess
import sys
import unittest
import urllib.request

from ci_apply_world import SETTINGS, ApplyCase
from ci_world import CLEAN, HOOKPLAN

PEER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers", "github.py")
TOKEN = "ghs_the-token-of-the-job"
ALICE, BOB, CAROL, DAVE = (("alice", 583231), ("bob", 1024025), ("carol", 9919), ("dave", 777))
REVIEWED = SETTINGS.replace("  roles:\n", """    alice: {{ssh: {alice}}}
  owners:
    alice: {{github: {{login: alice, id: 583231}}}}
    bob: {{github: {{login: bob, id: 1024025}}}}
    carol: {{github: {{login: carol, id: 9919}}}}
  roles:
    approver: {{keys: [alice], owners: [bob, carol]}}
""") + """  rules:
    - {{if: {{kind: remove}}, require: {{approver: 2}}}}
  review: {{role: approver}}
"""


class Review(ApplyCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = subprocess.Popen([sys.executable, "-B", PEER, "--seconds", "280"], stdout=subprocess.PIPE, text=True)
        cls.api = f"http://127.0.0.1:{int(cls.peer.stdout.readline())}"

    @classmethod
    def tearDownClass(cls):
        cls.peer.terminate()
        cls.peer.wait()
        cls.peer.stdout.close()

    made = {}  # keys by name, made once: the line for the policy, and the file

    def key(self, name):
        if name not in self.made:
            line = super().key(name)
            with open(self.path(f"{name}.key"), encoding="utf-8") as file:
                self.made[name] = line, file.read()
        line, text = self.made[name]
        with open(os.open(self.path(f"{name}.key"), os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        return line

    def setUp(self):
        super().setUp()
        self.number = 0
        # A repository of its own on the one GitHub.
        self.name = f"acme/{self.id().rsplit('.', 1)[-1].replace('_', '-')[:60]}"
        self.control("seed", targets={self.name: {}}, tokens={TOKEN: {
            "kind": "app", "permissions": {"pull_requests": "read", "metadata": "read"}, "repositories": None}})

    def control(self, word, **body):
        request = urllib.request.Request(f"{self.api}/_control/{word}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10):
            pass

    def begin(self, settings=REVIEWED):
        super().begin(settings)
        self.repository.commit("begin", a__one="2020", a__two="2020", a__three="2020")

    # --- pull requests

    def branch(self, name, start="begin", *steps):
        """The head of a pull request: a commit for each step."""
        self.repository.on(name, start)
        for position, changes in enumerate(steps):
            self.repository.commit(f"{name}{position}" if position + 1 < len(steps) else name, **changes)
        return self.ids[name]

    def merged(self, kind, name, author=DAVE, start="begin", opened=1_600_000_000):
        """Merges the branch of that name into main, in that way; GitHub knows about it. The number."""
        self.repository.on("main")
        before = self.repository.git("rev-parse", "HEAD")
        head = self.ids[name]
        if kind == "merge":
            self.repository.merge(f"merged-{name}", name)
        elif kind == "squash":
            self.repository.squash(f"merged-{name}", name)
        elif kind == "rebase":
            self.repository.git("cherry-pick", "--allow-empty", f"{self.repository.git('merge-base', before, head)}..{head}")
            self.repository.remember(f"merged-{name}")
        commits = self.repository.git("rev-list", "--first-parent", f"{before}..HEAD").split()
        self.number += 1
        self.control("merge", repository=self.name, number=self.number, author=author, head=head, merge_commit=commits[0],
                     commits=commits, opened=opened)
        self.control("pull", repository=self.name, number=self.number, head=head)
        return self.number

    def review(self, number, who, name, state="APPROVED"):
        commit = self.ids.get(name, name)
        self.control("review", repository=self.name, number=number, login=who[0], account=who[1], state=state, commit=commit)

    def go(self, before="begin", *options, **more):
        self.repository.on("main")
        self.repository.remember("now")
        return self.apply(before, "now", "--review-token", "env:JOB_TOKEN", *options, GITHUB_API_URL=self.api,
                          GITHUB_REPOSITORY=self.name, JOB_TOKEN=TOKEN, **more)

    def accepts(self, *options, before="begin"):
        result = self.go(before, *options)
        self.assertEqual(result.code, 7, result.out + result.err)  # people set the hooks
        self.assertNotIn(TOKEN, result.out + result.err)
        return result

    def written(self):
        texts = []
        for name in ("hmac.yaml", "hmac.yaml.ledger", "handover.yaml"):
            if os.path.exists(self.path(name)):
                with open(self.path(name), encoding="utf-8") as file:
                    texts.append(file.read())
        return texts

    def refuses(self, *words, options=(), before="begin"):
        before_it = self.written()
        result = self.go(before, *options)
        self.assertEqual(result.code, 4, result.out + result.err)
        self.assertEqual(result.outputs()["failure-reason"], "not-reviewed")
        self.assertEqual(self.written(), before_it)
        for word in words:
            self.assertIn(word, result.err)
        self.assertIn("### Not applied", result.read("summary"))
        self.assertIn("; why: ", result.read("summary"))
        return result

    # --- every kind of merge

    def test_every_kind_of_merge_keeps_the_approval(self):
        # One after the other on one branch: a run that never came is made up for by the next.
        for kind, entry in (("merge", "a__one"), ("squash", "a__two"), ("rebase", "a__three")):
            self.branch(kind, "begin", {entry: "2021"}, {entry: "2022"})
            self.review(self.merged(kind, kind), BOB, kind)
        result = self.accepts()
        for entry in ("a/one", "a/two", "a/three"):
            self.assertIn(entry, self.tokens())
        self.assertNotIn("HP73", result.err)

    def test_a_merge_queue_brings_several_pull_requests_at_once(self):
        self.branch("first", "begin", {"a__one": "2021"})
        self.branch("second", "begin", {"a__two": "2021"})
        self.review(self.merged("merge", "first"), BOB, "first")
        number = self.merged("merge", "second")
        self.refuses("a/two: reviewed: nothing", f"#{number} brings it and has 0 of 1 approvals")
        self.review(number, CAROL, "second")
        self.accepts()

    def test_the_same_entry_twice_is_one_change(self):
        self.branch("first", "begin", {"a__one": "2021"})
        self.review(self.merged("squash", "first"), BOB, "first")
        self.branch("second", "merged-first", {"a__one": "2022"})
        self.review(self.merged("rebase", "second"), BOB, "second")
        self.accepts()

    def test_a_rebase_or_an_update_of_the_branch_keeps_the_approval(self):
        self.branch("other", "begin", {"a__two": "2021"})
        self.branch("old", "begin", {"a__one": "2021"})
        self.review(self.merged("merge", "other"), BOB, "other")
        self.branch("rebased", "merged-other", {"a__one": "2021"})
        number = self.merged("merge", "rebased")
        self.review(number, BOB, "old")
        self.accepts()

    def test_an_updated_branch_keeps_the_approval(self):
        self.branch("other", "begin", {"a__two": "2021"})
        self.branch("old", "begin", {"a__one": "2021"})
        self.review(self.merged("squash", "other"), BOB, "other")
        self.repository.on("updated", "old")
        self.repository.merge("updated", "merged-other")
        self.review(self.merged("squash", "updated"), CAROL, "old")
        self.accepts()

    # --- what does not count

    def test_what_was_pushed_after_the_review_is_not_reviewed(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        self.branch("more", "seen", {"a__two": "2021"})
        number = self.merged("squash", "more")
        self.review(number, BOB, "seen")
        self.refuses("HP7303", "changes something else")
        self.review(number, BOB, "more")
        self.accepts()

    def test_a_direct_push_is_refused_and_shown(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        self.review(self.merged("merge", "seen"), BOB, "seen")
        self.repository.commit("pushed", a__one="2023", a__new="2023")
        self.refuses("HP7302", "a/one: reviewed: rotate 2020-01-01T00:00:00Z -> 2021-01-01T00:00:00Z; "
                     "now: rotate 2020-01-01T00:00:00Z -> 2023-01-01T00:00:00Z; why: #1 leads to",
                     "HP7301", "a/new: reviewed: nothing", "no merged pull request brings it")

    def test_a_revert_needs_a_review_of_its_own(self):
        self.branch("seen", "begin", {"a__one": "2021", "a__two": "2021"})
        self.review(self.merged("squash", "seen"), BOB, "seen")
        self.repository.commit("reverted", a__one="2020")
        # What is left was reviewed; what was taken back needs nothing.
        self.accepts()

    def test_the_author_strangers_and_those_who_took_it_back_do_not_count(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        number = self.merged("rebase", "seen", author=BOB)
        self.review(number, BOB, "seen")
        self.refuses("whoever opened a pull request does not approve it")
        self.review(number, ("alice", 4711), "seen")  # the login is not the account
        self.refuses("the account 4711 is not in the role approver")
        self.review(number, CAROL, "seen")
        self.review(number, CAROL, "seen", "CHANGES_REQUESTED")
        self.refuses("0 of 1")
        self.review(number, ALICE, "seen")
        self.review(number, ALICE, "seen", "COMMENTED")
        self.control("dismiss", repository=self.name, number=number, position=4)
        self.refuses("0 of 1")
        self.review(number, ALICE, "seen")
        self.accepts()

    def test_a_removal_needs_two_people_and_all_pages_are_read(self):
        self.branch("seen", "begin", {"a__one": None})
        number = self.merged("merge", "seen")
        self.control("settings", most_reviews_a_page=2)
        for _ in range(5):
            self.review(number, BOB, "seen")
        self.refuses("#1 brings it and has 1 of 2 approvals")
        self.review(number, CAROL, "seen")
        self.accepts()

    def test_the_settings_file_is_reviewed_too(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        self.review(self.merged("merge", "seen"), BOB, "seen")
        path = os.path.join(self.repository.folder, ".hookplan.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("{approver: 2}", "{approver: 3}"))
        self.repository.commit("other policy")
        self.refuses("the settings file: reviewed: nothing")

    # --- signed plans

    def signed(self, name, *keys, base="begin"):
        path = self.path(f"{name}.dsse")
        self.hookplan("plan", "--repo", self.repository.folder, "--branch", "main", "--sign", "file:" + self.path("ci.key"),
                      "--out", path, self.ids[base], self.ids[name])
        with open(path, encoding="utf-8") as file:
            digest = hashlib.sha256(base64.b64decode(json.load(file)["payload"])).hexdigest()
        for key in keys:
            self.hookplan("approve", path, "--key", f"file:{self.path(key)}.key", "--digest", digest)
        return path

    def test_a_signed_plan_approves_wherever_it_was_found(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        number = self.merged("squash", "seen")
        only_planner = self.signed("seen")
        self.refuses(options=("--reviewed", only_planner))
        path = self.signed("seen", "alice")
        with open(path, encoding="utf-8") as file:
            envelope = file.read()
        self.control("pull", repository=self.name, number=number, head=self.ids["seen"], comments=[
            {"login": "mallory", "body": "LGTM\n\n```\n" + envelope.replace("A", "B", 1) + "```\n"}])
        self.refuses("HP7304")
        self.accepts("--reviewed", path)

    def test_a_signed_plan_in_a_comment_counts(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        number = self.merged("rebase", "seen")
        with open(self.signed("seen", "alice"), encoding="utf-8") as file:
            envelope = file.read()
        self.control("pull", repository=self.name, number=number, head=self.ids["seen"], comments=[
            {"login": "mallory", "body": "the approved plan:\r\n\r\n```json\r\n" + envelope.strip() + "\r\n```\r\n"}])
        self.accepts()

    def test_an_old_signed_plan_is_for_no_new_pull_request(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        path = self.signed("seen", "alice")
        self.merged("merge", "seen", opened=4_000_000_000)
        self.refuses("HP7301", options=("--reviewed", path))

    def test_apply_asks_the_same(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        number = self.merged("rebase", "seen")
        plan = self.signed("merged-seen")
        words = [HOOKPLAN, "apply", plan, "--policy-at", self.ids["begin"], "--branch", "main", "--review-token", "env:JOB_TOKEN",
                 "--review-repository", self.name, "--review-api", self.api, "--handover", self.path("handover.yaml")]

        def apply():
            return subprocess.run(words, cwd=self.repository.folder, env={**CLEAN, "JOB_TOKEN": TOKEN}, capture_output=True,
                                  text=True, check=False)

        result = apply()
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("0 of 1 approvals", result.stderr)
        self.assertEqual(self.tokens(), "")
        self.review(number, CAROL, "seen")
        result = apply()
        self.assertEqual(result.returncode, 7, result.stderr)
        self.assertIn("a/one", self.tokens())

    def test_what_was_approved_and_reverted_needs_another_approval(self):
        self.branch("first", "begin", {"a__one": "2021"})
        number = self.merged("merge", "first")
        self.review(number, BOB, "first")
        self.accepts()
        self.confirm()
        self.assertEqual(self.go().code, 0)
        self.branch("back", "merged-first", {"a__one": "2020"})
        self.review(self.merged("squash", "back"), BOB, "back")
        result = self.go("merged-first")
        self.assertEqual(result.code, 0, result.out + result.err)
        # The first approval was for then.
        self.repository.commit("again", a__one="2021")
        self.refuses("a/one: reviewed: nothing", before="merged-back")

    def test_a_merge_by_hand_is_as_good_as_one_by_the_forge(self):
        # The branch is where the head of the pull request was: nothing was merged, git only moved on.
        self.branch("seen", "begin", {"a__one": "2021"}, {"a__one": "2022"})
        self.repository.on("main")
        self.repository.git("merge", "-q", "--ff-only", self.ids["seen"])
        commits = self.repository.git("rev-list", "--first-parent", f"{self.ids['begin']}..HEAD").split()
        self.control("merge", repository=self.name, number=1, author=DAVE, head=self.ids["seen"],
                     merge_commit=commits[0], commits=commits)
        self.control("pull", repository=self.name, number=1, head=self.ids["seen"])
        self.refuses("0 of 1")
        self.review(1, BOB, "seen")
        self.accepts()

    def test_a_pull_request_into_another_branch_approves_nothing(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        self.repository.on("main")
        self.repository.squash("pushed", "seen")
        self.control("merge", repository=self.name, number=1, author=DAVE, head=self.ids["seen"],
                     merge_commit=self.ids["pushed"], commits=[self.ids["pushed"]], branch="release")
        self.control("merge", repository=self.name, number=2, author=DAVE, head=self.ids["seen"],
                     merge_commit="e" * 40, commits=[self.ids["pushed"]])
        for number in (1, 2):
            self.control("pull", repository=self.name, number=number, head=self.ids["seen"])
            self.review(number, BOB, "seen")
        self.refuses("no merged pull request brings it")

    def test_commits_that_the_clone_lacks_are_fetched_on_request(self):
        self.branch("old", "begin", {"a__one": "2021"})
        self.repository.on("words", "begin")
        self.repository.commit("words", k__other="2020")
        self.branch("seen", "words", {"a__one": "2021", "k__other": None})
        number = self.merged("squash", "seen")
        self.review(number, BOB, "old")
        # As GitHub has them: no branch leads there any more.
        self.repository.git("update-ref", f"refs/pull/{number}/head", self.ids["seen"])
        self.repository.git("update-ref", "refs/hidden/old", self.ids["old"])
        self.repository.git("branch", "-D", "seen", "old", "words")
        whole = self.repository.folder
        self.repository.folder = self.path("clone")
        subprocess.run(["git", "clone", "-q", "--no-tags", f"file://{whole}", self.repository.folder], check=True)
        self.refuses("HP7305", f"git fetch origin pull/{number}/head")
        self.accepts("--fetch-reviewed")

    # --- what cannot be known

    def test_a_commit_that_is_not_there_approves_nothing(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        number = self.merged("squash", "seen")
        self.review(number, BOB, "f" * 40)
        self.refuses("HP7305", "git fetch origin ffffffffffff")

    def test_without_the_right_to_read_reviews_nothing_is_applied(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        self.review(self.merged("merge", "seen"), BOB, "seen")
        self.control("seed", tokens={TOKEN: {"kind": "app", "permissions": {"metadata": "read"}, "repositories": None}})
        result = self.go()
        self.assertEqual(result.code, 77, result.err)
        self.assertIn("HP7306", result.err)
        self.assertIn("pull-requests: read", result.err)
        self.assertEqual(self.tokens(), "")

    def test_without_a_token_only_signatures_count(self):
        self.branch("seen", "begin", {"a__one": "2021"})
        self.review(self.merged("merge", "seen"), BOB, "seen")
        self.repository.on("main")
        result = self.apply("begin", "merged-seen")
        self.assertEqual(result.code, 23, result.err)
        self.assertIn("--review-token", result.err)
        self.assertEqual(self.tokens(), "")


if __name__ == "__main__":
    unittest.main()
