-- SPDX-License-Identifier: EUPL-1.2
-- name: insert-procedure
INSERT INTO procedure (sha256, id, revision, bytes) VALUES (:sha256, :id, :revision, :bytes)
ON CONFLICT (sha256) DO NOTHING;
-- name: find-procedure
SELECT p.id, p.revision, p.sha256, p.bytes
FROM request AS r JOIN procedure AS p ON p.sha256 = r.procedure_sha256
WHERE r.id = :id;
-- name: insert
INSERT INTO request (id, procedure_sha256, state, created_wall_us, created_boot_id,
                     created_monotonic_us, updated_us, updated_boot_id, updated_monotonic_us, step,
                     parent)
VALUES (:id, :procedure_sha256, :state, :created_wall_us, :created_boot_id,
        :created_monotonic_us, :created_wall_us, :created_boot_id, :created_monotonic_us, :step,
        :parent);
-- name: list
SELECT r.id, p.id AS procedure_id, p.revision, r.procedure_sha256, r.state,
       r.created_wall_us, r.created_boot_id, r.created_monotonic_us, r.updated_us, r.step,
       r.status_text, r.parent, o.sha256 AS bundle_sha256, coalesce(o.sequence, 0) AS sequence,
       coalesce((SELECT kiosk FROM draft_key WHERE request = r.id), 0) AS kiosk
FROM request AS r JOIN procedure AS p ON p.sha256 = r.procedure_sha256
     LEFT JOIN outbox AS o ON o.request = r.id
WHERE r.id >= :first AND r.id < :behind
ORDER BY r.id DESC LIMIT :limit;
-- name: list-state
SELECT r.id, p.id AS procedure_id, p.revision, r.procedure_sha256, r.state,
       r.created_wall_us, r.created_boot_id, r.created_monotonic_us, r.updated_us, r.step,
       r.status_text, r.parent, o.sha256 AS bundle_sha256, coalesce(o.sequence, 0) AS sequence,
       coalesce((SELECT kiosk FROM draft_key WHERE request = r.id), 0) AS kiosk
FROM request AS r JOIN procedure AS p ON p.sha256 = r.procedure_sha256
     LEFT JOIN outbox AS o ON o.request = r.id
WHERE r.state = :state AND r.id >= :first AND r.id < :behind
ORDER BY r.id DESC LIMIT :limit;
-- name: find-by-bundle
SELECT request FROM outbox WHERE sha256 >= :first AND sha256 < :behind LIMIT 2;
-- name: find-by-sequence
SELECT request FROM outbox WHERE sequence = :sequence;
-- name: find
SELECT r.id, p.id AS procedure_id, p.revision, r.procedure_sha256, r.state,
       r.created_wall_us, r.created_boot_id, r.created_monotonic_us, r.updated_us, r.step,
       r.status_text, r.parent, o.sha256 AS bundle_sha256, coalesce(o.sequence, 0) AS sequence,
       coalesce((SELECT kiosk FROM draft_key WHERE request = r.id), 0) AS kiosk
FROM request AS r JOIN procedure AS p ON p.sha256 = r.procedure_sha256
     LEFT JOIN outbox AS o ON o.request = r.id
WHERE r.id = :id;
-- name: state
SELECT state FROM request WHERE id = :id;
-- name: set-state
UPDATE request SET state = :state, updated_us = :updated_us,
    updated_boot_id = :boot_id, updated_monotonic_us = :monotonic_us
WHERE id = :id;
-- name: set-step
UPDATE request SET step = :step, updated_us = :updated_us,
    updated_boot_id = :boot_id, updated_monotonic_us = :monotonic_us
WHERE id = :id;
-- name: touch
UPDATE request SET updated_us = :updated_us, updated_boot_id = :boot_id,
    updated_monotonic_us = :monotonic_us
WHERE id = :id;
-- name: set-status-text
UPDATE request SET status_text = :text, updated_us = :updated_us,
    updated_boot_id = :boot_id, updated_monotonic_us = :monotonic_us
WHERE id = :id;

-- name: insert-key
INSERT INTO draft_key (request, wrapped_key, kiosk) VALUES (:request, :wrapped_key, :kiosk);
-- name: insert-draft
INSERT INTO draft (request, version, fields) VALUES (:request, :version, :fields);
-- name: find-draft
SELECT k.wrapped_key, k.kiosk, d.version, d.fields
FROM draft AS d JOIN draft_key AS k ON k.request = d.request
WHERE d.request = :request;
-- name: set-fields
UPDATE draft SET version = :version, fields = :fields WHERE request = :request;
-- name: delete-pieces
DELETE FROM piece WHERE request = :request;
-- name: delete-draft
DELETE FROM draft WHERE request = :request;
-- name: destroy-key
UPDATE draft_key SET wrapped_key = zeroblob(length(wrapped_key)) WHERE request = :request;

-- name: insert-piece
INSERT INTO piece (id, request, kind, ordinal, size, captured_wall_us, captured_boot_id,
                   captured_monotonic_us, metadata, content)
VALUES (:id, :request, :kind, :ordinal, :size, :captured_wall_us, :captured_boot_id,
        :captured_monotonic_us, :metadata, :content);
-- name: delete-piece-at
DELETE FROM piece WHERE request = :request AND kind = :kind AND ordinal = :ordinal;
-- name: delete-piece
DELETE FROM piece WHERE request = :request AND id = :id;
-- name: list-pieces
SELECT id, request, kind, ordinal, size, captured_wall_us, captured_boot_id,
       captured_monotonic_us, metadata
FROM piece WHERE request = :request ORDER BY kind, ordinal;
-- name: find-piece
SELECT id, request, kind, ordinal, size, captured_wall_us, captured_boot_id,
       captured_monotonic_us, metadata, content
FROM piece WHERE request = :request AND id = :id;
-- name: move-piece
UPDATE piece SET ordinal = :ordinal, metadata = :metadata WHERE id = :id;
-- name: count-pieces
SELECT count(*) AS pieces, coalesce(sum(size), 0) AS bytes,
       count(*) FILTER (WHERE kind = :kind AND typeof(content) <> 'null') AS pages,
       count(*) FILTER (WHERE kind = :kind AND typeof(content) = 'null') AS impossible
FROM piece WHERE request = :request;
-- name: sum-pieces
SELECT count(*) AS pieces, coalesce(sum(size), 0) AS bytes
FROM piece WHERE request = :request AND NOT (kind = :kind AND ordinal = :ordinal);
