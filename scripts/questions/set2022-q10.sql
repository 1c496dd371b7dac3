-- SPDX-License-Identifier: GPL-2.0-only
-- How long is a CONNECT of MQTT version= on average? In bytes, by its Remaining Length.
--
-- Line 2: how many there are. They differ in the lengths of client id, will, user name,
-- password and properties.
--
-- Rows: frame | time | Remaining Length | client id | user name | will topic
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('version', '3.1');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT id, frame, time, remaining_length, client_id, username, will_topic
FROM mqtt_connection, param
WHERE param.name = 'version' AND version = param.value;

SELECT printf('%.2f', avg(remaining_length)) FROM proof;
SELECT count(*) FROM proof;
SELECT frame, time, remaining_length, json_quote(client_id), json_quote(username),
       json_quote(will_topic) FROM proof ORDER BY id;
