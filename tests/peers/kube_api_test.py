#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kube_api.py answers as two real kube-apiservers did: every recorded exchange is sent to it again, in their order.
The recordings are not part of the repository; without them the test is skipped. usage: kube_api_test.py TRANSCRIPTS"""
import base64
import glob
import http.client
import json
import os
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
# What a store with `get` and `update` cannot ask, and the server does not imitate.
NOT_IMITATED = {"76": "watch", "77": "watch", "78": "a list at an old version"}
VOLATILE = {"managedFields", "creationTimestamp", "continue", "uid", "resourceVersion"}
FOLDER = sys.argv.pop() if len(sys.argv) > 1 else ""


def normalised(thing):
    if isinstance(thing, dict):
        if isinstance(thing.get("metadata"), dict) and thing.get("kind") == "Secret" or "items" in thing:
            thing = {key: value for key, value in thing.items() if key != "kind" or "items" not in thing}
        return {key: normalised(value) for key, value in thing.items() if key not in VOLATILE}
    return [normalised(item) for item in thing] if isinstance(thing, list) else thing


class Replay(unittest.TestCase):
    def setUp(self):
        self.names = {}  # of theirs to ours: versions, uids, continue tokens

    def learn(self, theirs, ours):
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for key, value in theirs.items():
                if key in ("uid", "resourceVersion", "continue") and isinstance(value, str) and key in ours:
                    self.names[value] = ours[key]
                else:
                    self.learn(value, ours.get(key))
        elif isinstance(theirs, list) and isinstance(ours, list):
            for one, other in zip(theirs, ours):
                self.learn(one, other)

    def translated(self, thing):
        if isinstance(thing, dict):
            return {key: self.names.get(value, value) if isinstance(value, str) and (
                key in ("uid", "resourceVersion", "continue") or thing.get("path") == "/metadata/resourceVersion")
                    else self.translated(value) for key, value in thing.items()}
        return [self.translated(item) for item in thing] if isinstance(thing, list) else thing

    def body_of(self, name, request):
        body = request["body"]
        if body is None:
            return None
        if isinstance(body, str):
            return body.encode()
        if "$truncated" in body:
            # Only the size of the value matters: 1 MiB and one byte more, exactly 1 MiB, more than 3 MiB.
            size = {"64": (1 << 20) + 1, "65": 1 << 20, "66": 2_500_000}[name[:2]]
            head = body["head"].split('"a": "')[0]
            return (head + json.dumps({"a": base64.b64encode(b"x" * size).decode()})[1:] + "}").encode()
        return json.dumps(self.translated(body)).encode()

    def replay(self, folder, version):
        server = subprocess.Popen([sys.executable, os.path.join(HERE, "kube_api.py"), "--seconds", "60", "--version",
                                   version], stdout=subprocess.PIPE, text=True)
        try:
            port = int(server.stdout.readline())
            count = 0
            for path in sorted(glob.glob(os.path.join(folder, "[0-9]*.json"))):
                name = os.path.basename(path)
                if name[:2] in NOT_IMITATED:
                    continue
                with self.subTest(server=version, exchange=name):
                    if name[:2] == "75":  # a watch: what it saw is done again
                        self.do_what_was_seen(port, path)
                    else:
                        self.exchange(port, name, path)
                count += 1
            print(f"{version}: {count} exchanges, without {', '.join(sorted(NOT_IMITATED))}")
        finally:
            server.terminate()
            server.wait()
            server.stdout.close()

    @staticmethod
    def ask(port, method, target, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer, data

    def do_what_was_seen(self, port, path):
        with open(path, encoding="utf-8") as file:
            recorded = json.load(file)
        space = recorded["request"]["path"].partition("?")[0]
        for event in recorded["response"]["lines"]:
            secret = event["object"]
            name = secret["metadata"]["name"]
            sent = {**secret, "metadata": {"name": name}}
            method, target = {"MODIFIED": ("PUT", f"{space}/{name}"), "DELETED": ("DELETE", f"{space}/{name}"),
                              "ADDED": ("POST", space)}[event["type"]]
            body = None if method == "DELETE" else json.dumps(sent).encode()
            answer, data = self.ask(port, method, target, body, recorded["request"]["headers"])
            self.assertIn(answer.status, (200, 201), data)
            if method != "DELETE":
                self.learn(secret, json.loads(data))
                self.assertEqual(normalised(json.loads(data)), normalised(secret))

    def exchange(self, port, name, path):
        with open(path, encoding="utf-8") as file:
            recorded = json.load(file)
        request, expected = recorded["request"], recorded["response"]
        target = request["path"]
        for theirs, ours in self.names.items():
            target = target.replace(f"continue={theirs}", f"continue={ours}")
        answer, data = self.ask(port, request["method"], target, self.body_of(name, request), request["headers"])
        self.assertEqual(answer.status, expected["status"], data[:300])
        if name[:2] == "70":
            self.assertEqual(answer.getheader("Content-Encoding"), "gzip")
            return
        theirs = expected["body"]
        ours = json.loads(data)
        self.learn(theirs, ours)
        if "$truncated" in theirs:
            return
        if name[:2] == "01":
            theirs, ours = [{key: body[key] for key in ("major", "minor")} for body in (theirs, ours)]
        theirs = self.message_translated(theirs)
        if "error found in #" in theirs.get("message", ""):  # where an old JSON library stood
            theirs["message"] = theirs["message"].partition(", error found")[0]
        self.assertEqual(normalised(ours), normalised(theirs))

    def message_translated(self, body):
        if "message" not in body:
            return body
        message = re.sub(r"(record|precondition) \(([^)]*)\)", self.in_brackets, body["message"])
        return {**body, "message": re.sub(r"(meta): ([0-9a-f-]+)", self.in_brackets, message)}

    def in_brackets(self, match):
        theirs = match.group(2)
        return match.group(0).replace(theirs, self.names.get(theirs, theirs))

    def test_1_36(self):
        self.replay(os.path.join(FOLDER, "kube-v1.36.2"), "v1.36.2")

    def test_1_20(self):
        self.replay(os.path.join(FOLDER, "kube-v1.20.2"), "v1.20.2")


if __name__ == "__main__":
    if not os.path.isdir(os.path.join(FOLDER, "kube-v1.36.2")):
        print("skipped: no recordings of kube-apiservers")
        sys.exit(77)
    unittest.main()
