#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Captures of sessions in order yield no finding; those that break a rule yield just that one.

Prints one TAP line per capture of IOTXDP_SHARED/captures. usage: findings.py IOTXDP"""

import json
import os
import subprocess
import sys

from compare import port_options

# What is broken in them, as a look at the bytes shows.
KNOWN = {
    # 91 clients, cut out of a longer capture: many of its duties are met behind its end
    "iot-challenges-2020-2021__polimi2020-22_challenge1.pcapng": None,
    # every PUBLISH is at QoS -1 with a topic id of type "normal"
    "derived__polimi2024A_CQ4_1_first120.pcapng": {"MQTT-SN 1.2 6.8"},
    # its options do not hold what their numbers ask for
    "openschc__coap.pcapng": {"RFC 7252 3.2", "RFC 7252 5.4.3"},
    "suricata-verify__mqtt-events-invalid-qos.pcap": {"MQTT-3.3.1-4"},
    # Empty Acknowledgements that repeat the token
    "ttproto__TD_COAP_OBS_05_PASS_Duplicated_ACK.pcap": {"RFC 7252 4.1"},
    "ttproto__TD_COAP_OBS_10_PASS.pcap": {"RFC 7252 4.1"},
    # options of oneM2M
    "ttproto__td_m2m_nh_18.pcap": {"RFC 7252 5.4.1"},
    # made by hand: no Close comes back; frames of the client without a mask
    "arkime__arkime_synthetic.pcap": {"RFC 6455 5.5.1"},
    "wireshark-dissector__v59jsonTopics.pcap": {"RFC 6455 5.1"},
    "zeek__wstunnel-http.pcap": {"RFC 6455 5.1"},
    # the server closes TCP where it should have answered the Close
    "zeek__broker-websocket.pcap": {"RFC 6455 5.5.1"},
}


def rules_of(program, path):
    done = subprocess.run([program, "-q", "-r", path, "--findings", "-o", "json"] +
                          port_options(path), capture_output=True, timeout=300, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(e["event_type"] == "finding" for e in events), "an event that is no finding"
    return {e["iotxdp"]["rule"] for e in events}


def main():
    program = os.path.abspath(sys.argv[1])
    folder = os.path.join(os.environ.get("IOTXDP_SHARED", "../shared"), "captures")
    if not os.path.isdir(folder):
        print("ok - findings # SKIP no captures at %s (set IOTXDP_SHARED)" % folder)
        return 0
    bad = clean = 0
    for name in sorted(os.listdir(folder)):
        known = KNOWN.get(name, set())
        if not name.endswith((".pcap", ".pcapng")) or known is None:
            continue
        found = rules_of(program, os.path.join(folder, name))
        clean += not found
        if found != known:
            bad += 1
            print("not ok - findings %s: %s, not %s" % (name, sorted(found), sorted(known)))
    print("%s - findings: %d captures yield none" % ("not ok" if bad else "ok", clean))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
