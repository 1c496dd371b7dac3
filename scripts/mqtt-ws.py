#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""An MQTT client over WebSocket, for the lab: mosquitto's own clients do not speak it.

usage: mqtt-ws.py HOST VERSION ID sub FILTER COUNT      prints COUNT messages, then leaves
       mqtt-ws.py HOST VERSION ID pub TOPIC QOS TEXT... publishes each, in order, then leaves
VERSION is 311 or 5; the port is 9001; a TEXT of @FILE is what the file holds."""

import sys

import paho.mqtt.client as mqtt

PORT = 9001
TIME_LIMIT = 60


def payload(text):
    if not text.startswith("@"):
        return text.encode()
    with open(text[1:], "rb") as file:
        return file.read()


def subscribe(client, topic_filter, count):
    left = int(count)

    def take(_client, _userdata, message):
        nonlocal left
        print(message.topic, message.payload.decode(errors="replace"), flush=True)
        left -= 1
        if not left:
            client.disconnect()

    client.on_message = take
    client.on_connect = lambda *_: client.subscribe(topic_filter, 1)
    client.loop_forever()


def publish(client, topic, qos, *texts):
    client.loop_start()
    for text in texts:
        client.publish(topic, payload(text), int(qos)).wait_for_publish(TIME_LIMIT)
    client.disconnect()
    client.loop_stop()


def main():
    host, version, name, job, *rest = sys.argv[1:]
    client = mqtt.Client(client_id=name, transport="websockets",
                         protocol=mqtt.MQTTv5 if version == "5" else mqtt.MQTTv311)
    client.connect(host, PORT)
    {"sub": subscribe, "pub": publish}[job](client, *rest)


if __name__ == "__main__":
    main()
