//! What a ledger promises: known stays known, edits are revisions, decisions outlive readings, old files open.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

mod one_figure;

use std::{collections::BTreeSet, path::Path};

use sayso_ledger::{
    Added, Anchored, Change, DecisionKind, EntryKind, EntryName, FeedState, FigureFilter, Ledger,
    LedgerError, NewDecision, Outcome, Prepared, Provenance, ReportFilter, ReportId, SCHEMA, Subject, export,
};
use sayso_model::{Date, Head, Report};
use sha2::{Digest, Sha256};

use self::one_figure::{reading, stated};

fn report(text: &str, url: Option<&str>, day: i8) -> Report {
    Report {
        raw_hash: format!("raw of {text}"),
        text_hash: Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect(),
        text: text.to_owned(),
        head: Head {
            headline: stated("Ferry strikes pier".to_owned()),
            outlet: stated("Coast Courier".to_owned()),
            published: stated(Date::new(2024, 3, day).unwrap()),
            url: url.and_then(|u| stated(u.to_owned())),
            ..Head::default()
        },
        diagnostics: Vec::new(),
    }
}

fn entry(name: &str) -> EntryName {
    EntryName::parse(name).unwrap()
}

fn from(origin: &str) -> Provenance {
    Provenance { origin: origin.to_owned(), ..Provenance::default() }
}

const URL: Option<&str> = Some("https://coast-courier.test/ferry?utm_source=x");

#[test]
fn the_same_twice_changes_nothing() {
    let mut ledger = Ledger::in_memory().unwrap();
    let prepared = Prepared::unread(report("Nine passengers were hurt.", URL, 5), from("a.txt")).unwrap();
    assert_eq!(ledger.add(&prepared).unwrap(), Added::Added(ReportId(1)));
    let elsewhere = Prepared::unread(report("Nine passengers were hurt.", URL, 5), from("b.txt")).unwrap();
    assert_eq!(ledger.add(&elsewhere).unwrap(), Added::Known(ReportId(1)));
    assert_eq!(ledger.count().unwrap(), 1);
    let stored = ledger.report(ReportId(1)).unwrap().unwrap();
    assert_eq!(&stored.report, prepared.report());
    assert_eq!(stored.line.origin, "a.txt");
}

#[test]
fn an_edit_is_a_revision_that_says_what_changed() {
    let mut ledger = Ledger::in_memory().unwrap();
    let first = reading(report("Nine passengers were hurt.", URL, 5), "Nine passengers", 9);
    let second = reading(
        report("Twelve passengers were hurt.", Some("https://www.coast-courier.test/ferry"), 5),
        "Twelve passengers",
        12,
    );
    ledger.add(&Prepared::read(first.clone(), from("a")).unwrap()).unwrap();
    let added = ledger.add(&Prepared::read(second, from("b")).unwrap()).unwrap();
    assert_eq!(added, Added::Revised { id: ReportId(2), previous: ReportId(1) });
    assert_eq!(ledger.reading(ReportId(1)).unwrap().unwrap(), first, "the older reading stays whole");
    let changes = ledger.changes(ReportId(1)).unwrap();
    assert_eq!(changes.len(), 1);
    let figures: Vec<_> = changes[0]
        .changes
        .iter()
        .filter(|c| matches!(c, Change::Changed { kind: EntryKind::Figure, .. }))
        .collect();
    let [Change::Changed { before, now, fields, .. }] = figures.as_slice() else {
        panic!("{:?}", changes[0].changes)
    };
    assert_eq!((before.as_str(), now.as_str()), ("Nine passengers", "Twelve passengers"));
    assert_eq!(fields, &["best", "words"]);
    // Lists and queries show the newest revision only.
    assert_eq!(ledger.reports(&ReportFilter::default()).unwrap().len(), 1);
    assert_eq!(
        ledger.reports(&ReportFilter { all_revisions: true, ..ReportFilter::default() }).unwrap().len(),
        2
    );
    let found = ledger
        .figures(&FigureFilter { category: Some("injured".into()), ..FigureFilter::default() })
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].numbers.best, Some(12.0));
    assert!(
        ledger
            .figures(&FigureFilter { since: Date::new(2024, 3, 6), ..FigureFilter::default() })
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        ledger
            .figures(&FigureFilter { origin: Some("Harbour Office".into()), ..FigureFilter::default() })
            .unwrap()
            .len(),
        1
    );
    assert_eq!(ledger.search("passenger hurts", 10).unwrap().len(), 1, "inflected forms are found");
    assert!(ledger.search("nine", 10).unwrap().is_empty());
    assert_eq!(ledger.find("https://coast-courier.test/ferry").unwrap(), ReportId(2));
    assert_eq!(ledger.speakers("harbour office").unwrap().len(), 1);
    assert_eq!(ledger.speakers("L.H.O.").unwrap().len(), 1, "by initials");
    assert!(ledger.speakers("LHX").unwrap().is_empty());
}

#[test]
fn decisions_outlive_a_new_reading() {
    let mut ledger = Ledger::in_memory().unwrap();
    let text = "Police counted two cars. Nine passengers were hurt.";
    let old = reading(report(text, URL, 5), "Nine passengers", 9);
    ledger.add(&Prepared::read(old.clone(), from("a")).unwrap()).unwrap();
    let anchored = Anchored::new(ReportId(1), &old, EntryKind::Figure, 0).unwrap();
    let reject = ledger
        .decide(&NewDecision {
            by: "ida".into(),
            kind: DecisionKind::Reject,
            subject: Subject::Entries(vec![anchored]),
            value: None,
            note: Some("counted twice".into()),
        })
        .unwrap();
    // The newer reader finds another figure first and cuts the old one wider.
    let mut new = reading(report(text, URL, 5), "Nine passengers were", 9);
    new.figures.insert(0, reading(report(text, URL, 5), "two cars", 2).figures.remove(0));
    new.reader = "test 2".into();
    assert_eq!(ledger.unread("test 2", ReportId(0), 10).unwrap(), [ReportId(1)]);
    ledger.reread(ReportId(1), new.clone()).unwrap();
    assert!(ledger.unread("test 2", ReportId(0), 10).unwrap().is_empty());
    let reviewed = ledger.reviewed(ReportId(1)).unwrap().unwrap();
    let held = reviewed.of(entry("f1")).unwrap().decision.as_ref().unwrap();
    assert_eq!(
        (held.id, held.what, held.note.as_deref()),
        (reject, Outcome::Rejected, Some("counted twice"))
    );
    assert_eq!((reviewed.decided.len(), reviewed.lost.len()), (1, 0));
    let undo = ledger
        .decide(&NewDecision {
            by: "per".into(),
            kind: DecisionKind::Undo,
            subject: Subject::Decision(reject),
            value: None,
            note: None,
        })
        .unwrap();
    assert!(ledger.reviewed(ReportId(1)).unwrap().unwrap().decided.is_empty());
    let trail = ledger.decisions().unwrap();
    assert_eq!(trail.len(), 2, "nothing leaves the trail");
    assert_eq!(trail[0].undone_by, Some(undo));
    let missing = NewDecision {
        by: "per".into(),
        kind: DecisionKind::Undo,
        subject: Subject::Decision(99),
        value: None,
        note: None,
    };
    assert!(matches!(ledger.decide(&missing), Err(LedgerError::NoDecision(99))));
    let again = NewDecision { subject: Subject::Decision(reject), ..missing.clone() };
    assert!(matches!(ledger.decide(&again), Err(LedgerError::Undone { by, .. }) if by == undo));
    // Undoing the undoing brings it back, and then it can be undone again.
    ledger.decide(&NewDecision { subject: Subject::Decision(undo), ..missing.clone() }).unwrap();
    assert!(ledger.reviewed(ReportId(1)).unwrap().unwrap().is_rejected(entry("f1")));
    ledger.decide(&again).unwrap();
    assert!(ledger.reviewed(ReportId(1)).unwrap().unwrap().decided.is_empty());
}

#[test]
fn a_batch_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    let mut ledger = Ledger::open(&path).unwrap();
    let batch = ledger.batch().unwrap();
    batch.add(&Prepared::unread(report("Lost.", URL, 5), from("a")).unwrap()).unwrap();
    drop(batch);
    assert_eq!(ledger.count().unwrap(), 0);
    let other = Ledger::open(&path).unwrap();
    assert_eq!(other.count().unwrap(), 0);
    assert!(other.damage().unwrap().is_empty());
}

#[test]
fn a_search_for_a_page_of_words_is_refused() {
    let ledger = Ledger::in_memory().unwrap();
    let words = "word ".repeat(20_000);
    assert!(matches!(ledger.search(&words, 5), Err(LedgerError::TooManyWords { found: 20_000, .. })));
}

#[test]
fn feed_states_are_kept() {
    let mut ledger = Ledger::in_memory().unwrap();
    let state = FeedState { etag: Some("\"1\"".into()), status: Some(200), ..FeedState::default() };
    ledger.set_feed_state("https://coast-courier.test/feed", &state).unwrap();
    let kept = ledger.feed_state("https://coast-courier.test/feed").unwrap().unwrap();
    assert_eq!((kept.etag.as_deref(), kept.status), (Some("\"1\""), Some(200)));
    assert!(kept.fetched_at.is_some());
}

#[test]
fn other_files_are_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to be taken for the header of one").unwrap();
    assert!(matches!(Ledger::open(&text), Err(LedgerError::NotALedger(_))));
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("not a database"));
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(Ledger::open(&other), Err(LedgerError::NotALedger(_))));
    let newer = folder.path().join("newer.db");
    drop(Ledger::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", SCHEMA + 1).unwrap();
    assert!(matches!(Ledger::open(&newer), Err(LedgerError::Newer { .. })));
    assert!(matches!(Ledger::open_existing(&folder.path().join("none.db")), Err(LedgerError::Missing(_))));
}

/// Every file in `tests/released` is the SQL dump of a ledger of that schema; each must open and give its report back.
#[test]
fn ledgers_of_every_released_schema_open() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released");
    let mut dumps: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    dumps.sort();
    assert_eq!(i64::try_from(dumps.len()).unwrap(), SCHEMA, "one dump for each schema");
    for dump in dumps {
        let made = tempfile::tempdir().unwrap();
        let path = made.path().join("old.db");
        let old = rusqlite::Connection::open(&path).unwrap();
        old.execute_batch(&std::fs::read_to_string(&dump).unwrap()).unwrap();
        drop(old);
        let ledger = Ledger::open(&path).unwrap();
        assert!(ledger.damage().unwrap().is_empty());
        let stored = ledger.report(ReportId(1)).unwrap().unwrap();
        assert_eq!(stored.line.headline.as_deref(), Some("Ferry strikes pier"), "{}", dump.display());
        assert_eq!(ledger.reading(ReportId(1)).unwrap().unwrap().figures.len(), 1);
        assert_eq!(ledger.decisions().unwrap().len(), 1);
        let found = ledger.figures(&FigureFilter::default()).unwrap();
        assert_eq!(found[0].decision.as_deref(), Some("accepted"), "{}", dump.display());
        assert_eq!((found[0].reviewed_by.as_deref(), found[0].negated), (Some("ida"), false));
        assert_eq!(found[0].modality.as_deref(), Some("asserted"));
        assert_eq!(ledger.search("passengers", 5).unwrap().len(), 1);
        let version: i64 = rusqlite::Connection::open(&path)
            .unwrap()
            .pragma_query_value(None, "user_version", |r| r.get(0))
            .unwrap();
        assert_eq!(version, SCHEMA);
    }
}

/// Places have had rows of their own since schema 8, from readings that were there before.
#[test]
fn places_of_readings_that_were_there_before_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut ledger = Ledger::open(&path).unwrap();
    let report = reading(report("Nine passengers were hurt.", URL, 5), "Nine passengers", 9);
    ledger.add(&Prepared::read(report, from("a.txt")).unwrap()).unwrap();
    let places = |ledger: &Ledger| ledger.traits_of(&[ReportId(1)]).unwrap()[&ReportId(1)].places.clone();
    let named = BTreeSet::from(["Lund".to_owned(), "the pier".to_owned()]);
    assert_eq!(places(&ledger), named, "each once, by the gazetteer's name where it has one");
    drop(ledger);
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(
        "DROP TABLE place; ALTER TABLE watch_item DROP COLUMN changed; ALTER TABLE delivery DROP COLUMN had;
         PRAGMA user_version = 7",
    )
    .unwrap();
    drop(old);
    assert_eq!(places(&Ledger::open(&path).unwrap()), named);
}

/// Writes the ledger that the dump of the newest schema is made from; see `tests/dump.py`.
#[test]
#[ignore = "writes a ledger to $SAYSO_FIXTURE, for making a new dump"]
fn write_a_ledger_for_a_dump() {
    let path = std::env::var("SAYSO_FIXTURE").unwrap();
    let mut ledger = Ledger::open(Path::new(&path)).unwrap();
    let old = reading(report("Nine passengers were hurt.", URL, 5), "Nine passengers", 9);
    ledger.add(&Prepared::read(old.clone(), from("a.txt")).unwrap()).unwrap();
    let entries = Subject::Entries(vec![Anchored::new(ReportId(1), &old, EntryKind::Figure, 0).unwrap()]);
    ledger
        .decide(&NewDecision {
            by: "ida".into(),
            kind: DecisionKind::Accept,
            subject: entries,
            value: None,
            note: None,
        })
        .unwrap();
}

/// A ledger of two reports, one with a figure whose words need quoting, one without any.
fn for_export() -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    let text = "Nine, \"or ten\",\nwere hurt.";
    let mut first = reading(report(text, URL, 5), text, 9);
    first.figures[0].group = Some("passengers, \"all\"".to_owned());
    first.figures.push(first.figures[0].clone());
    first.figures[1].best = None;
    ledger.add(&Prepared::read(first, from("a.txt")).unwrap()).unwrap();
    let other = Some("https://coast-courier.test/other");
    ledger.add(&Prepared::unread(report("Nothing was said.", other, 6), from("b,c.txt")).unwrap()).unwrap();
    ledger
}

fn exported(ledger: &Ledger, what: export::What, format: export::Format) -> Vec<u8> {
    let mut out = Vec::new();
    export::export(ledger, what, format, &export::Selection::default(), &mut out).unwrap();
    out
}

/// The rows of JSON lines, which the other forms must equal.
fn rows(ledger: &Ledger, what: export::What) -> Vec<serde_json::Map<String, serde_json::Value>> {
    let lines = String::from_utf8(exported(ledger, what, export::Format::JsonLines)).unwrap();
    lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

const ALL: [export::What; 3] = [export::What::Reports, export::What::Statements, export::What::Figures];

#[test]
#[cfg(not(feature = "parquet"))]
fn a_build_without_parquet_says_so_and_writes_nothing() {
    let (ledger, mut out) = (for_export(), Vec::new());
    let (what, every) = (export::What::Figures, export::Selection::default());
    let refused = export::export(&ledger, what, export::Format::Parquet, &every, &mut out);
    assert!(refused.unwrap_err().to_string().contains("built without Parquet") && out.is_empty());
}

#[test]
#[cfg(feature = "parquet")]
fn parquet_is_read_back_as_it_was_written() {
    use parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::Field,
    };
    let ledger = for_export();
    for what in ALL {
        let bytes = exported(&ledger, what, export::Format::Parquet);
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let written = rows(&ledger, what);
        let read: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(read.len(), written.len(), "{what:?}");
        for (read, written) in read.iter().zip(&written) {
            let names: Vec<&String> = read.get_column_iter().map(|(name, _)| name).collect();
            assert_eq!(names, written.keys().collect::<Vec<_>>());
            for (name, field) in read.get_column_iter() {
                let value = match field {
                    Field::Null => serde_json::Value::Null,
                    Field::Str(text) => text.clone().into(),
                    Field::Long(n) => (*n).into(),
                    Field::Double(n) => (*n).into(),
                    Field::Bool(b) => (*b).into(),
                    Field::Date(_) => field.to_string().into(),
                    other => panic!("{name}: {other:?}"),
                };
                assert_eq!(value, written[name], "{name} of {what:?}");
            }
        }
    }
}

#[test]
fn csv_is_read_back_as_it_was_written() {
    let ledger = for_export();
    for what in ALL {
        let bytes = exported(&ledger, what, export::Format::Csv);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let written = rows(&ledger, what);
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read.len(), written.len());
        for (read, written) in read.iter().zip(&written) {
            assert_eq!(&header, &written.keys().cloned().collect::<Vec<_>>());
            for (name, cell) in header.iter().zip(read) {
                let expected = match &written[name] {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(cell, expected, "{name} of {what:?}");
            }
        }
    }
    let figures = rows(&ledger, export::What::Figures);
    assert_eq!(figures[0]["words"], "Nine, \"or ten\",\nwere hurt.");
    assert_eq!((figures[0]["best"].as_f64(), figures[1]["best"].is_null()), (Some(9.0), true));
}

#[test]
fn the_columns_are_those_that_are_documented() {
    let manual =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ledger.md")).unwrap();
    let ledger = for_export();
    for what in ALL {
        let header = String::from_utf8(exported(&ledger, what, export::Format::Csv)).unwrap();
        for column in header.lines().next().unwrap().split(',') {
            assert!(manual.contains(&format!("`{column}`")), "{column} of {what:?} is not in docs/ledger.md");
        }
    }
}
