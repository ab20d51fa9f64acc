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
