//! Revisions: a body that lowers its own count of the dead ("46, revised down from 48").
//!
//! A count that rises is news. But the dead do not become fewer, so a lower count retracts the higher one.

use sayso_model::{Category, Correction, Figure, Span, Upos};

use crate::tree::Tree;
use crate::words::{self, Set};

/// Words before a number within which its verb stands.
const REACH: u32 = 8;
/// Figures before one among which its replacement is.
const NEAR: usize = 8;

/// The revisions of a report outside of notices; marks the figures taken back.
pub(super) fn find(tree: &Tree<'_>, figures: &mut [Figure], notices: &[Span]) -> Vec<Correction> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < figures.len() {
        let sentence = tree.sentence_at(figures[at].number.start);
        let end = figures[at..]
            .iter()
            .position(|f| tree.sentence_at(f.number.start) != sentence)
            .map_or(figures.len(), |n| at + n);
        let here = &mut figures[at..end];
        at = end;
        let Some(sentence) = tree.document.sentences.get(sentence) else { continue };
        if notices.iter().any(|n| n.contains(sentence.span)) {
            continue;
        }
        let revises = |t: u32| words::is(Set::Revised, tree.lemma(t)) || is_brought_down(tree, t);
        let told = sentence.tokens.clone().any(revises);
        let revised = told.then(|| lowered(tree, here)).flatten().or_else(|| now_fewer(tree, here));
        let Some((old, new)) = revised else { continue };
        here[old].retracted = true;
        found.push(Correction {
            span: sentence.span,
            retracted: vec![here[old].id],
            corrected_to: vec![here[new].id],
            of: here[new].origin.clone(),
            published: None,
        });
    }
    found
}

/// "That brought the county's toll down to five from seven", but not "deaths came down to five from seven a month".
fn is_brought_down(tree: &Tree<'_>, down: u32) -> bool {
    let near = down.saturating_sub(REACH)..down;
    let count = |t: u32| words::is(Set::CountNouns, tree.lemma(t));
    let brings = |t: u32| matches!(tree.lemma(t), "bring" | "take");
    tree.form(down) == "down"
        && matches!(tree.form(down + 1), "to" | "from")
        && near.clone().any(count)
        && near.into_iter().any(brings)
}

/// Counts of the dead that the sentence behind a lower one says were given before: "The office said 25 people had died. It had
/// earlier reported 26."
pub(super) fn given_before(tree: &Tree<'_>, figures: &mut [Figure]) -> Vec<Correction> {
    let mut found = Vec::new();
    for at in 1..figures.len() {
        let old = &figures[at];
        let of_now = old.period.is_none() && old.as_of.is_none() && old.part_of.is_none();
        if old.retracted
            || old.category != Category::KILLED
            || !of_now
            || !had_been_said(tree, old.number.start)
        {
            continue;
        }
        let (sentence, first) = (tree.sentence_at(old.number.start), at.saturating_sub(NEAR));
        let fewer = |new: &Figure| {
            let behind = sentence.checked_sub(tree.sentence_at(new.number.start)) == Some(1);
            let paragraph = |f: &Figure| tree.paragraph_at(f.number.start);
            behind
                && paragraph(new) == paragraph(old)
                && new.category == old.category
                && new.part_of.is_none()
                && new.best.zip(old.best).is_some_and(|(new, old)| new < old)
                && new.origin.is_some()
                && (new.origin_speaker == old.origin_speaker || old.origin_speaker.is_none())
        };
        let Some(new) = figures[first..at].iter().position(fewer).map(|n| first + n) else { continue };
        let Some(span) = tree.document.sentences.get(sentence).map(|s| s.span) else { continue };
        found.push(Correction {
            span,
            retracted: vec![old.id],
            corrected_to: vec![figures[new].id],
            of: figures[new].origin.clone(),
            published: None,
        });
        figures[at].retracted = true;
    }
    found
}

/// The figure after "from" that is higher than another of its kind in the sentence, and that other one: their places.
fn lowered(tree: &Tree<'_>, figures: &[Figure]) -> Option<(usize, usize)> {
    let counts = [Category::KILLED, Category::KILLED_OR_INJURED];
    let old = figures
        .iter()
        .position(|f| counts.contains(&f.category) && word_before(tree, f.number.start) == "from")?;
    let new = figures.iter().position(|f| {
        f.category == figures[old].category
            && f.best.zip(figures[old].best).is_some_and(|(new, old)| new < old)
            && (f.origin_speaker == figures[old].origin_speaker || figures[old].origin_speaker.is_none())
    })?;
    Some((old, new))
}

/// "The brigade, which had spoken of nine dead, now says seven", "at first said nine people had died but now says seven".
fn now_fewer(tree: &Tree<'_>, figures: &[Figure]) -> Option<(usize, usize)> {
    figures.iter().enumerate().find_map(|(i, old)| {
        let dead = old.category == Category::KILLED && said_before(tree, old.number.start);
        let new = figures.iter().skip(i + 1).position(|new| {
            new.category == old.category
                && new.best.zip(old.best).is_some_and(|(new, old)| new < old)
                && (old.origin_speaker == new.origin_speaker || old.origin_speaker.is_none())
                && says_now(tree, old.number.end, new.number.start)
        });
        new.filter(|_| dead).map(|n| (i, i + 1 + n))
    })
}

/// "It had earlier reported 26", "earlier said 26": true where nothing but "had" and words for an earlier time stand before the verb
/// of saying that governs a number, unlike in "said a strike in March had killed 26".
fn had_been_said(tree: &Tree<'_>, offset: usize) -> bool {
    let Some(sentence) = tree.document.sentences.get(tree.sentence_at(offset)) else { return false };
    let number = tree.document.tokens_in(Span::new(offset, offset)).start;
    let clause = sentence.tokens.start.max(number.saturating_sub(REACH))..number;
    let is_verb = |t: &u32| tree.token(*t).is_some_and(|t| matches!(t.upos, Upos::Verb | Upos::Aux));
    let Some(verb) = clause.clone().rev().find(is_verb).filter(|&v| is_saying(tree, v)) else { return false };
    let Some(before) = verb.checked_sub(1).filter(|b| clause.contains(b)) else { return false };
    let earlier = words::is(Set::Earlier, &tree.form(before).to_lowercase()) && tree.form(before) != "before";
    tree.form(before) == "had" || earlier && tree.token(before).is_some_and(|t| t.upos == Upos::Adv)
}

/// True where the words before a number say that it was given before: "had spoken of nine", "at first said nine".
fn said_before(tree: &Tree<'_>, offset: usize) -> bool {
    let Some(sentence) = tree.document.sentences.get(tree.sentence_at(offset)) else { return false };
    let number = tree.document.tokens_in(Span::new(offset, offset)).start;
    let clause = (sentence.tokens.start.max(number.saturating_sub(REACH))..number)
        .rev()
        .take_while(|&t| !matches!(tree.form(t), "," | ";"));
    let clause: Vec<u32> = clause.collect();
    let says = clause.iter().any(|&t| is_saying(tree, t));
    let before = |t: &u32| tree.form(*t) == "had" || words::is(Set::Earlier, &tree.form(*t).to_lowercase());
    says && clause.iter().any(before)
}

/// True where "now" and a verb of saying lead from one number to another, and nothing else does.
fn says_now(tree: &Tree<'_>, from: usize, to: usize) -> bool {
    let between = tree.document.tokens_in(Span::new(from, to));
    let now = between.clone().find(|&t| tree.form(t) == "now" && is_saying(tree, t + 1));
    now.is_some_and(|now| between.end - now <= REACH)
}

fn is_saying(tree: &Tree<'_>, verb: u32) -> bool {
    words::is(Set::Vouching, tree.lemma(verb)) || tree.lemma(verb) == "say"
}

/// The word before an offset, in small letters.
fn word_before(tree: &Tree<'_>, offset: usize) -> String {
    let before = tree.text.get(..offset).unwrap_or_default().trim_end();
    before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase()
}
