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
