//! What is expected, planned, possible or demanded next, with the day by which it is due.

use sayso_model::{Date, Expectation, Modality, Span, Statement, TimeExpression, TimeRelation, Upos};

use crate::{
    by_sentence::BySentence,
    tree::{Tree, base},
    words::{self, Set},
};

/// All expectations in text order, at most one for each clause.
///
/// `published` is the day that "ahead" is relative to, if only a day shows that something is in the future.
pub(crate) fn find(
    tree: &Tree<'_>,
    statements: &[Statement],
    times: &[TimeExpression],
    published: Option<Date>,
) -> Vec<Expectation> {
    let mut found: Vec<Expectation> = Vec::new();
    let spans: Vec<Vec<Span>> =
        statements.iter().map(|s| s.content.iter().chain(&s.cue).copied().collect()).collect();
    let near = BySentence::new(tree, spans.iter().map(Vec::as_slice));
    let is_ahead = |words: Span| {
        let from = times.partition_point(|t| t.span.start < words.start);
        times[from..].iter().take_while(|t| t.span.start < words.end).any(|t| {
            matches!(t.relation, TimeRelation::At | TimeRelation::Coming)
                && t.start.zip(published).is_some_and(|(day, published)| day > published)
        })
    };
    for token in 0..tree.document.tokens.len() as u32 {
        let Some((modality, cue, clause)) = cue(tree, token).or_else(|| calendar(tree, token, &is_ahead))
        else {
            continue;
        };
        let Some(span) = clause_span(tree, clause) else { continue };
        if found.iter().rev().take(6).any(|e| e.span.contains(cue) && (e.span == span || e.cue.overlaps(cue)))
        {
            continue;
        }
        let over = |time: &TimeExpression| {
            last_day(time).zip(published).is_some_and(|(by, published)| by < published)
        };
        let time = time_of(times, span, cue, &over);
        let by = time.and_then(last_day);
        // What was due by a past day is not something that comes next.
        if time.is_some_and(over) {
            continue;
        }
        if is_open_question(tree, clause) || is_of_a_superlative(tree, clause) {
            continue;
        }
        // "a toll that would make it the worst" assesses the present; with a day it is about the future.
        if time.is_none() && tree.lemma(token) == "would" && base(tree.relation(clause)) == "acl" {
            continue;
        }
        let statement = near
            .at(tree, cue.start)
            .filter(|&place| spans[place].iter().any(|c| c.contains(cue)))
            .map(|place| &statements[place])
            .min_by_key(|s| s.content.iter().map(|c| c.len()).sum::<usize>());
        found.push(Expectation {
            span,
            cue,
            modality,
            statement: statement.map(|s| s.id),
            time: time.map(|t| t.id),
            by,
        });
    }
    // A forecast whose clause is inside another's is subsumed by the wider one only if both have the same cue word.
    found.sort_by_key(|e| (e.span.start, std::cmp::Reverse(e.span.end)));
    found.dedup_by(|b, a| a.span == b.span);
    found
}

/// "whether they will be replaced", "asked if it will reopen": true for a clause that leaves open what it says.
fn is_open_question(tree: &Tree<'_>, clause: u32) -> bool {
    let asks = |c: u32| base(tree.relation(c)) == "mark" && matches!(tree.lemma(c), "whether" | "if");
    tree.children(clause).iter().any(|&c| asks(c))
}

/// "the worst night that I will ever have": true for a clause that only says of how much something is the most.
fn is_of_a_superlative(tree: &Tree<'_>, clause: u32) -> bool {
    let noun = (base(tree.relation(clause)) == "acl").then(|| tree.head(clause)).flatten();
    noun.is_some_and(|noun| {
        tree.subtree(noun)
            .take_while(|&t| t < noun)
            .any(|t| tree.token(t).is_some_and(|t| matches!(t.xpos, "JJS" | "RBS")))
    })
}

/// "I did not expect it to move so fast": true for what has come though nobody expected it.
fn is_unforeseen(tree: &Tree<'_>, verb: u32) -> bool {
    let children = tree.children(verb);
    let did = |&c: &u32| tree.lemma(c) == "do" && tree.token(c).is_some_and(|t| t.xpos == "VBD");
    children.iter().any(|&c| tree.is_negation(c)) && children.iter().any(did)
}

/// The last day on which something due "by" or "at" a time should have happened.
fn last_day(time: &TimeExpression) -> Option<Date> {
    match time.relation {
        TimeRelation::Since | TimeRelation::After | TimeRelation::Past => None,
        _ => time.end,
    }
}

/// A word that shows that something is in the future: its modality, the word and the head of the clause that says what.
fn cue(tree: &Tree<'_>, token: u32) -> Option<(Modality, Span, u32)> {
    let at = tree.token(token)?;
    // "Will Turner" is a person's name.
    let capital = tree.form(token).chars().next().is_some_and(char::is_uppercase);
    if tree.entity(token).is_some()
        || (capital && tree.token(token + 1).is_some_and(|t| t.upos == Upos::Propn))
    {
        return None;
    }
    let head = at.head;
    let verb_head = head.filter(|&h| {
        tree.token(h)
            .is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Adj | Upos::Noun | Upos::Aux | Upos::Propn))
    });
    let finite = tree.child(token, &["aux", "cop"]).is_some() || matches!(at.xpos, "VBD" | "VBZ" | "VBP");
    match (at.lemma.as_str(), base(at.relation)) {
        (will, "aux") if words::is(Set::Will, will) => Some((Modality::Expected, at.span, verb_head?)),
        ("would", "aux") => {
            let verb = verb_head?;
            let told = matches!(base(tree.relation(verb)), "ccomp" | "conj" | "acl")
                || tree.children(verb).iter().any(|&c| tree.lemma(c) == "likely");
            let past = tree.children(verb).iter().any(|&c| tree.lemma(c) == "have");
            (told && !past).then_some((Modality::Expected, at.span, verb))
        }
        (may, "aux") if words::is(Set::May, may) => {
            let verb = verb_head?;
            let past = tree.children(verb).iter().any(|&c| tree.lemma(c) == "have");
            let able = at.lemma == "could" && is_ability(tree, verb);
            (!past && !able).then_some((Modality::Possible, at.span, verb))
        }
        (expects, _)
            if words::is(Set::Expecting, expects)
                && at.upos == Upos::Verb
                && has_complement(tree, token)
                && !is_unforeseen(tree, token) =>
        {
            Some((Modality::Expected, at.span, token))
        }
        (scheduled, _)
            if words::is(Set::Scheduled, scheduled)
                && matches!(at.xpos, "VBN" | "JJ" | "VBD" | "IN")
                && (tree.child(token, &["xcomp", "advcl", "obl"]).is_some()
                    && tree.child(token, &["aux", "cop"]).is_some()
                    || at.lemma == "due" && is_due(tree, token)) =>
        {
            Some((Modality::Expected, at.span, due_clause(tree, token)))
        }
        ("be", _) if matches!(at.xpos, "VBZ" | "VBP") => {
            let verb = infinitive_after(tree, token)?;
            Some((Modality::Planned, at.span, verb))
        }
        (resolves, _)
            if words::is(Set::Resolving, resolves)
                && at.upos == Upos::Verb
                && (finite || at.xpos == "VBG")
                && tree.child(token, &["xcomp"]).is_some() =>
        {
            Some((Modality::Planned, at.span, token))
        }
        (undertakes, _)
            if words::is(Set::Undertaking, undertakes)
                && at.upos == Upos::Verb
                && (finite || at.xpos == "VBG")
                && has_complement(tree, token) =>
        {
            Some((Modality::Planned, at.span, token))
        }
        // "A crew is working to restore power."
        ("work", _)
            if at.xpos == "VBG"
                && tree.children(token).iter().any(|&c| tree.lemma(c) == "be")
                && works_towards(tree, token) =>
        {
            Some((Modality::Planned, at.span, token))
        }
        // "has given the board until Friday to answer"
        ("give", _) if at.upos == Upos::Verb && has_deadline(tree, token) => {
            Some((Modality::Demanded, at.span, token))
        }
        ("ready", _) if tree.child(token, &["xcomp", "advcl"]).is_some() => {
            Some((Modality::Planned, at.span, token))
        }
        ("preparation", _) if tree.child(token, &["acl", "nmod"]).is_some() => {
            Some((Modality::Planned, at.span, token))
        }
        ("look" | "seek", _) if at.xpos == "VBZ" && tree.child(token, &["xcomp"]).is_some() => {
            Some((Modality::Planned, at.span, token))
        }
        (risk, _)
            if words::is(Set::Risks, risk)
                && at.upos == Upos::Noun
                && tree.child(token, &["nmod", "acl"]).is_some() =>
        {
            Some((Modality::Possible, at.span, token))
        }
        ("fear", _) if at.upos == Upos::Verb && has_complement(tree, token) => {
            Some((Modality::Possible, at.span, token))
        }
        ("likely", _)
            if tree.child(token, &["xcomp", "csubj", "ccomp"]).is_some()
                || at.upos == Upos::Adj && tree.child(token, &["cop"]).is_some() =>
        {
            Some((Modality::Possible, at.span, token))
        }
        ("demand" | "urge", _) if at.upos == Upos::Verb && finite && has_complement(tree, token) => {
            Some((Modality::Demanded, at.span, token))
        }
        _ => None,
    }
}

/// What is in the calendar: a verb in the present with a day ahead ("the school reopens on Monday"), what was to come on
/// such a day ("troops were to arrive on Monday") and what has been arranged for one ("has called a strike for Monday").
fn calendar(tree: &Tree<'_>, token: u32, is_ahead: &dyn Fn(Span) -> bool) -> Option<(Modality, Span, u32)> {
    let at = tree.token(token)?;
    let dated = |verb: u32, relations: &[&str], preposition: Option<&str>| {
        tree.children(verb).iter().any(|&c| {
            relations.contains(&base(tree.relation(c)))
                && preposition.is_none_or(|p| tree.child(c, &["case"]).is_some_and(|k| tree.form(k) == p))
                && tree.span(tree.subtree(c)).is_some_and(is_ahead)
        })
    };
    if at.lemma == "be" && at.xpos == "VBD" {
        let verb = infinitive_after(tree, token)?;
        return dated(verb, &["obl", "advmod", "nmod"], None).then_some((Modality::Planned, at.span, verb));
    }
    if at.upos != Upos::Verb {
        return None;
    }
    if words::is(Set::Arranging, at.lemma.as_str()) {
        let what = tree.children(token).iter().copied().find(|&c| {
            base(tree.relation(c)) == "obj" || tree.relation(c) == "nsubj:pass" || tree.relation(c) == "nsubj"
        })?;
        let arranged = dated(token, &["obl"], Some("for")) || dated(what, &["nmod"], Some("for"));
        let done = base(tree.relation(what)) == "obj" || at.xpos == "VBN";
        return (arranged && done).then_some((Modality::Planned, at.span, token));
    }
    let going_on = at.xpos == "VBG"
        && tree.children(token).iter().any(|&c| {
            tree.lemma(c) == "be" && tree.token(c).is_some_and(|t| matches!(t.xpos, "VBZ" | "VBP"))
        });
    if !going_on && !matches!(at.xpos, "VBZ" | "VBP") {
        return None;
    }
    dated(token, &["obl", "advmod", "nmod"], None).then_some((Modality::Planned, at.span, token))
}

/// The head of the clause that "due" belongs to, where the tree takes "due to" or "due on" for one word of grammar: what it
/// introduces or, if that has no subject, what that hangs on.
fn due_clause(tree: &Tree<'_>, due: u32) -> u32 {
    let is_marker = tree.child(due, &["fixed"]).is_some();
    if tree.lemma(due) != "due" || !is_marker {
        return due;
    }
    let mut at = due + 2;
    for _ in 0..4 {
        if tree.subtree(at).start < due {
            return at;
        }
        let Some(head) = tree.head(at) else { break };
        at = head;
    }
    due
}

/// True for work towards an end ("is working around the clock to finish the dam").
fn works_towards(tree: &Tree<'_>, work: u32) -> bool {
    tree.children(work).iter().any(|&c| {
        c > work
            && matches!(base(tree.relation(c)), "xcomp" | "advcl")
            && tree.token(c).is_some_and(|t| t.xpos == "VB")
            && tree.children(c).iter().any(|&m| tree.lemma(m) == "to")
    })
}

/// True for "given ... until Friday to ...": whoever has a deadline must act by it.
fn has_deadline(tree: &Tree<'_>, give: u32) -> bool {
    let Some(end) = tree.sentence(give).map(|s| s.tokens.end) else { return false };
    let until = (give + 1..end).find(|&t| tree.form(t) == "until");
    until.is_some_and(|until| {
        (until + 1..end.min(until + 6)).any(|t| {
            tree.form(t) == "to" && tree.token(t + 1).is_some_and(|next| matches!(next.xpos, "VB" | "VBP"))
        })
    })
}

/// "could not be found", "could see": true for what somebody was able to do, not what may happen.
fn is_ability(tree: &Tree<'_>, verb: u32) -> bool {
    let negated = tree.children(verb).iter().any(|&c| tree.is_negation(c) || tree.lemma(c) == "no");
    negated || words::is(Set::Senses, tree.lemma(verb))
}

/// "due on Friday", "due to arrive", "due from the north"; not "due to the rain".
fn is_due(tree: &Tree<'_>, token: u32) -> bool {
    if tree.lemma(token + 1) != "to" {
        return words::is(Set::AfterDue, tree.lemma(token + 1));
    }
    tree.token(token + 2).is_some_and(|t| {
        let bare = tree.token(token + 3).is_none_or(|n| matches!(n.upos, Upos::Adp | Upos::Punct));
        let verb = words::is(Set::VerbsLikeAdjectives, tree.form(token + 2));
        t.xpos == "VB" || t.xpos == "JJ" && (bare || verb)
    })
}

/// The verb of "is to meet"; `None` for "the aim is to meet", where the infinitive says what something is.
fn infinitive_after(tree: &Tree<'_>, be: u32) -> Option<u32> {
    let to = (be + 1..be + 3).find(|&t| tree.lemma(t) == "to")?;
    let between = (be + 1..to).all(|t| tree.token(t).is_some_and(|x| x.upos == Upos::Adv));
    let verb = (to + 1..to + 3).find(|&t| tree.token(t).is_some_and(|x| x.xpos == "VB"))?;
    let subject = tree.child(be, &["nsubj"]).or_else(|| tree.child(verb, &["nsubj"]));
    let says_what = subject.is_some_and(|s| words::is(Set::NoDoers, tree.lemma(s)));
    (between && !says_what && !words::is(Set::Judging, tree.lemma(verb))).then_some(verb)
}

fn has_complement(tree: &Tree<'_>, verb: u32) -> bool {
    tree.child(verb, &["xcomp", "ccomp", "obj", "advcl"]).is_some()
        || tree.children(verb).iter().any(|&c| c > verb && base(tree.relation(c)) == "obl")
}

/// The clause of a predicate; for a noun or participle inside a clause, that clause.
fn clause_span(tree: &Tree<'_>, predicate: u32) -> Option<Span> {
    let mut top = predicate;
    for _ in 0..4 {
        match base(tree.relation(top)) {
            "xcomp" | "obj" | "nsubj" | "acl" | "cop" | "aux" | "case" | "fixed" => top = tree.head(top)?,
            _ => break,
        }
    }
    tree.span(tree.subtree(top))
}

/// The time in a clause: the nearest after its cue, otherwise the nearest that is not past, and a past one only if there is no
/// other.
fn time_of<'t>(
    times: &'t [TimeExpression],
    clause: Span,
    cue: Span,
    over: &dyn Fn(&TimeExpression) -> bool,
) -> Option<&'t TimeExpression> {
    let from = times.partition_point(|t| t.span.start < clause.start);
    times[from..]
        .iter()
        .take_while(|t| t.span.start < clause.end)
        .filter(|t| {
            t.span.end <= clause.end && !matches!(t.relation, TimeRelation::Past | TimeRelation::Since)
        })
        .min_by_key(|t| (over(t), t.span.start < cue.start, t.span.start.abs_diff(cue.start)))
}
