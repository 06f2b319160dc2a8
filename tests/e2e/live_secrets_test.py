#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens, a private key and its passphrase are nowhere but where they must be, in no spelling: not in what is printed,
not in plans, ledgers, events and results, not in what other processes can see of the program."""
import base64
import itertools
import os
import re
import unittest
import urllib.parse

from live_case import LiveCase, spread
from live_world import HOOKS, TOKENS, write_atomically

PASSPHRASE = "correct horse/battery+staple"


def spellings(secret):
    """In base64 it looks different for each position of a group of three; the ends depend on what is beside it."""
    data = secret.encode()
    found = {data, data.hex().encode(), data.hex().upper().encode(), urllib.parse.quote(secret, safe="").encode()}
    for before in range(3):
        code = base64.b64encode(b"\0" * before + data)
        found.add(code[-(-before * 8 // 6):len(code) // 4 * 4 - 4])
        found.add(base64.urlsafe_b64encode(b"\0" * before + data)[-(-before * 8 // 6):-4])
    return found


class SecretsCase(LiveCase):
    def setUp(self):
        super().setUp()
        self.secrets = {value for values in TOKENS.values() for value in values} | set(HOOKS.values()) | {PASSPHRASE}
        self.output = b""

    def know(self, text):
        """Minted tokens look like nothing else; a digest has more digits."""
        self.secrets.update(re.findall(r"\b[0-9a-f]{40}\b", text))

    def run_it(self, *words, codes=(0, 7)):
        child = self.world.run(*words)
        self.output += (child.out + child.err).encode()
        self.assertIn(child.returncode, codes, child.out + child.err)
        return child

    def see_nothing_in(self, name, content, secrets=None):
        for secret in secrets or self.secrets:
            for spelling in spellings(secret):
                self.assertGreater(len(spelling), 8)
                self.assertNotIn(spelling, content, f"{spelling} of {secret} in {name}")

    def look_everywhere(self):
        world = self.world
        self.see_nothing_in("the output", self.output)
        for name in ("plan.dsse", "state/hmac.yaml.ledger", "state/events.jsonl", "result.json", "result.dsse",
                     "state/hmac.yaml.lock"):
            if os.path.exists(world.path(name)):
                with open(world.path(name), "rb") as file:
                    self.see_nothing_in(name, file.read())

    def key_with_passphrase(self):
        world = self.world
        key, words = world.path("locked.key"), world.path("passphrase")
        if not os.path.exists(key):
            write_atomically(words, PASSPHRASE)
            os.chmod(words, 0o600)
            self.run_it("keygen", "--out", key, "--passphrase", f"file:{words}")
        with open(key, encoding="utf-8") as file:
            self.secrets.update(file.read().splitlines()[1:-1])
        with open(world.path("ci.key"), encoding="utf-8") as file:
            self.secrets.update(line for line in file.read().splitlines()[1:-1] if len(line) > 16)
        return ["--sign", f"file:{key}", "--passphrase", f"file:{words}"]


class Secrets(SecretsCase):
    def test_session(self):
        world = self.world
        signing = self.key_with_passphrase()
        repository = ["--repo", world.path("repository")]
        apply, settle = world.words_for("apply"), world.words_for("settle")
        for words in (apply, settle):
            self.run_it(*words, "--dry-run")
            self.run_it(*words, "--dry-run", "--json")
        self.run_it(*apply, "--json")
        self.know(world.text_of("hmac.yaml"))
        self.assertGreater(len([s for s in self.secrets if re.fullmatch("[0-9a-f]{40}", s)]), 3)
        self.see_nothing_in("the ledger", world.text_of("hmac.yaml.ledger").encode())
        # The hand-over file must hold the new ones and nothing else.
        new = set(re.findall(r"secret: \"([0-9a-f]{40})\"", world.text_of("handover.yaml")))
        self.assertEqual(len(new), 4)
        self.see_nothing_in("the hand-over file", world.text_of("handover.yaml").encode(), self.secrets - new)
        self.assertEqual(os.stat(world.state("handover.yaml")).st_mode & 0o777, 0o600)
        self.run_it("status", *repository)
        self.run_it("status", *repository, "--json")
        world.do_what_is_asked()
        self.run_it(*world.words_for("confirm"))
        self.see_nothing_in("the hand-over file", world.text_of("handover.yaml").encode())
        self.run_it(*apply, "--result", world.path("result.json"))
        self.run_it(*apply, "--result", world.path("result.dsse"), *signing)
        self.run_it("reconcile", *repository)
        self.run_it("rotate", "--all", *repository, "--format", "json")
        world.let_the_overlap_pass()
        self.run_it(*settle, "--json")
        self.know(world.text_of("hmac.yaml"))
        world.check_end()
        self.assertEqual(os.stat(world.state("hmac.yaml")).st_mode & 0o777, 0o600)
        self.look_everywhere()

    def test_damaged_store(self):
        world = self.world
        self.run_it(*world.words_for("apply"))
        text = world.text_of("hmac.yaml")
        self.know(text)
        token = next(value for value in world.tokens()["acme"] if len(value) == 40)
        repository = ["--repo", world.path("repository")]
        commands = itertools.cycle([world.words_for("apply"), ["reconcile", *repository],
                                    [*world.words_for("apply"), "--json"], world.words_for("settle"),
                                    ["status", *repository], [*world.words_for("settle"), "--dry-run"],
                                    ["status", *repository, "--json"]])
        for damage in (text + "broken: [", text.replace("value:", "valu:"), text + f"acme: {token}\n",
                       text.replace("created_at: ", "created_at: x"), text + f"- {token}\n",
                       text + f"'{token}': &{token} {{a: *{token}}}\n",
                       text.replace(token, f"[{token}]"), text.replace(token, f"!!int {token}"), token,
                       text + text, text.replace(token, token + "\x01")):
            world.save(damage)
            self.run_it(*next(commands), codes=(0, 7, 29))
            self.run_it(*next(commands), codes=(0, 7, 29))
        for code in (b"HP8001", b"HP8002", b"HP8003"):
            self.assertIn(code, self.output)
        self.look_everywhere()

    def test_damaged_handover(self):
        world = self.world
        self.run_it(*world.words_for("apply"))
        text = world.text_of("handover.yaml")
        self.know(text)
        token = world.waiting()[0]["secret"]
        for damage in (text.replace("secret:", "secrets:"), text + "  - " + token, text + f"{token}: [", token,
                       text.replace(f'"{token}"', f'"{token}" {token}'), text.replace(f'"{token}"', f"[{token}]"),
                       text.replace("do: set hook", f"do: {token}", 1), text.replace("version: 1", f"version: {token}"),
                       text.replace("token_created: ", f"token_created: {token}")):
            with open(world.state("handover.yaml"), "w", encoding="utf-8") as file:
                file.write(damage)
            self.run_it("confirm", "--pattern", "*", "--handover", world.state("handover.yaml"), codes=(0, 64, 69))
            self.run_it(*world.words_for("apply"), "--only", "acme", codes=(7, 69))  # it tries each three times
        self.assertIn(b"HP8106", self.output)
        self.look_everywhere()

    def test_result_signed_from_the_environment(self):
        world = self.world
        self.key_with_passphrase()
        with open(world.path("ci.key"), encoding="utf-8") as file:
            world.environment["CI_KEY"] = file.read()
        try:
            self.run_it(*world.words_for("apply"), "--result", world.path("result.dsse"), "--sign", "env:CI_KEY")
        finally:
            del world.environment["CI_KEY"]
        self.look_everywhere()

    def test_what_others_see_of_it(self):
        world = self.world
        signing = self.key_with_passphrase()
        for stage, words in (("apply", []), ("again", ["--result", world.path("result.dsse"), *signing])):
            world.go_back_to("begin")
            self.reach(stage)
            calls = self.calls_of(stage)
            for number in spread(range(1, len(calls) + 1), 4):
                world.go_back_to(stage)
                with world.paused(*self.words_at(stage), *words, at=number) as run:
                    self.know(world.text_of("hmac.yaml"))
                    self.look_at_process(run.pid)
                self.output += (run.out + run.err).encode()
        self.look_everywhere()

    def look_at_process(self, pid):
        with open(f"/proc/{pid}/limits", encoding="utf-8") as file:
            self.assertRegex(file.read(), r"Max core file size +0 +0 ")
        for name in ("cmdline", "environ", "comm"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    content = file.read()
            except PermissionError:  # as it should be
                continue
            self.see_nothing_in(name, content)


class Spellings(unittest.TestCase):
    def test_all_are_found(self):
        secret = "gone-31e6d90c+x?/y"
        for before in range(4):
            for after in range(4):
                whole = b"ab\xffc"[:before] + secret.encode() + b"z\xfe!?"[:after]
                for form in (whole, base64.b64encode(whole), base64.urlsafe_b64encode(whole), whole.hex().encode(),
                             whole.hex().upper().encode(), urllib.parse.quote(whole, safe="").encode()):
                    self.assertTrue(any(spelling in form for spelling in spellings(secret)), form)


class NoReceiver(SecretsCase):
    """A class of its own, because the receiver does not come back."""

    def test_nobody_answers(self):
        world = self.world
        world.close()
        words = [word if word != "20s" else "0s" for word in world.words_for("apply")]
        self.run_it(*words)
        self.run_it(*words, "--json", "--only", "acme")
        self.know(world.text_of("hmac.yaml"))
        self.assertIn(b"HP81", self.output)
        self.look_everywhere()


if __name__ == "__main__":
    unittest.main()
