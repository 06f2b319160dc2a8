# SPDX-License-Identifier: Apache-2.0
"""A live_world.World whose tokens are in a Secret: an API server with roles, and a kubelet that brings the Secret to
the receiver with a lag."""
import base64
import json
import os
import random
import threading
import urllib.request

from live_world import World
from running_peer import start, write_atomically

SECRET = "/_fake/secrets/prow/hmac-token"
SETTINGS = """version: 1
forges: {people: {type: manual}}
receivers:
  hook:
    type: prow
    url: "%s"
    store: {type: kubernetes, context: services, namespace: prow, secret: hmac-token, key: hmac, kubeconfig: "%s"}
routes: [{match: "*", forge: people, receiver: hook}]
rotation: {overlap: 1m}
"""
KUBECONFIG = """contexts: [{name: services, context: {cluster: services, user: hookplan}}]
clusters: [{name: services, cluster: {server: "%s"}}]
users: [{name: hookplan, user: {token: hookplan-token}}]
"""
# What is in the Secret beside ours, and must stay.
FOREIGN = {"labels": {"app": "prow"}, "annotations": {"note": "h\u00e4nds off\n"},
           "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "c", "uid": "u"}]}


class KubeWorld(World):
    LAG = 0.3  # seconds at the most, until the receiver has what is in the Secret

    def __init__(self, folder, *receiver_words):
        self.random = random.Random(14)
        self.folder = folder
        port_file = self.path("api-port")
        self.api = start("kube_api.py", "--seconds", "3000", "--port-file", port_file)
        self.ended = threading.Event()
        self.lock = threading.RLock()  # over the files that the kubelet writes, too
        self.kubelet = threading.Thread(target=self.bring_it_to_the_receiver)
        try:
            self.wait_for(lambda: os.path.exists(port_file))
            with open(port_file, encoding="utf-8") as file:
                self.api_url = f"http://127.0.0.1:{int(file.read())}"
            write_atomically(self.path("kubeconfig"), KUBECONFIG % self.api_url)
            super().__init__(folder, *receiver_words)
        except BaseException:
            self.ended.set()
            self.api.terminate()
            raise
        self.kubelet.start()

    def close(self):
        self.ended.set()
        if self.kubelet.ident:
            self.kubelet.join()
        self.api.terminate()
        self.api.wait()
        super().close()

    def settings(self):
        return SETTINGS % (self.url, self.path("kubeconfig"))

    def bring_it_to_the_receiver(self):
        while not self.ended.wait(self.random.uniform(0, self.LAG)):
            self.bring_it_now()

    def bring_it_now(self):
        with self.lock:
            data = self.secret().get("data")
            if data is not None:
                write_atomically(self.tokens_path, base64.b64decode(data["hmac"]).decode())

    # --- the Secret

    def behind(self, path, told=None):
        data = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(self.api_url + path, data, method="GET" if told is None else "PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def secret(self):
        return self.behind(SECRET)

    def put_data(self, data, metadata=None):
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        self.behind(SECRET, {"data": encoded, "metadata": dict(metadata or FOREIGN)})

    def data(self):
        return {key: base64.b64decode(value).decode() for key, value in self.secret()["data"].items()}

    def save(self, text):
        self.put_data({"hmac": text, "other": "not ours"})
        self.bring_it_now()

    def keep(self, name):
        with self.lock:
            super().keep(name)
            write_atomically(self.path(f"{name}.secret"), json.dumps(self.data()))

    def go_back_to(self, name):
        with self.lock:
            with open(self.path(f"{name}.secret"), encoding="utf-8") as file:
                self.put_data(json.load(file))
            super().go_back_to(name)
            self.bring_it_now()

    def text_of(self, *names):
        if names == ("hmac.yaml",):
            return self.data()["hmac"]
        return super().text_of(*names)

    def ledger(self):
        return json.loads(self.data()["hmac.ledger"].splitlines()[1])

    def make_it_long_ago(self, when):
        data = self.data()
        head, ledger = data["hmac.ledger"].splitlines()
        data["hmac.ledger"] = f"{head}\n{self.long_reached(ledger, when)}\n"
        self.put_data(data)

    def check_end(self, also=None):
        super().check_end(also)
        secret = self.secret()
        assert self.data()["other"] == "not ours" and set(secret["data"]) == {"hmac", "hmac.ledger", "other"}
        for name, value in FOREIGN.items():
            assert secret["metadata"][name] == value, secret["metadata"]
