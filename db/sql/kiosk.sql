-- SPDX-License-Identifier: EUPL-1.2
-- name: find
SELECT opened_us, salt, wrapped_key, sealed_key, failures, failed_boot_id, failed_monotonic_us,
       wrapped_key <> zeroblob(length(wrapped_key)) AS is_open
FROM kiosk WHERE one = 1;
-- name: open
INSERT INTO kiosk (one, opened_us, salt, wrapped_key, sealed_key)
VALUES (1, :now_us, :salt, :wrapped_key, :sealed_key)
ON CONFLICT (one) DO UPDATE
SET opened_us = excluded.opened_us, salt = excluded.salt, wrapped_key = excluded.wrapped_key,
    sealed_key = excluded.sealed_key;
-- name: close
UPDATE kiosk SET salt = zeroblob(length(salt)), wrapped_key = zeroblob(length(wrapped_key));
-- name: reseal
UPDATE kiosk SET sealed_key = :sealed_key;
-- name: set-failures
UPDATE kiosk
SET failures = :failures, failed_boot_id = :boot_id, failed_monotonic_us = :monotonic_us;
-- name: insert-ticket
INSERT INTO ticket (request, hash) VALUES (:request, :hash);
-- name: find-ticket
SELECT request FROM ticket WHERE hash = :hash;
-- name: delete-ticket
DELETE FROM ticket WHERE request = :request;
