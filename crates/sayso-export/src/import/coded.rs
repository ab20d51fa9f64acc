//! Tables that a team has coded, in UCDP's or ACLED's columns, next to what the sources say: "coded 45, the sources say
//! 38 to 52". A coded number is a judgement about an event, not a correction of what one report says, so it is kept as
//! a note on the first figure that counts.

use std::{fs, path::Path};

use sayso_desk::load_placed;
use sayso_ledger::{Anchored, DecisionKind, EntryKind, NewDecision, ReportFilter, ReportId, Subject, View};
use sayso_model::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Desk, short};
use crate::{
    ExportError, Profile, chosen_stories,
    event::{Event, Tally, events},
};

/// A row of a coded table, next to what the sources say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Compared {
    /// Line of the row in the file, where the header is line 1.
    pub line: u64,
    /// Candidate that the row matches.
    pub event: String,
    /// Headline of the first report that counts the dead.
    pub headline: Option<String>,
    /// The number that was coded; none for a range ("5-7").
    pub coded: Option<i64>,
    /// The lower end that was coded.
    pub coded_low: Option<i64>,
    /// The upper end that was coded.
    pub coded_high: Option<i64>,
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
        let range = match (self.coded_low, self.coded_high) {
            (low, high) if low.or(self.coded) == high.or(self.coded) => None,
            // Left as an export of ours had it.
            ends if self.coded.is_some() && ends == (self.low, self.high) => None,
            (Some(low), Some(high)) => Some(format!("{low} to {high}")),
            (Some(low), None) => Some(format!("{low} or more")),
            (None, high) => high.map(|high| format!("up to {high}")),
        };
        let coded = match (self.coded, range) {
            (Some(coded), Some(range)) => format!("{coded} ({range})"),
            (Some(coded), None) => coded.to_string(),
            (None, range) => range.unwrap_or_default(),
        };
        format!("coded {coded}, the sources say {said}")
    }
}

/// How what was coded compares with what the sources say. A range is within theirs unless it lies beyond it.
fn verdict(coded: &Tally, said: &Tally) -> &'static str {
    let Some(coded) = coded.best else {
        return match (coded.low, coded.high) {
            _ if *said == Tally::default() => "unknown",
            (_, Some(high)) if said.low.or(said.best).is_some_and(|low| high < low) => "below",
            (Some(low), _) if said.high.or(said.best).is_some_and(|high| low > high) => "above",
            _ => "within",
        };
    };
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
    name: Option<usize>,
    coded: usize,
    low: Option<usize>,
    high: Option<usize>,
    headlines: Option<usize>,
    places: Vec<usize>,
    day: Option<usize>,
}

impl Columns {
    fn of(profile: Profile, header: &csv::StringRecord, path: &Path) -> Result<Self, ExportError> {
        let (coded, places, day, ends): (_, &[&str], _, (&str, &str)) = match profile {
            Profile::Ucdp => {
                ("best", &["where_coordinates", "where_description"], "date_start", ("low", "high"))
            }
            Profile::Acled => ("fatalities", &["location"], "event_date", ("", "")),
            Profile::EveryCasualty => {
                ("Reported Maximum", &["Location"], "Start Date", ("Reported Minimum", ""))
            }
        };
        let at = |wanted: &str| header.iter().position(|column| column.trim().eq_ignore_ascii_case(wanted));
        let form = |why: String| ExportError::Form { path: path.to_owned(), why };
        let of = profile.with_article();
        let coded =
            at(coded).ok_or_else(|| form(format!("has no column {coded}, which {of} table needs")))?;
        let columns = Self {
            name: at(profile.key()),
            coded,
            low: at(ends.0),
            high: at(ends.1),
            headlines: at("source_headline"),
            places: places.iter().filter_map(|place| at(place)).collect(),
            day: at(day),
        };
        let by_place = !columns.places.is_empty() && columns.day.is_some();
        if columns.name.is_none() && columns.headlines.is_none() && !by_place {
            return Err(form(format!(
                "does not say which event a row is about: {of} table needs the column {}, or {} and {day}",
                profile.key(),
                places.join(" or "),
            )));
        }
        Ok(columns)
    }
}

pub(super) fn bring(desk: &mut Desk<'_>, profile: Profile, path: &Path) -> Result<(), ExportError> {
    let form = |why: String| ExportError::Form { path: path.to_owned(), why };
    // Line ends as one character, so that lines are counted as the person who reads the message counts them.
    let written = decoded(path)?.replace("\r\n", "\n");
    let (written, stated, before) = match written.split_once('\n') {
        // Excel's own first line.
        Some((first, rest)) if first.to_ascii_lowercase().starts_with("sep=") => {
            (rest, first.as_bytes().get(4).copied(), 1)
        }
        _ => (written.as_str(), None, 0),
    };
    let table = |separator: u8| {
        csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(written.as_bytes())
    };
    // Spreadsheets separate cells by what their language's numbers leave free.
    let (mut found, mut missing) = (None, None);
    for separator in stated.into_iter().chain(SEPARATORS) {
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
            Ok(record) => {
                rows.push((before + record.position().map_or(number, csv::Position::line), record));
            }
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
    let days = rows.iter().filter_map(|(_, record)| record.get(columns.day?));
    let order = DayOrder::of(days);
    for (line, record) in &rows {
        let cell = |at: usize| record.get(at).map(str::trim).filter(|cell| !cell.is_empty());
        let Some(written) = cell(columns.coded) else {
            desk.brought.missed.push(format!("line {line}: no number was coded"));
            continue;
        };
        let mut coded = match number(written) {
            Ok(coded) => coded,
            Err(why) => {
                desk.brought.missed.push(format!("line {line}: '{}' {why}", short(written)));
                continue;
            }
        };
        let end = |at: Option<usize>| number(at.and_then(cell)?).ok()?.best;
        coded.low = end(columns.low).or(coded.low);
        coded.high = end(columns.high).or(coded.high);
        let event = match find(&candidates, &columns, profile.key(), order, &cell) {
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
            coded: coded.best,
            coded_low: coded.low,
            coded_high: coded.high,
            low: said.low,
            best: said.best,
            high: said.high,
            verdict: verdict(&coded, &said),
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
    order: Option<DayOrder>,
    cell: &dyn Fn(usize) -> Option<&'c str>,
) -> Result<&'e Event<'s>, String> {
    let name = columns.name.and_then(cell);
    if let Some(event) = candidates.iter().find(|event| Some(event.name().as_str()) == name) {
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
    let given: Vec<String> =
        columns.places.iter().filter_map(|place| cell(*place)).flat_map(place_names).collect();
    let written = columns.day.and_then(cell);
    let day = match written.map(|written| stated_day(written, order)) {
        Some(Err(Ambiguous)) => {
            return Err(format!(
                "'{}' may be two days, and no other row shows whether the day or the month is first; write YYYY-MM-DD",
                short(written.unwrap_or_default())
            ));
        }
        day => day.and_then(Result::ok).flatten(),
    };
    let by_place = |event: &&Event<'_>| {
        let own = event.places().into_iter().chain(event.place().map(|place| place.name.clone()));
        let mut own = own.flat_map(|place| place_names(&place));
        let same_day = day.is_some_and(|day| event.days().is_some_and(|days| days.0 == day));
        same_day && own.any(|own| given.contains(&own))
    };
    only(candidates.iter().filter(by_place).collect(), "place and day").unwrap_or_else(|| {
        Err(match name {
            Some(name) => format!(
                "'{}' is not a candidate in this ledger, and no headline, or place and day, matches one",
                short(name)
            ),
            None if headlines.is_none() && (given.is_empty() || written.is_none()) => {
                "says of no event (it has no id, headline, or place and day)".to_owned()
            }
            None => "no headline, or place and day, matches a candidate in this ledger".to_owned(),
        })
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

/// A coded number: whole, with thousands separated or not ("1,234"), at least ("10+"), about ("~15"), or a range ("5-7").
fn number(written: &str) -> Result<Tally, &'static str> {
    let whole = |digits: &str| -> Option<i64> {
        let digits = digits.trim();
        let digits = digits.strip_suffix(".0").unwrap_or(digits);
        let groups: Vec<&str> = digits.split([',', '.', ' ', '\u{a0}', '\'']).collect();
        let thousands = groups.iter().skip(1).all(|group| group.len() == 3)
            && groups.first().is_some_and(|first| (1..=3).contains(&first.len()));
        let plain = groups.concat();
        let is_number = plain.bytes().all(|b| b.is_ascii_digit()) && (groups.len() == 1 || thousands);
        plain.parse().ok().filter(|_| is_number)
    };
    if written.strip_prefix(['-', '\u{2212}']).and_then(whole).is_some() {
        return Err("is below zero, which no number of people is");
    }
    let bare = written.trim_start_matches(['~', '\u{2248}']);
    if let Some(best) = whole(bare) {
        return Ok(Tally { low: None, best: Some(best), high: None });
    }
    if let Some(low) = bare.trim_end().strip_suffix('+').and_then(whole) {
        return Ok(Tally { low: Some(low), best: Some(low), high: None });
    }
    let range = bare.split_once(['-', '\u{2013}']).and_then(|(low, high)| whole(low).zip(whole(high)));
    match range {
        Some((low, high)) if low <= high => Ok(Tally { low: Some(low), best: None, high: Some(high) }),
        _ => Err("is not a whole number"),
    }
}

/// Whether a table writes the day or the month first where both are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayOrder {
    DayFirst,
    MonthFirst,
}

impl DayOrder {
    /// The order that the days of a table show; none if none does, or if they differ.
    fn of<'d>(days: impl Iterator<Item = &'d str>) -> Option<Self> {
        let mut shown = days.filter_map(|day| match *numbers(day)?.as_slice() {
            [13..=31, 1..=12, _] => Some(Self::DayFirst),
            [1..=12, 13..=31, _] => Some(Self::MonthFirst),
            _ => None,
        });
        let first = shown.next()?;
        shown.all(|order| order == first).then_some(first)
    }
}

/// A day that may be either of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ambiguous;

/// The three parts of a day without its time of day; `None` for anything else.
fn parts(written: &str) -> Option<Vec<&str>> {
    let (day, time) = match written.split_once('T') {
        Some((day, time)) if time.starts_with(|c: char| c.is_ascii_digit()) => (day, time),
        _ => {
            let clock = written.find(':').and_then(|colon| written.get(..colon)?.rfind(' '));
            clock.and_then(|at| written.split_at_checked(at)).unwrap_or((written, ""))
        }
    };
    let parts: Vec<&str> = day.split([' ', '-', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
    let is_time = time.trim().is_empty() || time.trim().starts_with(|c: char| c.is_ascii_digit());
    (is_time && parts.len() == 3).then_some(parts)
}

/// The numbers of a day that is written in numbers only, the year not first.
fn numbers(written: &str) -> Option<Vec<u16>> {
    let parts = parts(written)?;
    let numbers: Option<Vec<u16>> = parts.iter().map(|part| part.parse().ok()).collect();
    numbers.filter(|_| parts.first().is_some_and(|first| first.len() <= 2))
}

/// A day as UCDP (`2025-06-11 00:00:00.000`), ACLED (`11 June 2025`) or a spreadsheet (`11-Jun-25`, `11/06/2025`) writes it;
/// `None` if it is none.
fn stated_day(written: &str, order: Option<DayOrder>) -> Result<Option<Date>, Ambiguous> {
    let Some(parts) = parts(written) else { return Ok(None) };
    let of = |year: &str, month: usize, day: &str| {
        let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let year = match year.len() {
            4 => year.to_owned(),
            2 => format!("20{year}"),
            _ => return None,
        };
        let day: u8 = Some(day).filter(|day| is_number(day) && is_number(&year))?.parse().ok()?;
        Date::parse(&format!("{year}-{month:02}-{day:02}"))
    };
    let named = |name: &str| {
        let name = name.to_lowercase();
        Some(MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))? + 1)
    };
    let [first, second, third] = parts.as_slice() else { return Ok(None) };
    if let Some(month) = named(second) {
        let year_first = first.len() == 4;
        return Ok(if year_first { of(first, month, third) } else { of(third, month, first) });
    }
    if let Some(month) = named(first) {
        return Ok(of(third, month, second));
    }
    let month = |digits: &str| digits.parse::<usize>().ok();
    if first.len() == 4 {
        return Ok(month(second).and_then(|month| of(first, month, third)));
    }
    let Some(numbers) = numbers(written) else { return Ok(None) };
    let day_first = match *numbers.as_slice() {
        [a, b, _] if a > 12 || a == b => true,
        [_, b, _] if b > 12 => false,
        // With full stops, the day is first wherever days are written so.
        _ if written.contains('.') => true,
        _ => order.ok_or(Ambiguous)? == DayOrder::DayFirst,
    };
    let (day, in_month) = if day_first { (first, second) } else { (second, first) };
    Ok(month(in_month).and_then(|month| of(third, month, day)))
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

/// The names of a place for comparison, without accents: as it is written, and without the kind that UCDP adds ("Tallinn
/// city").
fn place_names(place: &str) -> Vec<String> {
    let name = sayso_compare::fold(place);
    let bare =
        name.rsplit_once(' ').filter(|(_, kind)| KINDS.contains(kind)).map(|(bare, _)| bare.to_owned());
    [name].into_iter().chain(bare).collect()
}

const KINDS: [&str; 13] = [
    "city",
    "town",
    "village",
    "district",
    "municipality",
    "province",
    "region",
    "county",
    "governorate",
    "state",
    "oblast",
    "valley",
    "island",
];

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
    use super::{Ambiguous, Compared, DayOrder, number, place_names, stated_day, verdict};
    use crate::event::Tally;

    fn said(low: Option<i64>, best: Option<i64>, high: Option<i64>) -> Tally {
        Tally { low, best, high }
    }

    #[test]
    fn verdicts() {
        let between = said(Some(38), None, Some(52));
        let one = |coded| said(None, Some(coded), None);
        for (coded, wanted) in [(37, "below"), (38, "within"), (45, "within"), (53, "above")] {
            assert_eq!(verdict(&one(coded), &between), wanted, "{coded}");
        }
        assert_eq!(verdict(&one(45), &said(Some(40), Some(45), None)), "equal");
        assert_eq!(
            verdict(&one(900), &said(Some(40), Some(40), None)),
            "within",
            "nobody states an upper end"
        );
        assert_eq!(verdict(&one(1), &Tally::default()), "unknown");
        for ((low, high), wanted) in [((5, 7), "below"), ((30, 40), "within"), ((60, 70), "above")] {
            assert_eq!(verdict(&said(Some(low), None, Some(high)), &between), wanted, "{low} to {high}");
        }
    }

    #[test]
    fn days_as_the_projects_and_spreadsheets_write_them() {
        for written in [
            "2025-06-11",
            "2025-06-11 00:00:00.000",
            "2025-06-11T00:00:00",
            "11 June 2025",
            "11 Jun 2025",
            "11-Jun-25",
            "11-June-2025",
            "June 11, 2025",
            "11.6.2025",
            "2025/06/11",
            "11 June 25",
        ] {
            let day = stated_day(written, None).map(|day| day.map(|d| d.to_string()));
            assert_eq!(day, Ok(Some("2025-06-11".to_owned())), "{written}");
        }
        for none in ["", "June 2025", "2025-06-11 or so", "31 February 2025", "11 Juno 2025", "2025-13-01"] {
            assert_eq!(stated_day(none, None), Ok(None), "{none}");
        }
    }

    #[test]
    fn the_order_of_day_and_month_is_that_of_the_table() {
        assert_eq!(stated_day("01/03/2025", None), Err(Ambiguous));
        let (british, american) = (["01/03/2025", "25/03/2025"], ["01/03/2025", "03/25/2025"]);
        for (table, wanted) in [(british, "2025-03-01"), (american, "2025-01-03")] {
            let order = DayOrder::of(table.into_iter());
            let day = stated_day("01/03/2025", order).map(|day| day.map(|d| d.to_string()));
            assert_eq!(day, Ok(Some(wanted.to_owned())), "{table:?}");
        }
        assert_eq!(DayOrder::of(["25/03/2025", "03/25/2025"].into_iter()), None, "both");
        assert_eq!(stated_day("03/03/2025", None).map(|day| day.is_some()), Ok(true), "the same either way");
    }

    #[test]
    fn numbers_as_coders_write_them() {
        for (written, wanted) in [
            ("45", said(None, Some(45), None)),
            ("45.0", said(None, Some(45), None)),
            ("1,234", said(None, Some(1234), None)),
            ("1 234 567", said(None, Some(1_234_567), None)),
            ("~15", said(None, Some(15), None)),
            ("10+", said(Some(10), Some(10), None)),
            ("5-7", said(Some(5), None, Some(7))),
            ("5\u{2013}7", said(Some(5), None, Some(7))),
        ] {
            assert_eq!(number(written), Ok(wanted), "{written}");
        }
        for none in ["many", "4.5", "7-5", "12,34", "-1", ""] {
            assert!(number(none).is_err(), "{none}");
        }
    }

    #[test]
    fn places_are_compared_without_accents_and_kinds() {
        let same = |a: &str, b: &str| place_names(a).iter().any(|name| place_names(b).contains(name));
        assert!(same("Lodz", "Łódź") && same("ŁÓDŹ City", "Łódź") && same("Orla", "Orla valley"));
        assert!(!same("New York", "York"));
    }

    #[test]
    fn a_row_is_a_sentence() {
        let row = Compared {
            line: 2,
            event: "sayso-1-0".to_owned(),
            headline: None,
            coded: Some(45),
            coded_low: None,
            coded_high: None,
            low: Some(38),
            best: None,
            high: Some(52),
            verdict: "within",
        };
        assert_eq!(row.sentence(), "coded 45, the sources say 38 to 52");
        let ranged = Compared { coded_low: Some(40), coded_high: Some(60), ..row.clone() };
        assert_eq!(ranged.sentence(), "coded 45 (40 to 60), the sources say 38 to 52");
        let left = Compared { coded_low: Some(38), coded_high: Some(52), ..row.clone() };
        assert_eq!(left.sentence(), row.sentence());
        let exact = Compared { coded_low: Some(45), coded_high: Some(45), ..row.clone() };
        assert_eq!(exact.sentence(), row.sentence());
        let range = Compared { coded: None, coded_low: Some(5), coded_high: Some(7), ..row };
        assert_eq!(range.sentence(), "coded 5 to 7, the sources say 38 to 52");
    }
}
