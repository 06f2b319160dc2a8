# SPDX-License-Identifier: Apache-2.0
"""What the stand-in for GitHub knows: repositories, organizations, hooks, delivery logs, tokens, Apps. Written from
GitHub's documentation and OpenAPI description, and from what users reported, not from our code."""
import hashlib
import hmac
import itertools
import json
import re
import time
import uuid

MASK = "********"
MOST_HOOKS = 20
LOG_DAYS = 3
ZEN = "Keep it <logically> awesome & caf\u00e9 \u2028 / \U0001f419."


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status, message, errors=None, headers=None):
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
        if errors:
            self.body["errors"] = errors


def not_found():
    return Refusal(404, "Not Found")


def invalid(*messages):
    return Refusal(422, "Validation Failed",
                   [{"resource": "Hook", "code": "custom", "message": message} for message in messages])


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Hook:
    def __init__(self, number, config, events, active, now):
        self.id, self.config, self.events, self.active = number, config, events, active
        self.created = self.updated = now
        self.log = []  # newest first
        self.last = {"code": None, "status": "unused", "message": None}

    def shown_config(self):
        shown = {key: value for key, value in self.config.items() if key != "secret"}
        if self.config.get("secret"):
            shown["secret"] = MASK
        return shown

    def shown(self, base, is_repository):
        url = f"{base}/hooks/{self.id}"
        hook = {"type": "Repository" if is_repository else "Organization", "id": self.id, "name": "web",
                "active": self.active, "events": self.events, "config": self.shown_config(),
                "updated_at": iso(self.updated), "created_at": iso(self.created), "url": url,
                "ping_url": f"{url}/pings", "deliveries_url": f"{url}/deliveries"}
        if is_repository:
            hook.update(test_url=f"{url}/test", last_response=self.last)
        return hook


class Target:
    """A repository or an organization: what has hooks."""

    def __init__(self, name, number, archived=False, hidden=False):
        self.name, self.id, self.archived, self.hidden = name, number, archived, hidden
        self.hooks = {}
        self.seen = None  # of a list that lags: (until, hooks)

    @property
    def is_repository(self):
        return "/" in self.name

    def payload(self):
        owner = {"login": self.name.partition("/")[0]}
        if not self.is_repository:
            return {"organization": owner}
        return {"repository": {"id": self.id, "full_name": self.name, "name": self.name.partition("/")[2],
                               "owner": owner}}


class World:
    def __init__(self, deliver):
        """`deliver(url, headers, body)` gives the receiver's status, 0 without an answer."""
        self.deliver = deliver
        self.targets, self.renamed = {}, {}  # by name in lower case
        self.tokens, self.apps, self.installations = {}, {}, {}
        self.numbers = itertools.count(1000)
        self.delivery_numbers = itertools.count(9_007_199_254_740_993_001)  # 19 digits, no double holds them
        self.invitations, self.memberships, self.accepted_invitations = [], [], []
        self.skew = 0
        self.lag = 0.0
        self.page_limit = 100
        self.log_is_hidden = self.pings_are_lost = self.graphql_is_off = False
        self.most_reviews_a_page = 100
        self.refused, self.accepted = [], 0

    def now(self):
        return time.time() + self.skew

    def add_target(self, name, **words):
        hooks = words.pop("hooks", [])
        target = self.targets[name.lower()] = Target(name, next(self.numbers), **words)
        for hook in hooks:
            self.add_hook(target, {"content_type": "json", "insecure_ssl": "0", **hook["config"]},
                          hook.get("events", ["*"]), hook.get("active", True))

    def add_hook(self, target, config, events, active):
        hook = Hook(next(self.numbers), config, events, active, self.now())
        self.remember_list(target)
        target.hooks[hook.id] = hook
        return hook

    def remember_list(self, target):
        if self.lag and (target.seen is None or target.seen[0] < time.monotonic()):
            target.seen = (time.monotonic() + self.lag, list(target.hooks.values()))

    def listed(self, target):
        if target.seen and time.monotonic() < target.seen[0]:
            return target.seen[1]
        return list(target.hooks.values())

    # --- invitations

    def invite(self, repository, permissions, **more):
        """`repository` may be null, as it is when it was deleted meanwhile."""
        shown = repository and {"id": 1, "name": repository.partition("/")[2], "full_name": repository}
        self.invitations.append({"id": next(self.numbers), "node_id": "x", "repository": shown,
                                 "permissions": permissions, "created_at": iso(self.now()), **more})

    def invite_to_organization(self, login, role, state="pending"):
        self.memberships.append({"url": "x", "state": state, "role": role, "organization_url": "x",
                                 "organization": {"id": 1, "login": login}})

    def accept_repository(self, number):
        found = next((each for each in self.invitations if each["id"] == number), None)
        if found is None:
            raise not_found()
        self.invitations.remove(found)
        self.let_in(found["repository"]["full_name"])

    def accept_organization(self, login):
        found = next((each for each in self.memberships if each["organization"]["login"].lower() == login.lower()),
                     None)
        if found is None:
            raise not_found()
        if found["state"] == "pending":
            found["state"] = "active"
            self.let_in(login)
        return found

    def let_in(self, name):
        self.accepted_invitations.append(name)
        if target := self.targets.get(name.lower()):
            target.hidden = False

    # --- the rules for hooks

    def check_config(self, config):
        if not isinstance(config, dict) or not isinstance(config.get("url"), str) or not config["url"]:
            raise invalid("Config must contain URL for webhooks")
        host = re.match(r"https?://(\[[^]]*\]|[^/:]*)", config["url"])
        if not host:
            raise invalid("Url is not a valid URL")
        if host.group(1).endswith(".internal"):
            raise invalid(f"Sorry, the URL host {host.group(1)} is not supported because it isn't reachable over the "
                          "public Internet")

    def check_unique(self, target, hook_id, config, events):
        def key(other):
            return [other.get(name) for name in ("url", "content_type", "insecure_ssl")]
        for other in target.hooks.values():
            overlap = "*" in events or "*" in other.events or set(events) & set(other.events)
            if other.id != hook_id and key(other.config) == key(config) and overlap:
                raise invalid("The thing before it is fine",
                              f"Hook already exists on this {'repository' if target.is_repository else 'organization'}")
        had = target.hooks[hook_id].events if hook_id in target.hooks else []
        for event in set(events) - set(had):
            number = sum(1 for other in target.hooks.values() if event in other.events and other.id != hook_id)
            if number >= MOST_HOOKS:
                raise invalid(f'The "{event}" event cannot have more than {MOST_HOOKS} hooks')

    def create(self, target, body):
        config = {"content_type": "form", "insecure_ssl": "0", **(body.get("config") or {})}
        events = body.get("events", ["push"])
        self.check_config(config)
        self.check_unique(target, None, config, events)
        hook = self.add_hook(target, config, events, body.get("active", True))
        self.ping(target, hook)
        return hook

    def edit(self, target, hook, body):
        config = hook.config
        if "config" in body:  # replaces all of it: a secret that is not named goes
            config = {"content_type": "form", "insecure_ssl": "0", **body["config"]}
        events = body.get("events", hook.events)
        self.check_config(config)
        self.check_unique(target, hook.id, config, events)
        hook.config, hook.events, hook.active = config, events, body.get("active", hook.active)
        hook.updated = self.now()

    def edit_config(self, target, hook, body):
        config = {**hook.config, **body}
        self.check_config(config)
        self.check_unique(target, hook.id, config, hook.events)
        hook.config, hook.updated = config, self.now()

    # --- deliveries

    def compose(self, hook, event, payload):
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        headers = {"Accept": "*/*", "Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/0000000",
                   "X-GitHub-Event": event, "X-GitHub-Delivery": str(uuid.uuid1()), "X-GitHub-Hook-ID": str(hook.id)}
        secret = hook.config.get("secret")
        if secret:  # GitHub does not sign for a hook that has no secret
            for header, algorithm in (("X-Hub-Signature", "sha1"), ("X-Hub-Signature-256", "sha256")):
                headers[header] = f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"
        return headers, body

    def send(self, hook, headers, body, redelivery=False):
        status = self.deliver(hook.config["url"], headers, body)
        event = headers["X-GitHub-Event"]
        hook.log.insert(0, {
            "id": next(self.delivery_numbers), "guid": headers["X-GitHub-Delivery"], "delivered_at": iso(self.now()),
            "redelivery": redelivery, "duration": 0.27, "status": "OK" if status == 200 else "Invalid HTTP Response",
            "status_code": status, "event": event, "action": None, "installation_id": None, "repository_id": None,
            "url": hook.config["url"], "throttled_at": None, "headers": headers, "body": body})
        if 200 <= status <= 299:
            hook.last = {"code": status, "status": "active", "message": "OK"}
            self.accepted += 1
        else:
            hook.last = {"code": status, "status": "misconfigured", "message": f"Invalid HTTP Response: {status}"}
            self.refused.append(f"{event} {json.loads(body).get('repository', {}).get('full_name')} {status}")

    def ping(self, target, hook):
        if self.pings_are_lost:
            return
        payload = {"zen": ZEN, "hook_id": hook.id,
                   "hook": hook.shown(f"https://api.github.com/x/{target.name}", target.is_repository),
                   **target.payload(), "sender": {"login": "somebody"}}
        self.send(hook, *self.compose(hook, "ping", payload))

    def push(self, target, hook):
        payload = {"ref": "refs/heads/main", "after": hashlib.sha1(str(time.time()).encode()).hexdigest(),
                   **target.payload(), "sender": {"login": "somebody"}}
        if not target.is_repository:
            payload["repository"] = {"full_name": f"{target.name}/some", "name": "some",
                                     "owner": {"login": target.name}}
        return self.compose(hook, "push", payload)

    @staticmethod
    def shown_delivery(delivery, is_whole):
        shown = {key: value for key, value in delivery.items() if key not in ("headers", "body", "url")}
        if is_whole:
            shown.update(url=delivery["url"], request={"headers": delivery["headers"],
                                                       "payload": json.loads(delivery["body"])},
                         response={"headers": {}, "payload": "ok"})
        return shown
