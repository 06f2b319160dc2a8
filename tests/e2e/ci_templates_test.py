#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The templates for GitLab, Prow, Jenkins, pre-commit and git servers: their commands are run as those systems would,
with the variables that they set."""
import fnmatch
import json
import os
import re
import subprocess
import tempfile
import unittest

import yaml

from ci_world import CLEAN, HOOKPLAN, ZEROS, Repository

SOURCE = os.environ["HOOKPLAN_SOURCE"]
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
APPLIED, DONE = 7, 0  # people set the hooks, so an apply is not done at once


def template(name):
    with open(os.path.join(SOURCE, "ci/templates", name), encoding="utf-8") as file:
        return file.read()


class Templates(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = os.path.realpath(temporary.name)
        os.makedirs(self.path("bin"))
        os.symlink(HOOKPLAN, self.path("bin/hookplan"))
        self.environment = {**CLEAN, "PATH": self.path("bin") + os.pathsep + CLEAN["PATH"]}
        out = subprocess.run([HOOKPLAN, "keygen", "--type", "ed25519", "--out", self.path("ci.key")], env=CLEAN,
                             capture_output=True, text=True, check=True).stdout
        os.close(os.open(self.path("hmac.yaml"), os.O_CREAT | os.O_WRONLY, 0o600))
        self.repository = Repository(self.path("repository"))
        with open(os.path.join(self.repository.folder, ".hookplan.yaml"), "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(store=self.path("hmac.yaml"), key=re.search(r"ssh: (ssh-ed25519 \S+?)\}", out)[1]))
        self.repository.commit("old", k__keep="2020")
        self.repository.commit("new", a__one="2021")
        self.ids = self.repository.ids

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_script(self, script, exit_code, **environment):
        done = subprocess.run(["sh", "-e", "-c", script], cwd=self.repository.folder, capture_output=True, text=True,
                              env={**self.environment, **environment}, timeout=60, check=False)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def applied(self):
        with open(self.path("hmac.yaml"), encoding="utf-8") as file:
            return "a/one" in file.read()

    def test_gitlab(self):
        jobs = yaml.safe_load(template("gitlab/hookplan.gitlab-ci.yml"))
        common = {"GITLAB_CI": "true", "CI_COMMIT_SHA": self.ids["new"], "CI_DEFAULT_BRANCH": "main",
                  "HOOKPLAN_PLANNER_KEY": self.path("ci.key")}
        for name in ("hookplan-plan", "hookplan-apply"):
            self.assertEqual(jobs[jobs[name]["extends"]]["variables"]["GIT_DEPTH"], 0)
        said = self.run_script("\n".join(jobs["hookplan-plan"]["script"]), DONE, **common, CI_MERGE_REQUEST_IID="7",
                               CI_PIPELINE_SOURCE="merge_request_event", CI_MERGE_REQUEST_DIFF_BASE_SHA=self.ids["old"])
        self.assertIn("GitLab, merge request", said)
        self.assertFalse(self.applied())
        script = "\n".join(jobs["hookplan-apply"]["script"])
        self.run_script(script, APPLIED, **common, CI_PIPELINE_SOURCE="push", CI_COMMIT_BEFORE_SHA=self.ids["old"],
                        CI_COMMIT_BRANCH="main")
        self.assertTrue(self.applied())
        kept = jobs[".hookplan"]["artifacts"]["paths"][0]
        self.assertTrue(os.path.exists(os.path.join(self.repository.folder, kept, "plan.dsse")))
        said = self.run_script(script, DONE, **common, CI_PIPELINE_SOURCE="schedule", CI_COMMIT_BEFORE_SHA=ZEROS,
                               CI_COMMIT_BRANCH="main")
        self.assertIn("k/keep", said)  # drift: it has no token

    def test_prow(self):
        jobs = yaml.safe_load(template("prow/jobs.yaml"))

        def run_job(job, exit_code, kind, **environment):
            refs = {"org": "ORG", "repo": "REPO", "base_ref": "main", "base_sha": self.ids["new"]}
            spec = {"type": kind, "refs": refs, "extra_refs": [refs]}
            words = [word.replace("/secrets/planner.key", self.path("ci.key"))
                     for word in job["spec"]["containers"][0]["command"]]
            return self.run_script(" ".join(words), exit_code, JOB_TYPE=kind, JOB_SPEC=json.dumps(spec),
                                   ARTIFACTS=self.path("artifacts"), PULL_BASE_REF="main", **environment)

        run_job(jobs["presubmits"]["ORG/REPO"][0], DONE, "presubmit", PULL_BASE_SHA=self.ids["old"], PULL_NUMBER="7")
        self.assertFalse(self.applied())
        self.assertTrue(os.path.exists(self.path("artifacts/plan.md")))
        postsubmit = jobs["postsubmits"]["ORG/REPO"][0]
        self.assertEqual(postsubmit["max_concurrency"], 1)
        run_job(postsubmit, APPLIED, "postsubmit", PULL_BASE_SHA=self.ids["new"])
        self.assertTrue(self.applied())
        said = run_job(jobs["periodics"][0], APPLIED, "periodic")
        self.assertIn("nothing to apply", said)

    def test_jenkins(self):
        commands = re.findall(r"\bsh '([^']*)'", template("jenkins/Jenkinsfile"))
        self.assertEqual(len(commands), 2)
        common = {"JENKINS_URL": "http://ci/", "PLANNER_KEY": self.path("ci.key")}
        self.repository.git("update-ref", "refs/remotes/origin/main", self.ids["old"])
        self.run_script(commands[0], DONE, **common, CHANGE_ID="7", CHANGE_TARGET="main", BRANCH_NAME="PR-7")
        self.run_script(commands[1], DONE, **common, CHANGE_ID="7", CHANGE_TARGET="main", BRANCH_NAME="PR-7")
        self.assertFalse(self.applied())
        self.repository.git("update-ref", "refs/remotes/origin/main", self.ids["new"])
        self.run_script(commands[1], APPLIED, **common, BRANCH_NAME="main")
        self.assertTrue(self.applied())

    def test_pre_commit(self):
        with open(os.path.join(SOURCE, ".pre-commit-hooks.yaml"), encoding="utf-8") as file:
            check, plan = yaml.safe_load(file)
        files = self.repository.git("ls-files").splitlines()
        chosen = [name for name in files if re.search(check["files"], name)]
        self.assertEqual(sorted(chosen), [".hookplan.yaml", "config.yaml"])
        self.run_script(" ".join([check["entry"], *chosen]), DONE)
        said = self.run_script(plan["entry"], DONE, PRE_COMMIT="1", PRE_COMMIT_FROM_REF=self.ids["old"],
                               PRE_COMMIT_TO_REF=self.ids["new"])
        self.assertIn("+ onboard  a/one", said)

    def test_a_git_server(self):
        bare = self.path("bare.git")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True)
        subprocess.run(["git", "-C", bare, "config", "receive.denyDeleteCurrent", "ignore"], check=True)
        with open(os.path.join(bare, "hooks/post-receive"), "w", encoding="utf-8") as file:
            file.write(template("hooks/post-receive"))
        os.chmod(file.name, 0o755)

        def pushed(*words):
            done = subprocess.run(["git", "-C", self.repository.folder, "push", bare, *words], env=self.environment,
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stderr

        self.assertIn("HP8507", pushed(f"{self.ids['old']}:refs/heads/main"))  # the first push of a branch
        said = pushed(f"{self.ids['new']}:refs/heads/main")
        self.assertIn("git hook, update of a branch: what was there before the push", said)
        self.assertIn("+ onboard  a/one", said)
        self.assertIn("HP8505", pushed("+" + self.ids["old"] + ":refs/heads/main"))
        self.assertIn("HP8508", pushed(":refs/heads/main"))

    def test_every_file_is_one_of_these(self):
        known = ["README.md", "github/*.yml", "gitlab/hookplan.gitlab-ci.yml", "prow/jobs.yaml", "jenkins/Jenkinsfile",
                 "hooks/post-receive"]
        root = os.path.join(SOURCE, "ci/templates")
        for place, _, files in os.walk(root):
            for name in files:
                path = os.path.relpath(os.path.join(place, name), root)
                self.assertTrue(any(fnmatch.fnmatch(path, one) for one in known), path)


if __name__ == "__main__":
    unittest.main()
