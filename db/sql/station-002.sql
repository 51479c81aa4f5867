-- SPDX-License-Identifier: EUPL-1.2
-- Station schema, version 2. See ../SCHEMA.md

-- When a request was last worked on, as a whole instant, so that no clock alone can say that a
-- draft has grown old; and a list that is as quick with many requests.

ALTER TABLE request ADD COLUMN updated_boot_id TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN updated_monotonic_us INTEGER NOT NULL DEFAULT 0;
-- the last thing the journal knows of happened after almost every change, hardly ever before
UPDATE request SET
    updated_boot_id = coalesce((SELECT boot_id FROM journal ORDER BY sequence DESC LIMIT 1), ''),
    updated_monotonic_us =
        coalesce((SELECT monotonic_us FROM journal ORDER BY sequence DESC LIMIT 1), 0);

CREATE INDEX request_by_state ON request (state, id);

-- Slots opened by a card, slots that can be renewed in the absence of their agent, revocation, and
-- the witness of the journal outside this file.
ALTER TABLE agent ADD COLUMN kind TEXT NOT NULL DEFAULT 'passphrase'
    CHECK (kind IN ('passphrase', 'card'));
ALTER TABLE agent ADD COLUMN card TEXT CHECK ((card IS NULL) = (kind = 'passphrase'));
-- both NULL: a slot of version 1, renewed the next time that its agent opens it
ALTER TABLE agent ADD COLUMN wrapped_private BLOB;
ALTER TABLE agent ADD COLUMN sealed_public BLOB;
ALTER TABLE agent ADD COLUMN revoked_us INTEGER NOT NULL DEFAULT 0;

-- Opens with the KEK in force: a session that began before the last renewal sees that it did.
CREATE TABLE kek_check (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    renewed_us INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE witness (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    counter INTEGER NOT NULL,
    sequence INTEGER NOT NULL
) STRICT;
