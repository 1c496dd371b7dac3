#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""JSON and CBOR in MQTT payloads against Python's own readers: thousands of generated texts,
most of them damaged, are JSON for iotxdp if and only if they are for Python; what cbor2 has
written reads in diagnostic notation as it was.  usage: payloads.py IOTXDP"""

import json
import os
import random
import struct
import subprocess
import sys
import tempfile

try:
    import cbor2
except ImportError:
    cbor2 = None
from pdu_gen import length
from questions_gen import Capture, connect, field

A, B = "192.0.2.1:40000", "192.0.2.2:1883"
SPICE = '{}[]",:\\u0e+-.1tfn \n\t\'/'


def publish5(payload, media):
    props = b"\x03" + field(media)
    body = field("t") + bytes((len(props),)) + props + payload
    return b"\x30" + length(len(body)) + body


def value(rng, depth=0):
    kinds = 4 if depth > 4 else 6
    kind = rng.randrange(kinds)
    if kind == 0:
        return rng.choice((None, True, False, 0, -1, 2 ** 32, -2 ** 63, 2 ** 64 - 1))
    if kind == 1:
        return rng.choice((0.5, -1.25, 1e300, 1.1, rng.random(), 1.0, 3.4e38))
    if kind == 2:
        return rng.randrange(-1000, 1000)
    if kind == 3:
        return "".join(rng.choice('ab "\\\u00e9\u20ac\n\U0001f600') for _ in range(rng.randrange(30)))
    if kind == 4:
        return [value(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {"k%d" % i: value(rng, depth + 1) for i in range(rng.randrange(5))}


def no_constant(name):
    raise ValueError(name)


def is_json(text):
    try:
        json.loads(text, parse_constant=no_constant)
        return True
    except ValueError:
        return False


def damaged(rng, text):
    text = list(text)
    for _ in range(rng.randrange(3)):
        if text:
            at = rng.randrange(len(text))
            text[at] = rng.choice((rng.choice(SPICE), "", text[at] * 2))
    return "".join(text)


def events_of(program, payloads, media, path):
    """One event for each payload, in their order."""
    capture = Capture()
    capture.tcp(A, B, connect("p", level=5))
    for payload in payloads:
        data = publish5(payload, media)
        for at in range(0, len(data), 1400):
            capture.tcp(A, B, data[at:at + 1400])
    capture.write(path)
    done = subprocess.run([program, "-q", "-r", path, "-o", "json"], capture_output=True,
                          timeout=120, check=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    events = [e for e in events if e["event_type"] == "mqtt" and "publish" in e["mqtt"]]
    assert len(events) == len(payloads), (len(events), len(payloads))
    return events


def json_faults(program, rng, path):
    texts = [damaged(rng, json.dumps(value(rng), ensure_ascii=rng.random() < 0.5,
                                     indent=rng.choice((None, 1)))) for _ in range(5000)]
    texts = [t for t in texts if t]
    found, valid = [], 0
    payloads = [t.encode() for t in texts]
    for text, event in zip(texts, events_of(program, payloads, "application/json", path)):
        valid += is_json(text)
        if (event["iotxdp"]["payload_format"] == "json") != is_json(text):
            found.append("%s of %r" % (event["iotxdp"]["payload_format"], text))
    print("# %d texts, %d of them JSON" % (len(texts), valid))
    return found


def same(a, b):
    """As the notation has it: a number with a point keeps it, and is as long as needs be."""
    return type(a) is type(b) and a == b and (
        not isinstance(a, (list, dict)) or
        all(same(x, y) for x, y in (zip(a, b) if isinstance(a, list) else
                                    ((a[k], b[k]) for k in a))))


def cbor_faults(program, rng, path):
    values = [value(rng) for _ in range(2000)]
    payloads = [cbor2.dumps(v) for v in values]
    found = []
    for was, event in zip(values, events_of(program, payloads, "application/cbor", path)):
        own = event["iotxdp"]
        if own["payload_format"] != "cbor":
            found.append("%s of %r" % (own["payload_format"], was))
        elif "payload_diagnostic_cut" not in own and not same(json.loads(own["payload_diagnostic"]),
                                                              was):
            found.append("%s of %r" % (own["payload_diagnostic"], was))
    cut = [p[:-1] for p in payloads if len(p) > 1]
    for was, event in zip(cut, events_of(program, cut, "application/cbor", path)):
        if event["iotxdp"]["payload_format"] == "cbor":
            found.append("%s is whole" % was.hex())
    maps = [cbor2.dumps(v) for v in values if isinstance(v, dict) and v]
    for was, event in zip(maps, events_of(program, maps, "x/y", path)):
        if event["iotxdp"]["payload_format"] != "cbor":
            found.append("%s unasked" % was.hex())
    print("# %d values, %d maps unasked" % (len(values), len(maps)))
    return found


def main():
    rng = random.Random(int(os.environ.get("IOTXDP_SEED", "3")))
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, check in (("JSON", json_faults), ("CBOR", cbor_faults if cbor2 else None)):
            found = check(sys.argv[1], rng, os.path.join(scratch, "capture.pcap")) if check else []
            bad += bool(found)
            print("%sok - payloads: %s%s" % ("not " if found else "", name,
                                             "" if check else " # SKIP no cbor2"))
            for fault in found[:5]:
                print("#   " + fault[:300])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
