# SPDX-License-Identifier: Apache-2.0
"""What the sessions of the guides work in: somebody's clone of a config repository, keys in ~/hookplan, tokens in a file,
and a stand-in for GitHub. Environment: HOOKPLAN, HOOKPLAN_SOURCE."""
import json
import os
import re
import subprocess
import sys
import urllib.request

PEERS = os.path.join(os.environ["HOOKPLAN_SOURCE"], "tests/peers")
HOOK = "https://prow.example.com/hook"
LOGIN = "ghp_of_an_administrator"
SETTINGS = """version: 1
forges:
  github: {{type: github, api: "{api}", token: env:GITHUB_TOKEN, pace: 0s}}
receivers:
  prow: {{type: file, url: "{hook}", store: {{type: file, path: {store}}}}}
routes:
  - {{match: "*", forge: github, receiver: prow}}
policy:
  keys:
    planner: {{ssh: {planner}}}
    alice: {{ssh: {alice}}}
  roles:
    planner: {{keys: [planner]}}
    approver: {{keys: [alice]}}
  allow: {{branches: [main]}}
"""


def config_of(entries, respects_global):
    lines = ["managed_webhooks:"] + ["  respect_legacy_global_token: true"] * respects_global + ["  org_repo_config:"]
    return "\n".join(lines + [f"    {name}: {{token_created_after: {after}T00:00:00Z}}" for name, after in entries]) + "\n"


class ConfigWorld:
    """REQUIRES: an empty folder. `before` and `after`: [(entry, day), ...] of the last two commits of main; `tokens`: by
    entry, with `*` the config respects it; `hooks`: by entry the secret of the hook that is there, None for an entry without one."""

    def __init__(self, folder, before, after, tokens, hooks):
        self.folder = folder
        self.clone, self.home = self.path("config"), self.path("home")
        os.makedirs(self.path("home/hookplan"))
        self.peer = subprocess.Popen([sys.executable, "-B", os.path.join(PEERS, "github.py"), "--seconds", "100"],
                                     stdout=subprocess.PIPE, text=True)
        try:
            self.api = f"http://127.0.0.1:{int(self.peer.stdout.readline())}"
            self.seed(hooks)
            self.put("home/hookplan/hmac.yaml", "".join(
                f"'{name}':\n- created_at: \"2025-06-01T00:00:00Z\"\n  value: {value}\n" for name, value in tokens.items()))
            self.put("home/hookplan/github-token", LOGIN + "\n")
            self.make_repository(before, after, "*" in tokens)
        except BaseException:
            self.close()
            raise

    def close(self):
        self.peer.terminate()
        self.peer.wait()
        self.peer.stdout.close()

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, text):
        with open(os.open(self.path(name), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)

    def tell(self, what, **words):
        request = urllib.request.Request(f"{self.api}/_control/{what}", json.dumps(words).encode())
        urllib.request.urlopen(request).close()

    def seed(self, hooks):
        body = {"tokens": {LOGIN: {"kind": "classic", "scopes": ["repo", "admin:org_hook", "admin:org"]}},
                "targets": {name: {"hooks": [{"config": {"url": HOOK, "secret": secret}}]} if secret else {}
                            for name, secret in hooks.items()}}
        self.tell("seed", **body)

    def key(self, name):
        out = subprocess.run([os.environ["HOOKPLAN"], "keygen", "--type", "ed25519", "--out",
                              self.path(f"home/hookplan/{name}.key")], capture_output=True, text=True, check=True).stdout
        return re.search(r"ssh: (ssh-ed25519 \S+?)\}", out)[1]

    def git(self, *words):
        subprocess.run(["git", "-C", self.clone, *words], check=True, capture_output=True)

    def make_repository(self, before, after, respects_global):
        os.makedirs(self.path("config/config/prow"))
        subprocess.run(["git", "init", "-q", "-b", "main", self.clone], check=True)
        self.put("config/.hookplan.yaml", SETTINGS.format(
            api=self.api, hook=HOOK, store=self.path("home/hookplan/hmac.yaml"), planner=self.key("planner"),
            alice=self.key("alice")))
        for entries in (before, after):
            self.put("config/config/prow/config.yaml", config_of(entries, respects_global))
            self.git("add", "-A")
            self.git("commit", "-q", "-m", "webhooks")
        subprocess.run(["git", "clone", "-q", "--bare", self.clone, self.path("origin.git")], check=True)
        self.git("remote", "add", "origin", self.path("origin.git"))
        self.git("fetch", "-q", "origin")
        self.git("branch", "-q", "-u", "origin/main")
