// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that compresses: subscribes, publishes COUNT messages to itself, prints what it
 * gets, pings, and leaves.  usage: ws-client.cjs HOST PORT ID COUNT
 */
'use strict';
const mqtt = require('mqtt');

const [host, port, clientId, count] = process.argv.slice(2);
const client = mqtt.connect(`ws://${host}:${port}/mqtt`, {
	clientId, protocolVersion: 4, keepalive: 1, reconnectPeriod: 0,
	wsOptions: { perMessageDeflate: { threshold: 0 } },
});
let left = Number(count);

function text(i) {
	return `${i}: ${clientId} says the same again and again, ${'again, '.repeat(i % 40)}${i * i}`;
}

client.on('connect', () => client.subscribe(`room/${clientId}`, { qos: 1 }, () => {
	for (let i = 0; i < count; i++)
		client.publish(`room/${clientId}`, text(i), { qos: i % 3 });
}));
client.on('message', (topic, message) => {
	console.log(`${clientId} ${topic} ${message}`);
	if (!--left)
		setTimeout(() => client.end(), 1500); /* a ping passes meanwhile */
});
client.on('error', (error) => {
	console.error(error);
	process.exit(1);
});
