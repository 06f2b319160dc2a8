#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends deliveries as a forge would, without end, and counts which were accepted.

--hooks names a JSON file {"o/r": {"secret": "..."}, "o": {...}}: what each hook signs with now. It may be replaced
at any moment. A delivery is signed when it arises and sent up to --delay-max milliseconds later, as from a queue.
The report is JSON and holds no secret.
"""
import argparse
import collections
import datetime
import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.parse
import uuid

from watched_file import WatchedFile

SENDERS = 8
MOST_REFUSALS = 20

Delivery = collections.namedtuple("Delivery", "name arose body headers")


class Hooks:
    """The hooks as the file has them at this moment."""

    def __init__(self, path):
        self.file, self.hooks = WatchedFile(path), None
        if self.look() is None:
            raise OSError(f"cannot read {path}")

    def look(self):
        content = self.file.news()
        if content is not None:
            self.hooks = json.loads(content)
        return self.hooks


def delivery_of(name, secret, number):
    """A push to the repository; for a hook of an organization, to some repository of it."""
    organization, _, repository = name.partition("/")
    repository = repository or f"repository-{number % 7}"
    body = json.dumps({
        "ref": "refs/heads/main", "after": hashlib.sha1(str(number).encode()).hexdigest(),
        "repository": {"full_name": f"{organization}/{repository}", "name": repository,
                       "owner": {"login": organization}},
        "organization": {"login": organization}, "sender": {"login": "somebody"},
        "commits": [{"message": f"change {number}"}]}).encode()
    headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": str(uuid.uuid4()), "Content-Type": "application/json"}
    if secret:  # GitHub does not sign for a hook that has no secret
        for header, algorithm in (("X-Hub-Signature", "sha1"), ("X-Hub-Signature-256", "sha256")):
            headers[header] = f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"
    return Delivery(name, time.time(), body, headers)


class Report:
    def __init__(self):
        self.lock = threading.Lock()
        self.accepted = self.refused = self.unanswered = 0
        self.refusals = []

    def add(self, delivery, status):
        with self.lock:
            if status is None:
                self.unanswered += 1
            elif 200 <= status <= 299:
                self.accepted += 1
                return
            else:
                self.refused += 1
            if len(self.refusals) < MOST_REFUSALS:
                moment = datetime.datetime.fromtimestamp(delivery.arose, datetime.timezone.utc)
                self.refusals.append({"repository": delivery.name, "status": status, "arose": moment.isoformat(),
                                      "late_ms": round((time.time() - delivery.arose) * 1000)})

    def write(self, path):
        with self.lock:
            content = {"accepted": self.accepted, "refused": self.refused, "unanswered": self.unanswered,
                       "refusals": self.refusals}
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
        os.replace(path + ".new", path)


class Queue:
    """Deliveries by the time at which they leave."""

    def __init__(self):
        self.ready = threading.Condition()
        self.heap, self.order, self.closed = [], itertools.count(), False

    def put(self, when, delivery):
        with self.ready:
            heapq.heappush(self.heap, (when, next(self.order), delivery))
            self.ready.notify()

    def close(self):
        with self.ready:
            self.closed = True
            self.ready.notify_all()

    def take(self):
        """The next one when it is due; None when there will be none."""
        with self.ready:
            while True:
                if not self.heap:
                    if self.closed:
                        return None
                    self.ready.wait()
                    continue
                left = self.heap[0][0] - time.monotonic()
                if left <= 0:
                    return heapq.heappop(self.heap)[2]
                self.ready.wait(left)


def post(url, delivery):
    """The status; None if there was no answer. A connection of its own: a kept one that the receiver closes in that
    moment would look like a lost delivery."""
    maker = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = maker(url.hostname, url.port, timeout=10)
    try:
        connection.request("POST", url.path or "/", delivery.body, delivery.headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def send_all(queue, url, report):
    while (delivery := queue.take()) is not None:
        report.add(delivery, post(url, delivery))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--hooks", required=True)
    parser.add_argument("--report", required=True)
    parser.add_argument("--rate", type=float, default=50, help="deliveries a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--delay-max", type=float, default=0, metavar="MS")
    options = parser.parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    url = urllib.parse.urlsplit(options.url)
    report, queue = Report(), Queue()
    try:
        hooks = Hooks(options.hooks)
    except (OSError, ValueError) as error:
        sys.exit(f"delivery_stream.py: {error}")
    senders = [threading.Thread(target=send_all, args=(queue, url, report)) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    begin = time.monotonic()
    try:
        for number in itertools.count():
            due = begin + number / options.rate
            if due > begin + options.seconds or stop.wait(max(0, due - time.monotonic())):
                break
            current = hooks.look()
            if current:
                name = sorted(current)[number % len(current)]
                delivery = delivery_of(name, current[name].get("secret", ""), number)
                queue.put(time.monotonic() + random.uniform(0, options.delay_max) / 1000, delivery)
    finally:
        queue.close()  # what has arisen is still sent
        for sender in senders:
            sender.join()
        report.write(options.report)


if __name__ == "__main__":
    main()
