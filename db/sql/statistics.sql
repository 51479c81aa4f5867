-- SPDX-License-Identifier: EUPL-1.2
-- name: begin-steps
INSERT INTO step_time (request, step, spent_us, boot_id, entered_us)
SELECT id, step, 0, created_boot_id, created_monotonic_us FROM request
WHERE id = :request AND step <> '' AND NOT EXISTS (SELECT 1 FROM step_time WHERE request = :request);
-- name: leave-step
UPDATE step_time SET boot_id = '', spent_us = spent_us + (
    SELECT CASE
        WHEN step_time.boot_id = :boot_id
             AND :monotonic_us - entered_us BETWEEN 0 AND :pause_us THEN :monotonic_us - entered_us
        WHEN step_time.boot_id = r.updated_boot_id THEN max(0, r.updated_monotonic_us - entered_us)
        ELSE 0 END
    FROM request AS r WHERE r.id = :request)
WHERE request = :request AND boot_id <> '';
-- name: enter-step
INSERT INTO step_time (request, step, spent_us, boot_id, entered_us)
VALUES (:request, :step, 0, :boot_id, :monotonic_us)
ON CONFLICT (request, step) DO UPDATE SET boot_id = excluded.boot_id,
    entered_us = excluded.entered_us;
-- name: count-steps
INSERT INTO step_week (week, procedure, step, bucket, n)
SELECT :week, p.id, t.step,
       (t.spent_us >= 15000000) + (t.spent_us >= 30000000) + (t.spent_us >= 60000000)
       + (t.spent_us >= 120000000) + (t.spent_us >= 300000000) + (t.spent_us >= 600000000)
       + (t.spent_us >= 1200000000) + (t.spent_us >= 1800000000), 1
FROM step_time AS t JOIN request AS r ON r.id = t.request
     JOIN procedure AS p ON p.sha256 = r.procedure_sha256
WHERE t.request = :request AND t.spent_us >= :least_us
ON CONFLICT (week, procedure, step, bucket) DO UPDATE SET n = n + 1;
-- name: delete-steps
DELETE FROM step_time WHERE request = :request;
-- name: count-quality
INSERT INTO quality_week (week, device, quality, n) VALUES (:week, :device, :quality, 1)
ON CONFLICT (week, device, quality) DO UPDATE SET n = n + 1;

-- name: last-availability
SELECT number, until_us, boot_id, monotonic_us, reason FROM availability
ORDER BY number DESC LIMIT 1;
-- name: extend-availability
UPDATE availability SET until_us = :until_us, monotonic_us = :monotonic_us WHERE number = :number;
-- name: begin-availability
INSERT INTO availability (began_us, until_us, boot_id, monotonic_us, reason)
VALUES (:began_us, :began_us, :boot_id, :monotonic_us, :reason);
-- name: list-availability
SELECT began_us, until_us, reason FROM availability
WHERE until_us >= :first AND began_us < :behind ORDER BY number;
-- name: first-availability
SELECT coalesce(min(began_us), 0) AS began_us FROM availability;

-- name: list-deposits
SELECT o.sealed_us, coalesce(o.received_us, 0) AS received_us, p.id AS procedure, r.state,
       r.parent IS NOT NULL AS joins,
       EXISTS (SELECT 1 FROM journal AS j INDEXED BY journal_of_request
               WHERE length(j.subject) = 26 AND j.subject = o.request
                     AND j.event IN ('request-supplement-asked', 'request-refused')) AS sent_back
FROM outbox AS o INDEXED BY outbox_by_time
     JOIN request AS r ON r.id = o.request JOIN procedure AS p ON p.sha256 = r.procedure_sha256
WHERE o.sealed_us < :behind
      AND (o.sealed_us >= :first OR o.received_us IS NULL OR o.received_us >= :first)
ORDER BY o.sealed_us;
-- name: list-steps
SELECT procedure, step, bucket, sum(n) AS n FROM step_week
WHERE week >= :first AND week <= :last GROUP BY procedure, step, bucket
ORDER BY procedure, step, bucket;
-- name: list-quality
SELECT week, device, quality, n FROM quality_week
WHERE week >= :first AND week <= :last ORDER BY device, week, quality;
-- name: list-events
SELECT wall_us, event FROM journal INDEXED BY journal_of_request
WHERE length(subject) = 26 AND subject = :request ORDER BY sequence;
-- name: find-sending
SELECT sequence, sealed_us, size, attempts, last_error, received_us, erased_us FROM outbox
WHERE request = :request;
