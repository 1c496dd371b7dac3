#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads every plain MQTT and CoAP capture of IOTXDP_SHARED/captures with `iotxdp -r` and
compares what the events say with what two other decoders found (truth/*.json).

Prints one TAP line per capture; a capture of a kind that is not read yet is a skip that
says why. usage: compare.py IOTXDP"""

import base64
import collections
import json
import os
import subprocess
import sys
import tempfile

try:
    import schema
except ImportError:  # python3-jsonschema
    schema = None

# Captures of WebSocket on ports that are not its default ones.
WEBSOCKET_PORTS = {
    "Malcolm-Test-Artifacts__HTTP_websocket.pcap": 8765,
    "arkime__websocket.pcap": 12345,
    "suricata-verify__websocket-compressed_example_websocket.pcap": 5000,
    "websocket_test__websocket.pcap": 8765,
    "zeek__broker-websocket.pcap": 27599,
    "zeek__wstunnel-http.pcap": 8888,
}
MQTT_VERSIONS = {3: "3.1", 4: "3.1.1", 5: "5"}


class Skip(Exception):
    """Why a capture is not compared."""


def port_options(path):
    port = WEBSOCKET_PORTS.get(os.path.basename(path))
    return ["-p", "websocket:%d" % port] if port else []


def read_capture(program, path):
    return subprocess.run([program, "-r", path, "-o", "json"] + port_options(path), capture_output=True,
                          timeout=120, check=False)


def events_of(program, path):
    done = read_capture(program, path)
    if done.returncode == 1 and b"link type" in done.stderr and not done.stdout:
        raise Skip("its link type is refused by name")
    if done.returncode != 0:
        raise AssertionError("exit status %d: %s" % (done.returncode,
                             done.stderr.decode(errors="replace").strip()[-300:]))
    if b": holds" not in done.stderr or b"DOES NOT HOLD" in done.stderr:
        raise AssertionError("the summary does not add up")
    return [json.loads(line) for line in done.stdout.splitlines()]


def counted(items):
    return dict(collections.Counter(items))


def payload_length(event):
    extra = event.get("iotxdp", {})
    if "message_base64" in extra:
        return len(base64.b64decode(extra["message_base64"]))
    publish = event["mqtt"]["publish"]
    return len(publish.get("message", "").encode()) + publish.get("skipped_length", 0)


def mqtt_view(events):
    """What the events say, under the names of the truth files."""
    of = collections.defaultdict(list)
    for event in events:
        if event["event_type"] != "mqtt":
            continue
        (kind, fields), = event["mqtt"].items()
        of[kind].append((event, fields))
    connects = [f for _, f in of["connect"]]
    publishes = [f for _, f in of["publish"]]
    filters = [t["topic"] for _, f in of["subscribe"] for t in f.get("topics", [])]
    filters += [t for _, f in of["unsubscribe"] for t in f.get("topics", [])]
    wills = [f["will"]["topic"] for f in connects if f.get("will")]
    return {
        "messages": sum(len(list_) for list_ in of.values()),
        "type": {kind.upper(): len(list_) for kind, list_ in of.items() if list_},
        "connect_version": counted(MQTT_VERSIONS[f["protocol_version"]] for f in connects),
        "clientids": counted(f["client_id"] for f in connects),
        "will_connects": sum(f["flags"]["will"] for f in connects),
        "topics_will": counted(wills),
        "topics_publish": counted(f["topic"] for f in publishes),
        "topics_subscribe": counted(filters),
        "publish_qos": counted(str(f["qos"]) for f in publishes),
        "publish_retain": sum(f["retain"] for f in publishes),
        "publish_dup": sum(f["dup"] for f in publishes),
        "publish_payload_bytes": sum(payload_length(e) for e, _ in of["publish"]),
    }


def coap_view(events):
    messages = [e["coap"] for e in events if e["event_type"] == "coap"]
    return {
        "messages": len(messages),
        "type": counted(m["type"] for m in messages),
        "code": counted(m["code"] for m in messages),
        "uri_paths": counted(m["uri_path"] for m in messages if m.get("uri_path")),
    }


def websocket_view(events):
    """A message of n frames is a first one and n - 1 continuations."""
    own = [e for e in events if e["event_type"] == "websocket"]
    frames = [(e["websocket"], e["iotxdp"]) for e in own if "websocket" in e]
    data = [(f, extra) for f, extra in frames if f["opcode"] in ("text", "binary")]
    opcodes = collections.Counter(f["opcode"] for f, _ in frames)
    opcodes["continuation"] += sum(extra.get("fragments", 1) - 1 for _, extra in frames)
    inflated = [f["payload_printable"] for f, extra in data if extra.get("compressed")]
    return {
        "ws_frames": sum(opcodes.values()),
        "opcode": {name: n for name, n in opcodes.items() if n},
        "payload_bytes": sum(extra["payload_length"] for _, extra in frames),
        "handshakes": sum(e.get("http", {}).get("status") == 101 for e in own),
        "messages": len(data),
        "inflated_messages": len(inflated),
        "inflated_bytes": sum(len(text.encode()) for text in inflated),
    }


def unlike(name, said, true):
    return "" if said == true else "%s: said %s, true is %s" % (
        name, json.dumps(said, sort_keys=True), json.dumps(true, sort_keys=True))


def mqtt_faults(events, truth):
    view = mqtt_view(events)
    if not truth:
        return [unlike("mqtt messages", view["messages"], 0)]
    if truth["errors"]:  # where a payload starts in a PUBLISH of QoS 3 is anyone's guess
        del view["publish_payload_bytes"]
    return [unlike("mqtt " + key, said, truth[key]) for key, said in view.items()]


def coap_faults(events, truth):
    view = coap_view(events)
    if not truth:
        return [unlike("coap messages", view["messages"], 0)]
    quoted = truth.get("in_icmp", 0)
    if not quoted:
        return [unlike("coap " + key, said, truth[key]) for key, said in view.items()]
    # Datagrams that ICMP errors quote are none of ours; the truth does not say which.
    faults = [unlike("coap messages", view["messages"], truth["messages"] - quoted)]
    for key in ("type", "code"):
        over = {k: n for k, n in view[key].items() if n > truth[key].get(k, 0)}
        faults.append(unlike("coap %s beyond the truth" % key, over, {}))
    return faults


def mqttsn_faults(events, truth):
    """Datagrams that ICMP errors quote are none of ours; here the truth holds one type alone."""
    said = counted(next(iter(e["mqttsn"])).upper() for e in events if e["event_type"] == "mqttsn")
    true = dict(truth.get("type", {})) if truth else {}
    if truth and truth.get("in_icmp"):
        (kind, number), = true.items()
        true[kind] = number - truth["in_icmp"]
    return [unlike("mqttsn type", said, true)]


def websocket_faults(events, truth):
    """MQTT and CoAP in WebSocket make no events of its frames; no capture here has them."""
    return [unlike("websocket " + key, said, truth.get(key, {} if key == "opcode" else 0))
            for key, said in websocket_view(events).items()]


def form_faults(events, check):
    """Order, and EVE's schema where it can be checked."""
    numbers = [event["pcap_cnt"] for event in events
               if not event["iotxdp"].get("recognised_late")]
    found = [] if numbers == sorted(numbers) else ["events are not in capture order"]
    for event in events if check else []:
        found += ["frame %d: %s" % (event["pcap_cnt"], f) for f in schema.faults(check, event)]
    return found[:5]


def ours(truth):
    """The part of the truth that this version is to reproduce."""
    if str(truth.get("verdict", "")).startswith("right: 0"):
        return {}
    return truth["independent"]


def compare(program, path, truth_path, check):
    with open(truth_path, encoding="utf-8") as file:
        expected = ours(json.load(file))
    events = events_of(program, path)
    faults = mqtt_faults(events, expected.get("mqtt"))
    faults += coap_faults(events, expected.get("coap"))
    faults += websocket_faults(events, expected.get("websocket", {}))
    faults += mqttsn_faults(events, expected.get("mqttsn")) + form_faults(events, check)
    return [fault for fault in faults if fault]


def one_capture(program, folder, name, check):
    """Returns the TAP line, and whether it is ok, not ok or a skip."""
    try:
        faults = compare(program, os.path.join(folder, name),
                         os.path.join(folder, "truth", name + ".json"), check)
    except Skip as why:
        return "skip", ["ok - golden %s # SKIP %s" % (name, why)]
    except (AssertionError, KeyError, TypeError, ValueError, subprocess.TimeoutExpired) as why:
        faults = ["%s: %s" % (type(why).__name__, why)]
    if faults:
        return "not ok", ["not ok - golden " + name] + ["# " + fault for fault in faults]
    return "ok", ["ok - golden " + name]


def messages_of(done):
    """Its lines but for the flows, which are over when the capture is."""
    return [line for line in done.stdout.splitlines() if b'"event_type":"flow"' not in line]


def damaged(program, path):
    """A capture that ends within a frame: everything before is put out, then status 1."""
    whole = messages_of(read_capture(program, path))
    with tempfile.NamedTemporaryFile(suffix=".pcap") as cut:
        with open(path, "rb") as file:
            cut.write(file.read()[:-1])
        cut.flush()
        done = read_capture(program, cut.name)
    lines = messages_of(done)
    fine = (done.returncode == 1 and b"damaged" in done.stderr and
            lines == whole[:len(lines)] and len(whole) - len(lines) <= 2)
    print("%s - golden a damaged capture" % ("ok" if fine else "not ok"))
    return "ok" if fine else "not ok"


def eve(shared):
    path = os.path.join(shared, "schemas", "eve-schema.json")
    if schema and os.path.exists(path):
        return schema.validator(path)
    print("ok - golden schema # SKIP python3-jsonschema or %s is missing" % path)
    return None


def main():
    program = sys.argv[1]
    shared = os.environ.get("IOTXDP_SHARED", "../shared")
    folder = os.path.join(shared, "captures")
    if not os.path.isdir(os.path.join(folder, "truth")):
        print("ok - golden # SKIP no captures at %s (set IOTXDP_SHARED)" % folder)
        return 0
    check = eve(shared)
    results = collections.Counter([damaged(program, os.path.join(folder, "zeek__mqtt.pcap"))])
    for name in sorted(n for n in os.listdir(folder) if n.endswith((".pcap", ".pcapng"))):
        result, lines = one_capture(program, folder, name, check)
        results[result] += 1
        print("\n".join(lines))
    print("# %d captures compared, %d skipped" %
          (results["ok"] + results["not ok"] - 1, results["skip"]))
    return 1 if results["not ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
