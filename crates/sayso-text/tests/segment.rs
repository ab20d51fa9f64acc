//! Where sentences and paragraphs end.
#![allow(missing_docs)]

use sayso_text::segment;

fn sentences(text: &str) -> Vec<&str> {
    let cut = segment(text);
    cut.sentences.iter().map(|s| cut.span(s).cut(text)).collect()
}

#[test]
fn abbreviations_do_not_end_sentences() {
    let text = "Maj. Gen. Ann Lee of the U.S. Army met Mr. Ito at 5 p.m. on Monday. They spoke for an hour.";
    assert_eq!(sentences(text).len(), 2, "{:?}", sentences(text));
}

#[test]
fn quotations_of_several_sentences() {
    let text =
        "\u{201c}The bridge is closed. Nobody was hurt,\u{201d} the mayor said. Work begins on Friday.";
    let found = sentences(text);
    assert_eq!(found.last().copied(), Some("Work begins on Friday."), "{found:?}");
    assert_eq!(found.first().copied(), Some("\u{201c}The bridge is closed."), "{found:?}");
}

#[test]
fn a_headline_is_a_sentence() {
    let text =
        "Storm closes northern harbour\n\nOSLO \u{2014} The harbour was closed on Sunday, officials said.";
    assert_eq!(sentences(text).first().copied(), Some("Storm closes northern harbour"));
    assert_eq!(segment(text).paragraphs.len(), 2);
}

#[test]
fn lines_wrapped_by_hand_are_joined() {
    let text = "The ferry company said on Tuesday that it would cancel all its\nmorning crossings because of the wind, and that passengers could\nask for their money back. The service resumes on Thursday.\n";
    assert_eq!(sentences(text).len(), 2, "{:?}", sentences(text));
}

#[test]
fn long_lines_are_paragraphs() {
    let line = "The council met in the old town hall on Wednesday evening to speak about the new road along the river and its price.";
    let text = format!("{line}\n{line}\n{line}");
    assert_eq!(segment(&text).paragraphs.len(), 3);
}

#[test]
fn a_text_without_any_full_stop_is_cut() {
    let text = "The army said five men died ".repeat(500);
    let cut = segment(&text);
    assert!(cut.sentences.iter().all(|s| s.len() <= sayso_text::LONGEST_SENTENCE as usize));
    assert_eq!(cut.sentences.iter().map(|s| s.len()).sum::<usize>(), cut.tokens.len());
}
