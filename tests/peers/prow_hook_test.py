#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""prow_hook.py judges as Prow's own code does.

usage: prow_hook_test.py [FOLDER]; FOLDER holds golden/prow, made with Prow's code. What needs it is skipped where it is
absent.
"""
import hashlib
import hmac
import http.client
import json
import os
import sys
import tempfile
import time
import unittest

try:
    from prow_hook import judge_payload
    from prow_tokens import Tokens, Unreadable, read_map
except ModuleNotFoundError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
from running_peer import prow_hook, write_atomically

SHARED = None
PING = b'{"repository":{"full_name":"o/r"},"organization":{"login":"o"}}'


def sign(key, body):
    return "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()


def golden(name):
    path = os.path.join(SHARED or "", "golden", "prow", name)
    if not SHARED or not os.path.exists(path):
        raise unittest.SkipTest(f"{name} is absent")
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Deliveries:
    """A connection that is kept."""

    def __init__(self, test, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        test.addCleanup(self.connection.close)

    def send(self, body=PING, signature=None, method="POST", leave_out=(), **headers):
        wanted = {"X-GitHub-Event": "ping", "X-GitHub-Delivery": "d", "Content-Type": "application/json",
                  "X-Hub-Signature-256": signature or sign(b"t", body)}
        wanted.update({name.replace("_", "-"): value for name, value in headers.items()})
        self.connection.request(method, "/hook", body,
                                {name: value for name, value in wanted.items() if name not in leave_out})
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode().strip()


class Golden(unittest.TestCase):
    def test_reads_tokens_as_prow_does(self):
        rows = golden("secret_decode.jsonl")
        self.assertGreater(len(rows), 40)
        for row in rows:
            with self.subTest(row["name"]):
                if not row["ok"]:
                    self.assertRaises(Unreadable, read_map, row["in"].encode())
                    continue
                wanted = {name: [token["value"] for token in tokens or []]
                          for name, tokens in row["map_after"].items()}
                self.assertEqual(read_map(row["in"].encode()), wanted)

    def test_judges_as_prow_does(self):
        rows = golden("hook_validate.jsonl")
        self.assertGreaterEqual(len(rows), 29)
        for row in rows:
            with self.subTest(row["name"]):
                message, _ = judge_payload(row["payload"].encode(), row["x_hub_signature_256"],
                                           Tokens(row["secret_file"].encode()))
                self.assertEqual((message == "", message), (row["valid"], row["message"]))

    def test_answers_as_prow_does(self):
        rows = golden("hook_validate.jsonl")
        with tempfile.TemporaryDirectory() as folder:
            tokens = os.path.join(folder, "tokens")
            write_atomically(tokens, "")
            with prow_hook(folder) as port:
                deliveries = Deliveries(self, port)
                for row in rows:
                    signature = row["x_hub_signature_256"]
                    if signature != signature.strip() or not signature:
                        continue  # HTTP itself trims a header; an empty one is judged as absent
                    with self.subTest(row["name"]):
                        write_atomically(tokens, row["secret_file"])
                        status, text = deliveries.send(row["payload"].encode(), signature)
                        self.assertEqual(status, 200 if row["valid"] else 403)
                        if not row["valid"]:
                            self.assertTrue(text.endswith(f"Invalid X-Hub-Signature-256 - {row['message']}"), text)


class Judgement(unittest.TestCase):
    """A few rows of our own, for where the others are absent."""

    def judge(self, tokens, key, payload=PING):
        return judge_payload(payload, sign(key, payload), Tokens(tokens))[0]

    def test_the_first_entry_that_exists_decides(self):
        tokens = b"'*':\n- value: g\no:\n- value: t\no/r: []\n"
        refusal = "misconfigured webhook secret from organization/repo: o/r"
        self.assertEqual(self.judge(tokens, b"t"), refusal)
        self.assertEqual(self.judge(tokens.replace(b"o/r: []\n", b""), b"t"), "")
        self.assertEqual(self.judge(tokens.replace(b"o/r: []\n", b""), b"g"), refusal)
        self.assertEqual(self.judge(b"O/R:\n- value: x\n'*':\n- value: g\n", b"g"), "")
        self.assertEqual(self.judge(b"p:\n- value: t\n", b"t"), "failed to get an appropriate hmac secret")

    def test_what_is_no_map_is_one_token(self):
        self.assertEqual(self.judge(b" tok\n", b"tok"), "")
        self.assertEqual(self.judge(b"o/r:\n- value: t\n  created_at: 2020-10-02\n", b"t")[:13], "misconfigured")
        self.assertEqual(self.judge(b"", b"")[:6], "failed")

    def test_tokens_that_yaml_takes_for_numbers(self):
        for written, meant in ((b"0123", b"83"), (b"1e5", b"100000"), (b"12345678e1", b"1.2345678e+08"),
                               (b"y", b"true"), (b"'0123'", b"0123"), (b"0.5", b"0.5"), (b"1e-7", b"1e-07")):
            self.assertEqual(self.judge(b"o/r:\n- value: " + written + b"\n", meant), "", written)

    def test_payloads(self):
        tokens = b"o:\n- value: t\n"
        self.assertEqual(self.judge(tokens, b"t", b'{"organization":{"login":"x","login":"o"}}'), "")
        self.assertEqual(self.judge(tokens, b"t", b'{"organization":{"LOGIN":"o"},"organization":{}}'), "")
        for payload in (b"", b"{}x", b"[]", b'"x"', b'{"a":NaN}', b'{"repository":[]}', b"{", b"[" * 100000):
            self.assertEqual(self.judge(tokens, b"t", payload), "invalid payload", payload[:20])


class Server(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.tokens = os.path.join(self.folder, "tokens")
        write_atomically(self.tokens, "o/r:\n- value: t\n")

    def test_checks_come_in_prows_order(self):
        with prow_hook(self.folder) as port:
            deliveries = Deliveries(self, port)
            everything = ("X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256", "Content-Type")
            self.assertEqual(deliveries.send()[0], 200)
            for method in ("GET", "DELETE", "PUT"):
                self.assertEqual(deliveries.send(method=method, leave_out=everything)[0], 405)
            self.assertEqual(deliveries.send(leave_out=everything)[0], 400)
            self.assertEqual(deliveries.send(leave_out=everything[1:])[0], 400)
            self.assertEqual(deliveries.send(leave_out=everything[2:])[0], 403)
            self.assertEqual(deliveries.send(leave_out=everything[3:])[0], 400)
            self.assertEqual(deliveries.send(signature="sha256=00", Content_Type="application/json; charset=utf-8")[0],
                             400)
            self.assertEqual(deliveries.send(leave_out=("X-Hub-Signature-256",), X_Hub_Signature="sha1=00")[0], 403)
            self.assertEqual(deliveries.send(signature="this doesn't work")[0], 403)
            self.assertEqual(deliveries.send(signature=sign(b"t", PING).upper().replace("SHA", "sha"))[0], 200)

    def test_reads_the_file_again_when_it_changes(self):
        with prow_hook(self.folder, "--log", os.path.join(self.folder, "log")) as port:
            deliveries = Deliveries(self, port)
            self.assertEqual(deliveries.send()[0], 200)
            write_atomically(self.tokens, "o/r:\n- value: u\n")
            self.assertEqual(deliveries.send()[0], 403)
            os.unlink(self.tokens)
            self.assertEqual(deliveries.send(signature=sign(b"u", PING))[0], 200)
            write_atomically(self.tokens, "o/r:\n- value: t\n")
            self.assertEqual(deliveries.send()[0], 200)
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "200 ping o/r\n403 ping o/r\n200 ping o/r\n200 ping o/r\n")

    def test_a_slow_kubelet(self):
        with prow_hook(self.folder, "--reload", "1.5") as port:
            deliveries = Deliveries(self, port)
            self.assertEqual(deliveries.send()[0], 200)
            write_atomically(self.tokens, "o/r:\n- value: u\n")
            changed = time.monotonic()
            self.assertEqual(deliveries.send()[0], 200)
            while deliveries.send()[0] == 200:
                self.assertLess(time.monotonic() - changed, 20)
                time.sleep(0.05)
            self.assertEqual(deliveries.send(signature=sign(b"u", PING))[0], 200)

    def test_speed(self):
        """Fast enough to stand under load; the limit is far below what it does, for busy machines."""
        with prow_hook(self.folder) as port:
            deliveries = Deliveries(self, port)
            begin = time.monotonic()
            for _ in range(1000):
                self.assertEqual(deliveries.send()[0], 200)
            seconds = time.monotonic() - begin
            print(f"{1000 / seconds:.0f} deliveries a second", file=sys.stderr)
            self.assertLess(seconds, 20)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        SHARED = sys.argv.pop(1)
    unittest.main()
