#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Measures iotxdp -r beside tshark and a bare libpcap loop, on captures of a known content.

All programs of a round run one after the other, and a ratio is taken within its round; a
figure is the median over the rounds. Time is CPU time, user and system, of the whole process:
the clock on the wall also counts what else the machine does. For tshark -T json, which takes
minutes for 100 MB, the first 10 MB of the same capture serve, and what it takes to start is
taken off. `kernel` measures the kernel half instead, `live` on live packets: see kernel.py and
live.py.
"""

import argparse
import collections
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import kernel
import live

BUILD = os.environ.get("BUILD", "build")
KINDS = ("mqtt3", "mqtt5", "coap", "ws")
SMALL, MIDDLE, LARGE = 10, 100, 1000  # megabytes
TSHARK_ROUNDS = 3
TSHARK_SIZES = {"json": SMALL, "fields": MIDDLE}
RSS_SPREAD = 1.2
FIELDS = ("frame.number", "ip.src", "tcp.srcport", "udp.srcport", "mqtt.msgtype", "mqtt.len", "mqtt.topic",
          "coap.code", "coap.mid")
TARGETS = {  # ratio: (least value, what it compares)
    "json_to_tshark_json": (100, "messages per second, -o json : tshark -T json"),
    "json_to_tshark_fields": (25, "messages per second, -o json : tshark -T fields"),
    "none_to_pcap_loop": (0.4, "packets per second, -o none : bare libpcap loop"),
    "ws_to_mqtt3": (0.6, "messages per second, -o json : the same without WebSocket"),
}


def program(name):
    return os.path.join(BUILD, name)


def tshark_command(how, capture):
    command = ["tshark", "-n", "-r", capture, "-T", how]
    return command + [word for field in FIELDS for word in ("-e", field)] if how == "fields" else command


class Bench:
    def __init__(self, scratch, rounds):
        self.scratch = scratch
        self.rounds = rounds
        self.faults = []

    def path(self, name):
        return os.path.join(self.scratch, name)

    def fault(self, text):
        self.faults.append(text)
        print(f"  WRONG: {text}", flush=True)

    def generate(self, kind, megabytes):
        """The path of a capture and what is in it."""
        capture = self.path(f"{kind}-{megabytes}.pcap")
        if not os.path.exists(capture):
            room = shutil.disk_usage(self.scratch).free
            if room < 2 * megabytes * 1000000:
                raise SystemExit(f"bench: {self.scratch} has no room for {megabytes} MB (TMPDIR names another place)")
            subprocess.run([program("tests/bench/gen"), kind, str(megabytes), capture], check=True)
        with open(capture + ".json", encoding="ascii") as truth:
            return capture, json.load(truth)

    def measure(self, command):
        """What a run took; its standard error is in "said"."""
        result = self.path("result.json")
        run = subprocess.run([program("tests/bench/measure"), result] + command, check=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        with open(result, encoding="ascii") as f:
            took = json.load(f)
        if took["status"]:
            raise SystemExit(f"bench: {' '.join(command)}: exit status {took['status']}\n{run.stderr}")
        return took | {"said": run.stderr}

    def iotxdp(self, capture, sink):
        return self.measure([program("iotxdp"), "-r", capture, "-o", sink])

    # --- are the counts right? ---------------------------------------------------------------

    def check_summary(self, what, said, truth):
        """Every type's decoded messages, as the summary tells them."""
        rows = re.findall(r"^  (mqtt [a-z]+|coap) +\d+ +(\d+)$", said, re.M)
        decoded = {name: int(n) for name, n in rows if int(n)}
        expected = {name: n for name, n in truth["types"].items() if n}
        if decoded != expected:
            self.fault(f"{what}: decoded {decoded}, in the capture are {expected}")
        if "DOES NOT HOLD" in said:
            self.fault(f"{what}: the counters do not add up")

    def check_json(self, kind):
        """Every type's events, counted in the lines of -o json themselves."""
        capture, truth = self.generate(kind, SMALL)
        counts = collections.Counter()
        command = [program("iotxdp"), "-q", "-r", capture, "-o", "json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
            for line in run.stdout:
                event = json.loads(line)
                of = event["event_type"]
                if of not in ("mqtt", "coap"):  # what carries them is shown too
                    counts["finding"] += of == "finding"
                    continue
                counts["coap" if of == "coap" else f"{of} {next(iter(event[of]))}"] += 1
                if event["iotxdp"]["verdict"] != "ok":
                    counts["faulty"] += 1
        expected = {name: n for name, n in truth["types"].items() if n}
        if dict(+counts) != expected:
            self.fault(f"{kind}: JSON lines {dict(counts)}, in the capture are {expected}")

    # --- speed ---------------------------------------------------------------------------------

    def start_up(self, how):
        """What tshark takes for a capture without packets; nothing to take off a whole one."""
        if TSHARK_SIZES[how] == MIDDLE:
            return 0
        empty = self.path("empty.pcap")
        capture, _ = self.generate("mqtt3", SMALL)
        with open(capture, "rb") as f, open(empty, "wb") as out:
            out.write(f.read(24))
        return statistics.median(self.measure(tshark_command(how, empty))["cpu_s"] for _ in range(3))

    def round_of(self, kind, number, start_up):
        capture, truth = self.generate(kind, MIDDLE)
        runs = {
            "pcap_loop": lambda: self.measure([program("tests/bench/pcap_loop"), capture]),
            "none": lambda: self.iotxdp(capture, "none"),
            "json": lambda: self.iotxdp(capture, "json:/dev/null"),
        }
        order = list(runs) if number % 2 else list(reversed(runs))
        took = {name: runs[name]() for name in order}
        rates = {"messages": truth["messages"], "packets": truth["packets"], "bytes": truth["bytes"]}
        figures = {name: {"cpu_s": t["cpu_s"], "rss_kb": t["rss_kb"]} | {
            what + "_per_s": n / t["cpu_s"] for what, n in rates.items()} for name, t in took.items()}
        if number < TSHARK_ROUNDS and kind != "ws":
            for how in start_up:
                part, part_truth = self.generate(kind, TSHARK_SIZES[how])
                t = self.measure(tshark_command(how, part))
                seconds = t["cpu_s"] - start_up[how]
                figures["tshark_" + how] = {"cpu_s": seconds, "rss_kb": t["rss_kb"]} | {
                    what + "_per_s": part_truth[what] / seconds for what in rates}
        return figures, took

    def speed(self, kind, start_up):
        """Medians of each program's figures, and of the ratios within rounds."""
        _, truth = self.generate(kind, MIDDLE)
        values, ratios = collections.defaultdict(list), collections.defaultdict(list)
        decodes = True
        for number in range(self.rounds):
            figures, took = self.round_of(kind, number, start_up)
            decodes = re.search(r"^  (mqtt publish|coap) +\d+ +[1-9]", took["json"]["said"], re.M) is not None
            for sink in ("json", "none") if decodes else ():
                self.check_summary(f"{kind}, -o {sink}", took[sink]["said"], truth)
            for name, figure in figures.items():
                for what, value in figure.items():
                    values[name, what].append(value)
            rate = lambda name, what: figures[name][what + "_per_s"]
            ratios["none_to_pcap_loop"].append(rate("none", "packets") / rate("pcap_loop", "packets"))
            for how in start_up if "tshark_json" in figures else ():
                ratios["json_to_tshark_" + how].append(rate("json", "messages") / rate("tshark_" + how, "messages"))
        result = {"kind": kind, "decoded": decodes, "truth": truth, "programs": collections.defaultdict(dict)}
        for (name, what), all_values in values.items():
            result["programs"][name][what] = statistics.median(all_values)
        result["ratios"] = {name: statistics.median(r) for name, r in ratios.items()} if decodes else {}
        return result

    # --- memory --------------------------------------------------------------------------------

    def memory(self, kind):
        """Peak of resident memory by size of the capture; the largest one is deleted at once."""
        peaks = {}
        for megabytes in (SMALL, MIDDLE, LARGE):
            capture, truth = self.generate(kind, megabytes)
            took = self.iotxdp(capture, "json:/dev/null")
            self.check_summary(f"{kind}, {megabytes} MB", took["said"], truth)
            peaks[megabytes] = took["rss_kb"]
            if megabytes == LARGE:
                os.unlink(capture)
        return peaks


def millions(value):
    return f"{value / 1e6:8.3f}"


def print_speed(result):
    kind, truth = result["kind"], result["truth"]
    print(f"\n{kind}: {truth['packets']} packets, {truth['messages']} messages in {truth['bytes'] / 1e6:.0f} MB")
    print(f"  {'':<15}{'CPU s':>9} {'Mmsg/s':>8} {'Mpkt/s':>8} {'MB/s':>9} {'peak MB':>8}")
    for name, p in result["programs"].items():
        decodes = name != "pcap_loop" and result["decoded"]
        note = " (of the first 10 MB)" if name == "tshark_json" else ""
        print(f"  {name:<15}{p['cpu_s']:>9.3f} {millions(p['messages_per_s']) if decodes else '-':>8} "
              f"{millions(p['packets_per_s'])} {p['bytes_per_s'] / 1e6:>9.1f} {p['rss_kb'] / 1024:>8.1f}{note}")
    if not result["decoded"]:
        print("  MQTT over WebSocket is not decoded: no ratios")


def judge(results, memory):
    """The table of targets; how many were missed."""
    missed = 0
    print("\ntargets")
    for result in results:
        for name, value in sorted(result["ratios"].items()):
            least, sentence = TARGETS[name]
            missed += value < least
            print(f"  {result['kind']:<6} {sentence:<52} {value:>8.2f} (at least {least}): "
                  f"{'met' if value >= least else 'MISSED'}")
    for kind, peaks in memory.items():
        spread = max(peaks.values()) / min(peaks.values())
        missed += spread > RSS_SPREAD
        sizes = ", ".join(f"{size} MB: {kb / 1024:.1f}" for size, kb in peaks.items())
        print(f"  {kind:<6} peak memory in MB ({sizes}) {spread:.2f} (at most {RSS_SPREAD}): "
              f"{'met' if spread <= RSS_SPREAD else 'MISSED'}")
    return missed


def machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as f:
        model = re.search(r"^model name\s*:\s*(.*)$", f.read(), re.M)
    return f"{os.cpu_count()} x {model.group(1) if model else platform.machine()}, Linux {platform.release()}"


def capture_bench(args):
    """Everything about captures; how many targets were missed and counts are wrong."""
    with_tshark = not args.no_tshark and shutil.which("tshark") is not None
    print(f"captures: medians of {args.rounds} rounds (tshark: {TSHARK_ROUNDS}), CPU time")
    with tempfile.TemporaryDirectory(prefix="iotxdp-bench-") as scratch:
        bench = Bench(scratch, args.rounds)
        start_up = {how: bench.start_up(how) for how in TSHARK_SIZES} if with_tshark else {}
        results = []
        for kind in args.kinds:
            results.append(bench.speed(kind, start_up))
            print_speed(results[-1])
            if results[-1]["decoded"]:
                bench.check_json(kind)
        by_kind = {r["kind"]: r for r in results}
        if "ws" in by_kind and by_kind["ws"]["decoded"] and "mqtt3" in by_kind:
            rate = [by_kind[kind]["programs"]["json"]["messages_per_s"] for kind in ("ws", "mqtt3")]
            by_kind["ws"]["ratios"]["ws_to_mqtt3"] = rate[0] / rate[1]
        memory = {r["kind"]: bench.memory(r["kind"]) for r in results if r["decoded"] and not args.no_memory}
    missed = judge(results, memory)
    print("counts: " + ("WRONG, see above" if bench.faults else "equal to what was generated"))
    if not with_tshark:
        print("tshark was not measured")
    with open(program("bench.json"), "w", encoding="ascii") as out:
        json.dump({"machine": machine(), "rounds": args.rounds, "tshark_start_up_s": start_up, "speed": results,
                   "memory_kb": memory, "missed": missed, "faults": bench.faults}, out, indent=1)
    return missed + len(bench.faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="capture|kernel|live", help="default: all")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS, help="of captures")
    parser.add_argument("--no-tshark", action="store_true", help="leave tshark out, which takes most of the time")
    parser.add_argument("--no-memory", action="store_true", help="leave the captures of 1 GB out")
    parser.add_argument("--cases", nargs="+", default=(), help="of the kernel half, by name")
    args = parser.parse_args()
    what = args.what or ("capture", "kernel", "live")
    if set(what) - {"capture", "kernel", "live"}:
        parser.error(f"what is {' '.join(what)}?")
    print(machine())
    missed = kernel.bench(BUILD, 2 * args.rounds + 1, args.cases) if "kernel" in what else 0
    missed += live.bench(BUILD, args.rounds) if "live" in what else 0
    missed += capture_bench(args) if "capture" in what else 0
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
