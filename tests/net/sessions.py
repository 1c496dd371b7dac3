#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sessions of MQTT 5 with a real broker, one story after the other: a takeover, wills of every
outcome, messages that wait for a client, a request and its response, aliases, a server's Keep
Alive. Prints what the clients got.  usage: sessions.py HOST"""

import socket
import sys
import threading
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCodes

HOST = sys.argv[1]


def properties(packet, **values):
    made = Properties(packet)
    for name, value in values.items():
        setattr(made, name, value)
    return made


class Client(mqtt.Client):
    def __init__(self, name, will=None, delay=0):
        super().__init__(name, protocol=mqtt.MQTTv5)
        self.name, self.up, self.got, self.done = name, threading.Event(), [], threading.Event()
        self.on_connect = lambda *_: self.up.set()
        self.on_subscribe = self.on_unsubscribe = self.on_publish = lambda *_: self.done.set()
        self.on_message = self.take
        if will:
            self.will_set(will, "gone", 1, False,
                          properties(PacketTypes.WILLMESSAGE, WillDelayInterval=delay))

    def take(self, _client, _userdata, message):
        self.got.append(message)
        print(self.name, message.topic, message.payload.decode(), flush=True)

    def open(self, clean=True, keep_alive=9, **values):
        self.connect(HOST, 1883, keep_alive, clean_start=clean,
                     properties=properties(PacketTypes.CONNECT, **values))
        self.loop_start()
        assert self.up.wait(10), self.name
        return self

    def wait(self, call, *args, **kwargs):
        self.done.clear()
        call(*args, **kwargs)
        assert self.done.wait(10), (self.name, args)

    def until(self, count):
        for _ in range(200):
            if len(self.got) >= count:
                return
            time.sleep(0.05)
        raise SystemExit("%s got %d of %d" % (self.name, len(self.got), count))

    def leave(self, code=0):
        self.disconnect(ReasonCodes(PacketTypes.DISCONNECT, identifier=code))
        self.loop_stop()

    def die(self):
        """Without a DISCONNECT."""
        self.loop_stop()
        self._sock_close()


def waiting_messages(watcher):
    sleeper = Client("sleeper").open(SessionExpiryInterval=60, ReceiveMaximum=1)
    sleeper.wait(sleeper.subscribe, "sleep/#", 2)
    sleeper.leave()
    for qos in (1, 2, 1, 2):
        watcher.wait(watcher.publish, "sleep/%d" % qos, "z", qos)
    again = Client("sleeper").open(clean=False, SessionExpiryInterval=60, ReceiveMaximum=1)
    again.until(4)
    again.wait(again.unsubscribe, "sleep/#")
    again.leave()


def takeover():
    first = Client("twice", "will/taken", 9).open(SessionExpiryInterval=60)
    first.on_disconnect = lambda *_: first.loop_stop()
    Client("twice").open(clean=False, SessionExpiryInterval=60).leave()


def wills(watcher):
    Client("calm", "will/calm").open().leave()
    Client("asks", "will/asks").open().leave(4)
    Client("falls", "will/falls").open().die()
    Client("later", "will/later", 1).open(SessionExpiryInterval=60).die()
    watcher.until(3)
    raw = socket.create_connection((HOST, 1883), timeout=10)
    raw.sendall(bytes.fromhex("101d00044d51545405060002000006") + b"silent" + b"\0\0\x04will\0\1x")
    while raw.recv(100):  # until the broker closes it
        pass
    raw.close()
    watcher.until(4)


def request(watcher):
    answers = Client("answers").open()
    answers.wait(answers.subscribe, "ask/#", 1)
    answers.on_message = lambda _c, _u, m: answers.publish(
        m.properties.ResponseTopic, "answer", 1,
        properties=properties(PacketTypes.PUBLISH, CorrelationData=m.properties.CorrelationData))
    watcher.wait(watcher.subscribe, "answer/#", 1)
    watcher.publish("ask/time", "?", 1, properties=properties(
        PacketTypes.PUBLISH, ResponseTopic="answer/me", CorrelationData=b"\1\2"))
    watcher.until(5)
    answers.leave()


def aliases(watcher):
    for topic in ("will/a", "", "", "will/b", ""):  # bound, used twice, bound anew, used
        watcher.wait(watcher.publish, topic, "alias", 1,
                     properties=properties(PacketTypes.PUBLISH, TopicAlias=1))
    watcher.until(10)


def server_keep_alive():
    client = Client("eager").open(keep_alive=60)  # the broker says 10
    time.sleep(0.2)
    client.leave()


def main():
    watcher = Client("watcher").open()
    watcher.wait(watcher.subscribe, "will/#", 1)
    waiting_messages(watcher)
    takeover()
    wills(watcher)
    request(watcher)
    aliases(watcher)
    server_keep_alive()
    Client("").open().leave()
    watcher.leave()


main()
