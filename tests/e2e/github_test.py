#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plans that are applied to GitHub, as far as tests/peers/github.py is like it, while every hook sends: answers get
lost, limits are reached, the program is killed. No delivery is refused, no hook doubled, no secret told."""
import base64
import os
import re
import shlex
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from github_runs import LOGIN, World

CHANGES = 2
UNFINISHED = 7
DENIED = 77
DRIFT = 10
INTERRUPTED = 130


class Github(unittest.TestCase):
    def world(self, *words, **more):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        world = World(folder.name, *words, **more)
        self.addCleanup(world.close)
        return world

    def check_hooks(self, world, done, untouched):
        """Each has one hook that signs with the newest token of the entry; the others are as they were."""
        secrets, tokens = world.secrets(), world.tokens()
        for name in done:
            self.assertEqual(len(secrets[name]), 1, name)
            self.assertIn(secrets[name][0], tokens[name])
            self.assertNotEqual(secrets[name][0], world.old.get(name))
        for name, secret in untouched.items():
            self.assertEqual(secrets[name], [secret] if secret else [], name)

    def check_untold(self, world):
        written = world.written()
        secrets = {LOGIN, *world.old.values(), *(value for values in world.tokens().values() for value in values)}
        for secret in secrets:
            raw = secret.encode()
            for form in (secret, raw.hex(), urllib.parse.quote(secret, safe=""),
                         *(base64.b64encode(b" " * shift + raw).decode()[4 if shift else 0:-4] for shift in range(3))):
                self.assertNotIn(form, written)

    def test_everything_goes_wrong(self):
        rotated = [f"acme/r{number}" for number in range(48)] + ["acme", "solo/one"]
        added = [f"acme/new{number}" for number in range(5)]
        removed = ["acme/gone", "foo/gone", "bar/gone"]
        hopeless = ["acme/archived", "acme/hidden", "acme/old"]
        world = self.world([*rotated, *hopeless[:2]], [*added, hopeless[2]], removed)
        world.tell("seed", targets={"acme/named": {}}, renamed={"acme/old": "acme/named"})
        world.tell("seed", targets={
            "acme/archived": {"archived": True, "hooks": [{"config": {
                "url": world.url, "secret": world.old["acme/archived"]}}]},
            "acme/hidden": {"hidden": True, "hooks": [{"config": {
                "url": world.url, "secret": world.old["acme/hidden"]}}]}})
        world.tell("fault", kind="502 after", method="PATCH", after=3)
        world.tell("fault", kind="lost", method="PATCH", after=8)
        world.tell("fault", kind="secondary", method="PATCH", after=14, retry_after=1)
        world.tell("fault", kind="lost", method="POST", path=".*/hooks")
        world.tell("fault", kind="502 after", method="POST", path=".*/hooks", after=1)
        world.tell("fault", kind="lost", method="DELETE")
        # The first run is killed in the middle.
        run = world.start(*world.apply_words())
        world.wait_for(lambda: sum(1 for name in rotated if world.secrets()[name] != [world.old[name]]) >= 25)
        run.send_signal(signal.SIGKILL)
        world.end(run)
        self.assertEqual(world.state()["refused"], [])
        text = world.run(UNFINISHED, *world.apply_words())
        for words in ("acme/archived is archived", "no repository acme/hidden", "write acme/named instead of acme/old"):
            self.assertIn(words, text)
        self.assertEqual([fault["times"] for fault in world.state()["faults"]], [0] * 6)
        untouched = {name: world.old[name] for name in hopeless[:2]}
        gone = {name: None for name in [*removed, "acme/named"]}
        self.check_hooks(world, [*rotated, *added], {**untouched, **gone})
        # Old tokens go, but for entries whose hooks still sign with them.
        world.let_the_overlap_pass()
        world.start(*["settle", *world.common()]).communicate(timeout=200)
        for name in [*rotated, *added]:
            self.assertEqual(len(set(world.tokens()[name]) - set(world.tokens()["acme"])) or 1, 1, name)
            if name != "acme":
                self.assertNotIn(world.old.get(name), world.tokens()[name])
        # acme/old lived on the tokens of acme. It has a list of its own, so that this of acme could go.
        self.assertIn(world.old["acme"], world.tokens()["acme/old"])
        self.assertNotIn(world.old["acme"], world.tokens()["acme"])
        for name, secret in untouched.items():
            self.assertIn(secret, world.tokens()[name])
        for name in removed:
            self.assertNotIn(name, world.tokens())
        time.sleep(2)  # every hook sends once more
        state = world.state()
        self.assertEqual(state["refused"], [])
        self.assertGreater(state["accepted"], 200)
        self.check_hooks(world, [*rotated, *added], {**untouched, **gone})
        self.check_untold(world)

    def test_writes_are_paced(self):
        # More at once than GitHub takes: nobody gives up while others have their turn.
        world = self.world([f"acme/r{number}" for number in range(8)], [], [], pace="1s")
        world.run(0, *world.apply_words())
        state = world.state()
        self.assertGreaterEqual(state["least_gap"], 0.99)
        self.assertEqual(state["refused"], [])
        self.check_hooks(world, world.rotated, {})

    def test_status_sees_hooks(self):
        world = self.world(["acme/r1", "acme/r2"], [], [])
        world.run(0, *world.apply_words())
        world.let_the_overlap_pass()
        world.run(0, "settle", *world.common())
        world.run(0, "status", "--exit-code", "--repo", world.path("repository"))
        target = world.state()["targets"]["acme/r2"][0]
        request = urllib.request.Request(f"{world.api}/repos/acme/r2/hooks/{target['id']}", method="DELETE",
                                         headers={"Authorization": f"Bearer {LOGIN}"})
        urllib.request.urlopen(request).close()
        text = world.run(DRIFT, "status", "--exit-code", "--repo", world.path("repository"))
        self.assertIn("it has no hook that leads to its receiver", text)
        # With a token that counts no more nobody knows, and a job that asks ends with that.
        with open(world.path("login"), "w", encoding="ascii") as file:
            file.write("ghp_revoked\n")
        for options in ([], ["--exit-code"]):
            text = world.run(DENIED, "status", *options, "--repo", world.path("repository"))
            self.assertIn("0 entries up to date, 2 unknown", text)

    def test_what_cannot_be_done_is_known_before_anything_is_minted(self):
        hopeless = ["acme/archived", "acme/hidden", "acme/weak", "acme"]
        world = self.world(["acme/r1", *hopeless], [], [])
        world.tell("seed", targets={
            name: {more: True, "hooks": [{"config": {"url": world.url, "secret": world.old[name]}}]}
            for name, more in (("acme/archived", "archived"), ("acme/hidden", "hidden"))},
            tokens={LOGIN: {"kind": "classic", "scopes": ["repo"]}})
        before = world.tokens()
        dry = world.run(0, *world.apply_words(), "--dry-run")
        self.assertEqual(world.tokens(), before)
        text = world.run(UNFINISHED, *world.apply_words())
        for output in (dry, text):
            self.assertIn("acme/archived is archived", output)
            self.assertIn("no repository acme/hidden", output)
            self.assertIn("give the token the scope admin:org_hook", output)
        self.assertEqual({name: world.tokens()[name] for name in hopeless[:2] + hopeless[3:]},
                         {name: before[name] for name in hopeless[:2] + hopeless[3:]})
        self.check_hooks(world, ["acme/r1", "acme/weak"], {name: world.old[name] for name in hopeless[:2]})
        self.check_untold(world)

    def requests(self, world, pattern):
        return sum(number for line, number in world.state()["requests"].items() if re.fullmatch(pattern, line))

    def test_hooks_are_remembered(self):
        rotated = [f"acme/r{number}" for number in range(4)]
        world = self.world(rotated, ["acme"], [])
        world.run(0, *world.apply_words())
        world.let_the_overlap_pass()
        world.run(0, "settle", *world.common())
        world.run(0, "rotate", "--all", *world.plan_words("again.dsse"))
        before, lists = sum(world.state()["requests"].values()), self.requests(world, "GET .*/hooks")
        world.run(0, *world.apply_words("again.dsse"))
        self.assertEqual(self.requests(world, "GET .*/hooks"), lists)
        # The look, the write, and the proof: the log, the ping, the log, the delivery.
        self.assertEqual(sum(world.state()["requests"].values()) - before, 6 * 5)
        # Somebody registers one of the names again.
        world.let_the_overlap_pass()
        world.run(0, "settle", *world.common())
        world.tell("seed", targets={"acme/r2": {}})
        world.run(0, "rotate", "acme/r*", *world.plan_words("third.dsse"))
        before = world.tokens()
        text = world.run(UNFINISHED, *world.apply_words("third.dsse"))
        self.assertIn("HP8132", text)
        self.assertEqual(world.secrets()["acme/r2"], [])
        self.assertEqual(world.tokens()["acme/r2"], before["acme/r2"])
        self.assertEqual(world.state()["refused"], [])

    def test_doubles_go_when_that_is_wanted(self):
        world = self.world(["acme/r1", "acme/r2"], [], [])
        for name in world.rotated:
            hook = {"config": {"url": world.url, "secret": world.old[name]}}
            world.tell("seed", targets={name: {"hooks": [{**hook, "events": ["push"]}, {**hook, "events": ["fork"]}]}})
        # Neither can have all events as long as the other one has some.
        text = world.run(DENIED, *world.apply_words())
        self.assertIn("HP8133", text)
        self.assertIn("--remove-doubles", text)
        self.assertEqual([len(world.secrets()[name]) for name in world.rotated], [2, 2])
        world.run(0, *world.apply_words(), "--remove-doubles")
        self.check_hooks(world, world.rotated, {})
        self.assertEqual(world.state()["refused"], [])
        # What hookplan has set itself is not taken over again.
        world.let_the_overlap_pass()
        world.run(0, "settle", *world.common())
        world.run(0, "reconcile", "--adopt", "--exit-code", "--repo", world.path("repository"))

    def test_hooks_made_by_hand_are_taken_over(self):
        world = self.world(["acme/r1", "acme/r2", "acme"], [], [])
        world.tell("settings", page_limit=2)
        others = [{"config": {"url": f"http://127.0.0.1:9/else{number}", "secret": "theirs"}} for number in range(5)]
        by_hand = [*others, {"config": {"url": world.url, "secret": world.old["acme/r2"]}}]
        world.tell("seed", targets={"acme/r2": {"hooks": by_hand}})
        reconcile = ["reconcile", "--adopt", "--repo", world.path("repository")]
        # The plan of the config comes first: one that rotates an entry twice would be no better.
        world.run(0, *world.apply_words())
        world.let_the_overlap_pass()
        world.run(0, "settle", *world.common())
        world.run(0, *reconcile, "--exit-code")
        # Somebody deletes a hook and makes another one, on the last page, with a token that is valid.
        known, untouched = world.tokens(), world.secrets()["acme/r1"]
        hooks = {"acme/r2": [*others, {"config": {"url": world.url, "secret": known["acme/r2"][0]}}],
                 "acme": [{"config": {"url": world.url, "secret": known["acme"][0]}}]}
        for name, made in hooks.items():
            world.remake(name, made)
        world.run(0, "reconcile", "--exit-code", "--repo", world.path("repository"))  # all of them work
        text = world.run(CHANGES, *reconcile, "--exit-code", "--branch", "main",
                         "--sign", f"file:{world.path('ci.key')}", "--out", world.path("adopt.dsse"))
        self.assertNotIn("acme/r1", text)
        world.run(0, *world.apply_words("adopt.dsse"))
        self.check_hooks(world, world.rotated, {})
        for name in hooks:
            self.assertNotIn(world.secrets()[name][0], known[name])
        self.assertEqual(world.secrets()["acme/r1"], untouched)
        self.assertEqual([hook["config"]["secret"] for hook in world.state()["targets"]["acme/r2"]][:5], ["theirs"] * 5)
        world.let_the_overlap_pass()
        world.run(0, "settle", *world.common())
        world.run(0, *reconcile, "--exit-code")
        # Nobody answers for those of others.
        self.assertEqual([line for line in world.state()["refused"] if not line.endswith(" 0")], [])
        self.check_untold(world)

    def test_invitations_are_accepted_first(self):
        world = self.world(["acme/r1", "acme/late"], [], [], flags="  auto_accept_invitation: true\n")
        world.tell("seed", targets={"acme/late": {"hidden": True, "hooks": [
            {"config": {"url": world.url, "secret": world.old["acme/late"]}}]}})
        world.tell("invite", repositories=[{"repository": name, "permissions": "admin"} for name in ("acme/late", "x/y")])
        self.assertIn("invitation to acme/late: is accepted first",
                      world.run(0, *world.apply_words(), "--dry-run"))
        self.assertEqual(world.state()["accepted_invitations"], [])
        text = world.run(0, *world.apply_words())
        self.assertIn("invitation to acme/late: accepted", text)
        self.assertNotIn("HP8134", text)  # the token may not see invitations of organizations, and none is listed
        self.assertEqual(world.state()["accepted_invitations"], ["acme/late"])
        self.check_hooks(world, world.rotated, {})

    def app_world(self, *words, **more):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        key = os.path.join(folder.name, "app.pem")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True).stdout)
        modulus = subprocess.run(["openssl", "rsa", "-in", key, "-noout", "-modulus"], check=True, capture_output=True,
                                 text=True).stdout.strip().partition("=")[2]
        world = self.world(*words, login=f'app_id: 12, private_key: "file:{key}"', **more)
        permissions = {"repository_hooks": "write", "organization_hooks": "write"}
        world.tell("seed", apps={"12": {"modulus": modulus}}, installations={
            owner: {"id": number, "app": "12", "permissions": permissions}
            for number, owner in ((1, "acme"), (2, "solo"))})
        return world

    def check_revoked(self, world, number):
        tokens = world.state()["tokens"]
        self.assertEqual(len(tokens), number)
        for value, token in tokens.items():
            self.assertTrue(token.get("revoked"))
            self.assertNotIn(value, world.written())

    def test_as_an_app(self):
        # foo has not installed it.
        world = self.app_world(["acme/r1", "acme", "solo/one", "foo/bar"], ["acme/new"], [])
        self.assertIn("HP8130 the GitHub App is not installed at foo", world.run(UNFINISHED, *world.apply_words()))
        self.assertEqual(world.state()["refused"], [])
        self.check_hooks(world, ["acme/r1", "acme", "solo/one", "acme/new"], {"foo/bar": world.old["foo/bar"]})
        self.check_revoked(world, 3)  # acme/r1 and acme/new share one

    def test_tokens_of_an_app_are_masked_where_the_runner_alone_reads(self):
        if os.environ.get("GITHUB_ACTIONS"):
            self.skipTest("this is a step of a job itself")
        world = self.app_world(["acme/r1", "solo/one"], [], [])
        world.environment["GITHUB_ACTIONS"] = "true"
        self.assertEqual(world.start(*world.apply_words(), "--dry-run").communicate()[1].count("add-mask"), 0)
        words = shlex.join([world.program, *world.apply_words()])
        # In a file a mask would be the token itself.
        for redirected in (f"{words} --dry-run | cat", f"({words} --dry-run) | cat", f"{words} --dry-run > file"):
            done = subprocess.run(["sh", "-c", redirected], env=world.environment, cwd=world.folder,
                                  capture_output=True, text=True, check=True)
            self.assertNotIn("add-mask", done.stdout + done.stderr)
        before = set(world.state()["tokens"])
        done = subprocess.run(["sh", "-c", words + "; true"], env=world.environment, cwd=world.folder,
                              capture_output=True, text=True, check=True)
        tokens = set(world.state()["tokens"]) - before
        self.assertEqual(len(tokens), 2)
        lines = done.stdout.splitlines()
        self.assertEqual(set(lines[:2]), {f"::add-mask::{token}" for token in tokens})
        # Those of hooks are printed nowhere, not even in a mask.
        for values in world.tokens().values():
            for value in values:
                self.assertNotIn(value, done.stdout + done.stderr)

    def test_app_that_is_stopped(self):
        world = self.app_world([*(f"acme/r{number}" for number in range(30)), "solo/one"], [], [], pace="1s")
        run = world.start(*world.apply_words(), "--parallel", "2")
        world.wait_for(lambda: len(world.state()["tokens"]) >= 2)
        run.send_signal(signal.SIGINT)
        world.end(run)
        self.assertEqual(run.returncode, INTERRUPTED)
        self.check_revoked(world, 2)  # all of acme share one
        self.assertEqual(world.state()["refused"], [])


if __name__ == "__main__":
    unittest.main()
