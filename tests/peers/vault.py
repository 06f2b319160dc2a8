#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Vault as far as KV version 2, tokens and three ways to log in go.

What it does, and where that is from:
| behaviour | source |
| --- | --- |
| read: newest version; 404 without errors if there is none; 404 with metadata and null data if it is deleted or destroyed | vault-plugin-secrets-kv path_data.go, pathDataRead |
| write: `cas` is compared with current_version also after a deletion; 0: must not exist; 400 and its words | the same, validateCheckAndSetOption |
| cas_required of mount and of key | the same; api-docs/secret/kv/kv-v2 |
| numbers pass through a double on the way out, `<`, `>`, `&` are escaped | Go's encoding/json, as pathDataRead uses it |
| 10 versions are kept, older ones go | api-docs/secret/kv/kv-v2, max_versions |
| PUT and POST are synonyms; what is there needs `update`, what is not `create` | api-docs, "API operations" |
| 403 "permission denied", with "invalid token" for one that is not known | sdk/logical/error.go, vault/request_handling.go |
| no mount: 404 "no handler for route" | vault/router.go |
| sealed: 503 "Vault is sealed"; 412; 429 | api-docs, "HTTP status codes" |
| X-Vault-Namespace | api-docs, "Namespaces" |
| logins: auth.client_token, lease_duration, renewable; AppRole's secret ids with a number of uses | api-docs/auth/approle, kubernetes, jwt |
| lookup-self, renew-self up to the longest life, revoke-self | api-docs/auth/token |
| a value of more than 1 MiB: 500 with the storage's words | sdk/physical/physical.go; raft's max_entry_size |

Tokens: `root`, `hookplan-token` (read and update on secret/data/prow/hmac), `reader-token` (read). Behind it:
PUT secrets/MOUNT/PATH {data}: a new version, GET: the data, DELETE: gone with all its versions; PUT state {"sealed",
"cas_required", "tokens": {token: {"ttl", "renewable", "max_ttl"}}, "revoke": [...], "note": {...}}; GET tokens.
"""
import datetime
import decimal
import json
import sys
import time

from faulty_server import Refusal, Service, serve

MISMATCH = "check-and-set parameter did not match the current version"
REQUIRED = "check-and-set parameter required for this call"
DENIED = "1 error occurred:\n\t* permission denied\n\n"
UNKNOWN_TOKEN = "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"
MAX_ENTRY = 1 << 20
KEPT = 10
OURS = "secret/data/prow/hmac"
LOGINS = {"approle": ("role-1", "secret-1"), "kubernetes": ("prow", "pod-token"), "jwt": ("ci", "job-token")}


def refuse(code, *errors):
    raise Refusal(code, {"errors": list(errors)})


def now_text(ahead=0.0):
    when = datetime.datetime.fromtimestamp(time.time() + ahead, datetime.timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def as_go_writes(value):
    if isinstance(value, dict):
        return {key: as_go_writes(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_go_writes(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = decimal.Decimal(repr(float(value)))
        return int(number) if number == number.to_integral_value() and abs(number) < 10 ** 21 else float(value)
    return value


class Secret:
    def __init__(self):
        self.versions, self.number, self.cas_required, self.note = {}, 0, False, None

    def add(self, data):
        self.number += 1
        self.versions[self.number] = {"data": json.dumps(data), "created_time": now_text(), "deletion_time": "",
                                      "destroyed": False}
        for old in [number for number in self.versions if number <= self.number - KEPT]:
            del self.versions[old]
        return self.metadata(self.number)

    def metadata(self, number):
        version = self.versions[number]
        return {"created_time": version["created_time"], "custom_metadata": self.note,
                "deletion_time": version["deletion_time"], "destroyed": version["destroyed"], "version": number}


class Token:
    def __init__(self, policies, ttl=0, renewable=False, max_ttl=0):
        self.policies, self.ttl, self.renewable, self.max_ttl = policies, ttl, renewable, max_ttl
        self.born = self.renewed = time.monotonic()

    def left(self):
        if not self.ttl:
            return None
        end = self.renewed + self.ttl
        if self.max_ttl:
            end = min(end, self.born + self.max_ttl)
        return end - time.monotonic()


class Vault(Service):
    def __init__(self):
        super().__init__()
        self.mounts = {"secret": {}, "team/prow/secret": {}}
        self.cas_required, self.sealed, self.made = False, False, 0
        self.uses = {"secret-1": 0}  # 0: no limit
        self.life = {"ttl": 3600, "renewable": True}
        ours = {OURS: {"read", "update"}, "team/prow/" + OURS: {"read", "update"}}
        self.tokens = {"root": Token({"": {"root"}}), "hookplan-token": Token(ours),
                       "reader-token": Token({OURS: {"read"}}), "nobody-token": Token({})}
        self.policies = ours

    def write(self, value):
        text = super().write(value)
        for character in "<>&":
            text = text.replace(character, f"\\u00{ord(character):02x}")
        return text + "\n"

    def token_of(self, request):
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        return request.headers.get("x-vault-token") or (bearer if scheme == "Bearer" else "")

    def user_of(self, request):
        token = self.token_of(request)
        return token if token in ("", "root") or token.endswith("-token") else "a token"

    # --- requests

    def answer(self, request):
        if self.sealed:
            refuse(503, "Vault is sealed")
        path = request.path.removeprefix("v1/")
        parts = path.split("/")
        if parts[0] == "auth" and parts[-1] == "login":
            return self.login(parts[1], request.json())
        space = request.headers.get("x-vault-namespace", "").strip("/")
        token = self.known(request)
        if path.startswith("auth/token/"):
            return self.own_token(token, self.token_of(request), parts[2])
        full = f"{space}/{path}".strip("/")
        mount = next((each for each in sorted(self.mounts, key=len, reverse=True) if full.startswith(each + "/")), None)
        if mount is None:
            refuse(404, f'no handler for route "{path}". route entry not found.')
        kind, _, name = full.removeprefix(mount + "/").partition("/")
        return self.kv(token, mount, kind, name, request)

    def known(self, request):
        text = self.token_of(request)
        if not text:
            refuse(403, DENIED)
        token = self.tokens.get(text)
        if token is None or (token.left() is not None and token.left() <= 0):
            refuse(403, UNKNOWN_TOKEN)
        return token

    @staticmethod
    def allow(token, path, capability):
        if "" not in token.policies and capability not in token.policies.get(path, ()):
            refuse(403, DENIED)

    def kv(self, token, mount, kind, name, request):
        secrets = self.mounts[mount]
        secret = secrets.get(name)
        method = "POST" if request.method == "PUT" else request.method
        full = f"{mount}/{kind}/{name}"
        capability = {"GET": "read", "POST": "update" if secret else "create", "PATCH": "patch",
                      "DELETE": "delete"}[method]
        self.allow(token, full, capability)
        if kind == "data" and method == "GET":
            return self.read(secret, int(request.query.get("version", 0)))
        if kind == "data" and method in ("POST", "PATCH"):
            return self.put(secrets, name, request.json(), method)
        if kind == "data" and method == "DELETE":
            if secret and secret.number in secret.versions:
                secret.versions[secret.number]["deletion_time"] = now_text()
            return 204, ""
        if kind in ("delete", "undelete", "destroy") and method == "POST":
            for number in request.json()["versions"]:
                version = secret.versions[int(number)]
                if kind == "destroy":
                    version.update(destroyed=True, data="null")
                else:
                    version["deletion_time"] = now_text() if kind == "delete" else ""
            return 204, ""
        return refuse(404)

    @staticmethod
    def read(secret, number):
        number = number or (secret.number if secret else 0)
        if not secret or number not in secret.versions:
            refuse(404)
        version = secret.versions[number]
        gone = version["destroyed"] or version["deletion_time"] not in ("",) and version["deletion_time"] <= now_text()
        data = None if gone else as_go_writes(json.loads(version["data"]))
        body = {"request_id": "r", "lease_id": "", "renewable": False, "lease_duration": 0,
                "data": {"data": data, "metadata": secret.metadata(number)}, "wrap_info": None, "warnings": None,
                "auth": None}
        return (404 if gone else 200), body

    def put(self, secrets, name, body, method):
        if not isinstance(body.get("data"), dict):
            refuse(400, "no data provided")
        secret = secrets.get(name) or Secret()
        cas = (body.get("options") or {}).get("cas")
        if cas is not None and int(cas) != secret.number:
            refuse(400, MISMATCH)
        if cas is None and (self.cas_required or secret.cas_required):
            refuse(400, REQUIRED)
        data = body["data"]
        if method == "PATCH":
            merged = {**json.loads(secret.versions[secret.number]["data"]), **data}
            data = {key: value for key, value in merged.items() if value is not None}
        if len(json.dumps(data)) > MAX_ENTRY:
            refuse(500, "1 error occurred:\n\t* put failed due to value being too large; got more, max: 1048576 bytes\n\n")
        secrets[name] = secret
        return 200, {"request_id": "r", "data": secret.add(data)}, {"X-Vault-Index": f"v1:{secret.number}"}

    # --- tokens

    def login(self, mount, body):
        if mount not in LOGINS:
            refuse(404, f'no handler for route "auth/{mount}/login". route entry not found.')
        role, proof = LOGINS[mount]
        told = (body.get("role_id"), body.get("secret_id")) if mount == "approle" else (body.get("role"), body.get("jwt"))
        if told[0] != role:
            refuse(400, "invalid role or secret ID" if mount == "approle" else f'invalid role name "{told[0]}"')
        if told[1] != proof:
            refuse(400 if mount == "approle" else 403, "invalid role or secret ID" if mount == "approle" else DENIED)
        if mount == "approle" and self.uses["secret-1"] < 0:
            refuse(400, "invalid role or secret ID")
        if mount == "approle" and self.uses["secret-1"] > 0:
            self.uses["secret-1"] = self.uses["secret-1"] - 1 or -1
        self.made += 1
        name = f"hvs.made{self.made}"
        token = self.tokens[name] = Token(self.policies, **self.life)
        return 200, {"auth": {"client_token": name, "lease_duration": int(token.ttl), "renewable": token.renewable,
                              "policies": ["default", "hookplan"], "token_type": "service"}}

    def own_token(self, token, text, what):
        left = token.left()
        if what == "lookup-self":
            return 200, {"data": {"ttl": 0 if left is None else int(left), "renewable": token.renewable}}
        if what == "renew-self":
            if not token.renewable:
                refuse(400, "lease is not renewable")
            token.renewed = time.monotonic()
            return 200, {"auth": {"client_token": text, "lease_duration": int(token.left()), "renewable": True}}
        if what == "revoke-self":
            del self.tokens[text]
            return 204, ""
        return refuse(404)

    # --- behind it

    def behind(self, request):
        what, _, rest = request.path.partition("/")
        if what == "tokens":
            return sorted(self.tokens)
        if what == "state":
            return self.change(request.json())
        mount = next(each for each in sorted(self.mounts, key=len, reverse=True) if rest.startswith(each + "/"))
        name = rest.removeprefix(mount + "/")
        if request.method == "DELETE":
            self.mounts[mount].pop(name, None)
        elif request.method == "PUT":
            self.mounts[mount].setdefault(name, Secret()).add(request.json())
        secret = self.mounts[mount].get(name)
        return json.loads(secret.versions[secret.number]["data"]) if secret else {}

    def change(self, told):
        self.sealed = told.get("sealed", self.sealed)
        self.cas_required = told.get("cas_required", self.cas_required)
        self.uses.update(told.get("uses", {}))
        self.life = told.get("life", self.life)
        for text, life in told.get("tokens", {}).items():
            self.tokens[text] = Token(self.policies, **life)
        for text in told.get("revoke", []):
            for each in [each for each in self.tokens if each == text or (text == "made" and each.startswith("hvs."))]:
                del self.tokens[each]
        if "note" in told:
            self.mounts["secret"]["prow/hmac"].note = told["note"]
        return {}


if __name__ == "__main__":
    sys.exit(serve(Vault()))
