-- SPDX-License-Identifier: EUPL-1.2
-- Station schema, version 3: what is asked of the outbox at each start, log-in and sync round
-- concerns the few bundles that wait or whose file is still here, among tens of thousands.

CREATE INDEX outbox_waiting ON outbox (sequence) WHERE receipt IS NULL;
CREATE INDEX outbox_kept ON outbox (sequence, file) WHERE erased_us IS NULL;
CREATE INDEX outbox_erasable ON outbox (sequence, received_us)
    WHERE erased_us IS NULL AND receipt IS NOT NULL;
