#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much of a screen a comment takes, and that what a reviewer must not miss stands on the first one.
Environment: HOOKPLAN. HOOKPLAN_SCREENSHOTS: a folder for pictures to look at."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from comment_page import chromium, page_of

for tool in ("git", "cmark-gfm", "chromium"):
    if not shutil.which(tool):
        print(f"skipped: {tool} is absent")
        sys.exit(77)

FIRST_SCREEN = 600
MANY = "version: 1\nguards: {max_removals: {count: 5000, percent: 100}}\n"
ROUTED = MANY + """forges: {github: {type: github, api: "https://api.github.com"}}
receivers:
  prow:
    type: prow
    url: https://prow.example.com/hook
    store: {type: kubernetes, context: prow-services, namespace: default, secret: hmac-token, key: hmac}
routes: [{match: "*", forge: github, receiver: prow}]
"""


def config_of(entries, respects_global=True):
    return f"managed_webhooks:\n  respect_legacy_global_token: {str(respects_global).lower()}\n  org_repo_config:\n" + \
        "".join(f"    {name}: {{token_created_after: {day}T00:00:00Z}}\n" for name, day in entries)


def named(word, number):
    owners = ("kubernetes", "GoogleCloudPlatform", "openshift", "tektoncd")
    return [f"{owners[i % 4]}/{word}-{i}" for i in range(number)]


def situation(removed, rotated, onboarded, org=False, retires=False):
    kept = [(name, "2020-01-01") for name in named("kept", 60)]
    before = [(name, "2020-01-01") for name in named("gone-for-good", removed)] + kept + \
        [(name, "2024-03-01") for name in named("turning", rotated)]
    after = kept + [(name, "2025-11-01") for name in named("turning", rotated)] + \
        [(name, "2025-06-01") for name in named("new-service", onboarded)]
    if org:
        after += [("istio", "2025-01-01"), ("istio/istio", "2025-01-01"), ("quux", "2025-01-01")]
    return config_of(before), config_of(after, not retires)


SITUATIONS = {  # before and after, settings, exit code, and the most pixels
    "10 changes": (situation(3, 5, 2), ROUTED, 0, 700),
    "10 changes, all that can be said": (situation(3, 3, 1, True, True), MANY, 0, 700),
    "200 changes": (situation(3, 127, 67, True, True), ROUTED, 0, 900),
    "5000 changes": (situation(0, 3200, 1800), ROUTED, 0, 1300),
    "5000 onboardings and 40 removals": (situation(40, 0, 5000, True, True), ROUTED, 0, 1300),
    "blocked": (situation(14, 2, 2), "version: 1\n", 3, 700),
    "invalid names": ((config_of([]), config_of([("a/b/c", "2020-01-01"), ("x/..", "2020-01-01")])), MANY, 5, 700),
}


def markdown_of(folder, texts, settings, expected):
    def git(*words):
        subprocess.run(["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", *words], check=True,
                       capture_output=True)
    git("init", "-q")
    git("remote", "add", "origin", "https://github.com/acme/config.git")
    for path, text in ((".hookplan.yaml", settings), ("config.yaml", texts[0])):
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text)
    git("add", ".")
    git("commit", "-q", "-m", "before")
    with open(os.path.join(folder, "config.yaml"), "w", encoding="utf-8") as file:
        file.write(texts[1])
    git("commit", "-q", "-a", "-m", "after")
    done = subprocess.run([os.environ["HOOKPLAN"], "plan", "--repo", folder, "--format", "markdown"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == expected, (done.returncode, done.stderr)
    return done.stdout


def main():
    pictures = os.environ.get("HOOKPLAN_SCREENSHOTS")
    with tempfile.TemporaryDirectory() as folder:
        for name, (texts, settings, expected, most) in SITUATIONS.items():
            repository = os.path.join(folder, re.sub(r"\W", "_", name))
            os.mkdir(repository)
            markdown = markdown_of(repository, texts, settings, expected)
            assert len(markdown.encode()) <= 60_000, (name, len(markdown.encode()))
            page = page_of(markdown)
            title = re.search(r"<title>(.*?)</title>", chromium(folder, page, "--dump-dom"))
            seen = json.loads(title[1])
            print(f"{name}: {seen['height']} px, the box ends at {seen['box']:.0f}, {len(markdown.encode())} bytes")
            if pictures:
                chromium(folder, page, f"--screenshot={pictures}/{re.sub(r'[^a-z0-9]+', '-', name)}.png")
            assert seen["height"] <= most, f"{name}: {seen['height']} px, at most {most}"
            assert seen["verdict"] <= FIRST_SCREEN and seen["box"] <= FIRST_SCREEN, f"{name}: {seen}"
            assert not seen["wide"], f"{name}: a table is wider than the comment"


if __name__ == "__main__":
    main()
