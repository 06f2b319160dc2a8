#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the program at every moment that others can notice, while deliveries never stop. Whatever it left, none is
refused, then or later, and going on leads to what was asked for. With HOOKPLAN_ALL_KILLS=1 really at every moment,
which takes minutes: sh live.sh kill_test; else at some of them."""
import signal
import unittest

from live_case import ALL, LiveCase, spread

SOME = 5  # of each stage


def moments(calls):
    """Pairs of a number and whether to kill before or after that call. Everything between two calls is the same."""
    every = [(number, "before") for number in range(1, len(calls) + 1)] + [(len(calls), "after")]
    if ALL:
        return every
    # Always there where the token file itself changes; the rest is spread evenly.
    there = {(number, when) for number, call in enumerate(calls, 1) if call.endswith("hmac.yaml")
             for when in ("before", "after")}
    return sorted({*spread(every, max(1, SOME - len(there))), *there})


class Kills(LiveCase):
    def kill_everywhere(self, stage):
        world = self.world
        self.reach(stage)
        calls = self.calls_of(stage)
        for number, when in moments(calls):
            with self.subTest(stage=stage, call=f"{when} {number} {calls[number - 1].replace(world.folder, '')}"):
                world.go_back_to(stage)
                with world.deliveries():
                    self.kill_once(stage, number, when)
                world.check_end()
        if ALL:
            print(f"{stage}: {len(calls) + 1} moments")

    def kill_once(self, stage, number, when):
        world = self.world
        killed = world.run(*self.words_at(stage), at=number, when=when)
        self.assertEqual(killed.returncode, -signal.SIGKILL, killed.err)
        world.check_accepts()
        # The person acts on what there is, now or only after the next run.
        if number % 3 != 0:
            world.do_what_is_asked()
            world.check_accepts()
        if number % 3 == 1:
            world.confirm()
        world.finish()

    def test_apply(self):
        self.kill_everywhere("apply")

    def test_confirm(self):
        self.kill_everywhere("confirm")

    def test_apply_again(self):
        self.kill_everywhere("again")

    def test_settle(self):
        self.kill_everywhere("settle")


if __name__ == "__main__":
    unittest.main()
