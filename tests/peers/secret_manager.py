#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Google's Secret Manager as far as one project goes, and whoever gives tokens for it.

What it does, and where that is from:
| behaviour | source |
| --- | --- |
| addVersion numbers versions 1, 2, ... and publishes at once: `latest` is the newest, whatever its state | cloud.google.com/secret-manager/docs/add-secret-version; external-secrets#4042 |
| access: 404 without any version; 400 FAILED_PRECONDITION "is in DISABLED state" or DESTROYED | docs/reference/rest, versions.access; google-github-actions/get-secretmanager-secrets#268 |
| an etag is compared if one is sent, else nothing is; another one is 400 FAILED_PRECONDITION; every patch makes a new one; versions do not change it | docs/etags |
| patch replaces the whole map of annotations that updateMask names; 16 KiB of them | docs/reference/rest, secrets.patch, Secret |
| a payload has 64 KiB at most; a wrong dataCrc32c is refused | docs/quotas; docs/data-integrity |
| names in answers have the number of the project | go.googlesource.com/oscar, recorded answers |
| disable and destroy; both on a destroyed version: FAILED_PRECONDITION | docs/reference/rest, versions |
| 401, 403 with the permission, 404, 429 RESOURCE_EXHAUSTED | cloud.google.com/apis/design/errors |
| access tokens for a signed assertion (RFC 7523) or another identity (RFC 8693), impersonation, metadata server with its header | developers.google.com/identity/protocols/oauth2/service-account; google.aip.dev/auth/4117; cloud.google.com/compute/docs/metadata |

Access tokens: `admin-token`, and those that are given. Behind it: PUT secrets/NAME {"text"}: a new version by somebody
who has announced nothing, {} makes the secret alone; GET gives it; PUT state {"deny": [permissions], "in_between": text
that somebody adds right before the next version, "public_key": PEM, "revoke": true, "life": seconds}.
"""
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse

from faulty_server import Refusal, Service, serve

PROJECT, NUMBER = "prow", "685789191942"
MAX_PAYLOAD, MAX_ANNOTATIONS = 64 << 10, 16 << 10
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
PERMISSIONS = {"get": "secretmanager.secrets.get", "patch": "secretmanager.secrets.update",
               "access": "secretmanager.versions.access", "addVersion": "secretmanager.versions.add",
               "disable": "secretmanager.versions.disable", "destroy": "secretmanager.versions.destroy"}
STATES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}


def crc_of_byte(total):
    for _ in range(8):
        total = (total >> 1) ^ (0x82F63B78 if total & 1 else 0)
    return total


CRC_TABLE = [crc_of_byte(byte) for byte in range(256)]


def crc32c(data):
    total = 0xFFFFFFFF
    for byte in data:
        total = (total >> 8) ^ CRC_TABLE[(total ^ byte) & 0xFF]
    return total ^ 0xFFFFFFFF


def refuse(code, message, status=None):
    raise Refusal(code, {"error": {"code": code, "message": message, "status": status or STATES[code]}})


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Secret:
    def __init__(self):
        self.versions, self.annotations, self.etags = [], {"note": "h\u00e4nds \"off\""}, 0

    def etag(self):
        return f'"161f45{self.etags:06x}"'

    def add(self, payload):
        self.versions.append([payload, "ENABLED"])
        return len(self.versions)


class SecretManager(Service):
    def __init__(self):
        super().__init__()
        self.secrets, self.tokens, self.deny = {}, {"admin-token": time.monotonic() + 10 ** 6}, set()
        self.in_between, self.public_key, self.life, self.given = None, None, 3600, 0

    def user_of(self, request):
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return token if token in ("", "admin-token") else "a token"

    # --- requests

    def answer(self, request):
        if request.path.startswith(("token", "sts", "impersonate", "oidc", "computeMetadata/")):
            return self.give_token(request)
        self.check_token(request)
        parts = request.path.split("/")
        if parts[:2] != ["v1", "projects"] or len(parts) < 5 or parts[3] != "secrets":
            raise Refusal(404, "<html>Not Found</html>")
        name, _, verb = parts[4].partition(":")
        version = None
        if len(parts) == 7 and parts[5] == "versions":
            version, _, verb = parts[6].partition(":")
        verb = verb or {"GET": "get", "PATCH": "patch"}[request.method]
        if PERMISSIONS[verb] in self.deny or parts[2] not in (PROJECT, NUMBER):
            refuse(403, f"Permission '{PERMISSIONS[verb]}' denied for resource '{request.path}' (or it may not exist).")
        secret = self.secrets.get(name)
        full = f"projects/{NUMBER}/secrets/{name}"
        if secret is None:
            refuse(404, f"Secret [{full}] not found.")
        if version is not None:
            return self.of_version(secret, full, version, verb)
        if verb == "addVersion":
            return self.add_version(secret, full, request.json())
        if verb == "patch":
            self.patch(secret, request)
        return 200, {"name": full, "replication": {"automatic": {}}, "createTime": "2026-01-01T00:00:00Z",
                     "annotations": secret.annotations, "etag": secret.etag()}

    def check_token(self, request):
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) < time.monotonic():
            refuse(401, "Request had invalid authentication credentials.")

    def add_version(self, secret, full, body):
        if self.in_between is not None and full.endswith("/hmac-token"):
            secret.add(self.in_between.encode())
            self.in_between = None
        payload = base64.b64decode(body["payload"]["data"], validate=True)
        if len(payload) > MAX_PAYLOAD:
            refuse(400, "The provided payload exceeds the maximum size of 65536 bytes.")
        if int(body["payload"].get("dataCrc32c", crc32c(payload))) != crc32c(payload):
            refuse(400, "The checksum does not match.")
        number = secret.add(payload)
        return 200, {"name": f"{full}/versions/{number}", "createTime": "2026-01-01T00:00:00Z", "state": "ENABLED",
                     "etag": '"1"', "clientSpecifiedPayloadChecksum": True}

    @staticmethod
    def patch(secret, request):
        body = request.json()
        if "etag" in body and body["etag"] != secret.etag():
            refuse(400, f"The etag provided {body['etag']} does not match the current etag.", "FAILED_PRECONDITION")
        if request.query.get("updateMask") != "annotations":
            refuse(400, "update_mask")
        if sum(len(key.encode()) + len(value.encode()) for key, value in body["annotations"].items()) > MAX_ANNOTATIONS:
            refuse(400, "annotations are too large")
        secret.annotations = body["annotations"]
        secret.etags += 1

    @staticmethod
    def of_version(secret, full, version, verb):
        number = len(secret.versions) if version == "latest" else int(version)
        if not 0 < number <= len(secret.versions):
            refuse(404, f"Secret [{full}] not found or has no versions." if version == "latest" else
                   f"Secret Version [{full}/versions/{version}] not found.")
        payload, state = secret.versions[number - 1]
        answer = {"name": f"{full}/versions/{number}"}
        if verb == "access":
            if state != "ENABLED":
                refuse(400, f"Secret Version [{full}/versions/{number}] is in {state} state.", "FAILED_PRECONDITION")
            return 200, {**answer, "payload": {"data": base64.b64encode(payload).decode(),
                                               "dataCrc32c": str(crc32c(payload))}}
        if verb in ("disable", "destroy"):
            if state == "DESTROYED":
                refuse(400, f"Secret Version [{full}/versions/{number}] is in DESTROYED state.", "FAILED_PRECONDITION")
            secret.versions[number - 1] = [b"" if verb == "destroy" else payload, verb.upper() + ("D" if verb == "disable" else "ED")]
        return 200, {**answer, "state": secret.versions[number - 1][1]}

    # --- tokens

    def give_token(self, request):
        what = request.path.split("/")[0]
        if what == "computeMetadata":
            if request.headers.get("metadata-flavor") != "Google":
                raise Refusal(403, "Missing Metadata-Flavor:Google header.")
            return self.fresh("access_token")
        if what == "oidc":
            if request.headers.get("authorization") != "bearer request-token":
                raise Refusal(401, {"message": "no"})
            return 200, {"value": "job-token"}
        if what == "impersonate":
            self.check_token(request)
            assert request.json()["scope"] == [SCOPE], request.body
            code, token = self.fresh("accessToken")
            return code, {**token, "expireTime": "2030-01-01T00:00:00Z"}
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        if what == "sts":
            expected = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "audience": "//iam/p?a=b&c",
                        "scope": SCOPE, "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
                        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}
            if form.pop("subject_token", None) != "job-token" or form != expected:
                raise Refusal(400, {"error": "invalid_grant", "error_description": "The given token is invalid."})
            return self.fresh("access_token")
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" or not self.is_signed(form):
            raise Refusal(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        return self.fresh("access_token")

    def fresh(self, name):
        self.given += 1
        token = f"ya29.given-{self.given}"
        self.tokens[token] = time.monotonic() + self.life
        return 200, {name: token, "expires_in": self.life, "token_type": "Bearer"}

    def is_signed(self, form):
        head, claims, signature = form["assertion"].split(".")
        told = json.loads(from_base64url(claims))
        if json.loads(from_base64url(head)) != {"alg": "RS256", "kid": "key-1", "typ": "JWT"}:
            return False
        if told["iss"] != "prow@example.iam" or told["scope"] != SCOPE or not told["aud"].endswith("/token"):
            return False
        if not told["iat"] <= time.time() < told["exp"] <= told["iat"] + 3600:
            return False
        with tempfile.TemporaryDirectory() as folder:
            for name, data in (("key", self.public_key.encode()), ("sig", from_base64url(signature)),
                               ("text", f"{head}.{claims}".encode())):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(data)
            return subprocess.run(["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "sig", "text"],
                                  cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  check=False).returncode == 0

    # --- behind it

    def behind(self, request):
        what, _, name = request.path.partition("/")
        told = request.json()
        if what == "state":
            self.deny = set(told.get("deny", self.deny))
            self.in_between = told.get("in_between", self.in_between)
            self.public_key = told.get("public_key", self.public_key)
            self.life = told.get("life", self.life)
            if told.get("revoke"):
                self.tokens = {"admin-token": self.tokens["admin-token"]}
            return {}
        if request.method == "PUT":
            secret = self.secrets.setdefault(name, Secret())
            if "versions" in told:
                secret.versions = [[text.encode(), state] for text, state in told["versions"]]
                secret.annotations, secret.etags = told["annotations"], secret.etags + 1
            if "text" in told:
                secret.add(told["text"].encode())
        if request.method == "DELETE":
            self.secrets.pop(name, None)
        secret = self.secrets.get(name)
        return {} if secret is None else {"versions": [[payload.decode(), state] for payload, state in secret.versions],
                                          "annotations": secret.annotations}


if __name__ == "__main__":
    sys.exit(serve(SecretManager()))
