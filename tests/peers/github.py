#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for GitHub: hooks, their delivery logs, comments, tokens and Apps, with its limits and with faults on request.

Listens on 127.0.0.1 at a free port, prints the port, and ends after --seconds. Tests speak to it at /_control:
POST seed, pull, merge, review, dismiss, fault, meet, settings, invite, lead, push; GET state, which shows secrets and counts.
"""
import argparse
import collections
import http.client
import http.server
import itertools
import json
import re
import signal
import sys
import threading
import time
import urllib.parse

from github_api import Api, require_shape
from github_world import Refusal, World


def deliver(url, headers, body):
    """To this machine only; elsewhere everybody is content."""
    parts = urllib.parse.urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost"):
        return 200
    try:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        connection.request("POST", parts.path, body, headers)
        status = connection.getresponse().status
        connection.close()
        return status
    except OSError:
        return 0


class Control:
    """What tests say."""

    def __init__(self, server):
        self.server = server

    def answer(self, method, path, body):
        if method == "GET":
            return self.state()
        return getattr(self, path)(**body)

    def seed(self, targets=None, renamed=None, tokens=None, apps=None, installations=None):
        world = self.server.world
        for name, words in (targets or {}).items():
            world.add_target(name, **words)
        world.renamed.update({old.lower(): new for old, new in (renamed or {}).items()})
        world.tokens.update(tokens or {})
        world.apps.update(apps or {})
        world.installations.update(installations or {})

    def pull(self, repository, number, **words):
        self.server.api.comments.seed(repository, number, **words)

    def merge(self, **words):
        self.server.api.reviews.merge(**words)

    def review(self, **words):
        self.server.api.reviews.review(**words)

    def dismiss(self, **words):
        self.server.api.reviews.dismiss(**words)

    def meet(self, method, path, number):
        """So many requests like this are answered together, once."""
        self.server.meeting = (method, path, threading.Barrier(number, timeout=20))

    def fault(self, kind, method=".*", path=".*", times=1, after=0, retry_after=None):
        self.server.faults.append({"kind": kind, "method": method, "path": path, "times": times, "after": after,
                                   "retry_after": retry_after})

    def settings(self, **values):
        for name, value in values.items():
            setattr(self.server.world, name, value)

    def invite(self, repositories=(), organizations=()):
        for words in repositories:
            self.server.world.invite(**words)
        for words in organizations:
            self.server.world.invite_to_organization(**words)

    def lead(self, name, url):
        """Somebody leads the first hook of it elsewhere, by hand."""
        next(iter(self.server.world.targets[name.lower()].hooks.values())).config["url"] = url

    def small_ids(self):
        """For readers between us and the program that put numbers into doubles."""
        self.server.world.delivery_numbers = itertools.count(10 ** 12)

    def push(self, number=1, log=None):
        """Every hook sends so many; `log` instead writes lines that were answered like that, with that age."""
        world = self.server.world
        for target in list(world.targets.values()):
            for hook in list(target.hooks.values()):
                for _ in range(number):
                    headers, body = world.push(target, hook)
                    if log is None:
                        world.send(hook, headers, body)
                        continue
                    for age, status in log:
                        original, world.deliver, world.skew = world.deliver, lambda *_, s=status: s, world.skew - age
                        world.send(hook, headers, body)
                        world.deliver, world.skew = original, world.skew + age

    def state(self):
        world = self.server.world
        targets = {target.name: [{"id": str(hook.id), "config": hook.config, "events": hook.events,
                                  "active": hook.active,
                                  "log": [{key: str(line[key]) for key in ("id", "guid", "event", "status_code",
                                                                           "redelivery")} for line in hook.log]}
                                 for hook in target.hooks.values()] for target in world.targets.values()}
        gaps = [b - a for times in self.server.writes.values() for a, b in zip(times, times[1:])]
        return {"targets": targets, "comments": self.server.api.comments.state(), "requests": self.server.requests, "refused": world.refused,
                "accepted": world.accepted, "accepted_invitations": world.accepted_invitations,
                "least_gap": min(gaps, default=None), "faults": self.server.faults,
                "most_a_minute": max((most_within(times, 60) for times in self.server.writes.values()), default=0),
                "tokens": {value: token for value, token in world.tokens.items() if token["kind"] == "app"}}


def most_within(times, span):
    window, most = collections.deque(), 0
    for each in times:
        window.append(each)
        while window[0] < each - span:
            window.popleft()
        most = max(most, len(window))
    return most


class Connection(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(timestamp if timestamp is not None else self.server.world.now())

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def do(self):
        parts = urllib.parse.urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        path, query = parts.path, dict(urllib.parse.parse_qsl(parts.query))
        path = urllib.parse.unquote(path)
        with self.server.lock:
            if path.startswith("/_control/"):
                answer = self.server.control.answer(self.command, path[len("/_control/"):], json.loads(raw or b"{}"))
                return self.send(200, answer if answer is not None else {}, {})
            if path.startswith("/api/v3/"):  # Enterprise Server
                path = path[len("/api/v3"):]
        self.server.wait_for_others(self.command, path)
        with self.server.lock:
            return self.serve(path, query, raw)

    do_GET = do_POST = do_PATCH = do_DELETE = do

    def serve(self, path, query, raw):
        server = self.server
        line = f"{self.command} {path}"
        server.requests[line] = server.requests.get(line, 0) + 1
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.command != "GET":
            server.writes.setdefault(headers.get("authorization", ""), []).append(time.monotonic())
        fault = server.fault_of(self.command, path)
        kind = fault["kind"] if fault else ""
        if kind in ("lost before", "503 before", "secondary", "429"):
            return self.fail(kind, fault)
        status, answer, more = self.judge(path, query, raw, headers)
        if kind in ("lost", "502 after"):
            return self.fail(kind, fault)
        return self.send(status, answer, more)

    def judge(self, path, query, raw, headers):
        try:
            body = json.loads(raw) if raw else {}
            require_shape(self.command, path, body)
            return self.server.api.answer(self.command, path, query, body, headers)
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.headers
        except ValueError:
            return 400, {"message": "Problems parsing JSON"}, {}

    def fail(self, kind, fault):
        if kind in ("lost", "lost before"):
            self.close_connection = True
            self.connection.close()
            return None
        if kind in ("503 before", "502 after"):
            return self.send(int(kind[:3]), {"message": "Server Error"}, {})
        more = {} if fault["retry_after"] is None else {"Retry-After": str(fault["retry_after"])}
        status = 429 if kind == "429" else 403
        return self.send(status, {"message": "You have exceeded a secondary rate limit. Please wait a few minutes.",
                                  "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest"
                                                       "-api#about-secondary-rate-limits"}, more)

    def send(self, status, answer, more):
        data = b"" if answer is None else json.dumps(answer, indent=2).encode()
        self.send_response(status)
        if answer is not None:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Connection)
        self.lock = threading.RLock()
        self.world = World(deliver)
        self.api = Api(self.world, f"http://127.0.0.1:{self.server_port}")
        self.control = Control(self)
        self.faults, self.requests, self.writes = [], {}, {}
        self.meeting = None

    def wait_for_others(self, method, path):
        meeting = self.meeting
        if meeting and meeting[0] == method and re.fullmatch(meeting[1], path):
            try:
                meeting[2].wait()
            except threading.BrokenBarrierError:
                pass
            self.meeting = None

    def fault_of(self, method, path):
        for fault in self.faults:
            if fault["times"] > 0 and re.fullmatch(fault["method"], method) and re.fullmatch(fault["path"], path):
                if fault["after"] > 0:
                    fault["after"] -= 1
                    continue
                fault["times"] -= 1
                return fault
        return None

    def send_pushes(self, rate):
        """Every hook in turn, without end; each delivery signed when it arises."""
        while True:
            with self.lock:
                hooks = [(target, hook) for target in self.world.targets.values() for hook in target.hooks.values()]
            for target, hook in hooks:
                with self.lock:
                    if hook.active and hook.id in target.hooks:
                        self.world.send(hook, *self.world.push(target, hook))
                time.sleep(1 / rate)
            if not hooks:
                time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--rate", type=float, default=0, help="deliveries a second, of all hooks in turn")
    options = parser.parse_args()
    signal.alarm(options.seconds)
    server = Server()
    if options.rate:
        threading.Thread(target=server.send_pushes, args=(options.rate,), daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
