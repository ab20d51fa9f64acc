-- Searches that somebody wants to find again, and what somebody has taken as seen: as in a ledger's file.
CREATE TABLE saved_search (
    id       bigint PRIMARY KEY,
    by       text COLLATE "C" NOT NULL,
    query    text COLLATE "C" NOT NULL,
    saved_at text COLLATE "C" NOT NULL,
    seen     bigint NOT NULL
);

CREATE TABLE visit (
    by   text COLLATE "C" PRIMARY KEY,
    seen bigint NOT NULL,
    at   text COLLATE "C" NOT NULL
);

CREATE TABLE speaker_word (
    word   text COLLATE "C" NOT NULL,
    folded text COLLATE "C" NOT NULL,
    PRIMARY KEY (word, folded)
);

CREATE TABLE story_version (
    story   bigint PRIMARY KEY,
    version bigint NOT NULL
);
