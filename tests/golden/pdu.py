#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What Wireshark makes of the files that `-o pdu` and `-o pcapng` write: tshark shows each
message of a PDU file as our JSON does (frame, ends, protocol, type, topics, code) with its
findings as comments, and the frames of a pcapng file, read again by iotxdp, give the same
messages.

Prints one TAP line per capture of IOTXDP_SHARED/captures, and of those of pdu_gen.py.
usage: pdu.py IOTXDP"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile

import pdu_gen

MQTT_TYPES = ("reserved connect connack publish puback pubrec pubrel pubcomp subscribe suback "
              "unsubscribe unsuback pingreq pingresp disconnect auth").split()
MQTTSN_TYPES = {name: number for number, name in enumerate(
    "advertise searchgw gwinfo - connect connack willtopicreq willtopic willmsgreq willmsg register "
    "regack publish puback pubcomp pubrec pubrel - subscribe suback unsubscribe unsuback pingreq "
    "pingresp disconnect - willtopicupd willtopicresp willmsgupd willmsgresp".split())}
MQTTSN_PORT = 1884  # Wireshark knows no port of MQTT-SN unless it is told
FIELDS = ["exported_pdu.orig_fno", "frame.protocols", "frame.comment", "ip.src", "ip.dst",
          "ipv6.src", "ipv6.dst", "exported_pdu.src_port", "exported_pdu.dst_port",
          "exported_pdu.p2p_dir", "mqtt.msgtype", "mqtt.topic", "mqtt.len", "coap.code",
          "coap.token", "coap.opt.uri_path", "coap.payload_length", "dns.id", "mqttsn.msg.type",
          "mqttsn.topic", "mqttsn.topic.name.or.id", "mqttsn.will.topic", "mqttsn.topic.id",
          "_ws.malformed"]
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


def ends_fault(event, row):
    """Ports and addresses of the sender and the receiver, and no way through an interface."""
    ip = "ipv6" if event["ip_v"] == 6 else "ip"
    shown = (row[ip + ".src"], row["exported_pdu.src_port"], row[ip + ".dst"],
             row["exported_pdu.dst_port"], row["exported_pdu.p2p_dir"])
    said = ([event["src_ip"]], [str(event["src_port"])], [event["dest_ip"]],
            [str(event["dest_port"])], [])
    return "" if shown == said else "ends %s" % (shown,)


def mqttsn_fault(message, row):
    """A topic by its name where the message has it, else by its id; a short name is an id."""
    (kind, fields), = message.items()
    topics = row["mqttsn.topic"] + row["mqttsn.topic.name.or.id"] + row["mqttsn.will.topic"]
    number = fields.get("topic_id")
    if number is None and fields.get("topic_id_type") == "short" and not topics:
        number = int.from_bytes(fields["topic"].encode(), "big")
    if [int(t, 0) for t in row["mqttsn.msg.type"]] != [MQTTSN_TYPES[kind]]:
        return "MQTT-SN type %s" % row["mqttsn.msg.type"]
    if topics and topics != [fields.get("topic")]:
        return "MQTT-SN topic %s" % topics
    ids = [int(t, 0) for t in row["mqttsn.topic.id"]]
    if ids != ([] if number is None else [number]):
        return "MQTT-SN topic id %s" % ids
    return "" if topics or number is not None or "topic" not in fields else "no MQTT-SN topic"


class Aliases:
    """tshark resolves a topic alias by one map for both directions of a connection: what it
    says of an alias that has stood for two topics is left out."""

    def __init__(self):
        self.topics = collections.defaultdict(set)

    def ambiguous(self, event):
        alias, kind = event["iotxdp"].get("topic_alias"), event["mqtt"].get("publish", {})
        if alias is None or "topic" not in kind:
            return False
        topics = self.topics[event["flow_id"], alias]
        topics.add(kind["topic"])
        return len(topics) > 1


def fault_of(event, row, aliases):
    """What tshark shows otherwise than we do; empty if nothing."""
    name = event["event_type"]
    frame = [str(event["pcap_cnt"])]
    if row["exported_pdu.orig_fno"] != frame:
        return "frame %s" % row["exported_pdu.orig_fno"]
    if ends_fault(event, row):
        return ends_fault(event, row)
    if name == "finding":
        return "" if row["frame.protocols"] == ["exported_pdu"] else "finding is no packet alone"
    if event["iotxdp"]["verdict"] == "malformed":
        return ""  # how far a decoder comes then is its own affair
    if name == "mqtt":
        (kind, fields), = event["mqtt"].items()
        if row["mqtt.msgtype"] != [str(MQTT_TYPES.index(kind))]:
            return "MQTT type %s" % row["mqtt.msgtype"]
        if not aliases.ambiguous(event) and row["mqtt.topic"] != mqtt_topics(kind, fields):
            return "MQTT topic %s" % row["mqtt.topic"]
    elif name == "coap":
        code = event["coap"]["code"]
        number = int(code[0]) * 32 + int(code[2:])
        if row["coap.code"][:1] != [str(number)]:
            return "CoAP code %s" % row["coap.code"]
    elif name in ("dns", "mdns"):
        if row["dns.id"] != ["0x%04x" % event["dns"]["id"]]:
            return "DNS id %s" % row["dns.id"]
    elif name == "mqttsn":
        return mqttsn_fault(event["mqttsn"], row)
    return ""


def events_of(stdout):
    events = [json.loads(line) for line in stdout.splitlines()]
    return [e for e in events if e["event_type"] != "flow"]  # of them no frame tells alone


def comment_of(event):
    own = event["iotxdp"]
    words = (own["severity"], own["protocol"], own.get("message"), own["rule"] + ":", own["finding"])
    return " ".join(w for w in words if w) + " (byte %d)" % own["offset"]


def pair(events, rows):
    """Each row of tshark's with its event. Each finding is a comment of the message before it,
    in their order, or a packet alone."""
    comments, row, rows = [], None, iter(rows)
    for event in events:
        found = event["event_type"] == "finding"
        if found and comments and comments[0] == comment_of(event):
            comments.pop(0)
        elif found or event["event_type"] in EXPORTED:
            if comments:
                raise AssertionError("comments of nothing: %s" % comments)
            row = next(rows, None)
            if row is None:
                raise AssertionError("tshark shows too few packets")
            comments = list(row["frame.comment"])
            if found and comments != [comment_of(event)]:
                raise AssertionError("comment %s; we say %s" % (comments, comment_of(event)))
            if found:
                comments = []
            yield event, row
    if comments or next(rows, None):
        raise AssertionError("tshark shows too much")


def check_pdu(events, path):
    aliases = Aliases()
    found = [(e, fault_of(e, r, aliases)) for e, r in pair(events, tshark_rows(path))]
    return ["%s; we say %s" % (f, json.dumps(e)[:400]) for e, f in found if f]


def check_findings(program, events, capture, path):
    """With --findings: the messages that have any, and nothing else."""
    found = [e for e in events if e["event_type"] == "finding"]
    done = run([program, "--findings", "-r", capture, "-o", "pdu:" + path])
    comments = [c for row in tshark_rows(path) for c in row["frame.comment"] or [None]]
    if comments != [comment_of(e) for e in found]:
        return ["with --findings %s; we say %s" % (comments, [comment_of(e) for e in found])]
    return ["the summary does not add up"] if b"DOES NOT HOLD" in done.stderr else []


def without_frames(fields):
    return {k: without_frames(v) if isinstance(v, dict) else v for k, v in fields.items()
            if k not in ("pcap_cnt", "frame") and not k.endswith("_frame")}


def content(events):
    """All that does not depend on the place in the file."""
    return [json.dumps(without_frames(e)) for e in events]


def remarks_of(events):
    """What stands on a frame is found in it; the rest says which frame it is of."""
    found = collections.Counter()
    for event in events:
        if event["event_type"] == "finding":
            found[event["pcap_cnt"], comment_of(event)] += 1
    return found


def check_remarks(events, path):
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "aggregator=\x1f",
               "-e", "frame.packet_id", "-e", "frame.comment"]
    shown, per_frame = collections.Counter(), {}
    for line in run(command).stdout.decode().split("\n")[:-1]:
        number, comments = line.split("\t")
        comments = [c for c in comments.split("\x1f") if c]
        per_frame[int(number, 0)] = comments
        for comment in comments:
            late = re.fullmatch(r"(.*) of frame (\d+)", comment)
            shown[(int(late[2]), late[1]) if late else (int(number, 0), comment)] += 1
    lost = remarks_of(events) - shown
    if shown - remarks_of(events) and not any("more findings" in c[1] for c in shown):
        return ["comments of frames that nobody found: %s" % (shown - remarks_of(events))]
    last = max(per_frame, default=0)  # what is found behind the last frame has none to stand on
    lost = [k for k in lost if k[0] <= last and len(per_frame.get(k[0], ())) < 32]
    return ["findings that no frame shows: %s" % lost] if lost else []


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
    return (check_pdu(events, pdu) + check_findings(program, events, path, pdu) +
            check_remarks(events, frames) + check_frames(program, events, frames))


def check_scene(program, scene, scratch):
    """What was written is what tshark shows."""
    path, pdu = os.path.join(scratch, "capture.pcap"), os.path.join(scratch, "pdu")
    capture = pdu_gen.WebSocket()
    expected = scene(capture)
    capture.write(path)
    faults = check(program, path, scratch)
    run([program, "-q", "-r", path, "-o", "pdu:" + pdu])
    rows = list(tshark_rows(pdu))
    if len(rows) != len(expected):
        return faults + ["tshark shows %d packets of %d" % (len(rows), len(expected))]
    for row, wanted in zip(rows, ({"_ws.malformed": "", **e} for e in expected)):
        shown = {f: ",".join(row[f]) for f in wanted}
        if shown != wanted:
            faults.append("tshark shows %s of %s" % (shown, wanted))
    return faults


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
    names = sorted(n for n in os.listdir(folder) if ".pcap" in n) if os.path.isdir(folder) else []
    bad = 0
    print("1..%d" % (len(names) + len(pdu_gen.SCENES)))
    if not names:
        print("# no captures in %s" % folder)
    for i, name in enumerate(names + list(pdu_gen.SCENES)):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                if callable(name):
                    faults = check_scene(program, name, scratch)
                else:
                    faults = check(program, os.path.join(folder, name), scratch)
                if name == WITH_STATISTICS:
                    faults += statistics_faults(program, os.path.join(folder, name), scratch)
            except (AssertionError, subprocess.TimeoutExpired) as fault:
                faults = [str(fault)]
        bad += bool(faults)
        skip = " # SKIP not read" if faults is None else ""
        print("%sok %d - pdu: %s%s" % ("not " if faults else "", i + 1,
                                       getattr(name, "__name__", name), skip))
        for fault in (faults or [])[:5]:
            print("#   " + fault)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
