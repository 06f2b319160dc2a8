# SPDX-License-Identifier: Apache-2.0
"""A repository with pull requests that were merged in every way, and the surroundings in which CI systems would start
`hookplan ci` on it."""
import json
import os
import re
import subprocess

HOOKPLAN = os.environ["HOOKPLAN"]
ZEROS = "0" * 40
# Only what a program needs to run; every test says what else there is.
CLEAN = {name: os.environ[name] for name in (
    "PATH", "HOME", "TMPDIR", "LC_ALL", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "LSAN_OPTIONS", "SOURCE_DATE_EPOCH",
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE") if name in os.environ}


class Repository:
    """Commits by name; `ids[name]` is the id."""

    def __init__(self, folder):
        self.folder = folder
        self.ids = {}
        self.entries = {}
        subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)

    def git(self, *words):
        done = subprocess.run(["git", "-C", self.folder, *words], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def remember(self, name):
        self.ids[name] = self.git("rev-parse", "HEAD")
        return self.ids[name]

    def write(self, entries):
        """A config with its entries far enough from each other that git merges changes of two of them."""
        lines = ["managed_webhooks:", "  org_repo_config:"]
        for entry in sorted(entries):
            lines += [f"    {entry}: {{token_created_after: {entries[entry]}-01-01T00:00:00Z}}", f"    # {entry}", "", ""]
        with open(os.path.join(self.folder, "config.yaml"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def commit(self, name, text=None, **changes):
        """Entries by name with __ for /, their year; None removes one."""
        path = os.path.join(self.folder, "config.yaml")
        if text is None:
            entries = dict(re.findall(r"^    (\S+/\S+): \{token_created_after: (\d+)", self.text(), re.M))
            for entry, year in changes.items():
                entry = entry.replace("__", "/")
                if year is None:
                    del entries[entry]
                else:
                    entries[entry] = year
            self.write(entries)
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        self.git("add", ".")
        self.git("commit", "-q", "--allow-empty", "-m", name)
        return self.remember(name)

    def text(self):
        try:
            with open(os.path.join(self.folder, "config.yaml"), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def on(self, branch, start=None):
        self.git("checkout", "-q", *(["-B", branch, self.ids[start]] if start else [branch]))

    def merge(self, name, *others, message="merge"):
        self.git("merge", "-q", "--no-ff", "-m", message, *(self.ids[other] for other in others))
        return self.remember(name)

    def squash(self, name, other):
        self.git("merge", "-q", "--squash", self.ids[other])
        self.git("commit", "-q", "-m", name)
        return self.remember(name)

    def clone(self, folder, checkout, *options, branch="main"):
        """As a CI system makes one: the commit checked out, without branches of its own."""
        subprocess.run(["git", "init", "-q", folder], check=True)
        git = ["git", "-C", folder]
        subprocess.run([*git, "remote", "add", "origin", f"file://{self.folder}"], check=True)
        subprocess.run([*git, "fetch", "-q", *options, "origin", checkout], check=True)
        if not options:
            subprocess.run([*git, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*"], check=True)
        subprocess.run([*git, "checkout", "-q", "--detach", checkout], check=True)
        if branch and not options:
            subprocess.run([*git, "symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{branch}"], check=True)
        return folder


class Result:
    def __init__(self, done, folder):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr
        self.folder = folder

    def read(self, name):
        try:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def outputs(self):
        """As the runner reads GITHUB_OUTPUT: NAME<<DELIMITER, the value, DELIMITER."""
        found, lines = {}, iter(self.read("output").splitlines())
        for line in lines:
            name, mark, delimiter = line.partition("<<")
            assert mark and delimiter, line
            value = []
            for part in lines:
                if part == delimiter:
                    break
                value.append(part)
            else:
                raise AssertionError(f"{name} does not end")
            assert name not in found, f"{name} twice"
            found[name] = "\n".join(value)
        return found

    def annotations(self):
        return re.findall(r"^::(error|warning|notice) ([^\n]*?)::(.*)$", self.out, re.M)


def run(clone, folder, environment, *options):
    """Runs the step in the clone; what it leaves is in the folder."""
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run([HOOKPLAN, "ci", *options], cwd=clone, env={**CLEAN, **environment}, capture_output=True,
                          text=True, timeout=60, check=False)
    return Result(done, folder)


def github(folder, name, event, sha, ref="refs/heads/main", **more):
    """What a runner of GitHub sets, with its files in the folder. `event`: the payload, text that is not one, or None."""
    os.makedirs(folder, exist_ok=True)
    environment = {
        "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_SHA": sha, "GITHUB_REF": ref,
        "GITHUB_REF_NAME": ref.split("/", 2)[-1], "GITHUB_REPOSITORY": "acme/config", "GITHUB_RUN_ID": "17400000000",
        "GITHUB_RUN_ATTEMPT": "1", "GITHUB_WORKSPACE": folder, "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_API_URL": "https://api.github.com", "GITHUB_OUTPUT": os.path.join(folder, "output"),
        "GITHUB_STEP_SUMMARY": os.path.join(folder, "summary"), "RUNNER_TEMP": folder,
        "GITHUB_EVENT_PATH": os.path.join(folder, "event.json")}
    for file in ("output", "summary"):
        with open(os.path.join(folder, file), "w", encoding="utf-8"):
            pass
    if event is not None:
        with open(environment["GITHUB_EVENT_PATH"], "w", encoding="utf-8") as file:
            file.write(event if isinstance(event, str) else json.dumps(event))
    return {**environment, **more}


REPOSITORY = {"id": 186853002, "name": "config", "full_name": "acme/config", "private": False,
              "owner": {"login": "acme", "id": 21031067, "type": "Organization"}, "default_branch": "main",
              "pushed_at": 1558203003, "size": 0, "score": 1.5}
FORK = {**REPOSITORY, "id": 186853007, "full_name": "mallory/config", "fork": True,
        "owner": {"login": "mallory", "id": 4, "type": "User"}}


def pull_request(base, head, fork=False, base_ref="main", head_ref="changes"):
    """Payload of pull_request and pull_request_target."""
    source = FORK if fork else REPOSITORY
    return {"action": "synchronize", "number": 7, "repository": REPOSITORY, "sender": {"login": "octocat", "id": 1},
            "pull_request": {"id": 279147437, "number": 7, "state": "open", "title": "Change hooks", "draft": False,
                             "merge_commit_sha": None, "author_association": "NONE",
                             "head": {"label": f"x:{head_ref}", "ref": head_ref, "sha": head, "repo": source},
                             "base": {"label": f"acme:{base_ref}", "ref": base_ref, "sha": base, "repo": REPOSITORY}}}


def push(before, after, ref="refs/heads/main", **more):
    return {"ref": ref, "before": before, "after": after, "repository": REPOSITORY, "pusher": {"name": "octocat"},
            "created": before == ZEROS, "deleted": after == ZEROS, "forced": False, "base_ref": None,
            "compare": f"https://github.com/acme/config/compare/{before[:12]}...{after[:12]}", "commits": [],
            "head_commit": None, **more}
