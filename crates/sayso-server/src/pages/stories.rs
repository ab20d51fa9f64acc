//! The list of stories: what is developing.

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, Uri},
    response::{Html, Redirect},
};
use maud::{Markup, html};
use sayso_desk::{StoryLine, Total};
use sayso_ledger::{ReportId, StoryId};
use serde::Deserialize;

use super::{
    encoded,
    forms::{self, Sent},
};
use crate::{
    error::Failed,
    layout::{self, line, or_dash, term},
    number,
    state::Desk,
    visitor::Visitor,
};

/// Stories shown on one page.
const MOST: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Words from a headline or an outlet.
    find: String,
    /// Category of the sparkline.
    spark: String,
    /// Only stories with figures about which nobody has decided.
    open: bool,
    /// Only stories with at least this many reports.
    least: String,
    /// From 0.
    page: usize,
}

impl Asked {
    /// The stories that pass.
    pub(super) fn pass<'s>(&self, stories: &'s [StoryLine]) -> Result<Vec<&'s StoryLine>, Failed> {
        let least = match self.least.trim() {
            "" => 1,
            written => written.parse().map_err(|_| {
                Failed::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    format!("'{}' is not a number of reports", line(written)),
                )
            })?,
        };
        let wanted = self.find.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        let named = |s: &StoryLine| wanted.is_empty() || has(&s.label) || s.outlets.iter().any(|o| has(o));
        let open = |s: &StoryLine| !self.open || s.unreviewed > 0;
        Ok(stories.iter().filter(|s| named(s) && s.reports >= least && open(s)).collect())
    }

    fn turned(&self, page: usize) -> String {
        let open = if self.open { "true" } else { "" };
        let fields =
            [("find", self.find.as_str()), ("spark", &self.spark), ("open", open), ("least", &self.least)];
        let fields = fields.iter().filter(|(_, value)| !value.is_empty());
        let query: String = fields.map(|(name, value)| format!("{name}={}&", encoded(value))).collect();
        format!("/?{query}page={page}")
    }
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    address: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let stories = desk.list("stories", |ledger| Ok(sayso_desk::stories(ledger, 1)?)).await?;
    let categories = desk.list("categories", |ledger| Ok(ledger.categories()?)).await?;
    let found = asked.pass(&stories)?;
    let shown: Vec<_> = found.iter().skip(asked.page.saturating_mul(MOST)).take(MOST).collect();
    let spark = if asked.spark.is_empty() { "killed".to_owned() } else { asked.spark.clone() };
    let (category, ids) = (spark.clone(), shown.iter().map(|s| StoryId(s.story)).collect::<Vec<_>>());
    let glances = desk.ask(move |ledger| Ok(sayso_desk::glances(ledger, &category, &ids)?)).await?;
    let added = desk.list("newest", |ledger| Ok(ledger.newest_reports()?)).await?;
    let added = |story: i64| added.get(&StoryId(story)).map_or(0, |report| report.0);
    let newest = stories.iter().map(|s| added(s.story)).max().unwrap_or(0);
    let by = visitor.name.clone();
    let seen = desk.ask(move |ledger| Ok(ledger.visit(&by)?)).await?.map(|report| report.0);
    let news = seen.map_or(0, |seen| stories.iter().filter(|s| added(s.story) > seen).count());
    let page = layout::page(
        "Stories",
        "/",
        html! {
            p.news hidden { "Something new has come in. " a href="/" { "Reload the page" } }
            form.filter method="get" action="/" {
                label for="find" { "Headline or outlet" }
                input #find type="search" name="find" value=(line(&asked.find));
                label { "At least " input.short type="text" inputmode="numeric" name="least" value=(line(&asked.least)); " reports" }
                label { input type="checkbox" name="open" value="true" checked[asked.open]; " with unreviewed figures" }
                label { "Line of " select name="spark" {
                    @for category in categories.iter() { option value=(line(category)) selected[*category == spark] { (line(&category.replace('_', " "))) } }
                } }
                button { "Show" }
                span.count { (found.len()) " of " (stories.len()) }
                (super::export::list_link("reports", &address))
            }
            @if newest > 0 && seen != Some(newest) {
                form.decide method="post" action="/seen" {
                    (forms::hidden(&visitor, "/", 0))
                    input type="hidden" name="report" value=(newest);
                    @if news > 0 { span.note { (news) " with something new since your last visit, " (line(&visitor.name)) ". " } }
                    button { "Mark all as seen" }
                }
            }
            @if found.is_empty() {
                p.nothing { "No matching story. " a href="/add" { "Add reports" } " here, or with " code { "sayso add" } "." }
            } @else {
                div.wide {
                    table.cards {
                        thead { tr {
                            th scope="col" { "Began with" } th scope="col" { (line(&spark.replace('_', " "))) } th scope="col" { "First" }
                            th scope="col" { "Last" } th.number scope="col" { "Reports" } th scope="col" { "Outlets" }
                            th.number scope="col" { (term("independent", "Origins")) }
                            th.number scope="col" { (term("unreviewed", "Unreviewed")) }
                        } }
                        tbody {
                            @for story in &shown {
                                tr {
                                    td data-label="Began with" {
                                        a href=(format!("/story/{}", story.story)) { (line(&story.label)) }
                                        @if seen.is_some_and(|seen| added(story.story) > seen) { " " b.new { "new" } }
                                    }
                                    @let glance = glances.get(&StoryId(story.story));
                                    td data-label=(line(&spark.replace('_', " "))) { @if let Some(total) = glance.and_then(|g| g.total.as_ref()) { (sparkline(total)) } }
                                    td.day data-label="First" { (or_dash(story.first.as_deref())) }
                                    td.day data-label="Last" { (or_dash(story.last.as_deref())) }
                                    td.number data-label="Reports" { (story.reports) }
                                    td data-label="Outlets" { (outlets(&story.outlets)) }
                                    td.number data-label="Origins" { @if let Some(glance) = glance { (glance.origins) } }
                                    td.number data-label="Unreviewed" { (story.unreviewed) }
                                }
                            }
                        }
                    }
                }
                p {
                    @if asked.page > 0 { a href=(asked.turned(asked.page - 1)) { "Newer" } " " }
                    @if asked.page.saturating_add(1).saturating_mul(MOST) < found.len() { a href=(asked.turned(asked.page + 1)) { "Older" } }
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

/// Remembers up to which report a visitor has seen everything.
pub(crate) async fn seen(
    State(desk): State<Desk>,
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failed> {
    let sent = Sent(sent);
    visitor.check(sent.get("token"))?;
    let wrong = || Failed::new(StatusCode::UNPROCESSABLE_ENTITY, "`report` is not a number");
    let report = ReportId(sent.get("report").parse().map_err(|_| wrong())?);
    desk.write(move |ledger| Ok(ledger.set_visit(&visitor.name, report)?)).await?;
    Ok(Redirect::to("/"))
}

/// The value by which a story is known, with its range, whose word it is and a link to its words; before it, what its origin says,
/// in chronological order.
fn sparkline(total: &Total) -> Markup {
    let points = &total.sparks;
    let (wide, high) = (90.0, 22.0);
    let top = points.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let step = wide / (points.len().max(2) - 1) as f64;
    let at =
        |n: usize, value: f64| format!("{:.1},{:.1}", 3.0 + n as f64 * step, 3.0 + high - value / top * high);
    let all: Vec<String> = points.iter().enumerate().map(|(n, (_, value))| at(n, *value)).collect();
    let (first, last) = (points.first(), points.last());
    let (start, end) = total.span;
    html! {
        span.spark {
            @if let (Some((from, a)), Some((to, b))) = (first, last.filter(|_| points.len() > 1)) {
                svg viewBox="0 0 96 28" width="96" height="28" role="img" aria-label=(format!("{a} on {from}, {b} on {to}, {} values", points.len())) {
                    polyline points=(all.join(" ")) fill="none" stroke="currentColor" stroke-width="1.5" {}
                    @for (n, (_, value)) in points.iter().enumerate().skip(points.len() - 1) {
                        circle cx=(format!("{:.1}", 3.0 + n as f64 * step)) cy=(format!("{:.1}", 3.0 + high - value / top * high)) r="2.5" fill="currentColor" {}
                    }
                }
                " "
            }
            a href=(format!("/report/{}?mark={start}-{end}#mark", total.report)) { (number::grouped(&total.words())) }
        }
        div.note {
            (total.origin.as_deref().map_or_else(|| "nobody named".to_owned(), line))
            @if total.origins > 1 { "; " (total.origins) " origins" }
        }
    }
}

/// Up to three names, and how many more there are.
fn outlets(all: &std::collections::BTreeSet<String>) -> String {
    let shown: Vec<String> = all.iter().take(3).map(|name| line(name)).collect();
    match all.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
