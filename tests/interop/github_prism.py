#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A whole run against tests/peers/github.py through Prism, which holds every request of the program and every answer
of the peer to GitHub's own OpenAPI description: what is off it becomes an error, and then the run fails.

usage: github_prism.py PACKAGES DESCRIPTION"""
import os
import re
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from github_runs import World  # noqa: E402

PACKAGES, DESCRIPTION = sys.argv[1:3]


class Prism:
    def __init__(self, folder):
        self.log_path = os.path.join(folder, "prism.log")
        self.child = None

    def through(self, api):
        self.child = subprocess.Popen(
            ["node", os.path.join(PACKAGES, "node_modules/@stoplight/prism-cli/dist/index.js"), "proxy", "-h",
             "127.0.0.1", "-p", "0", "--errors", DESCRIPTION, api],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        limit = threading.Timer(300, self.child.kill)
        limit.daemon = True
        limit.start()
        with open(self.log_path, "w", encoding="utf-8") as log:
            for line in self.child.stdout:
                log.write(line)
                if found := re.search(r"listening on (http://127\.0\.0\.1:\d+)", line):
                    threading.Thread(target=self.keep_log, daemon=True).start()
                    return found[1]
        raise AssertionError("Prism does not start")

    def keep_log(self):
        with open(self.log_path, "a", encoding="utf-8") as log:
            for line in self.child.stdout:
                log.write(line)
                log.flush()

    def close(self):
        if self.child:
            self.child.terminate()
            self.child.wait()


def main():
    with tempfile.TemporaryDirectory() as folder:
        prism = Prism(folder)
        inner = os.path.join(folder, "world")
        os.mkdir(inner)
        rotated, added, removed = [f"acme/r{n}" for n in range(3)] + ["umbrella"], ["acme/new", "solo"], ["acme/gone"]
        world = World(inner, rotated, added, removed, rate=0, through=prism.through)
        world.tell("small_ids")
        try:
            world.run(0, *world.apply_words())
            world.let_the_overlap_pass()
            world.run(0, "settle", *world.common())
            world.run(0, "status", "--exit-code", "--repo", world.path("repository"))
            secrets, state = world.secrets(), world.state()
            assert all(len(secrets[name]) == 1 for name in [*rotated, *added]) and not secrets["acme/gone"], secrets
            assert not state["refused"], state["refused"]
            print(f"{sum(state['requests'].values())} requests through Prism")
        except AssertionError:
            with open(prism.log_path, encoding="utf-8") as log:
                print(log.read()[-4000:])
            raise
        finally:
            world.close()
            prism.close()


if __name__ == "__main__":
    main()
