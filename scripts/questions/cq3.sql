-- SPDX-License-Identifier: GPL-2.0-only
-- How many different clients subscribe at the broker with a multi-level wildcard? broker= is
-- its name or its addresses, separated by commas.
--
-- A client is a connection, not a port: a port that is used twice is two of them. Every
-- filter of every SUBSCRIBE counts, not only the first, and of "$share/NAME/" what is behind.
-- A multi-level wildcard is a "#" that is the whole last level (MQTT 5, section 4.7.1.2), not
-- any "#". What the broker answered does not matter.
--
-- Rows, one per client: frame of the first such SUBSCRIBE | time | client id | client | broker |
-- filters
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('broker', 'broker.hivemq.com');

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
       dst_ip || ' ' || dst_port AS broker, json_group_array(DISTINCT topic) AS filters
FROM mqtt_subscription
WHERE multi_level AND dst_ip IN broker
GROUP BY run, flow_id;

SELECT count(*) FROM proof;
SELECT frame, time, json_quote(client_id), client, broker, filters FROM proof ORDER BY frame;
