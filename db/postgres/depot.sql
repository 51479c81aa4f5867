-- SPDX-License-Identifier: EUPL-1.2
-- name: put-station
INSERT INTO station (id, name, tls_fingerprint, sign_certificate_pem, registered_us)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, tls_fingerprint = excluded.tls_fingerprint,
    sign_certificate_pem = excluded.sign_certificate_pem
-- name: find-station
SELECT id FROM station WHERE tls_fingerprint = $1
-- name: find-certificate
SELECT sign_certificate_pem FROM station WHERE id = $1
-- name: insert
INSERT INTO deposit (station, sequence, sha256, previous, size, received_us, path, receipt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (station, sequence) DO NOTHING
-- name: find
SELECT station, sequence, sha256, previous, size, received_us, path, receipt FROM deposit
WHERE sha256 = $1
-- name: find-sequence
SELECT sha256 FROM deposit WHERE station = $1 AND sequence = $2
-- name: list
SELECT station, sequence, sha256, previous, size, received_us, path, receipt FROM deposit
WHERE $1::text IS NULL OR station = $1
ORDER BY received_us, station, sequence
-- name: next-feed-number
INSERT INTO feed_head (station, last_number) SELECT id, 1 FROM station WHERE id = $1
ON CONFLICT (station) DO UPDATE SET last_number = feed_head.last_number + 1
RETURNING last_number
-- name: insert-feed
INSERT INTO feed (station, number, appended_us, message) VALUES ($1, $2, $3, $4)
-- name: read-feed
SELECT number, message FROM feed WHERE station = $1 AND number > $2 ORDER BY number LIMIT $3
-- name: version
SELECT version FROM guichet_schema
