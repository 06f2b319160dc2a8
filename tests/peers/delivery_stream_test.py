#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rotations under a constant stream of deliveries: done right, none is refused; done wrong, some are. If this fails,
the stream cannot tell hookplan's rotations apart either."""
import json
import os
import sys
import tempfile
import time
import unittest

try:
    import yaml  # noqa: F401, prow_hook.py needs it
except ModuleNotFoundError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
from running_peer import prow_hook, start, write_atomically

DELAY = 0.3  # how late a delivery may come
NAMES = ["o/r", "o/s", "p"]


class Rotation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.store("old")
        self.sign_with("old")

    def path(self, name):
        return os.path.join(self.folder, name)

    def store(self, *tokens):
        write_atomically(self.path("tokens"), json.dumps({name: [{"value": token} for token in tokens]
                                                          for name in NAMES}))

    def sign_with(self, token):
        write_atomically(self.path("hooks"), json.dumps({name: {"secret": token} for name in NAMES}))

    def report_of(self, rotate, *words):
        with prow_hook(self.folder) as port:
            stream = start("delivery_stream.py", "--url", f"http://127.0.0.1:{port}/hook", "--hooks",
                           self.path("hooks"), "--report", self.path("report"), "--rate", "60", "--seconds", "60",
                           "--delay-max", str(DELAY * 1000), *words)
            try:
                time.sleep(0.5)
                rotate()
                time.sleep(0.5)
            finally:
                stream.terminate()
                self.assertEqual(stream.wait(timeout=30), 0)
        with open(self.path("report"), encoding="utf-8") as file:
            text = file.read()
        for secret in ("old", "new"):
            self.assertNotIn(secret, text)
        report = json.loads(text)
        self.assertEqual(report["unanswered"], 0)
        self.assertGreater(report["accepted"], 10)
        return report

    def test_overlap(self):
        def rotate():
            self.store("old", "new")
            self.sign_with("new")
            time.sleep(DELAY + 2)
            self.store("new")
        self.assertEqual(self.report_of(rotate)["refused"], 0)

    def test_hook_before_store(self):
        def rotate():
            self.sign_with("new")
            time.sleep(DELAY + 0.5)
            self.store("new")
        report = self.report_of(rotate)
        self.assertGreater(report["refused"], 0)
        refusal = report["refusals"][0]
        self.assertIn(refusal["repository"], NAMES)
        self.assertEqual(refusal["status"], 403)
        self.assertLessEqual(len(report["refusals"]), 20)

    def test_no_time_for_late_deliveries(self):
        def rotate():
            self.store("old", "new")
            self.sign_with("new")
            time.sleep(0.05)
            self.store("new")
        self.assertGreater(self.report_of(rotate)["refused"], 0)

    def test_a_hook_that_is_gone_sends_nothing(self):
        def rotate():
            write_atomically(self.path("hooks"), "{}")
            time.sleep(DELAY + 2)
            self.store("other")
        self.assertEqual(self.report_of(rotate)["refused"], 0)

    def test_it_ends_by_itself(self):
        with prow_hook(self.folder) as port:
            stream = start("delivery_stream.py", "--url", f"http://127.0.0.1:{port}/hook", "--hooks",
                           self.path("hooks"), "--report", self.path("report"), "--rate", "20", "--seconds", "0.5")
            self.assertEqual(stream.wait(timeout=30), 0)
        with open(self.path("report"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["accepted"], 11)


if __name__ == "__main__":
    unittest.main()
