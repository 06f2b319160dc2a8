# SPDX-License-Identifier: Apache-2.0
"""GitHub's REST API over github_world.World, as far as hooks and Apps need it: who may what, and which answer."""
import base64
import binascii
import hashlib
import json
import re
import secrets

from github_comments import Comments
from github_reviews import Reviews
from github_world import Refusal, invalid, iso, not_found

ACCEPTED = {"repository": "repository_hooks", "organization": "organization_hooks"}
# What the DER of a SHA-256 digest begins with in a PKCS #1 v1.5 signature.
DIGEST_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Api:
    def __init__(self, world, base):
        self.world, self.base = world, base
        self.comments = Comments(world, base)
        self.reviews = Reviews(world, base, self.comments)

    # --- who asks

    def caller(self, headers):
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "token") or not value:
            raise Refusal(401, "Requires authentication")
        if value.count(".") == 2 and value not in self.world.tokens:
            return {"kind": "jwt", "app": self.app_of(value)}
        token = self.world.tokens.get(value)
        if token is None or token.get("revoked") or token.get("ends", 1e18) < self.world.now():
            raise Refusal(401, "Bad credentials")
        token.setdefault("value", value)
        return token

    def app_of(self, jwt):
        head, claims, signature = jwt.split(".")
        try:
            header, said = json.loads(bytes_of(head)), json.loads(bytes_of(claims))
            sealed = int.from_bytes(bytes_of(signature), "big")
        except (ValueError, binascii.Error) as error:
            raise Refusal(401, "A JSON web token could not be decoded") from error
        app = self.world.apps.get(str(said.get("iss")))
        if app is None:
            raise Refusal(404, "Integration not found")
        modulus = int(app["modulus"], 16)
        size = (modulus.bit_length() + 7) // 8
        digest = DIGEST_PREFIX + hashlib.sha256(f"{head}.{claims}".encode()).digest()
        padded = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
        if header.get("alg") != "RS256" or pow(sealed, 65537, modulus).to_bytes(size, "big") != padded:
            raise Refusal(401, "A JSON web token could not be decoded")
        now = self.world.now()
        if not isinstance(said.get("exp"), int) or not isinstance(said.get("iat"), int):
            raise Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time "
                               "at which the assertion expires")
        if said["exp"] > now + 600:
            raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
        if said["exp"] < now:
            raise Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time "
                               "at which the assertion expires")
        if said["iat"] > now + 5:
            raise Refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion "
                               "was issued")
        return str(said["iss"])

    def check_rights(self, caller, target, level):
        if caller["kind"] == "jwt":
            raise Refusal(403, "Resource not accessible by integration")
        key = ACCEPTED["repository" if target.is_repository else "organization"]
        if caller["kind"] == "classic":
            wanted = {"repo", "admin:repo_hook", "write:repo_hook"} if target.is_repository else {"admin:org_hook"}
            if level == "read" and target.is_repository:
                wanted.add("read:repo_hook")
            if not wanted & set(caller["scopes"]):
                raise not_found()
            return
        if caller.get("repositories") is not None and target.is_repository and \
                target.name.lower() not in caller["repositories"]:
            raise not_found()
        if caller.get("owner") and caller["owner"] != target.name.partition("/")[0].lower():
            raise not_found()
        if caller["permissions"].get(key) not in (("read", "write") if level == "read" else ("write",)):
            who = "integration" if caller["kind"] == "app" else "personal access token"
            raise Refusal(403, f"Resource not accessible by {who}",
                          headers={"X-Accepted-GitHub-Permissions": f"{key}={level}"})

    def target_of(self, name, caller, level, is_write):
        target = self.world.targets.get(name.lower())
        if target is None or target.hidden:
            raise not_found()
        self.check_rights(caller, target, level)
        if target.archived and is_write:
            raise Refusal(403, "Repository was archived so is read-only.")
        return target

    # --- what is asked

    def answer(self, method, path, query, body, headers):
        """Status, JSON (None: no body) and headers."""
        if path == "/rate_limit":
            return 200, {"resources": {}, "rate": {"limit": 5000, "used": 0, "remaining": 5000, "reset": 0}}, {}
        caller = self.caller(headers)
        more = {"X-OAuth-Scopes": ", ".join(caller["scopes"])} if caller["kind"] == "classic" else {}
        try:
            status, answer, own = self.route(method, path, query, body, caller)
        except Refusal as refusal:
            refusal.headers = {**more, **refusal.headers}
            raise
        return status, answer, {**more, **own}

    def route(self, method, path, query, body, caller):
        if match := re.fullmatch(r"/(repos/[^/]+/[^/]+|orgs/[^/]+|repositories/\d+)(/.*)?", path):
            return self.route_target(method, match[1], match[2] or "", query, body, caller)
        if match := re.fullmatch(r"/users/([^/]+)/installation", path):
            return self.installation(caller, match[1])
        if match := re.fullmatch(r"/app/installations/(\d+)/access_tokens", path):
            return self.mint(caller, int(match[1]), body)
        if path == "/user" and method == "GET":
            return self.comments.whoami(caller)
        if path in ("/graphql", "/api/graphql") and method == "POST":
            return self.comments.graphql(caller, body)
        if path.startswith("/user/"):
            return self.route_user(method, path, query, body, caller)
        if path == "/installation/token" and method == "DELETE" and caller["kind"] == "app":
            caller["revoked"] = True
            return 204, None, {}
        raise not_found()

    def route_target(self, method, place, rest, query, body, caller):
        kind, _, name = place.partition("/")
        if kind == "repositories":
            named = [target for target in self.world.targets.values() if str(target.id) == name]
            if not named:
                raise not_found()
            name = named[0].name
        elif new := self.world.renamed.get(name.lower()):
            number = self.world.targets[new.lower()].id
            return (301 if method == "GET" else 307), {"message": "Moved Permanently"}, \
                {"Location": f"{self.base}/repositories/{number}{rest}"}
        answer = self.reviews.answer(method, name, rest, query, caller) or \
            self.comments.answer(method, name, rest, query, body, caller)
        if answer is not None:
            return answer
        if not rest:
            target = self.world.targets.get(name.lower())
            if target is None or target.hidden:
                raise not_found()
            if not target.is_repository:
                return 200, {"id": target.id, "login": target.name}, {}
            return 200, {"id": target.id, "full_name": target.name, "archived": target.archived}, {}
        is_read = method == "GET" or rest.endswith("/pings")
        target = self.target_of(name, caller, "read" if is_read else "write", method != "GET")
        base = f"{self.base}/{place}"
        if rest == "/hooks":
            return self.hooks(method, target, base, query, body)
        match = re.fullmatch(r"/hooks/(\d+)(/.*)?", rest)
        hook = target.hooks.get(int(match[1])) if match else None
        if hook is None:
            raise not_found()
        return self.hook(method, target, hook, base, match[2] or "", query, body)

    def hooks(self, method, target, base, query, body):
        if method == "POST":
            hook = self.world.create(target, body)
            return 201, hook.shown(base, target.is_repository), {}
        listed = [hook.shown(base, target.is_repository) for hook in self.world.listed(target)]
        size, page = self.page_size(query), int(query.get("page", 1))
        # As for a repository: the next page is named by number.
        place = f"{self.base}/repositories/{target.id}" if target.is_repository else base
        more = {}
        if page * size < len(listed):
            more["Link"] = f'<{place}/hooks?per_page={size}&page={page + 1}>; rel="next", <{place}/hooks>; rel="last"'
        return 200, listed[(page - 1) * size:page * size], more

    def hook(self, method, target, hook, base, rest, query, body):
        if rest == "" and method == "GET":
            return 200, hook.shown(base, target.is_repository), {}
        if rest == "" and method == "PATCH":
            self.world.edit(target, hook, body)
            return 200, hook.shown(base, target.is_repository), {}
        if rest == "" and method == "DELETE":
            self.world.remember_list(target)
            del target.hooks[hook.id]
            return 204, None, {}
        if rest == "/config" and method == "PATCH":
            self.world.edit_config(target, hook, body)
            return 200, hook.shown_config(), {}
        if rest == "/pings" and method == "POST":
            self.world.ping(target, hook)
            return 204, None, {}
        if rest.startswith("/deliveries"):
            return self.deliveries(method, hook, f"{base}/hooks/{hook.id}", rest, query)
        raise not_found()

    def deliveries(self, method, hook, base, rest, query):
        if self.world.log_is_hidden:
            raise not_found()
        if rest == "/deliveries":
            size, first = self.page_size(query), int(query.get("cursor", "v1_0")[3:])
            page = hook.log[first:first + size]
            more = {}
            if first + size < len(hook.log):
                more["Link"] = f'<{base}/deliveries?per_page={size}&cursor=v1_{first + size}>; rel="next"'
            return 200, [self.world.shown_delivery(delivery, False) for delivery in page], more
        match = re.fullmatch(r"/deliveries/(\d+)(/attempts)?", rest)
        found = [delivery for delivery in hook.log if match and str(delivery["id"]) == match[1]]
        if not found:
            raise not_found()
        if match[2] and method == "POST":
            self.world.send(hook, found[0]["headers"], found[0]["body"], True)
            return 202, {}, {}
        return 200, self.world.shown_delivery(found[0], True), {}

    # --- invitations

    def route_user(self, method, path, query, body, caller):
        """Of the person whose token it is; Apps are nobody whom one could invite."""
        if caller["kind"] != "classic":
            raise Refusal(403, "Resource not accessible by integration")
        is_repository = path.startswith("/user/repository_invitations")
        accepted = {"repo", "repo:invite"} if is_repository else {"admin:org", "write:org"}
        if not accepted & set(caller["scopes"]):
            raise Refusal(403, "Your token has not been granted the required scopes to execute this request.",
                          headers={"X-Accepted-OAuth-Scopes": ", ".join(sorted(accepted))})
        if path == "/user/repository_invitations" and method == "GET":
            return self.page_of(path, self.world.invitations, query)
        if path == "/user/memberships/orgs" and method == "GET":
            listed = [each for each in self.world.memberships
                      if query.get("state") in (None, each["state"])]
            return self.page_of(path, listed, query)
        if (match := re.fullmatch(r"/user/repository_invitations/(\d+)", path)) and method == "PATCH":
            self.world.accept_repository(int(match[1]))
            return 204, None, {}
        if (match := re.fullmatch(r"/user/memberships/orgs/([^/]+)", path)) and method == "PATCH":
            if body != {"state": "active"}:
                raise Refusal(422, "Validation Failed")
            return 200, self.world.accept_organization(match[1]), {}
        raise not_found()

    def page_size(self, query):
        return min(int(query.get("per_page", 30)), self.world.page_limit)

    def page_of(self, path, listed, query):
        size, page = self.page_size(query), int(query.get("page", 1))
        more = {}
        if page * size < len(listed):
            rest = "".join(f"&{name}={value}" for name, value in query.items() if name not in ("per_page", "page"))
            more["Link"] = f'<{self.base}{path}?per_page={size}&page={page + 1}{rest}>; rel="next"'
        return 200, listed[(page - 1) * size:page * size], more

    # --- Apps

    def installation(self, caller, owner):
        found = self.world.installations.get(owner.lower())
        if caller["kind"] != "jwt" or found is None or found["app"] != caller["app"]:
            raise not_found()
        return 200, {"id": found["id"], "account": {"login": owner}, "permissions": found["permissions"]}, {}

    def mint(self, caller, number, body):
        owner, found = next(((owner, each) for owner, each in self.world.installations.items()
                             if each["id"] == number), ("", None))
        if caller["kind"] != "jwt" or found is None or found["app"] != caller["app"]:
            raise not_found()
        wanted = body.get("permissions", found["permissions"])
        for name, level in wanted.items():
            if found["permissions"].get(name) not in (level, "write"):
                raise Refusal(422, "The permissions requested are not granted to this installation.")
        repositories = None
        if "repositories" in body:
            repositories = [f"{owner}/{name}".lower() for name in body["repositories"]]
            allowed = found.get("repositories")
            for name in repositories:
                if name not in self.world.targets or (allowed is not None and name not in allowed):
                    raise Refusal(422, "There is at least one repository that does not exist or is not accessible to "
                                       "the parent installation.")
        value = f"ghs_{found['app']}_" + secrets.token_hex(120)
        ends = self.world.now() + found.get("seconds", 3600)
        self.world.tokens[value] = {"kind": "app", "permissions": wanted, "owner": owner, "ends": ends,
                                    "repositories": repositories}
        answer = {"token": value, "expires_at": iso(ends), "permissions": wanted, "repository_selection": "selected"}
        return 201, answer, {}


def require_shape(method, path, body):
    """What GitHub checks before it looks at anything."""
    if path.endswith("/hooks") and method == "POST":
        if "/orgs/" in path and body.get("name") != "web":
            raise invalid("name is missing")
        for name, kind in (("active", bool), ("events", list), ("config", dict)):
            if name in body and not isinstance(body[name], kind):
                raise Refusal(422, f"Invalid request.\n\nFor 'properties/{name}', that is wrong.")
