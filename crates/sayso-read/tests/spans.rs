//! Every span in a reading is valid in the report's text.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use proptest::prelude::*;
use sayso_model::{Head, Reading, Report, Span};

fn report(text: &str) -> Report {
    Report {
        raw_hash: String::new(),
        text_hash: String::new(),
        text: text.to_owned(),
        head: Head::default(),
        diagnostics: Vec::new(),
    }
}

/// Every span anywhere in the reading, found in its JSON form, so that no entry can be missed.
fn spans(value: &serde_json::Value, found: &mut Vec<Span>) {
    match value {
        serde_json::Value::Object(map) => {
            let number = |key: &str| map.get(key).and_then(serde_json::Value::as_u64).map(|n| n as usize);
            match (map.len(), number("start"), number("end")) {
                (2, Some(start), Some(end)) => found.push(Span { start, end }),
                _ => map.values().for_each(|v| spans(v, found)),
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|v| spans(v, found)),
        _ => {}
    }
}

fn check(reading: &Reading) {
    let text = &reading.report.text;
    let mut found = Vec::new();
    spans(&serde_json::to_value(reading).expect("a reading is JSON"), &mut found);
    for span in found {
        let cut = text.get(span.start..span.end);
        assert!(cut.is_some_and(|c| !c.is_empty()), "{span:?} cuts nothing from {text:?}");
    }
    for place in &reading.places {
        assert_eq!(place.name, place.span.cut(text));
    }
    for figure in &reading.figures {
        assert!(figure.span.contains(figure.number), "{figure:?}");
        let bounds = [figure.low, figure.best, figure.high].into_iter().flatten().collect::<Vec<_>>();
        assert!(bounds.windows(2).all(|w| w[0] <= w[1]), "{figure:?}");
    }
    let squeezed = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    for speaker in &reading.speakers {
        let stands = speaker.mentions.iter().any(|m| squeezed(m.span.cut(text)).contains(&speaker.name))
            || squeezed(text).contains(&speaker.name);
        assert!(stands, "{} does not stand in the text", speaker.name);
    }
    for statement in &reading.statements {
        assert!(statement.speaker.is_none_or(|p| p.index() < reading.speakers.len()));
        assert!(statement.figures.iter().all(|f| f.index() < reading.figures.len()));
        assert!(statement.parent.is_none_or(|s| s.index() < reading.statements.len()));
        assert!(!statement.content.is_empty());
    }
}

/// Sentences of typical reports, and input that breaks readers.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("At least 40 people were killed, the ministry said on Monday. ".to_owned()),
        Just("\"We saw it,\" Ana Diaz told the Harbour Times, citing the agency. ".to_owned()),
        Just("According to a lawmaker, the agency said that officers had complained. ".to_owned()),
        Just("The company did not respond to a request for comment. ".to_owned()),
        Just("It will send 3,000 more soldiers by March. ".to_owned()),
        Just("“Öl ist da”, sagte er — 1.5 million.\n\n".to_owned()),
        Just("Correction: an earlier version said 75 were dead.\n".to_owned()),
        Just("\u{200f}\u{200b}\u{fffd}é ".to_owned()),
        "[\\PC\n]{0,40}",
        "[0-9.,]{1,12}( (million|per cent|dead))?",
        "[\"“”'‘’(),;:—-]{1,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_entry_says_what_the_text_says(parts in proptest::collection::vec(fragment(), 0..14)) {
        check(&sayso_read::read(&report(&parts.concat())));
    }
}

#[test]
fn hostile_texts_are_read_without_harm() {
    let nested = "\"“".repeat(10_000);
    let number = format!("They counted {} dead, he said.", "9".repeat(400));
    let brackets = "(".repeat(5_000);
    let one_word = "a".repeat(100_000);
    for text in ["", " ", "\n\n\n", ".", "Dam bursts", &nested, &number, &brackets, &one_word] {
        check(&sayso_read::read(&report(text)));
    }
    let reading = sayso_read::read(&report(&number));
    assert!(reading.figures.iter().all(|f| f.best.is_none()), "a number of 400 digits has no value");
}
