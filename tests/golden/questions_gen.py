# SPDX-License-Identifier: GPL-2.0-only
"""A capture on which the short cuts of the notebook give wrong numbers, written byte by
byte. Beside the frames it keeps what a reader sees who looks at one message per frame."""

import struct

COAP_ME = "203.0.113.9"
HIVEMQ = ("198.51.100.1", "198.51.100.2")
MOSQUITTO = ("198.51.100.3", "198.51.100.4")
LOCAL = "127.0.0.1"
ME = "192.0.2.1"


def ip4(text):
    return bytes(int(part) for part in text.split("."))


def field(data):
    data = data.encode() if isinstance(data, str) else data
    return struct.pack(">H", len(data)) + data


def mqtt(first, body):
    assert len(body) < 128
    return bytes((first, len(body))) + body


def connect(client_id, will=None, level=4):
    flags = 2 | (4 if will else 0)
    props = b"\0" if level == 5 else b""
    body = field("MQTT") + bytes((level, flags)) + struct.pack(">H", 60) + props + field(client_id)
    if will:
        body += props + field(will) + field("gone")
    return mqtt(0x10, body)


def subscribe(*filters, level=4):
    body = struct.pack(">H", 7) + (b"\0" if level == 5 else b"")
    return mqtt(0x82, body + b"".join(field(f) + b"\0" for f in filters))


def publish(topic, flags):
    return mqtt(0x30 | flags, field(topic) + (b"\0\x09" if flags & 6 else b"") + b"x")


def coap(kind, code, mid, token, path=None):
    options = b"" if path is None else bytes((0xb0 | len(path),)) + path.encode()
    return bytes((0x40 | kind << 4 | len(token), code)) + struct.pack(">H", mid) + token + options


def mqttsn_publish(topic_id):
    return struct.pack(">BBBHH", 9, 0x0c, 0, topic_id, 0) + b"hi"


def dns_name(name):
    return b"".join(bytes((len(p),)) + p.encode() for p in name.split(".")) + b"\0"


def dns_answer(name, *records):
    """records: (owner, "A", address) or (owner, "CNAME", name)"""
    out = struct.pack(">HHHHHH", 1, 0x8180, 1, len(records), 0, 0)
    out += dns_name(name) + struct.pack(">HH", 1, 1)
    for owner, kind, value in records:
        data = ip4(value) if kind == "A" else dns_name(value)
        out += dns_name(owner) + struct.pack(">HHIH", 1 if kind == "A" else 5, 1, 60, len(data)) + data
    return out


class Capture:
    def __init__(self):
        self.frames = []
        self.seen = []  # what the notebook's library would hand out, a dict per frame
        self.next_seq = {}

    def frame(self, proto, src, dst, rest, **seen):
        src, dst = src.split(":"), dst.split(":")
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(rest), 0, 0, 64, proto, 0)
        ip += ip4(src[0]) + ip4(dst[0])
        self.frames.append(b"\2\0\0\0\0\2" + b"\2\0\0\0\0\1" + b"\x08\0" + ip + rest)
        self.seen.append(dict(src=src[0], sport=int(src[1]), dst=dst[0], dport=int(dst[1]),
                              udp=proto == 17, **seen))

    def udp(self, src, dst, payload, **seen):
        ports = int(src.split(":")[1]), int(dst.split(":")[1])
        self.frame(17, src, dst, struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload, **seen)

    def tcp(self, src, dst, payload, again=False, **seen):
        key = (src, dst)
        seq = self.next_seq.get(key, 1000)
        if again:
            seq -= len(payload)
        ports = int(src.split(":")[1]), int(dst.split(":")[1])
        head = struct.pack(">HHIIBBHHH", *ports, seq, 1, 0x50, 0x18 if payload else 0x11, 8192, 0, 0)
        self.next_seq[key] = seq + len(payload)
        self.frame(6, src, dst, head + payload, **seen)

    def fin(self, src, dst):
        self.tcp(src, dst, b"")

    # one message in a datagram or segment; more when several are given

    def coap(self, src, dst, kind, code, mid, token, path=None):
        self.udp(src, dst, coap(kind, code, mid, token, path),
                 coap=(kind, code, token, path or ""))

    def session(self, src, dst, client_id, will=None, level=4):
        self.tcp(src, dst, connect(client_id, will, level), mqtt="connect", will=will)
        answer = b"\x20\x03\0\0\0" if level == 5 else b"\x20\x02\0\0"
        self.tcp(dst, src, answer, mqtt="connack")

    def subscribe(self, src, dst, *packets, level=4):
        data = b"".join(subscribe(*filters, level=level) for filters in packets)
        self.tcp(src, dst, data, mqtt="subscribe", filters=packets[0])

    def publish(self, src, dst, *messages, again=False):
        data = b"".join(publish(topic, flags) for topic, flags in messages)
        self.tcp(src, dst, data, again, mqtt="publish", flags=messages[0][1])

    def write(self, path):
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for i, data in enumerate(self.frames):
                out.write(struct.pack("<IIII", 1700000000 + i // 100, i % 100 * 1000, len(data),
                                      len(data)) + data)


CON, NON, ACK = 0, 1, 2
GET, PUT = 1, 3


def names(c):
    resolver, asker = "192.0.2.53:53", ME + ":30000"
    c.udp(resolver, asker, dns_answer("coap.me", ("coap.me", "A", COAP_ME)))
    # The name that people use is an alias.
    c.udp(resolver, asker, dns_answer(
        "broker.hivemq.com", ("broker.hivemq.com", "CNAME", "lb.example.net"),
        ("lb.example.net", "A", HIVEMQ[0]), ("lb.example.net", "A", HIVEMQ[1])))
    c.udp(resolver, asker, dns_answer(
        "test.mosquitto.org", *(("test.mosquitto.org", "A", a) for a in MOSQUITTO)))


def requests(c):
    """cq1: 2; cq2: 2"""
    here, server = LOCAL + ":41000", LOCAL + ":5683"
    c.coap(here, server, CON, PUT, 1, b"A", "x")
    c.coap(here, server, CON, PUT, 1, b"A", "x")  # sent again
    c.coap(server, here, ACK, 0x84, 1, b"A")
    c.coap(here, server, CON, PUT, 2, b"A", "y")  # another request, the token is free again
    c.coap(server, here, ACK, 0x85, 2, b"A")
    c.coap(here, server, CON, PUT, 3, b"C", "z")
    c.coap(server, here, ACK, 0x5f, 3, b"C")  # 2.31 Continue is no failure
    c.coap(here, server, CON, PUT, 4, b"B", "x")
    c.coap(server, here, ACK, 0x44, 4, b"B")
    other = LOCAL + ":41001"
    c.coap(other, server, NON, GET, 5, b"B", "x")  # the token of somebody else
    c.coap(server, other, NON, 0x84, 90, b"B")

    here, server = ME + ":42000", COAP_ME + ":5683"
    c.coap(here, server, CON, GET, 11, b"1", "a")
    c.coap(here, server, CON, GET, 11, b"1", "a")  # sent again
    c.coap(server, here, ACK, 0x45, 11, b"1")
    c.coap(here, server, NON, GET, 12, b"2", "a")
    c.coap(here, server, CON, GET, 13, b"3", "b")
    c.coap(here, server, NON, GET, 14, b"4", "b")
    c.coap(here, server, NON, GET, 15, b"5", "b")
    c.coap(here, server, CON, GET, 16, b"6")
    c.coap(here, server, NON, GET, 17, b"7")


def subscriptions(c):
    """cq3: 5"""
    one, two = (a + ":1883" for a in HIVEMQ)
    elsewhere = "198.51.100.9:1883"
    c.session(ME + ":43000", one, "first")
    c.subscribe(ME + ":43000", one, ("x", "y/#", "z"))
    c.session(ME + ":43000", two, "the same port")
    c.subscribe(ME + ":43000", two, ("#",))
    c.session(ME + ":43001", one, "two in a frame")
    c.subscribe(ME + ":43001", one, ("x",), ("deep/#",))
    c.session(ME + ":43002", one, "shared", level=5)
    c.subscribe(ME + ":43002", one, ("$share/g/z/#",), level=5)
    c.session(ME + ":43003", one, "single level")
    c.subscribe(ME + ":43003", one, ("+/x",))
    c.session(ME + ":43004", one, "no wildcard")
    c.subscribe(ME + ":43004", one, ("sport#",))
    # Another connection of the first client's port: of captures of messages, no SYN tells.
    for way in ((ME + ":43000", one), (one, ME + ":43000")):
        c.next_seq[way] += 1 << 29
    c.session(ME + ":43000", one, "again")
    c.subscribe(ME + ":43000", one, ("#",))
    c.session(ME + ":43005", elsewhere, "another broker")
    c.subscribe(ME + ":43005", elsewhere, ("#",))


def wills(c):
    """cq4: 3; cq5: 3, and 1 that gets a will"""
    one, two = "198.51.100.7:1883", "198.51.100.8:1883"
    c.session(ME + ":44000", one, "a", "university/room")
    c.session(ME + ":44000", two, "b", "university/hall")  # the same port
    c.session(ME + ":44001", one, "c", "university")
    c.session(ME + ":44002", one, "d", "universityx/room")
    c.session(ME + ":44003", one, "e")
    c.subscribe(ME + ":44003", one, ("nothing", "university/room"))
    c.session(ME + ":44004", one, "f")
    c.subscribe(ME + ":44004", one, ("university/hall",))
    c.session(ME + ":44004", two, "g")
    c.subscribe(ME + ":44004", two, ("university/hall",))
    c.session(ME + ":44005", one, "h")
    c.subscribe(ME + ":44005", one, ("university/+",))
    # One client leaves without a word, one says good-bye.
    c.fin(ME + ":44000", one)
    c.tcp(ME + ":44001", one, b"\xe0\0")
    c.fin(ME + ":44001", one)
    for port in (":44003", ":44005"):
        c.tcp(one, ME + port, mqtt(0x30, field("university/room") + b"gone"))


def publications(c):
    """cq6: 4"""
    one, two = (a + ":1883" for a in MOSQUITTO)
    c.session(ME + ":45000", one, "p")
    c.publish(ME + ":45000", one, ("t/1", 1), ("t/2", 1), ("t/3", 1), ("t/4", 0))
    c.publish(ME + ":45000", one, ("t/1", 1), ("t/2", 1), ("t/3", 1), ("t/4", 0), again=True)
    c.publish(ME + ":45000", one, ("t/5", 3))
    c.session(ME + ":45001", two, "q")
    c.publish(ME + ":45001", two, ("t/6", 0), ("t/7", 1))


def sensors(c):
    """cq7: 2"""
    c.udp(LOCAL + ":46000", LOCAL + ":1885", mqttsn_publish(1))
    c.udp(LOCAL + ":46000", LOCAL + ":1885", mqttsn_publish(2))
    c.udp(LOCAL + ":1885", LOCAL + ":46000", mqttsn_publish(3))
    c.udp(LOCAL + ":46001", LOCAL + ":1885", b"no MQTT-SN at all")
    c.udp(ME + ":46000", "198.51.100.6:1885", mqttsn_publish(4))


def capture():
    c = Capture()
    for part in (names, requests, subscriptions, wills, publications, sensors):
        part(c)
    return c


# --- the notebook's own methods, on what it saw -------------------------------------------------


def looked_at(filters):
    """The only one of several, else the second."""
    return filters[0] if len(filters) == 1 else filters[1]


def notebook(seen):
    coaps = [p for p in seen if "coap" in p]
    put = {p["coap"][2] for p in coaps if p["coap"][:2] == (CON, PUT)}
    failed = {p["coap"][2] for p in coaps if p["coap"][1] > 69 and p["src"] == LOCAL}
    gets = [p["coap"] for p in coaps if p["coap"][1] == GET and p["dst"] == COAP_ME]
    con = [g[3] for g in gets if g[0] == CON]
    non = [g[3] for g in gets if g[0] != CON]
    subscribes = [p for p in seen if p.get("mqtt") == "subscribe"]
    topics = {p["will"] for p in seen if p.get("will")}
    return {
        "cq1": len(put & failed),
        "cq2": sum(con.count(path) == non.count(path) for path in set(con) & set(non)),
        "cq3": len({p["sport"] for p in subscribes
                    if p["dst"] in HIVEMQ and "#" in looked_at(p["filters"])}),
        "cq4": len({p["sport"] for p in seen if (p.get("will") or "").startswith("university/")}),
        "cq5": len({p["sport"] for p in subscribes if looked_at(p["filters"]) in topics}),
        "cq6": sum(p.get("mqtt") == "publish" and p["dst"] == MOSQUITTO[0] and p["flags"] == 1
                   for p in seen),
        "cq7": sum(p["udp"] and p["dport"] == 1885 for p in seen),
    }
