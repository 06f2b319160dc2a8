# SPDX-License-Identifier: Apache-2.0
"""What a job with `hookplan hmac` works on: a stand-in for GitHub that sends without end, an API server with roles, and a
receiver that gets the Secret with a lag, as a kubelet brings it. Environment: HOOKPLAN, HOOKPLAN_SOURCE."""
import base64
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(os.path.dirname(HERE), "peers")
sys.path.insert(0, PEERS)
try:
    import yaml
except ModuleNotFoundError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
import prow_tokens  # noqa: E402
from running_peer import LIMIT, start, write_atomically  # noqa: E402

LOGIN = "ghp_A-token-of_somebody%3D"
KUBE_TOKEN = "hookplan-token"  # kube_world.ROLES: get and update on one Secret
SECRET = "/_fake/secrets/prow/hmac-token"
KUBECONFIG = """contexts: [{name: prow-services, context: {cluster: c, user: hookplan}}]
clusters: [{name: c, cluster: {server: "%s"}}]
users: [{name: hookplan, user: {token: %s}}]
"""
# What else is in the Secret, and must stay.
FOREIGN = {"labels": {"app": "prow"}, "annotations": {"note": "h\u00e4nds off\n"}}
OLD = "2024-06-01T00:00:00Z"


def job_arguments(name):
    """Of the job of that name in ci/prow/jobs.yaml."""
    with open(os.path.join(os.environ["HOOKPLAN_SOURCE"], "ci/prow/jobs.yaml"), encoding="utf-8") as file:
        jobs = yaml.safe_load(file)
    for job in [*jobs["periodics"], *(job for repository in jobs["postsubmits"].values()
                                      for job in repository)]:
        if job["name"] == name:
            return job["spec"]["containers"][0]["args"]
    raise KeyError(name)


def document_of(tokens):
    """As Prow writes it, for names and values that need no quotes but `*`."""
    lines = []
    for entry in sorted(tokens):
        lines.append(f"'{entry}':" if entry == "*" else f"{entry}:")
        for value, created in tokens[entry]:
            lines += [f'- created_at: "{created}"', f"  value: {value}"]
    return "\n".join(lines) + "\n" if lines else ""


class World:
    """REQUIRES: an empty folder. `hooked`: entries whose hook signs with a token; `bare`: what is there without a hook.
    `lag`: the most seconds until the receiver has what is in the Secret."""

    def __init__(self, folder, hooked, bare=(), lag=0.3, rate=15, document=None):
        self.folder, self.program, self.lag = folder, os.environ["HOOKPLAN"], lag
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in ("SOURCE_DATE_EPOCH", "KUBECONFIG")}
        self.random = random.Random(14)
        self.outputs = []
        self.old = {entry: f"old-secret-of-{entry.replace('/', '-')}" for entry in hooked}
        self.tokens_path = self.path("tokens")
        self.ended = threading.Event()
        if document is None:
            document = document_of({entry: [(value, OLD)] for entry, value in self.old.items()})
        write_atomically(self.tokens_path, document)
        write_atomically(self.path("oauth"), LOGIN + "\n")
        os.chmod(self.path("oauth"), 0o600)
        self.api = start("kube_api.py", "--seconds", "600", "--port-file", self.path("api-port"))
        self.receiver = start("prow_hook.py", "--tokens", self.tokens_path, "--port-file", self.path("port"),
                              "--log", self.path("receiver.log"), "--seconds", "600")
        self.github = subprocess.Popen([sys.executable, "-B", os.path.join(PEERS, "github.py"), "--seconds", "600",
                                        "--rate", str(rate)], stdout=subprocess.PIPE, text=True)
        self.kubelet = threading.Thread(target=self.bring_secret)
        try:
            self.wait_for(lambda: os.path.exists(self.path("port")) and os.path.exists(self.path("api-port")))
            self.url = f"http://127.0.0.1:{int(self.text_of('port'))}/hook"
            self.kube = f"http://127.0.0.1:{int(self.text_of('api-port'))}"
            self.endpoint = f"http://127.0.0.1:{int(self.github.stdout.readline())}"
            write_atomically(self.path("kubeconfig"), KUBECONFIG % (self.kube, KUBE_TOKEN))
            self.put_data({"hmac": document, "other": "not ours"})
            self.tell("seed", targets={**{entry: {"hooks": [{"config": {"url": self.url, "secret": value}}]}
                                          for entry, value in self.old.items()}, **{entry: {} for entry in bare}},
                      tokens={LOGIN: {"kind": "classic", "scopes": ["repo", "admin:org_hook"]}})
        except BaseException:
            self.close()
            raise
        self.kubelet.start()

    def close(self):
        self.ended.set()
        if self.kubelet.ident:
            self.kubelet.join()
        for child in (self.github, self.receiver, self.api):
            child.terminate()
            child.wait()
        self.github.stdout.close()

    def path(self, name):
        return os.path.join(self.folder, name)

    def text_of(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    @staticmethod
    def wait_for(fact, limit=LIMIT):
        end = time.monotonic() + limit
        while not fact():
            if time.monotonic() > end:
                raise AssertionError("it does not happen")
            time.sleep(0.02)

    # --- the cluster

    def behind(self, path, told=None):
        data = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(self.kube + path, data, method="GET" if told is None else "PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def put_data(self, data):
        self.behind(SECRET, {"data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
                             "metadata": dict(FOREIGN)})

    def data(self):
        return {key: base64.b64decode(value).decode() for key, value in self.behind(SECRET)["data"].items()}

    def version(self):
        return self.behind(SECRET)["metadata"]["resourceVersion"]

    def bring_secret(self):
        while not self.ended.wait(self.random.uniform(self.lag / 2, self.lag)):
            write_atomically(self.tokens_path, self.data()["hmac"])

    def tokens(self):
        return prow_tokens.read_map(self.data()["hmac"].encode())

    def let_the_overlap_pass(self):
        """The ledger says that every hook was switched long ago."""
        data = self.data()
        head, text = data["hmac.ledger"].splitlines()
        ledger = json.loads(text)
        for record in ledger["entries"].values():
            record["reached"] = "2026-01-01T00:00:00Z" if record["reached"] else None
        data["hmac.ledger"] = f"{head}\n{json.dumps(ledger, sort_keys=True, separators=(',', ':'))}\n"
        self.put_data(data)

    # --- GitHub

    def tell(self, what, **words):
        request = urllib.request.Request(f"{self.endpoint}/_control/{what}", json.dumps(words).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            answer.read()

    def state(self):
        with urllib.request.urlopen(f"{self.endpoint}/_control/state") as answer:
            return json.load(answer)

    def secrets(self):
        return {name: [hook["config"].get("secret") for hook in hooks if hook["config"]["url"] == self.url]
                for name, hooks in self.state()["targets"].items()}

    def writes(self):
        return sum(count for line, count in self.state()["requests"].items() if not line.startswith("GET "))

    def asked(self):
        """How many requests of the program were answered."""
        return len(self.behind("/_fake/log")) + sum(self.state()["requests"].values())

    # --- the job

    def config(self, entries, more=""):
        write_atomically(self.path("config.yaml"), f"plank: {{}}\nmanaged_webhooks:\n{more}  org_repo_config:\n" + "".join(
            f"    {name}: {{token_created_after: {after}}}\n" for name, after in entries.items()))

    def words(self, *more, job="post-config-reconcile-hmacs"):
        """The arguments of the job, and behind them what is different here: the last one counts."""
        arguments = [word for word in job_arguments(job) if not word.startswith("--github-endpoint")]
        return ["hmac", *arguments, f"--config-path={self.path('config.yaml')}", f"--hook-url={self.url}",
                f"--kubeconfig={self.path('kubeconfig')}", "--hmac-token-secret-namespace=prow",
                f"--github-endpoint={self.endpoint}", f"--github-token-path={self.path('oauth')}", "--pace=0s",
                f"--wait={60 + int(2 * self.lag)}s", *more]

    def start(self, words):
        return subprocess.Popen([self.program, *words], env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.folder)

    def end(self, child, limit=200):
        out, err = child.communicate(timeout=limit)
        self.outputs += [out, err]
        return out, err

    def run(self, code, *more, **which):
        """Standard output, and the lines of the log."""
        child = self.start(self.words(*more, **which))
        out, err = self.end(child)
        if child.returncode != code:
            raise AssertionError(f"exit {child.returncode}, not {code}\n{out[-3000:]}\n{err[-3000:]}")
        return out, [json.loads(line) for line in err.splitlines()]
