# SPDX-License-Identifier: GPL-2.0-only
"""The kernel half beside its yardsticks: what kernel_bench measured, against the targets.

"Added" is what a program costs above bare XDP_PASS: the median, over the rounds, of its slice
less the slice of XDP_PASS of the same round. Ratios are of what is added.
"""

import json
import os
import statistics
import subprocess


class Case:
    def __init__(self, told):
        self.name = told["case"]
        self.told = told
        self.ns = told["ns"]
        self.right = told["counted"] == told["expected"]

    def added(self, target):
        return statistics.median(a - b for a, b in zip(self.ns[target], self.ns["pass"]))

    def whole(self, target):
        return statistics.median(a / b for a, b in zip(self.ns[target], self.ns["pass"]))


def to(target):
    """The whole program, to a yardstick's."""
    return lambda case: case.added("subject") / case.added(target)


def to_case(name):
    return lambda case, others: case.added("subject") / others[name].added("subject")


def further_message(case, others):
    """One more message in a segment, to a helper that loads five bytes."""
    return (case.added("subject") - others["mqtt"].added("subject")) / 15 / others["mqtt"].added("load")


def sample(target):
    """The sample alone, round by round: its time is the same reading of the clock for everybody."""
    return lambda case: statistics.median(
        with_it - without - (clock - bare) for with_it, without, clock, bare in
        zip(*(case.ns[name] for name in ("subject2", "subject", "clock", "pass")))) / case.added(target)


TARGETS = (  # id, case, at most, what it compares, how
    ("K0", "other-tcp", 1.35, "not IoT, TCP : XDP_PASS", lambda case: case.whole("subject")),
    ("K0", "other-udp", 1.35, "not IoT, UDP : XDP_PASS", lambda case: case.whole("subject")),
    ("K1", "mqtt", 0.60, "MQTT, 1 message : parse + LRU_HASH", to("lru")),
    ("K2", "coap", 0.50, "CoAP : parse + LRU_HASH", to("lru")),
    ("K3", "mqtt-16", 0.30, "each further MQTT message : bpf_xdp_load_bytes(5)", further_message),
    ("K4", "mqtt-ipv6", 1.25, "MQTT over IPv6 : over IPv4", to_case("mqtt")),
    ("K4", "mqtt-vlan", 1.25, "MQTT over IPv4, VLAN : without", to_case("mqtt")),
    ("K4", "mqtt-qinq", 1.25, "MQTT over IPv4, QinQ : without", to_case("mqtt")),
    ("K5", "bare-1M", 1.40, "1,048,576 flows, the flow alone : one read of memory", to("read")),
    ("K5", "bare-1M", 0.55, "1,048,576 flows, the flow alone : parse + LRU_HASH", to("lru")),
    ("K5", "mqtt-1M", 2.20, "1,048,576 flows, MQTT, 1 message : one read of memory", to("read")),
    ("K5", "mqtt-1M", 0.75, "1,048,576 flows, MQTT, 1 message : parse + LRU_HASH", to("lru")),
    ("K7", "churn", 0.30, "table full, every packet a new flow : parse + LRU_HASH", to("lru")),
    ("K8", "websocket", 6.00, "MQTT in masked WebSocket : MQTT (aimed at: 2)", to_case("mqtt")),
    ("R1", "sample-64", 0.20, "a sample of 64 bytes, but its clock : perf_event_output", sample("perf")),
    ("R1", "sample-64", 0.50, "a sample of 64 bytes, but its clock : ringbuf_output", sample("ring")),
)


def ratio_of(how, case, others):
    return how(case, others) if how.__code__.co_argcount == 2 else how(case)


def print_cases(cases):
    print(f"\n  {'':<12}{'flows':>8} {'XDP_PASS':>9}   nanoseconds of CPU time per packet above it")
    for case in cases.values():
        flows = case.told["flows"] or "new ones"
        added = "  ".join(f"{target} {case.added(target):.1f}" for target in case.ns if target != "pass")
        print(f"  {case.name:<12}{flows:>8} {statistics.median(case.ns['pass']):>9.1f}   {added}")
        if not case.right:
            print(f"  WRONG: {case.name}: counted {case.told['counted']} of {case.told['expected']}")


def judge(cases):
    rows = []
    print("\ntargets")
    for name, case_name, limit, sentence, how in TARGETS:
        if case_name not in cases or (how.__code__.co_argcount == 2 and "mqtt" not in cases):
            continue
        case = cases[case_name]
        value = ratio_of(how, case, cases)
        met = value <= limit and case.right
        rows.append({"id": name, "case": case_name, "what": sentence, "value": value, "at_most": limit, "met": met})
        print(f"  {name:<3} {sentence:<58} {value:>7.2f} (at most {limit:.2f}): "
              f"{'met' if met else 'MISSED' if case.right else 'WRONG COUNT'}")
    return rows


def bench(build, rounds, names):
    """Runs it, prints a table, writes bench-kernel.json; how many targets were missed."""
    if os.geteuid() != 0:
        print("the kernel half was not measured: that needs root")
        return 0
    print(f"the kernel half: medians of {rounds} rounds, CPU time", flush=True)
    command = [os.path.join(build, "tests/bench/kernel_bench"), str(rounds), *names]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(run.stdout)
    cases = {case["case"]: Case(case) for case in told}
    print_cases(cases)
    rows = judge(cases)
    with open(os.path.join(build, "bench-kernel.json"), "w", encoding="ascii") as out:
        json.dump({"rounds": rounds, "cases": told, "targets": rows}, out, indent=1)
    return sum(not row["met"] for row in rows)
