-- SPDX-License-Identifier: EUPL-1.2
-- name: put-station
INSERT INTO station (id, name, tls_fingerprint, sign_certificate_pem, registered_us)
VALUES (:id, :name, :tls_fingerprint, :sign_certificate_pem, :registered_us)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, tls_fingerprint = excluded.tls_fingerprint,
    sign_certificate_pem = excluded.sign_certificate_pem;
-- name: find-station
SELECT id FROM station WHERE tls_fingerprint = :tls_fingerprint;
-- name: find-certificate
SELECT sign_certificate_pem FROM station WHERE id = :station;
-- name: insert
INSERT INTO deposit (sha256, station, sequence, previous, size, received_us, path, receipt)
VALUES (:sha256, :station, :sequence, :previous, :size, :received_us, :path, :receipt);
-- name: find
SELECT sha256, station, sequence, previous, size, received_us, path, receipt FROM deposit
WHERE sha256 = :sha256;
-- name: find-sequence
SELECT sha256 FROM deposit WHERE station = :station AND sequence = :sequence;
-- name: list
SELECT sha256, station, sequence, previous, size, received_us, path, receipt FROM deposit
WHERE :station IS NULL OR station = :station
ORDER BY ordinal;
-- name: next-feed-number
UPDATE station SET last_feed_number = last_feed_number + 1 WHERE id = :station
RETURNING last_feed_number AS number;
-- name: insert-feed
INSERT INTO feed (station, number, appended_us, message)
VALUES (:station, :number, :appended_us, :message);
-- name: read-feed
SELECT number, message FROM feed WHERE station = :station AND number > :after
ORDER BY number LIMIT :limit;
