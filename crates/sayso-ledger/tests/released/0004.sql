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
-- How certain a figure is ("asserted", "denied", "possible", "expected", ...), so that a list of figures can say so. Null for
-- what was read before this schema, until it is read again.
ALTER TABLE figure ADD COLUMN modality TEXT;
-- Checksums, so that a row that is not as it was written is seen when it is read. The sum of a row is over its other columns
-- in their order; sayso makes them when this is applied and keeps them with every change.
ALTER TABLE reading ADD COLUMN sum INTEGER;
ALTER TABLE speaker ADD COLUMN sum INTEGER;
ALTER TABLE statement ADD COLUMN sum INTEGER;
ALTER TABLE figure ADD COLUMN sum INTEGER;
ALTER TABLE story ADD COLUMN sum INTEGER;
ALTER TABLE story_report ADD COLUMN sum INTEGER;
ALTER TABLE decision ADD COLUMN sum INTEGER;
ALTER TABLE derived ADD COLUMN sum INTEGER;

-- The sums of a report stand apart: lists are checked without reading texts, and a report that is lost leaves a trace. The
-- text itself is told by its hash.
CREATE TABLE report_sum (
    report INTEGER PRIMARY KEY,
    line   INTEGER NOT NULL,                  -- of what lists show
    body   INTEGER NOT NULL                   -- of the rest but the text
) STRICT;
-- What a person decides counts everywhere: entries can be added and noted on, a decision keeps what its maker saw, the
-- decisions about a report are found without going through all, and the rows by which entries are found say what has been
-- decided about each and how it stands in its report. The rows are made anew from the readings when this is applied.

CREATE TABLE decision_new (
    id      INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    by      TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('accept', 'correct', 'reject', 'add', 'note', 'merge', 'split', 'undo')),
    subject TEXT NOT NULL,                    -- JSON; names entries by report and words, not by their number in a reading
    value   TEXT,                             -- JSON; what it is corrected to, or what an added entry is
    seen    TEXT,                             -- JSON; the fields as they stood before whoever decided
    note    TEXT,
    undoes  INTEGER REFERENCES decision_new(id),
    sum     INTEGER
) STRICT;
INSERT INTO decision_new (id, at, by, kind, subject, value, note, undoes)
    SELECT id, at, by, kind, subject, value, note, undoes FROM decision;
DROP TABLE decision;
ALTER TABLE decision_new RENAME TO decision;

-- Which reports a decision bears on; what undoes it bears on the same.
CREATE TABLE decision_report (
    report   INTEGER NOT NULL,
    decision INTEGER NOT NULL REFERENCES decision(id),
    PRIMARY KEY (report, decision)
) STRICT, WITHOUT ROWID;
INSERT INTO decision_report (report, decision)
    SELECT DISTINCT json_extract(entry.value, '$.report'), decision.id
    FROM decision, json_each(decision.subject, '$.entries') AS entry;
WITH RECURSIVE undo (report, decision) AS (
    SELECT report, decision FROM decision_report
    UNION
    SELECT undo.report, decision.id FROM decision JOIN undo ON decision.undoes = undo.decision
)
INSERT OR IGNORE INTO decision_report (report, decision) SELECT report, decision FROM undo;

ALTER TABLE statement ADD COLUMN polarity TEXT;
ALTER TABLE statement ADD COLUMN parent INTEGER;
ALTER TABLE statement ADD COLUMN decision TEXT;
ALTER TABLE statement ADD COLUMN reviewed_by TEXT;
ALTER TABLE figure ADD COLUMN origin_speaker INTEGER;
ALTER TABLE figure ADD COLUMN negated INTEGER;
ALTER TABLE figure ADD COLUMN retracted INTEGER;
ALTER TABLE figure ADD COLUMN part_of INTEGER;
ALTER TABLE figure ADD COLUMN additional INTEGER;
ALTER TABLE figure ADD COLUMN decision TEXT;
ALTER TABLE figure ADD COLUMN reviewed_by TEXT;

INSERT INTO report VALUES (1, '7ac0f5b41a81655ce560124cd6c6239e907e406d2a5f63d7d89a8203f0ecd11d', 'raw of Nine passengers were hurt.', '8ab9221f448b39082e57c4abd99943247a6ad828b43beccd5eb1320540917a8f', 'url coast-courier.test/ferry', 1, 1, 1, 'Ferry strikes pier', 'Coast Courier', '2024-03-05', NULL, 'https://coast-courier.test/ferry?utm_source=x', NULL, 'Nine passengers were hurt.', '{"headline":{"value":"Ferry strikes pier","from":"key","span":null},"outlet":{"value":"Coast Courier","from":"key","span":null},"byline":[],"dateline":null,"published":{"value":"2024-03-05","from":"key","span":null},"published_at":null,"url":{"value":"https://coast-courier.test/ferry?utm_source=x","from":"key","span":null},"language":null}', '[]', 'a.txt', NULL, '2026-11-28T10:21:18Z');
INSERT INTO decision VALUES (1, '2026-11-28T10:21:18Z', 'ida', 'accept', '{"entries":[{"report":1,"kind":"figure","start":0,"end":15,"exact":"Nine passengers"}]}', NULL, NULL, NULL, NULL, 29192525596308851);
INSERT INTO decision_report VALUES (1, 1);
INSERT INTO reading VALUES (1, 1, 'test 1', '2026-11-28T10:21:18Z', X'6D534B6EDB3010BD4A306B05B0D366519DA08B023D801110636924B1E1AF4352B16BE4EE1D8A9263385909F37BEFF1CDE802B19BC8A29A89A3F60EDA7D034CD813430B89627AD843C904CF09DA0B30BEA909E32455C9273AA5BBB016268128EDE56BB423685D36A6019F932101AAD1F15C6B8797067A4C54A35A0BF968749CA8DF46AF09855780CC662B1B7463C671657A17408DA3F331E92E427B78914C4CC261C9A525D1C0A0C7CC54820B68E18161276F8A01C5860B487779F2AE017252DC3F0B82CBF6589CF9BADA09FCE8F92C1668F747A07B81DB928A66DD93EB56810D18FFB6693F8ACFD0FE6860D2A338EB16ABA4AEE8D4991CF52C43039A48B5E38B3486C0FEA4AD2880766D9D71CC3258D1B2D357D73A9F5DFA3076649F83680E1823B9510E41642F4975AF3918EC16C364611175AFCAC5C0D3EEE9FBE3EEDBE3EE5906312A3F6C0F0BC4DA8B796E7951976D369896E7D48CA351144BC32A992931768BB635637D8F46A7E26991C7A5D640404E3734BDD0CCD4AB81BD2DBB6ECAF2125959F5A6C4B31EB5EC1526E4A3CFFCE08741CB32E424978A8A81F0B5EC1642B982DAAFD07977B63ECB910C7501B3C642F15E1CA823523BAC07B48C3AB4623BFCCAAE7FF8B9B2FDDED85E753926F03CA2D3FF306971B081CF34ECCD66747986B4159A422AE80A25A80EC61ADE6C4A4E5DDA92B6DBFCEDD23A6F0B9C62FA9BE5E804A6FC7B740A545D2F51E79925FCA0ECEFFEA4FF', -8001672537475410307);
INSERT INTO speaker VALUES (1, 0, 'Lund Harbour Office', 'organization', 0, 3036271107425187656);
INSERT INTO speaker_name VALUES ('lund harbour office', 1, 0);
INSERT INTO figure VALUES (1, 0, 'injured', NULL, 9.0, NULL, 'passengers', 'harbour office', 'harbour office', NULL, '2024-03-05', NULL, '2024-03-05', 'Nine passengers', 'asserted', -2606477942231689396, 0, 0, 0, NULL, 0, 'accepted', 'ida');
INSERT INTO report_sum VALUES (1, -7037143284753025215, 1872849578126965076);
INSERT INTO report_words (rowid, headline, text) SELECT id, headline, text FROM report;
PRAGMA application_id = 1935767857;
PRAGMA user_version = 4;
