#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens in Vault and in Secret Manager, from where an operator copies them: plan, apply, kill, apply again, while
deliveries never stop."""
import base64
import json
import os
import signal
import unittest

from copied_world import CopiedWorld
from live_case import LiveCase, spread
from running_peer import write_atomically

SETTINGS = """version: 1
forges: {people: {type: manual}}
receivers:
  hook:
    type: prow
    url: "%s"
    store: %s
routes: [{match: "*", forge: people, receiver: hook}]
rotation: {overlap: 1m}
"""
BUSY = 8
MOMENTS = 1  # of each of three stages; HOOKPLAN_ALL_KILLS tries all


class VaultWorld(CopiedWorld):
    SCRIPT = "vault.py"
    PLACE = "/_fake/secrets/secret/prow/hmac"
    FAULTS = [{"method": "POST", "do": "lost"}, {"method": "POST", "do": "late", "seconds": 0.2},
              {"path": "data/", "do": "status", "code": 412, "body": {"errors": []}},
              {"method": "POST", "do": "status", "code": 500, "body": {"errors": ["internal error"]}}]

    def settings(self):
        store = {"type": "vault", "address": self.api_url, "mount": "secret", "path": "prow/hmac", "key": "hmac",
                 "auth": "approle", "role": "role-1", "secret_id": f"file:{self.path('secret_id')}"}
        return SETTINGS % (self.url, json.dumps(store))

    def prepare(self):
        write_atomically(self.path("secret_id"), "secret-1\n")
        os.chmod(self.path("secret_id"), 0o600)

    def data(self):
        return self.behind(self.PLACE)

    def put_data(self, data):
        self.behind(self.PLACE, data)

    def save(self, text):
        self.put_data({"hmac": text, "other": {"not": ["ours", 1]}})
        self.bring_it_now()

    def document(self):
        return self.data().get("hmac")

    def ledger_value(self):
        return self.data()["hmac.ledger"]

    def put_ledger_value(self, value):
        self.put_data({**self.data(), "hmac.ledger": value})

    def check_end(self, also=None):
        super().check_end(also)
        assert self.data()["other"] == {"not": ["ours", 1]}, self.data()


class SecretManagerWorld(CopiedWorld):
    SCRIPT = "secret_manager.py"
    NAMES = ("hmac-token", "hmac-token-ledger")
    FAULTS = [{"path": "hmac-token:addVersion", "do": "lost"}, {"method": "PATCH", "do": "lost", "after": 1},
              {"path": "versions/latest", "do": "cut"},
              {"method": "POST", "do": "status", "code": 429, "body": {"error": {"status": "RESOURCE_EXHAUSTED"}}}]

    def settings(self):
        store = {"type": "gcp-secret-manager", "api": self.api_url, "project": "prow", "secret": "hmac-token",
                 "credentials": f"file:{self.path('federation')}"}
        return SETTINGS % (self.url, json.dumps(store))

    def prepare(self):
        write_atomically(self.path("identity"), "job-token")
        write_atomically(self.path("federation"), json.dumps({
            "type": "external_account", "audience": "//iam/p?a=b&c", "token_url": f"{self.api_url}/sts",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "credential_source": {"file": self.path("identity")}}))
        os.chmod(self.path("federation"), 0o600)
        for name in self.NAMES:
            self.behind(f"/_fake/secrets/{name}", {})

    def data(self):
        return {name: self.behind(f"/_fake/secrets/{name}") for name in self.NAMES}

    def put_data(self, data):
        for name in self.NAMES:
            self.behind(f"/_fake/secrets/{name}", data[name])

    def save(self, text):
        self.behind("/_fake/secrets/hmac-token", {"text": text})
        self.bring_it_now()

    def document(self):
        versions = self.behind("/_fake/secrets/hmac-token")["versions"]
        if not versions:
            return None
        text, state = versions[-1]
        assert state == "ENABLED", "the newest version cannot be read"
        return text

    def annotation(self):
        return json.loads(self.data()["hmac-token"]["annotations"]["hookplan"])

    def ledger_value(self):
        versions = self.data()["hmac-token-ledger"]["versions"]
        return "".join(versions[number - 1][0] for number in self.annotation()["ledger"])

    def put_ledger_value(self, value):
        data = self.data()
        number, = self.annotation()["ledger"]
        data["hmac-token-ledger"]["versions"][number - 1][0] = value
        self.put_data(data)

    def check_end(self, also=None):
        super().check_end(also)
        data = self.data()
        states = [state for _, state in data["hmac-token"]["versions"]]
        assert states[-2:] == ["DISABLED", "ENABLED"] and set(states[:-2]) <= {"DESTROYED"}, states
        assert "pending" not in self.annotation() and set(data["hmac-token"]["annotations"]) == {"note", "hookplan"}, data


class Upstream:
    CREDENTIALS = []

    def test_to_the_end(self):
        with self.world.deliveries():
            self.world.finish()
        self.world.check_end()

    def test_kills(self):
        world = self.world
        for stage in ("apply", "again", "settle"):
            world.go_back_to("begin")
            self.reach(stage)
            calls = self.calls_of(stage)
            for number in spread(range(1, len(calls) + 1), MOMENTS):
                with self.subTest(stage=stage, call=f"{number} {calls[number - 1]}"):
                    world.go_back_to(stage)
                    with world.deliveries():
                        killed = world.run(*self.words_at(stage), at=number, when="after" if number % 2 else "before")
                        self.assertEqual(killed.returncode, -signal.SIGKILL, killed.err)
                        world.check_accepts()
                        world.finish()
                    world.check_end()

    def test_two_runs(self):
        """One stands still before something that others can notice, the other does all it wants, the first goes on."""
        world = self.world
        words = self.words_at("apply")
        at = words.index("--wait")
        impatient = words[:at] + words[at + 2:]
        sends = [number for number, call in enumerate(self.calls_of("apply"), 1) if call.startswith("send ")]
        for number in spread(sends, MOMENTS):
            with self.subTest(call=number):
                world.go_back_to("begin")
                with world.deliveries():
                    with world.paused(*words, at=number) as first:
                        world.done(world.run(*impatient), 0, 7, BUSY)
                        world.check_accepts()
                        world.do_what_is_asked()
                        world.check_accepts()
                    world.done(first, 0, 7, BUSY)
                    world.check_accepts()
                    world.finish()
                world.check_end()

    def test_trouble(self):
        world = self.world
        for fault in world.FAULTS:
            with self.subTest(fault=fault):
                world.go_back_to("begin")
                world.behind("/_fake/faults", [dict(fault)])
                with world.deliveries():
                    world.finish()
                world.check_end()

    def test_an_operator_that_takes_its_time(self):
        """What is stored is not in use yet: the run says when to come again, and the next one goes on."""
        world = self.world
        words = world.words_for("apply")
        words[words.index("--wait") + 1] = "1s"
        with world.deliveries():
            world.is_held_up = True
            try:
                with world.lock:
                    run = world.done(world.run(*words), 7)
            finally:
                world.is_held_up = False
            self.assertIn("HP8034", run.out + run.err)
            self.assertIn("what copies it from the store", run.out + run.err)
            self.assertNotIn("set hook", [item["do"] for item in world.waiting()])
            world.finish()
        world.check_end()

    def test_credentials_are_nowhere(self):
        world = self.world
        said = ""
        for words in (world.words_for("apply"), ["status", "--json", "--repo", world.path("repository")]):
            run = world.run(*words)
            said += run.out + run.err
        self.look_for(self.CREDENTIALS, said + json.dumps(world.data()), {"secret_id", "identity"})
        tokens = [value for values in world.tokens().values() for value in values]
        self.look_for(tokens, said + world.ledger_value(), {"hmac.yaml", "handover.yaml", "hooks.json", "begin.secret"})

    def look_for(self, secrets, said, where_they_are):
        texts = {"what was said": said}
        for folder, _, names in os.walk(self.world.folder):
            for name in set(names) - where_they_are:
                with open(os.path.join(folder, name), "rb") as file:
                    texts[os.path.join(folder, name)] = file.read().decode("latin-1")
        for secret in secrets:
            for form in (secret, base64.b64encode(secret.encode()).decode().rstrip("="), secret.encode().hex()):
                for where, text in texts.items():
                    self.assertFalse(form in text, f"{form} in {where}")


class InVault(Upstream, LiveCase):
    WORLD = VaultWorld
    CREDENTIALS = ["secret-1", "hvs.made"]

    def test_what_was_got_is_given_back(self):
        before = self.world.behind("/_fake/tokens")  # runs that were killed gave nothing back
        self.world.done(self.world.run(*self.world.words_for("apply")), 7)
        self.assertEqual(self.world.behind("/_fake/tokens"), before)


class InSecretManager(Upstream, LiveCase):
    WORLD = SecretManagerWorld
    CREDENTIALS = ["job-token", "ya29.given"]


if __name__ == "__main__":
    unittest.main()
