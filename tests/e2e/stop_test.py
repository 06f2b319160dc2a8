#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""People who stop a run, or let it wait for them, and receivers that take their time."""
import json
import signal
import time
import unittest

from live_case import LiveCase, spread

INTERRUPTED = 130


class Stop(LiveCase):
    def events(self):
        try:
            return [json.loads(line) for line in self.world.text_of("events.jsonl").splitlines()]
        except FileNotFoundError:
            return []

    def in_step(self, step):
        return any(event["step"] == step and event["state"] == "started" for event in self.events())

    def test_first_ends_the_step(self):
        world = self.world
        for stage in ("apply", "settle"):
            world.go_back_to("begin")
            self.reach(stage)
            calls = self.calls_of(stage)
            begin = next(n for n, call in enumerate(calls, 1) if call.endswith("events.jsonl") and "write" in call)
            last = max(n for n, call in enumerate(calls, 1) if call.startswith("send "))
            for number in spread(range(begin, last + 1), 5):
                with self.subTest(stage=stage, call=f"{number} {calls[number - 1]}"):
                    world.go_back_to(stage)
                    with world.deliveries():
                        with world.paused(*self.words_at(stage), at=number) as run:
                            run.send_signal(signal.SIGINT)
                        world.done(run, INTERRUPTED)
                        self.assertIn("stopping when this step is done", run.err)
                        self.assertIn("again to go on", run.err)
                        # Every step that was begun was ended.
                        events = self.events()
                        begun = [event for event in events if event["state"] == "started"]
                        self.assertEqual(len(begun) * 2, len(events), events[-3:])
                        self.assertFalse([event for event in events if event["state"] == "failed"])
                        world.check_accepts()
                        world.finish()
                    world.check_end()

    def test_second_stops_at_once(self):
        world = self.world
        world.receiver.send_signal(signal.SIGSTOP)  # it takes connections and never answers
        try:
            run = world.start(*world.words_for("apply"))
            world.wait_for(lambda: self.in_step("await_receiver"))
            run.send_signal(signal.SIGINT)
            time.sleep(0.5)
            self.assertIsNone(run.poll())
            begin = time.monotonic()
            run.send_signal(signal.SIGINT)
            world.end(run)
            self.assertLess(time.monotonic() - begin, 5)
        finally:
            world.receiver.send_signal(signal.SIGCONT)
        world.done(run, INTERRUPTED)
        self.assertIn("stopped at once", run.err)
        self.assertIn("hookplan apply again", run.err)
        with world.deliveries():
            world.finish()
        world.check_end()

    def test_await(self):
        world = self.world
        with world.deliveries():
            run = world.start(*world.words_for("apply"), "--await", "40s")
            world.wait_for(lambda: len(world.waiting_entries()) == 5)
            world.do_what_is_asked()
            handover = ["--handover", world.state("handover.yaml")]
            world.done(world.run("confirm", "--pattern", "solo/*", *handover))
            world.wait_for(lambda: any(e["step"] == "prove_delivery" and e["state"] == "done" for e in self.events()))
            self.assertIsNone(run.poll())
            world.done(world.run("confirm", "--pattern", "*", *handover))
            world.done(world.end(run))
            world.check_accepts()
            self.assertEqual(world.waiting(), [])
            world.finish()
        world.check_end()

    def test_confirmed_before_it_waits(self):
        """The person is quicker than the run."""
        world = self.world
        calls = self.calls_of("apply")
        last = max(n for n, call in enumerate(calls, 1) if call.startswith("write ") and "events.jsonl" in call)
        words = [*world.words_for("apply"), "--await", "4s"]
        with world.paused(*words, at=last) as run:
            self.assertEqual(len(world.waiting_entries()), 5)
            world.confirm()
        world.done(run)

    def test_stop_while_it_waits(self):
        world = self.world
        run = world.start(*world.words_for("apply"), "--await", "40s")
        world.wait_for(lambda: len(world.waiting_entries()) == 5)
        time.sleep(0.7)
        run.send_signal(signal.SIGINT)
        world.done(world.end(run), INTERRUPTED)
        world.finish()
        world.check_end()


class SlowReceiver(LiveCase):
    """It reads its tokens every two seconds only, as a kubelet would update them."""
    RECEIVER = ("--reload", "2")

    def test_whole_session(self):
        world = self.world
        with world.deliveries():
            world.finish()
            time.sleep(2.5)
        world.check_end()

    def test_patience(self):
        world = self.world
        with world.deliveries():
            time.sleep(0.5)
            words = [word if word != "20s" else "0s" for word in world.words_for("apply")]
            run = world.done(world.run(*words), 7)
            self.assertIn("does not accept the new token", run.out + run.err)
            world.do_what_is_asked()
            time.sleep(0.3)


if __name__ == "__main__":
    unittest.main()
