#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server that misbehaves on request, for tests of the HTTP client.

usage: loopback_server.py SECONDS [CERTIFICATE KEY [CLIENT_AUTHORITY [MAX_TLS]]]; prints its port and ends after so many
seconds. What it does depends on the path; /count says how many requests and connections there were before.
"""
import json
import os
import signal
import socketserver
import ssl
import sys
import threading
import time

LOCK = threading.Lock()
COUNTS = {"connections": 0}
MEETING = threading.Barrier(20, timeout=5)


class Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        with LOCK:
            COUNTS["connections"] += 1
        self.served = 0
        try:
            while self.request_answered():
                self.served += 1
        except (OSError, ValueError):
            pass

    def request_answered(self):
        line = self.rfile.readline().decode("latin-1")
        if not line:
            return False
        method, path, _ = line.split()
        headers = {}
        while (line := self.rfile.readline().decode("latin-1").strip()):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0))).decode("latin-1")
        with LOCK:
            counts = dict(COUNTS)
            COUNTS[path] = COUNTS.get(path, 0) + 1
        return self.answer(method, path, headers, body, counts)

    def answer(self, method, path, headers, body, counts):
        kind = path.split("?")[0].removeprefix("/")
        if kind == "silent" or (kind == "second-silent" and self.served):
            return False
        if kind == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")
            return False
        if kind == "cut-chunk":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            return False
        if kind == "cut-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
            return False
        if kind == "meet":
            MEETING.wait()  # for as many requests as it is made for, all of them under way
        if kind == "slow":
            time.sleep(3)
        if kind == "stalls":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")
            time.sleep(3)
            return False
        if kind == "large-chunks":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(64):
                self.wfile.write(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            return True
        if kind == "many-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(1500):
                self.wfile.write(b"X-%d: " % number + b"x" * 1000 + b"\r\n")
            self.wfile.write(b"Content-Length: 0\r\n\r\n")
            return True
        if kind == "not-http":
            self.wfile.write(b"220 mail.example.com ESMTP\r\n")
            return False
        if kind == "interim":
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </early>\r\n\r\n")
        if kind in ("204", "304"):  # never has a body, whatever its length says
            length = b"Content-Length: 5\r\n" if kind == "304" else b""
            self.wfile.write(b"HTTP/1.1 %s None\r\n%s\r\n" % (kind.encode(), length))
            return True
        status, reason, extra = 200, "OK", ""
        text = "hello"
        if kind == "forbidden":
            status, reason = 403, "Forbidden"
        elif kind == "redirect":
            status, reason, extra = 302, "Found", "Location: /target\r\n"
        elif kind == "large":
            text = "x" * (2 << 20)
        elif kind == "full":
            text = "x" * (1 << 20)
        elif kind == "count":
            text = json.dumps(counts)
        elif kind == "twice":
            extra = "X-Thing: one\r\nx-thing: two\r\n"
        elif kind == "folded":
            extra = "X-Thing: one\r\n \t x-evil: two\r\nX-Empty:\r\n  three\r\n"
        elif kind == "page":
            number = int(path.partition("=")[2])
            text = str(number)
            extra = f'Link: </page?n=1>; rel="first", </page?n={number + 1}>; rel="next"\r\n' if number < 3 else ""
        elif kind.startswith("echo"):
            text = json.dumps({"method": method, "path": path, "headers": headers, "body": body})
        if method == "CONNECT":  # no proxy, and no header here is for one
            status, reason = (500, "Leak") if "authorization" in headers else (405, "Method Not Allowed")
        if "expect" in headers:
            status, reason = 417, "Expectation Failed"
        if method == "HEAD":
            text = ""
        data = text.encode()
        self.wfile.write(f"HTTP/1.1 {status} {reason}\r\n{extra}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass  # clients that refuse the certificate are part of the test


def main():
    signal.alarm(int(sys.argv[1]))
    server = Server(("127.0.0.1", 0), Connection)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        if len(sys.argv) > 4 and sys.argv[4]:
            context.load_verify_locations(sys.argv[4])
            context.verify_mode = ssl.CERT_REQUIRED
        if len(sys.argv) > 5:
            context.maximum_version = ssl.TLSVersion[sys.argv[5]]
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    os.write(1, b"%d\n" % server.server_address[1])
    server.serve_forever()


main()
