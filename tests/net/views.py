#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Two accounts of the same traffic, the server's own log and the events, put into one
form: a line per message, by conversation and direction, in order.

usage: views.py broker LOG | mqtt JSON | coap-server LOG | coap JSON | map < DUMP"""

import json
import re
import sys

MQTT_PORTS = (1883, 9001)  # over TCP, in WebSocket
MQTT_VERSIONS = {3: "p1", 4: "p2", 5: "p5"}
COAP_REQUESTS = {"GET": 1, "POST": 2, "PUT": 3, "DELETE": 4, "FETCH": 5, "PATCH": 6, "iPATCH": 7}


def in_order(rows):
    """By who and which way; within that, as it happened."""
    return [" ".join(str(word) for word in row) for row in sorted(rows, key=lambda row: row[:2])]


def read_events(path, event_type):
    with open(path, encoding="utf-8") as lines:
        return [e for e in map(json.loads, lines) if e["event_type"] == event_type]


# --- mosquitto -------------------------------------------------------------------------------

def broker_message(way, kind, client, rest):
    row = [client, "in" if way == "Received" else "out", kind]
    if kind == "PUBLISH":
        flags, topic, size = re.match(r"(d.*), '(.*)', \.\.\. \((\d+) bytes\)$", rest).groups()
        return row + flags.split(", ") + [repr(topic), size]
    mid = re.search(r"(?:Mid: |\bm)(\d+)", rest or "")
    return row + ([mid.group(1)] if mid else [])


def broker_view(path):
    rows = []
    with open(path, encoding="utf-8") as log:
        for line in log:
            line = re.sub(r"^\d+: ", "", line.rstrip("\n"))
            message = re.match(r"(Received|Sending) ([A-Z]+) (?:from|to) (\S+)(?: \((.*)\))?$", line)
            connect = re.match(r"New client connected from \S+ as (\S+) \((p\d), (c\d), k\d+", line)
            topic = re.match(r"\t(\S+)(?: \(QoS (\d)\))?$", line)
            if message:
                rows.append(broker_message(*message.groups()))
            elif connect:
                rows.append([connect[1], "in", "CONNECT", connect[2], connect[3]])
            elif topic and rows[-1][2] in ("SUBSCRIBE", "UNSUBSCRIBE"):
                rows[-1] += [word for word in topic.groups() if word]
            elif topic:  # follows the CONNECT
                rows[-1] += ["will", topic[1]]
    return in_order(rows)


def mqtt_words(kind, fields, event):
    if kind == "publish":
        flags = ["d%d" % fields["dup"], "q%d" % fields["qos"], "r%d" % fields["retain"],
                 "m%d" % fields.get("message_id", 0)]
        return flags + [repr(fields["topic"]), len(fields["message"].encode())]
    if kind == "connect":
        clean = "c%d" % fields["flags"]["clean_session"]
        will = ["will", fields["will"]["topic"]] if "will" in fields else []
        return [MQTT_VERSIONS[fields["protocol_version"]], clean] + will
    if kind == "subscribe":
        return [word for t in fields["topics"] for word in (t["topic"], t["qos"])]
    if kind == "unsubscribe":
        return fields["topics"]
    # The broker's log gives identifiers of the QoS handshakes only.
    return [fields["message_id"]] if kind in ("puback", "pubrec", "pubrel", "pubcomp") else []


def assigned_names(events):
    """Of clients that have none of their own, by the flow of their CONNACK."""
    return {e["flow_id"]: e["mqtt"]["connack"]["properties"]["assigned_client_identifier"]
            for e in events
            if "assigned_client_identifier" in e["mqtt"].get("connack", {}).get("properties", {})}


def mqtt_view(path):
    events = read_events(path, "mqtt")
    rows, clients, assigned = [], {}, assigned_names(events)
    for event in events:
        (kind, fields), = event["mqtt"].items()
        if kind == "connect":
            clients[event["flow_id"]] = fields["client_id"] or assigned.get(event["flow_id"])
        way = "in" if event["dest_port"] in MQTT_PORTS else "out"
        assert event["iotxdp"]["direction"] == {"in": "ingress", "out": "egress"}[way], event
        rows.append([clients[event["flow_id"]], way, kind.upper()] +
                    mqtt_words(kind, fields, event))
    return in_order(rows)


# --- libcoap ---------------------------------------------------------------------------------

def coap_code(word):
    return "0.%02d" % COAP_REQUESTS[word] if word in COAP_REQUESTS else word


def coap_server_view(path):
    rows = []
    with open(path, encoding="utf-8", errors="replace") as log:
        session = None
        for line in log:
            packet = re.search(r"<-> \[(?:::ffff:)?(.*)\]:(\d+) \(if\d+\) UDP : (sent|received) ", line)
            message = re.match(r"v:1 t:(\S+) c:(\S+) i:(\S+) \{(.*?)\} \[ (.*?)\]", line)
            if packet:
                session = packet.groups()
            elif message and session:
                kind, code, mid, token, options = message.groups()
                pairs = [o.split(":", 1) for o in options.strip().split(", ") if ":" in o]
                path_ = "/".join(value for name, value in pairs if name == "Uri-Path")
                observe = [value for name, value in pairs if name == "Observe"]
                rows.append(["%s:%s" % session[:2], "in" if session[2] == "received" else "out",
                             kind, coap_code(code), int(mid, 16), token or "-", "/" + path_] +
                            ["observe " + value for value in observe])
                session = None
    return in_order(rows)


def coap_view(path):
    rows = []
    for event in read_events(path, "coap"):
        fields = event["coap"]
        way = "in" if event["dest_port"] == 5683 else "out"
        ends = ("src_ip", "src_port") if way == "in" else ("dest_ip", "dest_port")
        rows.append(["%s:%s" % (event[ends[0]], event[ends[1]]), way, fields["type"],
                     fields["code"], fields["message_id"], fields.get("token") or "-",
                     fields.get("uri_path", "/")] +
                    (["observe %d" % fields["observe"]] if "observe" in fields else []))
    return in_order(rows)


# --- maps --------------------------------------------------------------------------------------

def add(total, value):
    for name, number in value.items():
        if isinstance(number, dict):
            add(total.setdefault(name, {}), number)
        else:
            total[name] = total.get(name, 0) + number


def map_sum():
    """A per-CPU array of two directions, summed over the CPUs."""
    sums = {"ingress": {}, "egress": {}}
    for entry in json.load(sys.stdin):
        formatted = entry["formatted"]
        for cpu in formatted["values"]:
            add(sums[("ingress", "egress")[formatted["key"]]], cpu["value"])
    return [json.dumps(sums)]


def main():
    views = {"broker": broker_view, "mqtt": mqtt_view, "coap-server": coap_server_view,
             "coap": coap_view, "map": map_sum}
    print("\n".join(views[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
