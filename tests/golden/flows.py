#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Flow events of captures: every packet of a protocol is in one of them, every message too, by
type; the database says the same. Prints a TAP line. usage: flows.py IOTXDP"""

import collections
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

from compare import port_options

OPAQUE = ("mqtt_tls", "coaps")
FLOWS = ("mqtt", "websocket", "coap", "mqttsn") + OPAQUE


def run(program, path, database):
    done = subprocess.run([program, "-r", path, "-o", "json", "-o", "sqlite:" + database] +
                          port_options(path), capture_output=True, timeout=120, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def counted(summary):
    """Packets of protocols that have flows, messages by type, as the summary counts them."""
    packets = sum(int(n) for name, n in re.findall(r"^  (\w+) +(\d+)$", summary, re.M)
                  if name in FLOWS)
    refused = re.search(r"^  flows_refused +(\d+)", summary, re.M)
    types = collections.Counter()
    for name, n in re.findall(r"^  mqtt (\w+) +(\d+) +\d+$", summary, re.M):
        types[name] += int(n)
    for name, n in re.findall(r"^    (con|non|ack|rst) +(\d+)$", summary, re.M):
        types[name] += int(n)
    return packets - (int(refused.group(1)) if refused else 0), +types


def summed(flows):
    packets, types = 0, collections.Counter()
    for event in flows:
        flow, own = event["flow"], event["iotxdp"]
        packets += flow["pkts_toserver"] + flow["pkts_toclient"]
        for side in ("messages_toserver", "messages_toclient"):
            for name, n in own[side].items():
                if event["app_proto"] != "coap" or name in ("con", "non", "ack", "rst"):
                    types[name] += n
    del types["mqttsn"], types["tls_records"]
    return packets, +types


def faults_of(program, path, database):
    events, summary = run(program, path, database)
    flows = [e for e in events if e["event_type"] == "flow"]
    found = []
    if summed(flows) != counted(summary):
        found.append("flows %s, counted %s" % (summed(flows), counted(summary)))
    found += ["ends before it starts: %s" % f for f in flows
              if f["flow"]["start"] > f["flow"]["end"] or f["flow"]["end"] > f["timestamp"]]
    with sqlite3.connect(database) as db:
        rows = db.execute("SELECT count(*), coalesce(sum(packets_to_server + packets_to_client), "
                          "0) FROM flow WHERE end_reason IS NOT NULL").fetchone()
    if rows != (len({f["flow_id"] for f in flows}), summed(flows)[0]):
        found.append("the view has %s" % (rows,))
    if "DOES NOT HOLD" in summary:
        found.append("an identity does not hold")
    return found, len(flows)


def main():
    folder = os.path.join(os.environ.get("IOTXDP_SHARED", "../shared"), "captures")
    if not os.path.isdir(folder):
        print("ok - flows # SKIP no captures at %s (set IOTXDP_SHARED)" % folder)
        return 0
    bad = flows = 0
    names = sorted(n for n in os.listdir(folder) if n.endswith((".pcap", ".pcapng")))
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            found, n = faults_of(sys.argv[1], os.path.join(folder, name),
                                 os.path.join(scratch, name + ".db"))
            flows += n
            bad += bool(found)
            if found:
                print("not ok - flows %s\n# %s" % (name, "\n# ".join(found[:5])))
    bad += not flows
    print("%s - flows: %d of %d captures" % ("not ok" if bad else "ok", flows, len(names)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
