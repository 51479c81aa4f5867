-- SPDX-License-Identifier: EUPL-1.2
-- name: begin
INSERT INTO trip (number, stick, begun_us)
SELECT coalesce(max(number), 0) + 1, :stick, :begun_us FROM trip
RETURNING number;
-- name: add-bundle
INSERT INTO trip_bundle (trip, sequence)
SELECT :trip, sequence FROM outbox WHERE sha256 = :sha256
RETURNING sequence;
-- name: leave
UPDATE trip SET left_us = :left_us WHERE number = :trip AND left_us = 0 RETURNING number;
-- name: find
SELECT returned_us FROM trip WHERE number = :trip AND stick = :stick;
-- name: return
UPDATE trip SET returned_us = :returned_us
WHERE stick = :stick AND number <= :trip AND returned_us = 0;
-- name: list
SELECT t.number, t.stick, t.left_us, t.returned_us, count(b.sequence) AS bundles,
       count(CASE WHEN o.receipt IS NULL THEN b.sequence END) AS waiting
FROM trip AS t
LEFT JOIN trip_bundle AS b ON b.trip = t.number
LEFT JOIN outbox AS o ON o.sequence = b.sequence
GROUP BY t.number ORDER BY t.number DESC LIMIT :limit;
