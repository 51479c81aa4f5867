-- SPDX-License-Identifier: EUPL-1.2
-- Centre schema, version 1. What each table is for: ../SCHEMA.md

CREATE TABLE station (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    tls_fingerprint TEXT NOT NULL UNIQUE CHECK (length(tls_fingerprint) = 64),
    sign_certificate_pem TEXT NOT NULL,
    registered_us INTEGER NOT NULL,
    last_feed_number INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE deposit (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    station TEXT NOT NULL REFERENCES station (id),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    previous TEXT CHECK (length(previous) = 64),
    size INTEGER NOT NULL CHECK (size >= 0),
    received_us INTEGER NOT NULL,
    path TEXT NOT NULL,
    receipt BLOB NOT NULL,
    UNIQUE (station, sequence)
) STRICT;

CREATE TABLE feed (
    station TEXT NOT NULL REFERENCES station (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    appended_us INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (station, number)
) STRICT;
