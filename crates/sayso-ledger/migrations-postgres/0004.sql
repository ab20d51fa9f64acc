-- Places that a report names (0008 of the file).
CREATE TABLE place (
    report bigint NOT NULL REFERENCES report(id),
    entry  bigint NOT NULL,
    name   text COLLATE "C" NOT NULL,
    sum    bigint,
    PRIMARY KEY (report, entry)
);

-- The rows of this table have a checksum, too.
DO $do$ BEGIN
    EXECUTE replace(pg_get_functiondef('sayso.seal'::regproc),
        '(''speaker'', ''t.report::text, t.entry'')',
        '(''speaker'', ''t.report::text, t.entry''), (''place'', ''t.report::text, t.entry'')');
END $do$;
SELECT seal();
