-- SPDX-License-Identifier: GPL-2.0-only
-- Why are there no PINGREQ and PINGRESP? Line 1: how many there are.
--
-- A client has to send a PINGREQ only when it has sent nothing else for its Keep Alive. Line
-- 2: how many seconds lie between the first message of the capture and the last.
--
-- Rows: the connections that were silent longest: Keep Alive | seconds between their first
-- message and their last | frame of the CONNECT | client id
DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT c.keep_alive, (f.last_ns - f.first_ns) / 1e9 AS seconds, c.frame, c.client_id
FROM mqtt_connection c JOIN flow f ON f.run = c.run AND f.flow_id = c.flow_id;

SELECT count(*) FROM mqtt_message WHERE type IN ('pingreq', 'pingresp');
SELECT printf('%.2f', (max(time_ns) - min(time_ns)) / 1e9) FROM event;
SELECT keep_alive, printf('%.3f', seconds), frame, json_quote(client_id)
FROM proof ORDER BY seconds - keep_alive DESC, frame LIMIT 10;
