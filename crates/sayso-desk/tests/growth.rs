//! The cost of a report grows linearly with its length, whatever it repeats: from its bytes to its rows in a ledger.
//!
//! Each test doubles one kind of text twice. It fails if either doubling costs more than [`LIMIT`] times as much.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

use sayso_desk::{Intake, intake};
use sayso_ingest::{Form, HeadOverrides, Limits, Piece};
use sayso_ledger::Ledger;

/// The most that doubling may cost.
const LIMIT: f64 = 2.4;
/// Times that a kind is measured before it fails.
const RUNS: usize = 5;
/// Anything that takes no longer than this cannot be distinguished from what every report costs (nanoseconds).
const AT_LEAST: u64 = 20_000_000;
/// Begins every text, so that it is English and has something to read.
const OPENING: &str = "The agency said on Thursday that the river rose by two metres. ";

/// Processor time that this thread has used, in nanoseconds; a test runs in a thread of its own.
fn processor_time() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split(' ').next().and_then(|time| time.parse().ok()).unwrap()
}

/// Processor time of taking in a report.
fn cost(bytes: &[u8]) -> u64 {
    let mut ledger = Ledger::in_memory().unwrap();
    let form = if bytes.starts_with(b"<html>") { Form::Html } else { Form::Text };
    let piece = Piece::new("made up", form, bytes.to_vec());
    let begun = processor_time();
    let taken = intake(&ledger, &piece, &HeadOverrides::default(), &Limits::default()).unwrap();
    let Intake::Ready { prepared, .. } = taken else { panic!("a new ledger knows no report") };
    ledger.add(&prepared).unwrap();
    sayso_desk::catch_up(&mut ledger).unwrap();
    processor_time() - begun
}

fn doubling(kind: &str, count: usize, make: impl Fn(usize) -> String) {
    // What is made once per run is made beforehand.
    cost(OPENING.as_bytes());
    let (small, large) = (make(count), make(4 * count));
    let (mut of_small, mut of_large, mut each) = (u64::MAX, u64::MAX, f64::INFINITY);
    // A busy machine only makes a run more expensive: the cheapest of each counts.
    for _ in 0..RUNS {
        of_small = of_small.min(cost(small.as_bytes()));
        of_large = of_large.min(cost(large.as_bytes()));
        each = (of_large as f64 / of_small.max(AT_LEAST) as f64).sqrt();
        if each <= LIMIT {
            break;
        }
    }
    println!("{kind}: {} and {} ms, {each:.2} for each doubling", of_small / 1_000_000, of_large / 1_000_000);
    assert!(each <= LIMIT, "{kind}: twice as many cost {each:.2} times as much");
}

fn text(repeated: &str) -> impl Fn(usize) -> String + '_ {
    move |count| format!("{OPENING}{}", repeated.repeat(count))
}

fn page(body: &str) -> String {
    format!("<html><body>{body}</body></html>")
}

/// A supply of dissimilar words.
fn word(n: usize) -> String {
    const SYLLABLES: [&str; 12] =
        ["bra", "kel", "mon", "tar", "sil", "dov", "ren", "hul", "pas", "gri", "von", "eck"];
    let syllable = |n: usize| SYLLABLES[n % SYLLABLES.len()];
    let word = format!("{}{}{}", syllable(n / 144), syllable(n), syllable(n / 12));
    word[..1].to_uppercase() + &word[1..]
}

#[test]
fn pronouns() {
    doubling("pronouns", 120, text("He said she told him that they had left. "));
}

#[test]
fn pronouns_in_quotations() {
    doubling("pronouns in quotations", 110, text("“I told them we saw him,” she said. "));
}

#[test]
fn cues() {
    doubling("cues", 1_600, text("said that "));
}

#[test]
fn cues_in_cues() {
    doubling("cues in cues", 800, text("according to "));
}

/// Nested content is not repeated in the ledger or in an export for each level that contains it.
#[test]
fn cues_in_cues_take_no_room() {
    let text = text("according to ")(4_000);
    let report = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default()).unwrap();
    let reading = sayso_read::read(&report);
    let kept = serde_json::to_vec(&reading).unwrap().len();
    let printed = sayso_model::json::with_exact(&reading, &report.text).unwrap().to_string().len();
    assert!(kept.max(printed) <= 4 * text.len(), "{kept} and {printed} bytes of a text of {}", text.len());
}

#[test]
fn numbers() {
    doubling("numbers", 50, text("12 were killed and 30 hurt, "));
}

#[test]
fn quotation_marks() {
    doubling("quotation marks", 2_000, text("\" "));
    doubling("opening quotation marks", 2_000, text("“ "));
}

#[test]
fn names() {
    doubling("names", 400, |count| {
        let pairs =
            (0..count).map(|n| format!("{} {} met {}. ", word(7 * n), word(n + 600), word(n + 1_100)));
        format!("{OPENING}{}", pairs.collect::<String>())
    });
}

#[test]
fn names_that_are_nearly_alike() {
    doubling("names that are nearly alike", 400, |count| {
        let all = (0..count).map(|n| format!("Ada Brook{n}k met Ivo Lund{n}k. "));
        format!("{OPENING}{}", all.collect::<String>())
    });
}

#[test]
fn one_name() {
    doubling("one name", 500, text("Ada Brook met Ivo Lund. "));
}

#[test]
fn tags() {
    doubling("tags", 15_000, |count| page(&format!("<p>{OPENING}</p>{}", "<b>x</b><br>".repeat(count))));
}

#[test]
fn paragraphs() {
    doubling("paragraphs", 25, |count| {
        let all = (0..count).map(|n| format!("<p>{OPENING} {} people had left {}.</p>", n + 20, word(n)));
        page(&all.collect::<String>())
    });
}

#[test]
fn attributes() {
    doubling("attributes", 20_000, |count| {
        let all = (0..count).map(|n| format!(" a{n}=\"x\""));
        page(&format!("<p{}>{OPENING}</p>", all.collect::<String>()))
    });
}

#[test]
fn nested_lists() {
    doubling("nested lists", 120, |count| {
        page(&format!("{}{}", format!("<ul><li>{OPENING}").repeat(count), "</li></ul>".repeat(count)))
    });
}
