# SPDX-License-Identifier: Apache-2.0
"""Pull requests and their comments, as GitHub's documentation and OpenAPI description have them: who may comment, who a
comment is by, and which answer. Comments are counted over all repositories and are listed oldest first."""
import re

from github_world import Refusal, iso, not_found

MOST_CHARACTERS = 65_536
ACTIONS = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}


class Comments:
    def __init__(self, world, base):
        self.world, self.base = world, base
        self.pulls = {}  # by repository in lower case and number
        self.comments = {}  # by id, in the order of their making

    # --- what tests say

    def seed(self, repository, number, head="", locked=False, comments=()):
        self.pulls[repository.lower(), number] = {"head": head, "locked": locked}
        for each in comments:
            self.add(repository, number, {"login": each["login"], "id": each.get("id", 1000 + len(each["login"])),
                                          "type": each.get("type", "User")}, each["body"])

    def state(self):
        return [{"id": str(number), "login": each["user"]["login"], "body": each["body"], "pull": str(each["pull"]),
                 "edits": str(each["edits"])} for number, each in self.comments.items()]

    # --- who asks

    def user_of(self, caller):
        if caller["kind"] == "app":
            return ACTIONS if caller.get("slug", "github-actions") == "github-actions" else \
                {"login": f"{caller['slug']}[bot]", "id": 7_000_000 + len(caller["slug"]), "type": "Bot"}
        login = caller.get("login", "somebody")
        return {"login": login, "id": 1000 + len(login), "type": "User"}

    def whoami(self, caller):
        if caller["kind"] in ("app", "jwt"):
            raise Refusal(403, "Resource not accessible by integration")
        nobody = {name: None for name in ("name", "company", "blog", "location", "email", "hireable", "bio")}
        numbers = {name: 0 for name in ("public_repos", "public_gists", "followers", "following")}
        return 200, {**self.shown_user(self.user_of(caller)), **nobody, **numbers, "created_at": iso(1_500_000_000),
                     "updated_at": iso(1_600_000_000)}, {}

    def graphql(self, caller, body):
        if self.world.graphql_is_off or not re.search(r"viewer\s*\{\s*login\s*\}", body.get("query", "")):
            raise not_found()
        return 200, {"data": {"viewer": {"login": self.user_of(caller)["login"]}}}, {}

    def check_rights(self, caller, repository, is_write):
        if caller["kind"] == "jwt":
            raise Refusal(403, "Resource not accessible by integration")
        if caller["kind"] == "classic":
            if is_write and not {"repo", "public_repo"} & set(caller["scopes"]):
                raise not_found()
            return
        if caller.get("repositories") is not None and repository.lower() not in caller["repositories"]:
            raise not_found()
        levels = [caller["permissions"].get(name) for name in ("issues", "pull_requests")]
        if "write" not in levels and (is_write or "read" not in levels):
            who = "integration" if caller["kind"] == "app" else "personal access token"
            raise Refusal(403, f"Resource not accessible by {who}",
                          headers={"X-Accepted-GitHub-Permissions": "issues=write; pull_requests=write"})

    # --- what is asked

    def answer(self, method, repository, rest, query, body, caller):
        """Nothing if it is not about comments."""
        if match := re.fullmatch(r"/pulls/(\d+)", rest):
            return self.pull(method, repository, int(match[1]), caller)
        if match := re.fullmatch(r"/issues/(\d+)/comments", rest):
            return self.of_pull(method, repository, int(match[1]), query, body, caller)
        if match := re.fullmatch(r"/issues/comments/(\d+)", rest):
            return self.one(method, repository, int(match[1]), body, caller)
        return None

    def pull(self, method, repository, number, caller):
        pull = self.pulls.get((repository.lower(), number))
        if method != "GET" or pull is None:
            raise not_found()
        if caller["kind"] != "classic" and not caller["permissions"].get("pull_requests"):
            raise Refusal(403, "Resource not accessible by integration")
        return 200, {"number": number, "state": "open", "locked": pull["locked"], "head": {"sha": pull["head"]}}, {}

    def of_pull(self, method, repository, number, query, body, caller):
        self.check_rights(caller, repository, method != "GET")
        pull = self.pulls.get((repository.lower(), number))
        if pull is None:
            raise not_found()
        if method == "POST":
            if pull["locked"]:
                raise Refusal(403, "Unable to create comment because issue is locked.")
            self.check_body(body)
            return 201, self.shown(self.add(repository, number, self.user_of(caller), body["body"])), {}
        listed = [self.shown(key) for key, each in self.comments.items()
                  if each["repository"] == repository.lower() and each["pull"] == number]
        size, page = min(int(query.get("per_page", 30)), 100), int(query.get("page", 1))
        more = {}
        if page * size < len(listed):
            place = f"{self.base}/repos/{repository}/issues/{number}/comments?per_page={size}"
            more["Link"] = f'<{place}&page={page + 1}>; rel="next", <{place}&page=99>; rel="last"'
        return 200, listed[(page - 1) * size:page * size], more

    def one(self, method, repository, number, body, caller):
        self.check_rights(caller, repository, method != "GET")
        comment = self.comments.get(number)
        if comment is None or comment["repository"] != repository.lower():
            raise not_found()
        # Whoever may write to the repository may edit comments of everybody.
        if method == "PATCH":
            self.check_body(body)
            comment["body"], comment["edits"] = body["body"], comment["edits"] + 1
        if method == "DELETE":
            del self.comments[number]
            return 204, None, {}
        return 200, self.shown(number), {}

    @staticmethod
    def check_body(body):
        text = body.get("body")
        if not isinstance(text, str) or not text.strip():
            raise Refusal(422, "Validation Failed",
                          [{"resource": "IssueComment", "code": "unprocessable", "field": "data",
                            "message": "Body cannot be blank"}])
        if len(text) > MOST_CHARACTERS:
            raise Refusal(422, "Validation Failed",
                          [{"resource": "IssueComment", "code": "unprocessable", "field": "data",
                            "message": "Body is too long (maximum is 65536 characters)"}])

    def add(self, repository, number, user, body):
        key = next(self.world.numbers) * 1_000_003
        self.comments[key] = {"repository": repository.lower(), "pull": number, "user": user, "body": body,
                              "made": self.world.now(), "edits": 0}
        return key

    def shown(self, key):
        comment = self.comments[key]
        place = f"{self.base}/repos/{comment['repository']}/issues"
        page = f"https://github.com/{comment['repository']}/pull/{comment['pull']}"
        return {"id": key, "node_id": f"IC_{key}", "url": f"{place}/comments/{key}",
                "html_url": f"{page}#issuecomment-{key}", "issue_url": f"{place}/{comment['pull']}",
                "body": comment["body"], "user": self.shown_user(comment["user"]),
                "author_association": "NONE" if comment["user"]["type"] == "Bot" else "MEMBER",
                "created_at": iso(comment["made"]), "updated_at": iso(comment["made"] + comment["edits"])}

    @staticmethod
    def shown_user(user):
        page = f"https://api.github.com/users/{user['login'].replace('[', '%5B').replace(']', '%5D')}"
        urls = {f"{name}_url": f"{page}/{name}" for name in ("events", "following", "gists", "received_events",
                                                              "starred")}
        lists = {f"{name}_url": f"{page}/{name}" for name in ("followers", "organizations", "repos", "subscriptions")}
        return {**user, **urls, **lists, "node_id": f"U_{user['id']}", "avatar_url": f"{page}.png",
                "gravatar_id": "", "url": page, "html_url": f"https://github.com/{user['login']}",
                "site_admin": False}
