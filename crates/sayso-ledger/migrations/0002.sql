-- How certain a figure is ("asserted", "denied", "possible", "expected", ...), so that a list of figures can say so. Null for
-- what was read before this schema, until it is read again.
ALTER TABLE figure ADD COLUMN modality TEXT;
