-- What is watched. Ground state like the feed states: it says what has been fetched and what is still to be, so that a
-- watch that was killed goes on where it stopped. Instants here are whole seconds since 1970, to be compared and added to.

CREATE TABLE watch_source (
    address       TEXT PRIMARY KEY,           -- of a feed, sitemap, page or OPML file; path of a folder or mailbox
    kind          TEXT,                       -- what it was found to be; null until it is
    via           TEXT,                       -- source in which it was found; null where a person named it
    title         TEXT,
    etag          TEXT,
    last_modified TEXT,
    polled_at     INTEGER,                    -- when it was last asked
    answered_at   INTEGER,                    -- when it last answered
    new_at        INTEGER,                    -- when it last had something new
    not_before    INTEGER NOT NULL DEFAULT 0, -- until when it is not to be asked
    failures      INTEGER NOT NULL DEFAULT 0, -- in a row
    problem       TEXT                        -- what went wrong the last time; null where nothing did
) STRICT, WITHOUT ROWID;

CREATE TABLE watch_item (
    id            INTEGER PRIMARY KEY,
    identity      TEXT NOT NULL UNIQUE,       -- what the addresses of one page have in common
    address       TEXT NOT NULL,
    source        TEXT NOT NULL,              -- where it was found first
    said          TEXT NOT NULL,              -- JSON: what the source says of its head
    entry         BLOB,                       -- what the source has of its text, for where the page cannot be had
    seen_at       INTEGER NOT NULL,
    due_at        INTEGER,                    -- when to look at it (again); null for no more
    looks         INTEGER NOT NULL DEFAULT 0, -- that answered
    failures      INTEGER NOT NULL DEFAULT 0, -- in a row
    problem       TEXT,
    etag          TEXT,
    last_modified TEXT,
    report        INTEGER REFERENCES report(id)
) STRICT;
CREATE INDEX watch_item_due ON watch_item (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX watch_item_source ON watch_item (source);

-- What happened, in order; written with what it tells of.
CREATE TABLE watch_event (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('new', 'revision', 'gone', 'source')),
    source   TEXT,
    report   INTEGER REFERENCES report(id),
    previous INTEGER REFERENCES report(id),   -- of a revision
    note     TEXT
) STRICT;
CREATE INDEX watch_event_report ON watch_event (report);

-- The record of an archive that a report was made from.
CREATE TABLE archived (
    report  INTEGER PRIMARY KEY REFERENCES report(id),
    file    TEXT NOT NULL,
    place   INTEGER NOT NULL,                 -- of the record in the file, in bytes
    record  TEXT NOT NULL,                    -- WARC-Record-ID
    digest  TEXT NOT NULL,                    -- of the payload
    address TEXT NOT NULL,                    -- under which it was opened
    origin  TEXT NOT NULL,                    -- of the report in it
    known   TEXT NOT NULL,                    -- JSON: what was known of its head
    charset TEXT
) STRICT;

-- How much of a file of an archive is whole; what stands behind it was not acknowledged.
CREATE TABLE archive_file (
    file   TEXT PRIMARY KEY,
    length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Alerts, each once; what is still to be sent where; how far the rules have been applied.
CREATE TABLE alert (
    id    INTEGER PRIMARY KEY,
    key   TEXT NOT NULL UNIQUE,               -- what it is about: the same is not told twice
    at    INTEGER NOT NULL,
    rule  TEXT NOT NULL,
    story INTEGER,
    body  TEXT NOT NULL                       -- JSON
) STRICT;

CREATE TABLE delivery (
    alert   INTEGER NOT NULL REFERENCES alert(id),
    way     TEXT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    tries   INTEGER NOT NULL DEFAULT 0,
    due_at  INTEGER NOT NULL,
    problem TEXT,
    PRIMARY KEY (alert, way)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'waiting';

CREATE TABLE watch_mark (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Entries that a model of the user's own has proposed, apart from what the reader has read. One that a person accepts becomes
-- a decision; one whose words do not bear it out is kept as refused, with the reason.
CREATE TABLE proposal (
    id       INTEGER PRIMARY KEY,
    report   INTEGER NOT NULL REFERENCES report(id),
    at       TEXT NOT NULL,
    model    TEXT NOT NULL,
    prompt   TEXT NOT NULL,                   -- SHA-256 of what the model was asked
    words    TEXT NOT NULL,                   -- that it quotes
    value    TEXT NOT NULL,                   -- JSON: what it proposes
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected', 'refused')),
    reason   TEXT,                            -- why it was refused, or what a person said
    decision INTEGER REFERENCES decision(id), -- that was made of it
    UNIQUE (report, model, prompt, words, value)
) STRICT;
