#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What GitHub is asked for, for each entry: requests and writes of a first rotation, of one whose hooks are
remembered, of an onboarding and of a removal.

usage: github_bench.py HOOKPLAN SOURCE"""
import os
import sys
import tempfile

os.environ["HOOKPLAN"], source = sys.argv[1:]
sys.path.insert(0, os.path.join(source, "tests", "e2e"))
from github_runs import World  # noqa: E402

ENTRIES = 20


def asked(world):
    """Reads, writes, and those of them that are pings."""
    lines = world.state()["requests"].items()
    return (sum(number for line, number in lines if line.startswith("GET")),
            sum(number for line, number in lines if not line.startswith("GET")),
            sum(number for line, number in lines if line.endswith("/pings")))


def row(name, world, act):
    before = asked(world)
    act()
    reads, writes, pings = (after - known for after, known in zip(asked(world), before))
    print(f"| {name} | {writes / ENTRIES:.1f}, of these {pings / ENTRIES:.1f} pings | {reads / ENTRIES:.1f} |")


def settled(world):
    world.let_the_overlap_pass()
    world.run(0, "settle", *world.common())


def measure(name, rotated, added, removed, more=None):
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, rotated, added, removed, rate=0)
        try:
            row(name, world, lambda: world.run(0, *world.apply_words(), "--only", "acme/x*"))
            if more:
                world.run(0, *world.apply_words())
                settled(world)
                world.run(0, "rotate", "acme/x*", *world.plan_words("again.dsse"))
                row(more, world, lambda: world.run(0, *world.apply_words("again.dsse")))
        finally:
            world.close()


names = [f"acme/x{number}" for number in range(ENTRIES)]
print("| for each entry | writes | reads |")
print("| --- | --- | --- |")
measure("onboarding", ["acme/r"], names, [])
measure("first rotation", names, [], [], "rotation of a hook that is remembered")
measure("removal", [f"acme/r{number}" for number in range(ENTRIES * 9)], [], names)
