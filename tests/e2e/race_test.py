#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several at work on one store: two runs, and a run beside a person who edits the token file. One run is stopped at a
moment that others can notice, the other one does all it wants, the first one goes on. Nobody's token is lost, nothing
is minted twice, and the end is as asked for. HOOKPLAN_ALL_KILLS=1: at every moment."""
import os
import random
import re
import time
import unittest

from live_case import LiveCase, spread
from live_world import CHANGED, TOKENS

BUSY = 8


class Races(LiveCase):
    def check_minted_once(self):
        """One new token for each changed entry and, as copies, for what hides it; and every one that was there."""
        tokens = self.world.tokens()
        old = {value for values in TOKENS.values() for value in values}
        new = {value for values in tokens.values() for value in values} - old
        self.assertEqual(len(new), len(CHANGED), tokens)
        for entry, values in TOKENS.items():
            self.assertLessEqual(set(values), set(tokens[entry]), entry)

    def impatient(self, command):
        """Its words without --wait, so that it does not wait for other runs."""
        words = list(self.world.words_for(command))
        at = words.index("--wait")
        return words[:at] + words[at + 2:]

    def beside(self, stage, rival, number):
        """From its first write on the paused run has the store, until its last one."""
        world = self.world
        self.reach(stage)
        calls = self.calls_of(stage)
        writes = [n for n, call in enumerate(calls, 1) if re.match(r"rename .*hmac\.yaml(\.ledger)?$", call)]
        # Not inside of a write: then others wait for that, and give up in the end.
        some = spread([n for n, call in enumerate(calls, 1) if call.startswith(("send ", "flock "))], number)
        outcomes = set()
        for moment in some:
            with self.subTest(stage=stage, rival=rival, call=f"{moment} {calls[moment - 1].replace(world.folder, '')}"):
                world.go_back_to(stage)
                with world.paused(*self.words_at(stage), at=moment) as first:
                    before = world.text_of("hmac.yaml")
                    second = world.run(*self.impatient(rival))
                    if second.returncode == BUSY:
                        self.assertRegex(second.err, r"process \d+ on \S+ is at work, since 2\S+, and has it until 2")
                        self.assertEqual(world.text_of("hmac.yaml"), before)
                    else:
                        world.done(second, 0, 7)
                    outcomes.add((moment <= writes[0], second.returncode == BUSY))
                    world.check_accepts()
                world.done(first, 0, 7)
                world.check_accepts()
                if stage == "apply":
                    self.check_minted_once()
                if moment in (some[0], some[-1]):
                    world.finish()
                    world.check_end()
        # Before the first write nobody is kept out; behind it somebody is, wherever it is not the last one.
        self.assertNotIn((True, True), outcomes)
        self.assertIn((False, True), outcomes)

    def test_two_applies(self):
        self.beside("apply", "apply", 6)

    def test_apply_beside_settle(self):
        self.beside("apply", "settle", 3)
        self.world.go_back_to("begin")
        self.beside("again", "settle", 3)

    def test_settle_beside_apply(self):
        self.beside("settle", "apply", 4)

    @unittest.skipUnless(os.environ.get("HOOKPLAN_ALL_KILLS"), "it takes two minutes: HOOKPLAN_ALL_KILLS=1")
    def test_stands_still_beyond_its_lease(self):
        """A run that is stopped is not dead, so the next one waits until its lease has ended, and takes over."""
        world = self.world
        calls = self.calls_of("apply")
        first_write = calls.index("rename hmac.yaml")
        moment = next(n for n, call in enumerate(calls, 1) if n > first_write + 1 and call.startswith("send "))
        with world.paused(*self.impatient("apply"), at=moment) as first:
            begin = time.monotonic()
            second = world.end(world.start(*self.impatient("settle"), "--wait", "4m"), limit=200)
            world.done(second, 0, 7)
            self.assertGreater(time.monotonic() - begin, 100)
            world.check_accepts()
        self.assertIn(first.returncode, (0, 7, BUSY, 75), first.err)
        world.check_accepts()
        self.check_minted_once()
        world.finish()
        world.check_end()

    def test_at_the_same_time(self):
        """Free runs, as two jobs of a CI start them."""
        world, chance = self.world, random.Random(8)
        for _ in range(6):
            world.go_back_to("begin")
            runs = []
            for command in ("apply", "apply", chance.choice(["apply", "settle"])):
                runs.append(world.start(*self.impatient(command)))
                time.sleep(chance.uniform(0, 0.1))
            codes = [world.done(world.end(run), 0, 7, BUSY).returncode for run in runs]
            self.assertIn(7, codes)
            for run in runs:
                if run.returncode == BUSY:
                    self.assertIn("is at work, since", run.err)
            self.check_minted_once()
            world.check_accepts()
        world.finish()
        world.check_end()

    def test_person_edits(self):
        """At any moment but one: a file cannot be locked for editors, so what somebody saves between the last look
        and the rename is lost. Nothing is done between these two."""
        world = self.world
        for stage in ("apply", "settle"):
            world.go_back_to("begin")
            self.reach(stage)
            calls = self.calls_of(stage)
            moments = [n for n, call in enumerate(calls, 1) if call != "rename hmac.yaml"]
            renames = set(range(1, len(calls) + 1)) - set(moments)
            self.assertEqual(len(renames), 1)
            some = {*spread(moments, 4), *(n - 1 for n in renames), *(n - 3 for n in renames)}
            for number in sorted(some):
                with self.subTest(stage=stage, call=f"{number} {calls[number - 1].replace(world.folder, '')}"):
                    world.go_back_to(stage)
                    with world.paused(*self.words_at(stage), at=number) as run:
                        world.save(world.text_of("hmac.yaml") + "people/own:\n- value: own-2b7d\n")
                        world.set_hooks({**world.hooks(), "people/own": "own-2b7d"})
                    world.done(run, 0, 7)
                    world.check_accepts()
                    self.assertEqual(world.tokens()["people/own"], ["own-2b7d"])
                    if number % 2 == 0:
                        world.finish()
                        world.check_end({"people/own": ["own-2b7d"]})


if __name__ == "__main__":
    unittest.main()
