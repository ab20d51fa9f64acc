-- What a feed says about the day on which a page was changed, if it says nothing about its publication.
ALTER TABLE watch_item ADD COLUMN changed TEXT;
-- The receivers of a mail that have had it, as a JSON list: a mail that is tried again goes to the others.
ALTER TABLE delivery ADD COLUMN had TEXT NOT NULL DEFAULT '[]';
