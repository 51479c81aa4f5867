-- SPDX-License-Identifier: EUPL-1.2
-- name: position
SELECT coalesce(max(number), 0) AS number FROM feed;
-- name: insert
INSERT INTO feed (number, applied_us, outcome, message)
VALUES (:number, :applied_us, :outcome, :message);
-- name: set-supplement
INSERT INTO supplement (request, number, deadline_us, pieces)
VALUES (:request, :number, :deadline_us, :pieces)
ON CONFLICT (request) DO UPDATE SET number = excluded.number,
    deadline_us = excluded.deadline_us, pieces = excluded.pieces;
-- name: set-title
INSERT INTO title (request, number, collect_before_us, title_sha256)
VALUES (:request, :number, :collect_before_us, :title_sha256)
ON CONFLICT (request) DO UPDATE SET number = excluded.number,
    collect_before_us = excluded.collect_before_us, title_sha256 = excluded.title_sha256;
-- name: set-appointment
INSERT INTO appointment (reference, number, starts_us, minutes, persons, procedure, state)
VALUES (:reference, :number, :starts_us, :minutes, :persons, :procedure, :state)
ON CONFLICT (reference) DO UPDATE SET number = excluded.number, starts_us = excluded.starts_us,
    minutes = excluded.minutes, persons = excluded.persons, procedure = excluded.procedure,
    state = excluded.state, state_us = 0;
-- name: list-appointments
SELECT reference, starts_us, minutes, persons, procedure, state FROM appointment
WHERE starts_us >= :first AND starts_us < :behind ORDER BY starts_us, reference;
-- name: find-appointment
SELECT state FROM appointment WHERE reference = :reference;
-- name: mark-appointment
UPDATE appointment SET state = :state, state_us = :state_us WHERE reference = :reference;
-- name: find-supplement
SELECT deadline_us, pieces FROM supplement WHERE request = :request;
-- name: find-title
SELECT collect_before_us, title_sha256 FROM title WHERE request = :request;
-- name: find-joining-draft
SELECT id FROM request INDEXED BY request_by_parent
WHERE parent = :parent AND state = 'draft' ORDER BY id DESC LIMIT 1;
