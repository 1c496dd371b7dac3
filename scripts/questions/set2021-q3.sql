-- SPDX-License-Identifier: GPL-2.0-only
-- How many replies of the code 2.05 Content does client= receive to Confirmable requests?
--
-- Line 2: how many of them are of the type Confirmable themselves, the question's other meaning.
--
-- Rows: frame | time | type | client | server | token | frame of the request
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('client', '127.0.0.1');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT m.frame, m.time, m.type, m.dst_ip || ' ' || m.dst_port AS client,
       m.src_ip || ' ' || m.src_port AS server, m.token, x.frame AS request
FROM coap_message m JOIN coap_exchange x ON x.exchange = m.exchange AND x.run = m.run, param
WHERE param.name = 'client' AND m.dst_ip = param.value AND m.code = '2.05' AND x.type = 'CON'
AND m.duplicate IS NOT 1;

SELECT count(*) FROM proof;
SELECT count(*) FROM proof WHERE type = 'CON';
SELECT frame, time, type, client, server, token, request FROM proof ORDER BY frame;
