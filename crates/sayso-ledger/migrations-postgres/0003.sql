-- A ledger on PostgreSQL that is written, not only filled: what the triggers and views of a ledger's file do, spelt as
-- PostgreSQL spells it. Connections of sayso say `sayso.writes`: 'on', or 'fill' while a ledger is copied here.

-- What SQLite has and PostgreSQL has not.
CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT strpos($1, $2) $$;
CREATE FUNCTION min(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT least($1, $2) $$;
CREATE FUNCTION json_each(text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE
    AS $$ SELECT json_array_elements_text($1::json) COLLATE "C" $$;

-- Keys, as the file has them. Texts that can be longer than an entry of a btree may be are told apart by their hash.
CREATE UNIQUE INDEX posting_key ON posting (kind, term, report);
DROP INDEX posting_term;
CREATE UNIQUE INDEX derived_unique ON derived (kind, key);
DROP INDEX derived_key;
ALTER TABLE speaker_word DROP CONSTRAINT speaker_word_pkey;
CREATE UNIQUE INDEX speaker_word_key ON speaker_word (md5(word || ' ' || folded));
CREATE INDEX speaker_word_word ON speaker_word USING hash (word);
CREATE UNIQUE INDEX saved_search_key ON saved_search (md5(by), md5(query));
CREATE UNIQUE INDEX watch_source_key ON watch_source (address);
CREATE UNIQUE INDEX watch_item_key ON watch_item (identity);
CREATE INDEX watch_item_source ON watch_item USING hash (source);
CREATE UNIQUE INDEX alert_key ON alert (key);
CREATE UNIQUE INDEX delivery_key ON delivery (alert, way);
CREATE UNIQUE INDEX archive_file_key ON archive_file (file);
CREATE UNIQUE INDEX watch_mark_key ON watch_mark (name);
CREATE UNIQUE INDEX proposal_key ON proposal (report, md5(model), prompt, md5(words), md5(value));

-- Lists of figures are read in their order from an index.
DROP INDEX figure_category;
CREATE INDEX figure_listed ON figure (coalesce(as_of, said_on, published, 'undated'), report, entry);
CREATE INDEX figure_listed_category ON figure (category, coalesce(as_of, said_on, published, 'undated'), report, entry);

-- Checksums. A server makes and checks its own, by a hash of its own that is fixed for good, since tables are partitioned by it;
-- a copy makes those of the other side anew from rows that are sound. A row that is not as sayso wrote it is left out of every
-- answer, and the notice names it.
CREATE FUNCTION told(kind text, key text, entry bigint) RETURNS boolean LANGUAGE plpgsql COST 10000 AS $$
BEGIN
    RAISE NOTICE 'sayso damaged % % %', kind, key, coalesce(entry, -1);
    RETURN false;
END $$;
CREATE FUNCTION is_sound(kind text, key bigint, entry bigint, sum bigint) RETURNS boolean LANGUAGE sql COST 10000
    AS $$ SELECT sayso.told(kind, key::text, entry) $$;

-- The columns of a table but its checksum, or some of them.
CREATE FUNCTION columns_of(kind text, before text, only_these text[], not_these text[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(before || ('"' || attname || '"'), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = ('sayso.' || kind)::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'sum'
    AND (only_these IS NULL OR attname = ANY (only_these)) AND NOT attname = ANY (not_these)
$$;

-- Makes triggers, views and all checksums anew: a later schema that changes a table calls it again.
CREATE FUNCTION seal() RETURNS void LANGUAGE plpgsql AS $seal$
DECLARE
    kind text;
    key text;
    body text[] := ARRAY['head', 'diagnostics', 'origin', 'fetched_at', 'added_at'];
    sums text;
BEGIN
    FOR kind, key IN VALUES
        ('reading', 't.report::text, NULL'), ('speaker', 't.report::text, t.entry'),
        ('statement', 't.report::text, t.entry'), ('figure', 't.report::text, t.entry'),
        ('story', 't.id::text, NULL'), ('story_report', 't.report::text, NULL'),
        ('story_line', 't.story::text, NULL'), ('decision', 't.id::text, NULL'), ('derived', 't.key, NULL')
    LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION sayso.sum_%1$s() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
                NEW.sum := hash_record_extended(ROW(%2$s), 0); RETURN NEW; END $f$',
            kind, columns_of(kind, 'NEW.', NULL, '{}'));
        EXECUTE format('DROP TRIGGER IF EXISTS sum_%1$s ON sayso.%1$s', kind);
        EXECUTE format('CREATE TRIGGER sum_%1$s BEFORE INSERT OR UPDATE ON sayso.%1$s FOR EACH ROW
                WHEN (current_setting(''sayso.writes'', true) IN (''on'', ''fill'')) EXECUTE FUNCTION sayso.sum_%1$s()', kind);
        EXECUTE format('DROP VIEW IF EXISTS sayso.sound_%1$s', kind);
        EXECUTE format('CREATE VIEW sayso.sound_%1$s AS SELECT t.* FROM sayso.%1$s t
                WHERE t.sum IS NOT DISTINCT FROM hash_record_extended(ROW(%2$s), 0) OR sayso.told(%1$L, %3$s)',
            kind, columns_of(kind, 't.', NULL, '{}'), key);
        EXECUTE format('UPDATE sayso.%1$s t SET sum = hash_record_extended(ROW(%2$s), 0)',
            kind, columns_of(kind, 't.', NULL, '{}'));
    END LOOP;
    sums := 'hash_record_extended(ROW(%1$s), 0), hash_record_extended(ROW(%2$s), 0)';
    EXECUTE format('CREATE OR REPLACE FUNCTION sayso.sum_report() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
            INSERT INTO sayso.report_sum (report, line, body) VALUES (NEW.id, ' || sums || ')
            ON CONFLICT (report) DO UPDATE SET line = excluded.line, body = excluded.body; RETURN NULL; END $f$',
        columns_of('report', 'NEW.', NULL, body || 'text'::text), columns_of('report', 'NEW.', body, '{}'));
    DROP TRIGGER IF EXISTS sum_report ON sayso.report;
    CREATE TRIGGER sum_report AFTER INSERT OR UPDATE ON sayso.report FOR EACH ROW
        WHEN (current_setting('sayso.writes', true) IN ('on', 'fill')) EXECUTE FUNCTION sayso.sum_report();
    EXECUTE format('INSERT INTO sayso.report_sum (report, line, body) SELECT t.id, ' || sums || ' FROM sayso.report t
            ON CONFLICT (report) DO UPDATE SET line = excluded.line, body = excluded.body',
        columns_of('report', 't.', NULL, body || 'text'::text), columns_of('report', 't.', body, '{}'));
    DROP VIEW IF EXISTS sayso.sound_text;
    DROP VIEW IF EXISTS sayso.sound_report;
    DROP VIEW IF EXISTS sayso.sound_head;
    EXECUTE format('CREATE VIEW sayso.sound_head AS SELECT t.* FROM sayso.report t
            WHERE (SELECT s.line FROM sayso.report_sum s WHERE s.report = t.id)
                IS NOT DISTINCT FROM hash_record_extended(ROW(%1$s), 0)
            OR sayso.told(''report'', t.id::text, NULL)', columns_of('report', 't.', NULL, body || 'text'::text));
    EXECUTE format('CREATE VIEW sayso.sound_report AS SELECT t.* FROM sayso.sound_head t
            WHERE (SELECT s.body FROM sayso.report_sum s WHERE s.report = t.id)
                IS NOT DISTINCT FROM hash_record_extended(ROW(%1$s), 0)
            OR sayso.told(''report'', t.id::text, NULL)', columns_of('report', 't.', body, '{}'));
    CREATE VIEW sayso.sound_text AS SELECT t.* FROM sayso.sound_report t
        WHERE encode(sha256(convert_to(t.text, 'UTF8')), 'hex') = t.text_hash
        OR sayso.told('text', t.id::text, NULL);
END $seal$;
SELECT seal();

-- Which stories something has changed for (0005 of the file), and how often (0007): whoever writes, but not while a ledger is
-- copied here, which brings both along.
CREATE FUNCTION story_changes(bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO sayso.story_changed SELECT $1 WHERE $1 IS NOT NULL ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION story_counts(bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO sayso.story_version AS v (story, version) SELECT $1, 1 WHERE $1 IS NOT NULL
        ON CONFLICT (story) DO UPDATE SET version = v.version + 1
$$;
CREATE FUNCTION story_of(bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT story FROM sayso.story_report WHERE report = $1
$$;

CREATE FUNCTION on_story() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM sayso.story_changes(OLD.id);
    ELSE PERFORM sayso.story_changes(NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER story_changes AFTER INSERT OR DELETE OR UPDATE OF label ON story FOR EACH ROW
    WHEN (current_setting('sayso.writes', true) IS DISTINCT FROM 'fill') EXECUTE FUNCTION on_story();

CREATE FUNCTION on_story_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM sayso.story_changes(OLD.story);
        PERFORM sayso.story_counts(OLD.story);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM sayso.story_changes(NEW.story);
        PERFORM sayso.story_counts(NEW.story);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER story_changes AFTER INSERT OR DELETE OR UPDATE OF story ON story_report FOR EACH ROW
    WHEN (current_setting('sayso.writes', true) IS DISTINCT FROM 'fill') EXECUTE FUNCTION on_story_report();

CREATE FUNCTION on_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM sayso.story_changes(sayso.story_of(NEW.id));
    IF NEW.latest <> OLD.latest THEN PERFORM sayso.story_counts(sayso.story_of(NEW.id)); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER story_changes AFTER UPDATE OF latest, published, outlet ON report FOR EACH ROW EXECUTE FUNCTION on_report();

CREATE FUNCTION on_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM sayso.story_changes(sayso.story_of(OLD.report));
    ELSE PERFORM sayso.story_changes(sayso.story_of(NEW.report));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER story_changes AFTER INSERT OR DELETE OR UPDATE OF decision ON figure FOR EACH ROW
    WHEN (current_setting('sayso.writes', true) IS DISTINCT FROM 'fill') EXECUTE FUNCTION on_figure();

CREATE FUNCTION on_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM sayso.story_counts(sayso.story_of(OLD.report));
    ELSE PERFORM sayso.story_counts(sayso.story_of(NEW.report));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER story_counts AFTER INSERT OR DELETE OR UPDATE OF reader, read_at, body ON reading FOR EACH ROW
    WHEN (current_setting('sayso.writes', true) IS DISTINCT FROM 'fill') EXECUTE FUNCTION on_reading();

CREATE FUNCTION on_decision_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind <> 'note' FROM sayso.decision WHERE id = NEW.decision) AND EXISTS (
        SELECT 1 FROM sayso.decision_report d JOIN sayso.decision m ON m.id = d.decision
        WHERE d.report = NEW.report AND m.kind NOT IN ('note', 'accept')
    ) THEN PERFORM sayso.story_counts(sayso.story_of(NEW.report));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER story_counts AFTER INSERT ON decision_report FOR EACH ROW
    WHEN (current_setting('sayso.writes', true) IS DISTINCT FROM 'fill') EXECUTE FUNCTION on_decision_report();

-- Names by their words: a folded name is letters, digits and single blanks.
CREATE FUNCTION on_speaker_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sayso.speaker_word (word, folded)
        SELECT DISTINCT unnest(string_to_array(NEW.folded, ' ')), NEW.folded ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER speaker_word_new AFTER INSERT ON speaker_name FOR EACH ROW
    WHEN (current_setting('sayso.writes', true) IS DISTINCT FROM 'fill') EXECUTE FUNCTION on_speaker_name();
