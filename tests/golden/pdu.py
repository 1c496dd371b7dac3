#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What Wireshark makes of the files that `-o pdu` and `-o pcapng` write: tshark shows each
message of a PDU file as our JSON does (frame, protocol, type, topics, code), and the frames
of a pcapng file, read again by iotxdp, give the same messages.

Prints one TAP line per capture of IOTXDP_SHARED/captures. usage: pdu.py IOTXDP"""

import json
import os
import subprocess
import sys
import tempfile

MQTT_TYPES = ("reserved connect connack publish puback pubrec pubrel pubcomp subscribe suback "
              "unsubscribe unsuback pingreq pingresp disconnect auth").split()
MQTTSN_PORT = 1884  # Wireshark knows no port of MQTT-SN unless it is told
FIELDS = ["exported_pdu.orig_fno", "frame.protocols", "mqtt.msgtype", "mqtt.topic", "coap.code",
          "dns.id", "mqttsn.msg.type"]
WITH_STATISTICS = "zeek__mqtt.pcap"
EXPORTED = ("mqtt", "coap", "mqttsn", "dns", "mdns")


def run(command, status=(0,)):
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    if done.returncode not in status:
        raise AssertionError("%s: exit status %d: %s" % (command[0], done.returncode,
                             done.stderr.decode(errors="replace").strip()[-300:]))
    return done


def tshark_rows(path):
    """One dict per packet, of lists: a field may stand in it several times."""
    command = ["tshark", "-n", "-r", path, "-o", "mqttsn.udp.port:%d" % MQTTSN_PORT, "-T", "fields",
               "-E", "separator=/t", "-E", "aggregator=\x1f"]
    for field in FIELDS:
        command += ["-e", field]
    done = run(command)
    if b"Dissector bug" in done.stderr:
        raise AssertionError(done.stderr.decode(errors="replace").strip()[-300:])
    for line in done.stdout.decode().split("\n")[:-1]:
        yield {f: v.split("\x1f") if v else [] for f, v in zip(FIELDS, line.split("\t"))}


def mqtt_topics(kind, fields):
    if kind in ("publish", "connect"):
        topic = fields.get("topic")
        return [topic] if topic else []
    return [t["topic"] if isinstance(t, dict) else t for t in fields.get("topics", [])]


def fault_of(event, row):
    """What tshark shows otherwise than we do; empty if nothing."""
    name = event["event_type"]
    frame = [str(event["pcap_cnt"])]
    if row["exported_pdu.orig_fno"] != frame:
        return "frame %s" % row["exported_pdu.orig_fno"]
    if event["iotxdp"]["verdict"] == "malformed":
        return ""  # how far a decoder comes then is its own affair
    if name == "mqtt":
        (kind, fields), = event["mqtt"].items()
        if row["mqtt.msgtype"] != [str(MQTT_TYPES.index(kind))]:
            return "MQTT type %s" % row["mqtt.msgtype"]
        topics = mqtt_topics(kind, fields)
        # A topic that an alias alone names is resolved by tshark too, until it is bound anew.
        if row["mqtt.topic"] != topics and "topic_alias" not in event["iotxdp"]:
            return "MQTT topic %s" % row["mqtt.topic"]
    elif name == "coap":
        code = event["coap"]["code"]
        number = int(code[0]) * 32 + int(code[2:])
        if row["coap.code"][:1] != [str(number)]:
            return "CoAP code %s" % row["coap.code"]
    elif name in ("dns", "mdns"):
        if row["dns.id"] != ["0x%04x" % event["dns"]["id"]]:
            return "DNS id %s" % row["dns.id"]
    elif not row["mqttsn.msg.type"]:
        return "no MQTT-SN: %s" % row["frame.protocols"]
    return ""


def events_of(stdout):
    return [json.loads(line) for line in stdout.splitlines()]


def check_pdu(events, path):
    messages = [e for e in events if e["event_type"] in EXPORTED]
    rows = list(tshark_rows(path))
    if len(rows) != len(messages):
        return ["tshark shows %d messages of %d" % (len(rows), len(messages))]
    found = [(e, fault_of(e, r)) for e, r in zip(messages, rows)]
    return ["%s; we say %s" % (f, json.dumps(e)[:400]) for e, f in found if f]


def without_frames(fields):
    return {k: without_frames(v) if isinstance(v, dict) else v for k, v in fields.items()
            if k not in ("pcap_cnt", "frame") and not k.endswith("_frame")}


def content(events):
    """All that does not depend on the place in the file."""
    return [json.dumps(without_frames(e)) for e in events]


def check_frames(program, events, path):
    """Read again, they give the same."""
    again = events_of(run([program, "-q", "-r", path, "-o", "json"]).stdout)
    if content(again) != content(events):
        return ["%d events of its frames, %d before" % (len(again), len(events))]
    return []


def check(program, path, scratch):
    pdu, frames = os.path.join(scratch, "pdu"), os.path.join(scratch, "frames")
    done = run([program, "-r", path, "-o", "json", "-o", "pdu:" + pdu, "-o", "pcapng:" + frames],
               status=(0, 1))
    if done.returncode:
        return None
    if b"DOES NOT HOLD" in done.stderr or done.stderr.count(b"I5 p") != 2:
        return ["the summary does not add up"]
    events = events_of(done.stdout)
    return check_pdu(events, pdu) + check_frames(program, events, frames)


def statistics_faults(program, path, scratch):
    """The frames, their numbers and what is told of the interface, as tshark sees them."""
    frames = os.path.join(scratch, "frames")
    summary = run([program, "-r", path, "-o", "pcapng:" + frames]).stderr.decode()
    count = int(summary.split("I5 pcapng: frames ")[1].split()[0])
    rows = run(["tshark", "-n", "-r", frames, "-T", "fields", "-e", "frame.packet_id"]).stdout
    ids = [int(i, 0) for i in rows.split()]
    if len(ids) != count or ids != sorted(set(ids)) or ids[0] < 1:
        return ["tshark sees frames %s of %d" % (ids, count)]
    return []


def main():
    program = sys.argv[1]
    folder = os.path.join(os.environ.get("IOTXDP_SHARED", "../shared"), "captures")
    if not os.path.isdir(folder):
        print("1..0 # SKIP no captures in %s" % folder)
        return 0
    names = sorted(n for n in os.listdir(folder) if ".pcap" in n)
    bad = 0
    print("1..%d" % len(names))
    for i, name in enumerate(names):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                faults = check(program, os.path.join(folder, name), scratch)
                if name == WITH_STATISTICS:
                    faults += statistics_faults(program, os.path.join(folder, name), scratch)
            except (AssertionError, subprocess.TimeoutExpired) as fault:
                faults = [str(fault)]
        bad += bool(faults)
        skip = " # SKIP not read" if faults is None else ""
        print("%sok %d - %s%s" % ("not " if faults else "", i + 1, name, skip))
        for fault in (faults or [])[:5]:
            print("#   " + fault)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
