//! What a number counts, weighing the rules' proposals against the decider.

use std::borrow::Cow;

use sayso_model::{Category, Choice, RunnerUp, Share};

use super::{Proposal, named};
use crate::decide::{CATEGORIES, Decision};

/// The outcome.
pub(super) struct Verdict {
    /// The category; `None` if it is not a count of people and the rules propose nothing else.
    pub(super) category: Option<Category>,
    /// Why.
    pub(super) why: Choice,
}

/// Probability from which the decider's own category prevails over the rules.
const LIKELY: f32 = 0.4;
/// The same in a short text, of which the decider has seen few.
const LIKELY_SHORT: f32 = 0.62;
/// The same for a number without a noun that no rule proposes anything for.
const LIKELY_BARE: f32 = 0.75;
/// Probability from which an article counts one.
const COUNTS_ONE: f32 = 0.7;

/// True if the decider is sure that an article counts somebody killed, hurt, missing, arrested or the like.
pub(super) fn is_casualty(decision: &Decision) -> bool {
    let sure = decision.categories.iter().zip(CATEGORIES).find(|(share, _)| **share >= COUNTS_ONE);
    sure.is_some_and(|(_, category)| !matches!(category, "none" | "other" | "attending" | "residents"))
}

/// The decider's verdict on an article, for which no rule proposes anything.
pub(super) fn of_article(decision: Option<&Decision>) -> Verdict {
    let shares = decision.map(|d| d.categories.as_slice()).unwrap_or_default();
    let mut ranked: Vec<(&str, f32)> = CATEGORIES.into_iter().zip(shares.iter().copied()).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let name = |at: usize| ranked.get(at).map(|r| r.0).filter(|name| *name != "none");
    let why = Choice {
        by: vec![Cow::Borrowed("decider")],
        share: ranked.first().map(|r| Share::of(r.1)),
        runner_up: ranked
            .get(1)
            .map(|r| RunnerUp { value: name(1).map(str::to_owned), share: Share::of(r.1) }),
    };
    Verdict { category: name(0).map(named), why }
}

/// Weighs a proposal of the rules against the decider; `bare` is a number without a noun.
pub(super) fn of(
    text: &str,
    proposal: Option<&Proposal>,
    bare: bool,
    decision: Option<&Decision>,
) -> Verdict {
    let Some(decision) = decision else {
        let by = proposal.map(|p| Cow::Borrowed(p.rule)).into_iter().collect();
        let why = Choice { by, ..Choice::default() };
        return Verdict { category: proposal.map(|p| p.category.clone()), why };
    };
    // A force's losses, including the missing, are a category of the rules alone.
    let known =
        |name: &str| CATEGORIES.iter().position(|c| *c == name.replace("casualties", "killed_or_injured"));
    let wanted = proposal.and_then(|p| known(p.category.as_str()));
    let either = proposal.is_some_and(|p| p.says_either(text));
    let shares = decision.with_rule(proposal.and_then(|p| Some((p.rule, wanted?))), either);
    let mut ranked: Vec<(usize, f32)> = shares.into_iter().enumerate().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    // What the rules do not see must be likely.
    let least = match (bare && proposal.is_none(), decision.short) {
        (true, _) => LIKELY_BARE,
        (false, true) => LIKELY_SHORT,
        (false, false) => LIKELY,
    };
    let sure = |r: &&(usize, f32)| r.0 == wanted.unwrap_or(0) || r.1 >= least;
    let clear = decision.clear().filter(|_| proposal.is_none());
    let (chosen, share) = clear.or_else(|| ranked.iter().find(sure).copied()).unwrap_or_default();
    let agrees = wanted.unwrap_or(0) == chosen;
    let alone =
        decision.categories.iter().all(|c| *c <= decision.categories.get(chosen).copied().unwrap_or(0.0));
    let rule = proposal.map(|p| p.rule).filter(|_| agrees);
    let why = Choice {
        by: rule.into_iter().chain(alone.then_some("decider")).map(Cow::Borrowed).collect(),
        share: Some(Share::of(share)),
        runner_up: ranked.get(1).map(|(at, share)| RunnerUp {
            value: CATEGORIES.get(*at).filter(|c| **c != "none").map(|c| (*c).to_owned()),
            share: Share::of(*share),
        }),
    };
    let category = match chosen {
        // Things, money and shares are left to the rules; a toll that the decider does not see is not one.
        0 => proposal
            .map(|p| &p.category)
            .filter(|c| known(c.as_str()).is_none() || **c == Category::OTHER)
            .cloned(),
        at if Some(at) == wanted => proposal.map(|p| p.category.clone()),
        at => CATEGORIES.get(at).map(|name| named(name)),
    };
    Verdict { category, why }
}
