#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Action and the workflows that use it, with real processes in fresh clones: plan on pull_request, apply on push,
drift on schedule. tests/interop/pipeline/run.mjs is the runner."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from ci_world import CLEAN, HOOKPLAN, REPOSITORY, Repository, pull_request, push

PACKAGES = sys.argv.pop(1)
SOURCE = os.environ["HOOKPLAN_SOURCE"]
HERE = os.path.dirname(os.path.abspath(__file__))
IDENTITY = {f"GIT_{who}_{what}": "test@hookplan.dev" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
os.environ.update(IDENTITY)
CLEAN.update(IDENTITY)
CLEAN.pop("SOURCE_DATE_EPOCH", None)

SETTINGS = """version: 1
forges:
  people: {{type: manual}}
receivers:
  hook: {{type: file, url: "https://hook.example.com/hook", store: {{type: file, path: {store}}}}}
routes:
  - {{match: "*", forge: people, receiver: hook, events: ["*"]}}
policy:
  keys:
    ci: {{ssh: {key}}}
  roles:
    planner: {{keys: [ci]}}
"""


class Pipeline(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = os.path.realpath(temporary.name)
        self.jobs = 0
        repository = self.repository = Repository(self.path("upstream"))
        repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        out = subprocess.run([HOOKPLAN, "keygen", "--type", "ed25519", "--out", self.path("ci.key")], env=CLEAN,
                             capture_output=True, text=True, check=True).stdout
        with open(self.path("ci.key"), encoding="utf-8") as file:
            self.secret = file.read()
        os.close(os.open(self.path("hmac.yaml"), os.O_CREAT | os.O_WRONLY, 0o600))
        with open(os.path.join(repository.folder, ".hookplan.yaml"), "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(store=self.path("hmac.yaml"), key=re.search(r"ssh: (ssh-ed25519 \S+?)\}", out)[1]))
        repository.commit("c0", a__one="2020", c__keep="2020", k__keep="2020")
        repository.on("changes", "c0")
        repository.commit("head", a__one="2021", z__new="2021")
        repository.on("main", "c0")
        repository.commit("c1", d__later="2022")
        repository.on("test", "c1")
        repository.merge("test_merge", "head")
        repository.on("main")
        repository.squash("squashed", "head")
        self.ids = repository.ids
        # The action as it is checked out, and built already.
        self.action = self.path("action")
        os.makedirs(os.path.join(self.action, "build/release/cmd"))
        os.symlink(os.path.join(SOURCE, "action.yml"), os.path.join(self.action, "action.yml"))
        os.symlink(HOOKPLAN, os.path.join(self.action, "build/release/cmd/hookplan"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_job(self, workflow, job, event_name, event, sha, ref="refs/heads/main", *, secrets=True,
                **more):
        """What became of the job; `action` is the step of ours, if it came so far."""
        folder = self.path(f"job{self.jobs}")
        self.jobs += 1
        os.makedirs(os.path.join(folder, "temp"))
        with open(os.path.join(folder, "event.json"), "w", encoding="utf-8") as file:
            json.dump(event, file)
        variables = {
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event_name, "GITHUB_SHA": sha, "GITHUB_REF": ref,
            "GITHUB_REPOSITORY": "acme/config", "GITHUB_RUN_ID": "17400000000", "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_WORKSPACE": os.path.join(folder, "workspace"), "RUNNER_TEMP": os.path.join(folder, "temp"),
            "GITHUB_EVENT_PATH": os.path.join(folder, "event.json"), **more}
        described = {
            "workflow": workflow, "job": job, "action": self.action, "upstream": self.repository.folder, "folder": folder,
            "github": {"event_name": event_name, "event": event, "sha": sha, "ref": ref, "repository": "acme/config",
                       "server_url": f"file://{self.folder}", "token": "github-token-value"},
            "secrets": {"HOOKPLAN_PLANNER_KEY": self.secret, "HOOKPLAN_APP_KEY": "app-key-value"} if secrets else {},
            "environment": CLEAN, "variables": variables}
        with open(os.path.join(folder, "job.json"), "w", encoding="utf-8") as file:
            json.dump(described, file)
        done = subprocess.run(["node", os.path.join(HERE, "pipeline/start.mjs"), PACKAGES, "./run.mjs",
                               os.path.join(folder, "job.json")], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = json.loads(done.stdout)
        ours = [step for step in result["steps"] if "exit-code" in step.get("outputs", {})]
        result["action"] = ours[0] if ours else None
        os.remove(os.path.join(folder, "job.json"))
        self.check_secrets(folder, done.stdout)
        return result

    def check_secrets(self, folder, text):
        """No secret is in what a job prints or leaves; a token of the store neither."""
        for place, _, files in os.walk(folder):
            for name in files:
                if ".git" not in place.split(os.sep) and name != "hookplan-handover.yaml":
                    with open(os.path.join(place, name), encoding="utf-8", errors="replace") as file:
                        text += file.read()
        with open(self.path("hmac.yaml"), encoding="utf-8") as file:
            tokens = re.findall(r"value: (\S+)", file.read())
        for secret in ["app-key-value", "github-token-value", *tokens,
                       *(line for line in self.secret.splitlines() if "-" not in line)]:
            self.assertNotIn(secret, text)

    def template(self, name):
        return os.path.join(SOURCE, "ci/templates/github", name)

    def test_a_pull_request_is_planned(self):
        ids = self.ids
        for fork in (False, True):
            for name in ("hookplan.yml", "hookplan-plan.yml"):
                result = self.run_job(self.template(name), "plan", "pull_request",
                                      pull_request(ids["c1"], ids["head"], fork=fork), ids["test_merge"],
                                      "refs/pull/7/merge", secrets=not fork)
                step = result["action"]
                self.assertEqual(result["conclusion"], "success", step)
                outputs = step["outputs"]
                self.assertEqual([outputs[name] for name in ("onboard", "rotate", "remove", "trusted", "blocked")],
                                 ["1", "1", "0", "false", "false"])
                self.assertEqual(outputs["base"], ids["c1"])
                self.assertTrue(os.path.exists(outputs["plan-json"]) and os.path.exists(outputs["plan-markdown"]))
                self.assertIn("### Webhook plan: 1 rotate, 1 onboard", step["summary"])
                self.assertIn("::notice file=config.yaml,line=", step["log"])
        # The other jobs of the workflow stay out.
        result = self.run_job(self.template("hookplan.yml"), "apply", "pull_request",
                              pull_request(ids["c1"], ids["head"]), ids["test_merge"], "refs/pull/7/merge")
        self.assertEqual(result["conclusion"], "skipped")

    def test_a_report_plans_what_was_looked_at(self):
        event = {"repository": REPOSITORY, "workflow_run": {"event": "pull_request", "head_sha": self.ids["head"],
                                                             "head_branch": "main", "pull_requests": []}}
        os.makedirs(self.path("acme"))
        os.symlink(self.repository.folder, self.path("acme/config"))
        result = self.run_job(self.template("hookplan-report.yml"), "compute", "workflow_run", event, self.ids["c1"])
        self.assertEqual(result["conclusion"], "success", result)
        outputs = result["action"]["outputs"]
        self.assertEqual((outputs["base"], outputs["head"], outputs["trusted"]), (self.ids["c0"], self.ids["head"], "false"))

    def test_a_push_is_applied_and_drift_is_looked_for(self):
        ids = self.ids
        event = push(ids["c1"], ids["squashed"])
        for name, kept in (("hookplan.yml", "success"), ("hookplan-apply.yml", "skipped")):
            result = self.run_job(self.template(name), "apply", "push", event, ids["squashed"])
            # People set these hooks, so the run ends before all is done.
            self.assertEqual((result["conclusion"], result["action"]["exit"]), ("failure", 7), result)
            self.assertEqual(result["action"]["outputs"]["failure-reason"], "partial")
            with open(self.path("hmac.yaml"), encoding="utf-8") as file:
                self.assertIn("z/new", file.read())
            # The signed plan is kept although the step failed. Another run only goes on with it.
            self.assertEqual(result["steps"][-1]["conclusion"], kept)
        timer = {"schedule": "0 * * * *", "repository": REPOSITORY}
        for name in ("hookplan.yml", "hookplan-apply.yml"):
            result = self.run_job(self.template(name), "apply", "schedule", timer, ids["squashed"])
            self.assertIn("going on with what earlier plans left", result["action"]["log"])
            result = self.run_job(self.template(name), "drift", "schedule", timer, ids["squashed"])
            self.assertEqual(result["conclusion"], "failure", result)
            self.assertEqual(result["action"]["outputs"]["drift"], "true")
            # Neither is for a push.
            self.assertEqual(self.run_job(self.template(name), "drift", "push", event, ids["squashed"])["conclusion"], "skipped")

    def reviewed_pull_request(self):
        """A squashed pull request whose commit no branch leads to any more, and the GitHub that knows of it. Its base."""
        repository = self.repository
        path = os.path.join(repository.folder, ".hookplan.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("  roles:\n", "  owners: {bob: {github: {login: bob, id: 1024025}}}\n  roles:\n"
                                    "    approver: {owners: [bob]}\n") + "  review: {role: approver}\n")
        repository.commit("base")
        repository.on("pull", "base")
        repository.commit("pull", z__next="2021")
        repository.on("main")
        repository.squash("merged", "pull")
        repository.git("branch", "-D", "pull")
        peer = subprocess.Popen([sys.executable, "-B", os.path.join(SOURCE, "tests/peers/github.py"), "--seconds", "100"],
                                stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (peer.terminate(), peer.wait(), peer.stdout.close()))
        return f"http://127.0.0.1:{int(peer.stdout.readline())}"

    def test_what_was_reviewed_is_applied(self):
        api = self.reviewed_pull_request()

        def control(word, **body):
            with urllib.request.urlopen(urllib.request.Request(f"{api}/_control/{word}", json.dumps(body).encode()), timeout=10):
                pass

        control("seed", targets={"acme/config": {}}, tokens={"github-token-value": {
            "kind": "app", "permissions": {"pull_requests": "read"}, "repositories": ["acme/config"]}})
        control("pull", repository="acme/config", number=7, head=self.ids["pull"])
        control("merge", repository="acme/config", number=7, author=["dave", 777], head=self.ids["pull"],
                merge_commit=self.ids["merged"], commits=[self.ids["merged"]])
        with open(self.template("hookplan-apply.yml"), encoding="utf-8") as file:
            text = file.read().replace("mode: apply\n", "mode: apply\n          reviews: true\n")
        with open(self.path("reviews.yml"), "w", encoding="utf-8") as file:
            file.write(text)
        for reviews, code in ((0, 4), (1, 7)):
            if reviews:
                control("review", repository="acme/config", number=7, login="bob", account=1024025, state="APPROVED",
                        commit=self.ids["pull"])
            result = self.run_job(self.path("reviews.yml"), "apply", "push", push(self.ids["base"], self.ids["merged"]),
                                  self.ids["merged"], GITHUB_API_URL=api)
            self.assertEqual(result["action"]["exit"], code, result)
            self.assertNotIn("HP7305", result["action"]["log"])

    def test_inputs_are_values(self):
        workflow = self.path("inputs.yml")
        hostile = "x'\"$(touch pwned)`touch pwned`;touch pwned\n--apply"
        for name in ("base", "config-path", "branch", "mode", "dry-run", "planner-key"):
            given = {"mode": "apply", "planner-key": self.secret, name: hostile}
            with open(workflow, "w", encoding="utf-8") as file:
                steps = [{"uses": "actions/checkout@SHA", "with": {"fetch-depth": "0"}},
                         {"id": "ours", "uses": "hookplan/hookplan@SHA", "with": given}]
                json.dump({"on": "push", "jobs": {"job": {"runs-on": "ubuntu-24.04", "steps": steps}}}, file)
            result = self.run_job(workflow, "job", "push", push(self.ids["c1"], self.ids["squashed"]), self.ids["squashed"])
            with self.subTest(name=name):
                # Another branch is a run that is not trusted; what is not `true` is no dry run.
                self.assertEqual(result["conclusion"], "success" if name == "branch" else "failure", result)
        for place, _, files in os.walk(self.folder):
            self.assertNotIn("pwned", files, place)


if __name__ == "__main__":
    unittest.main()
