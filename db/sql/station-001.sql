-- SPDX-License-Identifier: EUPL-1.2
-- Station schema, version 1. What each table is for, what is clear and why: ../SCHEMA.md

CREATE TABLE agent (
    name TEXT NOT NULL PRIMARY KEY,
    created_us INTEGER NOT NULL,
    scrypt_log2n INTEGER NOT NULL,
    scrypt_r INTEGER NOT NULL,
    scrypt_p INTEGER NOT NULL,
    salt BLOB NOT NULL,
    wrapped_kek BLOB NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failed_boot_id TEXT NOT NULL DEFAULT '',
    failed_monotonic_us INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE procedure (
    sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE request (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
    procedure_sha256 TEXT NOT NULL REFERENCES procedure (sha256),
    state TEXT NOT NULL,
    created_wall_us INTEGER NOT NULL,
    created_boot_id TEXT NOT NULL,
    created_monotonic_us INTEGER NOT NULL,
    updated_us INTEGER NOT NULL,
    step TEXT NOT NULL,
    status_text TEXT
) STRICT;
CREATE INDEX request_by_procedure ON request (procedure_sha256);

-- A key is destroyed by zeroes in its place, and its row stays: a row that is deleted makes SQLite
-- merge pages, and the merging was seen to leave copies of neighbouring keys in the file.
CREATE TABLE draft_key (
    slot INTEGER PRIMARY KEY,
    request TEXT NOT NULL UNIQUE REFERENCES request (id),
    wrapped_key BLOB NOT NULL
) STRICT;

CREATE TABLE draft (
    request TEXT NOT NULL PRIMARY KEY REFERENCES draft_key (request),
    version INTEGER NOT NULL,
    fields BLOB NOT NULL
) STRICT;

CREATE TABLE piece (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
    request TEXT NOT NULL REFERENCES draft (request),
    kind TEXT NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    captured_wall_us INTEGER NOT NULL,
    captured_boot_id TEXT NOT NULL,
    captured_monotonic_us INTEGER NOT NULL,
    metadata BLOB NOT NULL,
    content BLOB,
    UNIQUE (request, kind, ordinal)
) STRICT;

CREATE TABLE outbox (
    sequence INTEGER NOT NULL PRIMARY KEY CHECK (sequence >= 1),
    request TEXT NOT NULL UNIQUE REFERENCES request (id),
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    previous TEXT CHECK (length(previous) = 64),
    file TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    sealed_us INTEGER NOT NULL,
    statement TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_us INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    receipt BLOB,
    received_us INTEGER,
    erased_us INTEGER,
    CHECK ((previous IS NULL) = (sequence = 1)),
    CHECK ((receipt IS NULL) = (received_us IS NULL)),
    CHECK (erased_us IS NULL OR receipt IS NOT NULL)
) STRICT;

CREATE TABLE feed (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number >= 1),
    applied_us INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'unknown-bundle', 'impossible')),
    message BLOB NOT NULL
) STRICT;
CREATE TRIGGER feed_never_back BEFORE INSERT ON feed
WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM feed)
BEGIN
    SELECT RAISE (ABORT, 'feed: the number may not go back');
END;

CREATE TABLE journal (
    sequence INTEGER NOT NULL PRIMARY KEY,
    wall_us INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    monotonic_us INTEGER NOT NULL,
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TABLE journal_head (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO journal_head VALUES (1, 0, zeroblob(32));

CREATE TRIGGER journal_append BEFORE INSERT ON journal
WHEN NEW.sequence IS NOT (SELECT sequence + 1 FROM journal_head)
BEGIN
    SELECT RAISE (ABORT, 'journal: append only');
END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE (ABORT, 'journal: append only');
END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE (ABORT, 'journal: append only');
END;
CREATE TRIGGER journal_head_forward BEFORE UPDATE ON journal_head
WHEN NEW.sequence IS NOT OLD.sequence + 1
BEGIN
    SELECT RAISE (ABORT, 'journal: the head only moves forward');
END;
CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON journal_head
BEGIN
    SELECT RAISE (ABORT, 'journal: the head stays');
END;
