#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plans that are applied to GitHub, as far as tests/peers/github.py is like it, while every hook sends: answers get
lost, limits are reached, the program is killed. No delivery is refused, no hook doubled, no secret told."""
import base64
import os
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from github_runs import LOGIN, World

UNFINISHED = 7
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
            self.assertNotIn(world.old.get(name), world.tokens()[name])
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
        self.check_revoked(world, 4)

    def test_app_that_is_stopped(self):
        world = self.app_world([f"acme/r{number}" for number in range(9)], [], [], pace="1s")
        run = world.start(*world.apply_words(), "--parallel", "2")
        world.wait_for(lambda: len(world.state()["tokens"]) >= 2)
        run.send_signal(signal.SIGINT)
        world.end(run)
        self.assertEqual(run.returncode, INTERRUPTED)
        number = len(world.state()["tokens"])
        self.assertLess(number, 9)
        self.check_revoked(world, number)
        self.assertEqual(world.state()["refused"], [])


if __name__ == "__main__":
    unittest.main()
