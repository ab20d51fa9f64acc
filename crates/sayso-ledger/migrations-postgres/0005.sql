-- Days of change that feeds state, and the receivers of a mail that have had it (0009 of the file).
ALTER TABLE watch_item ADD COLUMN changed text COLLATE "C";
ALTER TABLE delivery ADD COLUMN had text COLLATE "C" NOT NULL DEFAULT '[]';
