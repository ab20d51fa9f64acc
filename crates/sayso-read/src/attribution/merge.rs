//! Combines what the labeller and the rules found: a cue has one content, quotations stay whole, and of two contradictory
//! attributions the more confident one stays.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{Construction, Upos};

use super::{
    cues::{CueKind, cue},
    draft::{Draft, Pieces, cut_out, holds, tidy},
    learned::Labelled,
    quotation::{Quotation, is_title},
    rules::Scene,
};
use crate::words::{self, Set};

/// What is added to the labeller's score of a cue that a rule also has, and of one that no rule has.
const SECONDED: f32 = 1.0;
const ALONE: f32 = -0.5;

/// Merges both.
pub(super) fn merge(mut labelled: Vec<Labelled>, rules: Vec<Draft>, scene: &Scene<'_>) -> Vec<Draft> {
    let seconded: BTreeSet<u32> = rules.iter().filter(|r| !r.cue.is_empty()).map(|r| r.anchor).collect();
    for own in &mut labelled {
        own.score += if seconded.contains(&own.draft.anchor) { SECONDED } else { ALONE };
    }
    let mut kept = consistent(labelled);
    // a source that several share belongs to the frame of the first
    let mut frames: BTreeMap<u32, usize> = BTreeMap::new();
    for (i, draft) in kept.iter().enumerate() {
        for token in draft.cue.iter().chain(&draft.source).cloned().flatten() {
            frames.entry(token).or_insert(i);
        }
    }
    for (i, draft) in kept.iter_mut().enumerate() {
        source_outside(draft, scene);
        whole_quotations(draft, scene);
        quotation_before(draft, scene, &|t| frames.get(&t).copied().filter(|&other| other != i).is_some());
        quotation_after(draft, scene);
        without_addressee(draft, scene);
        without_dateline(draft, scene);
        quoted_not_quoting(draft, scene);
        trailing_participle(draft, scene);
    }
    one_owner(&mut kept, scene);
    kept.retain(|d| !d.content.is_empty() && !names_a_title(d, scene) && !calls_people(d, scene));
    let mut at_anchor: BTreeMap<u32, usize> = kept.iter().enumerate().map(|(i, d)| (d.anchor, i)).collect();
    let mut cues = tokens(kept.iter().map(|d| &d.cue));
    let mut spoken = tokens(kept.iter().map(|d| &d.content));
    let citing = kept.iter().filter(|d| d.construction == Construction::Citing);
    let mut cited = tokens(citing.map(|d| &d.content));
    for mut rule in rules {
        if names_a_title(&rule, scene) || calls_people(&rule, scene) {
            continue;
        }
        let known = at_anchor.get(&rule.anchor).copied().filter(|_| !rule.cue.is_empty());
        if let Some(own) = known.and_then(|i| kept.get_mut(i)) {
            // "citing Y" is attributed to Y, which the labeller has not learned to do; and what a transcript's speaker says
            // continues to the end of the paragraph
            let turn = rule.construction == Construction::Colon
                && own.content.iter().cloned().flatten().all(|t| holds(&rule.content, t));
            if rule.construction == Construction::Citing || turn {
                spoken.extend(rule.content.iter().cloned().flatten());
                if rule.construction == Construction::Citing {
                    cited.extend(rule.content.iter().cloned().flatten());
                }
                *own = rule;
            } else {
                // "X said that ..., according to Y": what Y says is that X said so
                let all = own.content.iter().cloned().flatten().all(|t| holds(&rule.content, t));
                let other =
                    rule.content.iter().cloned().flatten().any(|t| cues.contains(&t) && !holds(&own.cue, t));
                if rule.construction == Construction::AccordingTo && all && other {
                    own.content.clone_from(&rule.content);
                }
                own.construction = rule.construction;
                // “A,” he said. “B.”: the rule knows who said a whole quotation after the cue
                for piece in rule.content {
                    let whole = scene.quotations.touching(&piece).any(|(_, q)| q.tokens == piece);
                    if piece.start > own.anchor && whole && !piece.clone().any(|t| spoken.contains(&t)) {
                        spoken.extend(piece.clone());
                        own.content.push(piece);
                        own.content = tidy(std::mem::take(&mut own.content));
                    }
                }
            }
            continue;
        }
        if rule.cue.iter().cloned().flatten().any(|t| cues.contains(&t)) {
            continue;
        }
        if spoken.contains(&rule.anchor) {
            // inside what somebody says: it may not extend beyond it
            rule.content = tidy(rule.content.into_iter().flat_map(|p| inside(&p, &spoken)).collect());
            if rule.content.is_empty() {
                continue;
            }
        } else {
            let known = rule.content.iter().cloned().flatten().filter(|t| spoken.contains(t)).count() as u32;
            let repeats = known * 2 > rule.size();
            let post = scene.quotations.post(rule.anchor).is_some_and(|p| p.dash == rule.anchor);
            // "Citing a briefing, X said that ...": two say the same.
            let said_again = || rule.content.iter().cloned().flatten().all(|t| cited.contains(&t));
            let is_citing = rule.construction == Construction::Citing;
            if (repeats || !trusted(&rule, scene)) && !is_citing && !post && !said_again() {
                continue;
            }
            if is_citing {
                cited.extend(rule.content.iter().cloned().flatten());
            }
            spoken.extend(rule.content.iter().cloned().flatten());
        }
        cues.extend(rule.cue.iter().cloned().flatten());
        at_anchor.insert(rule.anchor, kept.len());
        kept.push(rule);
    }
    kept
}

/// "The museum showed “The Long Winter”": a cue that is not a verb of speech, with a title and no clause as its content.
fn names_a_title(draft: &Draft, scene: &Scene<'_>) -> bool {
    let Some(first) = draft.content.first() else { return false };
    let Some((_, q)) = scene.quotations.touching(first).next().filter(|(_, q)| q.tokens.start == first.start)
    else {
        return false;
    };
    let lemma = scene.tree.lemma(draft.anchor).to_lowercase();
    let speaks = scene.upos(draft.anchor) != Upos::Verb
        || cue(&lemma, CueKind::Verb).is_some_and(|c| c.takes_quotation())
        || q.tokens.start.checked_sub(1).is_some_and(|i| scene.is(i, &[",", ":"]));
    let clause = draft
        .content
        .iter()
        .cloned()
        .flatten()
        .any(|i| !q.tokens.contains(&i) && matches!(scene.upos(i), Upos::Verb | Upos::Aux));
    !speaks && !clause && q.tokens.start > draft.anchor && is_title(scene.tree, q)
}

/// "The ministry called up 4,000 reservists", "called off the search": nobody said anything.
fn calls_people(draft: &Draft, scene: &Scene<'_>) -> bool {
    let object = matches!(
        scene.upos(draft.anchor + 2),
        Upos::Num | Upos::Det | Upos::Adj | Upos::Noun | Upos::Propn | Upos::Pron
    );
    scene.tree.lemma(draft.anchor) == "call" && scene.is(draft.anchor + 1, &["up", "off"]) && object
}

fn tokens<'a>(pieces: impl Iterator<Item = &'a Pieces>) -> BTreeSet<u32> {
    pieces.flat_map(|p| p.iter().cloned().flatten()).collect()
}

/// The parts of a piece whose tokens are in a set.
fn inside(piece: &std::ops::Range<u32>, set: &BTreeSet<u32>) -> Pieces {
    tidy(set.range(piece.clone()).map(|&t| t..t + 1).collect())
}

/// True for what a rule determines more precisely than the labeller: fixed forms, and whole quotations.
fn trusted(draft: &Draft, scene: &Scene<'_>) -> bool {
    let whole = |p: &std::ops::Range<u32>| {
        scene.quotations.touching(p).any(|(_, q)| q.tokens == *p && q.inner.len() > 4)
    };
    match draft.construction {
        Construction::AccordingTo
        | Construction::Citing
        | Construction::Headline
        | Construction::Colon
        | Construction::Adverb
        | Construction::Continuation => true,
        Construction::Verb => {
            !draft.source.is_empty() && (draft.content.iter().all(whole) || denies_a_claim(draft, scene))
        }
        _ => false,
    }
}

/// "Ada Brook denies the charge": a verb that does nothing but deny, with a noun for what is claimed as its object.
fn denies_a_claim(draft: &Draft, scene: &Scene<'_>) -> bool {
    let verb = draft.anchor;
    words::is(Set::OnlyDenying, scene.tree.lemma(verb))
        && scene.tree.child(verb, &["obj"]).is_some_and(|o| words::is(Set::Claimed, scene.tree.lemma(o)))
}

/// Of the labeller's attributions those that it believes, surest first: no cue twice, and none that lies in the
/// content of one whose own cue lies in its content.
fn consistent(mut labelled: Vec<Labelled>) -> Vec<Draft> {
    labelled.retain(|l| l.score >= 0.0);
    labelled.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.draft.anchor.cmp(&b.draft.anchor)));
    let mut cues = BTreeSet::new();
    // for each token of a content, the index among those kept of the most confident attribution that it belongs to
    let mut owner: BTreeMap<u32, usize> = BTreeMap::new();
    let mut kept: Vec<Draft> = Vec::new();
    for Labelled { draft, .. } in labelled {
        if cues.contains(&draft.anchor) {
            continue;
        }
        if let Some(outer) = owner.get(&draft.anchor).and_then(|&i| kept.get(i)) {
            let within = draft
                .content
                .iter()
                .all(|p| outer.content.iter().any(|o| o.start <= p.start && p.end <= o.end));
            if !within || holds(&draft.content, outer.anchor) {
                continue;
            }
        }
        for token in draft.content.iter().cloned().flatten() {
            owner.entry(token).or_insert(kept.len());
        }
        cues.extend(draft.cue.iter().cloned().flatten());
        kept.push(draft);
    }
    kept.sort_by_key(|d| d.anchor);
    kept
}

/// A content that covers most of a quotation is extended to all of it, and one that covers a word at its edge is cut back to none
/// of it.
fn whole_quotations(draft: &mut Draft, scene: &Scene<'_>) {
    let mut pieces: Pieces = draft.content.clone();
    let (Some(low), Some(high)) = (pieces.first().map(|p| p.start), pieces.last().map(|p| p.end)) else {
        return;
    };
    for (_, q) in scene.quotations.touching(&(low..high)) {
        if draft.cue.iter().chain(&draft.source).any(|r| r.start < q.tokens.end && q.tokens.start < r.end) {
            continue;
        }
        let inside: u32 = draft
            .content
            .iter()
            .map(|p| p.end.min(q.inner.end).saturating_sub(p.start.max(q.inner.start)))
            .sum();
        if inside * 2 >= q.inner.len() as u32 {
            pieces.push(q.tokens.clone());
        } else if inside <= 1 {
            pieces = cut_out(&pieces, &q.tokens);
        }
    }
    draft.content = tidy(pieces);
}

/// A source does not extend into a quotation that its cue is outside of.
fn source_outside(draft: &mut Draft, scene: &Scene<'_>) {
    let own = scene.quotations.at(draft.anchor);
    let (Some(low), Some(high)) = (draft.source.first().map(|p| p.start), draft.source.last().map(|p| p.end))
    else {
        return;
    };
    for (i, q) in scene.quotations.touching(&(low..high)) {
        if Some(i) != own && q.inner.len() > 3 {
            let rest = cut_out(&draft.source, &q.tokens);
            if !rest.is_empty() {
                draft.source = rest;
            }
        }
    }
}

/// "“...,” X said": if a quotation that begins a sentence ends at its source or cue, it is the content, together with quotations
/// that begin a sentence or continue after the cue, unless another cue claims them.
fn quotation_before(draft: &mut Draft, scene: &Scene<'_>, is_other: &dyn Fn(u32) -> bool) {
    let frame: Vec<u32> = draft.cue.iter().chain(&draft.source).cloned().flatten().collect();
    let next_word = |end: u32| (end..end + 3).find(|&i| scene.upos(i) != Upos::Punct);
    let begins = |t: u32| scene.tree.sentence(t).is_some_and(|s| s.tokens.start == t);
    let quoted = |q: &Quotation| {
        let comma = scene.is(q.inner.end - 1, &[",", "?", "!"]) || scene.is(q.tokens.end, &[","]);
        comma
            && q.inner.len() > 2
            && begins(q.tokens.start)
            && next_word(q.tokens.end).is_some_and(|t| frame.contains(&t))
    };
    let (Some(low), Some(high)) =
        (draft.content.first().map(|p| p.start), draft.content.last().map(|p| p.end))
    else {
        return;
    };
    let hull = low..high;
    let within = || scene.quotations.touching(&hull).map(|(_, q)| q);
    // a quotation missing from the content is added if no other cue is nearer to it
    let before = frame.iter().min().and_then(|&f| scene.quotations.before(f)).map(|(_, q)| q);
    let before = before.filter(|q| quoted(q) && (q.tokens.end..draft.anchor).all(|t| !is_other(t)));
    let Some(first) = within().find(|q| quoted(q)).or(before) else { return };
    let comma = scene.is(first.inner.end - 1, &[","]);
    let sentence = scene.sentence(draft.anchor);
    let last = frame.iter().max().map_or(draft.anchor, |&t| t + 1);
    // “A,” X said, looking up, “B”: both are X's, even if another attribution seems to cover a part
    let after = scene.quotations.after(last).map(|(_, q)| q);
    let after =
        after.filter(|q| comma && q.tokens.start < sentence.end && scene.is(q.tokens.start - 1, &[","]));
    let mut pieces: Pieces = vec![first.tokens.clone()];
    let held =
        within().filter(|q| draft.content.iter().any(|p| p.start <= q.inner.start && q.inner.end <= p.end));
    for q in held.chain(after) {
        let goes_on = q.tokens.start > 0 && scene.is(q.tokens.start - 1, &[",", ":"]);
        // “B,” Y added: the comma says that the sentence continues
        let comma = scene.is(q.inner.end - 1, &[","]) || scene.is(q.tokens.end, &[","]);
        // “A,” X said, adding: “B”
        let introduced = (last..q.tokens.start).any(|i| speaks(scene, i) && !frame.contains(&i));
        let taken = introduced || comma && next_word(q.tokens.end).is_some_and(is_other);
        let long = q.inner.len() > 2;
        if q.tokens != first.tokens && long && !taken && (begins(q.tokens.start) || goes_on) {
            pieces.push(q.tokens.clone());
        }
    }
    draft.content = tidy(pieces);
}

/// True for a verb that takes words in quotation marks.
fn speaks(scene: &Scene<'_>, token: u32) -> bool {
    scene.upos(token) == Upos::Verb
        && cue(&scene.tree.lemma(token).to_lowercase(), CueKind::Verb).is_some_and(|c| c.takes_quotation())
}

/// "She says, “...,” until the lights go out": after a comma, a complete quotation is all that she says.
fn quotation_after(draft: &mut Draft, scene: &Scene<'_>) {
    for piece in &mut draft.content {
        let Some((_, q)) = scene.quotations.touching(piece).next() else { continue };
        let introduced = q.tokens.start > draft.anchor
            && scene.is(q.tokens.start - 1, &[",", ":"])
            && scene.tree.form(q.inner.start).starts_with(char::is_uppercase);
        let whole = q.closed && q.inner.len() > 3 && scene.is(q.inner.end - 1, &[",", ".", "!", "?"]);
        let rest = q.tokens.end..piece.end;
        let more = scene.quotations.touching(&rest).any(|(_, other)| other.tokens != q.tokens);
        if q.tokens.start == piece.start && introduced && whole && !rest.is_empty() && !more {
            piece.end = q.tokens.end;
        }
    }
}

/// A quotation that continues after the cue of what precedes it belongs to no other attribution.
fn one_owner(kept: &mut [Draft], scene: &Scene<'_>) {
    let mut owned: Vec<(usize, std::ops::Range<u32>)> = Vec::new();
    for (i, draft) in kept.iter().enumerate() {
        let before = draft.content.first().is_some_and(|p| p.end <= draft.anchor);
        for piece in draft.content.iter().filter(|p| before && p.start > draft.anchor) {
            if scene.quotations.touching(piece).any(|(_, q)| q.tokens == *piece) {
                owned.push((i, piece.clone()));
            }
        }
    }
    for (owner, piece) in owned {
        let from = kept.get(owner).map_or(0, |d| d.anchor);
        for (i, other) in kept.iter_mut().enumerate() {
            if i != owner && from < other.anchor && other.anchor < piece.start && !speaks(scene, other.anchor)
            {
                other.content = cut_out(&other.content, &piece);
            }
        }
    }
}

/// Quotations that continue in later paragraphs are one statement with what they continue.
pub(super) fn join_continuations(drafts: Vec<Draft>) -> Vec<Draft> {
    let (goes_on, mut kept): (Vec<_>, Vec<_>) =
        drafts.into_iter().partition(|d| d.construction == Construction::Continuation);
    let at_anchor: BTreeMap<u32, usize> =
        kept.iter().enumerate().filter(|(_, d)| !d.cue.is_empty()).map(|(i, d)| (d.anchor, i)).collect();
    for more in goes_on {
        match at_anchor.get(&more.anchor).and_then(|&i| kept.get_mut(i)) {
            Some(draft) => {
                draft.content.extend(more.content);
                draft.content = tidy(std::mem::take(&mut draft.content));
            }
            None => kept.push(more),
        }
    }
    kept
}

/// "told [the panel that ...]": a content after its cue begins with "that" if only a noun phrase precedes it.
fn without_addressee(draft: &mut Draft, scene: &Scene<'_>) {
    let Some(first) =
        draft.content.first_mut().filter(|p| p.start > draft.anchor && p.start <= draft.anchor + 4)
    else {
        return;
    };
    let verb = |i: u32| matches!(scene.upos(i), Upos::Verb | Upos::Aux | Upos::Sconj);
    let near = first.start..first.end.min(first.start + 12);
    let that = near.clone().find(|&i| scene.is(i, &["that"]) && scene.upos(i) == Upos::Sconj);
    if let Some(that) = that.filter(|&t| t > first.start && !(first.start..t).any(verb)) {
        let noun = |i: u32| matches!(scene.upos(i), Upos::Noun | Upos::Propn | Upos::Pron);
        if (first.start..that).any(noun) {
            first.start = that;
        }
    }
}

/// "The colonel was quoted by the paper as saying that ...": the colonel is the source, and the paper relays.
fn quoted_not_quoting(draft: &mut Draft, scene: &Scene<'_>) {
    let tree = scene.tree;
    let Some(first) = draft.source.first().map(|p| p.start) else { return };
    let verb = draft.cue.iter().cloned().flatten().find(|&t| words::is(Set::Quoting, tree.lemma(t)));
    let Some(verb) = verb.filter(|&t| scene.is(t + 1, &["by"]) && first == t + 2) else { return };
    let subject = scene.children(verb).iter().copied().find(|&c| tree.relation(c) == "nsubj:pass");
    if let Some(subject) = subject {
        draft.source = vec![scene.subtree(subject)];
    }
}

/// "A man has died, police said on Thursday, taking the toll to four": the participle after the cue belongs to the content.
fn trailing_participle(draft: &mut Draft, scene: &Scene<'_>) {
    const REACH: u32 = 6;
    let frame = draft.cue.iter().chain(&draft.source).map(|p| p.end).max().unwrap_or(draft.anchor + 1);
    let Some(last) = draft.content.last().map(|p| p.end).filter(|&end| end <= draft.anchor) else { return };
    let sentence = scene.sentence(draft.anchor);
    let whole = draft.content.first().is_some_and(|p| p.start <= sentence.start + 1);
    let comma = (frame..sentence.end.min(frame + REACH)).find(|&t| scene.is(t, &[","]));
    let which = comma.is_some_and(|c| scene.is(c + 1, &["which"]));
    let verb = comma.map(|c| c + 1 + u32::from(which));
    let Some(verb) = verb.filter(|&v| whole && v + 1 < sentence.end) else { return };
    let participle =
        scene.tree.token(verb).is_some_and(|t| t.xpos == "VBG" && t.relation.starts_with("advcl"));
    let hangs = scene.tree.head(verb).is_some_and(|h| h < last && h >= sentence.start);
    // Whatever it hangs on, the new count is what was said.
    let counts = words::is(Set::MovingCounts, scene.tree.lemma(verb))
        && (verb + 1..sentence.end.min(verb + REACH))
            .any(|t| words::is(Set::CountNouns, scene.tree.lemma(t)));
    // "..., the coast guard said, leaving 14 missing": the event does that, not the speaker ("said, adding that").
    let results = scene.tree.token(verb).is_some_and(|t| t.xpos == "VBG")
        && words::is(Set::Resulting, scene.tree.lemma(verb))
        && (verb + 1..sentence.end.min(verb + REACH)).any(|t| scene.upos(t) == Upos::Num);
    if participle && hangs || counts || results {
        let end = scene.subtree(verb).end.min(sentence.end);
        draft.content.push(verb..end);
        draft.content = tidy(std::mem::take(&mut draft.content));
    }
}

/// "SEOUL — ...": the dateline is the outlet's, not the source's.
fn without_dateline(draft: &mut Draft, scene: &Scene<'_>) {
    let Some(first) = draft.content.first_mut() else { return };
    let Some(sentence) = scene.tree.sentence(first.start).filter(|s| s.tokens.start == first.start) else {
        return;
    };
    let reach = first.start..first.end.min(first.start + 10).min(sentence.tokens.end);
    let dash = reach.clone().find(|&i| scene.is(i, &["-", "--", "\u{2013}", "\u{2014}", "\u{2015}"]));
    let upper = |s: &str| s.chars().any(char::is_alphabetic) && !s.chars().any(char::is_lowercase);
    if let Some(dash) =
        dash.filter(|&d| d > first.start && upper(scene.tree.form(first.start)) && d + 3 < first.end)
    {
        let name = |i: u32| {
            matches!(scene.upos(i), Upos::Propn | Upos::Punct | Upos::Num) || upper(scene.tree.form(i))
        };
        if (first.start..dash).all(name) {
            first.start = dash + 1;
        }
    }
}
