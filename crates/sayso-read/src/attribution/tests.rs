use proptest::prelude::*;
use sayso_model::{Attribution, Construction, Span, StatementKind};

use super::{Method, find, find_by};
use crate::{clock::processor_seconds, tree::Tree};

fn read(text: &str) -> Vec<Attribution> {
    find(&sayso_text::analyze(text), text)
}

fn cut(text: &str, spans: &[Span]) -> String {
    spans.iter().map(|s| s.cut(text)).collect::<Vec<_>>().join(" | ")
}

/// Source, cue and content of each attribution, one per line, nested ones indented.
fn show(text: &str) -> String {
    let found = read(text);
    let mut out = String::new();
    for a in &found {
        let nested = if a.parent.is_some() { "  " } else { "" };
        let line =
            format!("{nested}[{}] <{}> {}\n", cut(text, &a.source), cut(text, &a.cue), cut(text, &a.content));
        out.push_str(&line);
    }
    out
}

fn has(text: &str, source: &str, content: &str) {
    let found = read(text);
    let hit = found.iter().any(|a| cut(text, &a.source) == source && cut(text, &a.content).contains(content));
    assert!(hit, "{text}\n{}", show(text));
}

#[test]
fn shipped_weights_load() {
    let text = "The minister said that the bridge would open in May.";
    let document = sayso_text::analyze(text);
    assert!(!find_by(&document, text, Method::Learned).is_empty());
}

#[test]
fn ordinary_sentences() {
    has(
        "The harbour master said on Monday that two ferries had collided in the fog.",
        "The harbour master",
        "two ferries had collided",
    );
    has(
        "Two ferries collided in the fog, the harbour master said.",
        "the harbour master",
        "Two ferries collided in the fog",
    );
    has("According to the coast guard, nobody was hurt.", "the coast guard", "nobody was hurt");
    has("Nobody was hurt, according to the coast guard.", "the coast guard", "Nobody was hurt");
    has(
        "The mayor told reporters that the tunnel would stay closed until spring.",
        "The mayor",
        "the tunnel would stay closed",
    );
    has("“The tunnel is safe,” said Olaf Brandt.", "Olaf Brandt", "The tunnel is safe");
    has("“The tunnel is safe,” she said. “It will open in May.”", "she", "It will open in May");
}

#[test]
fn marks_of_other_habits() {
    let one = |text: &str, source: &str, content: &str, kind: StatementKind| {
        let hit = read(text)
            .into_iter()
            .any(|a| cut(text, &a.source) == source && cut(text, &a.content) == content && a.kind == kind);
        assert!(hit, "{text}\n{}", show(text));
    };
    one(
        "‘The miners’ families have waited for six days,’ said Ada Brook, the priest.",
        "Ada Brook, the priest",
        "‘The miners’ families have waited for six days,’",
        StatementKind::Direct,
    );
}

#[test]
fn contents_are_whole_at_their_ends() {
    has(
        "A 16-year-old boy was killed in Nablus on Tuesday, the ministry said.",
        "the ministry",
        "A 16-year-old boy was killed in Nablus on Tuesday",
    );
    has(
        "A man hurt in the fire has died, police said on Thursday, taking the death toll to four.",
        "police",
        "taking the death toll to four",
    );
    has(
        "A man has died of burns, police said on Thursday, bringing the number of dead to six.",
        "police",
        "bringing the number of dead to six",
    );
    has(
        "A sailor has died, the navy said on Friday, which brings the toll to five.",
        "the navy",
        "brings the toll to five",
    );
}

#[test]
fn a_quotation_of_several_paragraphs_is_of_the_speaker_named_last() {
    let text = "“We waited for hours. It was cold.\n\n“Nobody came,” said Per Lund, a passenger.";
    has(text, "Per Lund, a passenger", "We waited for hours");
}

#[test]
fn quotation_marks_that_point_inwards() {
    for text in ["»The dam is safe,« said engineer Karl Voss.", "»The dam is safe», engineer Karl Voss said."]
    {
        let found = read(text);
        let direct = found.iter().find(|a| a.kind == StatementKind::Direct);
        let said = direct.map(|a| cut(text, &a.content));
        assert!(said.is_some_and(|s| s.contains("The dam is safe")), "{text}: {found:?}");
    }
}

#[test]
fn quotations_that_go_on() {
    let one = |text: &str, source: &str, content: &str| {
        let found = read(text);
        let hit = found.iter().any(|a| cut(text, &a.source) == source && cut(text, &a.content) == content);
        assert!(hit, "{text}\n{}", show(text));
    };
    // around an insertion
    one(
        "“The boats are late,” Brandt said, referring to the new line, “and nobody tells us why.”",
        "Brandt",
        "“The boats are late,” | “and nobody tells us why.”",
    );
    // but not past another reporting verb
    one(
        "“We cannot pay for this,” Larsen said, adding later, “The port costs us a fortune.”",
        "Larsen",
        "“We cannot pay for this,”",
    );
    // what follows a whole quotation is not said
    one("She repeatedly says, “Don't you do it,” until the lights go out.", "She", "“Don't you do it,”");
    // in the next paragraph
    one(
        "“The lock is old,” Berg said of the harbour.\n\n“The pumps are older. We asked for new ones twice.”",
        "Berg",
        "“The lock is old,” | “The pumps are older. We asked for new ones twice.”",
    );
}

#[test]
fn names_under_quotations() {
    let said = "The harbour was dark all night. Nobody came to help us.";
    // the name may follow without a space, and the first mark may be the wrong one
    has(&format!("“{said}”― Pamela Varga"), "Pamela Varga", said);
    has(&format!("”{said}” ― Pamela Varga"), "Pamela Varga", said);
}

#[test]
fn two_single_marks_quote() {
    let text = "''The lock is old,'' Berg said. ''We asked for new pumps twice.''";
    let found = read(text);
    let said = found.iter().find(|a| cut(text, &a.source) == "Berg").map(|a| cut(text, &a.content));
    assert_eq!(
        said.as_deref(),
        Some("''The lock is old,'' | ''We asked for new pumps twice.''"),
        "{}",
        show(text)
    );
}

#[test]
fn a_dateline_with_a_colon_says_nothing() {
    for text in [
        "Blast at chemical plant\n\nSURAT: Six workers died and over 20 others fell ill on Tuesday.",
        "Bus catches fire\n\nNOORABAD: A bus caught fire late on Wednesday and 18 of them were burnt.",
        "Search given up\n\nPort Moresby: Relief workers have given up the search for 160 villagers.",
    ] {
        let found = read(text);
        assert!(found.iter().all(|a| a.construction != Construction::Colon), "{text}: {found:?}");
    }
    let text = "Rain all week\n\nParis: \"We are ready for the flood,\" the city wrote.";
    assert!(!read(text).is_empty());
}

#[test]
fn a_turn_of_a_transcript_continues() {
    let text = "A talk about the harbour.\n\n\"LARSEN: The pumps are old. We asked for new ones.\n\n\"But nobody came.\"";
    let found = read(text);
    let turn = found.iter().find(|a| cut(text, &a.source) == "LARSEN").map(|a| cut(text, &a.content));
    assert!(turn.is_some_and(|c| c.contains("The pumps") && c.contains("But nobody came")), "{}", show(text));
}

#[test]
fn a_source_keeps_its_brackets() {
    has(
        "Ivy Larsen (D-Port News) said the bridge was closed.",
        "Ivy Larsen (D-Port News)",
        "the bridge was closed",
    );
}

#[test]
fn forms_without_a_verb() {
    has(
        "Rain all week, but no floods so far.\n\nBRANDT: We opened both gates before dawn.",
        "BRANDT",
        "We opened both gates",
    );
}

#[test]
fn nobody_is_named() {
    let text = "The suspect reportedly fled across the border.";
    let found = read(text);
    assert!(found.iter().all(|a| a.source.is_empty()), "{}", show(text));
}

#[test]
fn citing_names_who_is_cited() {
    let text = "The paper reported that four boats were missing, citing the coast guard.";
    let cited = read(text).into_iter().find(|a| a.construction == Construction::Citing);
    assert_eq!(cited.map(|a| cut(text, &a.source)).as_deref(), Some("the coast guard"), "{}", show(text));
}

#[test]
fn nested_attributions_have_a_parent() {
    let text = "The agency told lawmakers that the army had complained that its drones were useless.";
    let found = read(text);
    let inner = found.iter().find(|a| cut(text, &a.cue).contains("complained"));
    assert!(inner.is_some_and(|a| a.parent.is_some()), "{}", show(text));
}

#[test]
fn words_that_only_pass_it_on_are_not_a_source() {
    let text = format!("The river rose by two metres, {}the agency.", "according to ".repeat(40));
    assert!(read(&text).len() <= 1, "{}", show(&text));
}

#[test]
fn attributions_are_nested_a_few_deep() {
    let text = format!("The river rose by two metres{}.", ", according to the agency".repeat(40));
    let found = read(&text);
    let around = |a: &Attribution| {
        std::iter::successors(a.parent, |p| found.get(*p).and_then(|a| a.parent)).take(20).count()
    };
    assert!(!found.is_empty() && found.iter().all(|a| around(a) <= 4), "{}", show(&text));
}

#[test]
fn kinds_follow_the_quotation_marks() {
    let text = "“We saw nothing of the kind,” the pilot said.";
    assert_eq!(read(text).first().map(|a| a.kind), Some(StatementKind::Direct), "{}", show(text));
    let text = "The pilot said that they saw nothing.";
    assert_eq!(read(text).first().map(|a| a.kind), Some(StatementKind::Indirect), "{}", show(text));
}

#[test]
fn text_without_attribution_gives_none() {
    for text in ["", " \n\n ", "The bridge is 90 metres long.", "Dinner is served at eight in the blue room."]
    {
        assert!(read(text).is_empty(), "{}", show(text));
    }
}

#[test]
fn one_sentence_has_a_bounded_number_of_attributions() {
    let text = format!("Nobody knew.\n\nIt rained{}.", ", according to the army".repeat(600));
    let document = sayso_text::analyze(&text);
    let (found, crowded) = super::find_in(&Tree::new(&document, &text), super::Method::Both);
    assert!(found.len() <= super::MOST_IN_SENTENCE * document.sentences.len(), "{}", found.len());
    assert!(!crowded.is_empty() && crowded.iter().all(|s| s.end <= text.len()), "{crowded:?}");
    let prose = "The mayor said the army told him that, according to the pilot, the rebels had denied it.";
    let document = sayso_text::analyze(prose);
    assert!(super::find_in(&Tree::new(&document, prose), super::Method::Both).1.is_empty());
}

/// Checks that every span is within the text on character boundaries and every parent is another entry.
fn sound(text: &str) {
    let found = read(text);
    for (i, a) in found.iter().enumerate() {
        for span in a.source.iter().chain(&a.cue).chain(&a.content) {
            assert!(text.get(span.start..span.end).is_some_and(|t| !t.is_empty()), "{span:?}");
        }
        assert!(!a.content.is_empty());
        assert!(a.parent.is_none_or(|p| p != i && p < found.len()));
        let mut at = a.parent;
        for _ in 0..found.len() {
            at = at.and_then(|p| found.get(p)).and_then(|p| p.parent);
        }
        assert!(at.is_none(), "parents in a ring");
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    let began = processor_seconds();
    sound(&"“".repeat(10_000));
    sound(&"\"a ".repeat(10_000));
    sound(&format!("{}said{}", "“x ".repeat(5_000), " y”".repeat(5_000)));
    sound(&"he said ".repeat(5_000));
    sound(&"A: “b,” said C, citing D, according to E. ".repeat(500));
    let took = processor_seconds() - began;
    assert!(took < 120.0, "{took} s");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn spans_are_sound_in_any_text(text in "\\PC{0,200}") {
        sound(&text);
    }

    #[test]
    fn spans_are_sound_in_news_like_text(words in proptest::collection::vec(
        prop::sample::select(vec![
            "said", "told", "according", "to", "that", "Ivy", "Larsen", "the", "army", "“", "”", "\"", "'", ",", ".", ":", "—",
            "\n\n", "reportedly", "citing", "hopes", "complained", "é", "🚢", "\u{200f}", "they", "would", "leave", "2,000", "claim",
        ]),
        0..120,
    )) {
        sound(&words.join(" "));
    }
}
