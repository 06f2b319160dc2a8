#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many entries at once: some behind a receiver that takes connections and never answers, some behind one that takes its
time. Those do not wait for these, the dead one is asked by one entry for all, and its entries are one sentence."""
import asyncio
import hashlib
import hmac
import json
import os
import subprocess
import tempfile
import threading
import time
import unittest

SILENT = 300
QUICK = 60
SETTINGS = """version: 1
forges: {people: {type: manual}}
receivers:
  silent: {type: prow, url: "http://127.0.0.1:%d/hook", store: {type: file, path: "%s"}}
  quick: {type: prow, url: "http://127.0.0.1:%d/hook", store: {type: file, path: "%s"}}
routes:
  - {match: "silent/*", forge: people, receiver: silent}
  - {match: "quick/*", forge: people, receiver: quick}
"""


class Receivers(threading.Thread):
    """Both, in a thread of their own. The quick one validates by the tokens of its file."""

    def __init__(self, tokens_path):
        super().__init__(daemon=True)
        self.tokens_path = tokens_path
        self.ports, self.asked, self.at_once, self.most_at_once = {}, {"silent": 0, "quick": 0}, 0, 0
        self.are_ready = threading.Event()
        self.start()
        self.are_ready.wait(20)

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        for name in self.asked:
            server = await asyncio.start_server(getattr(self, name), "127.0.0.1", 0, backlog=512)
            self.ports[name] = server.sockets[0].getsockname()[1]
        self.are_ready.set()
        await asyncio.sleep(250)

    async def silent(self, reader, _writer):
        self.asked["silent"] += 1
        await reader.read()

    async def quick(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked["quick"] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.05)
        self.at_once -= 1
        name = json.loads(body)["repository"]["full_name"]
        wanted = headers["x-hub-signature-256"]
        fits = any("sha256=" + hmac.new(value.encode(), body, hashlib.sha256).hexdigest() == wanted
                   for value in self.tokens_of(name))
        writer.write(b"HTTP/1.1 %s\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" %
                     (b"200 OK" if fits else b"403 Forbidden"))
        await writer.drain()
        writer.close()

    def tokens_of(self, entry):
        values, is_it = [], False
        with open(self.tokens_path, encoding="utf-8") as file:
            for line in file:
                if not line.startswith((" ", "-")):
                    is_it = line.strip().strip("'\"") == f"{entry}:"
                elif is_it and "value:" in line:
                    values.append(line.split("value:")[1].strip().strip("'\""))
        return values


class ManyAtOnce(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
        self.entries = {"silent": [f"silent/r{i}" for i in range(SILENT)],
                        "quick": [f"quick/r{i}" for i in range(QUICK)]}
        for name, entries in self.entries.items():
            with open(self.path(f"{name}.yaml"), "w", encoding="utf-8", opener=self.private) as file:
                for number, entry in enumerate(entries):
                    file.write(f'{entry}:\n- created_at: "2020-02-01T00:00:00Z"\n  value: old{number:037}\n')
        self.receivers = Receivers(self.path("quick.yaml"))
        self.make_plan()

    @staticmethod
    def private(path, flags):
        return os.open(path, flags, 0o600)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_in(self, *words):
        return subprocess.run(words, cwd=self.folder.name, env=self.environment, capture_output=True, text=True,
                              timeout=200, check=False)

    def hookplan(self, *words):
        return self.run_in(os.environ["HOOKPLAN"], *words)

    def make_plan(self):
        repository = self.path("repository")
        self.run_in("git", "init", "-q", "-b", "main", repository)
        with open(os.path.join(repository, ".hookplan.yaml"), "w", encoding="utf-8") as file:
            file.write(SETTINGS % (self.receivers.ports["silent"], self.path("silent.yaml"),
                                   self.receivers.ports["quick"], self.path("quick.yaml")))
        for day in ("2020-01-01", "2025-01-01"):
            with open(os.path.join(repository, "config.yaml"), "w", encoding="utf-8") as file:
                file.write("managed_webhooks:\n  org_repo_config:\n")
                for entries in self.entries.values():
                    file.writelines(f"    {entry}: {{token_created_after: {day}T00:00:00Z}}\n" for entry in entries)
            self.run_in("git", "-C", repository, "add", ".")
            self.run_in("git", "-C", repository, "-c", "user.name=t", "-c", "user.email=t@hookplan.dev", "commit", "-qm", day)
        self.hookplan("keygen", "--type", "ed25519", "--out", "ci.key")
        made = self.hookplan("plan", "--repo", repository, "--config-path", "config.yaml", "--branch", "main", "--sign",
                             "file:ci.key", "--out", "plan.dsse")
        self.assertEqual(made.returncode, 0, made.stderr)

    def apply(self, *words):
        return self.hookplan("apply", "plan.dsse", "--key", "ci.key.pub", "--repo", "repository", "--handover",
                             self.path("handover.yaml"), "--events", self.path("events.jsonl"), *words)

    def events(self):
        with open(self.path("events.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def test_nobody_waits_for_a_receiver_that_is_silent(self):
        start = time.monotonic()
        done = self.apply("--wait", "5s")
        spent = time.monotonic() - start
        self.assertEqual(done.returncode, 7, done.stdout + done.stderr)
        # Said at once, and what the others end with is one line and some of their names.
        self.assertRegex(done.stderr, r"(?m)^silent: .*; asking again for \d+ s$")
        said = [line for line in done.stdout.splitlines() if "failed" in line and "HP" in line]
        self.assertEqual(len(said), 1, done.stdout)
        self.assertIn(f"{SILENT} entries", said[0])
        self.assertIn(f"{QUICK} waiting, {SILENT} failed", done.stdout)
        # One entry asks for all: every question takes as long as the receiver is given to answer one.
        self.assertLessEqual(self.receivers.asked["silent"], 1 + spent / 5)
        # The hooks of the others were asked for before the first of those has failed.
        events = self.events()
        fails = [i for i, event in enumerate(events) if event["entry"].startswith("silent/") and event["state"] == "failed"]
        points = [i for i, event in enumerate(events) if event["entry"].startswith("quick/") and event["step"] == "point_hook"]
        self.assertEqual(len({events[i]["entry"] for i in points}), QUICK)
        self.assertLess(max(points), min(fails))

    def test_many_questions_are_under_way_at_once_but_no_more_than_asked_for(self):
        self.apply("--wait", "1s", "--only", "quick/*", "--parallel", "20")
        self.assertGreater(self.receivers.most_at_once, 12)
        self.assertLessEqual(self.receivers.most_at_once, 20)
        self.apply("--wait", "1s", "--only", "quick/*", "--parallel", "1")
        self.assertEqual(self.hookplan("confirm", "--pattern", "quick/*", "--handover", self.path("handover.yaml")).returncode, 0)
        self.receivers.most_at_once = 0
        done = self.apply("--wait", "1s", "--only", "quick/*", "--parallel", "1")
        self.assertEqual(self.receivers.most_at_once, 1)
        self.assertIn(f"{QUICK} settling", done.stdout)


if __name__ == "__main__":
    unittest.main()
