//! A ledger on PostgreSQL: what is copied there comes back as it was, lists are those of the file, nothing is overwritten.
#![cfg(all(feature = "postgres", unix))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should say where")]

use std::path::{Path, PathBuf};

use rusqlite::{Connection, types::Value};
use sayso_ledger::{
    Added, Anchored, DecisionKind, EntryKind, FigureFilter, Ledger, LedgerError, NewDecision, Prepared,
    Provenance, ReportFilter, ReportId, StoryId, Subject, copy, export,
};
use sayso_model::{Date, Head, Report};
use sha2::{Digest, Sha256};

mod one_figure;
mod server;

use self::{
    one_figure::{reading, stated},
    server::Server,
};

fn report(text: &str, headline: &str, outlet: &str, day: Option<i8>) -> Report {
    Report {
        raw_hash: format!("raw of {text}"),
        text_hash: Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect(),
        text: text.to_owned(),
        head: Head {
            headline: stated(headline.to_owned()),
            outlet: stated(outlet.to_owned()),
            published: day.and_then(|day| stated(Date::new(2024, 3, day).unwrap())),
            ..Head::default()
        },
        diagnostics: Vec::new(),
    }
}

/// Adds, decides, places and remembers: what there is to write to a ledger wherever it is kept.
fn write(ledger: &mut Ledger) {
    let from = |origin: &str| Provenance {
        origin: origin.to_owned(),
        fetched_at: Some("2024-03-06T01:02:03Z".to_owned()),
        intake: Some(Provenance::intake_key(origin.as_bytes(), "test")),
    };
    let texts = [
        (
            "Nine passengers were hurt when the ferry struck.",
            "Ferry strikes pier",
            "Coast Courier",
            Some(5),
            9.0,
        ),
        ("Twelve passengers were hurt, it said now.", "Ferry strikes pier", "Coast Courier", Some(5), 12.0),
        (
            "Café owners at the harbour-office gate saw 2.5 boats; e\u{301}migré.",
            "Żółć — \"quoted\", 'said'",
            "Écho d'Orla",
            None,
            2.5,
        ),
        (
            "The ferries were striking piers; the ferry, the ferry.",
            "A walk",
            "COAST courier daily",
            Some(7),
            1.0,
        ),
    ];
    for (at, (text, headline, outlet, day, best)) in texts.into_iter().enumerate() {
        let words = text.split_inclusive(' ').take(2).collect::<String>();
        let report = report(text, headline, outlet, day);
        ledger
            .add(&Prepared::read(reading(report, words.trim(), best), from(&format!("{at}.txt"))).unwrap())
            .unwrap();
    }
    // Too long for one tsvector.
    let long: String =
        (0..60_000).map(|n| format!("word{n} plank{} ", n % 7)).chain(["gangplank".to_owned()]).collect();
    ledger
        .add(&Prepared::unread(report(&long, "Long", "Long Reads", Some(9)), from("long.txt")).unwrap())
        .unwrap();
    let read = ledger.as_read(ReportId(4)).unwrap().unwrap();
    let anchored = Anchored::new(ReportId(4), &read, EntryKind::Figure, 0).unwrap();
    let decision = |kind, value| NewDecision {
        by: "ida".to_owned(),
        kind,
        subject: Subject::Entries(vec![anchored.clone()]),
        value,
        note: Some("counted again".to_owned()),
    };
    let best = serde_json::json!({"best": 3});
    ledger.decide(&decision(DecisionKind::Correct, Some(best))).unwrap();
    let rejected = ledger.decide(&decision(DecisionKind::Reject, None)).unwrap();
    let undo = NewDecision {
        by: "per".to_owned(),
        kind: DecisionKind::Undo,
        subject: Subject::Decision(rejected),
        value: None,
        note: None,
    };
    ledger.decide(&undo).unwrap();
    ledger.save_search("ida", "q=ferry&outlet=Coast+Courier").unwrap();
    ledger.set_visit("ida", ReportId(3)).unwrap();
    ledger.set_feed_state("https://coast.test/feed", &sayso_ledger::FeedState::default()).unwrap();
    let derived = ledger.derived().unwrap();
    let story = derived.new_story("Ferry", Some(b"\x00state")).unwrap();
    // Again and elsewhere, while what has changed for these stories is noted already.
    derived.put_report(ReportId(2), story).unwrap();
    derived.put_story(StoryId(9), "Pier", None).unwrap();
    derived.put_report(ReportId(2), StoryId(9)).unwrap();
    derived.put_story(StoryId(9), "Harbour", None).unwrap();
    derived.put_report(ReportId(2), story).unwrap();
    derived.remove_story(StoryId(9)).unwrap();
    derived.set_value("mean", "2", b"\x00\x01").unwrap();
    derived.commit().unwrap();
    ledger.keep_story_lines().unwrap();
}

/// A ledger with something in every table.
fn ledger(folder: &Path) -> PathBuf {
    let path = folder.join("ledger.db");
    write(&mut Ledger::open(&path).unwrap());
    // The rest past the functions that fill it, by a connection without triggers' help: sums are of no moment to these.
    let db = Connection::open(&path).unwrap();
    db.execute_batch(
        "INSERT INTO speaker_group VALUES (1, 0, -1, '{}');
         INSERT INTO posting VALUES ('shingle', 'ab', 1, x'00ff'), ('shingle', 'Ab', 1, NULL);
         INSERT INTO story_changed VALUES (7);
         INSERT INTO watch_source (address, kind) VALUES ('https://coast.test/feed', 'feed');
         INSERT INTO watch_item (id, identity, address, source, said, entry, seen_at) VALUES (3, 'i', 'a', 's', '{}', x'', -1);
         INSERT INTO watch_event VALUES (1, 2, 'revision', NULL, 2, 1, 'n');
         INSERT INTO archived VALUES (1, 'f', 9223372036854775807, 'r', 'd', 'a', 'o', '{}', NULL);
         INSERT INTO archive_file VALUES ('f', 1);
         INSERT INTO alert VALUES (1, 'k', 2, 'r', NULL, '{}');
         INSERT INTO delivery VALUES (1, 'mail', 'dead', 9, 0, 'no', '[\"ida@desk.test\"]');
         INSERT INTO watch_mark VALUES ('m', 'v');
         INSERT INTO proposal VALUES (1, 1, 't', 'm', 'p', 'w', '{}', 'waiting', NULL, NULL);",
    )
    .unwrap();
    for table in tables(&db) {
        let count: i64 =
            db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert!(count > 0 || table == "statement", "nothing in {table} to be copied");
    }
    path
}

fn tables(db: &Connection) -> Vec<String> {
    let mut query = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'report_words%' ORDER BY name")
        .unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// All rows of all tables.
fn dump(path: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let db = Connection::open(path).unwrap();
    let rows = |table: &String| {
        let mut query = db
            .prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))
            .or_else(|_| db.prepare(&format!("SELECT * FROM {table} ORDER BY 1")))
            .unwrap();
        let columns = query.column_count();
        let row =
            |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>();
        query.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    tables(&db).into_iter().map(|table| (table.clone(), rows(&table))).collect()
}

fn exports(path: &Path) -> Vec<Vec<u8>> {
    use export::{Format, What};
    let ledger = Ledger::open_existing(path).unwrap();
    let mut all = Vec::new();
    for what in [What::Reports, What::Statements, What::Figures] {
        for format in [Format::JsonLines, Format::Csv, Format::Parquet] {
            if format.check().is_err() {
                continue;
            }
            let mut out = Vec::new();
            export::export(&ledger, what, format, &export::Selection::default(), &mut out).unwrap();
            all.push(out);
        }
    }
    all
}

#[test]
fn a_ledger_goes_there_and_back_and_is_the_same() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = ledger(folder.path());
    let (one, two, back) = (server.database("one"), server.database("two"), folder.path().join("back.db"));
    assert_eq!(copy(&file, &one).unwrap(), 5);
    assert_eq!(copy(&one, &two).unwrap(), 5, "from one database to another");
    assert_eq!(copy(&two, &back).unwrap(), 5);
    for (was, is) in dump(&file).into_iter().zip(dump(&back)) {
        assert_eq!(was, is);
    }
    assert!(exports(&file) == exports(&back), "the exports are the same bytes");
    let searched = |path: &Path| Ledger::open_existing(path).unwrap().search("ferry", 10).unwrap();
    assert_eq!(searched(&file), searched(&back), "the index of words was made anew");
    // The copy is a ledger like any other.
    let mut ledger = Ledger::open_existing(&back).unwrap();
    let more =
        Prepared::unread(report("More.", "More", "Coast Courier", None), Provenance::default()).unwrap();
    assert_eq!(ledger.add(&more).unwrap().id(), ReportId(6));
}

/// What both stores are asked, and must answer alike.
#[test]
fn lists_are_those_of_the_file() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = ledger(folder.path());
    let address = server.database("lists");
    copy(&file, &address).unwrap();
    let mut stores = [Ledger::open_existing(&file).unwrap(), Ledger::open_existing(&address).unwrap()];
    let all = ReportFilter::default();
    for (filter, found) in [
        (all.clone(), vec![5, 4, 2, 3]),
        (ReportFilter { all_revisions: true, ..all.clone() }, vec![5, 4, 2, 1, 3]),
        (ReportFilter { outlet: Some("coast".to_owned()), ..all.clone() }, vec![4, 2]),
        // Other letters than A to Z are told apart by case, in both.
        (ReportFilter { outlet: Some("écho".to_owned()), ..all.clone() }, vec![]),
        (ReportFilter { since: Date::new(2024, 3, 6), until: Date::new(2024, 3, 8), ..all.clone() }, vec![4]),
        (ReportFilter { story: Some(StoryId(1)), ..all.clone() }, vec![2]),
        (ReportFilter { limit: Some(2), ..all.clone() }, vec![5, 4]),
    ] {
        let lists = stores.each_mut().map(|store| store.reports(&filter).unwrap());
        assert_eq!(lists[0], lists[1], "{filter:?}");
        assert_eq!(lists[0].iter().map(|line| line.id.0).collect::<Vec<_>>(), found, "{filter:?}");
    }
    for (words, found) in [
        ("ferry", vec![2, 4]),
        ("strike ferry", vec![2, 4]),
        ("FERRIES", vec![2, 4]),
        ("the", vec![3, 4]),
        ("cafe", vec![3]),
        ("emigre zolc", vec![]),
        ("harbour-office", vec![3]),
        ("\"office gate\"", vec![3]),
        ("\"gate office\"", vec![]),
        ("gang*", vec![5]),
        ("word59999 word1", vec![5]),
        ("NOT (ferry & !", vec![]),
        ("' OR 1=1 --", vec![]),
        ("passengers:*", vec![2]),
        ("nine", vec![]),
        ("\"", vec![]),
    ] {
        let hits = stores.each_mut().map(|store| {
            let mut ids: Vec<i64> =
                store.search(words, 10).unwrap().iter().map(|hit| hit.line.id.0).collect();
            ids.sort_unstable();
            ids
        });
        assert_eq!(hits[0], hits[1], "{words}");
        assert_eq!(hits[0], found, "{words}");
    }
    let hits = stores[1].search("twelve", 1).unwrap();
    assert_eq!(hits[0].snippet, "[Twelve] passengers were hurt, it said now.");
    let many = "word ".repeat(65);
    assert!(matches!(stores[1].search(&many, 1), Err(LedgerError::TooManyWords { found: 65, .. })));
}

/// What is asked of a ledger, as text.
fn answers(ledger: &mut Ledger) -> Vec<String> {
    let mut all = Vec::new();
    let reports = ledger.reports(&ReportFilter { all_revisions: true, ..ReportFilter::default() }).unwrap();
    for line in &reports {
        all.push(format!("{:?}", ledger.report(line.id).unwrap()));
        all.push(format!("{:?}", ledger.reviewed(line.id).unwrap()));
        all.push(format!("{:?}", ledger.changes(line.id).unwrap()));
        all.push(format!("{:?}", ledger.story_of(line.id).unwrap()));
        all.push(format!("{:?}", ledger.find(&line.text_hash[..12]).unwrap()));
    }
    all.push(format!("{reports:?} {:?} {:?}", ledger.count().unwrap(), ledger.last_report().unwrap()));
    for filter in [
        FigureFilter::default(),
        FigureFilter { with_rejected: true, limit: Some(2), ..FigureFilter::default() },
        FigureFilter {
            category: Some("injured".to_owned()),
            since: Date::new(2024, 3, 1),
            ..FigureFilter::default()
        },
        FigureFilter { origin: Some("harbour office".to_owned()), ..FigureFilter::default() },
        FigureFilter { story: Some(StoryId(1)), with_rejected: true, ..FigureFilter::default() },
    ] {
        all.push(format!("{:?}", ledger.figures(&filter).unwrap()));
    }
    let some = ledger.figures(&FigureFilter { with_rejected: true, ..FigureFilter::default() }).unwrap();
    let after = some.first().map(sayso_ledger::FoundFigure::place);
    all.push(format!("{:?}", ledger.figures(&FigureFilter { after, ..FigureFilter::default() }).unwrap()));
    all.push(format!("{:?}", ledger.categories().unwrap()));
    for name in ["Harbour office", "office", "HO", "nobody"] {
        let speakers = ledger.speakers(name).unwrap();
        all.push(format!("{speakers:?} {:?}", ledger.statements_of(&speakers, false).unwrap()));
    }
    all.push(format!("{:?}", ledger.most_quoted(10).unwrap()));
    all.push(format!("{:?}", ledger.decisions().unwrap()));
    all.push(format!("{:?}", ledger.traits_of(&reports.iter().map(|l| l.id).collect::<Vec<_>>()).unwrap()));
    all.push(format!("{:?}", ledger.story_lines(1, None, None).unwrap()));
    let first = ledger.story_lines(1, None, Some(1)).unwrap();
    let behind = first.first().map(|line| sayso_ledger::StoryCursor { last: line.last.clone(), id: line.id });
    all.push(format!("{first:?} {:?}", ledger.story_lines(1, behind.as_ref(), Some(1)).unwrap()));
    all.push(format!("{:?} {:?}", ledger.stories().unwrap(), ledger.story_reports(StoryId(1)).unwrap()));
    all.push(format!("{:?} {:?}", ledger.saved_searches("ida").unwrap(), ledger.visit("ida").unwrap()));
    all.push(format!("{:?}", ledger.value("mean", "2").unwrap()));
    let health = ledger.examine().unwrap();
    all.push(format!("{} {:?} {:?}", health.reports, health.file_damage, health.row_damage));
    // When something was written is not what was written.
    let clock = |text: &str| {
        let mut out = String::new();
        for (at, part) in text.split("2026-").enumerate() {
            out.push_str(if at == 0 { part } else { part.get(14..).unwrap_or(part) });
        }
        out
    };
    all.iter().map(|text| clock(text)).collect()
}

#[test]
fn what_is_written_there_is_what_would_be_written_to_a_file() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (file, address) = (folder.path().join("ledger.db"), server.database("written"));
    let mut ledgers = [Ledger::open(&file).unwrap(), Ledger::open(&address).unwrap()];
    for ledger in &mut ledgers {
        write(ledger);
    }
    let [of_file, of_server] = ledgers.each_mut().map(answers);
    for (of_file, of_server) in of_file.iter().zip(&of_server) {
        assert_eq!(of_file, of_server);
    }
    // Known again, a revision again, and a reading in place of another.
    for ledger in &mut ledgers {
        let again =
            Prepared::unread(report("More.", "More", "Coast Courier", Some(8)), Provenance::default());
        let again = again.unwrap();
        let id = ledger.add(&again).unwrap();
        assert_eq!((id, ledger.add(&again).unwrap()), (Added::Added(ReportId(6)), Added::Known(ReportId(6))));
        let revised = report("More words.", "More", "Coast Courier", Some(8));
        let revised = Prepared::unread(revised, Provenance::default()).unwrap();
        assert_eq!(ledger.add(&revised).unwrap(), Added::Revised { id: ReportId(7), previous: ReportId(6) });
        let state = ledger.story_state(StoryId(1)).unwrap();
        let read = ledger.as_read(ReportId(2)).unwrap().unwrap();
        ledger.reread(ReportId(2), read).unwrap();
        assert_ne!(ledger.story_state(StoryId(1)).unwrap(), state, "what is made of the story is made anew");
        let undone = NewDecision {
            by: "per".to_owned(),
            kind: DecisionKind::Undo,
            subject: Subject::Decision(3),
            value: None,
            note: None,
        };
        ledger.decide(&undone).unwrap();
        assert!(matches!(ledger.decide(&undone), Err(LedgerError::Undone { decision: 3, by: 4 })));
        let dropped = ledger.batch().unwrap();
        dropped
            .add(&Prepared::unread(report("No.", "No", "No", None), Provenance::default()).unwrap())
            .unwrap();
        drop(dropped);
        assert_eq!(ledger.count().unwrap(), 7, "what is not committed is not there");
        ledger.see_as("ida").unwrap();
        ledger.figures(&FigureFilter::default()).unwrap();
    }
    drop(ledgers);
    let mut ledgers = [Ledger::open_existing(&file).unwrap(), Ledger::open_read_only(&address).unwrap()];
    let [of_file, of_server] = ledgers.each_mut().map(answers);
    for (of_file, of_server) in of_file.iter().zip(&of_server) {
        assert_eq!(of_file, of_server);
    }
    let one = Prepared::unread(report("No.", "No", "No", None), Provenance::default()).unwrap();
    assert!(matches!(ledgers[1].add(&one), Err(LedgerError::ReadOnly)));
    let back = folder.path().join("back.db");
    assert_eq!(copy(&address, &back).unwrap(), 7);
    assert_eq!(answers(&mut Ledger::open_existing(&back).unwrap()), of_file);
}

#[test]
fn a_ledger_of_an_older_schema_is_brought_up_to_date() {
    let Some(server) = Server::start() else { return };
    let address = server.database("older");
    let mut ledger = Ledger::open(&address).unwrap();
    write(&mut ledger);
    let now = answers(&mut ledger);
    drop(ledger);
    let older = "SET search_path = sayso; DROP TABLE place CASCADE; ALTER TABLE watch_item DROP COLUMN changed;
        ALTER TABLE delivery DROP COLUMN had; UPDATE ledger SET version = 3;
        DO $do$ BEGIN
            EXECUTE replace(pg_get_functiondef('sayso.seal'::regproc), ', (''place'', ''t.report::text, t.entry'')', '');
        END $do$";
    server.client("older").batch_execute(older).unwrap();
    assert_eq!(answers(&mut Ledger::open_existing(&address).unwrap()), now);
}

#[test]
fn a_row_that_was_changed_past_sayso_is_left_out_and_named() {
    let Some(server) = Server::start() else { return };
    let address = server.database("damaged");
    let mut ledger = Ledger::open(&address).unwrap();
    write(&mut ledger);
    let all = ledger.figures(&FigureFilter::default()).unwrap().len();
    server.client("damaged").execute("UPDATE sayso.figure SET best = 90 WHERE report = 2", &[]).unwrap();
    server.client("damaged").execute("UPDATE sayso.report SET text = 'x' WHERE id = 4", &[]).unwrap();
    assert_eq!(ledger.figures(&FigureFilter::default()).unwrap().len(), all - 1);
    assert!(ledger.report(ReportId(4)).unwrap().is_none());
    let named: Vec<String> = ledger.left_out().rows().iter().map(ToString::to_string).collect();
    assert_eq!(named, ["figure 2:f0", "the text of report 4"]);
}

/// Each writes its own reports and some that all write; numbers grow without a gap, and nothing is there twice.
#[test]
fn several_write_at_once() {
    let Some(server) = Server::start() else { return };
    let address = server.database("several");
    drop(Ledger::open(&address).unwrap());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let address = &address;
            scope.spawn(move || {
                let mut ledger = Ledger::open_existing(address).unwrap();
                for n in 0..20 {
                    let own =
                        report(&format!("Own {writer} {n}."), &format!("Own {writer} {n}"), "Own", Some(1));
                    let shared = report(&format!("Shared {n}."), &format!("Shared {n}"), "All", Some(1));
                    let batch = ledger.batch().unwrap();
                    for one in [own, shared] {
                        batch.add(&Prepared::unread(one, Provenance::default()).unwrap()).unwrap();
                    }
                    batch.commit().unwrap();
                }
            });
        }
    });
    let ledger = Ledger::open_existing(&address).unwrap();
    let ids = ledger.ids_after(ReportId(0), 1000).unwrap();
    assert_eq!(ids, (1..=100).map(ReportId).collect::<Vec<_>>());
}

#[test]
fn what_was_changed_in_the_database_does_not_come_back_as_a_ledger() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = ledger(folder.path());
    let (address, back) = (server.database("changed"), folder.path().join("back.db"));
    copy(&file, &address).unwrap();
    server.client("changed").execute("UPDATE sayso.figure SET best = 90 WHERE report = 1", &[]).unwrap();
    assert!(matches!(copy(&address, &back), Err(LedgerError::Unsound(_))));
    let left = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with(".sayso-")).collect();
    assert!(!back.exists() && left.is_empty(), "nothing is left behind: {left:?}");
}

#[test]
fn nothing_is_copied_over_what_is_there() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = ledger(folder.path());
    let address = server.database("there");
    assert!(
        matches!(Ledger::open_existing(&address), Err(LedgerError::NoLedger(_))),
        "asking makes no ledger"
    );
    copy(&file, &address).unwrap();
    assert!(matches!(copy(&file, &address), Err(LedgerError::NotEmpty(_))));
    assert!(matches!(copy(&address, &file), Err(LedgerError::Exists(_))));

    let other = server.database("other");
    server
        .client("other")
        .batch_execute("CREATE SCHEMA sayso; CREATE TABLE sayso.report (mine int)")
        .unwrap();
    assert!(matches!(copy(&file, &other), Err(LedgerError::NotALedger(_))), "somebody else's schema");

    server.client("there").execute("UPDATE sayso.ledger SET version = 99", &[]).unwrap();
    assert!(matches!(Ledger::open_existing(&address), Err(LedgerError::Newer { found: 99, .. })));

    // All or nothing: a text that cannot be kept leaves an empty ledger.
    let nul = folder.path().join("nul.db");
    let prepared = Prepared::unread(report("a\0b", "Nul", "Nul", None), Provenance::default()).unwrap();
    Ledger::open(&nul).unwrap().add(&prepared).unwrap();
    let empty = server.database("empty");
    let refused = copy(&nul, &empty);
    assert!(
        matches!(&refused, Err(LedgerError::NulCharacter { table, row }) if table == "report" && row == "1"),
        "{refused:?}"
    );
    assert!(Ledger::open_existing(&empty).unwrap().reports(&ReportFilter::default()).unwrap().is_empty());
    assert_eq!(copy(&file, &empty).unwrap(), 5);

    // A damaged row is not carried to where nothing tells it from a sound one.
    Connection::open(&file).unwrap().execute("UPDATE figure SET best = 90 WHERE report = 1", []).unwrap();
    assert!(matches!(copy(&file, &server.database("damaged")), Err(LedgerError::Unsound(_))));
}
