//! "X said that ...", "..., X said", "“...”, said X", "X told Y that ...", "X vowed to ...", "X criticised Y".

use std::ops::Range;

use sayso_model::{Construction, Upos};

use super::{Scene, source};
use crate::attribution::{
    cues::{Cue, CueKind, cue},
    draft::{Draft, Pieces, holds, tidy, without},
    quotation::Quotation,
};

/// The attribution whose cue is this verb.
pub(super) fn find(scene: &Scene<'_>, verb: u32) -> Option<Draft> {
    let entry = cue(&scene.tree.lemma(verb).to_lowercase(), CueKind::Verb)?;
    if crate::tree::base(scene.tree.relation(verb)) == "amod" || scene.tree.relation(verb).starts_with("aux")
    {
        return None;
    }
    let found = source::of(scene, verb);
    let impersonal = entry.is_impersonal() || found == source::Found::Nobody;
    let source = if entry.is_impersonal() { Vec::new() } else { found.pieces() };
    let mut cue = words(scene, verb);
    let inside = scene.quotations.at(verb);
    let mut content = quotation(scene, verb, entry, &source);
    // a quotation that ends where the cue begins is the content; the tree's additions belong elsewhere
    let begins = |q: u32| scene.tree.sentence(q).is_some_and(|s| s.tokens.start == q);
    let quoted_before = content.first().is_some_and(|q| q.end <= verb && begins(q.start));
    if !quoted_before && let Some(clause) = clause(scene, verb, entry, &source, &mut cue) {
        content = tidy(content.into_iter().chain(clause).collect());
    }
    for piece in source.iter().chain(&cue) {
        content = crate::attribution::draft::cut_out(&content, piece);
    }
    let content = within_quotation(scene, content, inside, &source);
    if content.is_empty() {
        return None;
    }
    let agentless = source.is_empty() && impersonal;
    let construction = if agentless { Construction::Agentless } else { Construction::Verb };
    Some(Draft { source, cue, content, anchor: verb, construction })
}

/// The verb with its auxiliaries, negation and particle, as far as they are adjacent.
fn words(scene: &Scene<'_>, verb: u32) -> Pieces {
    let (mut start, mut end) = (verb, verb + 1);
    while start > 0 {
        let before = start - 1;
        let relation = crate::tree::base(scene.tree.relation(before));
        let own = scene.tree.head(before) == Some(verb);
        if own
            && (matches!(relation, "aux" | "advmod" | "cop")
                || (relation == "mark" && scene.is(before, &["to"])))
        {
            start = before;
        } else {
            break;
        }
    }
    if scene.tree.head(end) == Some(verb) && scene.tree.relation(end) == "compound:prt" {
        end += 1;
    }
    vec![start..end]
}

/// The content in the tree: a clause, an infinitive, an object, a phrase after a preposition.
fn clause(scene: &Scene<'_>, verb: u32, entry: Cue, source: &Pieces, cue: &mut Pieces) -> Option<Pieces> {
    let tree = scene.tree;
    if entry.takes_clause() || entry.takes_quotation() {
        if let Some(clause) = scene.child(verb, &["ccomp"]) {
            let range = scene.subtree(clause);
            return Some(if range.start < verb && range.end <= verb + 1 {
                vec![sentence_part_before(scene, range, verb, source)]
            } else {
                without(&range, &(verb..verb + 1))
            });
        }
        if let Some(pieces) = host(scene, verb, source) {
            return Some(pieces);
        }
        if let Some(clause) = bare_clause(scene, verb, entry) {
            return Some(vec![clause]);
        }
        if let Some(rest) = rest(scene, verb, entry, source) {
            return Some(vec![rest]);
        }
    }
    if entry.is_impersonal() {
        let rest = scene.child(verb, &["xcomp"])?;
        let subject = scene.child(verb, &["nsubj"]).map(|s| scene.subtree(s));
        return Some(tidy(subject.into_iter().chain([scene.subtree(rest)]).collect()));
    }
    if let Some(infinitive) = scene.child(verb, &["xcomp", "ccomp"]).filter(|_| entry.takes_infinitive()) {
        let mut range = scene.subtree(infinitive);
        let object = scene.child(verb, &["obj"]).filter(|&o| o > verb && o < infinitive);
        if let Some(addressee) = object.filter(|_| entry.takes_addressee()) {
            range.start = range.start.min(scene.subtree(addressee).start);
        }
        let subject = scene.children(verb).iter().copied().find(|&c| tree.relation(c) == "nsubj:pass");
        let passive = subject.map(|s| scene.subtree(s));
        return Some(tidy(passive.into_iter().chain([range]).collect()));
    }
    for &child in scene.children(verb) {
        if crate::tree::base(tree.relation(child)) != "obl"
            && crate::tree::base(tree.relation(child)) != "advcl"
        {
            continue;
        }
        let Some(case) = scene.case(child).filter(|&c| c > verb && entry.takes_preposition(tree.form(c)))
        else {
            continue;
        };
        let range = scene.subtree(child);
        if case + 1 < range.end {
            let last = cue.last_mut()?;
            if last.end == case {
                last.end = case + 1;
            } else {
                cue.push(case..case + 1);
            }
            return Some(vec![case + 1..range.end]);
        }
    }
    if entry.takes_object() {
        if let Some(object) = scene.child(verb, &["obj"]).filter(|&o| o > verb && scene.upos(o) != Upos::Pron)
        {
            let mut range = scene.subtree(object);
            for &child in scene.children(verb).iter().filter(|&&c| c > object) {
                let introduced = scene.case(child).is_some_and(|p| scene.is(p, &["as", "for", "of"]));
                if crate::tree::base(tree.relation(child)) == "xcomp" || introduced {
                    range.end = range.end.max(scene.subtree(child).end);
                }
            }
            return Some(vec![range]);
        }
        let subject = scene.children(verb).iter().copied().find(|&c| tree.relation(c) == "nsubj:pass");
        return subject.map(|s| vec![scene.subtree(s)]);
    }
    None
}

/// The rest of the sentence if the cue depends on its own content: "..., X said", "..., X said, ...".
fn host(scene: &Scene<'_>, verb: u32, source: &Pieces) -> Option<Pieces> {
    if !matches!(crate::tree::base(scene.tree.relation(verb)), "parataxis" | "discourse" | "dep") {
        return None;
    }
    let head = scene.tree.head(verb)?;
    let whole = scene.subtree(head);
    let own = own_part(scene, verb, source);
    // "She left; officials said nothing": a second clause, not a comment on the first
    if own.start > whole.start && scene.is(own.start - 1, &[";", "(", ":"]) {
        return None;
    }
    Some(without(&whole, &own))
}

/// "complained (that) the pilots lack charts": a clause without "that" whose subject the tree attached as the verb's object.
fn bare_clause(scene: &Scene<'_>, verb: u32, entry: Cue) -> Option<Range<u32>> {
    if !entry.takes_clause() || entry.takes_infinitive() {
        return None;
    }
    let object = scene.child(verb, &["obj"]).map(|o| scene.subtree(o)).filter(|o| o.start == verb + 1)?;
    let finite = |i: u32| scene.tree.is_finite(i);
    // "pilots lack charts" parsed as one noun: no plural precedes a noun
    let plural = |i: u32| {
        scene.tree.token(i).is_some_and(|t| t.xpos == "NNS") && scene.tree.relation(i).starts_with("compound")
    };
    if !entry.takes_object() && object.clone().any(plural) {
        return Some(object);
    }
    // the clause's verb may depend on the cue, or the cue on the clause's verb
    let next = object.end;
    let predicate = match scene.upos(next) {
        Upos::Verb if finite(next) || scene.child(verb, &["xcomp"]) == Some(next) => next,
        Upos::Aux if finite(next) => scene.tree.head(next).filter(|&h| h > next)?,
        _ => return None,
    };
    let own = scene.tree.head(predicate) == Some(verb);
    let shared = !entry.takes_object() && scene.tree.head(verb) == Some(predicate);
    (own || shared).then(|| object.start..scene.subtree(predicate).end)
}

/// What follows a reporting verb with its subject before it if the tree shows no clause: from "that", or from the next word if a
/// verb with its own subject follows.
fn rest(scene: &Scene<'_>, verb: u32, entry: Cue, source: &Pieces) -> Option<Range<u32>> {
    let says = matches!(entry.class, "say" | "write") && entry.takes_clause();
    if !says || source.last().is_none_or(|s| s.end > verb) {
        return None;
    }
    let end = scene.subtree(verb).end;
    let after = verb + 1..end;
    // "in a closed-door briefing": a participle before a noun is not a clause's verb
    let is_verb = |i: u32| {
        matches!(scene.upos(i), Upos::Verb | Upos::Aux) && crate::tree::base(scene.tree.relation(i)) != "amod"
    };
    let first_verb = after.clone().find(|&i| is_verb(i))?;
    if let Some(that) = (verb + 1..first_verb).find(|&i| scene.is(i, &["that"])) {
        return Some(that..end);
    }
    let noun_first = !matches!(
        scene.upos(verb + 1),
        Upos::Adp | Upos::Punct | Upos::Adv | Upos::Verb | Upos::Part | Upos::Sconj
    );
    let finite = scene.tree.is_finite(first_verb);
    (!entry.takes_addressee() && noun_first && finite).then_some(after)
}

/// The verb with its subject and dependents.
fn own_part(scene: &Scene<'_>, verb: u32, source: &Pieces) -> Range<u32> {
    let own = scene.subtree(verb);
    source.iter().fold(own, |r, s| r.start.min(s.start)..r.end.max(s.end))
}

/// A content that precedes its cue begins where the sentence begins.
fn sentence_part_before(scene: &Scene<'_>, clause: Range<u32>, verb: u32, source: &Pieces) -> Range<u32> {
    let sentence = scene.sentence(verb);
    let is_root = scene.tree.head(verb).is_none();
    let lead = sentence.start..clause.start;
    let free = is_root && source.iter().all(|s| s.start >= clause.end) && lead.len() < 4;
    if free { sentence.start..clause.end } else { clause }
}

/// Quotations next to the cue: before it, after it, or both.
fn quotation(scene: &Scene<'_>, verb: u32, entry: Cue, source: &Pieces) -> Pieces {
    if !(entry.takes_quotation() || entry.takes_clause() || entry.takes_addressee()) {
        return Vec::new();
    }
    if scene.quotations.at(verb).is_some() {
        return Vec::new();
    }
    let mut pieces = Vec::new();
    let region = source
        .iter()
        .filter(|s| s.end + 8 >= verb && s.start <= verb + 8)
        .fold(words(scene, verb).first().cloned().unwrap_or(verb..verb + 1), |r, s| {
            r.start.min(s.start)..r.end.max(s.end)
        });
    let paragraph = scene.tree.sentence(verb).map(|s| s.paragraph);
    let same = |q: &Quotation| Some(q.paragraph) == paragraph && speech(scene, q);
    let before = scene.quotations.before(region.start).map(|(_, q)| q).filter(|q| q.closed && same(q));
    if let Some(q) = before.filter(|q| gap(scene, q.tokens.end..region.start) == Some(0)) {
        pieces.push(q.tokens.clone());
    }
    if entry.takes_quotation() || entry.takes_addressee() {
        let sentence = scene.sentence(verb);
        if let Some((_, q)) = scene.quotations.after(region.end).filter(|(_, q)| same(q)) {
            let between = region.end..q.tokens.start;
            let near = between.end <= sentence.end + 1;
            let introduced = q.tokens.start > 0 && scene.is(q.tokens.start - 1, &[",", ":"]);
            if near && (introduced || pieces.is_empty()) && addressee_only(scene, verb, &between) {
                pieces.push(q.tokens.clone());
            }
        } else if let Some((_, q)) = opens_next_paragraph(scene, &sentence) {
            pieces.push(q.tokens.clone());
        }
    }
    pieces
}

/// The quotation that begins the next paragraph if a sentence ends in a colon.
fn opens_next_paragraph<'q>(scene: &'q Scene<'_>, sentence: &Range<u32>) -> Option<(usize, &'q Quotation)> {
    let colon = scene.is(sentence.end.checked_sub(1)?, &[":"]);
    scene.quotations.after(sentence.end).filter(|(_, q)| colon && q.tokens.start == sentence.end)
}

/// True for a quotation long enough to be speech rather than a title or a scare quote.
fn speech(scene: &Scene<'_>, quotation: &Quotation) -> bool {
    quotation.inner.len() > 2
        || quotation.inner.clone().any(|i| scene.is(i, &[",", ".", "!", "?"]))
        || !quotation.closed
}

/// Number of words in a stretch of only words and commas; `None` if it is long or has other marks.
fn gap(scene: &Scene<'_>, between: Range<u32>) -> Option<usize> {
    if between.len() > 4 {
        return None;
    }
    let odd = |i: u32| scene.upos(i) == Upos::Punct && !scene.is(i, &[",", ".", "-", "\u{2013}", "\u{2014}"]);
    (!between.clone().any(odd)).then(|| between.filter(|&i| scene.upos(i) != Upos::Punct).count())
}

/// True if only an addressee, a time or the like comes between a cue and a quotation.
fn addressee_only(scene: &Scene<'_>, verb: u32, between: &Range<u32>) -> bool {
    between.len() <= 14
        && between.clone().all(|i| {
            let ends = scene.is(i, &[".", ";", "?", "!", "that"]);
            (scene.upos(i) != Upos::Verb || i == verb) && !ends && scene.quotations.at(i).is_none()
        })
}

/// Keeps quotations at the content's ends whole, and a content within the quotation that its cue is in.
fn within_quotation(scene: &Scene<'_>, content: Pieces, inside: Option<usize>, source: &Pieces) -> Pieces {
    if let Some(outer) = inside.and_then(|i| scene.quotations.all().get(i)) {
        let inner = outer.inner.clone();
        return tidy(content.into_iter().map(|p| p.start.max(inner.start)..p.end.min(inner.end)).collect());
    }
    let mut pieces = Vec::with_capacity(content.len());
    for piece in content {
        let mut whole = piece.clone();
        for (_, q) in scene.quotations.touching(&piece) {
            let crossed = q.tokens.start < piece.start || q.tokens.end > piece.end;
            if crossed && !source.iter().any(|s| s.start < q.tokens.end && q.tokens.start < s.end) {
                whole = whole.start.min(q.tokens.start)..whole.end.max(q.tokens.end);
            }
        }
        pieces.push(whole);
    }
    let pieces = tidy(pieces);
    if source.iter().any(|s| holds(&pieces, s.start)) {
        source.iter().fold(pieces, |p, s| crate::attribution::draft::cut_out(&p, s))
    } else {
        pieces
    }
}
