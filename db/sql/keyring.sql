-- SPDX-License-Identifier: EUPL-1.2
-- name: count
SELECT count(*) AS agents FROM agent;
-- name: insert
INSERT INTO agent (name, created_us, scrypt_log2n, scrypt_r, scrypt_p, salt, wrapped_kek)
VALUES (:name, :created_us, :scrypt_log2n, :scrypt_r, :scrypt_p, :salt, :wrapped_kek);
-- name: find
SELECT name, scrypt_log2n, scrypt_r, scrypt_p, salt, wrapped_kek,
       failures, failed_boot_id, failed_monotonic_us
FROM agent WHERE name = :name;
-- name: any
SELECT name, scrypt_log2n, scrypt_r, scrypt_p, salt, wrapped_kek,
       failures, failed_boot_id, failed_monotonic_us
FROM agent ORDER BY name LIMIT 1;
-- name: charge
UPDATE agent
SET failures = failures + 1, failed_boot_id = :boot_id, failed_monotonic_us = :monotonic_us
WHERE name = :name;
-- name: forgive
UPDATE agent SET failures = 0, failed_boot_id = '', failed_monotonic_us = 0 WHERE name = :name;
