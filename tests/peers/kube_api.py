#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A kube-apiserver as far as Secrets go, on 127.0.0.1 at a free port, with roles and with trouble on request.

Prints its port and ends after --seconds. Who asks: the bearer token NAME-token, or the common name of a client
certificate. Under /_fake/ tests look behind it: PUT /_fake/secrets/NAMESPACE/NAME puts any object there, GET gives it;
PUT /_fake/faults [{"verb", "do", "times", ...}]; GET /_fake/log: what was asked and answered.
Faults: "status" (with "code", "headers", "body"), "lost" (done, and the connection closed), "cut" (not done, closed),
"freeze" (not done, "seconds" later closed), "late" (done "seconds" later, the connection closed at once).
"""
import argparse
import base64
import gzip
import json
import os
import signal
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse

from kube_world import REASONS, Refusal, World

MOST_BODY = 3 << 20
USERS = {"admin", "writer", "reader", "nobody", "hookplan"}
RESOURCES = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": [
    {"name": "secrets", "singularName": "", "namespaced": True, "kind": "Secret",
     "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"]}]}
PATCHES = {"application/merge-patch+json": "merge", "application/strategic-merge-patch+json": "strategic",
           "application/json-patch+json": "json", "application/apply-patch+yaml": "apply"}
VERBS = {"GET": "get", "PUT": "update", "POST": "create", "PATCH": "patch", "DELETE": "delete"}
LOCK = threading.Lock()


class Closed(Exception):
    pass


class Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        try:
            while self.answered():
                pass
        except (OSError, ValueError, Closed):
            pass

    def answered(self):
        line = self.rfile.readline().decode("latin-1")
        if not line:
            return False
        method, target, _ = line.split()
        self.headers = {}
        while (line := self.rfile.readline().decode("latin-1").strip()):
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        body = self.read_body()
        path, _, query = target.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query))
        self.path = [urllib.parse.unquote(part) for part in path.split("/")[1:]]
        if self.path[0] == "_fake":
            self.send(200, self.behind(method, body))
            return True
        fault = self.take_fault(method)
        if fault.get("do") == "late":
            threading.Timer(fault["seconds"], self.quietly, (method, body)).start()
            raise Closed
        if fault.get("do") == "freeze":
            time.sleep(fault["seconds"])
        if fault.get("do") in ("freeze", "cut"):
            raise Closed
        if fault.get("do") == "status":
            code, answer = fault["code"], fault.get("body", "")
        else:
            code, answer = self.quietly(method, body)
        self.log(method, code)
        if fault.get("do") == "lost":
            raise Closed
        self.send(code, answer, fault.get("headers", {}))
        return True

    def read_body(self):
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def take_fault(self, method):
        with LOCK:
            for fault in self.server.faults:
                if fault.get("verb") in (None, VERBS.get(method)) and fault.get("times", 1) > 0:
                    fault["times"] = fault.get("times", 1) - 1
                    return fault
        return {}

    def log(self, method, code):
        with LOCK:
            self.server.log.append([self.user(), method, "/".join(self.path), code])

    def quietly(self, method, body):
        with LOCK:
            try:
                return self.answer(method, body)
            except Refusal as refusal:
                return refusal.code, refusal.body

    # --- who

    def user(self):
        if isinstance(self.connection, ssl.SSLSocket) and (certificate := self.connection.getpeercert()):
            return dict(pair for part in certificate["subject"] for pair in part).get("commonName", "")
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if not token:
            return "system:anonymous"
        name = self.server.tokens.get(token) or token.removesuffix("-token")
        return name if scheme == "Bearer" and token not in self.server.revoked and (
            token in self.server.tokens or (name in USERS and token.endswith("-token"))) else None

    # --- what

    def answer(self, method, body):
        user = self.user()
        if user is None:
            raise Refusal(401, "Unauthorized")
        if len(body) > MOST_BODY:
            raise Refusal(413, f"Request entity too large: limit is {MOST_BODY}")
        path = "/".join(self.path)
        if path == "version":
            minor = self.server.world.version.split(".")[1]
            return 200, {"major": "1", "minor": minor, "gitVersion": self.server.world.version}
        if path == "api":
            return 200, {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        if path == "apis":
            return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        if path == "api/v1":
            return 200, RESOURCES
        if path == "apis/authorization.k8s.io/v1/selfsubjectaccessreviews" and method == "POST":
            return 201, self.review(user, self.json_body(body))
        if self.path[:3] == ["api", "v1", "namespaces"] and len(self.path) in (5, 6) and self.path[4] == "secrets":
            return self.secrets(user, method, body)
        raise Refusal(404, "the server could not find the requested resource", details={})

    def review(self, user, review):
        asked = review["spec"]["resourceAttributes"]
        allowed = asked.get("resource") == "secrets" and self.server.world.may(
            user, asked["verb"], asked.get("namespace"), asked.get("name"))
        review.setdefault("metadata", {})
        review["status"] = {"allowed": allowed}
        if allowed:
            review["status"]["reason"] = (f'RBAC: allowed by RoleBinding "{user}/{asked["namespace"]}" of Role "{user}" to '
                                          f'User "{user}"')
        review["spec"]["resourceAttributes"] = {name: value for name, value in asked.items() if value}
        return review

    def json_body(self, body):
        if self.headers.get("content-type", "application/json") not in ("application/json", "application/yaml"):
            raise Refusal(415, "the body of the request was in an unknown format - accepted media types include: "
                          "application/json, application/yaml, application/vnd.kubernetes.protobuf")
        try:
            parsed = json.loads(body)
        except ValueError:
            raise Refusal(400, "the object provided is unrecognized (must be of type Secret): couldn't get version/kind; "
                          f"json parse error: invalid character '{body[1:2].decode()}' looking for beginning of object key "
                          f"string ({body.decode()})") from None
        known = {"kind", "apiVersion", "metadata", "data", "stringData", "type", "immutable", "spec", "status"}
        unknown = sorted(set(parsed) - known)
        if unknown and self.query.get("fieldValidation") == "Strict" and not self.server.world.is_old:
            raise Refusal(400, 'Secret in version "v1" cannot be handled as a Secret: strict decoding error: unknown field '
                          f'"{unknown[0]}"')
        return parsed

    def secrets(self, user, method, body):
        world, space = self.server.world, self.path[3]
        name = self.path[5] if len(self.path) == 6 else None
        verb = VERBS[method] if name or method != "GET" else "list"
        world.check_role(user, verb, space, name)
        manager = self.query.get("fieldManager") or self.headers.get("user-agent", "unknown").partition("/")[0]
        dry = "dryRun" in self.query
        if verb == "list":
            start = base64.b64decode(self.query.get("continue", "")).decode()
            return 200, world.list(space, self.query.get("fieldSelector", ""), int(self.query.get("limit", 0)), start)
        if verb == "create":
            return 201, world.create(space, self.json_body(body), manager, dry)
        if verb == "get":
            return 200, self.represented(world.get(space, name))
        if verb == "update":
            return 200, world.update(space, name, self.json_body(body), manager, dry)
        if verb == "delete":
            return 200, world.delete(space, name, json.loads(body) if body else None)
        return self.patched(space, name, body, manager, dry)

    def patched(self, space, name, body, manager, dry):
        world = self.server.world
        kind = PATCHES.get(self.headers.get("content-type"))
        if kind is None:
            raise Refusal(415, "415: Unsupported Media Type", details={})
        if kind != "apply":
            return 200, world.patch(space, name, body, kind, manager, dry)
        import yaml  # pylint: disable=import-outside-toplevel
        secret, is_new = world.apply(space, name, yaml.safe_load(body), self.query.get("fieldManager", ""),
                                     self.query.get("force") == "true")
        return 201 if is_new else 200, secret

    def represented(self, secret):
        for kind in self.headers.get("accept", "*/*").split(","):
            kind, *parameters = [part.strip() for part in kind.split(";")]
            if "as=PartialObjectMetadata" in parameters:
                return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": secret["metadata"]}
            if kind in ("application/json", "*/*", "application/*") and "as=Table" not in parameters:
                return secret
        words = "" if self.server.world.is_old else (
            "\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf")
        raise Refusal(406, f"406: Not Acceptable{words}", details={})

    # --- behind it

    def behind(self, method, body):
        server = self.server
        with LOCK:
            if self.path[1] == "faults":
                server.faults = json.loads(body)
            elif self.path[1] == "tokens":  # {"add": {token: user}, "revoke": [token]}
                told = json.loads(body)
                server.tokens.update(told.get("add", {}))
                server.revoked.update(told.get("revoke", []))
            elif self.path[1] == "log":
                return server.log
            elif method == "PUT":
                secret = json.loads(body)
                secret.update({"kind": "Secret", "apiVersion": "v1"})
                secret.setdefault("type", "Opaque")
                metadata = secret.setdefault("metadata", {})
                metadata.update({"namespace": self.path[2], "name": self.path[3]})
                metadata.setdefault("uid", "92c58e3b-3383-432a-9983-be4b3ac83c13")
                metadata.setdefault("creationTimestamp", "2026-01-01T00:00:00Z")
                fields = metadata.get("managedFields")
                server.world.put_in(secret, "kubectl-create")
                if fields is not None:
                    metadata["managedFields"] = fields
                return secret
            elif method == "GET":
                return server.world.secrets.get((self.path[2], self.path[3]), {})
            elif method == "DELETE":
                server.world.secrets.pop((self.path[2], self.path[3]), None)
        return {}

    def send(self, code, answer, more=None):
        kind = "application/json"
        if isinstance(answer, str):
            kind, data = "text/plain; charset=utf-8", answer.encode()
        else:
            data = json.dumps(answer, separators=(",", ":")).encode() + b"\n"
        headers = {"Content-Type": kind, **(more or {})}
        if len(data) > 128 << 10 and "gzip" in self.headers.get("accept-encoding", ""):
            data = gzip.compress(data)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = len(data)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.wfile.write(f"HTTP/1.1 {code} {REASONS.get(code, 'OK')}\r\n{head}\r\n".encode() + data)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass  # clients that refuse the certificate are part of the tests


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--version", default="v1.36.2")
    parser.add_argument("--port-file")
    parser.add_argument("--certificate", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--client-authority")
    parser.add_argument("--max-tls")
    options = parser.parse_args()
    signal.alarm(options.seconds)
    server = Server(("127.0.0.1", 0), Connection)
    server.world, server.faults, server.log = World(options.version), [], []
    server.tokens, server.revoked = {}, set()
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.certificate)
        if options.client_authority:
            context.load_verify_locations(options.client_authority)
            context.verify_mode = ssl.CERT_REQUIRED
        if options.max_tls:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = ssl.TLSVersion[options.max_tls]
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    port = server.server_address[1]
    if options.port_file:
        with open(options.port_file + ".new", "w", encoding="utf-8") as file:
            file.write(str(port))
        os.replace(options.port_file + ".new", options.port_file)
    print(port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
