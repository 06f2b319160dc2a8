# SPDX-License-Identifier: Apache-2.0
"""A small world for live runs of the program: a receiver that judges as Prow does, hooks that sign and send without
end, the person who sets them, and a plan that asks for one change of every kind. Environment: HOOKPLAN, KILL_SWITCH."""
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

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

# How late a delivery may come. Deliveries never come later than the overlap, which is a minute at least.
LATENESS = 0.25
TOKENS = {"*": ["global-5c1b0e7f"], "acme": ["acme-9d41c2aa", "acme-0f3e88b1"],
          # Deliveries of the organization's hook come from this repository, too.
          "acme/repository-3": ["three-77ab01c4", "acme-0f3e88b1"], "foo/gone": ["gone-31e6d90c"],
          "by/hand": ["hand-6f0d2b58"]}
# What signs at the beginning. solo/legacy has no entry, so its hook signs with the global token.
HOOKS = {"acme": "acme-0f3e88b1", "acme/repository-3": "three-77ab01c4", "foo/gone": "gone-31e6d90c",
         "solo/legacy": "global-5c1b0e7f", "by/hand": "hand-6f0d2b58"}
BEFORE = """managed_webhooks:
  respect_legacy_global_token: true
  org_repo_config:
    acme: {token_created_after: 2024-01-01T00:00:00Z}
    acme/repository-3: {token_created_after: 2024-01-01T00:00:00Z}
    by/hand: {token_created_after: 2024-01-01T00:00:00Z}
    foo/gone: {token_created_after: 2024-01-01T00:00:00Z}
"""
AFTER = """managed_webhooks:
  respect_legacy_global_token: false
  org_repo_config:
    acme: {token_created_after: 2025-01-01T00:00:00Z}
    acme/repository-3: {token_created_after: 2025-01-01T00:00:00Z}
    acme/repository-5: {token_created_after: 2025-01-01T00:00:00Z}
    by/hand: {token_created_after: 2024-01-01T00:00:00Z}
    solo/legacy: {token_created_after: 2025-01-01T00:00:00Z}
"""
CHANGED = ["acme", "acme/repository-3", "acme/repository-5", "solo/legacy"]
SETTINGS = """version: 1
forges: {people: {type: manual}}
receivers:
  hook: {type: prow, url: "%s", store: {type: file, path: "%s"}}
routes: [{match: "*", forge: people, receiver: hook}]
rotation: {overlap: 1m}
"""


def tokens_text(tokens):
    return "".join(f"'{entry}':\n" + "".join(f"- value: {value}\n  created_at: 2024-06-0{i + 1}T00:00:00Z\n"
                                            for i, value in enumerate(values)) for entry, values in tokens.items())


class World:
    """REQUIRES: an empty folder."""

    def __init__(self, folder, *receiver_words):
        self.folder = folder
        self.program = os.environ["HOOKPLAN"]
        self.environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
        sanitizer = self.environment.get("ASAN_OPTIONS", "")
        self.environment["ASAN_OPTIONS"] = f"{sanitizer}:verify_asan_link_order=0".lstrip(":")
        os.mkdir(self.path("state"), 0o700)
        self.tokens_path = self.state("hmac.yaml")
        self.save(tokens_text(TOKENS))
        self.set_hooks(HOOKS)
        self.signed_at = 0.0  # when a hook was set the last time
        self.receiver = start("prow_hook.py", "--tokens", self.tokens_path, "--port-file", self.path("port"),
                              "--seconds", "3000", *receiver_words)
        try:
            self.wait_for(lambda: os.path.exists(self.path("port")))
            with open(self.path("port"), encoding="utf-8") as file:
                self.url = f"http://127.0.0.1:{int(file.read())}/hook"
            self.make_plan()
        except BaseException:
            self.close()
            raise
        self.keep("begin")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def state(self, *names):
        return self.path("state", *names)

    def settings(self):
        return SETTINGS % (self.url, self.tokens_path)

    def close(self):
        self.receiver.terminate()
        self.receiver.wait()

    @staticmethod
    def wait_for(fact, limit=LIMIT):
        end = time.monotonic() + limit
        while not fact():
            if time.monotonic() > end:
                raise AssertionError("it does not happen")
            time.sleep(0.01)

    def make_plan(self):
        repository = self.path("repository")

        def git(*words):
            subprocess.run(["git", "-C", repository, *words], check=True)
        os.makedirs(os.path.join(repository, "config/prow"))
        git("init", "-q", "-b", "main")
        write_atomically(os.path.join(repository, ".hookplan.yaml"), self.settings())
        for content in (BEFORE, AFTER):
            write_atomically(os.path.join(repository, "config/prow/config.yaml"), content)
            git("add", "-A")
            git("commit", "-q", "-m", "change")
        self.done(self.run("keygen", "--out", self.path("ci.key")))
        self.done(self.run("plan", "--repo", repository, "--branch", "main", "--sign", f"file:{self.path('ci.key')}",
                           "--out", self.path("plan.dsse")))

    # --- the state of all things, to go back to

    def keep(self, name):
        shutil.rmtree(self.path(name), ignore_errors=True)
        shutil.copytree(self.path("state"), self.path(name))

    def go_back_to(self, name):
        for left in os.listdir(self.path("state")):
            os.unlink(self.state(left))
        for left in os.listdir(self.path(name)):
            shutil.copy2(self.path(name, left), self.state(left))

    def save(self, text):
        """As editors do."""
        new = self.tokens_path + ".edit"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(new, self.tokens_path)

    def text_of(self, *names):
        with open(self.state(*names), encoding="utf-8") as file:
            return file.read()

    def tokens(self):
        return {entry: [str(value) for value in values]
                for entry, values in prow_tokens.read_map(self.text_of("hmac.yaml").encode()).items()}

    def hooks(self):
        return {name: hook["secret"] for name, hook in json.loads(self.text_of("hooks.json")).items()}

    def set_hooks(self, hooks):
        write_atomically(self.state("hooks.json"), json.dumps({name: {"secret": secret}
                                                               for name, secret in hooks.items()}))
        self.signed_at = time.monotonic()

    # --- the program

    def words_for(self, command):
        common = ["--repo", self.path("repository"), "--handover", self.state("handover.yaml"),
                  "--events", self.state("events.jsonl"), "--wait", "20s"]
        if command == "apply":
            return ["apply", self.path("plan.dsse"), "--key", self.path("ci.key.pub"), *common]
        if command == "settle":
            return ["settle", *common]
        return ["confirm", "--handover", self.state("handover.yaml"), *self.waiting_entries()]

    def start(self, *words, **switch):
        """`switch`: at, when, signal, log of the kill switch."""
        environment = dict(self.environment)
        if switch:
            environment["LD_PRELOAD"] = os.environ["KILL_SWITCH"]
            environment.update({f"SWITCH_{name.upper()}": str(value) for name, value in switch.items()})
        return subprocess.Popen([self.program, *words], env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.folder)

    @contextlib.contextmanager
    def paused(self, *words, at):
        """The program, stopped before the call `at`; goes on afterwards. REQUIRES: there are so many."""
        child = self.start(*words, at=at, signal=int(signal.SIGSTOP))
        try:
            state = os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            assert state.si_code == os.CLD_STOPPED, "it ended before"
            yield child
            child.send_signal(signal.SIGCONT)
            self.end(child)
        finally:
            if child.returncode is None:
                child.kill()
                child.communicate()

    def run(self, *words, **switch):
        child = self.start(*words, **switch)
        return self.end(child)

    @staticmethod
    def end(child, limit=60):
        try:
            child.out, child.err = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise
        return child

    @staticmethod
    def done(child, *codes):
        if child.returncode not in (codes or (0,)):
            raise AssertionError(f"exit {child.returncode} of {' '.join(child.args)}\n{child.out}{child.err}")
        return child

    # --- the person

    def waiting(self):
        try:
            return (yaml.safe_load(self.text_of("handover.yaml")) or {}).get("waiting") or []
        except FileNotFoundError:
            return []

    def waiting_entries(self):
        return sorted({item["entry"] for item in self.waiting()})

    def do_what_is_asked(self):
        """Sets the hooks as the hand-over file says. Whether there was anything to do."""
        hooks = self.hooks()
        for item in self.waiting():
            assert item["url"] == self.url, item
            if item["do"] == "set hook":
                hooks[item["entry"]] = item["secret"]
            else:
                hooks.pop(item["entry"], None)
        if hooks != self.hooks():
            self.set_hooks(hooks)
        return bool(self.waiting())

    def confirm(self):
        if self.do_what_is_asked():
            self.done(self.run(*self.words_for("confirm")))

    # --- time

    def let_the_overlap_pass(self):
        """What was signed before has arrived, and the ledger says it was long ago."""
        time.sleep(max(0.0, self.signed_at + LATENESS + 0.1 - time.monotonic()))
        self.make_it_long_ago("2026-01-01T00:00:00Z")

    def make_it_long_ago(self, when):
        lines = self.text_of("hmac.yaml.ledger").splitlines()
        for number in range(2, len(lines), 2):
            lines[number] = self.long_reached(lines[number], when)
        path = self.state("hmac.yaml.ledger")
        with open(path, "w", encoding="utf-8") as file:  # in place: it keeps its mode
            file.write("\n".join(lines) + "\n")

    @staticmethod
    def long_reached(text, when):
        ledger = json.loads(text)
        for record in ledger["entries"].values():
            record["reached"] = when if record["reached"] else None
        ledger["global_retired"] = when if ledger["global_retired"] else None
        return json.dumps(ledger, sort_keys=True, separators=(",", ":"))

    def check_accepts(self):
        """What any hook may send now is accepted by a receiver that reads the tokens now."""
        tokens = prow_tokens.Tokens(self.text_of("hmac.yaml").encode())
        assert tokens.only is None, "the token file cannot be read"
        for hook, secret in self.hooks().items():
            names = [hook] if "/" in hook else [hook, *(f"{hook}/repository-{n}" for n in range(7))]
            for name in names:
                keys = tokens.keys_for(name)
                assert keys and secret.encode() in keys, f"the hook of {hook} is refused for {name}"

    def ledger(self):
        """The one that counts beside these tokens."""
        lines = self.text_of("hmac.yaml.ledger").splitlines()[1:]
        digest = hashlib.sha256(self.text_of("hmac.yaml").encode()).hexdigest()
        records = {json.loads(head)["document"]: ledger for head, ledger in zip(lines[::2], lines[1::2])}
        return json.loads(records[digest])

    # --- from wherever it stands to the end

    def finish(self):
        for _ in range(6):
            code = self.done(self.run(*self.words_for("apply")), 0, 7).returncode
            self.check_accepts()
            self.confirm()
            self.check_accepts()
            if code == 0:
                break
        else:
            raise AssertionError("apply does not come to an end")
        for _ in range(4):
            self.let_the_overlap_pass()
            self.done(self.run(*self.words_for("settle")))
            self.check_accepts()
            ledger = self.ledger()
            if not ledger["entries"] and not ledger["global_retired"]:
                return
        raise AssertionError(f"settle leaves {ledger}")

    def check_end(self, also=None):
        """All is as the plan asks for, and what others have (`also`: entry to tokens) is untouched."""
        tokens, hooks, also = self.tokens(), self.hooks(), also or {}
        old = {value for values in TOKENS.values() for value in values} - set(TOKENS["by/hand"])
        expected = {entry: [hooks[entry]] for entry in CHANGED}
        for hiding in ("acme/repository-3", "acme/repository-5"):
            expected[hiding].append(hooks["acme"])
        expected["by/hand"] = TOKENS["by/hand"]
        expected.update(also)
        assert {e: sorted(v) for e, v in tokens.items()} == {e: sorted(v) for e, v in expected.items()}, \
            f"tokens {tokens}, hooks {hooks}"
        assert set(hooks) == {*CHANGED, "by/hand", *also}, hooks
        assert len({hooks[entry] for entry in CHANGED}) == len(CHANGED) and not old & set(hooks.values()), hooks
        assert hooks["by/hand"] == TOKENS["by/hand"][0]
        assert [plan["finished"] for plan in self.ledger()["plans"]] == [True], self.ledger()
        handover = self.text_of("handover.yaml")
        assert not self.waiting() and not any(value in handover for value in hooks.values())
        # What a killed write left may stay until the next one, unless there are tokens in it.
        left = [name for name in os.listdir(self.path("state"))
                if name.startswith(".") and name != ".hmac.yaml.ledger.hookplan-new"]
        assert not left, f"left behind: {left}"

    @contextlib.contextmanager
    def deliveries(self, rate=100):
        """While it lasts every hook sends, and the receiver must accept all of it."""
        report_path = self.path("report.json")
        stream = start("delivery_stream.py", "--url", self.url, "--hooks", self.state("hooks.json"), "--report",
                       report_path, "--rate", str(rate), "--seconds", "3000", "--delay-max", str(LATENESS * 1000))
        try:
            yield
            time.sleep(0.1)
        finally:
            stream.send_signal(signal.SIGTERM)
            stream.wait(timeout=LIMIT)
        with open(report_path, encoding="utf-8") as file:
            report = json.load(file)
        assert report["refused"] == report["unanswered"] == 0 and report["accepted"] > 5, report
