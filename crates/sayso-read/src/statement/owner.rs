//! The source of a figure: the statement chosen by the rules, another one that the decider points to, or nobody.
//!
//! Every statement near enough competes with "nobody": its score is the logarithm of the share of the decider's pointer on its
//! source and on the words that show its chain. The rules' choice gets the log odds that the rule is right (`decide/trust.rs`).

use std::borrow::Cow;

use sayso_model::{Choice, Construction, Modality, RunnerUp, Share, Span, Statement, Upos};

use crate::{
    by_sentence::BySentence,
    decide::{self, Decision, trust},
    lexicon,
    tree::Tree,
};

/// The weight of a rule's log odds relative to the logarithm of the pointer's share, and what is added to them if the rules
/// choose somebody, and if they choose nobody. Fitted on held-out stories (`training/decide/README.md`).
const RULE: f32 = 1.5;
const SOMEBODY: f32 = 0.5;
const NOBODY: f32 = 1.0;
/// What is added if somebody denies the statement with the number: somebody else has said it.
const DENIED: f32 = 6.0;
/// The fraction of the share on its relays that counts for the chain chosen by the rules.
const RELAYED: f32 = 0.3;
/// The penalty for following the chain of the rules' choice only part of the way.
const SHORTER: f32 = 2.0;
/// Minimum share of every choice.
const FLOOR: f32 = 0.003;
/// Share of the pointer that makes a position worth considering.
const WORTH: f32 = 0.05;

/// The source of a figure: a statement, and how many links of its chain lead to the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner {
    pub(super) statement: usize,
    pub(super) links: usize,
}

impl Owner {
    /// A statement with all links of its chain, as the rules take it.
    pub(super) fn whole(statements: &[Statement], statement: usize) -> Self {
        Self { statement, links: statements.get(statement).map_or(0, |s| s.chain.len()) }
    }
}

/// A link of a chain.
struct Link {
    /// The words that name the speaker.
    evidence: Vec<Span>,
    /// Whether they can be a source.
    can_speak: bool,
}

/// Chooses among statements by the decider's pointer.
pub(super) struct Owners {
    /// The links of each statement's chain.
    chains: Vec<Vec<Link>>,
    near: BySentence,
}

impl Owners {
    pub(super) fn of(tree: &Tree<'_>, statements: &[Statement]) -> Self {
        let chains: Vec<Vec<Link>> = statements
            .iter()
            .map(|s| {
                // The last speaker may have been named by other words than those of the chain.
                let source = Some(&s.source).filter(|_| s.chain.len() <= 2);
                let last = s.chain.len().saturating_sub(1);
                let links = s.chain.iter().enumerate().map(|(at, link)| {
                    let more = source.filter(|_| at == last).into_iter().flatten();
                    let mut evidence: Vec<Span> = link.evidence.iter().chain(more).copied().collect();
                    evidence.sort_unstable();
                    evidence.dedup();
                    // "Fighters stormed the town, attacking posts in a raid that killed 50, residents said."
                    let acts =
                        at == last && s.source.iter().any(|s| link.evidence.contains(s)) && !tells(tree, s);
                    let can_speak = !acts && evidence.iter().any(|s| can_speak(tree, *s));
                    Link { evidence, can_speak }
                });
                links.collect()
            })
            .collect();
        let named: Vec<Vec<Span>> =
            chains.iter().map(|links| links.iter().flat_map(|l| &l.evidence).copied().collect()).collect();
        let near = BySentence::new(tree, named.iter().map(Vec::as_slice));
        Self { chains, near }
    }

    /// The last of some links.
    fn link(&self, owner: Owner) -> Option<&Link> {
        self.chains.get(owner.statement)?.get(owner.links.checked_sub(1)?)
    }

    /// How far the chain of a statement may be followed: to its end or, if what is there cannot be a source ("the strikes
    /// underscored"), to any link before.
    fn ways(&self, statement: usize) -> impl Iterator<Item = Owner> + '_ {
        let chain = self.chains.get(statement).map_or(&[][..], Vec::as_slice);
        let doubtful = chain.iter().skip(1).rev().take_while(|link| !link.can_speak).count();
        let first = chain.len().saturating_sub(doubtful).max(2);
        (first..=chain.len()).map(move |links| Owner { statement, links })
    }

    /// The statement that a figure is attributed to, given the one chosen by the rules, and why.
    pub(super) fn choose(
        &self,
        tree: &Tree<'_>,
        statements: &[Statement],
        number: Span,
        decision: &Decision,
        rule: Option<usize>,
    ) -> (Option<Owner>, Choice) {
        let rule = rule.map(|statement| Owner::whole(statements, statement));
        let mut options: Vec<Owner> = decision
            .points
            .iter()
            .filter(|(_, share)| *share >= WORTH)
            .flat_map(|(span, _)| self.near.at(tree, span.start))
            .chain(rule.map(|r| r.statement))
            .flat_map(|statement| self.ways(statement))
            .collect();
        options.sort_unstable();
        options.dedup();
        let on = |owner: Owner| self.link(owner).map_or(0.0, |link| decision.on(&link.evidence));
        let by =
            rule.and_then(|r| statements.get(r.statement)).map_or(OWN_VOICE, |s| rule_id(s.construction));
        let here = self.near.at(tree, number.start);
        let denied = rule.is_some()
            && here.into_iter().filter_map(|s| statements.get(s)).any(|s| s.modality == Modality::Denied);
        let trusted = RULE * trust::log_odds(by, trust::ORIGIN)
            + if rule.is_some() { SOMEBODY } else { NOBODY }
            + if denied { DENIED } else { 0.0 };
        let share = |choice: Option<Owner>| choice.map_or(decision.nobody, on);
        // The decider often stops at a relay ("she said that the service had told her"), but no outlet comes after those who know
        // something.
        let relayed = rule.map_or(0.0, |r| {
            let name = statements.get(r.statement).and_then(|s| s.chain.last()?.name.as_deref());
            let ends =
                self.link(r).is_some_and(|link| link.can_speak) && !name.is_some_and(lexicon::is_outlet);
            let relays = (2..r.links).map(|links| on(Owner { links, ..r })).sum::<f32>();
            if ends { RELAYED * relays } else { 0.0 }
        });
        let same = |choice: Option<Owner>| choice.map(|c| c.statement) == rule.map(|r| r.statement);
        let score = |choice: Option<Owner>| {
            let (relays, by_rule) = match choice {
                _ if choice == rule => (relayed, trusted),
                Some(_) if same(choice) => (0.0, trusted - SHORTER),
                _ => (0.0, 0.0),
            };
            decide::log((share(choice) + relays).max(FLOOR)) + by_rule
        };
        let mut ranked: Vec<(Option<Owner>, f32)> = std::iter::once(None)
            .chain(options.iter().copied().map(Some))
            .map(|choice| (choice, score(choice)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let chosen = ranked.first().and_then(|r| r.0);
        let origin = |choice: Option<Owner>| {
            choice.and_then(|c| statements.get(c.statement)?.chain.get(c.links - 1)?.name.clone())
        };
        // Two statements of one origin are not alternatives.
        let second = ranked.iter().skip(1).find(|r| origin(r.0) != origin(chosen));
        let by_rule = (chosen == rule).then(|| chosen.and_then(|c| statements.get(c.statement))).flatten();
        let decided = !ranked.iter().any(|r| share(r.0) > share(chosen)) || chosen != rule;
        let why = Choice {
            by: by_rule
                .map(|s| rule_id(s.construction))
                .into_iter()
                .chain((chosen == rule && rule.is_none()).then_some(OWN_VOICE))
                .chain(decided.then_some("decider"))
                .map(Cow::Borrowed)
                .collect(),
            share: Some(Share::of(share(chosen))),
            runner_up: second
                .map(|(choice, _)| RunnerUp { value: origin(*choice), share: Share::of(share(*choice)) }),
        };
        (chosen.map(|c| self.fullest(statements, number, c, &options)), why)
    }

    /// The option that leads to the same end as the chosen one through all of its links and more, if the number is in its
    /// content: "a lawmaker said, citing the agency, the Daily reported" leads from the Daily to the agency with the lawmaker and
    /// without.
    fn fullest(&self, statements: &[Statement], number: Span, chosen: Owner, options: &[Owner]) -> Owner {
        let links = |owner: Owner| {
            let chain = self.chains.get(owner.statement).map_or(&[][..], Vec::as_slice);
            chain.get(..owner.links).unwrap_or_default().iter().skip(1)
        };
        let meet = |a: &Link, b: &Link| a.evidence.iter().any(|a| b.evidence.iter().any(|b| a.overlaps(*b)));
        let passes = |other: Owner| {
            let mut more = links(other);
            links(chosen).all(|own| more.any(|link| meet(own, link))) && more.next().is_none()
        };
        let holds = |other: &Owner| {
            let content = statements.get(other.statement).map(|s| s.content.as_slice()).unwrap_or_default();
            content.iter().any(|c| c.overlaps(number))
        };
        let fuller = options.iter().copied().filter(|o| o.links > chosen.links && holds(o) && passes(*o));
        fuller.max_by_key(|o| o.links).unwrap_or(chosen)
    }
}

/// True for words that name somebody, or refer to somebody or to a document.
pub(super) fn can_speak(tree: &Tree<'_>, source: Span) -> bool {
    let tokens = tree.document.tokens_in(source);
    tree.entities_in(tokens.clone()).next().is_some()
        || tokens.into_iter().any(|t| {
            lexicon::role_noun(tree.lemma(t)).is_some()
                || tree.token(t).is_some_and(|x| x.upos == Upos::Pron && x.lemma != "it")
        })
}

/// True if a statement's cue is a word of speech or thought, not of action or will.
fn tells(tree: &Tree<'_>, statement: &Statement) -> bool {
    let acts = |class: &str| matches!(class, "judge" | "feel" | "intend" | "ask");
    let mut tokens = statement.cue.iter().flat_map(|&span| tree.document.tokens_in(span));
    statement.construction != Construction::Verb
        || tokens.any(|t| lexicon::cue_class(tree.lemma(t)).is_some_and(|class| !acts(class)))
}

/// Id of the rule that leaves a figure in the outlet's own voice.
const OWN_VOICE: &str = "origin.own-voice";

/// Id of the rule by which a statement contains what it contains.
pub(super) fn rule_id(construction: Construction) -> &'static str {
    match construction {
        Construction::Verb => "origin.verb",
        Construction::Noun => "origin.noun",
        Construction::Adjective => "origin.adjective",
        Construction::AccordingTo => "origin.according-to",
        Construction::Citing => "origin.citing",
        Construction::Colon => "origin.colon",
        Construction::Headline => "origin.headline",
        Construction::Agentless => "origin.agentless",
        Construction::Adverb => "origin.adverb",
        Construction::Continuation => "origin.continuation",
        Construction::Carried => "origin.carried",
        Construction::Pointed => "origin.pointed",
    }
}
