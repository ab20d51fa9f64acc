//! What the labeller and the rules found, made one: a cue has one content, quotations stay whole, and of two that
//! contradict each other the surer one stays.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{Construction, Upos};

use super::{
    draft::{Draft, Pieces, cut_out, holds, tidy},
    learned::Labelled,
    rules::Scene,
};

/// Merges both.
pub(super) fn merge(labelled: Vec<Labelled>, rules: Vec<Draft>, scene: &Scene<'_>) -> Vec<Draft> {
    let mut kept = consistent(labelled);
    let frames: BTreeMap<u32, usize> = kept
        .iter()
        .enumerate()
        .flat_map(|(i, d)| d.cue.iter().chain(&d.source).cloned().flatten().map(move |t| (t, i)))
        .collect();
    for (i, draft) in kept.iter_mut().enumerate() {
        source_outside(draft, scene);
        whole_quotations(draft, scene);
        quotation_before(draft, scene, &|t| frames.get(&t).copied().filter(|&other| other != i).is_some());
        without_addressee(draft, scene);
        without_dateline(draft, scene);
    }
    kept.retain(|d| !d.content.is_empty());
    let mut at_anchor: BTreeMap<u32, usize> = kept.iter().enumerate().map(|(i, d)| (d.anchor, i)).collect();
    let mut cues = tokens(kept.iter().map(|d| &d.cue));
    let mut spoken = tokens(kept.iter().map(|d| &d.content));
    for mut rule in rules {
        let known = at_anchor.get(&rule.anchor).copied().filter(|_| !rule.cue.is_empty());
        if let Some(own) = known.and_then(|i| kept.get_mut(i)) {
            // "citing Y" is read from Y's side, which the labeller has not learned to do
            if rule.construction == Construction::Citing {
                *own = rule;
            } else {
                own.construction = rule.construction;
            }
            continue;
        }
        if rule.cue.iter().cloned().flatten().any(|t| cues.contains(&t)) {
            continue;
        }
        if spoken.contains(&rule.anchor) {
            // inside what somebody says: it may not reach out of it
            rule.content = tidy(rule.content.into_iter().flat_map(|p| inside(&p, &spoken)).collect());
            if rule.content.is_empty() {
                continue;
            }
        } else {
            let known = rule.content.iter().cloned().flatten().filter(|t| spoken.contains(t)).count() as u32;
            let repeats = known * 2 > rule.size();
            if (repeats || !trusted(&rule, scene)) && rule.construction != Construction::Citing {
                continue;
            }
            spoken.extend(rule.content.iter().cloned().flatten());
        }
        cues.extend(rule.cue.iter().cloned().flatten());
        at_anchor.insert(rule.anchor, kept.len());
        kept.push(rule);
    }
    kept
}

fn tokens<'a>(pieces: impl Iterator<Item = &'a Pieces>) -> BTreeSet<u32> {
    pieces.flat_map(|p| p.iter().cloned().flatten()).collect()
}

/// The parts of a piece whose tokens are in a set.
fn inside(piece: &std::ops::Range<u32>, set: &BTreeSet<u32>) -> Pieces {
    tidy(set.range(piece.clone()).map(|&t| t..t + 1).collect())
}

/// What a rule tells more exactly than the labeller: fixed forms, and whole quotations.
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
        Construction::Verb => !draft.source.is_empty() && draft.content.iter().all(whole),
        _ => false,
    }
}

/// Of the labeller's attributions those that it believes, surest first: no cue twice, and none that lies in the
/// content of one whose own cue lies in its content.
fn consistent(mut labelled: Vec<Labelled>) -> Vec<Draft> {
    labelled.retain(|l| l.score >= 0.0);
    labelled.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.draft.anchor.cmp(&b.draft.anchor)));
    let mut cues = BTreeSet::new();
    // for each token of a content the surest attribution that it belongs to, by its place among those kept
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

/// A content that takes most of a quotation takes all of it, and one that takes a word at its edge takes none.
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

/// A source does not reach into a quotation that its cue stands outside of.
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

/// "“...,” X said": where a quotation that begins a sentence ends at its source or cue, what else belongs to the
/// content are quotations that begin a sentence or go on after the cue, unless they end at another's source or cue.
fn quotation_before(draft: &mut Draft, scene: &Scene<'_>, is_other: &dyn Fn(u32) -> bool) {
    let frame: Vec<u32> = draft.cue.iter().chain(&draft.source).cloned().flatten().collect();
    let next_word = |end: u32| (end..end + 3).find(|&i| scene.upos(i) != Upos::Punct);
    let begins = |t: u32| scene.tree.sentence(t).is_some_and(|s| s.tokens.start == t);
    let (Some(low), Some(high)) =
        (draft.content.first().map(|p| p.start), draft.content.last().map(|p| p.end))
    else {
        return;
    };
    let speech: Vec<_> = scene
        .quotations
        .touching(&(low..high))
        .map(|(_, q)| q)
        .filter(|q| draft.content.iter().any(|p| p.start <= q.inner.start && q.inner.end <= p.end))
        .collect();
    let first = speech.iter().find(|q| {
        let comma = scene.is(q.inner.end - 1, &[",", "?", "!"]) || scene.is(q.tokens.end, &[","]);
        comma
            && q.inner.len() > 2
            && begins(q.tokens.start)
            && next_word(q.tokens.end).is_some_and(|t| frame.contains(&t))
    });
    let Some(first) = first else { return };
    let mut pieces: Pieces = vec![first.tokens.clone()];
    for q in &speech {
        let goes_on = q.tokens.start > 0 && scene.is(q.tokens.start - 1, &[",", ":"]);
        // “B,” Y added: the comma says that the sentence goes on
        let comma = scene.is(q.inner.end - 1, &[","]) || scene.is(q.tokens.end, &[","]);
        let taken = comma && next_word(q.tokens.end).is_some_and(is_other);
        let long = q.inner.len() > 2;
        if q.tokens != first.tokens && long && !taken && (begins(q.tokens.start) || goes_on) {
            pieces.push(q.tokens.clone());
        }
    }
    draft.content = tidy(pieces);
}

/// "told [the panel that ...]": a content after its cue begins with "that" where only a noun phrase stands before it.
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
