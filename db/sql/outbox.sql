-- SPDX-License-Identifier: EUPL-1.2
-- name: last
SELECT sequence, sha256 FROM outbox ORDER BY sequence DESC LIMIT 1;
-- name: insert
INSERT INTO outbox (sequence, request, sha256, previous, file, size, sealed_us, statement)
VALUES (:sequence, :request, :sha256, :previous, :file, :size, :sealed_us, :statement);
-- name: find-by-request
SELECT sequence, sha256, file, statement, receipt, erased_us FROM outbox WHERE request = :request;
-- name: find
SELECT o.request, o.attempts, o.receipt IS NOT NULL AS received, r.state
FROM outbox AS o JOIN request AS r ON r.id = o.request
WHERE o.sha256 = :sha256;
-- name: list
SELECT sequence, sha256, request, file, size, sealed_us, attempts, next_attempt_us, last_error,
       receipt IS NOT NULL AS received
FROM outbox WHERE erased_us IS NULL ORDER BY sequence;
-- name: list-pending
SELECT sequence, sha256, request, file, size, sealed_us, attempts, next_attempt_us, last_error,
       0 AS received
FROM outbox INDEXED BY outbox_waiting WHERE receipt IS NULL ORDER BY sequence;
-- name: files
SELECT file FROM outbox INDEXED BY outbox_kept WHERE erased_us IS NULL ORDER BY sequence;
-- name: begin-attempt
UPDATE outbox SET attempts = attempts + 1, next_attempt_us = :next_attempt_us
WHERE sha256 = :sha256;
-- name: fail-attempt
UPDATE outbox SET last_error = :last_error, next_attempt_us = :next_attempt_us
WHERE sha256 = :sha256;
-- name: set-receipt
UPDATE outbox SET receipt = :receipt, received_us = :received_us, last_error = NULL
WHERE sha256 = :sha256;
-- name: set-erased
UPDATE outbox SET erased_us = :erased_us WHERE request = :request;
