-- SPDX-License-Identifier: EUPL-1.2
-- The centre's rows on PostgreSQL, version 1 (README.md).
CREATE TABLE station (
    id text PRIMARY KEY,
    name text NOT NULL,
    tls_fingerprint text NOT NULL UNIQUE CHECK (length(tls_fingerprint) = 64),
    sign_certificate_pem text NOT NULL,
    registered_us bigint NOT NULL
);

CREATE TABLE deposit (
    station text NOT NULL REFERENCES station (id),
    sequence bigint NOT NULL CHECK (sequence >= 1),
    sha256 text NOT NULL CHECK (length(sha256) = 64),
    previous text CHECK (length(previous) = 64),
    size bigint NOT NULL CHECK (size >= 0),
    received_us bigint NOT NULL,
    path text NOT NULL,
    receipt bytea NOT NULL,
    PRIMARY KEY (station, sequence)
);
CREATE INDEX deposit_by_sha256 ON deposit (sha256);
CREATE INDEX deposit_by_time ON deposit (received_us);

CREATE TABLE feed_head (
    station text PRIMARY KEY REFERENCES station (id),
    last_number bigint NOT NULL
);

CREATE TABLE feed (
    station text NOT NULL REFERENCES station (id),
    number bigint NOT NULL CHECK (number >= 1),
    appended_us bigint NOT NULL,
    message bytea NOT NULL,
    PRIMARY KEY (station, number)
);
