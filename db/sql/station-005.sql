-- SPDX-License-Identifier: EUPL-1.2
-- Station schema, version 5: the role of each agent, and the unattended kiosk. See ../SCHEMA.md

-- Part of what is authenticated in the slot: a row whose role was changed does not open.
ALTER TABLE agent ADD COLUMN role TEXT NOT NULL DEFAULT 'agent'
    CHECK (role IN ('agent', 'mediator', 'technician'));

-- The kiosk's own key, in a slot that the station secret opens alone (wrapped_key: zeroes while
-- the kiosk is closed), and once more under the KEK, for the agents. And the guesses at tickets.
CREATE TABLE kiosk (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    opened_us INTEGER NOT NULL,
    salt BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    sealed_key BLOB NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failed_boot_id TEXT NOT NULL DEFAULT '',
    failed_monotonic_us INTEGER NOT NULL DEFAULT 0
) STRICT;

-- 1: begun at the kiosk, wrapped under the kiosk's key
ALTER TABLE draft_key ADD COLUMN kiosk INTEGER NOT NULL DEFAULT 0 CHECK (kiosk IN (0, 1));

CREATE TABLE ticket (
    request TEXT NOT NULL PRIMARY KEY REFERENCES request (id),
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;
