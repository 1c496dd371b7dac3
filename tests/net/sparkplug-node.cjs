// SPDX-License-Identifier: GPL-2.0-only
/*
 * An edge node of Sparkplug B with a device: births, data, a death.
 * usage: sparkplug-node.cjs HOST EDGE_NODE [GZIP|DEFLATE]
 */
'use strict';
const sparkplug = require('sparkplug-client');

const [host, edgeNode, algorithm] = process.argv.slice(2);
const options = algorithm ? { compress: true, algorithm } : {};
const client = sparkplug.newClient({
	serverUrl: `mqtt://${host}:1883`, username: 'u', password: 'p', groupId: 'plant', edgeNode,
	clientId: edgeNode, version: 'spBv1.0', publishDeath: true,
});
let time = 1700000000000;

function payload(...metrics) {
	time += 1000;
	return {
		timestamp: time,
		metrics: metrics.map(([name, type, value]) => ({ name, type, value, timestamp: time })),
	};
}

const table = {
	numOfColumns: 2, types: ['int8', 'string'], columns: ['level', 'text'],
	rows: [[-5, 'low'], [7, 'high']],
};
const motor = {
	version: '1', templateRef: 'Motor', isDefinition: false,
	metrics: [{ name: 'rpm', type: 'int32', value: -1500 }],
	parameters: [{ name: 'Serial', type: 'string', value: 'A7' }],
};

client.on('birth', () => {
	client.publishNodeBirth(payload(
		['Node Control/Rebirth', 'boolean', false], ['int8', 'int8', -8], ['int16', 'int16', -16],
		['int32', 'int32', -32], ['int64', 'int64', -64], ['uint8', 'uint8', 200],
		['uint32', 'uint32', 4000000000], ['uint64', 'uint64', 64], ['float', 'float', 1.5],
		['double', 'double', -0.1], ['string', 'string', 'grüße'], ['text', 'text', 'a b'],
		['when', 'datetime', 1700000000000], ['bytes', 'bytes', Buffer.from([0, 255])],
		['table', 'dataset', table], ['motor', 'template', motor]), options);
	client.publishDeviceBirth('press', payload(['force', 'double', 0]), options);
	for (let i = 1; i < 260; i++) /* the sequence goes around */
		client.publishDeviceData('press', payload(['force', 'double', i / 4]), options);
	client.publishDeviceDeath('press', payload());
	setTimeout(() => client.stop(), 500);
	setTimeout(() => process.exit(0), 1500);
});
client.on('error', (error) => {
	console.error(error);
	process.exit(1);
});
