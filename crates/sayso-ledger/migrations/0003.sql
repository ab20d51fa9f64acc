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
