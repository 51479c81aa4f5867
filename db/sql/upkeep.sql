-- SPDX-License-Identifier: EUPL-1.2
-- name: integrity
PRAGMA integrity_check(20);
-- name: foreign-keys
SELECT "table" AS child, parent, count(*) AS rows FROM pragma_foreign_key_check
GROUP BY "table", parent;
-- name: invariants
SELECT 'draft without key: ' || r.id AS finding FROM request AS r
WHERE r.state = 'draft'
      AND NOT EXISTS (SELECT 1 FROM draft_key AS k JOIN draft AS d ON d.request = k.request
                      WHERE k.request = r.id AND k.wrapped_key <> zeroblob(length(k.wrapped_key)))
UNION ALL
SELECT 'key kept after the draft: ' || r.id
FROM request AS r JOIN draft_key AS k ON k.request = r.id
WHERE r.state <> 'draft' AND k.wrapped_key <> zeroblob(length(k.wrapped_key))
UNION ALL
SELECT 'sealed without bundle: ' || r.id FROM request AS r
WHERE r.state NOT IN ('draft', 'abandoned')
      AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.request = r.id)
UNION ALL
SELECT 'bundle of an unsealed request: ' || r.id FROM request AS r JOIN outbox AS o
       ON o.request = r.id
WHERE r.state IN ('draft', 'abandoned')
UNION ALL
SELECT 'bundle chain broken at ' || o.sequence FROM outbox AS o
WHERE o.sequence > 1
      AND o.previous IS NOT (SELECT p.sha256 FROM outbox AS p WHERE p.sequence = o.sequence - 1)
      AND (EXISTS (SELECT 1 FROM outbox AS p WHERE p.sequence = o.sequence - 1)
           OR NOT EXISTS (SELECT 1 FROM journal
                          WHERE event = 'bundle-adopted' AND subject = o.sha256));
-- name: count
SELECT (SELECT count(*) FROM request WHERE state = 'draft') AS drafts,
       (SELECT count(*) FROM outbox WHERE receipt IS NULL) AS waiting,
       (SELECT count(*) FROM outbox) - (SELECT count(*) FROM outbox WHERE receipt IS NULL)
           AS received;
-- name: oldest-waiting
SELECT sealed_us, last_error FROM outbox WHERE receipt IS NULL ORDER BY sequence LIMIT 1;
