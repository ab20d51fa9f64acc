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
