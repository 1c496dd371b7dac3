-- SPDX-License-Identifier: GPL-2.0-only
-- How many resources of the server received as many Confirmable as Non-confirmable GET
-- requests, and at least one of each? server= is its name or its addresses.
--
-- A resource is a path at the server; no Uri-Path is "/" (RFC 7252, section 6.4), and an
-- Uri-Query does not make another resource. A request is one exchange: a retransmission is
-- not a new request, and each block of a blockwise transfer is a request of its own
-- (RFC 7959, section 2.2).
--
-- Rows: path | Confirmable | Non-confirmable | frame of the first and of the last of them
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('server', 'coap.me');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
WITH words (word) AS (
	SELECT lower(rtrim(trim(j.value), '.'))
	FROM param p, json_each('[' || replace(json_quote(p.value), ',', '","') || ']') j
	WHERE p.name = 'server'
),
server (address) AS (
	SELECT word FROM words
	UNION
	SELECT address FROM host_name WHERE name IN (SELECT word FROM words)
)
SELECT coalesce(uri_path, '/') AS path, sum(type = 'CON') AS con, sum(type = 'NON') AS non,
       min(frame) AS frame, max(frame) AS last_frame
FROM coap_exchange
WHERE method = 'GET' AND dst_ip IN server
GROUP BY coalesce(uri_path, '/') HAVING con = non AND con > 0;

SELECT count(*) FROM proof;
SELECT json_quote(path), con, non, frame, last_frame FROM proof ORDER BY frame;
