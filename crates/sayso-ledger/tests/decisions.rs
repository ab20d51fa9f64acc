//! What a decision means: it changes what is found, stands beside what was read, and means the same after another reading.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::time::Duration;

use sayso_ledger::{
    Anchored, DecisionKind, EntryKind, EntryName, FigureFilter, Ledger, LedgerError, NewDecision, Outcome,
    Prepared, Provenance, ReportFilter, ReportId, Subject, View, export,
};
use sayso_model::{Reading, Span};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const TEXT: &str =
    "The mayor said nine people were hurt. A nurse said that two had died. Eleven cars burned.";
const REPORT: ReportId = ReportId(1);

fn span(words: &str) -> Value {
    let start = TEXT.find(words).unwrap();
    json!({"start": start, "end": start + words.len()})
}

fn figure(
    id: usize,
    words: &str,
    category: &str,
    best: i64,
    statement: Option<&str>,
    origin: Option<&str>,
) -> Value {
    let speaker = match origin {
        Some("The mayor") => Some("p0"),
        Some(_) => Some("p1"),
        None => None,
    };
    json!({
        "id": format!("f{id}"), "span": span(words), "number": span(words), "category": category,
        "category_evidence": null, "low": null, "best": best, "high": null, "low_exclusive": false,
        "high_exclusive": false, "approximate": false, "vague": null, "unit": null, "counted": null, "group": null,
        "group_evidence": null, "places": [], "said_on": null, "as_of": null, "period": null, "cumulative": null,
        "negated": false, "retracted": false, "modality": "asserted", "part_of": null, "derived_from": [],
        "statement": statement, "origin": origin, "origin_speaker": speaker, "origin_anonymous": false, "via": []
    })
}

fn statement(id: usize, source: &str, content: &str) -> Value {
    json!({
        "id": format!("s{id}"), "kind": "indirect", "construction": "verb", "source": [span(source)], "cue": [],
        "content": [span(content)], "speaker": format!("p{id}"),
        "chain": [
            {"role": "outlet", "name": null, "speaker": null, "anonymous": false, "evidence": []},
            {"role": "origin", "name": source, "speaker": format!("p{id}"), "anonymous": false, "evidence": []}
        ],
        "channel": null, "addressee": null, "modality": "asserted", "polarity": "positive", "modality_evidence": [],
        "said_on": null, "said_at": null, "places": [], "figures": [format!("f{id}")], "parent": null,
        "same_words_as": null
    })
}

fn speaker(id: usize, name: &str) -> Value {
    json!({
        "id": format!("p{id}"), "name": name, "kind": "person", "anonymous": false, "roles": [],
        "mentions": [{"span": span(name), "form": "name", "evidence": []}], "same_as": null, "same_as_evidence": []
    })
}

/// A reading of [`TEXT`] with some of its three figures.
fn reading(figures: &[Value]) -> Reading {
    let hash: String = Sha256::digest(TEXT).iter().map(|byte| format!("{byte:02x}")).collect();
    serde_json::from_value(json!({
        "schema_version": 1, "reader": "test", "report": {
            "raw_hash": "raw", "text_hash": hash, "text": TEXT, "diagnostics": [],
            "head": {"headline": null, "outlet": null, "byline": [], "dateline": null, "published": null,
                "published_at": null, "url": null, "language": null}
        },
        "statements": [
            statement(0, "The mayor", "nine people were hurt"), statement(1, "A nurse", "that two had died")
        ],
        "figures": figures, "speakers": [speaker(0, "The mayor"), speaker(1, "A nurse")],
        "times": [], "places": [], "comment_requests": [], "expected": [], "corrections": [], "diagnostics": []
    }))
    .unwrap()
}

fn three() -> Vec<Value> {
    vec![
        figure(0, "nine people were hurt", "injured", 9, Some("s0"), Some("The mayor")),
        figure(1, "two had died", "killed", 2, Some("s1"), Some("A nurse")),
        figure(2, "Eleven cars", "equipment", 11, None, None),
    ]
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    fill(&mut ledger);
    ledger
}

fn fill(ledger: &mut Ledger) {
    ledger.add(&Prepared::read(reading(&three()), Provenance::default()).unwrap()).unwrap();
}

fn name(written: &str) -> EntryName {
    EntryName::parse(written).unwrap()
}

fn about(ledger: &Ledger, entry: &str) -> Subject {
    let reviewed = ledger.reviewed(REPORT).unwrap().unwrap();
    let entry = name(entry);
    Subject::Entries(vec![Anchored::new(REPORT, &reviewed.reading, entry.kind, entry.index).unwrap()])
}

fn new(by: &str, kind: DecisionKind, subject: Subject, value: Option<Value>) -> NewDecision {
    NewDecision { by: by.to_owned(), kind, subject, value, note: Some("why".to_owned()) }
}

fn decide(
    ledger: &mut Ledger,
    kind: DecisionKind,
    entry: &str,
    value: Option<Value>,
) -> Result<i64, LedgerError> {
    let subject = about(ledger, entry);
    ledger.decide(&new("ida", kind, subject, value))
}

fn best(ledger: &Ledger, with_rejected: bool) -> Vec<(String, Option<f64>, Option<String>)> {
    let filter = FigureFilter { with_rejected, ..FigureFilter::default() };
    let found = ledger.figures(&filter).unwrap();
    found.into_iter().map(|f| (f.figure.to_string(), f.numbers.best, f.decision)).collect()
}

#[test]
fn a_correction_counts_at_once_and_stands_beside_what_was_read() {
    let mut ledger = ledger();
    let value = json!({"best": 12, "low": 10, "group": "passengers"});
    let id = decide(&mut ledger, DecisionKind::Correct, "f0", Some(value)).unwrap();
    let found = ledger.figures(&FigureFilter::default()).unwrap();
    assert_eq!((found[0].numbers.low, found[0].numbers.best), (Some(10.0), Some(12.0)));
    assert_eq!(found[0].group.as_deref(), Some("passengers"));
    assert_eq!(found[0].reviewed_by.as_deref(), Some("ida"));
    assert_eq!(ledger.reading(REPORT).unwrap().unwrap().figures[0].best, sayso_model::Number::parse("12"));
    let reviewed = ledger.reviewed(REPORT).unwrap().unwrap();
    let decided = reviewed.of(name("f0")).unwrap();
    assert_eq!(decided.read["best"], 9);
    assert_eq!(decided.now["best"], 12);
    let verdict = decided.decision.as_ref().unwrap();
    assert_eq!((verdict.id, verdict.what, verdict.by.as_str()), (id, Outcome::Corrected, "ida"));
    assert_eq!(verdict.note.as_deref(), Some("why"));
    let mut out = Vec::new();
    let (what, format) = (export::What::Figures, export::Format::JsonLines);
    export::export(&ledger, what, format, &export::Selection::default(), &mut out).unwrap();
    let row: Value = serde_json::from_str(String::from_utf8(out).unwrap().lines().next().unwrap()).unwrap();
    assert_eq!(row["best"], 12.0);
    assert_eq!((row["decision"].as_str(), row["reviewed_by"].as_str()), (Some("corrected"), Some("ida")));
    let read: Value = serde_json::from_str(row["as_read"].as_str().unwrap()).unwrap();
    assert_eq!(read["best"], 9);
    ledger.decide(&new("per", DecisionKind::Undo, Subject::Decision(id), None)).unwrap();
    assert_eq!(best(&ledger, false)[0], ("f0".to_owned(), Some(9.0), None));
}

#[test]
fn what_is_rejected_leaves_and_every_entry_keeps_its_name() {
    let mut ledger = ledger();
    decide(&mut ledger, DecisionKind::Reject, "f0", None).unwrap();
    let names = |ledger: &Ledger, all| best(ledger, all).into_iter().map(|f| f.0).collect::<Vec<_>>();
    assert_eq!(names(&ledger, false), ["f1", "f2"]);
    assert_eq!(names(&ledger, true), ["f0", "f1", "f2"]);
    let standing = ledger.reviewed(REPORT).unwrap().unwrap().standing();
    assert_eq!(standing.reading.figures.len(), 2);
    assert_eq!(standing.reading.figures[0].statement.unwrap().to_string(), "s1");
    assert_eq!(standing.reading.statements[1].figures, [standing.reading.figures[0].id]);
    assert!(standing.reading.statements[0].figures.is_empty());
    assert_eq!(standing.name(EntryKind::Figure, 0).to_string(), "f1");
    assert_eq!((standing.index(name("f0")), standing.index(name("f2"))), (None, Some(1)));
    assert_eq!(ledger.categories().unwrap(), ["equipment", "killed"]);
}

#[test]
fn a_rejected_statement_leaves_its_figures_to_the_outlet() {
    let mut ledger = ledger();
    decide(&mut ledger, DecisionKind::Reject, "s0", None).unwrap();
    let found = ledger.figures(&FigureFilter::default()).unwrap();
    assert_eq!(found[0].origin, None);
    assert_eq!(found[1].origin.as_deref(), Some("A nurse"));
    let mayor = ledger.speakers("mayor").unwrap();
    assert!(ledger.statements_of(&mayor, false).unwrap().is_empty());
    assert_eq!(ledger.statements_of(&mayor, true).unwrap().len(), 1);
    // A rejected speaker is nobody, and found no more.
    decide(&mut ledger, DecisionKind::Reject, "p1", None).unwrap();
    assert_eq!(ledger.figures(&FigureFilter::default()).unwrap()[1].origin, None);
    assert!(ledger.speakers("nurse").unwrap().is_empty());
}

#[test]
fn a_corrected_speaker_takes_the_figures_along() {
    let mut ledger = ledger();
    decide(
        &mut ledger,
        DecisionKind::Correct,
        "s0",
        Some(json!({"speaker": "Ada Lind", "via": ["The mayor"]})),
    )
    .unwrap();
    let found =
        ledger.figures(&FigureFilter { origin: Some("Lind".into()), ..FigureFilter::default() }).unwrap();
    assert_eq!(found.len(), 1);
    let reading = ledger.reading(REPORT).unwrap().unwrap();
    let chain: Vec<_> = reading.statements[0].chain.iter().map(|l| (l.role, l.name.as_deref())).collect();
    use sayso_model::ChainRole::{Origin, Outlet, Relay};
    assert_eq!(chain, [(Outlet, None), (Relay, Some("The mayor")), (Origin, Some("Ada Lind"))]);
    assert_eq!(ledger.statements_of(&ledger.speakers("Ada Lind").unwrap(), false).unwrap().len(), 1);
    decide(&mut ledger, DecisionKind::Correct, "p1", Some(json!({"name": "Bo Ek"}))).unwrap();
    assert_eq!(ledger.figures(&FigureFilter::default()).unwrap()[1].origin.as_deref(), Some("Bo Ek"));
}

#[test]
fn values_are_checked_and_the_error_names_the_field() {
    let mut ledger = ledger();
    for (entry, value, words) in [
        ("f0", json!(480), "a JSON object of fields"),
        ("f0", json!({"bst": 480}), "`bst` is not a field of a figure; its fields are category, low, best"),
        ("f0", json!({"best": "x"}), "`best` takes a number or null, not \"x\""),
        ("f0", json!({"best": 1e40}), "`best` takes a number or null"),
        ("f0", json!({"best": null}), "`best`: a figure needs at least one"),
        ("f0", json!({"low": 20}), "`best`: best 9 is below low 20"),
        ("f0", json!({"high": 3}), "`best`: high 3 is below best 9"),
        ("f0", json!({"low_exclusive": true}), "`low_exclusive`: there is no low"),
        ("f0", json!({"category": "Killed!"}), "`category` takes a category in lower-case letters"),
        ("f0", json!({"said_on": "yesterday"}), "`said_on` takes a day"),
        ("f0", json!({"period": ["2025-02-03", "2025-02-01"]}), "`period`: ends before it begins"),
        ("f0", json!({"modality": "sure"}), "`modality` takes \"asserted\""),
        ("f0", json!({"negated": 1}), "`negated` takes true or false, not 1"),
        ("f0", json!({"origin": " "}), "`origin` takes a name or null"),
        ("s0", json!({"cue": "not in the text"}), "`cue` takes words of the report"),
        ("s0", json!({"content": []}), "`content`: a statement needs words"),
        ("p0", json!({"name": ""}), "`name` takes a name"),
        ("p0", json!({"kind": "robot"}), "`kind` takes \"person\""),
    ] {
        let error = decide(&mut ledger, DecisionKind::Correct, entry, Some(value.clone())).unwrap_err();
        assert!(error.to_string().contains(words), "{value}: {error}");
    }
    assert!(ledger.decisions().unwrap().is_empty(), "nothing of it is kept");
}

#[test]
fn entries_are_added_and_known_when_a_newer_reader_finds_them() {
    let mut ledger = Ledger::in_memory().unwrap();
    let few = [three().remove(0)];
    ledger.add(&Prepared::read(reading(&few), Provenance::default()).unwrap()).unwrap();
    let reviewed = ledger.reviewed(REPORT).unwrap().unwrap();
    let at = TEXT.find("two had died").unwrap();
    let words = Span::new(at, at + "two had died".len());
    let added = Anchored::at(REPORT, &reviewed.reading, EntryKind::Figure, words);
    let add =
        |value: Value| new("ida", DecisionKind::Add, Subject::Entries(vec![added.clone()]), Some(value));
    let error = ledger.decide(&add(json!({"best": 2}))).unwrap_err();
    assert!(error.to_string().contains("`category`: has to be given"), "{error}");
    let error = ledger.decide(&add(json!({"category": "killed"}))).unwrap_err();
    assert!(error.to_string().contains("`best`: a figure needs"), "{error}");
    let value = json!({"category": "killed", "best": 3});
    ledger.decide(&add(value.clone())).unwrap();
    let found = ledger.figures(&FigureFilter::default()).unwrap();
    assert_eq!(found[1].origin.as_deref(), Some("A nurse"), "it stands in her statement");
    assert_eq!((found[1].numbers.best, found[1].decision.as_deref()), (Some(3.0), Some("added")));
    let twice = ledger.decide(&add(value)).unwrap_err();
    assert!(matches!(twice, LedgerError::There { entry, .. } if entry == name("f1")));
    ledger.reread(REPORT, reading(&three())).unwrap();
    let found = best(&ledger, false);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[1], ("f1".to_owned(), Some(3.0), Some("added".to_owned())));
}

#[test]
fn what_a_person_accepted_stays_whatever_is_read_later() {
    let mut ledger = ledger();
    decide(&mut ledger, DecisionKind::Accept, "f0", None).unwrap();
    decide(&mut ledger, DecisionKind::Accept, "f1", None).unwrap();
    let rejected = decide(&mut ledger, DecisionKind::Reject, "f2", None).unwrap();
    // The newer reader finds another value, one figure less, and the rejected one no more.
    let mut other = three().remove(0);
    other["best"] = json!(90);
    ledger.reread(REPORT, reading(&[other])).unwrap();
    let found = best(&ledger, false);
    let accepted = Some("accepted".to_owned());
    assert_eq!(found[0], ("f0".to_owned(), Some(9.0), accepted.clone()));
    assert_eq!(found[1], ("f1".to_owned(), Some(2.0), accepted));
    let reviewed = ledger.reviewed(REPORT).unwrap().unwrap();
    assert_eq!(reviewed.of(name("f0")).unwrap().read["best"], 90);
    assert!(reviewed.of(name("f1")).unwrap().not_read);
    let lost: Vec<i64> = reviewed.lost.iter().map(|d| d.id).collect();
    assert_eq!(lost, [rejected]);
}

#[test]
fn an_entry_that_is_gone_gives_its_decision_to_no_neighbour() {
    let mut ledger = ledger();
    decide(&mut ledger, DecisionKind::Reject, "f1", None).unwrap();
    // The same words, among others: another figure.
    let wide = figure(0, "A nurse said that two had died. Eleven cars burned.", "killed", 2, None, None);
    ledger.reread(REPORT, reading(&[wide])).unwrap();
    assert_eq!(best(&ledger, false), [("f0".to_owned(), Some(2.0), None)]);
    assert_eq!(ledger.reviewed(REPORT).unwrap().unwrap().lost.len(), 1);
}

#[test]
fn two_people_review_apart() {
    let mut ledger = ledger();
    let subject = about(&ledger, "f0");
    let correct =
        |by: &str, best: i64| new(by, DecisionKind::Correct, subject.clone(), Some(json!({"best": best})));
    ledger.decide_in(&correct("ida", 12), View::Of("ida")).unwrap();
    let seen = |view| ledger.reviewed_in(REPORT, view).unwrap().unwrap().reading.figures[0].best;
    assert_eq!(seen(View::Of("per")), sayso_model::Number::parse("9"));
    assert_eq!(seen(View::Of("ida")), sayso_model::Number::parse("12"));
    assert_eq!(seen(View::AsRead), sayso_model::Number::parse("9"));
    // What per accepts is what per sees, not what ida has made of it.
    let accept = new("per", DecisionKind::Accept, subject.clone(), None);
    ledger.decide_in(&accept, View::Of("per")).unwrap();
    assert_eq!(best(&ledger, false)[0].1, Some(9.0));
    ledger.decide(&correct("eva", 10)).unwrap();
    assert_eq!(best(&ledger, false)[0].1, Some(10.0));
    ledger.see_as("ida").unwrap();
    assert_eq!(best(&ledger, false)[0], ("f0".to_owned(), Some(12.0), Some("corrected".to_owned())));
}

/// Whoever sees the ledger as one person alone keeps nobody waiting: neither others who do, nor whoever writes.
#[test]
fn people_who_review_apart_wait_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut writer = Ledger::open(&path).unwrap();
    fill(&mut writer);
    let correct = |writer: &mut Ledger, by: &str, best: i64| {
        let subject = about(writer, "f0");
        writer
            .decide_in(&new(by, DecisionKind::Correct, subject, Some(json!({"best": best}))), View::Of(by))
            .unwrap()
    };
    correct(&mut writer, "ida", 12);
    let seen_by = |name: &str| {
        let mut ledger = Ledger::open_existing(&path).unwrap();
        ledger.wait_for_writers(Duration::from_millis(10)).unwrap();
        ledger.see_as(name).unwrap();
        ledger
    };
    let (ida, mut per) = (seen_by("ida"), seen_by("per"));
    let of = |ledger: &Ledger| best(ledger, false)[0].clone();
    let corrected = Some("corrected".to_owned());
    assert_eq!(of(&ida), ("f0".to_owned(), Some(12.0), corrected.clone()));
    assert_eq!(of(&per), ("f0".to_owned(), Some(9.0), None));
    // A list of reports, of stories and of names is made of the same rows.
    let lines = per.reports(&ReportFilter::default()).unwrap();
    assert_eq!((lines[0].figures, lines[0].unreviewed), (Some(3), Some(3)));
    assert_eq!(per.story_lines(0, None, None).unwrap().len(), 0);
    writer.wait_for_writers(Duration::from_millis(10)).unwrap();
    correct(&mut writer, "per", 7);
    let holding = writer.batch().unwrap();
    assert_eq!(of(&per).1, Some(9.0), "what it shows is from one moment");
    assert_eq!(of(&seen_by("per")), ("f0".to_owned(), Some(7.0), corrected.clone()), "while somebody writes");
    assert_eq!(of(&ida), ("f0".to_owned(), Some(12.0), corrected));
    drop(holding);
    drop((ida, per));
    assert_eq!(of(&writer).1, Some(7.0), "nothing of it is kept");
}
