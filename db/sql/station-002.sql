-- SPDX-License-Identifier: EUPL-1.2
-- Station schema, version 2: when a request was last worked on, as a whole instant, so that no
-- clock alone can say that a draft has grown old; and a list that is as quick with many requests.

ALTER TABLE request ADD COLUMN updated_boot_id TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN updated_monotonic_us INTEGER NOT NULL DEFAULT 0;
-- the last thing the journal knows of happened after almost every change, hardly ever before
UPDATE request SET
    updated_boot_id = coalesce((SELECT boot_id FROM journal ORDER BY sequence DESC LIMIT 1), ''),
    updated_monotonic_us =
        coalesce((SELECT monotonic_us FROM journal ORDER BY sequence DESC LIMIT 1), 0);

CREATE INDEX request_by_state ON request (state, id);
