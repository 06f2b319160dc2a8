#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens in a Secret: plan, apply, kill, apply again, while deliveries never stop and the receiver has the Secret with
a lag. And what a cluster may do to it meanwhile."""
import base64
import json
import os
import signal
import unittest

from kube_live_world import FOREIGN, KubeWorld
from live_case import LiveCase, spread
from running_peer import write_atomically

FAULTS = [{"verb": "update", "do": "lost"}, {"verb": "update", "do": "cut"}, {"verb": "get", "do": "cut"},
          {"verb": "update", "do": "status", "code": 504, "body": {"status": "Failure", "reason": "Timeout"}},
          {"verb": "update", "do": "late", "seconds": 0.2},
          {"do": "status", "code": 429, "headers": {"Retry-After": "1"}, "body": "Too many requests"}]


PLUGIN = """#!/bin/sh
echo 'plugin-s3cret' >&2
[ ! -e "$0.broken" ] || { echo 'plugin-s3cret'; exit 1; }
echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "hookplan-token"}}'
"""
BUSY = 8
MOMENTS = 4  # of each of three stages


class Kubernetes(LiveCase):
    WORLD = KubeWorld

    def asked(self):
        return self.world.behind("/_fake/log")

    def test_to_the_end(self):
        world = self.world
        with world.deliveries():
            world.finish()
        world.check_end()
        methods = {(user, method) for user, method, *_ in self.asked()}
        self.assertEqual(methods, {("hookplan", "GET"), ("hookplan", "PUT")})

    def test_status(self):
        world = self.world
        world.done(world.run(*world.words_for("apply")), 7)
        status = json.loads(world.run("status", "--json", "--repo", world.path("repository")).out)
        self.assertIn("hookplan.status/v1", json.dumps(status))
        self.assertFalse(status["errors"])
        self.assertFalse(status["edited_stores"])
        data = world.data()
        data["hmac"] += "'by/another':\n- value: another-77ab01c4\n"
        world.put_data(data)
        status = json.loads(world.run("status", "--json", "--repo", world.path("repository")).out)
        self.assertTrue(status["edited_stores"])

    def test_kills(self):
        world = self.world
        count = 0
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
                count += 1
        self.assertGreaterEqual(count, 3 * MOMENTS)

    def test_two_runs(self):
        """One stands still before something that others can notice, the other does all it wants, the first goes on."""
        world = self.world
        words = self.words_at("apply")
        at = words.index("--wait")
        impatient = words[:at] + words[at + 2:]
        sends = [number for number, call in enumerate(self.calls_of("apply"), 1) if call.startswith("send ")]
        ends = set()
        # At first it has no lease yet: then the version alone keeps it from writing over the other's tokens.
        for number in sorted({*sends[:4], *spread(sends[4:], 2)}):
            with self.subTest(call=number):
                world.go_back_to("begin")
                with world.deliveries():
                    with world.paused(*words, at=number) as first:
                        second = world.done(world.run(*impatient), 0, 7, BUSY)
                        world.check_accepts()
                        world.do_what_is_asked()
                        world.check_accepts()
                    world.done(first, 0, 7, BUSY)
                    ends.add(BUSY in (first.returncode, second.returncode))
                    world.check_accepts()
                    world.finish()
                world.check_end()
        self.assertIn(True, ends)  # that they met

    def test_trouble(self):
        world = self.world
        for fault in FAULTS:
            for times in (1, 2):
                with self.subTest(fault=fault, times=times):
                    world.go_back_to("begin")
                    world.behind("/_fake/faults", [{**fault, "times": times}])
                    with world.deliveries():
                        world.finish()
                    world.check_end()

    def test_refusals(self):
        world = self.world
        for metadata, code in (({"labels": {"reconcile.external-secrets.io/managed": "true"}}, "HP8018"),
                               ({"deletionTimestamp": "2026-01-01T00:00:00Z"}, "HP8017")):
            with self.subTest(code=code):
                world.go_back_to("begin")
                world.put_data(world.data(), {**FOREIGN, **metadata})
                before, asked = world.data(), len(self.asked())
                run = world.run(*world.words_for("apply"))
                self.assertNotIn(run.returncode, (0, 7), run.out + run.err)
                self.assertIn(code, run.out + run.err)
                self.assertEqual(world.data(), before)
                self.assertNotIn("PUT", [method for _, method, *_ in self.asked()[asked:]])
                self.assertFalse(world.waiting())
                status = world.run("status", "--repo", world.path("repository"))
                self.assertNotIn(code, status.out + status.err)

    def test_credentials_are_nowhere(self):
        """By an exec plugin, which says who we are and then fails."""
        world = self.world
        plugin = world.path("login")
        write_atomically(plugin, PLUGIN)
        os.chmod(plugin, 0o700)
        with open(world.path("kubeconfig"), encoding="utf-8") as file:
            by_token = file.read()
        self.addCleanup(write_atomically, world.path("kubeconfig"), by_token)
        write_atomically(world.path("kubeconfig"), by_token.replace(
            "token: hookplan-token", f"exec: {{apiVersion: client.authentication.k8s.io/v1, command: {plugin}}}"))
        said = ""
        for is_broken in (False, True):
            if is_broken:
                write_atomically(world.path("login.broken"), "")
            for words in (world.words_for("apply"), ["status", "--json", "--repo", world.path("repository")]):
                run = world.run(*words)
                self.assertEqual("HP8022" in run.out + run.err, is_broken, run.out + run.err)
                said += run.out + run.err
        credentials = ["hookplan-token", "plugin-s3cret"]
        self.look_for(credentials, said + world.data()["hmac.ledger"], {"kubeconfig", "login"})
        # Tokens are where people look for them, and in the receiver's file.
        self.look_for([value for values in world.tokens().values() for value in values], said + world.data()["hmac.ledger"],
                      {"hmac.yaml", "handover.yaml", "hooks.json", "begin.secret"})

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


if __name__ == "__main__":
    unittest.main()
