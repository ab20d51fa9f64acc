//! Properties of every document.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use proptest::prelude::*;
use sayso_text::{analyze, analyze_with_states};

fn check(text: &str) {
    let d = analyze(text);
    let mut end = 0;
    for t in &d.tokens {
        assert!(t.span.start >= end && !t.span.is_empty() && !t.span.cut(text).is_empty());
        end = t.span.end;
    }
    let mut next = 0;
    for s in &d.sentences {
        assert_eq!(s.tokens.start, next);
        assert!(s.tokens.end > s.tokens.start);
        next = s.tokens.end;
        let roots = s.tokens.clone().filter(|t| d.tokens[*t as usize].head.is_none()).count();
        assert_eq!(roots, 1);
        for t in s.tokens.clone() {
            let (mut at, mut steps) = (t, 0);
            while let Some(h) = d.tokens[at as usize].head {
                assert!(s.tokens.contains(&h));
                at = h;
                steps += 1;
                assert!(steps <= s.tokens.len());
            }
        }
        assert!(d.paragraphs[s.paragraph as usize].contains(s.span));
    }
    assert_eq!(next as usize, d.tokens.len());
    for e in &d.entities {
        assert!(e.tokens.start < e.tokens.end && (e.tokens.end as usize) <= d.tokens.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn any_text(text in "\\PC{0,300}") { check(&text) }
    #[test]
    fn marks_and_words(text in "([a-zA-Z'\u{2019}\"().,:;!?$%&/-]{1,9}|[0-9.,:-]{1,6}|\n|\r\n|\n\n|\u{200b}|\u{202e}|\u{feff}| ){0,80}") { check(&text) }
}

#[test]
fn odd_texts() {
    for text in [
        "",
        " ",
        "\n\n",
        "\u{feff}",
        "a",
        "\u{200f}\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{5e2}\u{5d5}\u{5dc}\u{5dd}.",
        "\0\0",
        "''''",
        "\u{1f469}\u{200d}\u{1f680}!",
    ] {
        check(text);
    }
    check(&"(".repeat(20_000));
    check(&"a".repeat(200_000));
    check(&"word ".repeat(2_000));
    check(&"\"".repeat(10_000));
    check(&"1".repeat(400));
}

#[test]
fn states_belong_to_tokens() {
    let a = analyze_with_states("The harbour reopened on Monday. Ships waited.");
    assert_eq!(a.states.len(), a.width * a.document.tokens.len());
    assert_eq!(a.state(0).len(), a.width);
    assert!(a.state(1_000).is_empty());
}

#[test]
fn a_plain_sentence() {
    let text = "Mayor Ann Lee told reporters in Oslo on Friday that 12 boats were lost.";
    let d = analyze(text);
    let told = d.tokens.iter().find(|t| t.span.cut(text) == "told").expect("a verb");
    assert_eq!((told.lemma.as_str(), told.xpos, told.head), ("tell", "VBD", None));
    assert!(d.entities.iter().any(|e| e.span.cut(text).ends_with("Lee")));
    assert!(d.entities.iter().any(|e| e.span.cut(text) == "Oslo"));
}
