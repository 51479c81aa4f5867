-- SPDX-License-Identifier: EUPL-1.2
-- name: journal-hash
SELECT lower(hex(hash)) AS hash FROM journal WHERE sequence = :sequence;
-- name: journal-has
SELECT EXISTS (SELECT 1 FROM journal WHERE event = :event AND subject = :subject) AS found;
-- name: journal-tail
SELECT sequence, wall_us, event, subject FROM journal ORDER BY sequence DESC LIMIT :limit;
-- name: boots
SELECT boot_id, max(monotonic_us) AS last_us, min(wall_us - monotonic_us) AS began_us,
       min(sequence) AS first_sequence
FROM journal WHERE boot_id <> ''
GROUP BY boot_id ORDER BY first_sequence;
-- name: drafts
SELECT id, updated_us, updated_boot_id, updated_monotonic_us FROM request
WHERE state = 'draft' ORDER BY id;
-- name: next-bundle
SELECT sequence, request, sha256, file, size, receipt, coalesce(received_us, 0) AS received_us,
       erased_us IS NOT NULL AS erased
FROM outbox WHERE sequence > :after ORDER BY sequence LIMIT 1;
-- name: next-erasable
SELECT sequence, request, sha256, file, size, receipt, received_us, 0 AS erased
FROM outbox INDEXED BY outbox_erasable
WHERE sequence > :after AND erased_us IS NULL AND receipt IS NOT NULL
      AND received_us <= :received_before
ORDER BY sequence LIMIT 1;
-- name: insert-adopted
INSERT INTO request (id, procedure_sha256, state, created_wall_us, created_boot_id,
                     created_monotonic_us, updated_us, updated_boot_id, updated_monotonic_us, step)
VALUES (:id, :procedure_sha256, 'sealed', :created_wall_us, '', 0, :updated_us, :boot_id,
        :monotonic_us, '');
-- name: open-drafts
SELECT count(*) AS drafts FROM draft;
