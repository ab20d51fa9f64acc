//! Readings made by hand: reports with figures attributed to somebody.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::panic,
    clippy::unwrap_used,
    reason = "each test file uses some of it"
)]

use sayso_compare::{Constraints, Entry, point, story};
use sayso_model::{
    Category, Date, Figure, FigureId, Head, HeadSource, Mention, MentionForm, Number, Reading, Report, Span,
    Speaker, SpeakerId, SpeakerKind, Stated,
    story::{PointRef, Story},
};

pub fn stated<T>(value: T) -> Option<Stated<T>> {
    Some(Stated { value, from: HeadSource::Key, span: None })
}

pub fn reading(outlet: &str, day: &str, text: &str) -> Reading {
    let head = Head {
        outlet: stated(outlet.to_owned()),
        published: Date::parse(day).and_then(stated),
        ..Head::default()
    };
    let report = Report {
        raw_hash: String::new(),
        text_hash: format!("{outlet}{day}"),
        text: text.to_owned(),
        head,
        diagnostics: Vec::new(),
    };
    Reading::without_entries("hand".into(), report)
}

pub fn span(reading: &Reading, words: &str) -> Span {
    let at = reading.report.text.find(words).unwrap_or_else(|| panic!("'{words}' is not in the text"));
    Span::new(at, at + words.len())
}

pub fn speaker(reading: &mut Reading, words: &str, kind: SpeakerKind, anonymous: bool) -> SpeakerId {
    let id = SpeakerId::from(reading.speakers.len());
    let form = if anonymous { MentionForm::Description } else { MentionForm::Name };
    let mention = Mention { span: span(reading, words), form, evidence: Vec::new() };
    reading.speakers.push(Speaker {
        id,
        name: words.to_owned(),
        kind,
        anonymous,
        roles: Vec::new(),
        mentions: vec![mention],
        same_as: None,
        same_as_evidence: Vec::new(),
    });
    id
}

/// A count of people hurt, with low bound and best value, attributed to a speaker through relays.
pub fn hurt(
    reading: &mut Reading,
    words: &str,
    low: Option<i64>,
    best: i64,
    origin: Option<&str>,
    via: &[&str],
) -> FigureId {
    let id = FigureId::from(reading.figures.len());
    let span = span(reading, words);
    let origin_speaker =
        origin.and_then(|name| reading.speakers.iter().find(|s| s.name == name)).map(|s| s.id);
    reading.figures.push(Figure {
        low: low.map(Number::whole),
        best: Some(Number::whole(best)),
        group: Some("passengers".into()),
        origin: origin.map(str::to_owned),
        origin_speaker,
        via: via.iter().map(|v| (*v).to_owned()).collect(),
        ..Figure::of(id, span, span, Category::INJURED)
    });
    id
}

pub fn compare(readings: &[Reading]) -> Story {
    let entries: Vec<Entry<'_>> = (1..).zip(readings).map(|(key, reading)| Entry { key, reading }).collect();
    story(&entries, &Constraints::default(), None)
}

pub fn points(story: &Story) -> Vec<(PointRef, Option<&str>)> {
    let mut all = Vec::new();
    for (claim, c) in story.claims.iter().enumerate() {
        for (series, s) in c.series.iter().enumerate() {
            all.extend(
                (0..s.points.len()).map(|point| (PointRef { claim, series, point }, s.name.as_deref())),
            );
        }
    }
    all
}

pub fn told(outlet: &str, day: &str, text: &str, counts: &[(&str, i64, &str)]) -> Reading {
    let mut reading = reading(outlet, day, text);
    for (words, count, body) in counts {
        if !reading.speakers.iter().any(|s| s.name == *body) {
            speaker(&mut reading, body, SpeakerKind::Organization, false);
        }
        hurt(&mut reading, words, None, *count, Some(body), &[]);
    }
    reading
}

pub fn conflicts(story: &Story) -> Vec<(i64, i64)> {
    let best = |at| {
        let value: Option<Number> = point(&story.claims, at).and_then(|p| p.value.best);
        value.and_then(|n| n.to_string().parse().ok()).unwrap_or(0)
    };
    story.conflicts.iter().map(|c| (best(c.lower), best(c.higher))).collect()
}
