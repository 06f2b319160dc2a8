#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that share no code with hookplan use the same Secret: kubectl, and Kubernetes' own client for Node. What they
write hookplan's store keeps, and what hookplan writes they read. Environment: HOOKPLAN; KUBECTL (default: on the PATH);
KUBE_PACKAGES, a folder in which `npm install @kubernetes/client-node@1.4.0` was run. Without one of the two its half is
skipped."""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
CERTIFICATES = os.path.join(HERE, "../unit/plugins/http/certificates.sh")
KUBECTL = shutil.which(os.environ.get("KUBECTL", "kubectl"))
NODE = shutil.which("node")
PACKAGES = os.environ.get("KUBE_PACKAGES", "")
CLIENT = os.path.join(PACKAGES, "node_modules/@kubernetes/client-node/package.json")
KUBECONFIG = """apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u, namespace: prow}}]
clusters: [{name: k, cluster: {server: "https://127.0.0.1:%d", certificate-authority: ca.pem}}]
users: [{name: u, user: {token: writer-token}}]
"""
SETTINGS = """version: 1
forges: {people: {type: manual}}
receivers:
  hook: {type: file, url: "https://hook.example.com/hook",
         store: {type: kubernetes, context: c, namespace: prow, secret: hmac-token, key: hmac}}
routes: [{match: "*", forge: people, receiver: hook}]
"""
CONFIG = """managed_webhooks:
  org_repo_config:
    o/r: {token_created_after: 2025-01-01T00:00:00Z}
"""


class Clients(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        subprocess.run(["sh", CERTIFICATES, self.folder], check=True)
        # kubectl gives no token to a server without TLS.
        server = subprocess.Popen([sys.executable, os.path.join(HERE, "kube_api.py"), "--seconds", "120", "--certificate",
                                   self.path("server.pem"), self.path("server.key")], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        with open(self.path("config"), "w", encoding="utf-8") as file:
            file.write(KUBECONFIG % int(server.stdout.readline()))
        self.environment = {**os.environ, "KUBECONFIG": self.path("config"), "HOME": self.folder}
        self.environment.pop("SOURCE_DATE_EPOCH", None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_it(self, *words, status=0, **more):
        done = subprocess.run(words, env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=60,
                              check=False, **more)
        self.assertEqual(done.returncode, status, f"{words}\n{done.stdout}{done.stderr}")
        return done.stdout if status == 0 else done.stderr

    def hookplan_applies(self):
        """Onboards o/r, which waits for a person to set the hook: the token is stored by then."""
        os.mkdir(self.path("repository"))
        for name, text in ((".hookplan.yaml", SETTINGS), ("config.yaml", "managed_webhooks: {}\n")):
            with open(self.path(f"repository/{name}"), "w", encoding="utf-8") as file:
                file.write(text)
        git = ("git", "-C", "repository", "-c", "user.name=n", "-c", "user.email=e@example.com")
        self.run_it(*git, "init", "-q", "-b", "main")
        self.run_it(*git, "add", "-A")
        self.run_it(*git, "commit", "-q", "-m", "one")
        with open(self.path("repository/config.yaml"), "w", encoding="utf-8") as file:
            file.write(CONFIG)
        self.run_it(*git, "commit", "-q", "-a", "-m", "two")
        hookplan = os.environ["HOOKPLAN"]
        self.run_it(hookplan, "keygen", "--out", "key")
        self.run_it(hookplan, "plan", "--repo", "repository", "--branch", "main", "--sign", "file:key",
                    "--out", "plan")
        self.run_it(hookplan, "apply", "plan", "--key", "key.pub", "--repo", "repository", "--handover", "handover.yaml",
                    status=7)

    def kubectl(self, *words, status=0, **more):
        return self.run_it(KUBECTL, "--cache-dir", self.path("cache"), *words, status=status, **more)

    @unittest.skipUnless(KUBECTL, "kubectl is absent")
    def test_kubectl(self):
        with open(self.path("new.json"), "w", encoding="utf-8") as file:
            json.dump({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hmac-token"},
                       "stringData": {"hmac": "", "other": "x"}}, file)
        # From a file, because newer ones send their own objects as protobuf.
        self.kubectl("create", "--validate=false", "-f", "new.json")
        self.kubectl("label", "secret", "hmac-token", "team=prow")
        self.kubectl("annotate", "secret", "hmac-token", "note=h\u00e4nds off")
        self.hookplan_applies()
        secret = json.loads(self.kubectl("get", "secret", "hmac-token", "-o", "json"))
        self.assertEqual(set(secret["data"]), {"hmac", "hmac.ledger", "other"})
        self.assertEqual(secret["metadata"]["labels"], {"team": "prow"})
        self.assertEqual(secret["metadata"]["annotations"], {"note": "h\u00e4nds off"})
        self.assertEqual(base64.b64decode(secret["data"]["other"]), b"x")
        self.assertIn(b"o/r:", base64.b64decode(secret["data"]["hmac"]))
        raw = json.loads(self.kubectl("get", "--raw", "/api/v1/namespaces/prow/secrets/hmac-token"))
        self.assertIn("hookplan", [fields["manager"] for fields in raw["metadata"]["managedFields"]])
        # One that was read before somebody else wrote is not put back.
        with open(self.path("old.json"), "w", encoding="utf-8") as file:
            json.dump(secret, file)
        self.kubectl("patch", "secret", "hmac-token", "--type=merge", "-p", '{"data":{"more":"eQ=="}}')
        self.assertIn("Conflict", self.kubectl("replace", "--validate=false", "-f", "old.json", status=1))
        with open(self.path("review.json"), "w", encoding="utf-8") as file:
            json.dump({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {
                "resourceAttributes": {"namespace": "prow", "verb": "update", "resource": "secrets"}}}, file)
        review = self.kubectl("create", "--raw", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "-f",
                              "review.json")
        self.assertTrue(json.loads(review)["status"]["allowed"])
        self.kubectl("delete", "secret", "hmac-token")
        self.assertIn("NotFound", self.kubectl("get", "secret", "hmac-token", status=1))

    @unittest.skipUnless(NODE and os.path.exists(CLIENT), "@kubernetes/client-node is absent")
    def test_client_of_node(self):
        client = (NODE, os.path.join(HERE, "kube_client.mjs"))
        self.run_it(*client, "create")
        self.hookplan_applies()
        self.assertEqual(self.run_it(*client, "check"), "ok\n")


if __name__ == "__main__":
    if not KUBECTL and not os.path.exists(CLIENT):
        print("skipped: neither kubectl nor @kubernetes/client-node is there")
        sys.exit(77)
    unittest.main(verbosity=2)
