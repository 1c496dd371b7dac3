-- SPDX-License-Identifier: GPL-2.0-only
-- How many messages to a topic of the form "factory/department*/+" are published by clients
-- with the user name username=?
--
-- Three levels: "factory", one that begins with "department", and any one.
--
-- Rows: frame | time | client id | client | broker | topic
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('username', 'admin');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT id, frame, time, client_id, src_ip || ' ' || src_port AS client,
       dst_ip || ' ' || dst_port AS broker, topic
FROM mqtt_publish, param
WHERE param.name = 'username' AND username = param.value AND by_client
AND topic GLOB 'factory/department*/*'
AND length(topic) - length(replace(topic, '/', '')) = 2;

SELECT count(*) FROM proof;
SELECT frame, time, json_quote(client_id), client, broker, json_quote(topic) FROM proof ORDER BY id;
