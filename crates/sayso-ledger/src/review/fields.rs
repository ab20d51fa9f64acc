//! The fields of an entry that a person can correct: their values, what they accept, and what is wrong with a value.

use sayso_model::{
    Category, ChainLink, ChainRole, CommentOutcome, Date, Figure, Modality, Number, Polarity, Reading, Span,
    Speaker, SpeakerId, SpeakerKind, Statement,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{EntryKind, EntryName, fold};

/// Fields with their values, in the form in which they are printed and accepted.
pub type Fields = Map<String, Value>;

/// A value that an entry cannot take. Every message names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Not an object of fields.
    #[error("a value is a JSON object of fields, as in {{\"best\": 300}}, not {0}")]
    NotFields(String),
    /// No such field.
    #[error("`{field}` is not a field of a {kind}; its fields are {known}")]
    Unknown {
        /// The field.
        field: String,
        /// The kind of entry.
        kind: &'static str,
        /// The fields that it has.
        known: String,
    },
    /// A value of the wrong type.
    #[error("`{field}` takes {takes}, not {given}")]
    Type {
        /// The field.
        field: String,
        /// What it accepts.
        takes: String,
        /// What was given.
        given: String,
    },
    /// A value that is inconsistent with the others.
    #[error("`{field}`: {why}")]
    Together {
        /// The field.
        field: &'static str,
        /// Why not.
        why: String,
    },
}

/// The names of a kind's fields.
#[must_use]
pub fn names(kind: EntryKind) -> &'static [&'static str] {
    match kind {
        EntryKind::Figure => &[
            "category",
            "low",
            "best",
            "high",
            "low_exclusive",
            "high_exclusive",
            "approximate",
            "unit",
            "group",
            "origin",
            "via",
            "said_on",
            "as_of",
            "period",
            "cumulative",
            "negated",
            "retracted",
            "modality",
        ],
        EntryKind::Statement => {
            &["speaker", "via", "modality", "polarity", "said_on", "source", "cue", "content"]
        }
        EntryKind::Speaker => &["name", "kind", "anonymous"],
        EntryKind::CommentRequest => &["asked", "outcome"],
        EntryKind::Expectation => &["modality", "by"],
        EntryKind::Correction => &["of"],
    }
}

/// The current fields of an entry; empty if there is no such entry.
#[must_use]
pub fn fields(reading: &Reading, entry: EntryName) -> Fields {
    let text = reading.report.text.as_str();
    let EntryName { kind, index } = entry;
    let pieces = |spans: &[Span]| sayso_model::json::with_exact(&spans, text).unwrap_or_default();
    let values: Option<Vec<Value>> = match kind {
        EntryKind::Figure => reading.figures.get(index).map(|f| {
            vec![
                json(&f.category),
                json(&f.low),
                json(&f.best),
                json(&f.high),
                f.low_exclusive.into(),
                f.high_exclusive.into(),
                f.approximate.into(),
                f.unit.clone().into(),
                f.group.clone().into(),
                f.origin.clone().into(),
                json(&f.via),
                json(&f.said_on),
                json(&f.as_of),
                json(&f.period),
                f.cumulative.into(),
                f.negated.into(),
                f.retracted.into(),
                json(&f.modality),
            ]
        }),
        EntryKind::Statement => reading.statements.get(index).map(|s| {
            let speaker = s.speaker.and_then(|id| reading.speakers.get(id.index()));
            vec![
                speaker.map(|p| p.name.clone()).into(),
                json(&via(s)),
                json(&s.modality),
                json(&s.polarity),
                json(&s.said_on),
                pieces(&s.source),
                pieces(&s.cue),
                pieces(&s.content),
            ]
        }),
        EntryKind::Speaker => reading
            .speakers
            .get(index)
            .map(|p| vec![p.name.clone().into(), json(&p.kind), p.anonymous.into()]),
        EntryKind::CommentRequest => reading.comment_requests.get(index).map(|c| {
            let asked: Vec<&str> = c.asked.iter().map(|a| a.name.as_str()).collect();
            vec![json(&asked), json(&c.outcome)]
        }),
        EntryKind::Expectation => reading.expected.get(index).map(|e| vec![json(&e.modality), json(&e.by)]),
        EntryKind::Correction => reading.corrections.get(index).map(|c| vec![c.of.clone().into()]),
    };
    names(kind).iter().map(|name| (*name).to_owned()).zip(values.unwrap_or_default()).collect()
}

/// Parses a value as an object of fields.
///
/// # Errors
/// [`ValueError::NotFields`], [`ValueError::Unknown`].
pub fn of_value(kind: EntryKind, value: &Value) -> Result<Fields, ValueError> {
    let Value::Object(fields) = value else { return Err(ValueError::NotFields(short(value))) };
    match fields.keys().find(|field| !names(kind).contains(&field.as_str())) {
        Some(field) => Err(ValueError::Unknown {
            field: field.clone(),
            kind: kind.as_str(),
            known: names(kind).join(", "),
        }),
        None => Ok(fields.clone()),
    }
}

/// Sets fields of an entry. If this fails, the reading is left partly changed: pass a copy.
///
/// # Errors
/// A value of the wrong type, or one that is inconsistent with the entry's others.
pub(crate) fn set(reading: &mut Reading, entry: EntryName, fields: &Fields) -> Result<(), ValueError> {
    let EntryName { kind, index } = entry;
    match kind {
        EntryKind::Figure => set_figure(reading, index, fields),
        EntryKind::Statement => set_statement(reading, index, fields),
        EntryKind::Speaker => set_speaker(reading, index, fields),
        EntryKind::CommentRequest => {
            let Some(request) = reading.comment_requests.get_mut(index) else { return Ok(()) };
            if let Some(asked) = take::<Vec<String>>(fields, "asked", LIST)? {
                let span = request.span;
                let old = std::mem::take(&mut request.asked);
                request.asked = asked
                    .into_iter()
                    .map(|name| {
                        let known = old.iter().find(|a| a.name == name).cloned();
                        known.unwrap_or(sayso_model::Asked { span, name, speaker: None })
                    })
                    .collect();
            }
            put(&mut request.outcome, take::<CommentOutcome>(fields, "outcome", OUTCOME)?);
            Ok(())
        }
        EntryKind::Expectation => {
            let Some(expected) = reading.expected.get_mut(index) else { return Ok(()) };
            put(&mut expected.modality, take::<Modality>(fields, "modality", MODALITY)?);
            put(&mut expected.by, take::<Option<Date>>(fields, "by", DAY)?);
            Ok(())
        }
        EntryKind::Correction => {
            let Some(correction) = reading.corrections.get_mut(index) else { return Ok(()) };
            put(&mut correction.of, take_name(fields, "of")?);
            Ok(())
        }
    }
}

const NUMBER: &str = "a number or null";
const TRUTH: &str = "true or false";
const NAME: &str = "a name or null";
const LIST: &str = "a list of names";
const DAY: &str = "a day as \"YYYY-MM-DD\" or null";
const PERIOD: &str = "two days as [\"YYYY-MM-DD\", \"YYYY-MM-DD\"] or null";
const CATEGORY: &str = "a category in lower-case letters, as \"killed\" or \"killed_or_injured\"";
const MODALITY: &str = "\"asserted\", \"denied\", \"possible\", \"expected\", \"planned\" or \"demanded\"";
const POLARITY: &str = "\"positive\" or \"negative\"";
const OUTCOME: &str =
    "\"open\", \"no_response\", \"declined\", \"referred\", \"unreachable\" or \"answered\"";
const KIND: &str =
    "\"person\", \"organization\", \"government\", \"outlet\", \"group\", \"document\" or \"unknown\"";
const PIECES: &str = "words of the report, a list of such, or a list of {\"start\", \"end\"} in code points";

fn set_figure(reading: &mut Reading, index: usize, fields: &Fields) -> Result<(), ValueError> {
    let origin = take_name(fields, "origin")?;
    let speaker = origin.as_ref().map(|name| name.as_deref().and_then(|name| called(reading, name)));
    let Some(figure) = reading.figures.get_mut(index) else { return Ok(()) };
    let bounds = |f: &Figure| (f.low, f.best, f.high, f.low_exclusive, f.high_exclusive);
    let before = bounds(figure);
    if let Some(category) = take::<Category>(fields, "category", CATEGORY)? {
        let plain =
            category.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !plain || !category.as_str().starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(wrong(fields, "category", CATEGORY));
        }
        figure.category = category;
    }
    for (field, bound) in [("low", &mut figure.low), ("best", &mut figure.best), ("high", &mut figure.high)] {
        let given = take::<Option<Number>>(fields, field, NUMBER)?;
        if given.flatten().is_some_and(|number| number.to_f64() < 0.0) {
            return Err(ValueError::Together { field, why: "a count is not negative".to_owned() });
        }
        put(bound, given);
    }
    // "About" is about the number that was read; whoever gives another one says whether it is a rough one, too.
    if fields.contains_key("best") && bounds(figure).1 != before.1 {
        figure.approximate = false;
    }
    for (field, truth) in [
        ("low_exclusive", &mut figure.low_exclusive),
        ("high_exclusive", &mut figure.high_exclusive),
        ("approximate", &mut figure.approximate),
        ("negated", &mut figure.negated),
        ("retracted", &mut figure.retracted),
    ] {
        put(truth, take::<bool>(fields, field, TRUTH)?);
    }
    put(&mut figure.unit, take_name(fields, "unit")?);
    put(&mut figure.group, take_name(fields, "group")?);
    put(&mut figure.via, take::<Vec<String>>(fields, "via", LIST)?);
    put(&mut figure.said_on, take::<Option<Date>>(fields, "said_on", DAY)?);
    put(&mut figure.as_of, take::<Option<Date>>(fields, "as_of", DAY)?);
    put(&mut figure.cumulative, take::<Option<bool>>(fields, "cumulative", "true, false or null")?);
    put(&mut figure.modality, take::<Modality>(fields, "modality", MODALITY)?);
    if let Some(period) = take::<Option<(Date, Date)>>(fields, "period", PERIOD)? {
        if period.is_some_and(|(first, last)| first > last) {
            return Err(ValueError::Together { field: "period", why: "ends before it begins".to_owned() });
        }
        figure.period = period.map(|(first, last)| sayso_model::Period(first, last));
    }
    if let Some(origin) = origin.filter(|origin| *origin != figure.origin) {
        figure.origin = origin;
        figure.origin_speaker = speaker.flatten();
        figure.origin_anonymous = false;
    }
    let valued = figure.low.or(figure.best).or(figure.high).is_some();
    if valued && bounds(figure) == before { Ok(()) } else { check_bounds(figure) }
}

/// Low, best and high in order, and at least one of them.
fn check_bounds(figure: &Figure) -> Result<(), ValueError> {
    let together = |field, why: String| Err(ValueError::Together { field, why });
    let (low, best, high) = (figure.low, figure.best, figure.high);
    if low.or(best).or(high).is_none() {
        return together("best", "a figure needs at least one of low, best and high".to_owned());
    }
    for (field, (lower, name), (higher, other)) in [
        ("best", (low, "low"), (best, "best")),
        ("best", (best, "best"), (high, "high")),
        ("high", (low, "low"), (high, "high")),
    ] {
        if let (Some(a), Some(b)) = (lower, higher)
            && a > b
        {
            return together(field, format!("{other} {b} is below {name} {a}; give both, null for none"));
        }
    }
    if figure.low_exclusive && low.is_none() {
        return together("low_exclusive", "there is no low".to_owned());
    }
    if figure.high_exclusive && high.is_none() {
        return together("high_exclusive", "there is no high".to_owned());
    }
    Ok(())
}

fn set_statement(reading: &mut Reading, index: usize, fields: &Fields) -> Result<(), ValueError> {
    let near = reading.statements.get(index).and_then(|s| Span::hull(&s.content)).unwrap_or(Span::new(0, 0));
    let text = reading.report.text.as_str();
    let (source, cue) = (pieces(fields, "source", text, near)?, pieces(fields, "cue", text, near)?);
    let content = pieces(fields, "content", text, near)?;
    if content.as_ref().is_some_and(Vec::is_empty) {
        return Err(ValueError::Together { field: "content", why: "a statement needs words".to_owned() });
    }
    let name = take_name(fields, "speaker")?;
    let via = take::<Vec<String>>(fields, "via", LIST)?;
    let before = reading.statements.get(index).and_then(|s| s.speaker);
    let old_name = before.and_then(|id| reading.speakers.get(id.index())).map(|p| p.name.clone());
    let changed = name.filter(|name| *name != old_name);
    let speaker = changed.as_ref().map(|name| name.as_deref().map(|name| called_or_new(reading, name)));
    let relays = via
        .as_ref()
        .map(|via| via.iter().map(|name| (name.clone(), called(reading, name))).collect::<Vec<_>>());
    let Some(statement) = reading.statements.get_mut(index) else { return Ok(()) };
    put(&mut statement.source, source);
    put(&mut statement.cue, cue);
    put(&mut statement.content, content);
    put(&mut statement.modality, take::<Modality>(fields, "modality", MODALITY)?);
    put(&mut statement.polarity, take::<Polarity>(fields, "polarity", POLARITY)?);
    put(&mut statement.said_on, take::<Option<Date>>(fields, "said_on", DAY)?);
    let id = statement.id;
    if let Some(relays) = relays.filter(|relays| via_names(statement) != names_of(relays)) {
        statement.chain.retain(|link| link.role != ChainRole::Relay);
        let at = statement.chain.iter().position(|l| l.role == ChainRole::Origin);
        let at = at.unwrap_or(statement.chain.len());
        // The list starts nearest to the origin; the chain starts with the outlet.
        for (name, speaker) in relays {
            statement.chain.insert(at, link(ChainRole::Relay, Some(name), speaker));
        }
    }
    if let Some(speaker) = speaker {
        statement.speaker = speaker;
        let name = changed.flatten();
        statement.chain.retain(|link| link.role != ChainRole::Origin);
        statement.chain.push(link(ChainRole::Origin, name.clone(), speaker));
        // Figures in the statement that were the old speaker's become the new speaker's.
        for figure in reading.figures.iter_mut().filter(|f| f.statement == Some(id) && f.origin == old_name) {
            figure.origin.clone_from(&name);
            figure.origin_speaker = speaker;
            figure.origin_anonymous = false;
        }
    }
    Ok(())
}

fn set_speaker(reading: &mut Reading, index: usize, fields: &Fields) -> Result<(), ValueError> {
    let name = take::<String>(fields, "name", "a name")?.map(|name| name.trim().to_owned());
    if name.as_ref().is_some_and(String::is_empty) {
        return Err(wrong(fields, "name", "a name"));
    }
    let Some(speaker) = reading.speakers.get_mut(index) else { return Ok(()) };
    put(&mut speaker.kind, take::<SpeakerKind>(fields, "kind", KIND)?);
    put(&mut speaker.anonymous, take::<bool>(fields, "anonymous", TRUTH)?);
    let (id, old) = (speaker.id, speaker.name.clone());
    let Some(name) = name.filter(|name| *name != old) else { return Ok(()) };
    speaker.name.clone_from(&name);
    for link in reading.statements.iter_mut().flat_map(|s| &mut s.chain) {
        if link.speaker == Some(id) {
            link.name = Some(name.clone());
        }
    }
    for figure in &mut reading.figures {
        if figure.origin_speaker == Some(id) {
            figure.origin = Some(name.clone());
        }
        figure.via.iter_mut().filter(|via| **via == old).for_each(|via| via.clone_from(&name));
    }
    Ok(())
}

fn link(role: ChainRole, name: Option<String>, speaker: Option<SpeakerId>) -> ChainLink {
    ChainLink { role, name, speaker, anonymous: false, evidence: Vec::new() }
}

/// Names of those who relayed a statement, nearest to the origin first.
fn via(statement: &Statement) -> Vec<String> {
    let relays = statement.chain.iter().rev().filter(|link| link.role == ChainRole::Relay);
    relays.filter_map(|link| link.name.clone()).collect()
}

fn via_names(statement: &Statement) -> Vec<String> {
    via(statement)
}

fn names_of(relays: &[(String, Option<SpeakerId>)]) -> Vec<String> {
    relays.iter().map(|(name, _)| name.clone()).collect()
}

/// The speaker of a reading with this name.
fn called(reading: &Reading, name: &str) -> Option<SpeakerId> {
    let folded = fold(name);
    let text = reading.report.text.as_str();
    let by_name = reading.speakers.iter().find(|p| fold(&p.name) == folded);
    let mentioned = |p: &&Speaker| p.mentions.iter().any(|m| fold(m.span.cut(text)) == folded);
    by_name.or_else(|| reading.speakers.iter().find(mentioned)).map(|p| p.id)
}

/// The speaker with this name, created if there is none.
fn called_or_new(reading: &mut Reading, name: &str) -> SpeakerId {
    called(reading, name).unwrap_or_else(|| {
        let id = SpeakerId::from(reading.speakers.len());
        reading.speakers.push(Speaker {
            id,
            name: name.to_owned(),
            kind: SpeakerKind::Unknown,
            anonymous: false,
            roles: Vec::new(),
            mentions: Vec::new(),
            same_as: None,
            same_as_evidence: Vec::new(),
        });
        id
    })
}

/// Stretches of the text that a field names: words, each matched at the occurrence nearest to `near`, or offsets.
fn pieces(fields: &Fields, field: &str, text: &str, near: Span) -> Result<Option<Vec<Span>>, ValueError> {
    let Some(value) = fields.get(field) else { return Ok(None) };
    let items = match value {
        Value::String(_) => std::slice::from_ref(value),
        Value::Array(items) => items.as_slice(),
        _ => return Err(wrong(fields, field, PIECES)),
    };
    let found: Option<Vec<Span>> = items
        .iter()
        .map(|item| match item {
            Value::String(words) => nearest(text, words, near),
            Value::Object(at) => {
                let point = |key| at.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
                of_code_points(text, point("start")?, point("end")?)
            }
            _ => None,
        })
        .collect();
    found.map(Some).ok_or_else(|| wrong(fields, field, PIECES))
}

/// The occurrence of words in a text that is nearest to a span; `None` if there is none.
fn nearest(text: &str, words: &str, near: Span) -> Option<Span> {
    if words.trim().is_empty() {
        return None;
    }
    let away =
        |at: usize| at.max(near.end) - near.end + near.start.max(at + words.len()) - (at + words.len());
    text.match_indices(words)
        .map(|(at, _)| Span::new(at, at + words.len()))
        .min_by_key(|span| (away(span.start), span.start))
}

/// A span given in code points; `None` if it is outside the text.
#[must_use]
pub fn of_code_points(text: &str, start: usize, end: usize) -> Option<Span> {
    let mut bounds = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let first = bounds.nth(start)?;
    let last = if end > start { bounds.nth(end - start - 1)? } else { return None };
    Some(Span::new(first, last))
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn take<T: DeserializeOwned>(fields: &Fields, field: &str, takes: &str) -> Result<Option<T>, ValueError> {
    let Some(value) = fields.get(field) else { return Ok(None) };
    serde_json::from_value(value.clone()).map(Some).map_err(|_| wrong(fields, field, takes))
}

/// A name or null; a blank name is neither.
#[allow(clippy::option_option, reason = "a field that is not given is not one that is null")]
fn take_name(fields: &Fields, field: &str) -> Result<Option<Option<String>>, ValueError> {
    let name = take::<Option<String>>(fields, field, NAME)?;
    match &name {
        Some(Some(name)) if name.trim().is_empty() => Err(wrong(fields, field, NAME)),
        _ => Ok(name),
    }
}

fn wrong(fields: &Fields, field: &str, takes: &str) -> ValueError {
    let given = fields.get(field).map_or_else(String::new, short);
    ValueError::Type { field: field.to_owned(), takes: takes.to_owned(), given }
}

/// A value as given, shortened if long.
fn short(value: &Value) -> String {
    const LONGEST: usize = 80;
    let written = value.to_string();
    match written.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &written[..at]),
        None => written,
    }
}

fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
