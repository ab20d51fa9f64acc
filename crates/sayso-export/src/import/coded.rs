//! Tables that a team has coded, in UCDP's or ACLED's columns, next to what the sources say: "coded 45, the sources say
//! 38 to 52". A coded number is a judgement about an event, not a correction of what one report says, so it is kept as
//! a note on the first figure that counts.

use std::{fs, path::Path};

use sayso_desk::load_placed;
use sayso_ledger::{Anchored, DecisionKind, EntryKind, NewDecision, ReportFilter, ReportId, Subject, View};
use sayso_model::Date;
use serde::Serialize;

use super::{Desk, short};
use crate::{
    ExportError, Profile, chosen_stories,
    event::{Event, Tally, events},
};

/// A row of a coded table, next to what the sources say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Line of the row in the file, where the header is line 1.
    pub line: u64,
    /// Candidate that the row matches.
    pub event: String,
    /// Headline of the first report that counts the dead.
    pub headline: Option<String>,
    /// What was coded.
    pub coded: i64,
    /// Lowest lower bound that the sources state.
    pub low: Option<i64>,
    /// Value that most of them give.
    pub best: Option<i64>,
    /// Highest upper bound that the sources state.
    pub high: Option<i64>,
    /// `equal`, `within`, `below`, `above`, or `unknown` if no source gives a number.
    pub verdict: &'static str,
}

impl Compared {
    /// As a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let said = match (self.low, self.best, self.high) {
            (Some(low), _, Some(high)) if low == high => low.to_string(),
            (Some(low), _, Some(high)) => format!("{low} to {high}"),
            (Some(low), _, None) => format!("{low} or more"),
            (None, _, Some(high)) => format!("up to {high}"),
            (None, Some(best), None) => best.to_string(),
            (None, None, None) => "nothing that can be counted".to_owned(),
        };
        format!("coded {}, the sources say {said}", self.coded)
    }
}

fn verdict(coded: i64, said: &Tally) -> &'static str {
    match (said.low, said.best, said.high) {
        (None, None, None) => "unknown",
        (_, Some(best), _) if best == coded => "equal",
        (Some(low), _, _) if coded < low => "below",
        (_, _, Some(high)) if coded > high => "above",
        (None, Some(best), None) if coded < best => "below",
        (None, Some(_), None) => "above",
        _ => "within",
    }
}

/// The columns of a table that are needed.
struct Columns {
    name: usize,
    coded: usize,
    headlines: Option<usize>,
    places: Vec<usize>,
    day: Option<usize>,
}

impl Columns {
    fn of(profile: Profile, header: &csv::StringRecord, path: &Path) -> Result<Self, ExportError> {
        let (name, coded, places, day): (_, _, &[&str], _) = match profile {
            Profile::Ucdp => ("relid", "best", &["where_coordinates", "where_description"], "date_start"),
            Profile::Acled => ("event_id_cnty", "fatalities", &["location"], "event_date"),
            Profile::EveryCasualty => ("IBC code", "Reported Maximum", &["Location"], "Start Date"),
        };
        let at = |wanted: &str| header.iter().position(|column| column == wanted);
        let needed = |wanted: &str| {
            at(wanted).ok_or_else(|| ExportError::Form {
                path: path.to_owned(),
                why: format!("has no column {wanted}, which {} table needs", profile.with_article()),
            })
        };
        Ok(Self {
            name: needed(name)?,
            coded: needed(coded)?,
            headlines: at("source_headline"),
            places: places.iter().filter_map(|place| at(place)).collect(),
            day: at(day),
        })
    }
}

pub(super) fn bring(desk: &mut Desk<'_>, profile: Profile, path: &Path) -> Result<(), ExportError> {
    let form = |why: String| ExportError::Form { path: path.to_owned(), why };
    let written = decoded(path)?;
    let table = |separator: u8| {
        csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(written.as_bytes())
    };
    // Spreadsheets separate cells by what their language's numbers leave free.
    let (mut found, mut missing) = (None, None);
    for separator in SEPARATORS {
        let mut table = table(separator);
        let header = table.headers().map_err(|e| form(format!("cannot be read as CSV: {e}")))?.clone();
        match Columns::of(profile, &header, path) {
            Ok(columns) => {
                found = Some((table, columns));
                break;
            }
            // What is missing is said of commas.
            Err(error) => {
                missing.get_or_insert(error);
            }
        }
    }
    let Some((mut table, columns)) = found else { return missing.map_or(Ok(()), Err) };
    let mut rows: Vec<(u64, csv::StringRecord)> = Vec::new();
    for (number, record) in (2_u64..).zip(table.records()) {
        match record {
            Ok(record) => rows.push((record.position().map_or(number, csv::Position::line), record)),
            Err(error) => desk.brought.missed.push(format!("row {number}: {error}")),
        }
    }
    let stories = chosen_stories(desk.ledger, &ReportFilter::default())?;
    let mut loaded = Vec::new();
    for story in stories {
        loaded.push((story.0, load_placed(desk.ledger, story.0, None)?));
    }
    let candidates: Vec<Event<'_>> =
        loaded.iter().flat_map(|(story, loaded)| events(*story, loaded)).collect();
    let mut notes: Vec<(Anchored, String)> = Vec::new();
    for (line, record) in &rows {
        let cell = |at: usize| record.get(at).map(str::trim).filter(|cell| !cell.is_empty());
        let Some(written) = cell(columns.coded) else {
            desk.brought.missed.push(format!("line {line}: no number was coded"));
            continue;
        };
        let whole = written.parse::<i64>().ok();
        let Some(coded) = whole.or_else(|| written.strip_suffix(".0").and_then(|n| n.parse().ok())) else {
            desk.brought.missed.push(format!("line {line}: '{}' is not a whole number", short(written)));
            continue;
        };
        let event = match find(&candidates, &columns, profile.key(), &cell) {
            Ok(event) => event,
            Err(why) => {
                desk.brought.missed.push(format!("line {line}: {why}"));
                continue;
            }
        };
        let said = event.killed().unwrap_or_default();
        let first = event.counted_appearances().first().map(|(_, a)| a.mark.report);
        let headline = first.and_then(|r| event.loaded.story.reports.get(r)).and_then(|r| r.headline.clone());
        let compared = Compared {
            line: *line,
            event: event.name(),
            headline,
            coded,
            low: said.low,
            best: said.best,
            high: said.high,
            verdict: verdict(coded, &said),
        };
        let text = format!("{} ({})", compared.sentence(), event.name());
        notes.extend(anchor(event).map(|anchored| (anchored, text)));
        desk.brought.compared.push(compared);
    }
    for (anchored, text) in notes {
        note(desk, anchored, &text)?;
    }
    Ok(())
}

/// The candidate that a row matches: by its id, otherwise by a headline that it gives, otherwise by place and day
/// together.
fn find<'e, 's, 'c>(
    candidates: &'e [Event<'s>],
    columns: &Columns,
    id: &str,
    cell: &dyn Fn(usize) -> Option<&'c str>,
) -> Result<&'e Event<'s>, String> {
    let name = cell(columns.name).unwrap_or("");
    if let Some(event) = candidates.iter().find(|event| event.name() == name) {
        return Ok(event);
    }
    let only = |found: Vec<&'e Event<'s>>, by: &str| match found.as_slice() {
        [one] => Some(Ok(*one)),
        [] => None,
        several => {
            Some(Err(format!("{} candidates have this {by}; give the id of one in `{id}`", several.len())))
        }
    };
    let folded = |text: &str| text.to_lowercase();
    let headlines = columns.headlines.and_then(cell).map(folded);
    let by_headline = |event: &&Event<'_>| {
        let reports = event.all_reports().into_iter().filter_map(|r| event.loaded.story.reports.get(r));
        let mut own = reports.filter_map(|r| r.headline.as_deref().map(folded));
        headlines.as_ref().is_some_and(|given| own.any(|h| !h.is_empty() && given.contains(&h)))
    };
    if let Some(found) = only(candidates.iter().filter(by_headline).collect(), "headline") {
        return found;
    }
    let given: Vec<&str> = columns.places.iter().filter_map(|place| cell(*place)).map(without_kind).collect();
    let day = columns.day.and_then(cell).and_then(stated_day);
    let by_place = |event: &&Event<'_>| {
        let own = event.places().into_iter().chain(event.place().map(|place| place.name.clone()));
        let mut own = own.map(|place| folded(&place));
        let same_day = day.is_some_and(|day| event.days().is_some_and(|days| days.0 == day));
        same_day && own.any(|own| given.iter().any(|given| folded(given) == own))
    };
    only(candidates.iter().filter(by_place).collect(), "place and day").unwrap_or_else(|| {
        Err(format!(
            "'{}' is not a candidate in this ledger, and no headline, or place and day, matches one",
            short(name)
        ))
    })
}

/// The table as text: UTF-8 or, as older spreadsheets save it, Windows-1252.
fn decoded(path: &Path) -> Result<String, ExportError> {
    let bytes = fs::read(path).map_err(|source| ExportError::File { path: path.to_owned(), source })?;
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let why = "is a spreadsheet; save it as CSV (UTF-8) and import that file".to_owned();
        return Err(ExportError::Form { path: path.to_owned(), why });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => sayso_ingest::charset::decode(bytes, Some("windows-1252"))
            .map(|decoded| decoded.text)
            .map_err(|e| ExportError::Form { path: path.to_owned(), why: e.to_string() }),
    }
}

/// A day as UCDP (`2025-06-11 00:00:00.000`) or ACLED (`11 June 2025`) writes it.
fn stated_day(written: &str) -> Option<Date> {
    let (day, time) = written.split_once([' ', 'T']).unwrap_or((written, ""));
    if let Some(day) = Date::parse(day) {
        return (time.is_empty() || time.starts_with(|c: char| c.is_ascii_digit())).then_some(day);
    }
    let mut parts = written.split_whitespace();
    let (day, month, year) = (parts.next()?, parts.next()?.to_lowercase(), parts.next()?);
    let month = MONTHS.iter().position(|name| month.len() >= 3 && name.starts_with(&month))? + 1;
    let number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()).then_some(());
    number(day).and(number(year)).filter(|()| year.len() == 4 && parts.next().is_none())?;
    Date::parse(&format!("{year}-{month:02}-{:02}", day.parse::<u8>().ok()?))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The name of a place without the kind that UCDP adds ("Tallinn city").
fn without_kind(place: &str) -> &str {
    let bare = place.rsplit_once(' ').filter(|(_, kind)| KINDS.contains(kind));
    bare.map_or(place, |(name, _)| name)
}

const KINDS: [&str; 6] = ["city", "town", "village", "district", "municipality", "province"];

/// Commas, semicolons and tabs.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The first figure that counts, by its words.
fn anchor(event: &Event<'_>) -> Option<Anchored> {
    let appearance = event.counted_appearances().first().map(|(_, appearance)| *appearance)?;
    let reading = event.loaded.readings.get(appearance.mark.report)?;
    let report = ReportId(event.loaded.key(appearance.mark.report));
    Anchored::new(report, reading, EntryKind::Figure, appearance.figure.index())
}

/// Adds a note unless it is there already.
fn note(desk: &mut Desk<'_>, anchored: Anchored, text: &str) -> Result<(), ExportError> {
    let by = desk.request.by;
    let reviewed = desk.ledger.reviewed_in(ReportId(anchored.report), View::Of(by))?;
    let known = reviewed.is_some_and(|r| {
        r.decided.values().flat_map(|d| &d.notes).any(|note| note.by == by && note.text == text)
    });
    if known {
        desk.brought.known += 1;
        return Ok(());
    }
    if !desk.request.dry_run {
        let new = NewDecision {
            by: by.to_owned(),
            kind: DecisionKind::Note,
            subject: Subject::Entries(vec![anchored]),
            value: None,
            note: Some(text.to_owned()),
        };
        desk.ledger.decide(&new)?;
    }
    desk.brought.noted += 1;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Compared, stated_day, verdict, without_kind};
    use crate::event::Tally;

    fn said(low: Option<i64>, best: Option<i64>, high: Option<i64>) -> Tally {
        Tally { low, best, high }
    }

    #[test]
    fn verdicts() {
        let between = said(Some(38), None, Some(52));
        for (coded, wanted) in [(37, "below"), (38, "within"), (45, "within"), (53, "above")] {
            assert_eq!(verdict(coded, &between), wanted, "{coded}");
        }
        assert_eq!(verdict(45, &said(Some(40), Some(45), None)), "equal");
        assert_eq!(verdict(900, &said(Some(40), Some(40), None)), "within", "nobody states an upper end");
        assert_eq!(verdict(1, &Tally::default()), "unknown");
    }

    #[test]
    fn days_and_places_as_the_projects_write_them() {
        for written in
            ["2025-06-11", "2025-06-11 00:00:00.000", "2025-06-11T00:00:00", "11 June 2025", "11 Jun 2025"]
        {
            assert_eq!(
                stated_day(written).map(|d| d.to_string()).as_deref(),
                Some("2025-06-11"),
                "{written}"
            );
        }
        for none in ["", "June 2025", "2025-06-11 or so", "31 February 2025", "11 June 25", "11 Juno 2025"] {
            assert_eq!(stated_day(none), None, "{none}");
        }
        assert_eq!(without_kind("Tallinn city"), "Tallinn");
        assert_eq!(without_kind("Mexico City"), "Mexico City", "a kind is in small letters");
    }

    #[test]
    fn a_row_is_a_sentence() {
        let row = Compared {
            line: 2,
            event: "sayso-1-0".to_owned(),
            headline: None,
            coded: 45,
            low: Some(38),
            best: None,
            high: Some(52),
            verdict: "within",
        };
        assert_eq!(row.sentence(), "coded 45, the sources say 38 to 52");
    }
}
