# SPDX-License-Identifier: Apache-2.0
"""Merged pull requests and their reviews, as GitHub's documentation has them: the pull requests that a commit came with, and
the reviews of one in the order in which they were given. A review that is dismissed keeps its place."""
import re

from github_world import Refusal, iso, not_found


class Reviews:
    def __init__(self, world, base, comments):
        self.world, self.base, self.comments = world, base, comments
        self.merged = {}  # by repository in lower case and number
        self.reviews = {}  # likewise

    # --- what tests say

    def merge(self, repository, number, author, head, merge_commit, commits, branch="main", opened=1_600_000_000,
              is_merged=True, into=None):
        """`commits`: of the branch, that came with it. Of an open one GitHub lists none that are on the branch."""
        self.merged[repository.lower(), number] = {
            "author": author, "head": head, "merge_commit": merge_commit, "commits": commits, "branch": branch,
            "opened": opened, "is_merged": is_merged, "into": into or repository}

    def review(self, repository, number, login, account, state, commit):
        self.reviews.setdefault((repository.lower(), number), []).append(
            {"id": next(self.world.numbers), "login": login, "account": account, "state": state, "commit": commit})

    def dismiss(self, repository, number, position):
        self.reviews[repository.lower(), number][position]["state"] = "DISMISSED"

    # --- what is asked

    def answer(self, method, repository, rest, query, caller):
        """Nothing if it is not about them."""
        if match := re.fullmatch(r"/commits/([0-9a-f]{40})/pulls", rest):
            return self.of_commit(method, repository, match[1], query, caller)
        if match := re.fullmatch(r"/pulls/(\d+)/reviews", rest):
            return self.of_pull(method, repository, int(match[1]), query, caller)
        return None

    def of_commit(self, method, repository, commit, query, caller):
        self.check(method, caller)
        found = [self.shown(repository, number, each) for (name, number), each in self.merged.items()
                 if name == repository.lower() and commit in each["commits"]]
        return self.page(found, query, f"/repos/{repository}/commits/{commit}/pulls")

    def of_pull(self, method, repository, number, query, caller):
        self.check(method, caller)
        if (repository.lower(), number) not in self.merged:
            raise not_found()
        found = [self.shown_review(repository, number, each)
                 for each in self.reviews.get((repository.lower(), number), [])]
        return self.page(found, query, f"/repos/{repository}/pulls/{number}/reviews")

    @staticmethod
    def check(method, caller):
        if method != "GET":
            raise not_found()
        if caller["kind"] == "jwt":
            raise Refusal(403, "Resource not accessible by integration")
        if caller["kind"] == "classic":
            if not {"repo", "public_repo"} & set(caller["scopes"]):
                raise not_found()
        elif not caller["permissions"].get("pull_requests"):
            raise Refusal(403, "Resource not accessible by integration",
                          headers={"X-Accepted-GitHub-Permissions": "pull_requests=read"})

    def page(self, listed, query, path):
        size = min(int(query.get("per_page", 30)), self.world.most_reviews_a_page)
        page, more = int(query.get("page", 1)), {}
        if page * size < len(listed):
            more["Link"] = f'<{self.base}{path}?per_page={size}&page={page + 1}>; rel="next"'
        return 200, listed[(page - 1) * size:page * size], more

    def shown(self, repository, number, pull):
        return {"number": number, "id": 2_000_000_000 + number, "state": "closed" if pull["is_merged"] else "open",
                "title": "Change hooks", "draft": False, "locked": False, "user": self.user(*pull["author"]),
                "url": f"{self.base}/repos/{repository}/pulls/{number}",
                "html_url": f"https://github.com/{repository}/pull/{number}",
                "created_at": iso(pull["opened"]), "updated_at": iso(pull["opened"] + 60),
                "closed_at": iso(pull["opened"] + 60) if pull["is_merged"] else None,
                "merged_at": iso(pull["opened"] + 60) if pull["is_merged"] else None,
                "merge_commit_sha": pull["merge_commit"],
                "head": {"label": "acme:changes", "ref": "changes", "sha": pull["head"], "repo": {"full_name": repository}},
                "base": {"label": f"acme:{pull['branch']}", "ref": pull["branch"], "sha": "0" * 40,
                         "repo": {"full_name": pull["into"]}}}

    def shown_review(self, repository, number, review):
        page = f"https://github.com/{repository}/pull/{number}#pullrequestreview-{review['id']}"
        user = self.user(review["login"], review["account"]) if review["account"] else None
        return {"id": review["id"], "node_id": f"PRR_{review['id']}", "user": user, "body": "", "state": review["state"],
                "html_url": page, "pull_request_url": f"{self.base}/repos/{repository}/pulls/{number}",
                "author_association": "MEMBER", "submitted_at": iso(1_600_000_000 + review["id"]),
                "commit_id": review["commit"]}

    def user(self, login, account):
        return self.comments.shown_user({"login": login, "id": account, "type": "User"})
