-- SPDX-License-Identifier: GPL-2.0-only
-- What people ask of the database. The tables that hold the rows are made from
-- sqlite_map.def: event has a row for everything that happened, mqtt, coap, mqttsn,
-- websocket, http and dns have the fields of their protocol under the same id, breach those of
-- a finding, flow_record those of a conversation that is over, and a table that is named after
-- a list has a row for each member. README.md has an example query for each view.

-- A run of iotxdp; with --append there are several. Frame numbers are of its capture.
CREATE TABLE run (id INTEGER PRIMARY KEY, source TEXT);

-- The messages of a connection by type and identifier, in their order.
CREATE INDEX mqtt_by_flow ON mqtt (flow_id, type, message_id);
CREATE INDEX mqtt_will_by_flow ON mqtt_will (will_flow_id);
CREATE INDEX coap_by_exchange ON coap (exchange, role);

-- Everything that happened; what every view below begins with.
CREATE VIEW message AS
SELECT id, run, frame,
       strftime('%Y-%m-%dT%H:%M:%S', time_ns / 1000000000, 'unixepoch') ||
       printf('.%09dZ', time_ns % 1000000000) AS time,
       time_ns, flow_id, protocol, src_ip, src_port, src_name, dst_ip, dst_port, dst_name,
       transport, iface, direction, vlan, verdict, rule, finding, weight, duplicate, resync,
       over
FROM event;

-- A rule that is broken, or advice that is not followed: by which message, in which frame.
CREATE VIEW finding AS
SELECT e.id, e.run, e.frame, e.time, e.time_ns, e.flow_id, e.src_ip, e.src_port, e.src_name,
       e.dst_ip, e.dst_port, e.dst_name, e.transport, e.iface, e.direction, b.protocol,
       b.message, e.rule, b.severity, b.offset, e.finding AS text, e.verdict
FROM breach b JOIN message e USING (id);

-- --- names ---------------------------------------------------------------------------------

CREATE VIEW dns_answer AS
SELECT e.*, a.position, a.rrname, a.rrtype, a.ttl, a.rdata, d.rcode
FROM dns_record a JOIN dns d USING (id) JOIN message e USING (id)
WHERE d.type = 'response';

-- Every name that the traffic has given an address, in lower case and without the dot of
-- the root: through chains of CNAME all names on the way.
CREATE VIEW host_name AS
WITH RECURSIVE
answer AS (
	SELECT lower(rtrim(rrname, '.')) AS name, rrtype, lower(rtrim(rdata, '.')) AS value
	FROM dns_record JOIN dns USING (id) WHERE dns.type = 'response'
),
named (address, name) AS (
	SELECT value, name FROM answer WHERE rrtype IN ('A', 'AAAA')
	UNION
	SELECT named.address, answer.name FROM named
	JOIN answer ON answer.rrtype = 'CNAME' AND answer.value = named.name
)
SELECT address, name FROM named
UNION
SELECT src_ip, lower(rtrim(src_name, '.')) FROM event WHERE src_name IS NOT NULL
UNION
SELECT dst_ip, lower(rtrim(dst_name, '.')) FROM event WHERE dst_name IS NOT NULL
UNION
VALUES ('127.0.0.1', 'localhost'), ('::1', 'localhost'); -- always (RFC 6761, section 6.3)

-- An address that sent or received messages.
CREATE VIEW host AS
WITH seen AS (
	SELECT src_ip AS address, 1 AS sent, 0 AS received, time_ns, frame FROM event
	WHERE protocol NOT IN ('finding', 'flow')
	UNION ALL
	SELECT dst_ip, 0, 1, time_ns, frame FROM event WHERE protocol NOT IN ('finding', 'flow')
)
SELECT seen.address,
       (SELECT group_concat(name, ' ') FROM host_name n WHERE n.address = seen.address) AS names,
       sum(sent) AS messages_sent, sum(received) AS messages_received,
       min(time_ns) AS first_ns, max(time_ns) AS last_ns,
       min(frame) AS first_frame, max(frame) AS last_frame
FROM seen WHERE seen.address IS NOT NULL GROUP BY seen.address;

-- A conversation: named by the endpoints of its first message, or, where none of it is an
-- event, by its client's. Packets, bytes, messages by type, and how it ended are there once it
-- is over; first_ns and last_ns are of its packets then, else of its messages.
CREATE VIEW flow AS
WITH span AS (
	SELECT run, flow_id, min(id) AS first, count(*) AS messages, min(time_ns) AS first_ns,
	       max(time_ns) AS last_ns, max(frame) AS last_frame
	FROM event WHERE flow_id IS NOT NULL AND protocol NOT IN ('finding', 'flow')
	GROUP BY run, flow_id
),
record AS (
	SELECT e.run, e.flow_id, min(e.id) AS first, 0 AS messages,
	       min(strftime('%s', substr(r.start, 1, 19)) * 1000000000 + substr(r.start, 21, 9))
	       AS first_ns,
	       max(strftime('%s', substr(r.end, 1, 19)) * 1000000000 + substr(r.end, 21, 9))
	       AS last_ns, NULL AS last_frame, r.app_proto, r.state, r.end_reason,
	       sum(r.packets_to_server) AS packets_to_server,
	       sum(r.packets_to_client) AS packets_to_client,
	       sum(r.bytes_to_server) AS bytes_to_server,
	       sum(r.bytes_to_client) AS bytes_to_client,
	       r.messages_to_server, r.messages_to_client
	FROM flow_record r JOIN event e USING (id) GROUP BY e.run, e.flow_id
),
known AS (
	SELECT run, flow_id, first, messages, first_ns, last_ns, last_frame FROM span
	UNION ALL
	SELECT run, flow_id, first, messages, first_ns, last_ns, last_frame FROM record
	WHERE (run, flow_id) NOT IN (SELECT run, flow_id FROM span)
)
SELECT e.run, e.flow_id,
       strftime('%Y-%m-%dT%H:%M:%S', coalesce(r.first_ns, k.first_ns) / 1000000000, 'unixepoch')
       || printf('.%09dZ', coalesce(r.first_ns, k.first_ns) % 1000000000) AS time,
       coalesce(r.first_ns, k.first_ns) AS first_ns, coalesce(r.last_ns, k.last_ns) AS last_ns,
       iif(k.messages, e.frame, NULL) AS first_frame, k.last_frame,
       coalesce(r.app_proto, e.protocol) AS protocol, e.transport, e.src_ip, e.src_port,
       e.src_name, e.dst_ip, e.dst_port, e.dst_name, e.iface,
       k.messages, r.packets_to_server, r.packets_to_client, r.bytes_to_server,
       r.bytes_to_client, r.messages_to_server, r.messages_to_client, r.state, r.end_reason
FROM known k JOIN message e ON e.id = k.first
LEFT JOIN record r ON r.run = k.run AND r.flow_id = k.flow_id;

-- --- MQTT ----------------------------------------------------------------------------------

CREATE VIEW mqtt_message AS
SELECT e.*, m.type, m.version, m.message_id, m.topic, m.qos, m.retain, m.dup, m.payload,
       m.payload_length, m.payload_format, m.payload_diagnostic, m.reason_code, m.reason,
       m.properties, m.user_properties,
       m.request_frame, m.latency_ns, m.response_to_frame, m.response_latency_ns, m.retained
FROM mqtt m JOIN message e USING (id);

-- A CONNECT, the CONNACK that answered it, and how the connection ended. A client without
-- an id of its own has '' for one. How it ended without a DISCONNECT is known of those that
-- have a will. `session` is the id of the connection in which its session began.
CREATE VIEW mqtt_connection AS
WITH connect AS (
	SELECT m.*,
	       (SELECT min(n.id) FROM mqtt n WHERE n.flow_id = m.flow_id AND n.type = 'connect'
	        AND n.message_id IS NULL AND n.run = m.run AND n.id > m.id) AS next
	FROM mqtt m WHERE m.type = 'connect'
),
answered AS (
	SELECT c.*,
	       (SELECT min(a.id) FROM mqtt a WHERE a.flow_id = c.flow_id AND a.type = 'connack'
	        AND a.message_id IS NULL AND a.run = c.run AND a.id > c.id
	        AND (c.next IS NULL OR a.id < c.next)) AS connack,
	       (SELECT min(d.id) FROM mqtt d WHERE d.flow_id = c.flow_id AND d.type = 'disconnect'
	        AND d.message_id IS NULL AND d.run = c.run AND d.id > c.id
	        AND (c.next IS NULL OR d.id < c.next)) AS disconnect,
	       (SELECT min(w.id) FROM mqtt_will w WHERE w.will_flow_id = c.flow_id
	        AND w.action IN ('fired', 'cancelled') AND w.run = c.run AND w.id > c.id
	        AND (c.next IS NULL OR w.id < c.next)) AS fate
	FROM connect c
)
SELECT e.*, c.client_id, c.username, c.version, c.protocol_version, c.clean_session,
       c.keep_alive, c.remaining_length, c.will, c.will_topic, c.will_message,
       c.will_payload_format, c.will_payload_diagnostic, c.will_qos,
       c.will_retain, c.will_properties, c.properties, c.user_properties,
       a.reason_code AS return_code, a.reason, a.session_present, a.properties AS
       connack_properties, ae.frame AS connack_frame, ae.time_ns AS connack_time_ns,
       de.frame AS disconnect_frame, de.time_ns AS disconnect_time_ns,
       de.src_ip = e.src_ip AND de.src_port = e.src_port AS disconnect_by_client,
       coalesce(d.reason, CASE WHEN d.id THEN 'disconnect' ELSE w.cause END) AS end_reason,
       w.action AS will_fate, w.cause AS will_cause,
       CASE WHEN a.session_present AND c.client_id <> '' THEN coalesce((
	SELECT max(b.id) FROM answered b JOIN event be ON be.id = b.id
	LEFT JOIN mqtt ba ON ba.id = b.connack
	WHERE b.run = c.run AND b.client_id = c.client_id AND b.id < c.id
	AND be.dst_ip = e.dst_ip AND be.dst_port = e.dst_port
	AND ba.session_present IS NOT 1), c.id) ELSE c.id END AS session
FROM answered c JOIN message e USING (id)
LEFT JOIN mqtt d ON d.id = c.disconnect LEFT JOIN mqtt_will w ON w.id = c.fate
LEFT JOIN mqtt a ON a.id = c.connack LEFT JOIN event ae ON ae.id = c.connack
LEFT JOIN event de ON de.id = c.disconnect;

-- A PUBLISH; client_id is of the CONNECT before it in its connection, whoever sent it.
CREATE VIEW mqtt_publish AS
SELECT e.*, m.version, m.message_id, m.topic, m.qos, m.retain, m.dup, m.payload,
       m.payload_length, m.payload_format, m.payload_diagnostic, m.properties,
       m.user_properties,
       c.client_id, c.username,
       e.src_ip = ce.src_ip AND e.src_port = ce.src_port AS by_client, c.id AS connection
FROM mqtt m JOIN message e USING (id)
LEFT JOIN mqtt c ON c.id = (
	SELECT max(n.id) FROM mqtt n WHERE n.flow_id = m.flow_id AND n.type = 'connect'
	AND n.message_id IS NULL AND n.run = m.run AND n.id < m.id)
LEFT JOIN event ce ON ce.id = c.id
WHERE m.type = 'publish';

-- Each topic filter of each SUBSCRIBE, and what the SUBACK said of it. `topic` is as sent;
-- `filter` is without the "$share/NAME/" of MQTT 5. A wildcard is a whole level ([MQTT-4.7.1]):
-- `+` anywhere, `#` at the end only.
CREATE VIEW mqtt_subscription AS
WITH asked AS (
	SELECT m.id, m.version, m.message_id, f.position, f.topic, f.qos,
	       m.version = '5.0' AND substr(f.topic, 1, 7) = '$share/'
	       AND instr(substr(f.topic, 8), '/') > 1 AS shared,
	       (SELECT min(s.id) FROM mqtt s WHERE s.flow_id = m.flow_id AND s.type = 'suback'
	        AND s.message_id = m.message_id AND s.run = m.run AND s.id > m.id) AS suback,
	       (SELECT max(n.id) FROM mqtt n WHERE n.flow_id = m.flow_id AND n.type = 'connect'
	        AND n.message_id IS NULL AND n.run = m.run AND n.id < m.id) AS connect
	FROM mqtt_filter f JOIN mqtt m USING (id)
),
bare AS (
	SELECT *, CASE WHEN shared THEN substr(topic, 8, instr(substr(topic, 8), '/') - 1) END
	       AS share_name,
	       CASE WHEN shared THEN substr(topic, 8 + instr(substr(topic, 8), '/')) ELSE topic END
	       AS filter
	FROM asked
)
SELECT e.*, c.client_id, c.username, b.version, b.message_id, b.position, b.topic, b.share_name,
       b.filter, instr('/' || b.filter || '/', '/+/') > 0 AS single_level,
       b.filter = '#' OR substr(b.filter, -2) = '/#' AS multi_level,
       b.qos, o.no_local, o.retain_as_published, o.retain_handling,
       g.code AS granted, r.reason, se.frame AS suback_frame, se.time_ns AS suback_time_ns,
       c.id AS connection
FROM bare b JOIN message e USING (id)
LEFT JOIN mqtt c ON c.id = b.connect
LEFT JOIN mqtt_filter_option o ON o.id = b.id AND o.position = b.position
LEFT JOIN mqtt_granted g ON g.id = b.suback AND g.position = b.position
LEFT JOIN mqtt_reason r ON r.id = b.suback AND r.position = b.position
LEFT JOIN event se ON se.id = b.suback;

-- A client that got a will, and whose will it was. wildcard is 0 when a subscription of its
-- own without a wildcard matches; NULL: its subscriptions were not seen.
CREATE VIEW mqtt_will_delivery AS
SELECT e.*, w.cause, w.client_id, w.topic, w.message, w.qos, w.retain, w.delay, w.will_flow_id,
       w.armed_frame, w.fired_frame, w.receiver_client_id, w.receiver_ip, w.receiver_port,
       w.receiver_flow_id, w.receiver_frame, w.wildcard
FROM mqtt_will w JOIN message e USING (id) WHERE w.action = 'delivered';

-- A client identifier that connected from src_ip while it was connected from before_ip.
CREATE VIEW mqtt_takeover AS
SELECT e.*, t.client_id, t.before_ip, t.before_port, t.before_flow_id, t.before_frame
FROM mqtt_taken t JOIN message e USING (id);

-- Which filters of the subscriptions match which topics of messages and wills, level by
-- level: `+` is any one level, `#` the rest, its parent too ([MQTT-4.7.1-2]); a wildcard in
-- the first level matches no topic that begins with $ ([MQTT-4.7.2-1]).
CREATE VIEW mqtt_match AS
WITH RECURSIVE
filters AS (SELECT DISTINCT filter FROM mqtt_subscription),
topics AS (
	SELECT topic FROM mqtt WHERE type = 'publish' AND topic IS NOT NULL
	UNION
	SELECT will_topic FROM mqtt WHERE will_topic IS NOT NULL
),
-- What is left of both behind the levels that agree, with a slash at the end.
walk (filter, topic, f, t) AS (
	SELECT filter, topic, filter || '/', topic || '/' FROM filters, topics
	WHERE NOT (substr(topic, 1, 1) = '$' AND substr(filter, 1, 1) IN ('+', '#'))
	UNION ALL
	SELECT filter, topic, substr(f, instr(f, '/') + 1), substr(t, instr(t, '/') + 1)
	FROM walk
	WHERE t <> '' AND f NOT IN ('', '#/')
	AND substr(f, 1, instr(f, '/') - 1) IN ('+', substr(t, 1, instr(t, '/') - 1))
)
SELECT filter, topic FROM walk WHERE f = '#/' OR (f = '' AND t = '');

-- A PUBLISH that a server sends, and a subscription of the client's session that it matches:
-- a row for each of them. filter is NULL where none was seen. What was unsubscribed, refused
-- or subscribed to in another session does not match.
CREATE VIEW mqtt_delivery AS
WITH
session AS MATERIALIZED (SELECT id AS connection, session, client_id FROM mqtt_connection),
removed AS MATERIALIZED (
	SELECT r.id, r.topic, c.session FROM mqtt_filter_removed r JOIN mqtt m USING (id)
	JOIN session c ON c.connection = (
		SELECT max(n.id) FROM mqtt n WHERE n.flow_id = m.flow_id AND n.type = 'connect'
		AND n.message_id IS NULL AND n.run = m.run AND n.id < m.id)
),
live AS MATERIALIZED (
	SELECT s.id, s.frame, s.topic, s.filter, s.share_name, s.granted, c.session,
	       (SELECT min(r.id) FROM removed r WHERE r.session = c.session
	        AND r.topic = s.topic AND r.id > s.id) AS gone
	FROM mqtt_subscription s JOIN session c USING (connection)
	WHERE s.granted < 128
),
matched AS MATERIALIZED (SELECT filter, topic FROM mqtt_match)
SELECT p.id, p.run, p.frame, p.time, p.time_ns, p.flow_id, p.src_ip, p.src_port, p.src_name,
       p.dst_ip, p.dst_port, p.dst_name, p.client_id, p.topic, p.qos, p.retain, p.dup,
       p.payload, p.payload_length, s.filter, s.share_name, s.granted,
       s.frame AS subscribe_frame
FROM mqtt_publish p
LEFT JOIN session c USING (connection)
LEFT JOIN live s ON s.session = c.session AND s.id < p.id AND (s.gone IS NULL OR s.gone > p.id)
	AND EXISTS (SELECT 1 FROM matched m WHERE m.filter = s.filter AND m.topic = p.topic)
WHERE p.by_client = 0;

-- Who has to do with a topic: role is `publishes`, `receives`, `subscribes` (by filter, which
-- matches it), or `will`. `sends` is who published in a connection whose start was not seen:
-- a client or a server.
CREATE VIEW mqtt_topic_client AS
WITH part AS (
	SELECT run, topic, CASE by_client WHEN 1 THEN 'publishes' WHEN 0 THEN 'receives'
	       ELSE 'sends' END AS role, client_id, iif(by_client IS 0, dst_ip, src_ip) AS ip,
	       iif(by_client IS 0, dst_port, src_port) AS port,
	       iif(by_client IS 0, src_ip, dst_ip) AS server_ip,
	       iif(by_client IS 0, src_port, dst_port) AS server_port, NULL AS filter, frame
	FROM mqtt_publish WHERE topic IS NOT NULL
	UNION ALL
	SELECT s.run, m.topic, 'subscribes', s.client_id, s.src_ip, s.src_port, s.dst_ip,
	       s.dst_port, s.topic, s.frame
	FROM mqtt_subscription s JOIN mqtt_match m USING (filter)
	WHERE coalesce(s.granted, 0) < 128
	UNION ALL
	SELECT run, will_topic, 'will', client_id, src_ip, src_port, dst_ip, dst_port, NULL,
	       frame
	FROM mqtt_connection WHERE will_topic IS NOT NULL
)
SELECT run, topic, role, nullif(client_id, '') AS client_id, ip AS client_ip, server_ip,
       server_port, filter, count(*) AS messages, min(frame) AS first_frame,
       max(frame) AS last_frame
FROM part
GROUP BY run, topic, role, client_id, ip, iif(client_id <> '', 0, port), server_ip, server_port,
         filter;

-- --- Sparkplug B ---------------------------------------------------------------------------

-- A message of an edge node or a host, or the one that is a CONNECT's will. `by_client` is 0
-- where a server passes it on: who counts messages counts those of 1. `timestamp` is what the
-- sender says, in milliseconds since 1970.
CREATE VIEW sparkplug_message AS
SELECT e.*, s.message_type, s.group_id, s.edge_node_id, s.device_id, s.host_id, s.online,
       s.timestamp, s.seq, s.cut, s.metrics_skipped, m.type = 'connect' AS in_will,
       coalesce(p.client_id, m.client_id) AS client_id,
       iif(m.type = 'connect', 1, p.by_client) AS by_client
FROM sparkplug s JOIN message e USING (id) JOIN mqtt m USING (id)
LEFT JOIN mqtt_publish p USING (id);

-- A metric of such a message, by its name where only an alias was sent. `value` is text, or
-- octets, as sent; `number` is the same of those that are numbers, to calculate with.
CREATE VIEW sparkplug_metric AS
SELECT s.*, v.position, v.name, v.alias, v.datatype, v.value,
       CASE WHEN v.datatype GLOB 'Int[0-9]*' OR v.datatype GLOB 'UInt[0-9]*'
                 OR v.datatype IN ('Float', 'Double', 'DateTime')
            THEN CASE WHEN v.datatype NOT GLOB '*Array' AND v.value GLOB '*[0-9]*'
                      THEN CAST(v.value AS NUMERIC) END
            WHEN v.datatype = 'Boolean' THEN v.value = 'true' END AS number,
       v.timestamp AS metric_timestamp, v.is_historical, v.is_transient, v.is_null,
       v.properties, v.metadata
FROM metric v JOIN sparkplug_message s USING (id);

-- --- CoAP ----------------------------------------------------------------------------------

CREATE VIEW coap_message AS
SELECT e.*, c.type, c.code, c.code_name, c.message_id, c.token, c.uri_host, c.uri_path,
       c.uri_query, c.observe, c.content_format, c.content_format_name, c.block1_num,
       c.block1_more, c.block1_size, c.block2_num, c.block2_more, c.block2_size, c.options,
       c.payload, c.payload_length, c.payload_format, c.payload_diagnostic, c.body,
       c.body_length, c.body_format, c.body_diagnostic, c.exchange, c.role, c.retransmission,
       c.latency_ns, c.request_frame
FROM coap c JOIN message e USING (id);

-- A request, however often it was sent, with its first response. Notifications are counted.
CREATE VIEW coap_exchange AS
WITH request AS (
	SELECT q.*,
	       (SELECT min(r.id) FROM coap r WHERE r.exchange = q.exchange AND r.role = 'response'
	        AND r.run = q.run) AS response,
	       (SELECT count(*) FROM coap r WHERE r.exchange = q.exchange AND r.role = 'request'
	        AND r.run = q.run AND r.retransmission) AS retransmissions,
	       (SELECT count(*) FROM coap r WHERE r.exchange = q.exchange
	        AND r.role = 'notification' AND r.run = q.run) AS notifications
	FROM coap q WHERE q.role = 'request' AND q.retransmission IS NOT 1
)
SELECT e.*, q.exchange, q.type, q.code, q.code_name AS method, q.message_id, q.token, q.uri_host,
       q.uri_path, q.uri_query, q.observe, q.block1_num, q.block2_num, q.payload,
       q.retransmissions, q.notifications,
       r.type AS response_type, r.code AS response_code, r.code_name AS response_name,
       r.message_id AS response_message_id, re.frame AS response_frame,
       re.time_ns AS response_time_ns, r.latency_ns, r.payload AS response_payload
FROM request q JOIN message e USING (id)
LEFT JOIN coap r ON r.id = q.response LEFT JOIN event re ON re.id = q.response;

-- A path at a server, and what was asked of it. No Uri-Path means the path "/" (RFC 7252 6.4).
CREATE VIEW coap_resource AS
SELECT dst_ip AS server_ip, dst_port AS server_port, dst_name AS server_name,
       coalesce(uri_path, '/') AS uri_path, count(*) AS requests,
       sum(type = 'CON') AS confirmable, sum(type = 'NON') AS non_confirmable,
       group_concat(DISTINCT method) AS methods,
       sum(response_code IS NULL) AS unanswered,
       sum(coalesce(substr(response_code, 1, 1) IN ('4', '5'), 0)) AS errors,
       min(frame) AS first_frame, max(frame) AS last_frame,
       min(time_ns) AS first_ns, max(time_ns) AS last_ns
FROM coap_exchange
GROUP BY dst_ip, dst_port, coalesce(uri_path, '/');

-- --- the rest ------------------------------------------------------------------------------

CREATE VIEW mqttsn_message AS
SELECT e.*, m.type, m.client_id, m.topic, m.topic_id, m.topic_id_type, m.message_id, m.qos,
       m.retain, m.dup, m.return_code, m.reason, m.duration, m.gw_id, m.wireless_node_id,
       m.payload, m.payload_length, m.payload_format, m.payload_diagnostic
FROM mqttsn m JOIN message e USING (id);

-- Handshakes (with a URL or a status), pings, closings, and messages that carry no MQTT or CoAP.
CREATE VIEW websocket_message AS
SELECT e.*, h.hostname, h.url, h.status, h.subprotocols, h.extensions, w.opcode, w.payload,
       w.payload_length, w.fragments, w.compressed, w.close_code, w.close_reason, w.rtt_ns
FROM message e LEFT JOIN http h USING (id) LEFT JOIN websocket w USING (id)
WHERE e.protocol = 'websocket';

-- Messages by protocol and type, findings by rule.
CREATE VIEW summary AS
SELECT e.run, e.protocol, coalesce(m.type, s.type, c.type || coalesce(' ' || c.code_name, ''),
                                   d.type, w.opcode,
                                   CASE e.protocol WHEN 'finding' THEN e.rule
                                                   WHEN 'flow' THEN f.end_reason
                                                   WHEN 'websocket' THEN 'handshake' END)
       AS type, count(*) AS messages, sum(e.verdict <> 'ok') AS not_ok,
       min(e.time_ns) AS first_ns, max(e.time_ns) AS last_ns,
       min(e.frame) AS first_frame, max(e.frame) AS last_frame
FROM event e LEFT JOIN mqtt m USING (id) LEFT JOIN mqttsn s USING (id)
LEFT JOIN coap c USING (id) LEFT JOIN dns d USING (id) LEFT JOIN websocket w USING (id)
LEFT JOIN flow_record f USING (id)
GROUP BY e.run, e.protocol, 3 ORDER BY e.run, e.protocol, 3;
