# SPDX-License-Identifier: GPL-2.0-only
"""Captures for pdu.py of what no public one has, written byte by byte: what a PDU file of each
has to show in tshark stands beside it."""

import base64
import hashlib
import struct
import zlib

from questions_gen import Capture, connect, field, publish

CLIENT, SERVER = "192.0.2.1:40000", "192.0.2.2:9001"
TEXT, BINARY, PING, CONTINUES = 1, 2, 9, 0
FIN, COMPRESSED = 0x80, 0x40
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
CONTENT = 0x45
# Options and payload together, around every form of the length (RFC 8323, 3.2).
PAYLOADS = (0, 1, 11, 12, 13, 267, 268, 269, 65803, 65804, 65805, 200000)


class WebSocket(Capture):
    """A connection of CLIENT to SERVER: the client masks, its segments are of `size` bytes."""

    size = 1400

    def send(self, src, dst, data):
        for at in range(0, len(data), self.size):
            self.tcp(src, dst, data[at:at + self.size])

    def up(self, data):
        self.send(CLIENT, SERVER, data)

    def down(self, data):
        self.send(SERVER, CLIENT, data)

    def open(self, protocol, deflate=False):
        guid = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(KEY + guid).digest()).decode()
        extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflate else ""
        self.up(("GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\nOrigin: http://a\r\n"
                 "Sec-WebSocket-Protocol: %s\r\n%s\r\n"
                 % (KEY.decode(), protocol, extension)).encode())
        self.down(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                   "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
                   "Sec-WebSocket-Protocol: %s\r\n%s\r\n"
                   % (accept, protocol, extension)).encode())


def frame(data, mask=None, first=FIN | BINARY):
    bit = 0x80 if mask else 0
    if len(data) < 126:
        head = bytes((first, bit | len(data)))
    elif len(data) < 65536:
        head = bytes((first, bit | 126)) + struct.pack(">H", len(data))
    else:
        head = bytes((first, bit | 127)) + struct.pack(">Q", len(data))
    if mask:
        key = mask * (len(data) // 4 + 1)
        number = int.from_bytes(data, "big") ^ int.from_bytes(key[:len(data)], "big")
        data = mask + number.to_bytes(len(data), "big")
    return head + data


MASK = b"\x37\xfa\x21\x3d"


def coap_ws(code, token, path=None, payload=b""):
    """Len is 0, whatever follows."""
    data = bytes((len(token), code)) + token
    if path:
        data += bytes((0xb0 | len(path),)) + path.encode()
    return data + (b"\xff" + payload if payload else b"")


def coap_over_websocket(c):
    c.open("coap")
    c.up(frame(coap_ws(0xe1, b""), MASK))
    c.down(frame(coap_ws(0xe1, b"")))
    rows = [{"coap.code": "225"}, {"coap.code": "225"}]
    for i, size in enumerate(PAYLOADS):
        token = bytes((i + 1,))
        c.up(frame(coap_ws(1, token, "p%d" % i), MASK))
        c.down(frame(coap_ws(CONTENT, token, payload=b"x" * size)))
        rows.append({"coap.code": "1", "coap.token": token.hex(), "coap.opt.uri_path": "p%d" % i})
        rows.append({"coap.code": "69", "coap.token": token.hex(),
                     "coap.payload_length": str(size) if size else ""})
    return rows


def mqtt_over_websocket(c):
    """A message over three frames with a ping between, two messages in one frame, and a
    message that two WebSocket messages share."""
    c.open("mqtt")
    hello, one = connect("ws"), publish("one", 0)
    for part, first in ((hello[:3], BINARY), (hello[3:9], CONTINUES), (b"now", FIN | PING),
                        (hello[9:], FIN | CONTINUES)):
        c.up(frame(part, MASK, first))
    c.down(frame(b"\x20\x02\0\0"))
    c.up(frame(one + publish("two", 0), MASK))
    c.up(frame(one[:4], MASK) + frame(one[4:], MASK))
    return [{"mqtt.msgtype": "1"}, {"mqtt.msgtype": "2"},
            {"mqtt.msgtype": "3", "mqtt.topic": "one"}, {"mqtt.msgtype": "3", "mqtt.topic": "two"},
            {"mqtt.msgtype": "3", "mqtt.topic": "one"}]


def mqtt_compressed(c):
    """permessage-deflate, the context taken over from message to message."""
    def squeeze(coder, data, mask=None):
        packed = coder.compress(data) + coder.flush(zlib.Z_SYNC_FLUSH)
        return frame(packed[:-4], mask, FIN | COMPRESSED | BINARY)

    up, down = (zlib.compressobj(9, zlib.DEFLATED, -15) for _ in range(2))
    c.open("mqtt", deflate=True)
    c.up(squeeze(up, connect("packed"), MASK))
    c.down(squeeze(down, b"\x20\x02\0\0"))
    rows = [{"mqtt.msgtype": "1"}, {"mqtt.msgtype": "2"}]
    for i in range(20):
        c.up(squeeze(up, publish("room/%d" % i, 0), MASK))
        c.down(squeeze(down, publish("room/%d" % i, 0)))
        rows += 2 * [{"mqtt.msgtype": "3", "mqtt.topic": "room/%d" % i}]
    return rows


def length(n):
    out = b""
    while True:
        out += bytes((n % 128 | (0x80 if n > 127 else 0),))
        n //= 128
        if not n:
            return out


def large_messages(c):
    """Up to the longest that tshark opens in one packet; longer ones are cut, and say so."""
    rows = [{"mqtt.msgtype": "1"}]
    c.tcp(CLIENT.replace("40000", "40001"), "192.0.2.2:1883", connect("large"))
    for size in (200000, 1 << 20, 3 << 20):
        body = field("large") + b"x" * size
        data = b"\x30" + length(len(body)) + body
        for at in range(0, len(data), 60000):
            c.tcp(CLIENT.replace("40000", "40001"), "192.0.2.2:1883", data[at:at + 60000])
        rows.append({"mqtt.msgtype": "3", "mqtt.topic": "large", "mqtt.len": str(len(body))})
    return rows


def v5_publish(topic, alias):
    body = field(topic) + b"\3\x23" + struct.pack(">H", alias) + b"x"
    return bytes((0x30, len(body))) + body


def aliases(c):
    """Each side has its own, and one is bound anew: tshark has one map for both."""
    a, b = CLIENT.replace("40000", "40002"), "192.0.2.2:1883"
    c.tcp(a, b, connect("alias", level=5))
    c.tcp(b, a, b"\x20\x06\0\0\3\x22\0\5")
    c.tcp(a, b, v5_publish("mine", 1) + v5_publish("", 1))
    c.tcp(b, a, v5_publish("yours", 1) + v5_publish("", 1))
    c.tcp(a, b, v5_publish("", 1) + v5_publish("anew", 1) + v5_publish("", 1))
    rows = [{"mqtt.topic": t} for t in ("mine", "mine", "yours", "yours", "yours", "anew", "anew")]
    return [{"mqtt.msgtype": "1"}, {"mqtt.msgtype": "2"}] + rows


def findings(c):
    """A message that breaks two rules, one that breaks none, and frames that break a rule of
    WebSocket's: those are of no message that is handed on."""
    c.open("mqtt")
    c.up(frame(connect("broken"), MASK))
    c.down(frame(b"\x20\x02\0\0"))
    c.up(frame(publish("a/#", 1), MASK))
    c.up(frame(publish("a", 0)))
    return [{"mqtt.msgtype": "1", "frame.comment": ""}, {"mqtt.msgtype": "2"},
            {"mqtt.topic": "a/#", "frame.comment":
                "error mqtt PUBLISH MQTT-3.3.2-2: a wildcard in a PUBLISH's topic name (byte 4),"
                "error mqtt PUBLISH MQTT-4.7.1-1: a wildcard in a topic name (byte 4)"},
            {"frame.protocols": "exported_pdu", "frame.comment": "error websocket BINARY "
                "RFC 6455 5.1: a frame of the client is not masked (byte 1)"},
            {"mqtt.topic": "a", "frame.comment": ""}]


def mqttsn(kind, body):
    return bytes((2 + len(body), kind)) + body


def mqttsn_session(c):
    """Topics by name, by an id that was given, and by two letters."""
    a, b = CLIENT.replace("40000", "40003"), "192.0.2.2:1884"
    for to_server, message in (
            (1, mqttsn(0x04, b"\x0c\x01\0\x3cnode")), (0, mqttsn(0x06, b"")),
            (1, mqttsn(0x07, b"\0last/will")), (0, mqttsn(0x08, b"")), (1, mqttsn(0x09, b"gone")),
            (0, mqttsn(0x05, b"\0")),
            (1, mqttsn(0x0a, b"\0\0\0\1room/temp")), (0, mqttsn(0x0b, b"\0\7\0\1\0")),
            (1, mqttsn(0x0c, b"\0\0\7\0\0" + b"21")), (1, mqttsn(0x0c, b"\2" + b"zz" + b"\0\0x")),
            (1, mqttsn(0x12, b"\0\0\2hall/#")), (0, mqttsn(0x13, b"\0\0\0\0\2\0")),
            (1, mqttsn(0x14, b"\0\0\3hall/#")), (0, mqttsn(0x15, b"\0\3")),
            (1, mqttsn(0x16, b"")), (0, mqttsn(0x17, b"")), (1, mqttsn(0x18, b""))):
        c.udp(a if to_server else b, b if to_server else a, message)
    return ([{"mqttsn.msg.type": t} for t in ("0x04", "0x06")] +
            [{"mqttsn.will.topic": "last/will"}] +
            [{"mqttsn.msg.type": t} for t in ("0x08", "0x09", "0x05")] +
            [{"mqttsn.topic": "room/temp", "mqttsn.topic.id": "0"}, {"mqttsn.topic.id": "7"},
             {"mqttsn.topic.id": "7"}, {"mqttsn.topic.id": str(0x7a7a)},
             {"mqttsn.topic.name.or.id": "hall/#"}, {"mqttsn.msg.type": "0x13"},
             {"mqttsn.topic.name.or.id": "hall/#"}] +
            [{"mqttsn.msg.type": t} for t in ("0x15", "0x16", "0x17", "0x18")])


SCENES = (coap_over_websocket, mqtt_over_websocket, mqtt_compressed, large_messages,
          aliases, findings, mqttsn_session)
