# SPDX-License-Identifier: Apache-2.0
"""What tests with a live_world.World have in common."""
import contextlib
import os
import tempfile
import unittest

from live_world import World


ALL = bool(os.environ.get("HOOKPLAN_ALL_KILLS"))


def spread(things, number):
    """So many of them, from everywhere; all if every moment is to be tried."""
    if ALL or number >= len(things):
        return list(things)
    return [things[int(len(things) / number * (i + 0.5))] for i in range(number)]


class LiveCase(unittest.TestCase):
    RECEIVER = ()  # more words for prow_hook.py
    WORLD = World

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.world = cls.WORLD(cls.temporary.name, *cls.RECEIVER)
        cls.addClassCleanup(cls.world.close)

    def setUp(self):
        self.world.go_back_to("begin")

    def reach(self, stage):
        """Goes to where a session begins with `stage`: apply, confirm, again (apply) or settle."""
        world = self.world
        if stage == "apply":
            return
        world.done(world.run(*world.words_for("apply")), 7)
        world.check_accepts()
        world.do_what_is_asked()
        world.check_accepts()
        if stage == "confirm":
            return
        world.confirm()
        if stage == "again":
            return
        world.done(world.run(*world.words_for("apply")))
        world.let_the_overlap_pass()

    def calls_of(self, stage):
        """Keeps the world as it is under the name of the stage, runs that, and goes back. What the run does outside,
        a line for each."""
        world = self.world
        world.keep(stage)
        log = world.path(f"{stage}.log")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(log)
        world.done(world.run(*self.words_at(stage), log=log), 0, 7)
        world.go_back_to(stage)
        with open(log, encoding="utf-8") as file:
            return file.read().splitlines()

    def words_at(self, stage):
        return self.world.words_for("apply" if stage == "again" else stage)
