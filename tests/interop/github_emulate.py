#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A run against `emulate`, which sends what hooks send and signs it. Hooks are made and deleted there; it has no config
endpoint and logs no requests, so nothing is proven there, and the program must say so.

usage: github_emulate.py PACKAGES"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from github_runs import LOGIN, World  # noqa: E402


class Emulate:
    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.api = f"http://127.0.0.1:{port}"
        self.child = subprocess.Popen(["node", os.path.join(HERE, "emulate.mjs"), sys.argv[1], str(port), LOGIN],
                                      stdout=subprocess.PIPE, text=True)
        assert self.child.stdout.readline() == "ready\n", "emulate does not start"

    def hooks(self, name):
        return self.get(f"/repos/{name}/hooks")

    def get(self, path):
        request = urllib.request.Request(self.api + path, headers={"Authorization": f"Bearer {LOGIN}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def post(self, path, body):
        request = urllib.request.Request(self.api + path, json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {LOGIN}"}, method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"{}")

    def add_hook(self, name, url):
        self.post(f"/repos/{name}/hooks", {"name": "web", "active": True, "events": ["*"],
                                           "config": {"url": url, "content_type": "json"}})

    def close(self):
        self.child.terminate()
        self.child.wait()


def main():
    emulate = Emulate()
    try:
        with tempfile.TemporaryDirectory() as folder:
            # The other stand-in has nothing to do here.
            world = World(folder, [], ["admin/one"], ["admin/two"], rate=0, through=lambda api: emulate.api)
            try:
                emulate.add_hook("admin/two", world.url)
                emulate.add_hook("admin/two", "http://127.0.0.1:9/other")
                text = world.run(7, *world.apply_words())
                # Its pings say of no repository that they are from there, so the receiver knows no token for them.
                assert "HP8129 admin/one: the receiver answered 403 to GitHub's ping" in text, text
                hook, = emulate.hooks("admin/one")
                assert hook["events"] == ["*"] and hook["active"], hook
                assert hook["config"] == {"url": world.url, "content_type": "json", "insecure_ssl": "0"}, hook
                emulate.post("/repos/admin/one/issues", {"title": "something happens"})
                # What `emulate` signs with our token, the receiver takes.
                world.wait_for(lambda: "200 issues admin/one\n" in world.text_of("receiver.log"))
                left, = emulate.hooks("admin/two")
                assert left["config"]["url"].endswith("/other"), left
            finally:
                world.close()
    finally:
        emulate.close()


if __name__ == "__main__":
    main()
