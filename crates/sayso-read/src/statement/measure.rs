//! Figures that somebody counts or gives without a reporting verb: "The ministry put the toll at 40".

use sayso_model::{Attribution, Construction, EntityKind, Figure, Span, StatementKind, Upos};

use super::{order, owned, says};
use crate::{
    by_sentence::BySentence,
    lexicon::{self, RoleClass},
    tree::{Tree, base},
    words::{self, Set},
};

/// True for the lemma of a verb whose subject is the source of a number.
pub(super) fn is_measure(lemma: &str) -> bool {
    // "lists" keeps its ending if the model tags it as a noun; "boasted" may be lemmatised as "boaste".
    let stem = |end: char| lemma.strip_suffix(end).is_some_and(|v| words::is(Set::Vouching, v));
    words::is(Set::Vouching, lemma) || stem('s') || stem('e')
}

/// True if a verb governs a number as such: one that changes counts needs a noun for one, "speak" needs "of".
fn vouches(tree: &Tree<'_>, verb: u32, number: u32) -> bool {
    let lemma = tree.lemma(verb);
    if lemma == "talk" {
        return (verb + 1..number).any(|t| matches!(tree.form(t), "of" | "about"));
    }
    if words::is(Set::SpeakingOf, lemma) {
        let link = if lemma == "insist" { "on" } else { "of" };
        return (verb + 1..number).any(|t| tree.form(t) == link);
    }
    // "revised that to 52": the pronoun refers to a previous count.
    let pointed = words::is(Set::Pointers, tree.form(verb + 1)) && tree.form(verb + 2) == "to";
    !words::is(Set::CountChanging, lemma)
        || pointed
        || (verb + 1..number).any(|t| words::is(Set::CountNouns, tree.lemma(t)))
}

/// Attributions for figures that are in no content yet.
pub(crate) fn find(tree: &Tree<'_>, attributions: &[Attribution], figures: &[Figure]) -> Vec<Attribution> {
    let mut found: Vec<Attribution> = Vec::new();
    let near = BySentence::new(tree, attributions.iter().map(|a| a.content.as_slice()));
    for figure in figures {
        let inside = |a: &Attribution| a.content.iter().any(|c| c.contains(figure.number));
        let holders: Vec<&Attribution> = near
            .at(tree, figure.number.start)
            .filter_map(|p| attributions.get(p))
            .filter(|a| inside(a))
            .collect();
        if let Some(owned) = owned::of(tree, figure)
            && !holders.iter().any(|h| h.source.iter().any(|s| owned.source.iter().any(|o| o.overlaps(*s))))
        {
            found.push(owned);
            continue;
        }
        // Whoever is merely seen or known to have something says nothing.
        let told = holders.iter().any(|h| !h.source.is_empty());
        if let Some(denial) = denied_after(tree, figure)
            && !attributions.iter().chain(&found).any(|a| a.cue == denial.cue)
        {
            found.push(denial);
        }
        if found.iter().rev().take(8).any(inside) {
            continue;
        }
        if let Some(attribution) = governed(tree, figure).or_else(|| before(tree, figure)) {
            if !told || is_counted_there(tree, &attribution, &holders) {
                found.push(attribution);
            }
        } else if let Some(attribution) = listed(tree, figure)
            .or_else(|| said(tree, figure))
            .or_else(|| said_that(tree, figure))
            .or_else(|| said_after(tree, figure))
            .or_else(|| said_between(tree, figure))
            .or_else(|| said_by_those_who(tree, figure))
            .filter(|_| !told)
        {
            found.push(attribution);
        } else if let Some(attribution) = said_inside(tree, figure, &holders) {
            found.push(attribution);
        }
    }
    found
}

/// "It spoke of 120 wounded, 40 of them with bullet wounds": extends a content to the part of what it counts if no other clause
/// begins before it.
pub(crate) fn go_on_to_parts(tree: &Tree<'_>, attributions: &mut [Attribution], figures: &[Figure]) {
    for part in figures {
        let Some(whole) = part.part_of.and_then(|id| figures.get(id.index())) else { continue };
        let between = tree.document.tokens_in(whole.number).end..tree.document.tokens_in(part.number).start;
        let parted = tree.sentence_at(whole.number.start) != tree.sentence_at(part.number.start)
            || between.clone().any(|t| {
                matches!(tree.form(t), ";" | "." | "\"" | "“" | "”" | "but" | "while") || tree.is_finite(t)
            });
        let holds = |a: &Attribution, figure: &Figure| a.content.iter().any(|c| c.contains(figure.number));
        if parted || attributions.iter().any(|a| holds(a, part)) {
            continue;
        }
        for attribution in attributions.iter_mut().filter(|a| holds(a, whole)) {
            let reach = whole.span.cover(part.span.cover(part.number));
            let apart = attribution.source.iter().chain(&attribution.cue).all(|s| !s.overlaps(reach));
            if let Some(content) =
                attribution.content.iter_mut().find(|c| c.contains(whole.number)).filter(|_| apart)
            {
                *content = content.cover(part.span.cover(part.number));
            }
        }
    }
}

/// True if a body or document of another name counts inside what somebody says: "X said the agency had counted 31".
fn is_counted_there(tree: &Tree<'_>, attribution: &Attribution, holders: &[&Attribution]) -> bool {
    let Some(source) = attribution.source.first().copied() else { return false };
    let tokens = tree.document.tokens_in(source);
    let pronoun = tokens.clone().all(|t| tree.token(t).is_some_and(|x| x.upos == Upos::Pron));
    let speaks = tree.entities_in(tokens.clone()).any(|e| e.kind != EntityKind::Location)
        || owned::is_speaker(tree, source, false)
        || tokens
            .clone()
            .any(|t| lexicon::role_noun(tree.lemma(t)).is_some_and(|r| r.class == RoleClass::Document));
    let within = |h: &&Attribution| {
        let inner = |s: &Span| h.content.iter().any(|c| c.contains(*s));
        attribution.source.iter().all(inner) && attribution.cue.iter().all(inner)
    };
    // Another attribution of the same cue already says it.
    let known = holders.iter().any(|h| h.cue.iter().any(|c| attribution.cue.iter().any(|d| d.overlaps(*c))));
    !pronoun && speaks && !known && holders.iter().all(within)
}

/// "The paper reported 12 deaths, but the mayor denied that": the attribution to whoever denies the previous clause.
fn denied_after(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let last = tree.document.tokens_in(figure.span.cover(figure.number)).end;
    let sentence = tree.sentence(last.checked_sub(1)?)?;
    let verb = (last..sentence.tokens.end).find(|&t| {
        tree.is_finite(t) && (words::is(Set::Denying, tree.lemma(t)) || tree.lemma(t) == "contest")
    })?;
    // "..., a figure that the government rejected"
    let that = (last..verb).find(|&t| {
        matches!(tree.form(t), "that" | "which") && words::is(Set::Claimed, tree.lemma(t.saturating_sub(1)))
    });
    if let Some(that) = that {
        let comma = (last..that).find(|&t| tree.form(t) == ",")?;
        let end = (that + 1..verb).rev().find(|&t| tree.token(t).is_some_and(|x| x.upos != Upos::Aux))? + 1;
        let source = tree.span(that + 1..end).filter(|s| owned::is_speaker(tree, *s, true))?;
        let content = tree.span(sentence.tokens.start..comma)?;
        return Some(by_verb(tree, source, tree.head_of(source), verb, vec![content]));
    }
    let object = tree.form(verb + 1);
    let pointed =
        words::is(Set::Pointers, object) || object == "the" && words::is(Set::Claimed, tree.lemma(verb + 2));
    // "denied that 12 had died" has a clause of its own.
    let ends = tree.token(verb + 2 + u32::from(object == "the")).is_none_or(|t| t.upos == Upos::Punct);
    let subject = tree.child(verb, &["nsubj"]).filter(|&s| s >= last && s < verb)?;
    let reach = tree.subtree(subject);
    let mut end = reach.start;
    while end > last && matches!(tree.form(end - 1), "," | "but" | "and" | ";" | "although" | "though") {
        end -= 1;
    }
    if !pointed || !ends || end < last {
        return None;
    }
    let source = tree.span(reach.start..reach.end.min(verb))?;
    let content = tree.span(sentence.tokens.start..end)?;
    Some(by_verb(tree, source, Some(subject), verb, vec![content]))
}

/// A clause with the figure that the tree puts under a reporting verb, or that such a verb follows: "..., and repeated that four
/// had died", "Dozens are asleep, the mayor tells us".
fn said(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let speech = |t: u32| {
        tree.token(t).is_some_and(|x| x.upos == Upos::Verb)
            && matches!(
                lexicon::cue_class(tree.lemma(t)),
                Some("say" | "write" | "think" | "judge" | "expect")
            )
    };
    let mut at = tree.head_of(figure.number)?;
    for _ in 0..12 {
        let after = tree.children(at).iter().copied().find(|&c| {
            c > at
                && base(tree.relation(c)) == "parataxis"
                && speech(c)
                && tree.child(c, &["nsubj"]).is_some()
        });
        let (verb, clause) = match (after, tree.head(at)) {
            (Some(verb), _) => {
                let subject = tree.subtree(tree.child(verb, &["nsubj"])?).start;
                (verb, tree.subtree(at).start..subject)
            }
            (None, Some(head)) if base(tree.relation(at)) == "ccomp" && speech(head) => {
                (head, tree.subtree(at))
            }
            (None, Some(head)) => {
                at = head;
                continue;
            }
            (None, None) => return None,
        };
        // "told reporters, quoting Y, that ...", "and repeated that ...": the subject belongs to the verb above.
        let mut holder = verb;
        while tree.child(holder, &["nsubj"]).is_none()
            && matches!(base(tree.relation(holder)), "conj" | "advcl")
        {
            holder = tree.head(holder)?;
        }
        let verb = if tree.token(verb).is_some_and(|t| t.xpos == "VBG") { holder } else { verb };
        let subject = tree.child(holder, &["nsubj"]).filter(|&s| tree.relation(s) == "nsubj")?;
        let reach = tree.subtree(subject);
        let source = tree.span(if subject < holder { reach.start..reach.end.min(holder) } else { reach })?;
        let content = tree.span(clause)?;
        return (!source.overlaps(content) && content.contains(figure.number))
            .then(|| by_verb(tree, source, Some(subject), verb, vec![content]));
    }
    None
}

/// "The ministry said in remarks carried by the radio that 40 had been held": the clause after the first "that" following a
/// reporting verb with a subject before it.
fn said_that(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let first = tree.document.tokens_in(figure.number).start;
    let sentence = tree.sentence(first)?;
    let verb = (sentence.tokens.start..first)
        .find(|&t| tree.token(t).is_some_and(|x| matches!(x.xpos, "VBD" | "VBZ" | "VBP")) && says(tree, t))?;
    let that = (verb + 1..first).find(|&t| tree.form(t) == "that")?;
    let quoted = |t: u32| matches!(tree.form(t), "\"" | "“" | "”" | ";");
    let finite = |t: u32| tree.is_finite(t);
    if sentence.tokens.clone().any(quoted) || (verb + 1..that).any(finite) {
        return None;
    }
    let subject = tree.child(verb, &["nsubj"]).filter(|&s| s < verb && tree.relation(s) == "nsubj")?;
    let reach = tree.subtree(subject);
    let source = tree.span(reach.start..reach.end.min(verb))?;
    let end = sentence.tokens.end - u32::from(tree.form(sentence.tokens.end - 1) == ".");
    let content = tree.span(that..end)?;
    owned::is_speaker(tree, source, true).then(|| by_verb(tree, source, Some(subject), verb, vec![content]))
}

/// What a source says with a verb.
fn by_verb(
    tree: &Tree<'_>,
    source: Span,
    source_head: Option<u32>,
    verb: u32,
    content: Vec<Span>,
) -> Attribution {
    Attribution {
        source: vec![source],
        cue: tree.token(verb).map(|t| t.span).into_iter().collect(),
        content,
        source_head,
        cue_head: Some(verb),
        kind: StatementKind::Indirect,
        construction: Construction::Verb,
        parent: None,
    }
}

/// Like `said`, by word order: "A third are children, its officer, Grace Moor, told the Gazette."
fn said_after(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let last = tree.document.tokens_in(figure.span.cover(figure.number)).end;
    let sentence = tree.sentence(last.checked_sub(1)?)?;
    // "..., state television reports": the model tags the final verb as a noun.
    let end =
        (last..sentence.tokens.end).rev().find(|&t| tree.token(t).is_some_and(|x| x.upos != Upos::Punct))?;
    let reports = tree.form(end) == "reports" && base(tree.relation(end)) == "parataxis";
    let finite = || (last..sentence.tokens.end).rev().find(|&t| tree.is_finite(t));
    let verb = if reports { end } else { finite()? };
    if !reports && !says(tree, verb) {
        return None;
    }
    let (source, content) = order::source_before(tree, last, verb)?;
    let phrase = tree.token(tree.document.tokens_in(source).start).is_some_and(|t| t.upos != Upos::Adp);
    (phrase && content.contains(figure.number))
        .then(|| by_verb(tree, source, tree.head_of(source), verb, vec![content]))
}

/// "Nine people died, a lawmaker said on Friday, citing the ministry, the Gazette reported": the speaker between the content and
/// the outlet that relays all of it.
fn said_inside(tree: &Tree<'_>, figure: &Figure, holders: &[&Attribution]) -> Option<Attribution> {
    let last = tree.document.tokens_in(figure.span.cover(figure.number)).end;
    let sentence = tree.sentence(last.checked_sub(1)?)?;
    let reports = |h: &&&Attribution| {
        let verb = h.cue_head.is_some_and(|c| tree.lemma(c) == "report");
        h.source
            .iter()
            .any(|s| lexicon::is_outlet(s.cut(tree.text)) || verb && super::chain::is_unknown_body(tree, *s))
    };
    let outer = holders.iter().find(reports)?;
    let outer_cue = tree.document.tokens_in(Span::hull(&outer.cue)?).start;
    let verb = (last..outer_cue.min(sentence.tokens.end)).find(|&t| tree.is_finite(t) && says(tree, t))?;
    let cued = |h: &&Attribution| tree.token(verb).is_some_and(|t| h.cue.iter().any(|c| c.overlaps(t.span)));
    let (source, content) = order::source_before(tree, last, verb)?;
    (!holders.iter().any(cued) && content.contains(figure.number))
        .then(|| by_verb(tree, source, tree.head_of(source), verb, vec![content]))
}

/// The same if the clause continues after the verb: "Two men died overnight, a source there said, taking the dead to 13."
fn said_between(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let sentence = tree.sentence(tree.document.tokens_in(figure.number).start)?;
    let all = sentence.tokens.clone();
    let comma = |t: u32| tree.form(t) == ",";
    let verb = all.clone().find(|&t| {
        tree.token(t).is_some_and(|x| matches!(x.xpos, "VBD" | "VBZ" | "VBP"))
            && says(tree, t)
            && comma(t + 1)
    })?;
    let open = (all.start..verb).rev().take(12).find(|&t| comma(t))?;
    let source = tree.span(open + 1..verb)?;
    let finite = |t: u32| tree.is_finite(t);
    let quoted = all.clone().any(|t| matches!(tree.form(t), "\"" | "“" | "”"));
    let led = tree.token(open + 1).is_some_and(|t| t.upos != Upos::Adp);
    if quoted || !led || (open + 1..verb).any(finite) || !owned::is_speaker(tree, source, true) {
        return None;
    }
    let end = all.end - u32::from(tree.form(all.end - 1) == ".");
    let content = vec![tree.span(all.start..open)?, tree.span(verb + 2..end)?];
    content
        .iter()
        .any(|c| c.contains(figure.number))
        .then(|| by_verb(tree, source, tree.head_of(source), verb, content))
}

/// "600 had been killed, say officials who asked not to be named": the source after its verb, with a clause of its own.
fn said_by_those_who(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let last = tree.document.tokens_in(figure.span.cover(figure.number)).end;
    let sentence = tree.sentence(last.checked_sub(1)?)?;
    let verb = (last..sentence.tokens.end)
        .find(|&t| tree.form(t.saturating_sub(1)) == "," && words::is(Set::SaidBy, tree.form(t)))?;
    let relative =
        |t: &u32| matches!(tree.form(*t), "who" | "which" | "whose" | "," | "." | ";" | "on" | "in");
    let end = (verb + 1..sentence.tokens.end).find(relative).unwrap_or(sentence.tokens.end);
    let source = tree.span(verb + 1..end).filter(|s| !s.is_empty())?;
    let content = tree.span(sentence.tokens.start..verb - 1)?;
    (owned::is_speaker(tree, source, true) && content.contains(figure.number))
        .then(|| by_verb(tree, source, tree.head_of(source), verb, vec![content]))
}

/// "A memo seen by X lists nine killed", if the model tags the verb as a noun.
fn listed(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let first = tree.document.tokens_in(figure.number).start;
    let verb = first.checked_sub(1)?;
    tree.token(verb).filter(|t| t.xpos == "NNS")?;
    if !is_measure(tree.form(verb)) {
        return None;
    }
    let sentence = tree.sentence(first)?;
    let head = (sentence.tokens.start..verb)
        .find(|&t| {
            lexicon::role_noun(tree.lemma(t)).is_some() && tree.token(t).is_some_and(|x| x.upos == Upos::Noun)
        })
        .filter(|&h| {
            !(h + 1..verb)
                .any(|t| lexicon::role_noun(tree.lemma(t)).is_some_and(|r| r.class == RoleClass::Document))
        })
        .or_else(|| {
            (sentence.tokens.start..verb)
                .find(|&t| lexicon::role_noun(tree.lemma(t)).is_some_and(|r| r.class == RoleClass::Document))
        })?;
    let start = (sentence.tokens.start..head)
        .rev()
        .take_while(|&t| !matches!(tree.form(t), "," | ";" | ":" | "\"" | "“" | "”"))
        .last()
        .unwrap_or(head);
    let source = tree.span(start..verb)?;
    let last = tree.document.tokens_in(figure.span.cover(figure.number)).end.max(first + 1);
    Some(by_verb(tree, source, Some(head), verb, vec![tree.span(first..last)?.cover(figure.number)]))
}

fn governed(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let mut at = tree.head_of(figure.number)?;
    for _ in 0..8 {
        let head = tree.head(at)?;
        let token = tree.token(head)?;
        let clause_between =
            token.upos == Upos::Verb && !is_measure(&token.lemma) && !is_in_document(tree, head);
        // "Documents show that 126 died": the clause is what they show.
        let shown =
            base(token.relation) == "ccomp" && tree.head(head).is_some_and(|h| is_in_document(tree, h));
        if clause_between && base(token.relation) != "acl" && !shown {
            return None;
        }
        if token.upos == Upos::Verb
            && (is_measure(&token.lemma) && vouches(tree, head, tree.document.tokens_in(figure.number).start)
                || is_in_document(tree, head))
            && (!matches!(base(tree.relation(at)), "nsubj" | "advcl") || is_participle(tree, at))
        {
            let Some(subject) =
                tree.child(head, &["nsubj"]).filter(|&s| s < head && tree.relation(s) == "nsubj")
            else {
                // "... put the toll at 46, revised down from 48": whoever gave it has revised it.
                if !is_participle(tree, head) {
                    return None;
                }
                at = head;
                continue;
            };
            let source = tree.span(tree.subtree(subject))?;
            let content = content(tree, head, figure.number).or_else(|| {
                tree.span(tree.subtree(at)).filter(|s| is_participle(tree, at) && s.contains(figure.number))
            })?;
            return (!source.overlaps(content))
                .then(|| by_verb(tree, source, Some(subject), head, vec![content]));
        }
        at = head;
    }
    None
}

/// True for the verb of "a list has 274 names on it": a document is the source of what is in it.
fn is_in_document(tree: &Tree<'_>, verb: u32) -> bool {
    let document = |s: u32| lexicon::role_noun(tree.lemma(s)).is_some_and(|r| r.class == RoleClass::Document);
    words::is(Set::Containing, tree.lemma(verb))
        && tree.child(verb, &["nsubj"]).is_some_and(|s| s < verb && document(s))
}

/// True for a participle that depends on a clause and has no subject of its own.
fn is_participle(tree: &Tree<'_>, verb: u32) -> bool {
    tree.token(verb).is_some_and(|t| matches!(t.xpos, "VBN" | "VBG"))
        && base(tree.relation(verb)) == "advcl"
        && tree.child(verb, &["nsubj", "aux"]).is_none()
}

/// The same by word order, if the tree is misleading: the nearest verb before the number, if it is one of `Set::Vouching` in the
/// active voice with a subject.
fn before(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let first = tree.document.tokens_in(figure.number).start;
    let sentence = tree.sentence(first)?;
    let verb = (sentence.tokens.start..first).rev().take(20).find(|&t| {
        tree.token(t).is_some_and(|x| x.upos == Upos::Verb || matches!(tree.form(t), "\"" | "“" | ";"))
    })?;
    let token = tree.token(verb).filter(|t| {
        is_measure(&t.lemma)
            && vouches(tree, verb, first)
            && matches!(t.xpos, "VBD" | "VBZ" | "VBP" | "VBN" | "VB")
    })?;
    if tree.child(verb, &["nsubj"]).is_some_and(|s| tree.relation(s) == "nsubj:pass") {
        return None;
    }
    let mut holder = verb;
    while tree.child(holder, &["nsubj"]).is_none() && base(tree.relation(holder)) == "conj" {
        holder = tree.head(holder)?;
    }
    let subject = tree.child(holder, &["nsubj"]).filter(|&s| s < verb)?;
    let source = tree.span(tree.subtree(subject)).filter(|s| s.end <= token.span.start)?;
    let stop = |t: &u32| {
        tree.token(*t).is_some_and(|x| {
            matches!(tree.form(*t), "." | ";" | "," | ":")
                || (x.upos == Upos::Verb && x.xpos != "VBN" && *t > first)
        })
    };
    let last = tree.document.tokens_in(figure.span.cover(figure.number)).end.max(first + 1);
    let end = (last..sentence.tokens.end).find(stop).unwrap_or(sentence.tokens.end);
    let content = tree.span(verb + 1..end).filter(|s| s.contains(figure.number))?;
    Some(by_verb(tree, source, Some(subject), verb, vec![content]))
}

/// What follows the verb up to the end of its clause.
fn content(tree: &Tree<'_>, verb: u32, number: Span) -> Option<Span> {
    let end = tree
        .children(verb)
        .iter()
        .copied()
        .filter(|&c| c > verb && matches!(base(tree.relation(c)), "obj" | "obl" | "xcomp" | "ccomp" | "nmod"))
        .map(|c| tree.subtree(c).end)
        .max()?;
    tree.span(verb + 1..end).filter(|s| s.contains(number))
}
