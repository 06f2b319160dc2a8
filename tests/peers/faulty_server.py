# SPDX-License-Identifier: Apache-2.0
"""An HTTP/1.1 server on 127.0.0.1 at a free port with trouble on request: what stand-ins for services with an API share.

A stand-in derives from Service. Under /_fake/ tests look behind it: PUT /_fake/faults [{"do", "method", "path", "times",
"after", ...}] and GET /_fake/log, [user, method, path, code] of each request; the rest is the stand-in's.
Faults: "status" (with "code", "headers", "body"), "lost" (done, and the connection closed), "cut" (not done, closed),
"freeze" (not done, "seconds" later closed), "late" (done "seconds" later, the connection closed at once). `path` is a
part of the path that the fault waits for; the first `after` requests that fit are left alone.
"""
import argparse
import json
import os
import signal
import socketserver
import threading
import time
import urllib.parse


class Refusal(Exception):
    def __init__(self, code, body):
        super().__init__(code)
        self.code, self.body = code, body


class Closed(Exception):
    pass


class Request:
    def __init__(self, method, target, headers, body):
        path, _, query = target.partition("?")
        self.method, self.headers, self.body = method, headers, body
        self.path = urllib.parse.unquote(path).lstrip("/")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))

    def json(self):
        return json.loads(self.body) if self.body else {}


class Service:
    def __init__(self):
        self.faults, self.log = [], []
        self.lock = threading.RLock()

    def answer(self, request):
        """Code, and what is sent as JSON (or as it is, if it is text), and perhaps headers; or raises Refusal."""
        raise NotImplementedError

    def behind(self, request):
        raise NotImplementedError

    def user_of(self, request):
        raise NotImplementedError

    def write(self, value):
        return json.dumps(value, separators=(",", ":"))

    # --- what every service has

    def quietly(self, request):
        with self.lock:
            try:
                code, body, *more = self.answer(request)
                return code, body, more[0] if more else {}
            except Refusal as refusal:
                return refusal.code, refusal.body, {}

    def take_fault(self, request):
        with self.lock:
            for fault in self.faults:
                fits = fault.get("method") in (None, request.method) and fault.get("path", "") in request.path
                if not fits or fault.get("times", 1) <= 0:
                    continue
                if fault.get("after", 0) > 0:
                    fault["after"] -= 1
                    continue
                fault["times"] = fault.get("times", 1) - 1
                return fault
        return {}

    def respond(self, request):
        if request.path == "_fake/log":
            return 200, list(self.log), {}
        if request.path == "_fake/faults":
            self.faults = request.json()
            return 200, {}, {}
        if request.path.startswith("_fake/"):
            request.path = request.path.removeprefix("_fake/")
            with self.lock:
                return 200, self.behind(request), {}
        fault = self.take_fault(request)
        if fault.get("do") == "late":
            threading.Timer(fault["seconds"], self.quietly, (request,)).start()
        elif fault.get("do") == "freeze":
            time.sleep(fault["seconds"])
        if fault.get("do") in ("late", "freeze", "cut"):
            raise Closed
        if fault.get("do") == "status":
            answer = fault["code"], fault.get("body", ""), fault.get("headers", {})
        else:
            answer = self.quietly(request)
        with self.lock:
            self.log.append([self.user_of(request), request.method, request.path, answer[0]])
        if fault.get("do") == "lost":
            raise Closed
        return answer


class Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        try:
            while request := self.read():
                self.send(*self.server.service.respond(request))
        except (OSError, ValueError, Closed):
            pass

    def read(self):
        line = self.rfile.readline().decode("latin-1")
        if not line:
            return None
        method, target, _ = line.split()
        headers = {}
        while (line := self.rfile.readline().decode("latin-1").strip()):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") != "chunked":
            return Request(method, target, headers, self.rfile.read(int(headers.get("content-length", 0))))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return Request(method, target, headers, body)

    def send(self, code, answer, more):
        text = answer if isinstance(answer, str) else self.server.service.write(answer)
        data = b"" if code == 204 else text.encode()
        headers = {"Content-Type": "text/plain" if isinstance(answer, str) else "application/json", **more,
                   "Content-Length": len(data)}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.wfile.write(f"HTTP/1.1 {code} Said\r\n{head}\r\n".encode() + data)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100
    allow_reuse_address = True


def serve(service):
    """Prints the port and ends after --seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--port-file")
    options = parser.parse_args()
    signal.alarm(options.seconds)
    server = Server(("127.0.0.1", 0), Connection)
    server.service = service
    port = server.server_address[1]
    if options.port_file:
        with open(options.port_file + ".new", "w", encoding="utf-8") as file:
            file.write(str(port))
        os.replace(options.port_file + ".new", options.port_file)
    print(port, flush=True)
    server.serve_forever()
