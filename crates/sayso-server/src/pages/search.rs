//! Reports by words, narrowed by their contents; and what a speaker has said.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Query, State},
    http::Uri,
    response::Html,
};
use maud::{Markup, html};
use sayso_ledger::{Ledger, ReportId, ReportLine, Traits};
use serde::Deserialize;

use super::{encoded, forms::MODALITIES, saved};
use crate::{
    error::Failed,
    layout::{self, line, or_dash},
    state::Desk,
    visitor::Visitor,
};

/// Reports and statements shown.
const MOST: usize = 50;
/// Reports to which facets apply: the best ones.
const BEST: u32 = 200;
/// Reports that quote a speaker, from which statements are shown.
const SPEAKERS: usize = 100;
/// Values that a facet offers: those with the most reports.
const OFFERED: usize = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) q: String,
    outlet: String,
    speaker: String,
    category: String,
    group: String,
    place: String,
    modality: String,
    status: String,
    since: String,
    until: String,
}

/// A facet: its field, its name, and the values that a report has for it.
type Facet = (&'static str, &'static str, fn(&ReportLine, &Traits) -> BTreeSet<String>);

/// How certain its figures are: what the statuses of a report have besides what was decided.
fn modalities(traits: &Traits) -> BTreeSet<String> {
    traits.statuses.iter().filter(|s| MODALITIES.contains(&s.as_str())).cloned().collect()
}

const FACETS: [Facet; 7] = [
    ("outlet", "Outlet", |report, _| report.outlet.iter().map(|name| line(name)).collect()),
    ("speaker", "Speaker", |_, traits| traits.speakers.iter().map(|name| line(name)).collect()),
    ("category", "Counts", |_, traits| traits.categories.iter().map(|name| line(name)).collect()),
    ("group", "Of", |_, traits| traits.groups.iter().map(|name| line(name)).collect()),
    ("place", "Place", |_, traits| traits.places.iter().map(|name| line(name)).collect()),
    ("modality", "Has figures that are", |_, traits| modalities(traits)),
    ("status", "Status of its figures", |_, traits| {
        traits.statuses.difference(&modalities(traits)).cloned().collect()
    }),
];

impl Asked {
    fn chosen(&self, facet: &str) -> &str {
        // Modalities were among the statuses when older links and searches were saved.
        let moved = self.modality.is_empty() && MODALITIES.contains(&self.status.as_str());
        match facet {
            "modality" if moved => &self.status,
            "status" if moved => "",
            "outlet" => self.outlet.trim(),
            "speaker" => self.speaker.trim(),
            "category" => self.category.trim(),
            "group" => self.group.trim(),
            "place" => self.place.trim(),
            "modality" => self.modality.trim(),
            _ => self.status.trim(),
        }
    }

    /// The reports that it leaves.
    pub(super) fn reports(&self, ledger: &Ledger) -> Result<Vec<ReportId>, Failed> {
        let found = Found::of(ledger, &self.q, ReportId(0))?;
        Ok(found.narrowed(self, None)?.into_iter().map(|report| report.id).collect())
    }

    /// The same as part of a URL, in a canonical form; empty if there are no restrictions.
    pub(super) fn query(&self) -> String {
        let fields = [
            ("q", &self.q),
            ("outlet", &self.outlet),
            ("speaker", &self.speaker),
            ("category", &self.category),
            ("group", &self.group),
            ("place", &self.place),
            ("modality", &self.modality),
            ("status", &self.status),
            ("since", &self.since),
            ("until", &self.until),
        ];
        let fields = fields.iter().filter(|(_, value)| !value.trim().is_empty());
        fields.map(|(name, value)| format!("{name}={}", encoded(value.trim()))).collect::<Vec<_>>().join("&")
    }

    /// The same for people: `flood, Tidewater, from 2025-06-01`.
    pub(super) fn in_words(&self) -> String {
        let mut all = vec![self.q.clone(), self.outlet.clone(), self.speaker.clone()];
        all.extend([
            self.category.replace('_', " "),
            self.group.clone(),
            self.place.clone(),
            self.modality.clone(),
            self.status.clone(),
        ]);
        all.extend((!self.since.is_empty()).then(|| format!("from {}", self.since)));
        all.extend((!self.until.is_empty()).then(|| format!("to {}", self.until)));
        all.retain(|part| !part.trim().is_empty());
        line(&all.join(", "))
    }

    fn narrows(&self) -> bool {
        FACETS.iter().any(|(name, ..)| !self.chosen(name).is_empty())
            || !(self.since.is_empty() && self.until.is_empty())
    }
}

/// What was found, with the facet values of each report.
pub(super) struct Found {
    reports: Vec<ReportLine>,
    traits: BTreeMap<ReportId, Traits>,
}

impl Found {
    /// The best of the reports that have the words and were added after a given one.
    pub(super) fn of(ledger: &Ledger, words: &str, after: ReportId) -> Result<Self, Failed> {
        let names = sayso_desk::outlet_names(ledger)?;
        let mut reports = ledger.search_lines(words, after, BEST)?;
        reports.iter_mut().for_each(|report| names.put(&mut report.outlet));
        let ids: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
        Ok(Self { traits: ledger.traits_of(&ids)?, reports })
    }

    /// The reports that pass every facet except the one whose values are being counted.
    pub(super) fn narrowed(&self, asked: &Asked, but: Option<&str>) -> Result<Vec<&ReportLine>, Failed> {
        let (since, until) = (super::export::day(&asked.since)?, super::export::day(&asked.until)?);
        let (since, until) = (since.map(|d| d.to_string()), until.map(|d| d.to_string()));
        let none = Traits::default();
        let keeps = |report: &&ReportLine| {
            let traits = self.traits.get(&report.id).unwrap_or(&none);
            let day = report.published.as_ref();
            let in_time = since.as_ref().is_none_or(|since| day.is_some_and(|day| day >= since))
                && until.as_ref().is_none_or(|until| day.is_some_and(|day| day <= until));
            in_time
                && FACETS.iter().all(|(name, _, of)| {
                    let chosen = asked.chosen(name);
                    chosen.is_empty() || but == Some(*name) || of(report, traits).contains(chosen)
                })
        };
        Ok(self.reports.iter().filter(keeps).collect())
    }

    /// The values of a facet, with how many reports each would leave; the chosen one is among them.
    fn counted(&self, asked: &Asked, facet: Facet) -> Result<Vec<(String, usize)>, Failed> {
        let (name, _, of) = facet;
        let none = Traits::default();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for report in self.narrowed(asked, Some(name))? {
            for value in of(report, self.traits.get(&report.id).unwrap_or(&none)) {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        let chosen = asked.chosen(name);
        counts.sort_by_key(|(value, count)| (value != chosen, std::cmp::Reverse(*count)));
        counts.truncate(OFFERED);
        Ok(counts)
    }
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    address: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let (words, by) = (asked.q.clone(), visitor.name.clone());
    let (found, said, saved, newest) = desk
        .ask(move |ledger| {
            let newest = ledger.last_report()?;
            let mut speakers = ledger.speakers(&words)?;
            // For a speaker quoted by hundreds of reports, the newest ones are enough here.
            speakers.drain(..speakers.len().saturating_sub(SPEAKERS));
            let found = Found::of(ledger, &words, ReportId(0))?;
            let names = sayso_desk::outlet_names(ledger)?;
            let mut said = ledger.statements_of(&speakers, false)?;
            said.iter_mut().for_each(|said| names.put(&mut said.outlet));
            Ok((found, said, saved::of(ledger, &by)?, newest))
        })
        .await?;
    let narrowed = found.narrowed(&asked, None)?;
    let shown: Vec<ReportId> = narrowed.iter().take(MOST).map(|report| report.id).collect();
    let words = asked.q.clone();
    let around = desk
        .ask(move |ledger| {
            let around = shown.into_iter().map(|id| Ok((id, ledger.words_around(&words, id)?)));
            around.collect::<Result<BTreeMap<_, _>, Failed>>()
        })
        .await?;
    let seen = saved.iter().find(|one| one.search.query == asked.query()).map(|one| one.search.seen);
    let offered: Vec<(Facet, Vec<(String, usize)>)> = FACETS
        .into_iter()
        .map(|facet| Ok((facet, found.counted(&asked, facet)?)))
        .collect::<Result<_, Failed>>()?;
    let page = layout::page(
        "Search",
        "",
        html! {
            form.filter method="get" action="/search" {
                label for="words" { "Words, or the name of a speaker" }
                input #words type="search" name="q" value=(line(&asked.q));
                @if !found.reports.is_empty() { (narrowing(&asked, &offered)) }
                button { "Search" }
                @if asked.narrows() { a href=(format!("/search?q={}", encoded(&asked.q))) { "All" } }
                (super::export::list_link("reports", &address))
            }
            @if asked.query().is_empty() { (saved::list(&visitor, &saved)) } @else { (saved::doing(&visitor, &asked, &saved, newest)) }
            @if found.reports.is_empty() && said.is_empty() {
                p.nothing {
                    @if asked.q.trim().is_empty() { "Enter words that a report must contain; use \"quotation marks\" for a phrase, and * at the end to match the beginning of a word." }
                    @else { "No report has all these words." }
                }
            }
            @if !said.is_empty() && !asked.narrows() {
                section {
                    h2 { "Said by " (line(&said.first().map(|s| s.name.clone()).unwrap_or_default())) }
                    ul {
                        @for s in said.iter().take(MOST) {
                            li {
                                span.day { (or_dash(s.said_on.as_deref().or(s.published.as_deref()))) } " "
                                a href=(format!("/report/{}#{}", s.report, s.statement)) { (line(&s.content)) }
                                span.note { " " (or_dash(s.outlet.as_deref())) }
                            }
                        }
                    }
                }
            }
            @if !found.reports.is_empty() { (listed(&narrowed, found.reports.len(), &around, seen)) }
            @if !asked.query().is_empty() { (saved::list(&visitor, &saved)) }
        },
    );
    Ok(Html(page.into_string()))
}

/// A choice for each facet, with how many reports each value leaves.
fn narrowing(asked: &Asked, offered: &[(Facet, Vec<(String, usize)>)]) -> Markup {
    html! {
        @for ((name, shown, _), values) in offered {
            @if !values.is_empty() {
                label { (shown) " "
                    select name=(name) {
                        option value="" { "any" }
                        @for (value, count) in values {
                            option value=(value) selected[value == asked.chosen(name)] { (line(&value.replace('_', " "))) " (" (count) ")" }
                        }
                    }
                }
            }
        }
        label { "From " input type="date" name="since" value=(line(&asked.since)); }
        label { "To " input type="date" name="until" value=(line(&asked.until)); }
    }
}

fn listed(
    narrowed: &[&ReportLine],
    all: usize,
    around: &BTreeMap<ReportId, Option<String>>,
    seen: Option<ReportId>,
) -> Markup {
    html! {
        section {
            h2 { "Reports" }
            p.note {
                (narrowed.len()) @if narrowed.len() < all { " of " (all) }
                @if all >= BEST as usize { " best" }
                @if narrowed.len() > MOST { "; only the first " (MOST) " are shown" }
            }
            @if narrowed.is_empty() { p.nothing { "No report is left; choose fewer filters." } }
            @for report in narrowed.iter().take(MOST) {
                div.hit {
                    a href=(format!("/report/{}", report.id)) { (report.headline.as_deref().map_or_else(|| format!("report {}", report.id), line)) }
                    @if seen.is_some_and(|seen| report.id > seen) { " " b.new { "new" } }
                    div.note { (or_dash(report.outlet.as_deref())) ", " (or_dash(report.published.as_deref())) }
                    @if let Some(Some(words)) = around.get(&report.id) { div { (snippet(words)) } }
                }
            }
        }
    }
}

/// The words around the matches, with the matches in bold.
fn snippet(text: &str) -> Markup {
    let text = line(text);
    html! {
        @for (n, part) in text.split('[').enumerate() {
            @match part.split_once(']').filter(|_| n > 0) {
                Some((found, rest)) => { b { (found) } (rest) }
                None => { @if n > 0 { "[" } (part) }
            }
        }
    }
}
