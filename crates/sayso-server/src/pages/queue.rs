//! What to look at next.

use axum::{extract::State, response::Html};
use maud::html;
use sayso_desk::fate;
use sayso_ledger::{EntryKind, EntryName};

use super::forms;
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

pub(crate) async fn page(State(desk): State<Desk>, visitor: Visitor) -> Result<Html<String>, Failed> {
    let queue = desk
        .list_of_late("queue", |ledger| {
            // Read first: whatever is decided while the list is being made counts as not seen.
            let seen = ledger.last_decision()?;
            Ok((sayso_desk::queue(ledger, LOOKED_UP)?, seen))
        })
        .await?;
    let names: Vec<_> =
        queue.0.iter().map(|(figure, _)| (figure.found.report, figure.found.figure)).collect();
    let still_open = desk
        .ask(move |ledger| {
            let open = |key| Ok(ledger.figure_at(key)?.is_some_and(|figure| figure.decision.is_none()));
            names.into_iter().map(open).collect::<Result<Vec<bool>, Failed>>()
        })
        .await?;
    let open: Vec<_> =
        queue.0.iter().zip(still_open).filter(|(_, open)| *open).map(|(one, _)| one).take(MOST).collect();
    let seen = queue.1;
    let page = layout::page(
        "Queue",
        "/queue",
        html! {
            p.note { "Figures about which nobody has decided yet, the most consequential first." }
            @if open.is_empty() { p.nothing { "Everything has been looked at." } }
            @for (figure, why) in &open {
                @let f = &figure.found;
                @let name = EntryName { kind: EntryKind::Figure, index: f.figure.index() };
                section.entry tabindex="-1" aria-label=(line(&f.words)) {
                    h2 {
                        a href=(format!("/report/{}#{name}", f.report)) { (line(&f.words)) }
                        " " span.fact { (line(&f.category.replace('_', " "))) " " b { (number::of_figure(figure)) } }
                    }
                    p.facts {
                        "on the word of " b { (super::figures::whose(figure)) } ", "
                        (or_dash(f.outlet.as_deref())) ", " (or_dash(f.published.as_deref())) " – " em { (why) }
                    }
                    (warned(&figure.status.iter().map(fate).collect::<Vec<_>>()))
                    (forms::buttons(&visitor, &figure.name(), "/queue", seen, &format!("/report/{}?correct={name}#{name}", f.report)))
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}
