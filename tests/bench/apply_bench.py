#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an apply costs: calls to the receiver for each entry, and time over the floor of those calls.

usage: apply_bench.py HOOKPLAN PING_FLOOR SOURCE

Rotates every entry of a token file, with a loopback receiver that validates like Prow's hook and people
as forge: a first run that stores, proves and hands over, a confirmation of everything, and a second run
that proves again and ends. The floor is a program that sends the same number of pings and does nothing
else, in the same round. Ratios are medians of three rounds.
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

hookplan, floor, source = sys.argv[1:]
ROUNDS = 3


def run(*command, codes=(0,)):
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode not in codes:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-2000:]}")
    return time.monotonic() - start


def config(entries, day):
    lines = [f"    acme/repository-{i:05}: {{token_created_after: {day}T00:00:00Z}}" for i in range(entries)]
    return "managed_webhooks:\n  org_repo_config:\n" + "\n".join(lines) + "\n"


def world(folder, entries, url):
    repository = folder / "repo"
    git = ["git", "-C", str(repository), "-c", "user.name=bench", "-c", "user.email=bench@hookplan.dev"]
    run("git", "init", "-q", "-b", "main", str(repository))
    (repository / ".hookplan.yaml").write_text(
        "version: 1\nforges: {people: {type: manual}}\nreceivers:\n"
        f"  hook: {{type: prow, url: {url}, store: {{type: file, path: {folder}/hmac.yaml}}}}\n"
        'routes: [{match: "*", forge: people, receiver: hook}]\n')
    for day in ("2020-01-01", "2025-01-01"):
        (repository / "config.yaml").write_text(config(entries, day))
        run(*git, "add", ".")
        run(*git, "commit", "-q", "-m", day)
    run(hookplan, "keygen", "--type", "ed25519", "--out", f"{folder}/ci.key")
    run(hookplan, "plan", "--repo", str(repository), "--config-path", "config.yaml", "--branch", "main", "--sign",
        f"file:{folder}/ci.key", "--out", f"{folder}/plan.dsse")


def tokens(folder, entries):
    store = folder / "hmac.yaml"
    for left in folder.glob("hmac.yaml*"):
        left.unlink()
    (folder / "handover.yaml").unlink(missing_ok=True)
    store.touch(0o600)
    store.write_text("".join(
        f'acme/repository-{i:05}:\n- created_at: "2020-02-01T00:00:00Z"\n  value: old{i:037}\n'
        for i in range(entries)))


def measure(entries):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        tokens(folder, entries)
        peer = subprocess.Popen([sys.executable, f"{source}/tests/peers/prow_hook.py", "--tokens",
                                 f"{folder}/hmac.yaml", "--port-file", f"{folder}/port", "--log", f"{folder}/log",
                                 "--seconds", "600"])
        try:
            while not (folder / "port").exists():
                time.sleep(0.02)
            url = f"http://127.0.0.1:{(folder / 'port').read_text().strip()}/hook"
            world(folder, entries, url)
            apply = [hookplan, "apply", f"{folder}/plan.dsse", "--key", f"{folder}/ci.key.pub", "--repo",
                     f"{folder}/repo", "--handover", f"{folder}/handover.yaml"]
            spent, ratios, calls = [], [], 0
            for _ in range(ROUNDS):
                tokens(folder, entries)
                (folder / "log").write_text("")
                seconds = run(*apply, codes=(7,))
                run(hookplan, "confirm", "--pattern", "*", "--handover", f"{folder}/handover.yaml")
                seconds += run(*apply)
                calls = len((folder / "log").read_text().splitlines())
                floor_seconds = run(floor, url, f"{folder}/hmac.yaml", str(calls))
                spent.append(seconds)
                ratios.append(seconds / floor_seconds)
            print(f"| {entries} | {calls / entries:.1f} | {statistics.median(spent):.1f} s | "
                  f"{1000 * statistics.median(spent) / entries:.1f} ms | {statistics.median(ratios):.1f} |", flush=True)
        finally:
            peer.terminate()
            peer.wait()


print("| entries | calls to the receiver an entry | apply | an entry | apply / the same calls alone |")
print("| ---: | ---: | ---: | ---: | ---: |")
for size in (10, 100, 1000):
    measure(size)
