//! Sentences that continue what the sentence before attributes, without a cue of their own: "Police said two people had died.
//! Three others were hurt."
//!
//! An attribution is carried over only for a figure, and only if its own words say so: it adds to the one before ("another",
//! "more", "of them"), it omits what it counts ("Forty are in hospital"), or its clause keeps the shifted tense of reported
//! speech ("had been found"). The attribution then has the source and cue of the sentence before as its evidence and is marked
//! [`Construction::Carried`]. Everything else is the outlet's own voice.

use sayso_model::{Attribution, Category, Construction, Figure, Granularity, Span, TimeExpression, Upos};

use super::says;
use crate::{
    by_sentence::BySentence,
    lexicon,
    tree::{Tree, base},
    words::{self, Set},
};

/// Categories of events that happen to people: only their counts are carried over.
const TOLLS: [Category; 11] = [
    Category::KILLED,
    Category::INJURED,
    Category::KILLED_OR_INJURED,
    Category::CASUALTIES,
    Category::MISSING,
    Category::CAPTURED,
    Category::DISPLACED,
    Category::EVACUATED,
    Category::RESCUED,
    Category::INFECTED,
    Category(std::borrow::Cow::Borrowed("trapped")),
];

/// Maximum number of attributions between one and the one that it continues.
const ANTECEDENTS: usize = 64;

/// Attributions for figures in sentences that continue the one before.
pub(crate) fn find(
    tree: &Tree<'_>,
    attributions: &[Attribution],
    figures: &[Figure],
    times: &[TimeExpression],
) -> Vec<Attribution> {
    let contents = BySentence::new(tree, attributions.iter().map(|a| a.content.as_slice()));
    let cues = BySentence::new(tree, attributions.iter().map(|a| a.cue.as_slice()));
    let mut found: Vec<Attribution> = Vec::new();
    for figure in figures.iter().filter(|f| TOLLS.contains(&f.category)) {
        let here = tree.sentence_at(figure.number.start);
        let (Some(sentence), Some(before)) = (
            tree.document.sentences.get(here),
            here.checked_sub(1).and_then(|b| tree.document.sentences.get(b)),
        ) else {
            continue;
        };
        let Some(whole_sentence) = tree.span(sentence.tokens.clone()) else { continue };
        let touched = contents.at(tree, sentence.span.start).chain(cues.at(tree, sentence.span.start)).next();
        // A sentence with a reporting verb has its own source, found or not.
        let speaks = sentence
            .tokens
            .clone()
            .any(|t| tree.token(t).is_some_and(|x| matches!(x.xpos, "VBD" | "VBZ" | "VBP")) && says(tree, t));
        if speaks || touched.is_some() || found.last().is_some_and(|f| f.content == [whole_sentence]) {
            continue;
        }
        if !(adds(tree, figure, sentence.tokens.start) && !is_done_by_others(tree, figure)
            || stands_alone(tree, figure)
            || keeps_the_tense(tree, figure, times))
        {
            continue;
        }
        let own = |a: &&Attribution| {
            !a.source.is_empty()
                && a.cue.iter().all(|c| before.span.contains(*c))
                && a.content.iter().all(|c| before.span.contains(*c))
        };
        let holds = |a: &Attribution| {
            figures
                .iter()
                .any(|f| TOLLS.contains(&f.category) && a.content.iter().any(|c| c.contains(f.number)))
        };
        // The outermost attribution of the sentence before that contains a count, or the one that it continues itself.
        let whole = cues
            .at(tree, before.span.start)
            .filter_map(|i| attributions.get(i))
            .filter(own)
            .filter(|a| sentence.paragraph == before.paragraph || holds(a))
            .max_by_key(|a| (holds(a), size(a)))
            .map(|whole| inner_twin(tree, attributions, &cues, whole, before.span));
        let carried = found.last().filter(|f| f.content.iter().all(|c| before.span.contains(*c)));
        let Some(antecedent) = whole.or(carried) else { continue };
        // Two paragraphs belong together if each is one sentence, as in bulletins.
        let paragraph =
            |at: Option<usize>| at.and_then(|a| tree.document.sentences.get(a)).map(|s| s.paragraph);
        let bulletin = paragraph(here.checked_sub(2)) != Some(before.paragraph)
            && paragraph(Some(here + 1)) != Some(sentence.paragraph);
        if sentence.paragraph != before.paragraph && !bulletin {
            continue;
        }
        found.push(Attribution {
            content: vec![whole_sentence],
            construction: Construction::Carried,
            parent: None,
            ..antecedent.clone()
        });
    }
    found
}

fn size(attribution: &Attribution) -> usize {
    attribution.content.iter().map(|c| c.len()).sum()
}

/// For "..., the ministry said, according to X" the ministry's: what is carried over has both as sources, and the chain leads
/// from the inner to the outer one.
fn inner_twin<'a>(
    tree: &Tree<'_>,
    attributions: &'a [Attribution],
    cues: &BySentence,
    whole: &'a Attribution,
    sentence: Span,
) -> &'a Attribution {
    let says = |a: &Attribution| a.construction == Construction::Verb && !a.source.is_empty();
    let inner = |a: &&Attribution| {
        says(a)
            && size(a) < size(whole)
            && size(a) * 10 >= size(whole) * 6
            && a.content.iter().all(|c| whole.content.iter().any(|w| w.contains(*c)))
            && a.cue.iter().all(|c| whole.content.iter().any(|w| w.contains(*c)))
            && a.content.iter().all(|c| sentence.contains(*c))
            && a.cue
                .iter()
                .any(|c| lexicon::cue_class(tree.lemma(tree.document.tokens_in(*c).start)) == Some("say"))
    };
    let near = cues.at(tree, sentence.start).filter_map(|i| attributions.get(i));
    near.filter(inner).min_by_key(|a| size(a)).unwrap_or(whole)
}

/// True if a figure adds to another: "another 20", "three more", "12 others", "of them, 14".
pub(crate) fn adds(tree: &Tree<'_>, figure: &Figure, from: u32) -> bool {
    let tokens = tree.document.tokens_in(figure.span.cover(figure.number));
    let near = tokens.start.saturating_sub(4).max(from)..tokens.end + 1;
    let word = |t: u32| {
        words::is(Set::Adding, &tree.form(t).to_lowercase())
            // "more than 40" is a comparison and adds nothing.
            && !matches!(tree.form(t + 1), "than")
    };
    let of_them = near.clone().any(|t| {
        matches!(tree.form(t).to_lowercase().as_str(), "of" | "among")
            && (matches!(tree.form(t + 1).to_lowercase().as_str(), "them" | "these" | "those" | "whom")
                || tree.form(t + 1) == "the" && words::is(Set::CountedBefore, tree.form(t + 2)))
    });
    near.into_iter().any(word) || of_them
}

/// "Divers recovered four more bodies": what somebody else does is in the outlet's own voice.
fn is_done_by_others(tree: &Tree<'_>, figure: &Figure) -> bool {
    let Some(head) = tree.head_of(figure.counted.unwrap_or(figure.number)) else { return false };
    let Some(verb) = tree.head(head).filter(|_| base(tree.relation(head)) == "obj") else { return false };
    tree.is_finite(verb)
        && tree
            .child(verb, &["nsubj"])
            .and_then(|s| tree.token(s))
            .is_some_and(|s| matches!(s.upos, Upos::Noun | Upos::Propn))
}

/// True for a number without a noun: "Forty are in hospital".
fn stands_alone(tree: &Tree<'_>, figure: &Figure) -> bool {
    let first = tree.document.tokens_in(figure.number).start;
    let next = tree.document.tokens_in(figure.number).end.max(first + 1);
    let starts = tree.sentence(first).is_some_and(|s| first < s.tokens.start + 3);
    figure.counted.is_none()
        && starts
        && tree.token(next).is_some_and(|t| matches!(t.upos, Upos::Aux | Upos::Verb))
}

/// True if the clause of a figure is in the past perfect, which reported speech shifts to, and has no other time.
fn keeps_the_tense(tree: &Tree<'_>, figure: &Figure, times: &[TimeExpression]) -> bool {
    let first = tree.document.tokens_in(figure.number).start;
    let Some(sentence) = tree.sentence(first) else { return false };
    let from = times.partition_point(|t| t.span.start < sentence.span.start);
    let elsewhen = times
        .get(from..)
        .unwrap_or(&[])
        .iter()
        .take_while(|t| t.span.start < sentence.span.end)
        .any(|t| matches!(t.granularity, Granularity::Year | Granularity::Longer));
    let had = sentence
        .tokens
        .clone()
        .find(|&t| tree.lemma(t) == "have" && tree.form(t).eq_ignore_ascii_case("had"));
    !elsewhen
        && had.is_some_and(|h| {
            h > first
                && h - first < 8
                && (h + 1..h + 4).any(|t| tree.token(t).is_some_and(|x| x.xpos == "VBN"))
        })
}

/// Pairs of statements, by their contents, if the second adds a count to the first in the same or the next sentence.
pub(crate) fn additions(tree: &Tree<'_>, contents: &[&[Span]], figures: &[Figure]) -> Vec<(usize, usize)> {
    let near = BySentence::new(tree, contents.iter().copied());
    let holder = |figure: &Figure| {
        near.at(tree, figure.number.start)
            .filter(|&i| contents.get(i).is_some_and(|c| c.iter().any(|s| s.contains(figure.number))))
            .min_by_key(|&i| contents.get(i).map_or(0, |c| c.iter().map(|s| s.len()).sum::<usize>()))
    };
    let mut found = Vec::new();
    for pair in figures.windows(2) {
        let [first, second] = pair else { continue };
        let (Some(a), Some(b)) = (holder(first), holder(second)) else { continue };
        let start = tree.document.tokens_in(second.number).start;
        let from = tree.sentence(start).map_or(start, |s| s.tokens.start);
        let next = tree.sentence_at(second.number.start) - tree.sentence_at(first.number.start) <= 1;
        if a != b
            && next
            && TOLLS.contains(&second.category)
            && adds(tree, second, from)
            && !supposes(tree, from, start)
        {
            found.push((a, b));
        }
    }
    found
}

/// True for a figure after "if": whoever supposes something does the sum.
fn supposes(tree: &Tree<'_>, from: u32, number: u32) -> bool {
    (from..number)
        .any(|t| matches!(tree.form(t).to_lowercase().as_str(), "if" | "unless" | "should" | "assuming"))
}

/// For each attribution, the one that it continues.
pub(crate) fn antecedents(attributions: &[Attribution]) -> Vec<Option<usize>> {
    attributions
        .iter()
        .enumerate()
        .map(|(index, a)| {
            let from = index.saturating_sub(ANTECEDENTS);
            let same = |b: &Attribution| {
                b.construction != Construction::Carried && b.cue == a.cue && b.source == a.source
            };
            (a.construction == Construction::Carried)
                .then(|| (from..index).rev().find(|&b| same(&attributions[b])))
                .flatten()
        })
        .collect()
}
