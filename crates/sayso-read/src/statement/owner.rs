//! Whose word a figure is: the statement that the rules give it to, another one that the decider points to, or nobody's.
//!
//! Every statement near enough competes with "nobody": its score is the share of the decider's pointer that lies on its
//! source and on the words that show its chain, and something is added for what the rules chose and for a statement in
//! whose content the figure stands.

use std::borrow::Cow;

use sayso_model::{ChainRole, Choice, Construction, Figure, RunnerUp, Share, Span, Statement};

use crate::{by_sentence::BySentence, decide::Decision, tree::Tree};

/// What the rules' choice is worth, in shares of the pointer. Fitted on held-out stories (`training/decide/README.md`).
const RULE: f32 = 0.9;
/// What it is worth that a figure stands in the content of a statement.
const INSIDE: f32 = 0.1;
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
        figure: &Figure,
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
        let score = |choice: Option<usize>| {
            let ruled = if choice == rule { RULE } else { 0.0 };
            let Some(statement) = choice.and_then(|c| statements.get(c)) else {
                return decision.nobody + ruled + if rule.is_none() { INSIDE } else { 0.0 };
            };
            let inside = statement.content.iter().any(|c| c.contains(figure.number));
            choice.map_or(0.0, on) + ruled + if inside { INSIDE } else { 0.0 }
        };
        let named = |index: &usize| statements.get(*index).is_some_and(|s| s.chain.len() > 1);
        let mut ranked: Vec<(Option<usize>, f32)> = std::iter::once(None)
            .chain(options.into_iter().filter(named).map(Some))
            .map(|choice| (choice, score(choice)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let chosen = ranked.first().and_then(|r| r.0);
        let share = |choice: Option<usize>| choice.map_or(decision.nobody, on);
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
                .chain((chosen == rule && rule.is_none()).then_some("origin.own-voice"))
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
