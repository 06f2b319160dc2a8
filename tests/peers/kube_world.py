# SPDX-License-Identifier: Apache-2.0
"""The Secrets of a cluster as a kube-apiserver keeps them: verbs, roles, validation, versions. What it answers is held
to recordings of two real ones by kube_api_test.py. Not there: watches, other kinds, finalizers."""
import base64
import binascii
import copy
import json
import re
import time
import uuid

MOST_DATA = 1 << 20
NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
KEY = r"[-._a-zA-Z0-9]+"
REASONS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
           406: "NotAcceptable", 409: "Conflict", 410: "Expired", 413: "RequestEntityTooLarge",
           415: "UnsupportedMediaType", 422: "Invalid", 500: "InternalError", 504: "Timeout"}
# Who may do what to secrets of which namespace, and to which of them (None: all).
EVERYTHING = ("get", "list", "watch", "create", "update", "patch", "delete")
ROLES = {"admin": [(None, EVERYTHING, None)], "writer": [("prow", EVERYTHING, None), ("term", EVERYTHING, None),
                                                         ("quota", EVERYTHING, None)],
         "reader": [("prow", ("get",), None)], "nobody": [],
         "hookplan": [("prow", ("get", "update"), ("hmac-token",))]}


class Refusal(Exception):
    def __init__(self, code, message, reason="", details=None):
        super().__init__(message)
        self.code = code
        self.body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
        reason = REASONS.get(code, "") if reason == "" else reason
        if reason:
            self.body["reason"] = reason
        if details is not None:
            self.body["details"] = details
        self.body["code"] = code


def invalid(name, *causes):
    """Of causes (reason, message, field)."""
    said = [f"{field}: {message}" for _, message, field in causes]
    words = said[0] if len(said) == 1 else f"[{', '.join(said)}]"
    return Refusal(422, f'Secret "{name}" is invalid: {words}', details={
        "name": name, "kind": "Secret",
        "causes": [{"reason": reason, "message": message, "field": field} for reason, message, field in causes]})


def modified(name):
    return Refusal(409, f'Operation cannot be fulfilled on secrets "{name}": the object has been modified; please apply '
                   "your changes to the latest version and try again", details={"name": name, "kind": "secrets"})


def merged(old, patch):
    """A JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def json_patched(old, patch):
    """What a Secret needs of RFC 6902, as lenient as the real one: replace adds what is absent."""
    result = copy.deepcopy(old)
    for step in patch:
        *path, last = [part.replace("~1", "/").replace("~0", "~") for part in step["path"].split("/")[1:]]
        place = result
        for part in path:
            place = place.setdefault(part, {})
        if step["op"] == "test":
            if place.get(last) != step["value"]:
                raise Refusal(422, "the server rejected our request due to an error in our request", details={})
        elif step["op"] == "remove":
            place.pop(last, None)
        else:
            place[last] = step["value"]
    return result


class World:
    def __init__(self, version="v1.36.2"):
        self.version = version
        self.is_old = version.startswith("v1.20")
        self.revision = 212
        self.secrets = {}
        self.owners = {}  # of data keys, by (namespace, name): who set them
        self.namespaces = {"prow", "other", "term", "quota", "default"}
        self.terminating = {"term"}
        self.quotas = {"quota": "q"}

    # --- who may

    @staticmethod
    def may(user, verb, space, name):
        return any((where is None or where == space) and verb in verbs and (names is None or name in names)
                   for where, verbs, names in ROLES.get(user, []))

    def check_role(self, user, verb, space, name):
        if self.may(user, verb, space, name):
            return
        what = f'secrets "{name}"' if name else "secrets"
        details = {"name": name, "kind": "secrets"} if name else {"kind": "secrets"}
        raise Refusal(403, f'{what} is forbidden: User "{user}" cannot {verb} resource "secrets" in API group "" in the '
                      f'namespace "{space}"', details=details)

    # --- what may be

    def check(self, secret):
        name, data, causes = secret["metadata"]["name"], secret.get("data") or {}, []
        if not re.fullmatch(NAME, name):
            causes.append(("FieldValueInvalid", f'Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist of '
                           "lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
                           f"character (e.g. 'example.com', regex used for validation is '{NAME}')", "metadata.name"))
        size = 0
        for key, value in data.items():
            where = f"data[{key}]"
            size += len(base64.b64decode(value or ""))
            if len(key) > 253:
                causes.append(("FieldValueInvalid", f'Invalid value: "{key}": must be no more than 253 characters', where))
            elif not re.fullmatch(KEY, key):
                causes.append(("FieldValueInvalid", f'Invalid value: "{key}": a valid config key must consist of '
                               "alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
                               f"'key-name', regex used for validation is '{KEY}')", where))
            elif key in (".", "..") or key.startswith(".."):
                what = f"must not be '{key}'" if key in (".", "..") else "must not start with '..'"
                causes.append(("FieldValueInvalid", f'Invalid value: "{key}": {what}', where))
        if size > MOST_DATA:
            what = f"must have at most {MOST_DATA}" if self.is_old else f"may not be more than {MOST_DATA}"
            causes.append(("FieldValueTooLong", f"Too long: {what} bytes", "data"))
        if secret["type"] == "kubernetes.io/tls":
            causes += [("FieldValueRequired", "Required value", f"data[{key}]") for key in ("tls.crt", "tls.key")
                       if key not in data]
        return causes

    def read_body(self, body, space, name=None):
        """A Secret as it is kept, of what was sent."""
        kind = body.get("kind", "Secret")
        if kind != "Secret":
            raise Refusal(400, f'{kind} in version "v1" cannot be handled as a Secret: converting (v1.{kind}) to '
                          "(core.Secret): unknown conversion")
        metadata = dict(body.get("metadata") or {})
        if metadata.setdefault("namespace", space) != space:
            raise Refusal(400, "the namespace of the provided object does not match the namespace sent on the request")
        if name is not None and metadata.get("name") != name:
            raise Refusal(400, f"the name of the object ({metadata.get('name')}) does not match the name on the URL "
                          f"({name})")
        secret = {"kind": "Secret", "apiVersion": "v1", "metadata": metadata}
        if body.get("immutable"):
            secret["immutable"] = True
        data = {key: value or "" for key, value in (body.get("data") or {}).items()}
        for value in data.values():
            try:
                base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                words = "illegal base64 data at input byte 0"
                if self.is_old:
                    words = f"v1.Secret.Data: decode base64: {words}"
                raise Refusal(400, f'Secret in version "v1" cannot be handled as a Secret: {words}') from None
        for key, value in (body.get("stringData") or {}).items():
            data[key] = base64.b64encode(value.encode()).decode()
        if data:
            secret["data"] = data
        secret["type"] = body.get("type") or "Opaque"
        return secret

    # --- verbs

    def get(self, space, name):
        if (space, name) not in self.secrets:
            raise Refusal(404, f'secrets "{name}" not found', details={"name": name, "kind": "secrets"})
        return self.secrets[space, name]

    def put_in(self, secret, manager):
        """Keeps it under a new version."""
        self.revision += 1
        metadata = secret["metadata"]
        metadata["resourceVersion"] = str(self.revision)
        where = metadata["namespace"], metadata["name"]
        old = (self.secrets.get(where) or {}).get("data") or {}
        owners = self.owners.setdefault(where, {})
        for key, value in (secret.get("data") or {}).items():
            if old.get(key) != value or key not in owners:
                owners[key] = {manager}
        fields = {}
        for key, managers in sorted(owners.items()):
            if key in (secret.get("data") or {}):
                for each in managers:
                    fields.setdefault(each, {})[f"f:{key}"] = {}
        metadata["managedFields"] = [
            {"manager": each, "operation": "Update", "apiVersion": "v1", "time": self.now(), "fieldsType": "FieldsV1",
             "fieldsV1": {"f:data": {".": {}, **keys}, "f:type": {}}} for each, keys in sorted(fields.items())]
        self.secrets[where] = secret
        return secret

    @staticmethod
    def now():
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def create(self, space, body, manager, dry=False):
        secret = self.read_body(body, space)
        name = secret["metadata"].get("name", "")
        if space not in self.namespaces:
            raise Refusal(404, f'namespaces "{space}" not found', details={"name": space, "kind": "namespaces"})
        if space in self.terminating:
            raise Refusal(403, f'secrets "{name}" is forbidden: unable to create new content in namespace {space} because '
                          "it is being terminated", details={"name": name, "kind": "secrets", "causes": [
                              {"reason": "NamespaceTerminating", "message": f"namespace {space} is being terminated",
                               "field": "metadata.namespace"}]})
        if space in self.quotas:
            raise Refusal(403, f'secrets "{name}" is forbidden: exceeded quota: {self.quotas[space]}, requested: '
                          "count/secrets=1, used: count/secrets=0, limited: count/secrets=0",
                          details={"name": name, "kind": "secrets"})
        if causes := self.check(secret):
            raise invalid(name, *causes)
        if (space, name) in self.secrets:
            raise Refusal(409, f'secrets "{name}" already exists', "AlreadyExists", {"name": name, "kind": "secrets"})
        metadata = secret["metadata"]
        metadata["uid"] = str(uuid.uuid4())
        metadata["creationTimestamp"] = self.now()
        return secret if dry else self.put_in(secret, manager)

    def update(self, space, name, body, manager, dry=False):
        secret = self.read_body(body, space, name)
        old = self.get(space, name)
        metadata, was = secret["metadata"], old["metadata"]
        version = metadata.get("resourceVersion", "")
        if version and not version.isdigit():
            raise Refusal(500, f'strconv.ParseUint: parsing "{version}": invalid syntax', None)
        if metadata.get("uid", was["uid"]) != was["uid"]:
            raise Refusal(409, f'Operation cannot be fulfilled on secrets "{name}": StorageError: invalid object, Code: 4, '
                          f"Key: /registry/secrets/{space}/{name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition "
                          f"failed: UID in precondition: {metadata['uid']}, UID in object meta: {was['uid']}",
                          details={"name": name, "kind": "secrets"})
        # Neither of them is compared: whoever sends them overwrites.
        if version not in ("", "0") and version != was["resourceVersion"]:
            raise modified(name)
        return self.replace(old, secret, manager, dry)

    def replace(self, old, secret, manager, dry):
        name = old["metadata"]["name"]
        causes = []
        if secret["type"] != old["type"]:
            causes.append(("FieldValueInvalid", f'Invalid value: "{secret["type"]}": field is immutable', "type"))
        if old.get("immutable"):
            words = "Forbidden: field is immutable when `immutable` is set"
            if not secret.get("immutable"):
                causes.append(("FieldValueForbidden", words, "immutable"))
            if secret.get("data") != old.get("data"):
                causes.append(("FieldValueForbidden", words, "data"))
        if causes := causes + self.check(secret):
            raise invalid(name, *causes)
        metadata = secret["metadata"]
        for field in ("uid", "creationTimestamp", "resourceVersion"):
            metadata[field] = old["metadata"][field]
        metadata["managedFields"] = old["metadata"]["managedFields"]
        if secret == old:
            return old  # nothing is written, so the version stays
        return secret if dry else self.put_in(secret, manager)

    def patch(self, space, name, body, kind, manager, dry=False):
        """`kind`: merge, strategic (the same for what a Secret has) or json."""
        old = self.get(space, name)
        patch = self.json_of_patch(body)
        new = json_patched(old, patch) if kind == "json" else merged(old, patch)
        if new["metadata"].get("resourceVersion") != old["metadata"]["resourceVersion"]:
            raise modified(name)
        return self.replace(old, self.read_body(new, space, name), manager, dry)

    def json_of_patch(self, body):
        try:
            return json.loads(body)
        except ValueError:
            if self.is_old:
                raise Refusal(500, "Invalid JSON Patch", None) from None
            raise Refusal(400, "error decoding patch: unexpected end of JSON input") from None

    def apply(self, space, name, body, manager, force):
        if not manager:
            raise Refusal(422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for '
                          "apply patch", details={"group": "meta.k8s.io", "kind": "PatchOptions", "causes": [
                              {"reason": "FieldValueRequired", "message": "Required value: is required for apply patch",
                               "field": "fieldManager"}]})
        old = self.secrets.get((space, name))
        if old is None:
            return self.create(space, body, manager), True
        if body["metadata"].get("resourceVersion", old["metadata"]["resourceVersion"]) != old["metadata"]["resourceVersion"]:
            raise modified(name)
        owners = self.owners[space, name]
        wanted = body.get("data") or {}
        against = [(other, key) for key, value in wanted.items() if old.get("data", {}).get(key) != value
                   for other in sorted(owners.get(key, ())) if other != manager]
        if against and not force:
            raise Refusal(409, f"Apply failed with {len(against)} conflict: "
                          + ", ".join(f'conflict with "{other}": .data.{key}' for other, key in against),
                          details={"causes": [{"reason": "FieldManagerConflict", "message": f'conflict with "{other}"',
                                               "field": f".data.{key}"} for other, key in against]})
        kept = {key: value for key, value in old.get("data", {}).items() if key in wanted or owners[key] != {manager}}
        new = merged(old, {**body, "data": {**kept, **wanted}})
        secret = self.replace(old, self.read_body(new, space, name), manager, False)
        for key in wanted:
            owners.setdefault(key, set()).add(manager)
        return secret, False

    def delete(self, space, name, options):
        old = self.get(space, name)
        metadata, wanted = old["metadata"], (options or {}).get("preconditions") or {}
        for field, words, what in (("uid", "UID", "deleted and then recreated"), ("resourceVersion", "ResourceVersion",
                                                                                 "modified")):
            if wanted.get(field, metadata[field]) != metadata[field]:
                raise Refusal(409, f'Operation cannot be fulfilled on Secret "{name}": the {words} in the precondition '
                              f"({wanted[field]}) does not match the {words} in record ({metadata[field]}). The object "
                              f"might have been {what}", details={"name": name, "kind": "Secret"})
        del self.secrets[space, name]
        self.owners.pop((space, name), None)
        self.revision += 1
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
                "details": {"name": name, "kind": "secrets", "uid": metadata["uid"]}}

    def list(self, space, selector, limit, start):
        names = sorted(name for where, name in self.secrets if where == space)
        if selector.startswith("metadata.name="):
            names = [name for name in names if name == selector.partition("=")[2]]
        names = [name for name in names if name > start]
        shown = names[:limit] if limit else names
        metadata = {"resourceVersion": str(self.revision)}
        if len(shown) < len(names):
            metadata["continue"] = base64.b64encode(shown[-1].encode()).decode()
            metadata["remainingItemCount"] = len(names) - len(shown)
        items = [{key: value for key, value in self.secrets[space, name].items() if key not in ("kind", "apiVersion")}
                 for name in shown]
        return {"kind": "SecretList", "apiVersion": "v1", "metadata": metadata, "items": items}
