-- SPDX-License-Identifier: EUPL-1.2
-- Station schema, version 4: what the centre's feed says beyond a status, and requests that join
-- an earlier one (a supplement, a hand-over).

ALTER TABLE request ADD COLUMN parent TEXT REFERENCES request (id);
CREATE INDEX request_by_parent ON request (parent) WHERE parent IS NOT NULL;

CREATE TABLE supplement (
    request TEXT NOT NULL PRIMARY KEY REFERENCES request (id),
    number INTEGER NOT NULL REFERENCES feed (number) DEFERRABLE INITIALLY DEFERRED,
    deadline_us INTEGER NOT NULL,
    pieces TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE title (
    request TEXT NOT NULL PRIMARY KEY REFERENCES request (id),
    number INTEGER NOT NULL REFERENCES feed (number) DEFERRABLE INITIALLY DEFERRED,
    collect_before_us INTEGER NOT NULL,
    title_sha256 TEXT NOT NULL CHECK (length(title_sha256) = 64)
) STRICT, WITHOUT ROWID;

CREATE TABLE appointment (
    reference TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES feed (number) DEFERRABLE INITIALLY DEFERRED,
    starts_us INTEGER NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes >= 1),
    persons INTEGER NOT NULL CHECK (persons >= 1),
    procedure TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('booked', 'cancelled', 'arrived', 'missed')),
    state_us INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX appointment_by_start ON appointment (starts_us);
