-- SPDX-License-Identifier: EUPL-1.2
-- name: count
SELECT count(*) AS agents FROM agent WHERE revoked_us = 0 AND role <> 'technician';
-- name: insert
INSERT INTO agent (name, created_us, kind, role, card, scrypt_log2n, scrypt_r, scrypt_p, salt,
                   wrapped_kek, wrapped_private, sealed_public)
VALUES (:name, :now_us, :kind, :role, :card, :scrypt_log2n, :scrypt_r, :scrypt_p, :salt,
        :wrapped_kek, :wrapped_private, :sealed_public)
ON CONFLICT (name) DO UPDATE
SET created_us = excluded.created_us, kind = excluded.kind, role = excluded.role, card = excluded.card,
    scrypt_log2n = excluded.scrypt_log2n, scrypt_r = excluded.scrypt_r,
    scrypt_p = excluded.scrypt_p, salt = excluded.salt, wrapped_kek = excluded.wrapped_kek,
    wrapped_private = excluded.wrapped_private, sealed_public = excluded.sealed_public,
    failures = 0, failed_boot_id = '', failed_monotonic_us = 0, revoked_us = 0
WHERE revoked_us <> 0;
-- name: find
SELECT name, kind, role, card, scrypt_log2n, scrypt_r, scrypt_p, salt, wrapped_kek, wrapped_private,
       sealed_public, failures, failed_boot_id, failed_monotonic_us, created_us, revoked_us
FROM agent WHERE name = :name;
-- name: any
SELECT name, kind, role, card, scrypt_log2n, scrypt_r, scrypt_p, salt, wrapped_kek, wrapped_private,
       sealed_public, failures, failed_boot_id, failed_monotonic_us, created_us, revoked_us
FROM agent WHERE kind = 'passphrase' AND revoked_us = 0 ORDER BY name LIMIT 1;
-- name: list
SELECT name, kind, role, card, created_us, revoked_us, failures, sealed_public
FROM agent ORDER BY name;
-- name: charge
UPDATE agent
SET failures = failures + 1, failed_boot_id = :boot_id, failed_monotonic_us = :monotonic_us
WHERE name = :name;
-- name: forgive
UPDATE agent SET failures = 0, failed_boot_id = '', failed_monotonic_us = 0 WHERE name = :name;
-- name: excuse
UPDATE agent SET failures = max(failures - 1, 0) WHERE name = :name;
-- name: replace
UPDATE agent
SET kind = :kind, role = :role, card = :card, scrypt_log2n = :scrypt_log2n, scrypt_r = :scrypt_r,
    scrypt_p = :scrypt_p, salt = :salt, wrapped_kek = :wrapped_kek,
    wrapped_private = :wrapped_private, sealed_public = :sealed_public
WHERE name = :name AND revoked_us = 0;
-- name: renew
UPDATE agent SET wrapped_kek = :wrapped_kek, sealed_public = :sealed_public WHERE name = :name;
-- name: set-role
UPDATE agent SET role = :role, wrapped_kek = :wrapped_kek, sealed_public = :sealed_public
WHERE name = :name AND revoked_us = 0;
-- name: revoke
UPDATE agent
SET revoked_us = :now_us, salt = zeroblob(length(salt)),
    wrapped_kek = zeroblob(length(wrapped_kek)),
    wrapped_private = zeroblob(length(wrapped_private)),
    sealed_public = zeroblob(length(sealed_public))
WHERE name = :name AND revoked_us = 0;
-- name: draft-keys
SELECT request, wrapped_key FROM draft_key
WHERE kiosk = 0 AND wrapped_key <> zeroblob(length(wrapped_key));
-- name: set-draft-key
UPDATE draft_key SET wrapped_key = :wrapped_key WHERE request = :request;
-- name: check
SELECT sealed FROM kek_check WHERE one = 1;
-- name: set-check
INSERT INTO kek_check (one, renewed_us, sealed) VALUES (1, :now_us, :sealed)
ON CONFLICT (one) DO UPDATE SET renewed_us = excluded.renewed_us, sealed = excluded.sealed;
-- name: last-word
SELECT max(coalesce((SELECT max(received_us) FROM outbox WHERE received_us <= :now), 0),
           coalesce((SELECT max(applied_us) FROM feed WHERE applied_us <= :now), 0)) AS word_us;
-- name: last-receipt
SELECT wall_us, boot_id, monotonic_us FROM journal
WHERE event = 'request-received' ORDER BY sequence DESC LIMIT 1;
