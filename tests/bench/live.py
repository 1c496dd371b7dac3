# SPDX-License-Identifier: GPL-2.0-only
"""The kernel half on live packets: what live_bench measured, against the targets.

Who receives works in the sender's time, so a rate is packets per second of the sender's CPU
time; a ratio is taken within its round, and a figure is the median over the rounds. The clock
on the wall also counts what else the machine does.
"""

import json
import os
import statistics
import subprocess

PACKETS = 1000000


def rate_to(receiver, other):
    """The packet rate of a receiver, to another one's."""
    return lambda told: statistics.median(
        a / b for a, b in zip(told["receivers"][receiver]["per_cpu_s"], told["receivers"][other]["per_cpu_s"]))


def read_out(told):
    return statistics.median(a / b for a, b in zip(told["batch_ns"], told["lines_ns"]))


TARGETS = (  # id, limit, is it the least, what it compares, how
    ("R2", 0.90, True, "a sample of every packet : XDP_PASS", rate_to("sampler", "pass")),
    ("R2", 1.40, True, "a sample of every packet : tcpdump -w /dev/null", rate_to("sampler", "tcpdump")),
    ("L1", 0.92, True, "CoAP, 1,024 flows : XDP_PASS", rate_to("coap-1K", "pass")),
    ("L1", 0.85, True, "CoAP, 131,072 flows : XDP_PASS", rate_to("coap-128K", "pass-128K")),
    ("L1", 0.92, True, "MQTT, 1,024 flows : XDP_PASS", rate_to("mqtt-1K", "pass-mqtt")),
    ("L1", 0.85, True, "MQTT, 131,072 flows : XDP_PASS", rate_to("mqtt-128K", "pass-mqtt-128K")),
    ("D1", 50, True, "reading a flow, 1,048,576 of them : BPF_MAP_LOOKUP_BATCH", read_out),
    ("M1", 64, False, "bytes of a slot, IPv4", lambda told: told["slot4"]),
    ("M1", 128, False, "bytes of a slot, IPv6", lambda told: told["slot6"]),
)


def lost(told):
    """Who was to see every packet, and did not; tcpdump may, at its own price."""
    return {name: r["sent"] - r["seen"] for name, r in told["receivers"].items()
            if not name.startswith("pass") and r["sent"] != r["seen"]}


def print_told(told):
    print(f"\n  {'':<16}{'flows':>8} {'packets':>9} {'lost':>8}   millions a second: of CPU time, on the wall")
    for name, r in told["receivers"].items():
        missing = "-" if name.startswith("pass") else r["sent"] - r["seen"]
        cpu, wall = (statistics.median(r[key]) / 1e6 for key in ("per_cpu_s", "per_s"))
        print(f"  {name:<16}{r['flows']:>8} {r['sent']:>9} {missing:>8}   {cpu:.2f}  {wall:.2f}")
    ns = {key: statistics.median(told[key + "_ns"]) for key in ("batch", "lines", "whole", "ring")}
    print(f"  {told['flows']} flows read out, ns each: {ns['lines']:.1f}; as whole records {ns['whole']:.0f}; "
          f"BPF_MAP_LOOKUP_BATCH {ns['batch']:.0f}")
    print(f"  ring records of 64 bytes read, millions per second of CPU time: {1e3 / ns['ring']:.0f}")
    print(f"  beside a slot: {told['bucket_share']} bytes of its bucket, {told['counts']} of counts by type, "
          f"{told['wide']} of what few flows need")


def judge(told):
    missing = lost(told)
    rows = []
    print("\ntargets")
    for name, limit, least, sentence, how in TARGETS:
        value = how(told)
        met = (value >= limit if least else value <= limit) and not (name == "R2" and "sampler" in missing)
        rows.append({"id": name, "what": sentence, "value": value, "limit": limit, "met": met})
        print(f"  {name:<3} {sentence:<58} {value:>7.2f} (at {'least' if least else 'most'} {limit}): "
              f"{'met' if met else 'MISSED'}")
    return rows


def bench(build, rounds):
    """Runs it, prints a table, writes bench-live.json; how many targets were missed."""
    if os.geteuid() != 0:
        print("live packets were not measured: that needs root")
        return 0
    print(f"live packets: medians of {rounds} rounds, CPU time", flush=True)
    command = [os.path.join(build, "tests/bench/live_bench"), str(rounds), str(PACKETS)]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print_told(told)
    rows = judge(told)
    with open(os.path.join(build, "bench-live.json"), "w", encoding="ascii") as out:
        json.dump({"rounds": rounds, "packets": PACKETS, "told": told, "targets": rows}, out, indent=1)
    return sum(not row["met"] for row in rows)
