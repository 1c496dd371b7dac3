-- SPDX-License-Identifier: GPL-2.0-only
-- How many different clients specify a Last Will to a topic whose first level is level=?
--
-- A client is a connection, not a port. The first level is what stands before the first "/",
-- so that the level alone counts too, and a longer word that begins with it does not.
--
-- Rows, one per client: frame of the CONNECT | time | client id | client | broker | will topic
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('level', 'university');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT min(frame) AS frame, time, client_id, src_ip || ' ' || src_port AS client,
       dst_ip || ' ' || dst_port AS broker, will_topic
FROM mqtt_connection, param
WHERE param.name = 'level' AND will
AND substr(will_topic || '/', 1, instr(will_topic || '/', '/') - 1) = param.value
GROUP BY run, flow_id;

SELECT count(*) FROM proof;
SELECT frame, time, json_quote(client_id), client, broker, json_quote(will_topic) FROM proof ORDER BY frame;
