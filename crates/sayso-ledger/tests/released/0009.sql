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
-- What the list of stories shows is kept, one row a story, so that a page of it is a look-up however large the ledger is. Rows
-- that something has changed for are named in story_changed and made anew before the list is read.

CREATE TABLE story_line (
    story      INTEGER PRIMARY KEY,
    label      TEXT NOT NULL,
    reports    INTEGER NOT NULL,
    first      TEXT,
    last       TEXT NOT NULL,                 -- empty where no report states its day, so that such stories come last
    outlets    TEXT NOT NULL,                 -- JSON, an array
    unreviewed INTEGER NOT NULL,
    sum        INTEGER
) STRICT;
CREATE INDEX story_line_last ON story_line (last DESC, story);

CREATE TABLE story_changed (story INTEGER PRIMARY KEY) STRICT;
INSERT INTO story_changed SELECT id FROM story;

CREATE TRIGGER story_new AFTER INSERT ON story BEGIN
    INSERT OR IGNORE INTO story_changed VALUES (NEW.id);
END;
CREATE TRIGGER story_renamed AFTER UPDATE OF label ON story BEGIN
    INSERT OR IGNORE INTO story_changed VALUES (NEW.id);
END;
CREATE TRIGGER story_gone AFTER DELETE ON story BEGIN
    INSERT OR IGNORE INTO story_changed VALUES (OLD.id);
END;
CREATE TRIGGER story_report_new AFTER INSERT ON story_report BEGIN
    INSERT OR IGNORE INTO story_changed VALUES (NEW.story);
END;
-- A report is moved by writing its row anew.
CREATE TRIGGER story_report_moving BEFORE INSERT ON story_report BEGIN
    INSERT OR IGNORE INTO story_changed SELECT story FROM story_report WHERE report = NEW.report;
END;
CREATE TRIGGER story_report_moved AFTER UPDATE OF story ON story_report BEGIN
    INSERT OR IGNORE INTO story_changed VALUES (OLD.story);
    INSERT OR IGNORE INTO story_changed VALUES (NEW.story);
END;
CREATE TRIGGER story_report_gone AFTER DELETE ON story_report BEGIN
    INSERT OR IGNORE INTO story_changed VALUES (OLD.story);
END;
CREATE TRIGGER story_of_report AFTER UPDATE OF latest, published, outlet ON report BEGIN
    INSERT OR IGNORE INTO story_changed SELECT story FROM story_report WHERE report = NEW.id;
END;
CREATE TRIGGER story_of_figure_new AFTER INSERT ON figure BEGIN
    INSERT OR IGNORE INTO story_changed SELECT story FROM story_report WHERE report = NEW.report;
END;
CREATE TRIGGER story_of_figure AFTER UPDATE OF decision ON figure BEGIN
    INSERT OR IGNORE INTO story_changed SELECT story FROM story_report WHERE report = NEW.report;
END;
CREATE TRIGGER story_of_figure_gone AFTER DELETE ON figure BEGIN
    INSERT OR IGNORE INTO story_changed SELECT story FROM story_report WHERE report = OLD.report;
END;
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
-- Lists of figures are read in their order from an index, so that a page of them is a look-up however large the ledger is; what
-- they are filtered by stands in it. What no day is known of comes last: letters stand behind all days.
DROP INDEX figure_category;
CREATE INDEX figure_listed ON figure (
    coalesce(as_of, said_on, published, 'undated'), report, entry, category, decision, origin_folded, origin_speaker
);
CREATE INDEX figure_listed_category ON figure (
    category, coalesce(as_of, said_on, published, 'undated'), report, entry, decision, origin_folded, origin_speaker
);

-- Searches that somebody wants to find again, and the newest report of the ledger when he last looked at each.
CREATE TABLE saved_search (
    id       INTEGER PRIMARY KEY,
    by       TEXT NOT NULL,
    query    TEXT NOT NULL,                   -- as in the address of the page that shows it
    saved_at TEXT NOT NULL,
    seen     INTEGER NOT NULL,
    UNIQUE (by, query)
) STRICT;

-- The newest report of the ledger that somebody has taken as seen.
CREATE TABLE visit (
    by   TEXT PRIMARY KEY,
    seen INTEGER NOT NULL,
    at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Names by their words, so that a name is found by a part of it without going through all names. A name that is no longer there
-- may stay here: it leads nowhere.
CREATE TABLE speaker_word (
    word   TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (word, folded)
) STRICT, WITHOUT ROWID;
-- A folded name is letters, digits and single blanks.
INSERT OR IGNORE INTO speaker_word (word, folded)
    SELECT j.value, n.folded FROM (SELECT DISTINCT folded FROM speaker_name) n,
    json_each('["' || replace(n.folded, ' ', '","') || '"]') j;
CREATE TRIGGER speaker_word_new AFTER INSERT ON speaker_name BEGIN
    INSERT OR IGNORE INTO speaker_word (word, folded)
        SELECT value, NEW.folded FROM json_each('["' || replace(NEW.folded, ' ', '","') || '"]');
END;

-- How often a story's reports, their readings or the decisions about them have changed: what is made of a story holds as long as
-- its number stays the same, which is a look-up however many reports it has. A note changes nothing that is compared, nor does
-- accepting what was read, unless something else has been decided about that report.
CREATE TABLE story_version (
    story   INTEGER PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;

CREATE TRIGGER version_of_report_new AFTER INSERT ON story_report BEGIN
    INSERT INTO story_version VALUES (NEW.story, 1) ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
-- A report is moved by writing its row anew.
CREATE TRIGGER version_of_report_moving BEFORE INSERT ON story_report BEGIN
    INSERT INTO story_version SELECT story, 1 FROM story_report WHERE report = NEW.report
        ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER version_of_report_moved AFTER UPDATE OF story ON story_report BEGIN
    INSERT INTO story_version VALUES (OLD.story, 1), (NEW.story, 1) ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER version_of_report_gone AFTER DELETE ON story_report BEGIN
    INSERT INTO story_version VALUES (OLD.story, 1) ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER version_of_revision AFTER UPDATE OF latest ON report BEGIN
    INSERT INTO story_version SELECT story, 1 FROM story_report WHERE report = NEW.id
        ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER version_of_reading_new AFTER INSERT ON reading BEGIN
    INSERT INTO story_version SELECT story, 1 FROM story_report WHERE report = NEW.report
        ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER version_of_reading AFTER UPDATE OF reader, read_at, body ON reading BEGIN
    INSERT INTO story_version SELECT story, 1 FROM story_report WHERE report = NEW.report
        ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER version_of_reading_gone AFTER DELETE ON reading BEGIN
    INSERT INTO story_version SELECT story, 1 FROM story_report WHERE report = OLD.report
        ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER version_of_decision AFTER INSERT ON decision_report
WHEN (SELECT kind <> 'note' FROM decision WHERE id = NEW.decision) AND EXISTS (
    SELECT 1 FROM decision_report d JOIN decision m ON m.id = d.decision
    WHERE d.report = NEW.report AND m.kind NOT IN ('note', 'accept')
) BEGIN
    INSERT INTO story_version SELECT story, 1 FROM story_report WHERE report = NEW.report
        ON CONFLICT (story) DO UPDATE SET version = version + 1;
END;
-- Places that a report names, by which a search is narrowed without looking into readings: each once, by the name that the
-- gazetteer has for it, else as written, under the number of the first entry that bears it.
CREATE TABLE place (
    report INTEGER NOT NULL REFERENCES report(id),
    entry  INTEGER NOT NULL,
    name   TEXT NOT NULL,
    sum    INTEGER,
    PRIMARY KEY (report, entry)
) STRICT, WITHOUT ROWID;
-- What a feed says about the day on which a page was changed, if it says nothing about its publication.
ALTER TABLE watch_item ADD COLUMN changed TEXT;
-- The receivers of a mail that have had it, as a JSON list: a mail that is tried again goes to the others.
ALTER TABLE delivery ADD COLUMN had TEXT NOT NULL DEFAULT '[]';

INSERT INTO report VALUES (1, '7ac0f5b41a81655ce560124cd6c6239e907e406d2a5f63d7d89a8203f0ecd11d', 'raw of Nine passengers were hurt.', '8ab9221f448b39082e57c4abd99943247a6ad828b43beccd5eb1320540917a8f', 'url coast-courier.test/ferry', 1, 1, 1, 'Ferry strikes pier', 'Coast Courier', '2024-03-05', NULL, 'https://coast-courier.test/ferry?utm_source=x', NULL, 'Nine passengers were hurt.', '{"headline":{"value":"Ferry strikes pier","from":"key","span":null},"outlet":{"value":"Coast Courier","from":"key","span":null},"byline":[],"dateline":null,"published":{"value":"2024-03-05","from":"key","span":null},"published_at":null,"url":{"value":"https://coast-courier.test/ferry?utm_source=x","from":"key","span":null},"language":null}', '[]', 'a.txt', NULL, '2026-12-01T05:53:28Z');
INSERT INTO decision VALUES (1, '2026-12-01T05:53:28Z', 'ida', 'accept', '{"entries":[{"report":1,"kind":"figure","start":0,"end":15,"exact":"Nine passengers","number":[0,15]}]}', NULL, '{"category":"injured","low":null,"best":9,"high":null,"low_exclusive":false,"high_exclusive":false,"approximate":false,"unit":null,"group":"passengers","origin":"harbour office","via":[],"said_on":"2024-03-05","as_of":null,"period":null,"cumulative":null,"negated":false,"retracted":false,"modality":"asserted"}', NULL, NULL, 216361169153006953);
INSERT INTO decision_report VALUES (1, 1);
INSERT INTO reading VALUES (1, 1, 'test 1', '2026-12-01T05:53:28Z', X'AA562A4ECE48CD4D8C2F4B2D2ACECCCF53B232D4512A4A4D4C492D52B2522A492D2E513054028914E417952859552B152596C76724166728592929E92895A45694A071211219A9892920E5203A27332F55C92AAF3427474729BFB42427B504C64BAA84C845C7EA28A52496A44278109505A5493999C519A92930C57081F844B801A5453930E99CC4BCF4D2C474A84DB53A4A299989E979F9C52599C9C54A56D1B1B53A4AC5258925A9B9A9792560011DA5B4CCF4D2A25410A75A293345C94A29CD404947A9B820310FE4F4E2924490970D749452F35294AC0C4D6B7594F24A73934021530D320B433639B124353DBFA852C94A29332FABB428354549470926189F5A9699929A970C75A08E524E7E39CCED49A9C5254A56963A4A1999E91930C19CFCF2F8D48AE49CD2E2CCB25425ABB4C49CE254880A2CC289050545F91599B9892508A56589E9A570DB4AF332E1A1969C5F9A578208D8F4A2FCD202252BA582C4E2E2D4BCF4D4A262251D25B020869B0B721293C10116ABA3549C9899120F4A314A46064626BA06C6BA06A64A3A4A89C5F1F969303F14A41665E6C36330B934B73427B104EC1D4824E7A5A627825D02F55D516A49516232B2486E7E4A624E6609284C41CE2B02C9E92815241695205993925A9459969A129F56949F0B8A6BA4A886B924BF28333D334FC94A2923B12829BFB448213F2D2D33395549470922135F5C909A980D8A5BA502502A808A26E6E5E755E6E69716C323A02C331162457E49466A517C6A596A1E3C60CB332A41290716E5207652254475714662113C328A4AF3F2528BE241A10E0A875A982388D6505B0B8A00888B91D22FD8E57989B9A94A564A3EA579290A1E50CFFAC33C9B9D094ACB4AF945E9897999558925A02CAFA384E9CBA2FC1C583C83324C667E1EC81A90A589B9A9F189C5B0602D867091124A742CC86D2599B930FDF03403CD6439A0E0C59BC9903C008D2D7011549C9F53064AB5D54AE9A9F9205FC25D01E240BDACA4A394935A969AA364A5940C4A363A4AE0D40ECE94C1AEA0F499920B4A07A070D7512AC82F00A74850320689D482F26B5E4A26A830827AB8A83407149CA0A250A95607E60750A148841F4A3252150A32538B50DC0FB288587B003322542021C20AC58E010CA3585090E782524D7C516A61696A31ACB84DAD284885E46D50799F9C5F54949A0C4A80D080462FAF01', -7258796513385316517);
INSERT INTO speaker VALUES (1, 0, 'Lund Harbour Office', 'organization', 0, 3036271107425187656);
INSERT INTO speaker_name VALUES ('lund harbour office', 1, 0);
INSERT INTO figure VALUES (1, 0, 'injured', NULL, 9.0, NULL, 'passengers', 'harbour office', 'harbour office', NULL, '2024-03-05', NULL, '2024-03-05', 'Nine passengers', 'asserted', -2606477942231689396, 0, 0, 0, NULL, 0, 'accepted', 'ida');
INSERT INTO report_sum VALUES (1, -7037143284753025215, 2735668061205142938);
INSERT INTO place VALUES (1, 0, 'Lund', 9016061332910215326);
INSERT INTO place VALUES (1, 1, 'the pier', 8736459134474127028);
INSERT INTO report_words (rowid, headline, text) SELECT id, headline, text FROM report;
PRAGMA application_id = 1935767857;
PRAGMA user_version = 9;
