//! What to look at next.

use axum::{
    extract::{Query, State},
    response::Html,
};
use maud::{Markup, html};
use sayso_desk::{Side, fate};
use sayso_ledger::{EntryKind, EntryName, ReportId};
use sayso_model::FigureId;
use serde::Deserialize;

use super::{decide, forms};
use crate::{
    error::Failed,
    layout::{self, line, or_dash, warned},
    number,
    state::Desk,
    visitor::Visitor,
};

/// Figures shown.
const MOST: usize = 40;
/// Figures that are looked up, so that enough are left if somebody has decided about some of them since.
const LOOKED_UP: usize = 80;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The decision that led here.
    #[serde(default)]
    done: Option<i64>,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let queue = desk
        .list_of_late("queue", |ledger| {
            // Read first: whatever is decided while the list is being made counts as not seen.
            let seen = ledger.last_decision()?;
            Ok((sayso_desk::queue(ledger, LOOKED_UP)?, seen))
        })
        .await?;
    let names: Vec<_> = queue.0.iter().filter_map(|doubt| doubt.sides.first()).map(key).collect();
    let (still_open, just_done) = desk
        .ask(move |ledger| {
            let open = |key| Ok(ledger.figure_at(key)?.is_some_and(|figure| figure.decision.is_none()));
            let open = names.into_iter().map(open).collect::<Result<Vec<bool>, Failed>>()?;
            Ok((open, decide::just_done(ledger, asked.done)?))
        })
        .await?;
    let open: Vec<_> =
        queue.0.iter().zip(still_open).filter(|(_, open)| *open).map(|(one, _)| one).take(MOST).collect();
    let seen = queue.1;
    let page = layout::page(
        "Queue",
        "/queue",
        html! {
            (decide::done(&visitor, just_done.as_ref(), "/queue"))
            p.note { "Figures about which nobody has decided yet: conflicts, what was read with little certainty, and what nobody is shown to stand behind, in turn, the most consequential first." }
            @if open.is_empty() { p.nothing { "Everything has been looked at." } }
            @for doubt in &open {
                section.doubt {
                    p.facts {
                        em { (doubt.why) } " in "
                        a href=(format!("/story/{}", doubt.story)) { (line(&doubt.label)) }
                    }
                    @for side in &doubt.sides { (shown(&visitor, side, seen)) }
                    @if doubt.more > 0 {
                        p.note { "and " (doubt.more) " more, in " a href=(format!("/story/{}#conflicts", doubt.story)) { "the story's conflicts" } }
                    }
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

fn key(side: &Side) -> (ReportId, FigureId) {
    (side.line.found.report, side.line.found.figure)
}

/// A figure in its sentence, with what else has happened to it.
fn shown(visitor: &Visitor, side: &Side, seen: i64) -> Markup {
    let (figure, f) = (&side.line, &side.line.found);
    let name = EntryName { kind: EntryKind::Figure, index: f.figure.index() };
    let (start, end) = side.words;
    let part = |from: usize, to: usize| line(side.sentence.get(from..to).unwrap_or_default());
    let before = side.sentence.get(..start).unwrap_or_default();
    let behind = side.sentence.get(end..).unwrap_or_default();
    let fates: Vec<String> =
        figure.status.iter().filter(|fate| fate.what != "in_conflict").map(fate).collect();
    let decided = f.decision.as_deref();
    html! {
        section.entry role="group" tabindex="-1" aria-label=(line(&f.words)) {
            h2 {
                a href=(format!("/report/{}#{name}", f.report)) { (line(&f.category.replace('_', " "))) ": " (number::of_figure(figure)) }
                @if let Some(decided) = decided { " " span.fact { (line(decided)) } }
            }
            p.sentence {
                (line(before)) @if before.ends_with(char::is_whitespace) { " " }
                mark { (part(start, end)) }
                @if behind.starts_with(char::is_whitespace) { " " }
                (line(behind))
            }
            p.facts {
                "on the word of " b { (super::figures::whose(figure)) } ", "
                (or_dash(f.outlet.as_deref())) ", " (or_dash(f.published.as_deref()))
            }
            (warned(&fates))
            @if decided.is_none() {
                (forms::buttons(visitor, &figure.name(), "/queue", seen, &format!("/report/{}?correct={name}#{name}", f.report)))
            }
        }
    }
}
