#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What no public capture shows, written byte by byte and read by `iotxdp -r`: MQTT in IP
fragments, TCP out of order, overlapping and around the end of its numbers, CoAP over TCP,
interleaved block transfers, the tokens of CoAP, and sessions of MQTT-SN.

Prints one TAP line per capture. usage: streams.py IOTXDP"""

import json
import os
import struct
import subprocess
import sys
import tempfile

from questions_gen import ACK, CON, GET, NON, Capture, coap, connect, ip4, publish

A, B = "192.0.2.1:40000", "192.0.2.2:1883"
CLIENT, SERVER = "192.0.2.1:40001", "192.0.2.2:5683"
CONTENT, CHANGED, CONTINUE, PUT = 0x45, 0x44, 0x5f, 3
CONNACK = b"\x20\x02\0\0"


class Wire(Capture):
    """Segments with the sequence numbers they are given, and IP in pieces."""

    def segment(self, seq, data, src=A, dst=B):
        self.frame(6, src, dst, self.tcp_of(seq, data, src, dst))

    @staticmethod
    def tcp_of(seq, data, src=A, dst=B):
        ports = int(src.split(":")[1]), int(dst.split(":")[1])
        return struct.pack(">HHIIBBHHH", *ports, seq & 0xffffffff, 1, 0x50, 0x18, 8192, 0,
                           0) + data

    def fragments4(self, rest, size, order):
        cuts = [(at, rest[at:at + size]) for at in range(0, len(rest), size)]
        for i in order:
            at, part = cuts[i]
            more = 0x2000 if at + size < len(rest) else 0
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(part), 77, more | at // 8, 64, 6, 0)
            ip += ip4(A.split(":")[0]) + ip4(B.split(":")[0])
            self.frames.append(b"\2\0\0\0\0\2" + b"\2\0\0\0\0\1" + b"\x08\0" + ip + part)

    def fragments6(self, rest, size, order):
        cuts = [(at, rest[at:at + size]) for at in range(0, len(rest), size)]
        for i in order:
            at, part = cuts[i]
            more = at + size < len(rest)
            ip = struct.pack(">IHBB", 6 << 28, 8 + len(part), 44, 64)
            ip += b"\x20\1\x0d\xb8" + bytes(11) + b"\1" + b"\x20\1\x0d\xb8" + bytes(11) + b"\2"
            ip += struct.pack(">BBHI", 6, 0, at | more, 99)
            self.frames.append(b"\2\0\0\0\0\2" + b"\2\0\0\0\0\1" + b"\x86\xdd" + ip + part)

    def ask(self, kind, code, mid, token, path=None):
        self.udp(CLIENT, SERVER, coap(kind, code, mid, token, path))

    def answer(self, kind, code, mid, token):
        self.udp(SERVER, CLIENT, coap(kind, code, mid, token))


def block(kind, code, mid, token, number, last, path=None, payload=b"0123456789abcdef"):
    """Block2 of 16 bytes; without a path it is a response."""
    data = coap(kind, code, mid, token, path)
    value = number << 4 | (0 if last else 8)
    data += bytes(((23 - 11 if path else 13) << 4 | 1,)) + (b"" if path else b"\x0a")
    return data + bytes((value,)) + (b"" if path else b"\xff" + payload)


def block1(kind, code, mid, token, number, last, path=None, payload=b""):
    """Block1 of 16 bytes, of a request; without a path, of what answers it."""
    data = coap(kind, code, mid, token, path)
    data += bytes((0xd1, 27 - (11 if path else 0) - 13, number << 4 | (0 if last else 8)))
    return data + (b"\xff" + payload if payload else b"")


def sn(kind, body=b"", long=False):
    """An MQTT-SN message, with its length in one byte or in three."""
    size = len(body) + (4 if long else 2)
    return (b"\1" + struct.pack(">H", size) if long else bytes((size,))) + bytes((kind,)) + body


def in_fragments(c):
    rest = c.tcp_of(1000, connect("fragmented") + publish("in/fragments", 0))
    c.fragments4(rest, 24, (2, 0, 1))
    c.fragments6(rest, 24, (1, 2, 0))
    return "3:connect 3:publish:in/fragments 6:connect 6:publish:in/fragments"


def out_of_order(c):
    data = connect("late") + publish("a", 0) + publish("b", 0)
    c.segment(1000, data[:12])
    for at, end in ((24, 30), (20, 24), (12, 20)):
        c.segment(1000 + at, data[at:end])
    c.segment(1000, data[:12])
    return "4:connect 4:publish:a 4:publish:b"


def other_content(c):
    first, second = publish("room/one", 0), publish("room/two", 0)
    c.segment(1000, connect("overlap"))
    at = 1000 + len(connect("overlap"))
    c.segment(at, first)
    c.segment(at, first)   # a retransmission, as it was
    c.segment(at, second)  # and one with another content
    c.segment(at, first + second)
    return "1:connect 2:publish:room/one 4:finding:RFC 9293 3.10.7.4 5:publish:room/two"


def other_content_waiting(c):
    data = publish("room/one", 0) + publish("room/two", 0)
    c.segment(1000, connect("overlap"))
    at = 1000 + len(connect("overlap"))
    c.segment(at + 5, data[5:])
    c.segment(at + 5, b"another" + data[12:])
    c.segment(at, data[:5])
    return "1:connect 3:finding:RFC 9293 3.10.7.4 4:publish:room/one 4:publish:room/two"


def around_the_end(c):
    data = connect("wraps") + publish("before", 0) + publish("after", 0)
    seq = 0x100000000 - 28  # in the topic of the first PUBLISH
    c.segment(seq, data[:26])
    c.segment(seq + 36, data[36:])
    c.segment(seq + 26, data[26:36])
    return "1:connect 3:publish:before 3:publish:after"


def coap_over_tcp(c):
    csm, get = b"\x00\xe1", [bytes((0x51, GET, token)) + b"\xb4temp" for token in (7, 8)]
    content = [bytes((0x31, CONTENT, token)) + b"\xff21" for token in (8, 7)]
    c.tcp(CLIENT, SERVER, csm + get[0] + get[1][:4])
    c.tcp(CLIENT, SERVER, get[1][4:])
    c.tcp(SERVER, CLIENT, csm + content[0] + content[1])
    return ("1:coap:7.01 1:coap:0.01:/temp 2:coap:0.01:/temp 3:coap:7.01 "
            "3:coap:2.05<2 3:coap:2.05<1")


def blocks_interleaved(c):
    for number in range(2):
        for token, path in ((b"\1", "one"), (b"\2", "two")):
            mid = 100 * token[0] + number
            c.udp(CLIENT, SERVER, block(CON, GET, mid, token, number, True, path))
            c.udp(SERVER, CLIENT, block(ACK, CONTENT, mid, token, number, number == 1,
                                        payload=path.encode() * 5 + b"!"))
    return ("1:coap:0.01:/one 2:coap:2.05<1 3:coap:0.01:/two 4:coap:2.05<3 5:coap:0.01:/one "
            "6:coap:2.05<5=one 7:coap:0.01:/two 8:coap:2.05<7=two")


def block1_interleaved(c):
    for number in range(2):
        last = number == 1
        for token, path in ((b"\1", "one"), (b"\2", "two")):
            mid = 100 * token[0] + number
            part = (path.encode() * 6)[:16] if not last else b"!"
            c.udp(CLIENT, SERVER, block1(CON, PUT, mid, token, number, last, path, part))
            c.udp(SERVER, CLIENT, block1(ACK, CHANGED if last else CONTINUE, mid, token, number,
                                         last))
    return ("1:coap:0.03:/one 2:coap:2.31<1 3:coap:0.03:/two 4:coap:2.31<3 5:coap:0.03:/one=one "
            "6:coap:2.04<5 7:coap:0.03:/two=two 8:coap:2.04<7")


def mqttsn(c):
    """A session with names by REGISTER, SUBACK and short names, and one behind a forwarder."""
    gateway = "192.0.2.2:1884"
    talk = ((True, sn(0x04, b"\x0c\1\0\x3cmeter")), (False, sn(0x06)),
            (True, sn(0x07, b"\0gone")), (False, sn(0x08)), (True, sn(0x09, b"bye")),
            (False, sn(0x05, b"\0")),
            (True, sn(0x0a, b"\0\0\0\1a/b")), (False, sn(0x0b, b"\0\7\0\1\0")),
            (True, sn(0x0c, b"\x20\0\7\0\2" + b"x" * 300, long=True)),
            (False, sn(0x0d, b"\0\7\0\2\0")),
            (True, sn(0x12, b"\0\0\3c/d")), (False, sn(0x13, b"\0\0\x09\0\3\0")),
            (False, sn(0x0c, b"\0\0\x09\0\0y")), (True, sn(0x0c, b"\2st\0\0z")),
            (True, sn(0x16)), (False, sn(0x17)), (True, sn(0x18)), (False, sn(0x18)),
            (True, b"\5\xfe\0no" + sn(0x04, b"\4\1\0\x3cinner")))
    for up, data in talk:
        c.udp(*((CLIENT, gateway) if up else (gateway, CLIENT)), data)
    return ("1:connect 2:willtopicreq 3:willtopic:gone 4:willmsgreq 5:willmsg 6:connack "
            "7:register:a/b 8:regack:a/b 9:publish:a/b 10:puback:a/b 11:subscribe:c/d "
            "12:suback:c/d 13:publish:c/d 14:publish:st 15:pingreq 16:pingresp 17:disconnect "
            "18:disconnect 19:connect")


def tokens(c):
    c.ask(CON, GET, 1, b"\7", "separate")
    c.answer(ACK, 0, 1, b"")
    c.answer(CON, CONTENT, 501, b"\7")
    c.ask(ACK, 0, 501, b"")
    c.ask(NON, GET, 2, b"\7", "non")  # the token again, after its exchange
    c.answer(NON, CONTENT, 502, b"\7")
    c.ask(CON, GET, 3, b"", "empty")
    c.answer(ACK, CONTENT, 3, b"")
    return ("1:coap:0.01:/separate 2:coap:0.00<1 3:coap:2.05<1 4:coap:0.00<1 5:coap:0.01:/non "
            "6:coap:2.05<5 7:coap:0.01:/empty 8:coap:2.05<7")


SCENES = (in_fragments, out_of_order, other_content, other_content_waiting, around_the_end,
          coap_over_tcp, blocks_interleaved, block1_interleaved, tokens, mqttsn)


def word(event):
    extra, kind = event["iotxdp"], event["event_type"]
    if kind in ("mqtt", "mqttsn"):
        (kind, fields), = event[kind].items()
        kind += ":" + fields["topic"] if "topic" in fields else ""
    elif kind == "coap":
        kind += ":" + event["coap"]["code"]
        kind += ":" + event["coap"]["uri_path"] if "uri_path" in event["coap"] else ""
        kind += "<%d" % extra["request_frame"] if "request_frame" in extra else ""
        kind += "=" + extra["body"][:3] if extra.get("block_complete") else ""
    else:
        kind += ":" + extra["rule"]
    if kind.split(":")[0] != "finding" and extra["verdict"] != "ok":
        kind += "(%s)" % extra["verdict"]
    return "%d:%s" % (event["pcap_cnt"], kind)


def faults_of(program, scene, path):
    capture = Wire()
    expected = scene(capture)
    capture.write(path)
    done = subprocess.run([program, "-r", path, "-o", "json", "--events",
                           "mqtt,mqttsn,coap,websocket,finding"], capture_output=True,
                          timeout=60, check=False)
    said = " ".join(word(json.loads(line)) for line in done.stdout.splitlines())
    found = [] if said == expected else ["said " + said, "true " + expected]
    if done.returncode or b"DOES NOT HOLD" in done.stderr:
        found.append("exit status %d, or the summary does not add up" % done.returncode)
    if scene in (other_content, other_content_waiting) and (
            b"overlap_conflicts               1 " not in done.stderr):
        found.append("overlap_conflicts is not 1")
    return found


def main():
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        for scene in SCENES:
            found = faults_of(sys.argv[1], scene, os.path.join(scratch, "capture.pcap"))
            bad += bool(found)
            print("%sok - streams: %s" % ("not " if found else "", scene.__name__))
            for fault in found:
                print("#   " + fault)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
