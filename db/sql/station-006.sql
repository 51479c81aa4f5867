-- SPDX-License-Identifier: EUPL-1.2
-- Station schema, version 6: what the dashboard counts. No row names a person, and nothing but
-- step_time, which lives as long as its draft, names a request. See ../SCHEMA.md

-- How long each step of an open draft was on the screen. boot_id '' = it is not there now.
CREATE TABLE step_time (
    request TEXT NOT NULL REFERENCES draft (request),
    step TEXT NOT NULL,
    spent_us INTEGER NOT NULL CHECK (spent_us >= 0),
    boot_id TEXT NOT NULL,
    entered_us INTEGER NOT NULL,
    PRIMARY KEY (request, step)
) STRICT, WITHOUT ROWID;
-- drafts of before: their first step began nobody knows when
INSERT INTO step_time (request, step, spent_us, boot_id, entered_us)
SELECT d.request, r.step, 0, '', 0 FROM draft AS d JOIN request AS r ON r.id = d.request;

-- The same of the sealed requests of a week (its Monday), counted by ranges of time.
CREATE TABLE step_week (
    week TEXT NOT NULL CHECK (length(week) = 10),
    procedure TEXT NOT NULL,
    step TEXT NOT NULL,
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 8),
    n INTEGER NOT NULL CHECK (n >= 1),
    PRIMARY KEY (week, procedure, step, bucket)
) STRICT, WITHOUT ROWID;

-- Captures of a week by device and quality, 0 … 100, as the driver judged them.
CREATE TABLE quality_week (
    week TEXT NOT NULL CHECK (length(week) = 10),
    device TEXT NOT NULL,
    quality INTEGER NOT NULL CHECK (quality BETWEEN 0 AND 100),
    n INTEGER NOT NULL CHECK (n >= 1),
    PRIMARY KEY (week, device, quality)
) STRICT, WITHOUT ROWID;

-- When the station could capture (reason '') and when it could not; between the rows it was off.
CREATE TABLE availability (
    number INTEGER PRIMARY KEY,
    began_us INTEGER NOT NULL,
    until_us INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    monotonic_us INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX availability_by_time ON availability (until_us);

-- What is asked for a period of time, and of one request, in tables that only grow.
CREATE INDEX outbox_by_time ON outbox (sealed_us, request, received_us);
CREATE INDEX journal_of_request ON journal (subject, event) WHERE length(subject) = 26;

-- The journeys of the courier stick.
CREATE TABLE trip (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number >= 1),
    stick TEXT NOT NULL CHECK (length(stick) = 26),
    begun_us INTEGER NOT NULL,
    left_us INTEGER NOT NULL DEFAULT 0,
    returned_us INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE trip_bundle (
    trip INTEGER NOT NULL REFERENCES trip (number),
    sequence INTEGER NOT NULL REFERENCES outbox (sequence),
    PRIMARY KEY (trip, sequence)
) STRICT, WITHOUT ROWID;
