-- SPDX-License-Identifier: GPL-2.0-only
-- How many acknowledgements does the client with the id client_id= receive, and of which types?
--
-- All messages to the client whose type is an acknowledgement: CONNACK, SUBACK, UNSUBACK,
-- PUBACK, PUBREC and PUBCOMP. A frame can hold several.
--
-- Rows: frame | time | type | packet identifier | broker
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('client_id', '6M5H8y3HJD5h4EEscWknTD');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT m.id, m.frame, m.time, m.type, m.message_id, m.src_ip || ' ' || m.src_port AS broker
FROM mqtt_message m JOIN mqtt_connection c ON c.run = m.run AND c.flow_id = m.flow_id, param
WHERE param.name = 'client_id' AND c.client_id = param.value
AND m.dst_ip = c.src_ip AND m.dst_port = c.src_port AND m.id > c.id
AND m.type IN ('connack', 'suback', 'unsuback', 'puback', 'pubrec', 'pubcomp');

SELECT count(*) FROM proof;
SELECT frame, time, type, message_id, broker FROM proof ORDER BY id;
