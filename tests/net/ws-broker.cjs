// SPDX-License-Identifier: GPL-2.0-only
/*
 * A broker that speaks MQTT in WebSocket with permessage-deflate, in three ways, each on a
 * port of its own. Its own account goes to standard output: what clients published.
 */
'use strict';
const aedes = require('aedes')();
const http = require('http');
const { WebSocketServer, createWebSocketStream } = require('ws');

const ways = {
	9001: { threshold: 0 },
	8083: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
	8080: { threshold: 64, serverMaxWindowBits: 10, clientMaxWindowBits: 9 },
};

aedes.on('publish', (packet, client) => {
	if (client)
		console.log(`${client.id} ${packet.topic} ${packet.payload}`);
});

let waiting = Object.keys(ways).length;
for (const [port, perMessageDeflate] of Object.entries(ways)) {
	const server = http.createServer();
	const options = { server, perMessageDeflate, handleProtocols: () => 'mqtt' };

	new WebSocketServer(options).on('connection', (socket) => {
		aedes.handle(createWebSocketStream(socket));
	});
	server.listen(port, () => {
		if (!--waiting)
			console.error('listening');
	});
}
