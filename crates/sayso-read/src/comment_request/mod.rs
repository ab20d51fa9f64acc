//! Requests for comment: who was asked, and the outcome.

use sayso_model::{Asked, CommentOutcome, CommentRequest, EntityKind, Span, Upos};

use crate::{
    lexicon::{self, RoleClass, role_noun},
    speaker::{Cast, MemberId},
    tree::{Tree, base},
    words::{self, Set},
};

/// A request with those asked, before they have ids.
pub(crate) struct Draft {
    pub(crate) request: CommentRequest,
    pub(crate) members: Vec<Option<MemberId>>,
}

/// A verb that reports a request or its outcome.
pub(crate) struct Told {
    verb: u32,
    span: Span,
    outcome: CommentOutcome,
    asked: Vec<Span>,
}

/// All verbs that report requests, in text order.
pub(crate) fn told(tree: &Tree<'_>) -> Vec<Told> {
    let of = |verb: u32, limit: u32| {
        let span = tree.token(verb)?.span;
        let (outcome, asked) = request(tree, verb, limit)?;
        Some(Told { verb, span, outcome, asked })
    };
    let sentences = tree.document.sentences.iter().map(|s| s.tokens.clone());
    sentences.flat_map(|tokens| tokens.clone().filter_map(move |verb| of(verb, tokens.end))).collect()
}

/// True if one of the verbs begins in a span.
pub(crate) fn is_told_by(told: &[Told], span: Span) -> bool {
    let first = told.partition_point(|t| t.span.start < span.start);
    told.get(first).is_some_and(|t| t.span.start < span.end)
}

/// All requests for comment in text order.
pub(crate) fn find(tree: &Tree<'_>, cast: &mut Cast<'_, '_>, told: &[Told]) -> Vec<Draft> {
    let mut found = Vec::new();
    for sentence in told.chunk_by(|a, b| tree.sentence_at(a.span.start) == tree.sentence_at(b.span.start)) {
        let mut drafts: Vec<Draft> = Vec::new();
        for &Told { verb, outcome, ref asked, .. } in sentence {
            let Some(whole) = tree.sentence(verb) else { continue };
            let evidence = outcome_span(tree, verb, outcome);
            // Whoever answers or declines has been asked; one sentence may report both.
            if let Some(open) = drafts
                .iter_mut()
                .find(|d| d.request.asked.iter().any(|a| asked.iter().any(|b| b.overlaps(a.span))))
            {
                if open.request.outcome == CommentOutcome::Open {
                    open.request.outcome = outcome;
                    open.request.outcome_evidence = evidence;
                }
                continue;
            }
            let asked_by = asker(tree, verb, outcome);
            let is_it = |span: &Span| span.cut(tree.text).eq_ignore_ascii_case("it");
            if asked.iter().any(|s| is_it(s) && !cast.is_named_body(*s)) {
                continue;
            }
            let members: Vec<Option<MemberId>> = asked.iter().map(|&s| cast.resolve(s)).collect();
            drafts.push(Draft {
                request: CommentRequest {
                    span: whole.span,
                    asked: asked
                        .iter()
                        .zip(&members)
                        .map(|(&span, member)| Asked {
                            span,
                            // Who has no name is called as the report calls them here ("his lawyer").
                            name: called(span.cut(tree.text), member.map(|m| cast.label(m))),
                            speaker: None,
                        })
                        .collect(),
                    asked_by,
                    outcome,
                    outcome_evidence: evidence,
                },
                members,
            });
        }
        found.extend(drafts);
    }
    found
}

/// How somebody who was asked is called: by name or, without one, as here ("his lawyer"); "the ministry" by all that describes it
/// ("the interior ministry").
fn called(here: &str, label: Option<&str>) -> String {
    let Some(label) = label else { return here.to_owned() };
    let noun = here.strip_prefix("the ").or_else(|| here.strip_prefix("The "));
    let longer = noun.and_then(|noun| label.strip_suffix(noun)).is_some_and(|before| before.ends_with(' '));
    match (label.starts_with(char::is_uppercase), longer) {
        (true, _) => label.to_owned(),
        (false, true) => format!("the {label}"),
        (false, false) => here.to_owned(),
    }
}

/// True for "declined to explain", "refused to give any details"; not for "refused to give up" or who "declined to be named".
fn keeps_to_himself(tree: &Tree<'_>, verb: u32, until: u32) -> bool {
    let Some(said) = (verb + 1..until.min(verb + 4)).find(|&t| tree.token(t).is_some_and(|x| x.xpos == "VB"))
    else {
        return false;
    };
    let details = || (said + 1..until.min(said + 8)).any(|t| words::is(Set::AnswerDetails, tree.lemma(t)));
    words::is(Set::Disclosing, tree.lemma(said)) || words::is(Set::GivingOut, tree.lemma(said)) && details()
}

/// True if a reporting verb continues with what was asked ("say whether", "explained why", "discuss it").
fn is_asked_about(tree: &Tree<'_>, verb: u32) -> bool {
    let asked = |t: u32| {
        matches!(tree.form(t), "why" | "whether" | "how" | "if" | "who" | "when" | "where" | "what" | "which")
    };
    let has_aux = (verb.saturating_sub(4)..verb).any(|t| matches!(tree.lemma(t), "have" | "would" | "do"));
    has_aux && (verb + 1..verb + 3).any(asked)
}

/// True for "waiting for the minister to respond".
fn is_waited_for(tree: &Tree<'_>, verb: u32) -> bool {
    let from = tree.sentence(verb).map_or(verb, |s| s.tokens.start).max(verb.saturating_sub(10));
    tree.form(verb.saturating_sub(1)) == "to"
        && (from..verb).any(|t| tree.lemma(t) == "wait" && tree.form(t + 1) == "for")
}

/// True for a noun that names a time.
fn is_time(tree: &Tree<'_>, noun: u32) -> bool {
    tree.relation(noun).ends_with(":tmod")
        || tree.relation(noun).ends_with(":unmarked")
        || words::is(Set::DayWords, &tree.lemma(noun).to_lowercase())
}

/// The request or answer that a verb reports: its outcome and who was asked.
fn request(tree: &Tree<'_>, verb: u32, limit: u32) -> Option<(CommentOutcome, Vec<Span>)> {
    let token = tree.token(verb)?;
    let lemma = token.lemma.as_str();
    // What is asked for must be in the verb's own clause, to exclude "asked why" and "declined to go".
    let until = clause_end(tree, verb, limit);
    let about = |set: Set| (verb + 1..until).any(|t| words::is(set, tree.lemma(t)));
    let negated = (verb.saturating_sub(5)..verb).any(|t| tree.is_negation(t))
        || is_of_neither(tree, verb)
        || tree.form(verb.saturating_sub(1)) == "to" && tree.form(verb.saturating_sub(2)) == "yet";
    match lemma {
        asks if words::is(Set::Asking, asks)
            && asks != "put"
            && token.upos == Upos::Verb
            && about(Set::Comments) =>
        {
            let passive = token.xpos == "VBN" && tree.child(verb, &["obj", "iobj"]).is_none();
            let phrase = if passive { subject(tree, verb) } else { tree.child(verb, &["obj", "iobj"]) };
            Some((CommentOutcome::Open, members(tree, phrase?)?))
        }
        "reach" if tree.lemma(verb + 1) == "out" && tree.lemma(verb + 2) == "to" => {
            let object = tree
                .children(verb)
                .iter()
                .copied()
                .find(|&c| c > verb + 2 && base(tree.relation(c)) == "obl")?;
            Some((CommentOutcome::Open, members(tree, object)?))
        }
        "reach" if negated || (verb.saturating_sub(4)..verb).any(|t| tree.lemma(t) == "unable") => {
            let phrase = tree.child(verb, &["obj"]).or_else(|| subject(tree, verb))?;
            // Without "for comment" the object must be a person or body, not "by road" or "by a rescue party".
            let by_road = |c: &&u32| {
                base(tree.relation(**c)) == "obl"
                    && !words::is(Set::AskedFor, tree.lemma(**c))
                    && !is_time(tree, **c)
            };
            let somebody = about(Set::AskedFor)
                || (is_somebody(tree, phrase) && !tree.children(verb).iter().any(|c| by_road(&c)));
            somebody.then_some((CommentOutcome::Unreachable, members(tree, phrase)?))
        }
        "attempt" | "effort" if token.upos == Upos::Noun => {
            let reach =
                tree.children(verb).iter().copied().find(|&c| words::is(Set::Reaching, tree.lemma(c)))?;
            let phrase = tree.child(reach, &["obj"])?;
            is_somebody(tree, phrase).then_some((CommentOutcome::Unreachable, members(tree, phrase)?))
        }
        _ if words::is(Set::Reachable, lemma)
            && (verb + 1..until).any(|t| tree.lemma(t) == "comment")
            && (negated || lemma.starts_with("un")) =>
        {
            Some((CommentOutcome::Unreachable, members(tree, subject(tree, verb)?)?))
        }
        // "Calls to the operator went unanswered", "There was no reply from the ministry".
        asked_in
            if words::is(Set::AskedIn, asked_in) && token.upos == Upos::Noun && is_left_alone(tree, verb) =>
        {
            let phrase = addressee(tree, verb).or_else(|| asked_before(tree, verb))?;
            Some((CommentOutcome::NoResponse, members(tree, phrase)?))
        }
        // "The Post rang the ministry. The line went dead."
        line if (line == "line" || words::is(Set::ByTelephone, line)) && is_cut_off(tree, verb) => {
            Some((CommentOutcome::NoResponse, members(tree, asked_before(tree, verb)?)?))
        }
        answer
            if words::is(Set::Answers, answer)
                && token.upos == Upos::Noun
                && tree.child(verb, &["det"]).is_some_and(|d| tree.lemma(d) == "no") =>
        {
            let phrase = no_answer_of(tree, verb)?;
            Some((CommentOutcome::NoResponse, members(tree, phrase)?))
        }
        "return" | "pick" if negated && about(Set::Calls) => {
            Some((CommentOutcome::NoResponse, members(tree, subject(tree, verb)?)?))
        }
        "hear" if negated && tree.lemma(verb + 1) == "back" => {
            // "emailed the ministry and had not heard back": the previous verb has the one asked.
            let first = tree
                .head(verb)
                .filter(|_| matches!(base(tree.relation(verb)), "conj" | "advcl" | "parataxis"));
            let from = tree
                .child(verb, &["obl"])
                .filter(|&o| tree.child(o, &["case"]).is_some_and(|c| tree.lemma(c) == "from"));
            let phrase = from.or_else(|| tree.child(first?, &["obj", "iobj"]))?;
            Some((CommentOutcome::NoResponse, members(tree, phrase)?))
        }
        _ if words::is(Set::Responding, lemma)
            && token.upos == Upos::Verb
            && !subject(tree, verb).is_some_and(|s| words::is(Set::AskedIn, tree.lemma(s)))
            && tree.child(verb, &["obj"]).is_none_or(|o| words::is(Set::AskedIn, tree.lemma(o)))
            && (about(Set::AskedIn) || negated) =>
        {
            let outcome = if negated || (verb.saturating_sub(3)..verb).any(|t| tree.lemma(t) == "fail") {
                CommentOutcome::NoResponse
            } else {
                return None;
            };
            // "We asked the ministry. It did not answer."
            let phrase = subject(tree, verb)?;
            let pronoun = tree.token(phrase).is_some_and(|t| t.upos == Upos::Pron);
            // "We asked Ostria's interior ministry. The ministry did not answer.", "We asked Veld Water. The company ..."
            let again = |asked: &u32| {
                let body = || {
                    lexicon::is_body(tree.lemma(phrase))
                        && tree.token(*asked).is_some_and(|t| t.upos == Upos::Propn)
                };
                (tree.lemma(*asked) == tree.lemma(phrase) || body())
                    && tree.child(phrase, &["det"]).is_some_and(|d| tree.form(d).eq_ignore_ascii_case("the"))
            };
            let phrase = asked_before(tree, verb).filter(|a| pronoun || again(a)).unwrap_or(phrase);
            // "It did not respond to an e-mail": whom "it" means is seen once everybody is known.
            let it = tree.form(phrase).eq_ignore_ascii_case("it") && lemma != "answer" && about(Set::AskedIn);
            let alone = || tree.token(phrase).map(|t| vec![t.span]);
            let mut asked = if it { alone()? } else { members(tree, phrase)? };
            asked.extend(nor_did(tree, verb, limit));
            Some((outcome, asked))
        }
        "decline" | "refuse"
            if !negated && (about(Set::DeclinedTo) || keeps_to_himself(tree, verb, until)) =>
        {
            Some((CommentOutcome::Declined, members(tree, subject(tree, verb)?)?))
        }
        // "The authority would not say whether ...", "officials have not said why ...", "the ministry did not say where ...".
        _ if words::is(Set::Disclosing, lemma)
            && token.upos == Upos::Verb
            && negated
            && is_asked_about(tree, verb) =>
        {
            let would = tree.children(verb).iter().any(|&c| tree.lemma(c) == "would");
            let outcome = if would { CommentOutcome::Declined } else { CommentOutcome::NoResponse };
            // "The truck overturned at a crossing and officials have not said why": the tree may make one subject of both.
            let subject = subject(tree, verb);
            let phrase = subject.filter(|&s| is_somebody(tree, s)).or_else(|| {
                let near = noun_before(tree, verb).filter(|&n| is_somebody(tree, n))?;
                (base(tree.relation(near)) == "conj").then_some(near)
            })?;
            Some((outcome, members(tree, phrase)?))
        }
        // "The union is still waiting for the minister to respond."
        _ if words::is(Set::Responding, lemma) && token.upos == Upos::Verb && is_waited_for(tree, verb) => {
            let phrase = tree.child(verb, &["nsubj"]).or_else(|| noun_before(tree, verb))?;
            is_somebody(tree, phrase).then_some((CommentOutcome::NoResponse, members(tree, phrase)?))
        }
        "comment" if token.upos == Upos::Verb && negated => {
            Some((CommentOutcome::NoResponse, members(tree, subject(tree, verb)?)?))
        }
        "refer" if about(Set::Referred) => {
            Some((CommentOutcome::Referred, members(tree, subject(tree, verb)?)?))
        }
        _ => None,
    }
}

/// True for a verb whose subject is "neither A nor B".
fn is_of_neither(tree: &Tree<'_>, verb: u32) -> bool {
    let reach = subject(tree, verb).map_or(0..0, |s| tree.subtree(s));
    reach.take_while(|&t| t < verb).any(|t| matches!(tree.form(t), "Neither" | "neither"))
}

/// Others who did not answer: "did not respond; nor did the police".
fn nor_did(tree: &Tree<'_>, verb: u32, limit: u32) -> Option<Span> {
    let nor = (verb + 1..limit).find(|&t| {
        tree.form(t) == "nor" && matches!(tree.form(t + 1), "did" | "has" | "have" | "would" | "was" | "were")
    })?;
    let stop = |t: &u32| {
        matches!(tree.form(*t), "," | ";" | ".")
            || tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux))
    };
    let end = (nor + 2..limit).find(stop).unwrap_or(limit);
    tree.span(nor + 2..end).filter(|s| !s.is_empty())
}

/// True for a person or body: a name, or a noun that is neither a place nor a thing.
fn is_somebody(tree: &Tree<'_>, noun: u32) -> bool {
    let named = tree.entity(noun).is_some_and(|e| e.kind != EntityKind::Location);
    let common = tree.token(noun).is_some_and(|t| matches!(t.upos, Upos::Noun | Upos::Propn));
    let described = common && role_noun(tree.lemma(noun)).is_some_and(|r| r.class != RoleClass::Document);
    named || described || common && has_done_what_people_do(tree, noun)
}

/// True for a noun whose own clause says what only people do or undergo ("a sailor who", "the diver quoted as saying").
fn has_done_what_people_do(tree: &Tree<'_>, noun: u32) -> bool {
    tree.children(noun).iter().any(|&c| {
        base(tree.relation(c)) == "acl"
            && (words::is(Set::DoneToPeople, tree.lemma(c))
                || tree.children(c).iter().any(|&s| matches!(tree.form(s), "who" | "whom")))
    })
}

/// True for "calls went unanswered", "emails were not returned", "a request was not immediately answered".
fn is_left_alone(tree: &Tree<'_>, noun: u32) -> bool {
    let Some(verb) = tree.head(noun).filter(|&v| v > noun && base(tree.relation(noun)) == "nsubj") else {
        return false;
    };
    let negated = tree.children(verb).iter().any(|&c| tree.is_negation(c));
    match tree.lemma(verb) {
        "go" => (verb + 1..verb + 4).any(|t| words::is(Set::Unanswered, tree.form(t))),
        "unanswered" | "unreturned" => true,
        "return" | "acknowledge" => negated,
        answer if words::is(Set::Responding, answer) => negated,
        "ring" => tree.children(verb).iter().any(|&c| tree.lemma(c) == "out"),
        _ => false,
    }
}

/// True for "the line went dead", "the phone was switched off", "the telephone rang out".
fn is_cut_off(tree: &Tree<'_>, noun: u32) -> bool {
    let Some(verb) = tree.head(noun).filter(|_| base(tree.relation(noun)) == "nsubj") else { return false };
    let next = tree.form(verb + 1);
    match tree.lemma(verb) {
        "go" => next == "dead",
        "switch" => next == "off",
        "ring" => next == "out",
        "disconnect" => true,
        _ => false,
    }
}

/// Whom calls or questions went to: "calls to the operator", "questions sent to the ministry".
fn addressee(tree: &Tree<'_>, noun: u32) -> Option<u32> {
    let to = |at: u32| {
        tree.children(at).iter().copied().find(|&c| {
            matches!(base(tree.relation(c)), "nmod" | "obl")
                && tree.child(c, &["case"]).is_some_and(|k| matches!(tree.lemma(k), "to" | "for" | "with"))
                && !words::is(Set::AskedFor, tree.lemma(c))
        })
    };
    let participle = tree.child(noun, &["acl"]);
    to(noun).or_else(|| participle.and_then(to)).or_else(|| {
        let infinitive = participle.filter(|&p| words::is(Set::Reaching, tree.lemma(p)))?;
        tree.child(infinitive, &["obj"])
    })
}

/// Whom the outlet asked in the sentence before: "We asked the ministry who fired", "The Post put that to the ministry".
fn asked_before(tree: &Tree<'_>, verb: u32) -> Option<u32> {
    let place = tree.sentence_at(tree.token(verb)?.span.start).checked_sub(1)?;
    let tokens = tree.document.sentences.get(place)?.tokens.clone();
    tokens.rev().find_map(|ask| {
        if !words::is(Set::Asking, tree.lemma(ask)) {
            return None;
        }
        let asker = tree.child(ask, &["nsubj"])?;
        // "The Post", whether the model takes it for a name or not
        let titled = tree.form(asker).starts_with(char::is_uppercase)
            && asker.checked_sub(1).is_some_and(|before| tree.form(before) == "The");
        let outlet = tree.entity(asker).map_or(titled, |e| e.kind == EntityKind::Organization);
        let is_relative = |t: u32| words::is(Set::Relatives, tree.form(t));
        let written = || {
            let to = |c: &u32| tree.child(*c, &["case"]).is_some_and(|k| tree.lemma(k) == "to");
            let addressee = tree.child(ask, &["obl"]).filter(to);
            // "the union, to whom we wrote on Saturday"
            addressee
                .filter(|&a| tree.token(a).is_some_and(|t| t.upos != Upos::Pron))
                .or_else(|| tree.head(ask).filter(|_| base(tree.relation(ask)) == "acl"))
                .and_then(|a| if is_relative(a) { noun_before(tree, a) } else { Some(a) })
        };
        if !(outlet || matches!(tree.lemma(asker), "we" | "I")) {
            return None;
        }
        // "put the question to the ministry": what is put is nobody.
        let object =
            tree.child(ask, &["iobj", "obj"]).filter(|&o| !is_relative(o) && tree.lemma(ask) != "put");
        object.or_else(written)
    })
}

/// Who gave no answer: "no reply from the ministry", "the ministry had no comment".
fn no_answer_of(tree: &Tree<'_>, noun: u32) -> Option<u32> {
    let from = |at: u32| {
        tree.children(at).iter().copied().find(|&c| {
            matches!(base(tree.relation(c)), "nmod" | "obl")
                && tree.child(c, &["case"]).is_some_and(|k| matches!(tree.lemma(k), "from" | "by"))
        })
    };
    let verb = tree.head(noun);
    if let Some(answerer) = from(noun).or_else(|| verb.and_then(from)) {
        return Some(answerer);
    }
    let verb = verb.filter(|_| base(tree.relation(noun)) == "obj")?;
    // "The Post asked the ministry and has had no reply": who has none is who asked.
    let gets = words::is(Set::Getting, tree.lemma(verb));
    let asked = tree
        .head(verb)
        .filter(|&ask| base(tree.relation(verb)) == "conj" && words::is(Set::Asking, tree.lemma(ask)))
        .and_then(|ask| tree.child(ask, &["iobj", "obj"]));
    if let Some(asked) = asked.or_else(|| asked_before(tree, verb)).filter(|_| gets) {
        return Some(asked);
    }
    words::is(Set::MakingAnswers, tree.lemma(verb)).then(|| subject(tree, verb))?
}

/// The end of the verb's clause: before the next finite verb with its own subject, at most 20 tokens on.
fn clause_end(tree: &Tree<'_>, verb: u32, limit: u32) -> u32 {
    let limit = limit.min(verb + 20);
    (verb + 1..limit)
        .find(|&t| {
            tree.token(t).is_some_and(|x| x.upos == Upos::Verb && matches!(x.xpos, "VBD" | "VBZ" | "VBP"))
                && tree.child(t, &["nsubj"]).is_some_and(|s| s > verb)
        })
        .unwrap_or(limit)
}

/// The subject of a verb, or if it has none, of the verb that it depends on ("declined to comment").
fn subject(tree: &Tree<'_>, verb: u32) -> Option<u32> {
    let mut at = verb;
    for _ in 0..4 {
        if let Some(subject) = tree.child(at, &["nsubj"]) {
            if (words::is(Set::Relatives, tree.lemma(subject)) || tree.lemma(subject) == "that")
                && tree.token(subject).is_some_and(|t| t.upos == Upos::Pron)
            {
                // A relative pronoun refers to what its clause is attached to.
                return tree
                    .head(at)
                    .filter(|_| base(tree.relation(at)) == "acl")
                    .or_else(|| noun_before(tree, subject));
            }
            return Some(subject);
        }
        match base(tree.relation(at)) {
            "xcomp" | "conj" | "advcl" | "parataxis" | "ccomp" => at = tree.head(at)?,
            "acl" => return tree.head(at),
            _ => return None,
        }
    }
    None
}

fn noun_before(tree: &Tree<'_>, token: u32) -> Option<u32> {
    let from = tree.sentence(token)?.tokens.start;
    (from..token).rev().find(|&t| tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn)))
}

/// The phrases of a noun and of those coordinated with it, each without relative clauses; journalists and "it" are excluded.
fn members(tree: &Tree<'_>, head: u32) -> Option<Vec<Span>> {
    // "its operator, Blue Star Lines": the name is the one to keep.
    let name = tree.child(head, &["appos"]).filter(|&a| {
        tree.token(a).is_some_and(|t| t.upos == Upos::Propn)
            && tree.token(head).is_some_and(|t| t.upos == Upos::Noun)
    });
    let mut heads = vec![name.or_else(|| name_after_comma(tree, head)).unwrap_or(head)];
    heads.extend(tree.children(head).iter().copied().filter(|&c| base(tree.relation(c)) == "conj"));
    let spans: Vec<Span> = heads
        .iter()
        .enumerate()
        .filter_map(|(i, &h)| {
            let tokens = tree.subtree(h);
            let stop = heads.get(i + 1).map_or(tokens.end, |&next| tree.subtree(next).start.max(h + 1));
            let end = (h + 1..stop.min(tokens.end))
                .find(|&t| {
                    let x = tree.token(t);
                    tree.form(t) == "," || x.is_some_and(|x| matches!(x.upos, Upos::Cconj | Upos::Verb | Upos::Pron | Upos::Sconj)) || matches!(tree.lemma(t), "via" | "for" if tree.lemma(t + 1) == "comment" || tree.lemma(t + 1) == "email")
                })
                .unwrap_or(stop.min(tokens.end));
            // "and to the union": without the conjunction and its preposition.
            let idle = |t: u32| {
                base(tree.relation(t)) == "case" || tree.token(t).is_some_and(|x| x.upos == Upos::Cconj)
            };
            let first = (tokens.start..h).find(|&t| !idle(t)).unwrap_or(h);
            Some(whole_name(tree, h, tree.span(first..end)?))
        })
        .filter(|s| !s.is_empty())
        .collect();
    let pronoun = tree.token(head).is_some_and(|t| t.upos == Upos::Pron)
        && matches!(tree.lemma(head), "it" | "this" | "that" | "I" | "you" | "i" | "one")
        || words::is(Set::Nobody, &tree.form(head).to_lowercase());
    (!spans.is_empty() && !pronoun).then_some(spans)
}

/// The head of the name in "its operator, Blue Star Lines, ..." by word order.
fn name_after_comma(tree: &Tree<'_>, head: u32) -> Option<u32> {
    let common = tree.token(head).is_some_and(|t| t.upos == Upos::Noun) && tree.form(head + 1) == ",";
    let name = tree.entity(head + 2).filter(|e| common && e.tokens.start == head + 2)?;
    let closed = matches!(tree.form(name.tokens.end), "," | ".")
        || tree.token(name.tokens.end).is_some_and(|t| matches!(t.upos, Upos::Verb | Upos::Aux));
    (closed && speaks(name.kind)).then(|| tree.head_of(name.span)).flatten()
}

fn speaks(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::Organization | EntityKind::Person)
}

/// A phrase extended to the whole name that its head is in, in case the tree has split it.
fn whole_name(tree: &Tree<'_>, head: u32, phrase: Span) -> Span {
    match tree.entity(head) {
        Some(name) if speaks(name.kind) && name.span.overlaps(phrase) => phrase.cover(name.span),
        _ => phrase,
    }
}

/// Who asked: the subject of "has contacted".
fn asker(tree: &Tree<'_>, verb: u32, outcome: CommentOutcome) -> Option<Span> {
    if outcome != CommentOutcome::Open
        || tree.token(verb)?.xpos == "VBN" && tree.child(verb, &["obj", "iobj"]).is_none()
    {
        return None;
    }
    let subject = tree.child(verb, &["nsubj"]).filter(|&s| tree.relation(s) == "nsubj")?;
    tree.span(tree.subtree(subject))
}

fn outcome_span(tree: &Tree<'_>, verb: u32, outcome: CommentOutcome) -> Option<Span> {
    if outcome == CommentOutcome::Open {
        return None;
    }
    let start = tree
        .children(verb)
        .iter()
        .copied()
        .filter(|&c| c < verb && matches!(base(tree.relation(c)), "aux" | "advmod"))
        .min()
        .unwrap_or(verb);
    tree.document.span_of(start..verb + 1)
}
