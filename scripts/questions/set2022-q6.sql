-- SPDX-License-Identifier: GPL-2.0-only
-- How many clients that connect to the broker specify a will? broker= is its name or its
-- addresses, separated by commas.
--
-- A client is a connection.
--
-- Rows: frame of the CONNECT | time | client id | client | broker | will topic
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
SELECT min(frame) AS frame, time, client_id, src_ip || ' ' || src_port AS client,
       dst_ip || ' ' || dst_port AS broker, will_topic, run, flow_id
FROM mqtt_connection
WHERE will AND dst_ip IN broker
GROUP BY run, flow_id;

SELECT count(*) FROM proof;
SELECT frame, time, json_quote(client_id), client, broker, json_quote(will_topic)
FROM proof ORDER BY frame;
