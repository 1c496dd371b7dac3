#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Field by field against tshark: every message of every capture of IOTXDP_SHARED/captures
that tshark dissects, as it dissects it (`-T json`, one call per capture) and as our JSON has
it. Messages are compared, not frames: a frame may hold many. Where tshark is wrong, a line of
FAULTS names the fault, and the right value is asserted instead of tshark's.

Prints one TAP line per capture. usage: tshark_fields.py IOTXDP"""

import base64
import collections
import json
import os
import re
import shutil
import subprocess
import sys

MQTT_TYPES = ("reserved connect connack publish puback pubrec pubrel pubcomp subscribe suback "
              "unsubscribe unsuback pingreq pingresp disconnect auth").split()
MQTTSN_TYPES = {0: "advertise", 1: "searchgw", 2: "gwinfo", 4: "connect", 5: "connack",
                6: "willtopicreq", 7: "willtopic", 8: "willmsgreq", 9: "willmsg", 10: "register",
                11: "regack", 12: "publish", 13: "puback", 14: "pubcomp", 15: "pubrec",
                16: "pubrel", 18: "subscribe", 19: "suback", 20: "unsubscribe", 21: "unsuback",
                22: "pingreq", 23: "pingresp", 24: "disconnect"}
TOPIC_ID_TYPES = ("normal", "predefined", "short")
UNKNOWN = re.compile(r"unknown option \((\d+)\)")
COAP_TYPES = ("CON", "NON", "ACK", "RST")
LAYERS = ("mqtt", "coap", "mqttsn")
TSHARK = ["tshark", "-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-T", "json"]


class Fields:
    """What tshark shows of one message: names may stand in it many times, at any depth."""

    def __init__(self, pairs):
        self.all = collections.defaultdict(list)
        self.take(pairs)

    def take(self, pairs):
        for name, value in pairs:
            if isinstance(value, tuple):
                self.take(value)
            elif isinstance(value, list):
                self.all[name] += value
            else:
                self.all[name].append(value)

    def texts(self, name):
        return self.all.get(name, [])

    def text(self, name):
        return (self.texts(name) or [None])[0]

    def numbers(self, name):
        return [int(value, 0) for value in self.texts(name)]

    def number(self, name):
        return (self.numbers(name) or [None])[0]

    def flag(self, name):
        return bool(self.number(name))

    def size(self, name):
        """Of bytes, which tshark prints as hexadecimal pairs."""
        return len((self.text(name) or "").replace(":", "")) // 2

    def reasons(self):
        return [int(value, 0) for name, values in self.all.items()
                if name.endswith((".reason_code", "conack.val")) for value in values]


def tshark_messages(options, path):
    """(frame, protocol, fields, quoted) of each."""
    done = subprocess.run(TSHARK + options + ["-r", path, "-Y", " or ".join(LAYERS),
                                              "-J", "frame icmp icmpv6 " + " ".join(LAYERS)],
                          capture_output=True, timeout=300, check=True)
    packets = json.loads(done.stdout, object_pairs_hook=tuple)
    for packet in packets:
        layers = dict(dict(packet)["_source"])["layers"]
        frame = dict(dict(layers)["frame"])
        names = frame["frame.protocols"].split(":")
        quoted = "icmp" in names or "icmpv6" in names
        messages = [(name, Fields(value)) for name, value in layers
                    if name in LAYERS and isinstance(value, tuple)]
        if "_ws.malformed" in dict(layers):  # where tshark gave up: in the last one
            messages[-1][1].all["_ws.malformed"].append("")
        for name, fields in messages:
            yield int(frame["frame.number"]), name, fields, quoted


# --- one message, as tshark has it and as we have it: the same names, the same forms -------


def tshark_mqtt(seen):
    kind = MQTT_TYPES[seen.number("mqtt.msgtype")]
    out = {"type": kind, "message_id": seen.number("mqtt.msgid")}
    if kind == "publish":
        out.update(qos=seen.number("mqtt.qos"), dup=seen.flag("mqtt.dupflag"),
                   retain=seen.flag("mqtt.retain"), topic=seen.text("mqtt.topic"),
                   payload_length=seen.size("mqtt.msg"))
    elif kind == "connect":
        out.update(protocol=seen.text("mqtt.protoname"), version=seen.number("mqtt.ver"),
                   keep_alive=seen.number("mqtt.kalive"), client_id=seen.text("mqtt.clientid"),
                   clean=seen.flag("mqtt.conflag.cleansess"), username=seen.text("mqtt.username"),
                   password=seen.flag("mqtt.conflag.passwd"),
                   will=seen.flag("mqtt.conflag.willflag"),
                   will_retain=seen.flag("mqtt.conflag.retain"),
                   will_topic=seen.text("mqtt.willtopic"),
                   will_qos=seen.number("mqtt.conflag.qos"))
    elif kind in ("subscribe", "unsubscribe"):
        out.update(topics=seen.texts("mqtt.topic"), qos=seen.numbers("mqtt.sub.qos") or
                   seen.numbers("mqtt.subscription_options_qos"))
    elif kind == "suback":
        out["granted"] = seen.numbers("mqtt.suback.qos") or seen.reasons()
    elif kind == "connack":
        out["session_present"] = seen.flag("mqtt.conack.flags.sp")
    if kind not in ("suback", "publish"):
        out["reasons"] = seen.reasons()
    return out


def payload_length(event, fields):
    extra = event["iotxdp"]
    if "message_base64" in extra:
        return len(base64.b64decode(extra["message_base64"]))
    return len(fields.get("message", "").encode()) + fields.get("skipped_length", 0)


def our_connect(fields, extra):
    flags, will = fields["flags"], fields.get("will", {})
    return {"protocol": fields["protocol_string"], "version": fields["protocol_version"],
            "keep_alive": extra["keep_alive"], "client_id": fields["client_id"],
            "clean": flags["clean_session"], "username": fields.get("username"),
            "password": flags["password"], "will": flags["will"],
            "will_retain": flags["will_retain"], "will_topic": will.get("topic"),
            "will_qos": extra.get("will_qos", 0)}


def our_mqtt(event):
    (kind, fields), = event["mqtt"].items()
    out = {"type": kind, "message_id": fields.get("message_id")}
    topics = fields.get("topics", [])
    if kind == "publish":
        out.update({k: fields[k] for k in ("qos", "dup", "retain", "topic")})
        out["payload_length"] = payload_length(event, fields)
    elif kind == "connect":
        out.update(our_connect(fields, event["iotxdp"]))
    elif kind == "subscribe":
        out.update(topics=[t["topic"] for t in topics], qos=[t["qos"] for t in topics])
    elif kind == "unsubscribe":
        out.update(topics=topics, qos=[])
    elif kind == "suback":
        out["granted"] = fields["qos_granted"]
    elif kind == "connack":
        out["session_present"] = fields["session_present"]
    if kind not in ("suback", "publish"):
        one = [fields[key] for key in ("return_code", "reason_code") if key in fields]
        out["reasons"] = fields.get("reason_codes", one)
    return out


def tshark_coap(seen):
    code = seen.number("coap.code")
    options = [text.split(": ", 1)[1] for text in seen.texts("coap.opt.name")]
    path = "".join("/" + part for part in seen.texts("coap.opt.uri_path"))
    return {"type": COAP_TYPES[seen.number("coap.type")],
            "code": "%d.%02d" % (code >> 5, code & 31), "message_id": seen.number("coap.mid"),
            "token": (seen.text("coap.token") or "").replace(":", ""),
            "uri_path": path, "options": [name.lower() for name in options],
            "content_format": seen.text("coap.opt.ctype"),
            "observe": seen.number("coap.opt.observe"), "max_age": seen.number("coap.opt.max_age"),
            "uri_host": seen.text("coap.opt.uri_host"),
            "blocks": [(n, bool(m), 16 << s) for n, m, s in zip(
                *(seen.numbers("coap.opt.block_" + f) for f in ("number", "mflag", "size")))],
            "payload_length": (seen.number("coap.block_length") or
                               seen.number("coap.payload_length") or 0)}


def our_coap(event):
    fields = event["coap"]
    blocks = [fields[name] for name in ("block2", "block1") if name in fields]
    return {"type": fields["type"], "code": fields["code"], "message_id": fields["message_id"],
            "token": fields.get("token", ""), "uri_path": fields.get("uri_path", ""),
            "options": [name.lower() for name in fields.get("options", [])],
            "content_format": fields.get("content_format_name"), "observe": fields.get("observe"),
            "max_age": fields.get("max_age"), "uri_host": fields.get("uri_host"),
            "blocks": [(b["num"], b["more"], b["size"]) for b in blocks],
            "payload_length": fields.get("payload_length", 0)}


def tshark_mqttsn(seen):
    kind = MQTTSN_TYPES[seen.number("mqttsn.msg.type")]
    out = {"type": kind, "topic_id": seen.number("mqttsn.topic.id"),
           "message_id": seen.number("mqttsn.msg.id")}
    if kind == "publish":
        out.update(qos=seen.number("mqttsn.qos"), dup=seen.flag("mqttsn.dup"),
                   retain=seen.flag("mqttsn.retain"), message=seen.text("mqttsn.pub.msg"),
                   topic_id_type=TOPIC_ID_TYPES[seen.number("mqttsn.topic.id.type")])
    return out


def our_mqttsn(event):
    (kind, fields), = event["mqttsn"].items()
    out = {"type": kind, "topic_id": fields.get("topic_id"), "message_id": fields.get("message_id")}
    if kind == "publish":
        out.update({k: fields.get(k)
                    for k in ("qos", "dup", "retain", "message", "topic_id_type")})
    return out


VIEWS = {"mqtt": (tshark_mqtt, our_mqtt), "coap": (tshark_coap, our_coap),
         "mqttsn": (tshark_mqttsn, our_mqttsn)}


# --- where tshark is wrong: what it does, where that is, and what is right instead ----------


def short_form(key, theirs, mine, event):
    acks = ("puback", "pubrec", "pubrel", "pubcomp", "disconnect")
    return (key == "reasons" and not theirs[key] and mine[key] == [0] and
            event["iotxdp"]["version"] == "5.0" and mine["type"] in acks)


def connack_of_3(key, theirs, mine, event):
    return (key == "malformed" and theirs[key] and mine["type"] == "connack" and
            mine["reasons"] == [1] and event["iotxdp"]["verdict"] in ("ok", "violation"))


def option_number(key, theirs, mine, event):
    """RFC 7252 5.4.1: an option that a receiver does not know is no damage."""
    if not any(UNKNOWN.match(name) for name in theirs.get("options", [])):
        return False
    numbers = [UNKNOWN.sub(r"\1", name) for name in theirs["options"]]
    return key in ("options", "malformed") and mine["options"] == numbers and not mine["malformed"]


def option_length(key, theirs, mine, event):
    wrong = theirs[key] == 0xffffffff and mine[key] is None or key == "malformed" and theirs[key]
    return wrong and event["iotxdp"].get("rule") == "RFC 7252 5.4.3"


def empty_with_token(key, theirs, mine, event):
    return (key in ("token", "malformed") and mine.get("code") == "0.00" and not mine["token"] and
            (event["iotxdp"]["verdict"], event["iotxdp"]["rule"]) == ("malformed", "RFC 7252 4.1"))


def qos_3(key, theirs, mine, event):
    return (key in ("message_id", "payload_length", "malformed") and
            mine.get("qos") == theirs.get("qos") == 3 and
            (event["iotxdp"]["verdict"], event["iotxdp"]["rule"]) == ("malformed", "MQTT-3.3.1-4"))


FAULTS = (
    ("shows no reason code where MQTT 5 lets one of 0 be left out", short_form),
    ("calls `20 02 00 01` malformed, a CONNACK of MQTT 3.1.1 to a client of 5", connack_of_3),
    ("calls a message malformed for an option that it does not know", option_number),
    ("takes an option that is too long for damage, and reads 4294967295 from it", option_length),
    ("goes on behind the header of an Empty message, RFC 7252 4.1", empty_with_token),
    ("goes on in a PUBLISH of QoS 3, where nobody knows what follows", qos_3),
)
QUOTED = "counts a datagram that an ICMP error quotes as a message"
SKIPPED = {"coap-pcap__golioth_basics_psk.pcapng": "DTLS, of which tshark is given the key"}


class Tally:
    def __init__(self):
        self.captures = self.skipped = 0
        self.messages, self.fields, self.faults = (collections.Counter() for _ in range(3))

    def print(self):
        print("# %d captures compared, %d skipped" % (self.captures, self.skipped))
        for name in LAYERS:
            print("# %s: %d messages, %d fields equal" %
                  (name, self.messages[name], self.fields[name]))
        for sentence, count in self.faults.items():
            print("# %d times tshark %s" % (count, sentence))


def events_of(program, path):
    done = subprocess.run([program, "-q", "-r", path, "-o", "json"], capture_output=True,
                          timeout=120, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [event for event in events if event["event_type"] in LAYERS]


def unlike(place, theirs, mine, event, tally):
    """What differs in one message, except where tshark is known to be wrong."""
    for key, value in theirs.items():
        if value == mine[key]:
            tally.fields[event["event_type"]] += 1
            continue
        fault = next((f for f, at in FAULTS if at(key, theirs, mine, event)), None)
        if fault:
            tally.faults[fault] += 1
        else:
            yield "frame %d %s %s: tshark has %r, we have %r" % (place + (key, value, mine[key]))


def compare(program, path, options, tally):
    """Returns what differs."""
    ours, found = events_of(program, path), []
    seen = list(tshark_messages(options, path))
    tally.faults[QUOTED] += sum(quoted for *_, quoted in seen)
    seen = [message for message in seen if not message[3]]
    if len(seen) != len(ours):
        return ["tshark has %d messages, we have %d" % (len(seen), len(ours))]
    for (*place, fields, _), event in zip(seen, ours):
        if place != [event["pcap_cnt"], event["event_type"]]:
            return found + ["tshark has %s in frame %d, we have %s in %d" %
                            (place[1], place[0], event["event_type"], event["pcap_cnt"])]
        theirs, mine = (view(x) for view, x in zip(VIEWS[place[1]], (fields, event)))
        theirs["malformed"] = "_ws.malformed" in fields.all
        mine["malformed"] = event["iotxdp"]["verdict"] == "malformed"
        tally.messages[place[1]] += 1
        found += unlike(tuple(place), theirs, mine, event, tally)
    return found


def main():
    program = sys.argv[1]
    folder = os.path.join(os.environ.get("IOTXDP_SHARED", "../shared"), "captures")
    if not os.path.isdir(folder) or not shutil.which("tshark"):
        print("ok - fields as tshark has them # SKIP no tshark, or no captures in %s" % folder)
        return 0
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        captures = sorted((c["name"], c["opts"]) for c in json.load(file))
    tally, bad = Tally(), 0
    for name, options in captures:
        if name in SKIPPED:
            tally.skipped += 1
            print("ok - fields of %s # SKIP %s" % (name, SKIPPED[name]))
            continue
        try:
            found = compare(program, os.path.join(folder, name), options, tally)
        except (KeyError, ValueError, TypeError, IndexError, subprocess.SubprocessError) as why:
            found = ["%s: %s" % (type(why).__name__, why)]
        tally.captures += 1
        bad += bool(found)
        print("%sok - fields of %s" % ("not " if found else "", name))
        for fault in found[:5]:
            print("#   " + fault)
    tally.print()
    return 1 if bad or not all(tally.messages[name] for name in LAYERS) else 0


if __name__ == "__main__":
    sys.exit(main())
