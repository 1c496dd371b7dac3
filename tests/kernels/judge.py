#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Judges what a machine of scripts/kernels.sh has said.

usage: judge.py CONSOLE TRUTH.json...     its last line is the verdict in a few words

Both ends of the pair are watched, so everything is counted twice: once on its way out, once on
its way in.
"""

import json
import re
import sys

CEILING = 300000


def faults_of_summary(name, text, truth):
    """What is wrong with a run's summary."""
    packets = re.search(r"^packets +(\d+) +(\d+) +(\d+)$", text, re.M)
    if not packets:
        return [f"{name}: no summary"]
    faults = []
    expected = (2 * truth["packets"], truth["packets"], truth["packets"])
    if tuple(map(int, packets.groups())) != expected:
        faults.append(f"{name}: packets all, in, out {packets.groups()}, sent were {expected}")
    rows = {kind: (int(counted), int(decoded)) for kind, counted, decoded in
            re.findall(r"^  (mqtt [a-z]+|coap) +(\d+) +(\d+)$", text, re.M)}
    for kind, n in truth["types"].items():
        if n and rows.get(kind) != (2 * n, 2 * n):
            faults.append(f"{name}: {kind}: counted and decoded {rows.get(kind)}, sent {n}")
    if "DOES NOT HOLD" in text or "I1" not in text:
        faults.append(f"{name}: the counters do not add up")
    return faults


def sum_of(files):
    truth = {"packets": 0, "types": {}}
    for name in files:
        with open(name, encoding="ascii") as f:
            one = json.load(f)
        truth["packets"] += one["packets"]
        for kind, n in one["types"].items():
            truth["types"][kind] = truth["types"].get(kind, 0) + n
    return truth


def main():
    with open(sys.argv[1], encoding="utf-8", errors="replace") as f:
        text = f.read()
    truth = sum_of(sys.argv[2:])
    faults = re.findall(r"^@@ failed: (.*)$", text, re.M)
    up = re.search(r"^@@ up (\S+)$", text, re.M)
    faults += [] if up else ["it did not come up"]
    faults += [] if "\n@@ done" in text else ["it did not come to its end"]
    costs = re.findall(r"^# (\d+) of \d+ instructions: (\w+)$", text, re.M)
    faults += [f"{name}: {n} instructions" for n, name in costs if not 0 < int(n) <= CEILING]
    faults += [] if len(costs) >= 2 else ["the verifier's figures are missing"]
    for name in ("chosen", "plain"):
        summary = re.search(rf"^@@ summary {name}\n(.*?)^@@ end$", text, re.M | re.S)
        faults += faults_of_summary(name, summary.group(1) if summary else "", truth)
    for n, name in costs:
        print(f"{n} instructions: {name}")
    for fault in faults:
        print(f"WRONG: {fault}")
    print(f"{up.group(1) if up else 'none'}, {truth['packets']} packets and "
          f"{sum(truth['types'].values())} messages on both ends, counted and decoded")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
