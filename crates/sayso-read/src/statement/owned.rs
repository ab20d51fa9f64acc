//! Figures that name their source themselves: "the army's count of 22", "by the Red Cross's tally, 19", "the 31 that the ministry
//! reported", "25 deaths confirmed by the office", "the rebels' claim that 90 had died".

use sayso_model::{Attribution, Construction, EntityKind, Figure, Span, StatementKind, Upos};

use crate::{
    lexicon::{self, RoleClass},
    tree::Tree,
    words::{self, Set},
};

/// Number of words examined around a figure.
const NEAR: usize = 14;
/// Maximum number of words between a figure and the owner of the count behind it.
const FAR: u32 = 28;

/// The attribution shown by a figure's own words.
pub(crate) fn of(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let first = tree.document.tokens_in(figure.number).start;
    let end = tree.document.tokens_in(figure.span.cover(figure.number)).end.max(first + 1);
    possessed(tree, figure, first)
        .or_else(|| possessed_behind(tree, figure, end))
        .or_else(|| passive(tree, figure, end))
        .or_else(|| relative(tree, figure, first))
        .or_else(|| claimed(tree, figure, first))
        .or_else(|| that_of(tree, figure, first))
}

/// "It is twice that of the ministry, which stood at 11": the owner of a count.
fn that_of(tree: &Tree<'_>, figure: &Figure, first: u32) -> Option<Attribution> {
    let sentence = tree.sentence(first)?;
    let from = sentence.tokens.start;
    let which = (from..first).rev().take(6).find(|&t| tree.form(t) == "which")?;
    let verb = which + 1 + u32::from(tree.lemma(which + 1) == "have");
    if !words::is(Set::Standing, tree.lemma(verb)) {
        return None;
    }
    let comma = which.checked_sub(1).filter(|&c| tree.form(c) == ",")?;
    let of = (from + 1..comma).rev().take(8).find(|&t| tree.form(t) == "of")?;
    let count = tree.form(of - 1) == "that" || words::is(Set::OwnedCounts, tree.lemma(of - 1));
    // In "the list of people missing, which stood at 62", the people are not those who count.
    let is_definite =
        tree.token(of + 1).is_some_and(|t| matches!(t.upos, Upos::Det | Upos::Propn | Upos::Pron));
    let source = tree.span(of + 1..comma).filter(|s| count && is_definite && is_speaker(tree, *s, true))?;
    attribution(figure.span.cover(figure.number), source, of - 1..of, tree)
}

/// "X's count of 22", "its toll stands at 15", "by X's count, 19 people".
fn possessed(tree: &Tree<'_>, figure: &Figure, first: u32) -> Option<Attribution> {
    let sentence = tree.sentence(first)?;
    for noun in (sentence.tokens.start..first).rev().take(NEAR) {
        let lemma = tree.lemma(noun);
        let total = words::is(Set::Totals, lemma);
        if !(total || words::is(Set::OwnedCounts, lemma))
            || tree.token(noun).is_none_or(|t| t.upos != Upos::Noun)
        {
            if is_break(tree, noun) {
                return None;
            }
            continue;
        }
        let source = possessor(tree, noun, sentence.tokens.start)
            .or_else(|| named_before(tree, noun).filter(|_| !total))?;
        let source = subject_for(tree, source, noun).unwrap_or(source);
        let tokens = tree.document.tokens_in(source);
        if !is_speaker(tree, source, !total) {
            return None;
        }
        // "by X's count, ..." precedes its clause; otherwise nothing separates the noun from its number.
        let by = tokens.start.checked_sub(1).is_some_and(|b| matches!(tree.lemma(b), "by" | "on" | "to"));
        let parted =
            (after_remark(tree, noun, first)..first).any(|t| matches!(tree.form(t), "," | ";" | "that"));
        return (by || !parted)
            .then(|| attribution(figure.span.cover(figure.number), source, noun..noun + 1, tree))
            .flatten();
    }
    None
}

/// Where a clause continues after an insertion about its subject: "The ministry's latest count, given on Friday, is 31".
fn after_remark(tree: &Tree<'_>, noun: u32, first: u32) -> u32 {
    let open = noun + 1;
    let close = (open + 1..first).find(|&t| tree.form(t) == ",");
    let goes_on = |c: &u32| {
        tree.lemma(c + 1) == "be" || tree.token(c + 1).is_some_and(|t| matches!(t.xpos, "VBD" | "VBZ"))
    };
    close.filter(|c| tree.form(open) == "," && goes_on(c)).map_or(open, |c| c + 1)
}

/// "About 220 have fled, by the mayor's count", "killed 34 by the official count".
fn possessed_behind(tree: &Tree<'_>, figure: &Figure, end: u32) -> Option<Attribution> {
    let sentence = tree.sentence(end.checked_sub(1)?)?;
    let after_comma = |t: u32| tree.form(t.saturating_sub(1)) == ",";
    let (by, noun) = (end..sentence.tokens.end.min(end + FAR))
        .filter(|&t| tree.form(t) == "by" || tree.form(t) == "on" && after_comma(t))
        .find_map(|by| {
            let mut near = (by + 1..sentence.tokens.end.min(by + 8)).take_while(|&t| tree.form(t) != ",");
            near.find(|&t| words::is(Set::OwnedCounts, tree.lemma(t))).map(|noun| (by, noun))
        })?;
    let source = possessor(tree, noun, by + 1)
        .filter(|s| is_speaker(tree, *s, true))
        .or_else(|| tree.span(by + 1..noun + 1).filter(|_| tree.lemma(noun - 1) == "official"))?;
    let content = tree.span(sentence.tokens.start..by - u32::from(after_comma(by)))?;
    content.contains(figure.number).then(|| attribution(content, source, noun..noun + 1, tree)).flatten()
}

/// True for a word that ends a clause as far as a count and its number are concerned.
fn is_break(tree: &Tree<'_>, token: u32) -> bool {
    matches!(tree.form(token), ";" | ":" | "\"" | "“" | "”" | "but" | "while")
        || tree.token(token).is_some_and(|t| {
            t.upos == Upos::Verb && t.xpos != "VBN" && !words::is(Set::CountVerbs, t.lemma.as_str())
        })
}

/// The possessor of a noun: the words before "'s", or a possessive pronoun.
fn possessor(tree: &Tree<'_>, noun: u32, from: u32) -> Option<Span> {
    let mut at = noun;
    while at > from {
        at -= 1;
        if tree.ends_possessor(at) {
            return tree.span(phrase_before(tree, at, from)..at);
        }
        // "the union, whose count stood at 109"
        if tree.form(at) == "whose" {
            let end = at - u32::from(at > from && tree.form(at - 1) == ",");
            return tree.span(phrase_before(tree, end, from)..end).filter(|s| !s.is_empty());
        }
        if words::is(Set::Their, &tree.form(at).to_lowercase()) {
            return tree.span(at..at + 1);
        }
        let within = tree.token(at).is_some_and(|t| matches!(t.upos, Upos::Adj | Upos::Noun | Upos::Num))
            || matches!(tree.form(at), "own" | "-");
        if !within || noun - at > 4 {
            return None;
        }
    }
    None
}

/// "A Harbour Watch tally of 40", "the UN estimate": the body whose name is right before the noun.
fn named_before(tree: &Tree<'_>, noun: u32) -> Option<Span> {
    let before = noun.checked_sub(1)?;
    let one = tree.form(noun) == tree.lemma(noun) && words::is(Set::AfterCount, tree.form(noun + 1));
    let body = tree.entity(before).filter(|_| one).filter(|e| e.kind == EntityKind::Organization)?;
    (body.tokens.end == noun && !tree.form(before).ends_with('s')).then_some(body.span)
}

/// The subject that a possessive pronoun refers to in its own clause: "The ministry has not changed its toll".
fn subject_for(tree: &Tree<'_>, pronoun: Span, noun: u32) -> Option<Span> {
    let tokens = tree.document.tokens_in(pronoun);
    if tokens.len() != 1 || tree.token(tokens.start).is_none_or(|t| t.upos != Upos::Pron) {
        return None;
    }
    let mut at = noun;
    for _ in 0..4 {
        at = tree.head(at)?;
        if tree.token(at).is_some_and(|t| t.upos == Upos::Verb) {
            break;
        }
    }
    let subject = tree.child(at, &["nsubj"]).filter(|&s| s < tokens.start)?;
    if tree.token(subject).is_none_or(|t| t.upos == Upos::Pron) {
        return None;
    }
    let reach = tree.subtree(subject);
    tree.span(reach.start..reach.end.min(at)).filter(|s| s.end <= pronoun.start)
}

/// The start of the noun phrase that ends before a token.
fn phrase_before(tree: &Tree<'_>, end: u32, from: u32) -> u32 {
    let part = |t: u32| {
        tree.token(t)
            .is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn | Upos::Adj | Upos::Det | Upos::Num))
            || matches!(tree.form(t), "-" | "." | "of" | "for" | "'s" | "’s" | "and")
                && tree.entity(t).is_some_and(|e| e.tokens.contains(&(t + 1)))
    };
    let mut start = end;
    while start > from && part(start - 1) {
        start -= 1;
        if tree.token(start).is_some_and(|x| x.upos == Upos::Det) {
            break;
        }
    }
    start
}

/// "31 killed attributed to X", "25 deaths confirmed by X", "40 deaths have been reported by X".
fn passive(tree: &Tree<'_>, figure: &Figure, end: u32) -> Option<Attribution> {
    let sentence = tree.sentence(end.saturating_sub(1))?;
    let limit = sentence.tokens.end.min(end + 8);
    for verb in end.saturating_sub(2)..limit {
        let token = tree.token(verb)?;
        if matches!(tree.form(verb), "," | ";" | ".") {
            return None;
        }
        let link = match token.lemma.as_str() {
            _ if token.xpos != "VBN" && token.xpos != "VBD" => continue,
            lemma if words::is(Set::Attributing, lemma) => "to",
            // Whoever reports somebody missing does not count the missing.
            "report" if tree.form(verb + 1) == "missing" => return None,
            lemma if words::is(Set::Giving, lemma) => "by",
            _ => continue,
        };
        let at = (verb + 1..limit.min(verb + 3)).find(|&t| tree.form(t) == link)?;
        let close = (at + 1..sentence.tokens.end)
            .find(|&t| {
                matches!(tree.form(t), "," | ";" | "." | ":" | "and" | "but" | "who" | "which")
                    && tree.entity(t).is_none()
                    || tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux))
            })
            .unwrap_or(sentence.tokens.end);
        let source = tree.span(at + 1..close)?;
        return is_speaker(tree, source, true)
            .then(|| attribution(figure.span.cover(figure.number), source, verb..verb + 1, tree))
            .flatten();
    }
    None
}

/// "the 22 it reported on Sunday", "the 22 dead that the ministry had counted".
fn relative(tree: &Tree<'_>, figure: &Figure, first: u32) -> Option<Attribution> {
    if first.checked_sub(1).is_none_or(|b| !tree.form(b).eq_ignore_ascii_case("the")) {
        return None;
    }
    let number = tree.document.tokens_in(figure.number).end.max(first + 1);
    let sentence = tree.sentence(first)?;
    let limit = sentence.tokens.end.min(number + 10);
    let verb =
        (number..limit).find(|&t| tree.token(t).is_some_and(|x| x.upos == Upos::Verb && x.xpos != "VBG"))?;
    if !words::is(Set::Giving, tree.lemma(verb)) {
        return None;
    }
    let end = (number..verb)
        .rev()
        .take_while(|&t| tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Aux | Upos::Adv)))
        .last()
        .unwrap_or(verb);
    let pronoun =
        end.checked_sub(1).filter(|&p| words::is(Set::They, &tree.form(p).to_lowercase()) && p >= number);
    let start = pronoun.unwrap_or_else(|| phrase_before(tree, end, number));
    let source = tree.span(start..end)?;
    (pronoun.is_some() || is_speaker(tree, source, true))
        .then(|| attribution(figure.span.cover(figure.number), source, verb..verb + 1, tree))
        .flatten()
}

/// "the claim by X that eight had been captured", "X's claim that 90 had died".
fn claimed(tree: &Tree<'_>, figure: &Figure, first: u32) -> Option<Attribution> {
    let sentence = tree.sentence(first)?;
    let that = (sentence.tokens.start..first).rev().take(NEAR).find(|&t| tree.form(t) == "that")?;
    let noun =
        (sentence.tokens.start..that).rev().take(NEAR).find(|&t| words::is(Set::Claims, tree.lemma(t)))?;
    if tree.token(noun)?.upos != Upos::Noun {
        return None;
    }
    let source = if noun + 1 == that {
        possessor(tree, noun, sentence.tokens.start)?
    } else {
        let by = noun + 1;
        let made = matches!(tree.form(by), "by")
            || matches!(tree.form(by), "from" | "of")
                && tree.span(by + 1..that).is_some_and(|s| is_speaker(tree, s, true));
        made.then(|| tree.span(by + 1..that)).flatten()?
    };
    if noun + 1 == that && !is_speaker(tree, source, true) {
        return None;
    }
    let last = tree.document.tokens_in(figure.span).end;
    let stop = |t: &u32| matches!(tree.form(*t), "," | ";" | "." | "\"" | "”");
    let end = (last..sentence.tokens.end).find(stop).unwrap_or(sentence.tokens.end);
    let content = tree.span(that + 1..end.max(last))?;
    attribution(content, source, noun..noun + 1, tree)
}

/// True for a phrase that can speak: a role, a body, a name, a pronoun; with `countries`, a country.
pub(super) fn is_speaker(tree: &Tree<'_>, source: Span, countries: bool) -> bool {
    let tokens = tree.document.tokens_in(source);
    let role = |t: u32| {
        let pair = t.checked_sub(1).map(|before| format!("{} {}", tree.lemma(before), tree.lemma(t)));
        pair.and_then(|p| lexicon::role_noun(&p)).or_else(|| lexicon::role_noun(tree.lemma(t))).is_some_and(
            |r| matches!(r.class, RoleClass::Person | RoleClass::Group | RoleClass::Body | RoleClass::Outlet),
        )
    };
    // One capitalised word may be a place name, whatever the model's tag.
    let named = tree.entities_in(tokens.clone()).any(|e| {
        let abbreviation = e.span.cut(tree.text).chars().filter(|c| c.is_uppercase()).count() > 1;
        countries || (e.kind != EntityKind::Location && (e.tokens.len() > 1 || abbreviation))
    });
    let pronoun = tokens.len() == 1
        && [Set::Their, Set::They].iter().any(|set| words::is(*set, &tree.form(tokens.start).to_lowercase()));
    let proper = countries && tokens.clone().all(|t| tree.token(t).is_some_and(|x| x.upos == Upos::Propn));
    pronoun || named || proper || tokens.into_iter().any(role)
}

fn attribution(
    content: Span,
    source: Span,
    cue: std::ops::Range<u32>,
    tree: &Tree<'_>,
) -> Option<Attribution> {
    let span = tree.document.span_of(cue.clone())?;
    (!content.overlaps(source)).then(|| Attribution {
        source: vec![source],
        cue: vec![span],
        content: vec![content],
        source_head: tree.head_of(source),
        cue_head: Some(cue.start),
        kind: StatementKind::Indirect,
        construction: Construction::Noun,
        parent: None,
    })
}
