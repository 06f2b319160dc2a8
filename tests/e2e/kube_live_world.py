# SPDX-License-Identifier: Apache-2.0
"""A live_world.World whose tokens are in a Secret: an API server with roles, and a kubelet that brings the Secret to
the receiver with a lag."""
import base64

from copied_world import CopiedWorld
from running_peer import write_atomically

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


class KubeWorld(CopiedWorld):
    SCRIPT = "kube_api.py"

    def prepare(self):
        write_atomically(self.path("kubeconfig"), KUBECONFIG % self.api_url)

    def settings(self):
        return SETTINGS % (self.url, self.path("kubeconfig"))

    def secret(self):
        return self.behind(SECRET)

    def put_data(self, data, metadata=None):
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        self.behind(SECRET, {"data": encoded, "metadata": dict(metadata or FOREIGN)})

    def data(self):
        return {key: base64.b64decode(value).decode() for key, value in self.secret()["data"].items()}

    def document(self):
        data = self.secret().get("data")
        return None if data is None else base64.b64decode(data["hmac"]).decode()

    def ledger_value(self):
        return self.data()["hmac.ledger"]

    def put_ledger_value(self, value):
        self.put_data({**self.data(), "hmac.ledger": value})

    def save(self, text):
        self.put_data({"hmac": text, "other": "not ours"})
        self.bring_it_now()

    def check_end(self, also=None):
        super().check_end(also)
        secret = self.secret()
        assert self.data()["other"] == "not ours" and set(secret["data"]) == {"hmac", "hmac.ledger", "other"}
        for name, value in FOREIGN.items():
            assert secret["metadata"][name] == value, secret["metadata"]
