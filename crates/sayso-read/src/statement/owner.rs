//! Whose word a figure is: the statement that the rules give it to, another one that the decider points to, or nobody's.
//!
//! Every statement near enough competes with "nobody": its score is the logarithm of the share of the decider's pointer that
//! lies on its source and on the words that show its chain. What the rules chose gets the log odds that the rule is right
//! (`decide/trust.rs`).

use std::borrow::Cow;

use sayso_model::{ChainRole, Choice, Construction, Modality, RunnerUp, Share, Span, Statement};

use crate::{
    by_sentence::BySentence,
    decide::{self, Decision, trust},
    tree::Tree,
};

/// What the log odds of a rule are worth against the logarithm of the pointer's share, and what is added to them. Fitted on
/// held-out stories (`training/decide/README.md`).
const RULE: f32 = 1.5;
const CHOSEN: f32 = 2.0;
/// What is added where somebody denies what the number stands in: another has said it.
const DENIED: f32 = 3.0;
/// Share that every choice has at least.
const FLOOR: f32 = 0.003;
/// Share of the pointer that makes a place worth a look.
const WORTH: f32 = 0.05;

/// Chooses among statements by where the decider points.
pub(super) struct Owners {
    /// By statement: the words that name those whose word it is.
    evidence: Vec<Vec<Span>>,
    near: BySentence,
}

impl Owners {
    pub(super) fn of(tree: &Tree<'_>, statements: &[Statement]) -> Self {
        let evidence: Vec<Vec<Span>> = statements
            .iter()
            .map(|s| {
                let chain = s.chain.iter().filter(|l| l.role != ChainRole::Outlet);
                let mut spans: Vec<Span> =
                    chain.flat_map(|l| l.evidence.iter().copied()).chain(s.source.iter().copied()).collect();
                spans.sort_unstable();
                spans.dedup();
                spans
            })
            .collect();
        let near = BySentence::new(tree, evidence.iter().map(Vec::as_slice));
        Self { evidence, near }
    }

    /// The statement whose word a figure is, given the one that the rules have it stand in, and why.
    pub(super) fn choose(
        &self,
        tree: &Tree<'_>,
        statements: &[Statement],
        number: Span,
        decision: &Decision,
        rule: Option<usize>,
    ) -> (Option<usize>, Choice) {
        let mut options: Vec<usize> = decision
            .points
            .iter()
            .filter(|(_, share)| *share >= WORTH)
            .flat_map(|(span, _)| self.near.at(tree, span.start))
            .chain(rule)
            .collect();
        options.sort_unstable();
        options.dedup();
        let on = |index: usize| self.evidence.get(index).map_or(0.0, |spans| decision.on(spans));
        let by = rule.and_then(|r| statements.get(r)).map_or(OWN_VOICE, |s| rule_id(s.construction));
        let here = self.near.at(tree, number.start);
        let denied = rule.is_some()
            && here.into_iter().filter_map(|s| statements.get(s)).any(|s| s.modality == Modality::Denied);
        let trusted = RULE * trust::log_odds(by, trust::ORIGIN) + CHOSEN + if denied { DENIED } else { 0.0 };
        let share = |choice: Option<usize>| choice.map_or(decision.nobody, on);
        let score = |choice: Option<usize>| {
            decide::log(share(choice).max(FLOOR)) + if choice == rule { trusted } else { 0.0 }
        };
        let named = |index: &usize| statements.get(*index).is_some_and(|s| s.chain.len() > 1);
        let mut ranked: Vec<(Option<usize>, f32)> = std::iter::once(None)
            .chain(options.into_iter().filter(named).map(Some))
            .map(|choice| (choice, score(choice)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let chosen = ranked.first().and_then(|r| r.0);
        let origin =
            |choice: Option<usize>| choice.and_then(|c| statements.get(c)?.chain.last()?.name.clone());
        // Two statements of one origin are no alternatives.
        let second = ranked.iter().skip(1).find(|r| origin(r.0) != origin(chosen));
        let by_rule = (chosen == rule).then(|| chosen.and_then(|c| statements.get(c))).flatten();
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
        (chosen, why)
    }
}

/// Id of the rule that nobody but the outlet speaks.
const OWN_VOICE: &str = "origin.own-voice";

/// Id of the rule by which a statement holds what it holds.
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
    }
}
