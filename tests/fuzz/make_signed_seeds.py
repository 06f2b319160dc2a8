#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_signed_seeds.py HOOKPLAN: makes the seeds of testdata/fuzz/envelope and what envelope_fuzz
knows of them, signed_seeds.h. To be run when the format of plans changes. The keys are made for it
and are gone afterwards, so that nothing but the seeds can ever be verified."""
import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
CORPUS = TOP / "testdata/fuzz"
HOOKPLAN = str(pathlib.Path(sys.argv[1]).resolve())
NAMESPACE = "hookplan-approval@v1"
BEFORE = """managed_webhooks:
  org_repo_config:
    foo/bar: {token_created_after: 2018-10-02T15:00:00Z}
    foo/baz: {token_created_after: 2018-10-02T15:00:00Z}
"""
AFTER = {
    "rotate": BEFORE.replace("baz: {token_created_after: 2018", "baz: {token_created_after: 2019"),
    "remove": "".join(line for line in BEFORE.splitlines(True) if "baz" not in line),
}


def run(*words, text=None):
    return subprocess.run(words, input=text, check=True, stdout=subprocess.PIPE).stdout


def hookplan(*words):
    return run(HOOKPLAN, *words)


def payload(envelope):
    return base64.b64decode(json.loads(envelope)["payload"])


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def make_keys():
    for name, kind in (("planner", "p256"), ("alice", "ed25519"), ("mallory", "p256")):
        hookplan("keygen", "--out", name, "--type", kind)
    for name, kind in (("bob", "ed25519"), ("bob_again", "ecdsa"), ("dave", "ed25519")):
        run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", name)


def write(name, data):
    pathlib.Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())


def make_plan(kind):
    git = ("git", "-C", kind, "-c", "user.name=a", "-c", "user.email=a@example.com")
    run("git", "init", "-q", "-b", "main", kind)
    for text in (BEFORE, AFTER[kind]):
        write(f"{kind}/config.yaml", text)
        run(*git, "add", ".")
        run(*git, "-c", "commit.gpgsign=false", "commit", "-q", "-m", "change")
    hookplan("plan", "--repo", kind, "--config-path", "config.yaml", "--branch", "main",
             "--format", "json", "--out", f"{kind}.json")


def sign(kind, valid_for, out):
    hookplan("sign", f"{kind}.json", "--key", "file:planner", "--valid-for", valid_for, "--out", out)
    return pathlib.Path(out).read_bytes()


def approve(plan, key, out):
    digest = sha256(payload(pathlib.Path(plan).read_bytes()))
    hookplan("approve", plan, "--key", f"file:{key}", "--digest", digest, "--out", out)
    return pathlib.Path(out).read_bytes()


def attach(plan, key, out, hash_name="sha512"):
    signature = run("ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", NAMESPACE, "-O",
                    f"hashalg={hash_name}", text=hookplan("pae", plan))
    write("signature", signature)
    hookplan("attach", plan, "--signature", "signature", "--out", out)
    return pathlib.Path(out).read_bytes()


def settings():
    def pem(name):
        text = pathlib.Path(name + ".pub").read_text()
        return "|\n" + "".join(f"        {line}\n" for line in text.splitlines())

    def ssh(name):
        words = pathlib.Path(name + ".pub").read_text().split()[:2]
        text = " ".join(words)
        lines = [text[at:at + 80] for at in range(0, len(text), 80)]
        return '"' + "\\\n        ".join(lines) + '"\n'

    return f"""version: 1
policy:
  keys:
    planner:
      pem: {pem("planner")}    alice:
      pem: {pem("alice")}    bob:
      ssh: {ssh("bob")}    bob_again:
      owner: bob
      ssh: {ssh("bob_again")}  roles:
    planner: {{keys: [planner]}}
    approver: {{keys: [alice, bob, bob_again]}}
  rules:
    - {{if: {{kind: remove}}, require: {{approver: 2}}}}
  validity: {{longest: 31d}}
  allow: {{paths: [config.yaml], branches: [main]}}
"""


def malformed(good):
    """Envelopes that are refused, or read and not verified, or good in another spelling."""
    text = good.decode()
    plan = json.loads(text)
    signatures = plan["signatures"]

    def changed(**members):
        return json.dumps({**plan, **members}, separators=(",", ":"))

    def small(signature_list):
        return changed(payload="e30=", signatures=signature_list)

    one = {"sig": "AA=="}
    swapped = [{"keyid": signatures[1 - i]["keyid"], "sig": signatures[i]["sig"]} for i in (0, 1)]
    altered = base64.b64encode(payload(good).replace(b"foo/baz", b"foo/bax")).decode()
    return {
        "url-safe": text.translate(str.maketrans("+/", "-_")),
        "spaces": json.dumps(plan, indent=1),
        "unknown-member": changed(extra={"a": [1, True, None]}),
        "other-type": changed(payloadType="text/plain"),
        "small": small([one]),
        "empty": '{"payload":"","payloadType":"","signatures":[{"keyid":"","sig":""}]}',
        "no-signatures": small([]),
        "16-signatures": changed(signatures=[signatures[0]] * 16),
        "17-signatures": small([one] * 17),
        "twice": changed(signatures=[signatures[0]] * 2),
        "swapped-ids": changed(signatures=swapped),
        "no-ids": changed(signatures=[{"sig": each["sig"]} for each in signatures]),
        "duplicate-payload": '{"payload":"e30=",' + text[1:],
        "escaped-name": text.replace('"payloadType"', '"payload\\u0054ype"'),
        "altered": changed(payload=altered),
        "line-break": text.replace("eyJ", "eyJ\\n", 1),
        "number-as-id": small([{"keyid": 1, "sig": "AA=="}]),
        "cut-off": text[:200],
    }


def header(now, signed, good):
    def array(name, texts):
        lines = "".join(f'    "{text}",\n' for text in texts)
        return f"constexpr std::array<std::string_view, {len(texts)}> {name} = {{\n{lines}}};\n"

    return f"""// SPDX-License-Identifier: Apache-2.0
// Written by make_signed_seeds.py.
#pragma once

#include <array>
#include <string_view>

#include "core/base/instant.h"

namespace hookplan::seeds {{

// When the seeds are judged.
constexpr Instant kNow{{{now}, 0}};

constexpr std::string_view kSettings = R"({settings()})";

// What the keys of the policy signed: a rotation, a removal, and a rotation that is over.
{array("kSigned", signed)}
// SHA-256 of the seeds that must be verified.
{array("kGood", good)}
}}  // namespace hookplan::seeds
"""


def main():
    make_keys()
    for kind in AFTER:
        make_plan(kind)
    planned = {"rotate": sign("rotate", "30d", "rotate.dsse"),
               "remove": sign("remove", "30d", "remove.dsse")}
    expired = sign("rotate", "1s", "expired.dsse")
    now = int(time.time()) + 3600
    approve("remove.dsse", "alice", "remove.alice")
    attach("remove.dsse", "bob", "remove.bob")
    attach("remove.bob", "bob_again", "remove.one_owner")
    good = {
        "rotate-ed25519": approve("rotate.dsse", "alice", "rotate.alice"),
        "rotate-ssh-ed25519": attach("rotate.dsse", "bob", "rotate.bob"),
        "rotate-ssh-p256": attach("rotate.dsse", "bob_again", "rotate.again", "sha256"),
        "remove": hookplan("merge", "remove.alice", "remove.bob"),
        "remove-all": hookplan("merge", "remove.alice", "remove.one_owner"),
    }
    others = {
        "one-approver": pathlib.Path("remove.alice").read_bytes(),
        "one-owner": pathlib.Path("remove.one_owner").read_bytes(),
        "planner-alone": planned["rotate"],
        "expired": expired,
        "unknown-key": approve("rotate.dsse", "mallory", "rotate.mallory"),
        "unknown-ssh-key": attach("rotate.dsse", "dave", "rotate.dave"),
        "statement": payload(planned["rotate"]),
        **malformed(good["rotate-ed25519"]),
    }
    for old in CORPUS.glob("envelope/seed-*"):
        old.unlink()
    for name, data in {**{f"good-{name}": data for name, data in good.items()}, **others}.items():
        write(CORPUS / f"envelope/seed-{name}", data)
    write(CORPUS / "policy/seed-full", settings())
    signed = [*planned.values(), expired]
    for name, data in zip(("rotate", "remove", "expired"), signed):
        write(CORPUS / f"plan/seed-valid-{name}", payload(data))
    for case in TOP.glob("testdata/plans/*/plan.json"):
        write(CORPUS / f"plan/seed-{case.parent.name}", case.read_bytes())
    write(TOP / "tests/fuzz/signed_seeds.h",
          header(now, ["sha256:" + sha256(payload(each)) for each in signed],
                 [sha256(each) for each in good.values()]))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
