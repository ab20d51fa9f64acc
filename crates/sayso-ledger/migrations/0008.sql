-- Places that a report names, by which a search is narrowed without looking into readings: each once, by the name that the
-- gazetteer has for it, else as written, under the number of the first entry that bears it.
CREATE TABLE place (
    report INTEGER NOT NULL REFERENCES report(id),
    entry  INTEGER NOT NULL,
    name   TEXT NOT NULL,
    sum    INTEGER,
    PRIMARY KEY (report, entry)
) STRICT, WITHOUT ROWID;
