//! schema.org as JSON-LD: reports as `NewsArticle`, quoted words as `Quotation`, values as `Claim` about a
//! `QuantitativeValue` with every report that carries them as its appearances, corrections as `CorrectionComment`.
//!
//! A `ClaimReview` is made only of what a person has rated (a note with a rating). Other decisions say that a reading
//! is right, not that a claim is true.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use sayso_desk::{
    Rated,
    words::{amount, what},
};
use sayso_ledger::{EntryKind, EntryName, Ledger, ReportId};
use sayso_model::{
    Category, Number, Span, SpeakerKind, StatementKind,
    story::{Claim, Point, Series, StoryReport},
};
use serde_json::{Map, Value, json};

use crate::{ExportError, reports::Told};

/// Writes one graph of all stories; returns the number of reports.
pub(crate) fn write(
    ledger: &Ledger,
    stories: &[Told],
    out: &mut (dyn Write + Send),
) -> Result<usize, ExportError> {
    let decided: BTreeSet<i64> = ledger.decided_reports()?.into_iter().map(|report| report.0).collect();
    let mut graph: Vec<Value> = Vec::new();
    let mut reports = 0;
    for told in stories {
        reports += told.loaded.story.reports.len();
        articles(told, &mut graph);
        speakers(told, &mut graph);
        quotations(told, &mut graph);
        claims(told, &mut graph);
        corrections(told, &mut graph);
        reviews(told, &ratings(ledger, told, &decided)?, &mut graph);
    }
    let document = json!({"@context": "https://schema.org", "@graph": graph});
    writeln!(out, "{}", serde_json::to_string_pretty(&document)?)?;
    Ok(reports)
}

/// An object of what is known, without nulls.
fn node(fields: Vec<(&str, Option<Value>)>) -> Value {
    let known = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(known.collect::<Map<_, _>>())
}

fn reference(id: String) -> Value {
    json!({"@id": id})
}

fn articles(told: &Told, graph: &mut Vec<Value>) {
    let mut corrected: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    for (place, link) in told.loaded.story.corrections.iter().enumerate() {
        if let Some(of) = link.of {
            corrected.entry(of).or_default().push(reference(correction_id(told, place)));
        }
    }
    for (place, report) in told.loaded.story.reports.iter().enumerate() {
        let head = told.loaded.readings.get(place).map(|reading| &reading.report.head);
        let instant = head.and_then(|h| h.published_at.as_ref()).map(|at| at.value.clone());
        let byline: Vec<&str> =
            head.into_iter().flat_map(|h| &h.byline).map(|by| by.value.as_str()).collect();
        graph.push(node(vec![
            ("@type", Some("NewsArticle".into())),
            ("@id", Some(told.report(place).into())),
            ("headline", report.headline.clone().map(Value::from)),
            ("url", report.url.clone().map(Value::from)),
            ("datePublished", instant.or_else(|| report.published.map(|d| d.to_string())).map(Value::from)),
            ("publisher", publisher(report)),
            ("creditText", (!byline.is_empty()).then(|| byline.join(", ").into())),
            ("inLanguage", head.and_then(|h| h.language.as_ref()).map(|l| l.value.clone().into())),
            ("identifier", Some(json!(format!("urn:sha256:{}", report.text_hash)))),
            ("correction", corrected.remove(&place).map(Value::from)),
        ]));
    }
}

fn publisher(report: &StoryReport) -> Option<Value> {
    report.outlet.as_ref().map(|name| json!({"@type": "Organization", "name": name}))
}

fn speakers(told: &Told, graph: &mut Vec<Value>) {
    for (place, speaker) in told.loaded.story.speakers.iter().enumerate() {
        let kind = match speaker.kind {
            SpeakerKind::Person => "Person",
            SpeakerKind::Organization | SpeakerKind::Outlet => "Organization",
            SpeakerKind::Government => "GovernmentOrganization",
            SpeakerKind::Document => "CreativeWork",
            SpeakerKind::Group | SpeakerKind::Unknown => "Thing",
        };
        let others: Vec<&String> = speaker.names.iter().filter(|name| **name != speaker.name).collect();
        graph.push(node(vec![
            ("@type", Some(kind.into())),
            ("@id", Some(told.speaker(place).into())),
            // A description is not a name.
            (if speaker.anonymous { "description" } else { "name" }, Some(speaker.name.clone().into())),
            ("alternateName", (!others.is_empty() && !speaker.anonymous).then(|| json!(others))),
        ]));
    }
}

fn quotations(told: &Told, graph: &mut Vec<Value>) {
    for (report, reading) in told.loaded.readings.iter().enumerate() {
        let text = reading.report.text.as_str();
        for (index, statement) in reading.statements.iter().enumerate() {
            if statement.kind != StatementKind::Direct || statement.content.is_empty() {
                continue;
            }
            let words: Vec<&str> = statement.content.iter().map(|span: &Span| span.cut(text)).collect();
            let speaker = statement.speaker.and_then(|id| told.speaker_of(report, id));
            graph.push(node(vec![
                ("@type", Some("Quotation".into())),
                ("@id", Some(told.entry(report, EntryKind::Statement, index).into())),
                ("text", Some(words.join(" … ").into())),
                ("spokenByCharacter", speaker.map(|place| reference(told.speaker(place)))),
                ("dateCreated", statement.said_on.map(|d| d.to_string().into())),
                ("isPartOf", Some(reference(told.report(report)))),
            ]));
        }
    }
}

fn claims(told: &Told, graph: &mut Vec<Value>) {
    for claim in &told.loaded.story.claims {
        for series in &claim.series {
            for point in &series.points {
                graph.extend(claim_of(told, claim, series, point));
            }
        }
    }
}

/// What a number without a unit counts; not known of sums of money and measures.
fn counted(claim: &Claim) -> Option<&'static str> {
    match &claim.category {
        category if *category == Category::EQUIPMENT || *category == Category::OTHER => Some("things"),
        category => sayso_compare::counts_people(category).then_some("people"),
    }
}

/// A value on one origin's word, with every report that carries it.
fn claim_of(told: &Told, claim: &Claim, series: &Series, point: &Point) -> Option<Value> {
    let first = point.reports.first()?;
    let mut appearances: Vec<Value> = Vec::new();
    for appearance in &point.reports {
        let report = reference(told.report(appearance.mark.report));
        if !appearances.contains(&report) {
            appearances.push(report);
        }
    }
    let number = |n: Option<Number>| n.and_then(|n| serde_json::to_value(n).ok());
    let value = node(vec![
        ("@type", Some("QuantitativeValue".into())),
        ("name", Some(what(claim).into())),
        ("minValue", number(point.value.low)),
        ("maxValue", number(point.value.high)),
        ("value", number(point.value.best)),
        ("unitText", claim.unit.clone().or_else(|| Some(counted(claim)?.to_owned())).map(Value::from)),
        ("description", Some(amount(&point.value).into())),
    ]);
    let day = point.on.map(|d| d.to_string().into());
    Some(node(vec![
        ("@type", Some("Claim".into())),
        ("@id", Some(told.entry(first.mark.report, EntryKind::Figure, first.figure.index()).into())),
        ("text", Some(told.words(first.mark.report, first.mark.span).into())),
        ("author", series.origin.map(|place| reference(told.speaker(place)))),
        ("dateCreated", day),
        ("about", Some(value)),
        ("firstAppearance", Some(reference(told.report(first.mark.report)))),
        ("appearance", Some(appearances.into())),
    ]))
}

fn correction_id(told: &Told, place: usize) -> String {
    format!("urn:sayso:story:{}:correction:{place}", told.id)
}

fn corrections(told: &Told, graph: &mut Vec<Value>) {
    for (place, link) in told.loaded.story.corrections.iter().enumerate() {
        let mark = link.mark;
        let day = told.loaded.story.reports.get(mark.report).and_then(|r| r.published);
        graph.push(node(vec![
            ("@type", Some("CorrectionComment".into())),
            ("@id", Some(correction_id(told, place).into())),
            ("text", Some(told.words(mark.report, mark.span).into())),
            ("datePublished", day.map(|d| d.to_string().into())),
            ("isPartOf", Some(reference(told.report(mark.report)))),
        ]));
    }
}

/// What was rated: the report, the kind of entry and its position.
type Place = (usize, EntryKind, usize);

fn ratings(
    ledger: &Ledger,
    told: &Told,
    decided: &BTreeSet<i64>,
) -> Result<Vec<(Place, Rated)>, ExportError> {
    let mut found = Vec::new();
    for report in 0..told.loaded.story.reports.len() {
        let key = told.loaded.key(report);
        if !decided.contains(&key) {
            continue;
        }
        let rated = sayso_desk::ratings(ledger, ReportId(key))?;
        let Some(reviewed) = ledger.reviewed(ReportId(key))?.filter(|_| !rated.is_empty()) else { continue };
        for rated in rated {
            let kind = rated.entry.kind;
            let name = rated.entry.place(&reviewed.reading).map(|index| EntryName { kind, index });
            // What has since been rejected is not a claim of the report.
            if let Some(index) = name.and_then(|name| told.loaded.index(report, name)) {
                found.push(((report, kind, index), rated));
            }
        }
    }
    Ok(found)
}

fn reviews(told: &Told, ratings: &[(Place, Rated)], graph: &mut Vec<Value>) {
    let mut own: BTreeSet<Place> = BTreeSet::new();
    for (place, rated) in ratings {
        let (report, kind, index) = *place;
        let shared = if kind == EntryKind::Figure { claim_with(told, report, index) } else { None };
        let claim = shared.unwrap_or_else(|| {
            let id = format!("{}:claim", told.entry(report, kind, index));
            if own.insert(*place) {
                graph.push(claim_alone(told, *place, &id));
            }
            id
        });
        let rating = &rated.rating;
        let decision = &rated.decision;
        graph.push(node(vec![
            ("@type", Some("ClaimReview".into())),
            ("@id", Some(format!("{claim}:review:{}", decision.id).into())),
            ("url", rating.url.clone().map(Value::from)),
            ("claimReviewed", Some(words_of(told, *place).into())),
            ("itemReviewed", Some(reference(claim))),
            ("author", Some(json!({"@type": "Person", "name": decision.by}))),
            ("datePublished", decision.at.get(..10).map(Value::from)),
            ("reviewBody", decision.note.clone().map(Value::from)),
            (
                "reviewRating",
                Some(node(vec![
                    ("@type", Some("Rating".into())),
                    ("alternateName", Some(rating.rating.clone().into())),
                    ("ratingValue", rating.value.map(Value::from)),
                    ("worstRating", rating.worst.map(Value::from)),
                    ("bestRating", rating.best.map(Value::from)),
                ])),
            ),
        ]));
    }
}

/// The identifier of the claim that a figure belongs to.
fn claim_with(told: &Told, report: usize, index: usize) -> Option<String> {
    let mut points = told.loaded.story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points);
    let is =
        |point: &&Point| point.reports.iter().any(|a| a.mark.report == report && a.figure.index() == index);
    let first = points.find(is)?.reports.first()?;
    Some(told.entry(first.mark.report, EntryKind::Figure, first.figure.index()))
}

/// What a statement claims, or a figure that is not compared with any other.
fn claim_alone(told: &Told, place: Place, id: &str) -> Value {
    let (report, kind, index) = place;
    let reading = told.loaded.readings.get(report);
    let speaker = match kind {
        EntryKind::Statement => reading.and_then(|r| r.statements.get(index)?.speaker),
        _ => reading.and_then(|r| r.figures.get(index)?.origin_speaker),
    };
    let author = speaker.and_then(|id| told.speaker_of(report, id));
    let article = reference(told.report(report));
    node(vec![
        ("@type", Some("Claim".into())),
        ("@id", Some(id.into())),
        ("text", Some(words_of(told, place).into())),
        ("author", author.map(|place| reference(told.speaker(place)))),
        ("firstAppearance", Some(article.clone())),
        ("appearance", Some(vec![article].into())),
    ])
}

/// What is claimed, in the report's words.
fn words_of(told: &Told, (report, kind, index): Place) -> String {
    let Some(reading) = told.loaded.readings.get(report) else { return String::new() };
    let text = reading.report.text.as_str();
    match kind {
        EntryKind::Statement => {
            let content = reading.statements.get(index).map_or(&[][..], |s| s.content.as_slice());
            content.iter().map(|span: &Span| span.cut(text)).collect::<Vec<_>>().join(" … ")
        }
        _ => reading.figures.get(index).map_or("", |f| f.span.cut(text)).to_owned(),
    }
}
