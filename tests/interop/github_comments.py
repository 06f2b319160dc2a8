#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`hookplan comment` through Prism, which holds its requests and the answers of tests/peers/github.py to GitHub's own
OpenAPI description, and against `emulate`. The description here has no pull requests and no GraphQL: what is asked of
those gets 404, as a credential does that may not see them.

usage: github_comments.py PACKAGES DESCRIPTION"""
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from comment_test import TOKEN, World  # noqa: E402
from github_emulate import LOGIN, Emulate  # noqa: E402
from github_prism import Prism  # noqa: E402


def play(world, number, repository, comments):
    """Two plans, four runs, one comment."""
    world.git("init", "-q", "-b", "main")
    world.plan("base", old="2020-01-01")
    world.git("checkout", "-q", "-b", "change")
    world.plan("first", fresh="2024-01-01")
    world.plan("second", fresh="2024-01-01", more="2024-01-01")
    words = ("--pull-request", str(number), "--repository", repository)
    for name, run, outcome in (("first", 1, "created"), ("first", 1, "unchanged"), ("second", 3, "edited"),
                               ("first", 2, "HP8526")):
        text = world.says(0, name, run, *words)
        assert outcome in text, (outcome, text)
    comment, = comments()
    assert "run=3.1" in comment["body"] and "2 onboard" in comment["body"], comment


def through_prism():
    with tempfile.TemporaryDirectory() as folder:
        prism = Prism(folder)
        inner = os.path.join(folder, "world")
        os.mkdir(inner)
        world = World(inner, prism.through)
        try:
            world.tell("seed", tokens={TOKEN: {"kind": "classic", "scopes": ["repo"]}})
            world.tell("pull", repository="acme/config", number=7)
            play(world, 7, "acme/config", world.comments)
        except AssertionError:
            with open(prism.log_path, encoding="utf-8") as log:
                print(log.read()[-4000:])
            raise
        finally:
            world.close()
            prism.close()


def against_emulate():
    emulate = Emulate()
    try:
        number = emulate.post("/repos/admin/one/issues", {"title": "a change"})["number"]
        emulate.post(f"/repos/admin/one/issues/{number}/comments", {"body": "looks good"})
        with tempfile.TemporaryDirectory() as folder:
            world = World(folder, lambda _: emulate.api)
            world.environment["JOB_TOKEN"] = LOGIN
            try:
                play(world, number, "admin/one",
                     lambda: emulate.get(f"/repos/admin/one/issues/{number}/comments")[1:])
            finally:
                world.close()
    finally:
        emulate.close()


if __name__ == "__main__":
    through_prism()
    against_emulate()
