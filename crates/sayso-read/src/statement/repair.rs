//! Repairs contents before statements are made from them, where a cue's grammar or the sentence's shape leaves no doubt.

use sayso_model::{Attribution, Construction, EntityKind, Span, TimeExpression, Upos};

use super::{chain::cue_token, order, owner, says, tells};
use crate::{
    by_sentence::BySentence,
    lexicon,
    tree::{Tree, base},
    words::{self, Set},
};

/// Repairs the contents of attributions in place.
pub(crate) fn contents(tree: &Tree<'_>, attributions: &mut [Attribution]) {
    for attribution in attributions.iter_mut() {
        if let Some((source, content)) = source_at_the_end(tree, attribution) {
            take_source(tree, attribution, source);
            attribution.content = vec![content];
        }
        if let Some((source, content)) = said_by_what_follows(tree, attribution) {
            take_source(tree, attribution, source);
            attribution.content = vec![content];
        }
        // "..., as quoted by the radio" names the relay.
        if attribution.content.len() > 1 {
            attribution.content.retain(|c| !is_credit(c.cut(tree.text)));
        }
        if let Some((source, details)) = details_after_source(tree, attribution) {
            attribution.source = vec![source];
            attribution.source_head = tree.head_of(source);
            attribution.content.push(details);
        }
        if let Some(content) = after_citing(tree, attribution) {
            attribution.content = vec![content];
        }
        if let Some(content) = own_sentence(tree, attribution) {
            attribution.content = vec![content];
        }
        attribution.content.extend(rest_after_cue(tree, attribution));
        if let Some(content) = sentence_before(tree, attribution) {
            attribution.content = vec![content];
            continue;
        }
        if let Some(content) = quoted_as_saying(tree, attribution)
            .or_else(|| from_the_start(tree, attribution))
            .or_else(|| whole_clause(tree, attribution))
        {
            attribution.content = vec![content];
        }
        if let Some(source) = quoted_speaker(tree, attribution) {
            take_source(tree, attribution, source);
        }
        if attribution.source.is_empty()
            && let Some(source) = subject(tree, attribution)
        {
            take_source(tree, attribution, source);
        }
        if let Some((source, content)) = source_by_order(tree, attribution) {
            take_source(tree, attribution, source);
            attribution.content = vec![content];
        }
        if is_said_of(tree, attribution) {
            attribution.source.clear();
        }
        if let Some(source) = who_goes_on_saying(tree, attribution) {
            take_source(tree, attribution, source);
        }
    }
    without_according_to(tree, attributions);
}

/// "19 died, according to the governor: 13 in the valley", "22 died, according to the office, including 16 in the valley": what
/// the content goes on with was taken for the end of the source.
fn details_after_source(tree: &Tree<'_>, attribution: &Attribution) -> Option<(Span, Span)> {
    let [source] = attribution.source[..] else { return None };
    let goes_on = source.start > attribution.content.first()?.start;
    let tokens = tree.document.tokens_in(source);
    let (cut, from) =
        (tokens.start + 1..tokens.end).filter(|_| goes_on).find_map(|t| match tree.form(t) {
            ":" => Some((t, t + 1)),
            "," if tree.form(t + 1) == "including" => Some((t, t + 1)),
            _ => None,
        })?;
    tree.span(tokens.start..cut).zip(tree.span(from..tokens.end))
}

/// "The mayor said nobody was hurt before the board reversed course, saying nine were": somebody who has already said something
/// is not the subject of "saying"; the subject of the clause before is.
fn who_goes_on_saying(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let cue = cue_token(tree, attribution).filter(|&c| tree.form(c) == "saying")?;
    let comma = cue.checked_sub(1).filter(|&c| tree.form(c) == ",")?;
    let source = tree.document.tokens_in(Span::hull(&attribution.source)?);
    let said = (source.end..comma).find(|&t| is_finite(tree, t)).filter(|&t| tree.lemma(t) == "say")?;
    let clause =
        (said + 1..comma).rev().find(|&t| is_finite(tree, t) && tree.child(t, &["nsubj"]).is_some())?;
    let subject = tree.child(clause, &["nsubj"]).filter(|s| (said + 1..clause).contains(s))?;
    let speaks = tree.entity(subject).is_some()
        || tree.token(subject).is_some_and(|t| t.upos == Upos::Propn)
        || lexicon::role_noun(tree.lemma(subject)).is_some_and(|r| r.class != lexicon::RoleClass::Document);
    tree.span(tree.subtree(subject).start..clause.min(tree.subtree(subject).end)).filter(|_| speaks)
}

fn is_finite(tree: &Tree<'_>, token: u32) -> bool {
    tree.token(token).is_some_and(|t| t.upos == Upos::Verb && matches!(t.xpos, "VBD" | "VBZ" | "VBP"))
}

/// "Twelve are reported to be sailors", "the crew was told to leave": true if the apparent source is only spoken about.
fn is_said_of(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    let Some(cue) = cue_token(tree, attribution) else { return false };
    let before = |spans: &[Span]| {
        Span::hull(spans).zip(tree.token(cue)).is_some_and(|(s, cue)| s.end <= cue.span.start)
    };
    tree.token(cue).is_some_and(|t| t.xpos == "VBN")
        && tree.children(cue).iter().any(|&c| tree.relation(c) == "aux:pass")
        && tree.form(cue + 1) == "to"
        && before(&attribution.source)
}

/// "Another 40 are expected by the weekend": by whom is not said.
pub(crate) fn no_time_speaks(attributions: &mut [Attribution], times: &[TimeExpression]) {
    for attribution in attributions.iter_mut() {
        let [source] = attribution.source[..] else { continue };
        let from = times.partition_point(|t| t.span.end <= source.start);
        if times.get(from).is_some_and(|t| t.span.start <= source.start && source.end <= t.span.end) {
            attribution.source.clear();
            attribution.source_head = None;
        }
    }
}

/// Removes what reads a verb backwards if the same verb is read forwards too: nobody but "the sheriffs" can speak in "the
/// sheriffs reported a combined 24".
pub(crate) fn not_backwards(tree: &Tree<'_>, attributions: &mut Vec<Attribution>) {
    let swapped = |a: &Attribution, b: &Attribution| {
        let meet = |x: &[Span], y: &[Span]| x.iter().any(|x| y.iter().any(|y| x.overlaps(*y)));
        a.cue == b.cue && meet(&a.source, &b.content) && meet(&a.content, &b.source)
    };
    let near = BySentence::new(tree, attributions.iter().map(|a| a.cue.as_slice()));
    let speaks = |a: &Attribution| a.source.iter().any(|s| owner::can_speak(tree, *s));
    let order = |a: &Attribution| {
        Span::hull(&a.source).zip(Span::hull(&a.content)).is_some_and(|(s, c)| s.start < c.start)
    };
    let backwards: Vec<bool> = attributions
        .iter()
        .map(|a| {
            let at = a.cue.first().map_or(0, |c| c.start);
            let mut others = near.at(tree, at).filter_map(|other| attributions.get(other));
            others.any(|b| swapped(a, b) && (speaks(b), order(b)) > (speaks(a), order(a)))
        })
        .collect();
    let mut backwards = backwards.into_iter();
    attributions.retain(|_| !backwards.next().unwrap_or(false));
}

/// "Rebels said they had killed 30. The army denied the claim": what is denied is what was said right before.
pub(crate) fn denied_before(tree: &Tree<'_>, attributions: &mut [Attribution]) {
    let points_back = |a: &Attribution| {
        let [content] = a.content[..] else { return false };
        let tokens = tree.document.tokens_in(content);
        let pointer = matches!(tree.form(tokens.start).to_lowercase().as_str(), "the" | "this" | "these");
        let first = tokens.start + u32::from(pointer && tokens.len() > 1);
        let pronoun = || words::is(Set::Pointers, &tree.form(first).to_lowercase());
        first + 1 == tokens.end && (words::is(Set::DeniedBefore, tree.lemma(first)) || pronoun())
    };
    let said: Vec<(Span, Vec<Span>)> =
        attributions.iter().filter_map(|a| Some((Span::hull(&a.content)?, a.content.clone()))).collect();
    for denial in attributions.iter_mut() {
        if !super::modality::is_denial(tree, &denial.cue) || !points_back(denial) {
            continue;
        }
        let Some(start) = Span::hull(&denial.cue).map(|c| c.start) else { continue };
        let here = tree.sentence_at(start);
        let before = said
            .iter()
            .filter(|(hull, _)| hull.end <= start && here.saturating_sub(tree.sentence_at(hull.start)) <= 1)
            .max_by_key(|(hull, _)| (hull.end, hull.start));
        if let Some((_, content)) = before {
            let own = std::mem::take(&mut denial.content);
            denial.content = content.iter().copied().chain(own).collect();
        }
    }
}

/// "X reported, citing Y, that CONTENT": neither "X reported" nor "citing Y" is part of it.
fn after_citing(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let [content] = attribution.content[..] else { return None };
    let tokens = tree.document.tokens_in(content);
    let cue = cue_token(tree, attribution)?;
    let cites = |t: u32| words::is(Set::Citing, tree.form(t));
    let from = if cites(cue) && tokens.end <= cue {
        // The clause that was taken for the content contains only a reporting verb.
        let verbs: Vec<u32> = tokens.filter(|&t| tree.is_finite(t)).collect();
        let [verb] = verbs[..] else { return None };
        (tells(tree, verb) || tree.lemma(verb) == "report").then_some(cue)?
    } else {
        cites(tokens.start).then_some(tokens.start)?
    };
    let sentence = tree.sentence(from)?;
    let limit = sentence.tokens.end.min(from + 16);
    let that = (from + 1..limit).find(|&t| tree.form(t) == "that" && tree.form(t - 1) == ",")?;
    tree.span(that..sentence.tokens.end).filter(|s| !s.is_empty())
}

fn is_credit(text: &str) -> bool {
    let mut parts = text.split(' ');
    parts.next() == Some("as")
        && parts.next().is_some_and(|verb| words::is(Set::Credited, verb))
        && parts.next() == Some("by")
}

fn take_source(tree: &Tree<'_>, attribution: &mut Attribution, source: Span) {
    attribution.source_head = tree.head_of(source);
    attribution.source = vec![source];
    attribution.construction = Construction::Verb;
}

/// "CONTENT, the lawmaker, Ada Brook, told the paper": the source by word order, if the tree took it for an apposition to the
/// content.
fn source_by_order(tree: &Tree<'_>, attribution: &Attribution) -> Option<(Span, Span)> {
    let [content] = attribution.content[..] else { return None };
    let cue = cue_token(tree, attribution)?;
    if !attribution.source.is_empty() || !tree.is_finite(cue) || !tells(tree, cue) {
        return None;
    }
    let start = tree.sentence(cue)?.tokens.start;
    let (source, said) = order::source_before(tree, start + 1, cue)?;
    let clause = tree.document.tokens_in(said).any(|t| tree.is_finite(t));
    (clause && said.overlaps(content)).then_some((source, said))
}

/// "CONTENT, the agency, known as the CDA, said": a source that was taken for the end of the content, with what is left of it.
fn source_at_the_end(tree: &Tree<'_>, attribution: &Attribution) -> Option<(Span, Span)> {
    let [content] = attribution.content[..] else { return None };
    let cue = cue_token(tree, attribution)
        .filter(|&c| attribution.source.is_empty() && words::is(Set::SayingAlone, tree.lemma(c)))?;
    let tokens = tree.document.tokens_in(content);
    let close = tokens.end;
    if close > cue || (close..cue).any(|t| tree.form(t) != ",") || tree.form(cue.checked_sub(1)?) != "," {
        return None;
    }
    let mut end = close;
    while let Some(comma) = (tokens.start..end).rev().find(|&t| tree.form(t) == ",") {
        let segment = comma + 1..end;
        let participle = tree.token(comma + 1).is_some_and(|t| matches!(t.xpos, "VBN" | "WP" | "WDT"));
        if !participle {
            let finite = segment.clone().any(|t| tree.is_finite(t));
            let role = segment.clone().any(|t| {
                lexicon::role_noun(tree.lemma(t)).is_some_and(|r| r.class != lexicon::RoleClass::Document)
            });
            let named = tree.entities_in(segment).any(|e| e.kind != EntityKind::Location);
            return (!finite && (role || named))
                .then(|| tree.span(comma + 1..close).zip(tree.span(tokens.start..comma)))
                .flatten();
        }
        end = comma;
    }
    None
}

/// "CONTENT, says the agency, NRB": source and content were swapped.
fn said_by_what_follows(tree: &Tree<'_>, attribution: &Attribution) -> Option<(Span, Span)> {
    let ([source], [content]) = (&attribution.source[..], &attribution.content[..]) else { return None };
    let cue = cue_token(tree, attribution).filter(|&c| says(tree, c))?;
    let (taken, rest) = (tree.document.tokens_in(*source), tree.document.tokens_in(*content));
    let parted = tree.form(cue.checked_sub(1)?) == "," && taken.end < cue && rest.start == cue + 1;
    let sentence = tree.sentence(cue)?;
    let finite = |t: u32| tree.is_finite(t);
    let ends = rest.end + 1 >= sentence.tokens.end;
    if !parted || !ends || rest.clone().any(finite) || !super::owned::is_speaker(tree, *content, true) {
        return None;
    }
    Some((*content, tree.span(sentence.tokens.start..cue - 1)?))
}

/// "She recalled that, according to the ministry, 18 had died": the content was looked for in another sentence.
fn own_sentence(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let ([source], [content]) = (&attribution.source[..], &attribution.content[..]) else { return None };
    let sentence = tree.document.sentences.get(tree.sentence_at(source.start))?;
    // Only the "that" of the interrupted clause may come before it.
    let link =
        content.cut(tree.text) == "that" && content.end <= source.start && sentence.span.contains(*content);
    if attribution.construction != Construction::AccordingTo || sentence.span.overlaps(*content) && !link {
        return None;
    }
    let comma = tree.document.tokens_in(*source).end;
    let end = sentence.tokens.end - u32::from(tree.form(sentence.tokens.end.checked_sub(1)?) == ".");
    (tree.form(comma) == "," && comma + 3 < end).then(|| tree.span(comma + 1..end)).flatten()
}

/// Removes "..., according to Y" from the end of what X says: Y's content is that X says it.
fn without_according_to(tree: &Tree<'_>, attributions: &mut [Attribution]) {
    let outer: Vec<(Span, Span)> = attributions
        .iter()
        .filter(|a| a.construction == Construction::AccordingTo)
        .filter_map(|a| Some((Span::hull(&a.cue)?, Span::hull(&a.content)?)))
        .collect();
    for attribution in attributions.iter_mut().filter(|a| a.construction != Construction::AccordingTo) {
        let Some(cue) = Span::hull(&attribution.cue) else { continue };
        for content in &mut attribution.content {
            let from = outer.partition_point(|(c, _)| c.start < content.start);
            // Attributions are in text order of their first spans, which is nearly that of their cues.
            let near = outer.iter().skip(from.saturating_sub(2)).take(6);
            for (according, whole) in near {
                if !content.contains(*according) || !whole.contains(cue) {
                    continue;
                }
                let end = tree.document.tokens_in(*according).start;
                let start = tree.document.tokens_in(*content).start;
                if whole.end <= according.start
                    && let Some(cut) = tree.span(start..end)
                {
                    *content = cut;
                }
            }
        }
    }
}

/// What continues after an inserted cue without a verb of its own: "Four were killed, he said, and nine wounded".
fn rest_after_cue(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let [content] = attribution.content[..] else { return None };
    let roles = Span::hull(&attribution.cue)?;
    let roles = Span::hull(&attribution.source).map_or(roles, |s| s.cover(roles));
    if attribution.construction != Construction::Verb || content.end > roles.start {
        return None;
    }
    let sentence = tree.document.sentences.get(tree.sentence_at(roles.start))?;
    let comma = tree.document.tokens_in(roles).end;
    let link = tree.form(comma + 1);
    if tree.form(comma) != "," || !matches!(link, "and" | "with" | "including" | "among") {
        return None;
    }
    let rest = comma + 1..sentence.tokens.end;
    let plain = rest.clone().all(|t| {
        tree.token(t).is_some_and(|x| {
            !matches!(x.xpos, "VBD" | "VBZ" | "VBP" | "MD" | "PRP")
                && !matches!(tree.form(t), "\"" | "“" | "”" | ";" | ":")
        })
    });
    plain.then(|| tree.span(rest)).flatten().filter(|s| !s.is_empty())
}

/// "CONTENT. That is according to X.": what "that" refers to.
fn sentence_before(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let [content] = attribution.content[..] else { return None };
    let words = content.cut(tree.text).to_lowercase();
    if attribution.construction != Construction::AccordingTo
        || !matches!(
            words.as_str(),
            "that" | "this" | "that is" | "this is" | "that's" | "that was" | "that’s"
        )
    {
        return None;
    }
    let here = tree.document.sentences.get(tree.sentence_at(content.start))?;
    let before = tree.document.sentences.get(tree.sentence_at(content.start).checked_sub(1)?)?;
    (here.paragraph == before.paragraph).then_some(before.span)
}

/// The subject of a cue that was left without a source: "The company on Tuesday denied telling the paper that ...".
fn subject(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let cue = cue_token(tree, attribution)?;
    let quoted = words::is(Set::Quoting, tree.lemma(cue));
    let subject =
        tree.child(cue, &["nsubj"]).filter(|&s| s < cue && (quoted || tree.relation(s) == "nsubj"))?;
    let speaker = tree.entity(subject).is_some()
        || tree.token(subject).is_some_and(|t| t.upos == Upos::Propn)
        || lexicon::role_noun(tree.lemma(subject)).is_some_and(|r| r.class != lexicon::RoleClass::Document);
    let source = tree.span(tree.subtree(subject).start..cue.min(tree.subtree(subject).end))?;
    let apart = attribution.content.iter().chain(&attribution.cue).all(|s| !s.overlaps(source));
    (speaker && apart).then_some(source)
}

/// "CONTENT, X quoted Y as saying" and "X quoted Y as saying CONTENT": "Y as saying" is not the content.
fn quoted_as_saying(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let cue = cue_token(tree, attribution).filter(|&c| words::is(Set::Quoting, tree.lemma(c)))?;
    let sentence = tree.sentence(cue)?;
    let limit = sentence.tokens.end.min(cue + 14);
    let saying = (cue + 1..limit)
        .find(|&t| tree.lemma(t.saturating_sub(1)) == "as" && words::is(Set::Saying, tree.lemma(t)))?;
    let end = (saying + 1..sentence.tokens.end).find(|&t| tree.form(t) == ";").unwrap_or(sentence.tokens.end);
    let after = tree.span(saying + 1..end).filter(|s| !s.is_empty());
    if after.is_some() {
        return after;
    }
    let source = Span::hull(&attribution.source).map_or(cue, |s| tree.document.tokens_in(s).start.min(cue));
    tree.span(sentence.tokens.start..source)
}

/// "X quotes Y as saying": the speaker is Y, whatever was taken for the source of "saying".
fn quoted_speaker(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let saying = cue_token(tree, attribution)
        .filter(|&c| tree.form(c).ends_with("ing") && tree.form(c.saturating_sub(1)) == "as")?;
    let start = tree.sentence(saying)?.tokens.start.max(saying.saturating_sub(14));
    let verb = (start..saying).rev().find(|&t| words::is(Set::Quoting, tree.lemma(t)))?;
    let passive = tree.child(verb, &["aux"]).is_some_and(|a| tree.lemma(a) == "be");
    let adjunct = |t: u32| {
        tree.token(t).is_some_and(|x| x.upos == Upos::Adp)
            && tree.head(t).is_some_and(|noun| tree.head(noun) == Some(verb))
    };
    let end = (verb + 1..saying - 1).find(|&t| adjunct(t)).unwrap_or(saying - 1);
    let source = (!passive && verb + 1 < end).then(|| tree.span(verb + 1..end)).flatten()?;
    let apart = attribution.content.iter().chain(&attribution.cue).all(|s| !s.overlaps(source));
    (apart && !source.is_empty() && attribution.source[..] != [source]).then_some(source)
}

/// A content after its verb that stops inside the clause or list governed by the verb is extended to all of it.
fn whole_clause(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let [content] = attribution.content[..] else { return None };
    let cue = cue_token(tree, attribution)
        .filter(|&c| tree.token(c).is_some_and(|t| t.upos == Upos::Verb && t.span.end <= content.start))?;
    let governed = tree.children(cue).iter().copied().filter(|&c| {
        c > cue
            && matches!(base(tree.relation(c)), "ccomp" | "obj")
            && tree.span(tree.subtree(c)).is_some_and(|s| s.overlaps(content))
    });
    let clause = governed.filter_map(|c| tree.span(tree.subtree(c))).reduce(Span::cover)?;
    let apart = attribution.source.iter().chain(&attribution.cue).all(|s| !s.overlaps(clause));
    let quoted = clause.cut(tree.text).contains(['"', '“', '”']);
    // Never less than was found, and never much more than a clause.
    (apart && !quoted && clause.contains(content) && clause != content && clause.len() <= content.len() * 4)
        .then_some(clause)
}

/// Extends a content before its source and cue back to the start of the sentence if only a phrase precedes its own clause there
/// ("Of roughly 9,000 sent, about 400 were hurt, officials said").
fn from_the_start(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let [content] = attribution.content[..] else { return None };
    let cue = cue_token(tree, attribution)?;
    let sentence = tree.sentence(cue)?;
    let first = tree.document.tokens_in(content).start;
    let roles = Span::hull(&attribution.source).unwrap_or(content);
    let before = content.end <= tree.token(cue)?.span.start && content.end <= roles.start.max(content.end);
    if !before
        || first <= sentence.tokens.start
        || tree.token(first.checked_sub(1)?)?.span.cut(tree.text) != ","
    {
        return None;
    }
    let in_front = sentence.tokens.start..first;
    let clause = in_front.clone().any(|t| {
        tree.token(t).is_some_and(|x| {
            (x.upos == Upos::Verb && matches!(x.xpos, "VBD" | "VBZ" | "VBP"))
                || x.upos == Upos::Aux
                || matches!(x.span.cut(tree.text), "\"" | "“" | "”" | ":" | ";")
        })
    });
    let phrase = tree.token(in_front.start).is_some_and(|t| t.upos == Upos::Adp);
    let roles_in_front = attribution.source.iter().chain(&attribution.cue).any(|s| s.start < content.start);
    (phrase && !clause && !roles_in_front)
        .then(|| tree.document.span_of(in_front).map(|s| s.cover(content)))
        .flatten()
}
