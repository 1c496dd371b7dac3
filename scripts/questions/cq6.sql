-- SPDX-License-Identifier: GPL-2.0-only
-- How many PUBLISH messages to the broker are sent with RETAIN and QoS 0? broker= is its name
-- or its addresses, separated by commas.
--
-- Messages are counted, not frames: a frame can hold many, and one can take many frames. A
-- TCP retransmission is not a new message.
--
-- Rows: frame | time | client | broker | topic
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('broker', 'test.mosquitto.org');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
WITH words (word) AS (
	SELECT lower(rtrim(trim(j.value), '.'))
	FROM param p, json_each('[' || replace(json_quote(p.value), ',', '","') || ']') j
	WHERE p.name = 'broker'
),
broker (address) AS (
	SELECT word FROM words
	UNION
	SELECT address FROM host_name WHERE name IN (SELECT word FROM words)
)
SELECT id, frame, time, src_ip || ' ' || src_port AS client, dst_ip || ' ' || dst_port AS broker,
       topic
FROM mqtt_message
WHERE type = 'publish' AND retain AND qos = 0 AND dst_ip IN broker;

SELECT count(*) FROM proof;
SELECT frame, time, client, broker, json_quote(topic) FROM proof ORDER BY id;
