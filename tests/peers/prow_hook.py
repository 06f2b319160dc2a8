#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for Prow's hook: validates deliveries as it does and does nothing else with them.

Listens on 127.0.0.1 at a free port and writes the port to --port-file. Without --reload a new token file counts
at once; with it only as many seconds later as a kubelet would take.
"""
import argparse
import hashlib
import hmac
import json
import os
import re
import signal
import socketserver
import sys
import threading
import time

from prow_tokens import Tokens
from watched_file import WatchedFile

MOST_BYTES = 25 << 20  # GitHub's cap
REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 405: "Method Not Allowed", 411: "Length Required",
           413: "Payload Too Large"}


class Pairs(list):
    """A JSON object with its members in order, equal names included."""


def not_json(word):
    raise ValueError(word)


DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_constant=not_json)
WHITE = re.compile(r"[ \t\n\r]*")


def field(thing, *path):
    """A text inside objects as Go fills a struct: names in any case, the last one that is no null wins; None where
    there is none. Throws ValueError where something has the wrong type."""
    if thing is None:
        return None
    if not path:
        if not isinstance(thing, str):
            raise ValueError("no text")
        return thing
    if not isinstance(thing, Pairs):
        raise ValueError("no object")
    found = None
    for name, value in thing:
        if name.casefold() == path[0]:
            inner = field(value, *path[1:])
            found = found if inner is None else inner
    return found


def name_in(payload):
    """Whose delivery it is: repository, else organization, else nothing. Throws ValueError."""
    text = payload.decode("utf-8", "replace")
    try:
        document, end = DECODER.raw_decode(text, WHITE.match(text).end())
    except RecursionError as error:
        raise ValueError("too deep") from error
    if WHITE.match(text, end).end() != len(text):
        raise ValueError("text behind it")
    field(document, "repository", "owner", "login")
    field(document, "repository", "name")
    repository = field(document, "repository", "full_name")
    organization = field(document, "organization", "login")
    return repository or organization or ""


def judge_payload(payload, signature, tokens):
    """The message of a refusal, empty if the signature is good; and whose delivery it is."""
    try:
        name = name_in(payload)
    except ValueError:
        return "invalid payload", ""
    digits = signature[len("sha256="):]
    if not signature.startswith("sha256=") or not re.fullmatch(r"([0-9a-fA-F]{2})*", digits, re.ASCII):
        return "invalid signature", name
    given = bytes.fromhex(digits)
    keys = tokens.keys_for(name)
    if keys is None:
        return "failed to get an appropriate hmac secret", name
    for key in keys:
        if hmac.compare_digest(hmac.digest(key, payload, hashlib.sha256), given):
            return "", name
    return f"misconfigured webhook secret from organization/repo: {name}", name


def judge(method, headers, payload, tokens):
    """Status, text and whose delivery it is. Header names in lower case; an empty one counts as absent."""
    if method != "POST":
        return 405, "only POST", ""
    if not headers.get("x-github-event"):
        return 400, "no X-GitHub-Event", ""
    if not headers.get("x-github-delivery"):
        return 400, "no X-GitHub-Delivery", ""
    if not headers.get("x-hub-signature-256"):
        return 403, "no X-Hub-Signature-256", ""
    if headers.get("content-type") != "application/json":
        return 400, "content-type is not application/json", ""
    message, name = judge_payload(payload, headers["x-hub-signature-256"], tokens)
    if message:
        return 403, f"403 Forbidden: Invalid X-Hub-Signature-256 - {message}", name
    return 200, "", name


class TokenFile:
    """The tokens of a file, read again when it has changed."""

    def __init__(self, path, reload):
        self.file, self.reload = WatchedFile(path), reload
        self.lock = threading.Lock()
        self.looked = time.monotonic()
        self.tokens = None
        self.look()
        if self.tokens is None:
            raise OSError(f"cannot read {path}")

    def look(self):
        content = self.file.news()
        if content is not None:
            self.tokens = Tokens(content)

    def now(self):
        with self.lock:
            if self.reload is None:
                self.look()
            elif time.monotonic() - self.looked >= self.reload:
                self.looked = time.monotonic()
                self.look()
            return self.tokens


class Connection(socketserver.StreamRequestHandler):
    """HTTP/1.1 as far as senders of deliveries need it; http.server would be three times as slow."""
    disable_nagle_algorithm = True
    timeout = 60

    def handle(self):
        try:
            while self.answer_request():
                pass
        except (OSError, ValueError):
            pass

    def answer_request(self):
        line = self.rfile.readline(65536).split()
        if len(line) != 3:
            return False
        headers = {}
        while True:
            name, colon, value = self.rfile.readline(65536).decode("latin-1").partition(":")
            if not colon:
                break
            headers.setdefault(name.strip().lower(), value.strip(" \t\r\n"))
        keep = line[2] == b"HTTP/1.1" and headers.get("connection", "").lower() != "close"
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "transfer-encoding" in headers:
            return self.send(411, "no chunks please", False)
        size = int(headers.get("content-length", 0))
        if size > MOST_BYTES:
            return self.send(413, "too large", False)
        payload = self.rfile.read(size)
        if len(payload) < size:
            return False
        status, text, name = judge(line[0].decode("latin-1"), headers, payload, self.server.tokens.now())
        if self.server.log is not None:
            self.server.write_log(f"{status} {headers.get('x-github-event', '-')} {name or '-'}\n")
        return self.send(status, text, keep)

    def send(self, status, text, keep):
        data = (text + "\n").encode() if text else b""
        self.wfile.write(f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n"
                         f"Content-Length: {len(data)}\r\n{'' if keep else 'Connection: close' + chr(13) + chr(10)}"
                         "\r\n".encode() + data)
        return keep


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, tokens, log):
        super().__init__(("127.0.0.1", 0), Connection)
        self.tokens = tokens
        self.log = log
        self.log_lock = threading.Lock()

    def write_log(self, line):
        with self.log_lock:
            self.log.write(line)
            self.log.flush()


def write_atomically(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--reload", type=float, metavar="SECONDS")
    parser.add_argument("--log")
    parser.add_argument("--seconds", type=int, default=300)
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.alarm(options.seconds)
    try:
        tokens = TokenFile(options.tokens, options.reload)
        log = open(options.log, "a", encoding="utf-8") if options.log else None
    except OSError as error:
        sys.exit(f"prow_hook.py: {error}")
    server = Server(tokens, log)
    write_atomically(options.port_file, f"{server.server_address[1]}\n")
    server.serve_forever()


if __name__ == "__main__":
    main()
