-- SPDX-License-Identifier: EUPL-1.2
-- name: head
SELECT sequence, hash FROM journal_head WHERE one = 1;
-- name: append
INSERT INTO journal (sequence, wall_us, boot_id, monotonic_us, event, subject, hash)
VALUES (:sequence, :wall_us, :boot_id, :monotonic_us, :event, :subject, :hash);
-- name: move-head
UPDATE journal_head SET sequence = :sequence, hash = :hash WHERE one = 1;
-- name: walk
SELECT sequence, wall_us, boot_id, monotonic_us, event, subject, hash FROM journal
WHERE sequence > :after ORDER BY sequence;
-- name: entry-hash
SELECT hash FROM journal WHERE sequence = :sequence;
-- name: witness
SELECT counter, sequence FROM witness WHERE one = 1;
-- name: set-witness
INSERT INTO witness (one, counter, sequence)
VALUES (1, :counter, (SELECT sequence FROM journal_head WHERE one = 1))
ON CONFLICT (one) DO UPDATE SET counter = excluded.counter, sequence = excluded.sequence;
