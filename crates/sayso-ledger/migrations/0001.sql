-- Ground state: reports, where they came from, people's decisions, feed states. Everything below "Derived" can be rebuilt
-- from it. Dates are TEXT `YYYY-MM-DD`, instants TEXT in RFC 3339 (UTC for those that sayso sets itself).

CREATE TABLE report (
    id          INTEGER PRIMARY KEY,          -- in the order of adding; never used again
    address     TEXT NOT NULL UNIQUE,         -- SHA-256 of text hash, outlet and day of publication
    raw_hash    TEXT NOT NULL,                -- SHA-256 of the bytes that it was made from
    text_hash   TEXT NOT NULL,
    identity    TEXT NOT NULL,                -- what the revisions of one report have in common
    first       INTEGER NOT NULL REFERENCES report(id),
    revision    INTEGER NOT NULL CHECK (revision >= 1),
    latest      INTEGER NOT NULL CHECK (latest IN (0, 1)),
    headline    TEXT,
    outlet      TEXT,
    published   TEXT,
    published_at TEXT,
    url         TEXT,
    language    TEXT,
    text        TEXT NOT NULL,
    head        TEXT NOT NULL,                -- JSON, as in sayso-model
    diagnostics TEXT NOT NULL,                -- JSON
    origin      TEXT NOT NULL,                -- path, address or archive record that it was read from
    fetched_at  TEXT,
    added_at    TEXT NOT NULL
) STRICT;
CREATE INDEX report_identity ON report (identity, revision);
CREATE INDEX report_text_hash ON report (text_hash);
CREATE INDEX report_first ON report (first, revision);
CREATE INDEX report_published ON report (published);

-- Inputs seen, so that an interrupted add goes on where it stopped without reading anything twice.
CREATE TABLE intake (
    key    TEXT PRIMARY KEY,                  -- SHA-256 of the bytes, the options and the version of ingest
    report INTEGER NOT NULL REFERENCES report(id)
) STRICT, WITHOUT ROWID;

-- Decisions are only ever added. Undoing one is a decision too.
CREATE TABLE decision (
    id      INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    by      TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('accept', 'correct', 'reject', 'merge', 'split', 'undo')),
    subject TEXT NOT NULL,                    -- JSON; names entries by report and words, not by their number in a reading
    value   TEXT,                             -- JSON; what it is corrected to
    note    TEXT,
    undoes  INTEGER REFERENCES decision(id)
) STRICT;

CREATE TABLE feed_state (
    url           TEXT PRIMARY KEY,
    etag          TEXT,
    last_modified TEXT,
    fetched_at    TEXT NOT NULL,
    status        INTEGER
) STRICT, WITHOUT ROWID;

-- Derived: readings and what is looked up in them.

CREATE TABLE reading (
    report         INTEGER PRIMARY KEY REFERENCES report(id),
    schema_version INTEGER NOT NULL,
    reader         TEXT NOT NULL,             -- version of sayso that read the report
    read_at        TEXT NOT NULL,
    body           BLOB NOT NULL              -- deflated JSON of the reading without its report
) STRICT;

CREATE TABLE speaker (
    report    INTEGER NOT NULL REFERENCES report(id),
    entry     INTEGER NOT NULL,
    name      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    anonymous INTEGER NOT NULL,
    PRIMARY KEY (report, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE speaker_name (
    folded TEXT NOT NULL,                     -- lower case, letters and digits, single blanks
    report INTEGER NOT NULL,
    entry  INTEGER NOT NULL,
    PRIMARY KEY (folded, report, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
    report   INTEGER NOT NULL REFERENCES report(id),
    entry    INTEGER NOT NULL,
    speaker  INTEGER,
    kind     TEXT NOT NULL,
    modality TEXT NOT NULL,
    said_on  TEXT,
    content  TEXT NOT NULL,
    PRIMARY KEY (report, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_speaker ON statement (report, speaker);

CREATE TABLE figure (
    report         INTEGER NOT NULL REFERENCES report(id),
    entry          INTEGER NOT NULL,
    category       TEXT NOT NULL,
    low            REAL,
    best           REAL,
    high           REAL,
    counted_group  TEXT,
    origin         TEXT,
    origin_folded  TEXT,
    statement      INTEGER,
    said_on        TEXT,
    as_of          TEXT,
    published      TEXT,
    words          TEXT NOT NULL,
    PRIMARY KEY (report, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX figure_category ON figure (category, published);

CREATE VIRTUAL TABLE report_words USING fts5 (
    headline, text, content = 'report', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);

-- Derived by sayso-compare.

CREATE TABLE story (
    id    INTEGER PRIMARY KEY,
    label TEXT NOT NULL,
    state BLOB                                -- what compare keeps to place the next report
) STRICT;

CREATE TABLE story_report (
    report INTEGER PRIMARY KEY REFERENCES report(id),
    story  INTEGER NOT NULL REFERENCES story(id)
) STRICT;
CREATE INDEX story_report_story ON story_report (story, report);

-- Speakers of reports that are one speaker of the ledger.
CREATE TABLE speaker_group (
    report     INTEGER NOT NULL,
    entry      INTEGER NOT NULL,
    speaker_group INTEGER NOT NULL,
    evidence   TEXT NOT NULL,                 -- JSON
    PRIMARY KEY (report, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX speaker_group_members ON speaker_group (speaker_group, report, entry);

-- An index of compare's own: terms of any kind (shingle hashes, names, cited outlets) to reports.
CREATE TABLE posting (
    kind   TEXT NOT NULL,
    term   TEXT NOT NULL,
    report INTEGER NOT NULL,
    value  BLOB,
    PRIMARY KEY (kind, term, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_report ON posting (report, kind);

-- Anything else of compare's, by kind and key.
CREATE TABLE derived (
    kind  TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
