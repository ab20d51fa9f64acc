-- A ledger on PostgreSQL: the tables of a ledger's file (schema 6, `migrations/`), column for column, so that a ledger can be
-- copied both ways and row sums go along. Whole numbers are bigint, truth is 0 or 1. Texts are compared by bytes, as SQLite
-- does, whatever the database's locale. A released file is never changed.

CREATE TABLE report (
    id           bigint PRIMARY KEY,
    address      text COLLATE "C" NOT NULL UNIQUE,
    raw_hash     text COLLATE "C" NOT NULL,
    text_hash    text COLLATE "C" NOT NULL,
    identity     text COLLATE "C" NOT NULL,
    first        bigint NOT NULL REFERENCES report(id),
    revision     bigint NOT NULL CHECK (revision >= 1),
    latest       bigint NOT NULL CHECK (latest IN (0, 1)),
    headline     text COLLATE "C",
    outlet       text COLLATE "C",
    published    text COLLATE "C",
    published_at text COLLATE "C",
    url          text COLLATE "C",
    language     text COLLATE "C",
    text         text COLLATE "C" NOT NULL,
    head         text COLLATE "C" NOT NULL,
    diagnostics  text COLLATE "C" NOT NULL,
    origin       text COLLATE "C" NOT NULL,
    fetched_at   text COLLATE "C",
    added_at     text COLLATE "C" NOT NULL
);
-- Identities and addresses can be longer than an entry of a btree may be.
CREATE INDEX report_identity ON report USING hash (identity);
CREATE INDEX report_text_hash ON report (text_hash);
CREATE INDEX report_first ON report (first, revision);
CREATE INDEX report_published ON report (published);

CREATE TABLE report_sum (
    report bigint PRIMARY KEY,
    line   bigint NOT NULL,
    body   bigint NOT NULL
);

CREATE TABLE intake (
    key    text COLLATE "C" PRIMARY KEY,
    report bigint NOT NULL REFERENCES report(id)
);

CREATE TABLE decision (
    id      bigint PRIMARY KEY,
    at      text COLLATE "C" NOT NULL,
    by      text COLLATE "C" NOT NULL,
    kind    text COLLATE "C" NOT NULL
        CHECK (kind IN ('accept', 'correct', 'reject', 'add', 'note', 'merge', 'split', 'undo')),
    subject text COLLATE "C" NOT NULL,
    value   text COLLATE "C",
    seen    text COLLATE "C",
    note    text COLLATE "C",
    undoes  bigint REFERENCES decision(id),
    sum     bigint
);

CREATE TABLE decision_report (
    report   bigint NOT NULL,
    decision bigint NOT NULL REFERENCES decision(id),
    PRIMARY KEY (report, decision)
);

CREATE TABLE feed_state (
    url           text COLLATE "C" NOT NULL,
    etag          text COLLATE "C",
    last_modified text COLLATE "C",
    fetched_at    text COLLATE "C" NOT NULL,
    status        bigint
);
CREATE INDEX feed_state_url ON feed_state USING hash (url);

CREATE TABLE reading (
    report         bigint PRIMARY KEY REFERENCES report(id),
    schema_version bigint NOT NULL,
    reader         text COLLATE "C" NOT NULL,
    read_at        text COLLATE "C" NOT NULL,
    body           bytea NOT NULL,
    sum            bigint
);

CREATE TABLE speaker (
    report    bigint NOT NULL REFERENCES report(id),
    entry     bigint NOT NULL,
    name      text COLLATE "C" NOT NULL,
    kind      text COLLATE "C" NOT NULL,
    anonymous bigint NOT NULL,
    sum       bigint,
    PRIMARY KEY (report, entry)
);

CREATE TABLE speaker_name (
    folded text COLLATE "C" NOT NULL,
    report bigint NOT NULL,
    entry  bigint NOT NULL
);
CREATE INDEX speaker_name_folded ON speaker_name USING hash (folded);
CREATE INDEX speaker_name_entry ON speaker_name (report, entry);

CREATE TABLE statement (
    report      bigint NOT NULL REFERENCES report(id),
    entry       bigint NOT NULL,
    speaker     bigint,
    kind        text COLLATE "C" NOT NULL,
    modality    text COLLATE "C" NOT NULL,
    said_on     text COLLATE "C",
    content     text COLLATE "C" NOT NULL,
    sum         bigint,
    polarity    text COLLATE "C",
    parent      bigint,
    decision    text COLLATE "C",
    reviewed_by text COLLATE "C",
    PRIMARY KEY (report, entry)
);
CREATE INDEX statement_speaker ON statement (report, speaker);

CREATE TABLE figure (
    report         bigint NOT NULL REFERENCES report(id),
    entry          bigint NOT NULL,
    category       text COLLATE "C" NOT NULL,
    low            double precision,
    best           double precision,
    high           double precision,
    counted_group  text COLLATE "C",
    origin         text COLLATE "C",
    origin_folded  text COLLATE "C",
    statement      bigint,
    said_on        text COLLATE "C",
    as_of          text COLLATE "C",
    published      text COLLATE "C",
    words          text COLLATE "C" NOT NULL,
    modality       text COLLATE "C",
    sum            bigint,
    origin_speaker bigint,
    negated        bigint,
    retracted      bigint,
    part_of        bigint,
    additional     bigint,
    decision       text COLLATE "C",
    reviewed_by    text COLLATE "C",
    PRIMARY KEY (report, entry)
);
CREATE INDEX figure_category ON figure (category, published);

CREATE TABLE story (
    id    bigint PRIMARY KEY,
    label text COLLATE "C" NOT NULL,
    state bytea,
    sum   bigint
);

CREATE TABLE story_report (
    report bigint PRIMARY KEY REFERENCES report(id),
    story  bigint NOT NULL REFERENCES story(id),
    sum    bigint
);
CREATE INDEX story_report_story ON story_report (story, report);

CREATE TABLE speaker_group (
    report        bigint NOT NULL,
    entry         bigint NOT NULL,
    speaker_group bigint NOT NULL,
    evidence      text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, entry)
);
CREATE INDEX speaker_group_members ON speaker_group (speaker_group, report, entry);

CREATE TABLE posting (
    kind   text COLLATE "C" NOT NULL,
    term   text COLLATE "C" NOT NULL,
    report bigint NOT NULL,
    value  bytea
);
CREATE INDEX posting_term ON posting USING hash (term);
CREATE INDEX posting_report ON posting (report, kind);

CREATE TABLE derived (
    kind  text COLLATE "C" NOT NULL,
    key   text COLLATE "C" NOT NULL,
    value bytea NOT NULL,
    sum   bigint
);
CREATE INDEX derived_key ON derived USING hash (key);

CREATE TABLE story_line (
    story      bigint PRIMARY KEY,
    label      text COLLATE "C" NOT NULL,
    reports    bigint NOT NULL,
    first      text COLLATE "C",
    last       text COLLATE "C" NOT NULL,
    outlets    text COLLATE "C" NOT NULL,
    unreviewed bigint NOT NULL,
    sum        bigint
);
CREATE INDEX story_line_last ON story_line (last DESC, story);

CREATE TABLE story_changed (story bigint PRIMARY KEY);

CREATE TABLE watch_source (
    address       text COLLATE "C" NOT NULL,
    kind          text COLLATE "C",
    via           text COLLATE "C",
    title         text COLLATE "C",
    etag          text COLLATE "C",
    last_modified text COLLATE "C",
    polled_at     bigint,
    answered_at   bigint,
    new_at        bigint,
    not_before    bigint NOT NULL DEFAULT 0,
    failures      bigint NOT NULL DEFAULT 0,
    problem       text COLLATE "C"
);

CREATE TABLE watch_item (
    id            bigint PRIMARY KEY,
    identity      text COLLATE "C" NOT NULL,
    address       text COLLATE "C" NOT NULL,
    source        text COLLATE "C" NOT NULL,
    said          text COLLATE "C" NOT NULL,
    entry         bytea,
    seen_at       bigint NOT NULL,
    due_at        bigint,
    looks         bigint NOT NULL DEFAULT 0,
    failures      bigint NOT NULL DEFAULT 0,
    problem       text COLLATE "C",
    etag          text COLLATE "C",
    last_modified text COLLATE "C",
    report        bigint REFERENCES report(id)
);
CREATE INDEX watch_item_due ON watch_item (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE watch_event (
    id       bigint PRIMARY KEY,
    at       bigint NOT NULL,
    kind     text COLLATE "C" NOT NULL CHECK (kind IN ('new', 'revision', 'gone', 'source')),
    source   text COLLATE "C",
    report   bigint REFERENCES report(id),
    previous bigint REFERENCES report(id),
    note     text COLLATE "C"
);
CREATE INDEX watch_event_report ON watch_event (report);

CREATE TABLE archived (
    report  bigint PRIMARY KEY REFERENCES report(id),
    file    text COLLATE "C" NOT NULL,
    place   bigint NOT NULL,
    record  text COLLATE "C" NOT NULL,
    digest  text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    origin  text COLLATE "C" NOT NULL,
    known   text COLLATE "C" NOT NULL,
    charset text COLLATE "C"
);

CREATE TABLE archive_file (
    file   text COLLATE "C" NOT NULL,
    length bigint NOT NULL
);

CREATE TABLE alert (
    id    bigint PRIMARY KEY,
    key   text COLLATE "C" NOT NULL,
    at    bigint NOT NULL,
    rule  text COLLATE "C" NOT NULL,
    story bigint,
    body  text COLLATE "C" NOT NULL
);

CREATE TABLE delivery (
    alert   bigint NOT NULL REFERENCES alert(id),
    way     text COLLATE "C" NOT NULL,
    state   text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    tries   bigint NOT NULL DEFAULT 0,
    due_at  bigint NOT NULL,
    problem text COLLATE "C"
);

CREATE TABLE watch_mark (
    name  text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL
);

CREATE TABLE proposal (
    id       bigint PRIMARY KEY,
    report   bigint NOT NULL REFERENCES report(id),
    at       text COLLATE "C" NOT NULL,
    model    text COLLATE "C" NOT NULL,
    prompt   text COLLATE "C" NOT NULL,
    words    text COLLATE "C" NOT NULL,
    value    text COLLATE "C" NOT NULL,
    state    text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected', 'refused')),
    reason   text COLLATE "C",
    decision bigint REFERENCES decision(id)
);

-- The index of words. Porter's stems and no stop words, as in a ledger's file. The words are folded before they come here
-- (`src/postgres/words.rs`), and a long report has several pieces, since a tsvector holds a megabyte at most.
CREATE TEXT SEARCH DICTIONARY stem (TEMPLATE = pg_catalog.snowball, Language = porter);
CREATE TEXT SEARCH CONFIGURATION words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR asciiword, word, numword WITH stem;

CREATE TABLE report_words (
    report bigint NOT NULL REFERENCES report(id),
    piece  bigint NOT NULL,
    words  tsvector NOT NULL,
    PRIMARY KEY (report, piece)
);
CREATE INDEX report_words_words ON report_words USING gin (words);
