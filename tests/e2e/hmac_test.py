#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`hookplan hmac` as the job of ci/prow runs it, while deliveries never stop: what Prow's tool does, what it does not,
and what is there after it was killed."""
import base64
import os
import random
import re
import signal
import subprocess
import tempfile
import textwrap
import time
import unittest

from hmac_world import FOREIGN, KUBE_TOKEN, LOGIN, OLD, World, document_of, yaml

BLOCKED, UNFINISHED, TOKEN_DOCUMENT, USAGE = 3, 7, 29, 64
AFTER = "2025-01-01T00:00:00Z"
LONG = bool(os.environ.get("HOOKPLAN_ALL_KILLS"))  # the form that takes minutes
KILLS = 20 if LONG else 3
ROTATED = 50
LAG = float(os.environ.get("HOOKPLAN_LAG", "0.5"))  # a kubelet may take 90 s
PROWS_FORM = re.compile(r'(?:[a-z0-9/-]+:\n(?:- created_at: "[0-9T:.-]+Z"\n  value: [0-9a-z-]+\n)+)+')


class Hmac(unittest.TestCase):
    def world(self, *words, **more):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        world = World(folder.name, *words, **more)
        self.addCleanup(world.close)
        return world

    def check_hooks(self, world, entries):
        secrets, tokens = world.secrets(), world.tokens()
        for name in entries:
            self.assertEqual(len(secrets[name]), 1, name)
            self.assertEqual(secrets[name][0], tokens[name][-1], name)
            self.assertRegex(secrets[name][0], "^[0-9a-f]{40}$")

    def check_end(self, world, entries):
        """One token each, all else in the Secret as it was, and no delivery was refused."""
        self.check_hooks(world, entries)
        tokens = world.tokens()
        self.assertEqual({name: len(values) for name, values in tokens.items()}, {name: 1 for name in entries})
        secret = world.behind("/_fake/secrets/prow/hmac-token")
        self.assertEqual(world.data()["other"], "not ours")
        for name, value in FOREIGN.items():
            self.assertEqual(secret["metadata"][name], value)
        state = world.state()
        self.assertEqual(state["refused"], [])
        self.assertGreater(state["accepted"], 0)

    def check_untold(self, world):
        told = "".join(world.outputs) + world.data().get("hmac.ledger", "")
        values = [value for values in world.tokens().values() for value in values]
        for secret in {LOGIN, KUBE_TOKEN, *world.old.values(), *values}:
            for form in (secret, base64.b64encode(secret.encode()).decode().rstrip("="), secret.encode().hex()):
                self.assertNotIn(form, told)

    def test_a_rotation_of_all(self):
        entries = [f"acme/r{number}" for number in range(ROTATED - 2)] + ["beta", "solo"]
        world = self.world(entries, bare=["foo/new"], lag=LAG, rate=40)
        every = {name: AFTER for name in [*entries, "foo/new"]}
        world.config(every)
        # First the dry run, which Prow's tool never had.
        before = world.version()
        out, _ = world.run(0, "--dry-run")
        self.assertIn("foo/new", out)
        self.assertEqual((world.version(), world.writes()), (before, 0))
        out, log = world.run(0)
        self.check_hooks(world, every)
        self.assertEqual({len(world.tokens()[name]) for name in entries}, {2})
        self.assertRegex(world.data()["hmac"], f"^{PROWS_FORM.pattern}$")
        # As Prow's own lines, for whoever searches logs.
        for line in log:
            self.assertEqual(line["component"], "hmac")
            self.assertEqual(line["level"], line["severity"])
            self.assertTrue(line["msg"] and line["time"].endswith("Z"))
        self.assertGreaterEqual(sum(line.get("step") == "point_hook" for line in log), ROTATED)
        self.assertEqual({(user, method) for user, method, *_ in world.behind("/_fake/log")},
                         {("hookplan", "GET"), ("hookplan", "PUT")})
        # The next run, an hour later.
        world.let_the_overlap_pass()
        world.run(0, job="ci-config-reconcile-hmacs")
        world.run(0)
        version, writes = world.version(), world.writes()
        world.run(0)
        self.assertEqual((world.version(), world.writes()), (version, writes))  # nothing is due, nothing is written
        self.check_end(world, every)
        self.check_untold(world)

    def test_killed_at_random_moments(self):
        entries = [f"acme/r{number}" for number in range(6)]
        world = self.world([*entries, "acme/gone"], bare=["foo/new"])
        every = {name: AFTER for name in [*entries, "foo/new"]}
        world.config(every)
        moments = random.Random(7)
        killed = 0
        for _ in range(KILLS):
            child = world.start(world.words())
            goal = world.asked() + moments.randint(1, 45)
            while world.asked() < goal and child.poll() is None:
                time.sleep(0.02)
            child.send_signal(signal.SIGKILL)
            world.end(child)
            killed += child.returncode == -signal.SIGKILL
            self.assertEqual(world.state()["refused"], [])
        self.assertGreater(killed, 0)
        world.run(0)
        world.let_the_overlap_pass()
        world.run(0)
        self.check_end(world, every)

    def test_what_prows_tool_left_half_done(self):
        """It died between the Secret and the hooks. Its own next run has every delivery refused, for ever."""
        old, new = "old-secret-of-o-r", "b" * 40
        world = self.world(["o/r"], bare=["o/new"], document=document_of({
            "o/r": [(old, OLD), (new, "2026-08-21T10:11:12.123456789Z")],
            "o/new": [("c" * 40, "2026-08-21T10:11:12.123456789Z")]}))
        world.config({"o/r": AFTER, "o/new": AFTER})
        world.run(0)
        self.assertEqual(world.secrets(), {"o/r": [new], "o/new": ["c" * 40]})
        self.assertEqual(world.tokens()["o/r"], [old, new])
        world.let_the_overlap_pass()
        world.run(0)
        self.check_end(world, ["o/r", "o/new"])
        self.assertEqual(world.tokens()["o/r"], [new])

    @unittest.skipUnless(LONG, "HOOKPLAN_ALL_KILLS=1: takes longer than the least overlap")
    def test_finish(self):
        """One run to the very end, as a job that has no periodic one beside it wants it."""
        world = self.world(["o/r", "o/gone"], bare=["o/new"], rate=10)
        world.config({"o/r": AFTER, "o/new": AFTER})
        world.run(0, "--overlap=1m", "--finish")
        self.check_end(world, ["o/r", "o/new"])

    def test_a_legacy_token(self):
        """One token for everything: promoted, then retired. Prow reads what is written at every moment."""
        legacy = "a-legacy-token-4711"
        world = self.world([], document=legacy + "\n")
        world.tell("seed", targets={"o/r": {"hooks": [{"config": {"url": world.url, "secret": legacy}}]}})
        world.config({"o/r": AFTER})
        world.run(TOKEN_DOCUMENT)  # as Prow: not without respect_legacy_global_token
        self.assertEqual(world.data()["hmac"], legacy + "\n")
        world.config({"o/r": AFTER}, "  respect_legacy_global_token: true\n")
        world.run(0)
        self.assertTrue(world.data()["hmac"].startswith(
            f"'*':\n- created_at: \"0001-01-01T00:00:00Z\"\n  value: {legacy}\no/r:\n"
            f"- created_at: \"2024-12-31T23:59:59Z\"\n  value: {legacy}\n- created_at: \"2026-"))
        world.let_the_overlap_pass()
        world.run(0)
        self.assertEqual(world.tokens()["*"], [legacy])
        world.config({"o/r": AFTER})
        out, _ = world.run(0)
        self.assertIn("respect_legacy_global_token", out)
        data = world.data()
        head, ledger = data["hmac.ledger"].splitlines()
        self.assertIn('"global_retired":"', ledger)
        world.put_data({**data, "hmac.ledger": head + "\n" + re.sub(
            '"global_retired":"[^"]*"', '"global_retired":"2026-01-01T00:00:00Z"', ledger) + "\n"})
        world.run(0)
        self.check_end(world, ["o/r"])

    def test_refusals(self):
        """What is not meant, or cannot be read, changes nothing anywhere."""
        world = self.world(["o/a", "o/b"], rate=1)
        document, version = world.data()["hmac"], world.version()

        def refused(code, told, *more):
            _, log = world.run(code, *more)
            self.assertEqual(world.version(), version)
            self.assertEqual(world.writes(), 0)
            self.assertIn(told, "".join(f"{line['msg']} {line.get('code')} {line['level']}" for line in log))
        # R2, S5: the section is gone, empty, or misspelt.
        for text in ("plank: {}\n", "managed_webhooks:\n", "managed_webhooks: {org_repo_config: {}}\n"):
            with open(world.path("config.yaml"), "w", encoding="utf-8") as file:
                file.write(text)
            refused(BLOCKED, "empty_section")
        world.config({"o/b": OLD})
        refused(BLOCKED, "max_removals", "--max-removals=0")
        world.config({"o/a": OLD, "o/b": "2099-01-01T00:00:00Z"})
        refused(5, "HP2105")
        refused(USAGE, "HP5003", "--hook-url=")
        # S6: one bad date, and the legacy token respected.
        world.put_data({"hmac": document.replace(OLD, "2021-01-01", 1), "other": "not ours"})
        version = world.version()
        world.config({"o/a": OLD, "o/b": AFTER}, "  respect_legacy_global_token: true\n")
        refused(TOKEN_DOCUMENT, "HP8003")

    def test_a_rotation_in_the_overlap_of_another(self):
        world = self.world(["o/r"], rate=20)
        world.config({"o/r": AFTER})
        world.run(0)
        time.sleep(1.1)  # so that the token is older than this second
        world.config({"o/r": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})
        first = world.secrets()
        _, log = world.run(UNFINISHED)
        self.assertIn("HP8208", [line.get("code") for line in log])
        self.assertEqual(world.secrets(), first)
        world.run(0, "--emergency")
        self.assertNotEqual(world.secrets(), first)
        self.assertEqual(len(world.tokens()["o/r"]), 3)
        world.let_the_overlap_pass()
        world.run(0)
        self.check_end(world, ["o/r"])

    def test_a_hook_that_cannot_be_seen(self):
        world = self.world(["o/a", "o/b"], rate=1)
        world.tell("seed", targets={"o/b": {"hidden": True, "hooks": [{"config": {"url": world.url, "secret": "x"}}]}})
        world.config({"o/a": AFTER, "o/b": OLD[:4] + "-01-01T00:00:00Z"})
        _, log = world.run(0)  # nothing is due for it: a warning, and the other one is rotated
        self.assertIn(("HP8404", "warning"), [(line.get("code"), line["level"]) for line in log])
        self.check_hooks(world, ["o/a"])
        world.config({"o/a": AFTER, "o/b": AFTER})
        _, log = world.run(UNFINISHED)
        self.assertIn(("HP8404", "error"), [(line.get("code"), line["level"]) for line in log])

    def test_invitations(self):
        """I1 to I5, with what Prow's tool does not get over (F23) among them."""
        world = self.world(["o/a", "big", "lone/repo"], bare=["o/new", "team"], rate=1)
        world.tell("seed", targets={"o/new": {"hidden": True}, "team": {"hidden": True}},
                   tokens={LOGIN: {"kind": "classic", "scopes": ["repo", "admin:org_hook", "admin:org"]}})
        world.tell("invite", repositories=[
            {"repository": None, "permissions": "admin"}, {"repository": "o/a", "permissions": "unaffiliated"},
            {"repository": "o/new", "permissions": "admin"}, {"repository": "big/one", "permissions": "admin"}],
            organizations=[{"login": "lone", "role": "admin"}, {"login": "team", "role": "admin"}])
        kept = OLD[:4] + "-01-01T00:00:00Z"
        every = {name: kept for name in ("o/a", "big", "lone/repo", "o/new", "team")}
        # I5: whoever does not want it is not even asked for.
        world.config({name: kept for name in ("o/a", "big", "lone/repo")})
        world.run(0)
        self.assertFalse([line for line in world.state()["requests"] if "invitations" in line or "memberships" in line])
        world.config(every, "  auto_accept_invitation: true\n")
        out, _ = world.run(0, "--dry-run")
        self.assertIn("invitation to o/new: is accepted first", out)
        self.assertEqual(world.state()["accepted_invitations"], [])
        _, log = world.run(0)
        # I1, I2; and not I3, the owner of an organization for one repository, nor I4, which nothing lists.
        self.assertEqual(sorted(world.state()["accepted_invitations"]), ["o/new", "team"])
        left = [line["msg"] for line in log if line.get("code") == "HP8135"]
        self.assertEqual([word for word in ("o/a", "lone", "big/one") if any(word in text for text in left)],
                         ["o/a", "lone"])
        self.check_hooks(world, ["o/new", "team"])


class JobFiles(unittest.TestCase):
    """What ci/prow has fits what the program says and takes."""
    FOLDER = os.path.join(os.environ["HOOKPLAN_SOURCE"], "ci/prow")

    def documents(self, name):
        with open(os.path.join(self.FOLDER, name), encoding="utf-8") as file:
            return list(yaml.safe_load_all(file))

    def hookplan(self, *words):
        return subprocess.run([os.environ["HOOKPLAN"], *words], capture_output=True, text=True, check=True).stdout

    def test_the_role_is_the_one_that_is_printed(self):
        printed = self.hookplan("help", "settings")
        role = textwrap.dedent(re.search(r" *kind: Role\n.*?verbs: [^\n]*\n", printed, re.DOTALL)[0])
        role = yaml.safe_load(role.replace("NAMESPACE", "default").replace("SECRET", "hmac-token"))
        account, ours, binding = self.documents("rbac.yaml")
        self.assertEqual(ours["rules"], role["rules"])
        self.assertEqual(binding["roleRef"]["name"], ours["metadata"]["name"])
        self.assertEqual(binding["subjects"][0]["name"], account["metadata"]["name"])

    def test_the_jobs(self):
        jobs, = self.documents("jobs.yaml")
        pods = [job["spec"] for job in [*jobs["periodics"], *jobs["postsubmits"]["example/config"]]]
        for job in [*jobs["periodics"], *jobs["postsubmits"]["example/config"]]:
            self.assertEqual(job["max_concurrency"], 1)
        for pod in pods:
            container, = pod["containers"]
            self.assertEqual(container["command"], ["hmac"])
            self.assertTrue(container["securityContext"]["runAsNonRoot"])
            mounts = {mount["name"] for mount in container["volumeMounts"]}
            self.assertEqual(mounts, {volume["name"] for volume in pod["volumes"]})

    def test_the_name_of_prows_tool(self):
        environment = {**os.environ, "PATH": f"{os.path.dirname(os.environ['HOOKPLAN'])}:{os.environ['PATH']}"}
        run = subprocess.run([os.path.join(self.FOLDER, "hmac"), "-help"], capture_output=True, text=True, env=environment,
                             check=True)
        self.assertTrue(run.stdout.startswith("Usage: hookplan hmac"))
        for script in ("hmac", "build-image"):
            subprocess.run(["sh", "-n", os.path.join(self.FOLDER, script)], check=True)

    def test_the_image(self):
        with open(os.path.join(self.FOLDER, "Containerfile"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        copied = [line.split()[-2] for line in lines if line.startswith("COPY") and "--from" not in line]
        for path in copied:
            self.assertTrue(os.path.exists(os.path.join(os.environ["HOOKPLAN_SOURCE"], path)), path)
        self.assertIn("USER 65532:65532", lines)


if __name__ == "__main__":
    unittest.main()
