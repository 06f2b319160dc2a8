# SPDX-License-Identifier: Apache-2.0
"""A world for runs of the program against tests/peers/github.py: a receiver that judges as Prow does, hooks that send
without end, and a plan in git that asks for changes of every kind. Environment: HOOKPLAN."""
import json
import os
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(os.path.dirname(HERE), "peers")
sys.path.insert(0, PEERS)
try:
    import yaml  # noqa: F401
except ModuleNotFoundError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
import prow_tokens  # noqa: E402
from running_peer import LIMIT, start, write_atomically  # noqa: E402

LOGIN = "ghp_A-token-of_somebody%3D"
SETTINGS = """version: 1
forges: {github: {type: github, api: "%(api)s", %(login)s, pace: %(pace)s}}
receivers:
  hook: {type: prow, url: "%(url)s", store: {type: file, path: "%(tokens)s"}}
routes: [{match: "*", forge: github, receiver: hook}]
rotation: {overlap: 1m}
guards: {max_removals: {count: 5, percent: 50}}
"""


def config_of(entries, flags=""):
    return f"managed_webhooks:\n{flags}  org_repo_config:\n" + "".join(
        f"    {name}: {{token_created_after: {day}T00:00:00Z}}\n" for name, day in entries.items())


class World:
    """REQUIRES: an empty folder. `rotated`, `added`, `removed`: entries. `rate`: deliveries a second. `through(api)`
    gives the URL of a proxy for the program to use; `flags`: lines of the section beside its entries."""

    def __init__(self, folder, rotated, added, removed, rate=50, pace="0s", login=None, through=lambda api: api,
                 flags=""):
        self.folder, self.program = folder, os.environ["HOOKPLAN"]
        self.rotated, self.added, self.removed, self.flags = rotated, added, removed, flags
        self.environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
        self.outputs = []
        self.tokens_path = self.path("hmac.yaml")
        self.old = {name: f"old-secret-of-{name.replace('/', '-')}" for name in [*rotated, *removed]}
        with open(os.open(self.tokens_path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write("".join(f"'{name}':\n- value: {value}\n  created_at: 2024-06-01T00:00:00Z\n"
                               for name, value in self.old.items()))
        with open(os.open(self.path("login"), os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(LOGIN + "\n")
        self.receiver = start("prow_hook.py", "--tokens", self.tokens_path, "--port-file", self.path("port"),
                              "--log", self.path("receiver.log"), "--seconds", "600")
        self.github = subprocess.Popen([sys.executable, "-B", os.path.join(PEERS, "github.py"), "--seconds", "600",
                                        "--rate", str(rate)], stdout=subprocess.PIPE, text=True)
        try:
            self.wait_for(lambda: os.path.exists(self.path("port")))
            with open(self.path("port"), encoding="utf-8") as file:
                self.url = f"http://127.0.0.1:{int(file.read())}/hook"
            self.api = f"http://127.0.0.1:{int(self.github.stdout.readline())}"
            self.seed()
            self.api_of_program = through(self.api)
            self.make_plan(pace, login or f'token: "file:{self.path("login")}"')
        except BaseException:
            self.close()
            raise

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def close(self):
        for child in (self.github, self.receiver):
            child.terminate()
            child.wait()
        self.github.stdout.close()

    @staticmethod
    def wait_for(fact, limit=LIMIT):
        end = time.monotonic() + limit
        while not fact():
            if time.monotonic() > end:
                raise AssertionError("it does not happen")
            time.sleep(0.02)

    # --- GitHub

    def tell(self, what, **words):
        request = urllib.request.Request(f"{self.api}/_control/{what}", json.dumps(words).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            answer.read()

    def state(self):
        with urllib.request.urlopen(f"{self.api}/_control/state") as answer:
            return json.load(answer)

    def seed(self):
        targets = {name: {"hooks": [{"config": {"url": self.url, "secret": self.old[name]}}]}
                   for name in [*self.rotated, *self.removed]}
        targets.update({name: {} for name in self.added})
        self.tell("seed", targets=targets,
                  tokens={LOGIN: {"kind": "classic", "scopes": ["repo", "admin:org_hook"]}})

    def secrets(self):
        """Those of the hooks that lead to the receiver: entry to a list."""
        return {name: [hook["config"].get("secret") for hook in hooks if hook["config"]["url"] == self.url]
                for name, hooks in self.state()["targets"].items()}

    def remake(self, name, hooks):
        """Somebody deletes all hooks of the entry and makes these, by hand."""
        kind = "repos" if "/" in name else "orgs"
        login = {"Authorization": f"Bearer {LOGIN}"}
        for hook in self.state()["targets"][name]:
            url = f"{self.api}/{kind}/{name}/hooks/{hook['id']}"
            urllib.request.urlopen(urllib.request.Request(url, method="DELETE", headers=login)).close()
        for hook in hooks:
            body = json.dumps({"name": "web", "events": ["*"], "active": True, **hook}).encode()
            url = f"{self.api}/{kind}/{name}/hooks"
            urllib.request.urlopen(urllib.request.Request(url, body, method="POST", headers=login)).close()

    # --- the program

    def make_plan(self, pace, login):
        repository = self.path("repository")

        def git(*words):
            subprocess.run(["git", "-C", repository, *words], check=True)
        os.makedirs(os.path.join(repository, "config/prow"))
        git("init", "-q", "-b", "main")
        write_atomically(os.path.join(repository, ".hookplan.yaml"), SETTINGS % {
            "api": self.api_of_program, "login": login, "pace": pace, "url": self.url, "tokens": self.tokens_path})
        old, new = "2024-01-01", "2025-01-01"
        for content in ({name: old for name in [*self.rotated, *self.removed]},
                        {name: new for name in [*self.rotated, *self.added]}):
            write_atomically(os.path.join(repository, "config/prow/config.yaml"), config_of(content, self.flags))
            git("add", "-A")
            git("commit", "-q", "-m", "change")
        self.run(0, "keygen", "--out", self.path("ci.key"))
        self.run(0, "plan", *self.plan_words("plan.dsse"))

    def plan_words(self, name):
        return ["--repo", self.path("repository"), "--branch", "main", "--sign", f"file:{self.path('ci.key')}",
                "--out", self.path(name)]

    def start(self, *words):
        return subprocess.Popen([self.program, *words], env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.folder)

    def end(self, child, limit=200):
        out, err = child.communicate(timeout=limit)
        self.outputs += [out, err]
        return out + err

    def run(self, code, *words):
        child = self.start(*words)
        text = self.end(child)
        if child.returncode != code:
            raise AssertionError(f"exit {child.returncode} of {' '.join(words)}\n{text[-3000:]}")
        return text

    def apply_words(self, name="plan.dsse"):
        return ["apply", self.path(name), "--key", self.path("ci.key.pub"), *self.common()]

    def common(self):
        return ["--repo", self.path("repository"), "--handover", self.path("handover.yaml"),
                "--events", self.path("events.jsonl"), "--wait", "2m"]

    def text_of(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def tokens(self):
        return {entry: [str(value) for value in values]
                for entry, values in prow_tokens.read_map(self.text_of("hmac.yaml").encode()).items()}

    def let_the_overlap_pass(self):
        """The ledger says that every hook was switched long ago."""
        path = self.tokens_path + ".ledger"
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        for number in range(2, len(lines), 2):
            ledger = json.loads(lines[number])
            for record in ledger["entries"].values():
                record["reached"] = "2026-01-01T00:00:00Z" if record["reached"] else None
            lines[number] = json.dumps(ledger, sort_keys=True, separators=(",", ":"))
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def written(self):
        """All that the program said or wrote down but for the tokens themselves."""
        texts = list(self.outputs)
        for name in ("plan.dsse", "events.jsonl", "hmac.yaml.ledger"):
            if os.path.exists(self.path(name)):
                texts.append(self.text_of(name))
        return "\n".join(texts)
