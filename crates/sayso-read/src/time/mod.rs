//! Times: time expressions, resolved against the day of publication.
//!
//! Expressions are what TIMEX3 calls dates, times and durations, without the preposition before them. Each is resolved by a rule,
//! which [`TimeExpression::rule`] names. What cannot be resolved has neither start nor end and gives the reason in the same
//! field. Without a day of publication, nothing that depends on it is resolved: today's date is never assumed.
//!
//! | rule | meaning |
//! |---|---|
//! | `explicit` | all parts are in the text ("16 May 2021", "2021") |
//! | `day_nearest` | a day without a year: the one nearest to publication, unless a verb says otherwise |
//! | `day_last`, `day_next` | the last such day up to publication, or the next from then on, by the tense of the verb |
//! | `weekday_last`, `weekday_next` | the same for a weekday; past is the rule in news |
//! | `weekday_of` | a weekday of a calendar week or month, or weeks from the nearest ("Monday last week", "the last Friday of August", "a week on Sunday") |
//! | `month_last`, `month_next`, `month_this` | the same for a month |
//! | `season_last`, `season_next` | the same for a season of the northern hemisphere |
//! | `deictic` | "today", "yesterday", "tonight" |
//! | `calendar_unit` | "last week", "this year": the calendar unit; weeks begin on Monday |
//! | `weekend` | the last weekend up to publication ("over the weekend"), or the next one, by tense |
//! | `up_to_publication` | a period that ends with publication ("the past week") |
//! | `from_publication` | a period that begins with publication ("the coming days") |
//! | `counted` | a number of units before or after publication ("three days ago") |
//! | `time_before` | a number of units from the day that the text names before ("a day earlier", "the same day"); years after a year and months after a month too |
//! | `day_beside` | a time of day with the day next to it in the sentence |
//! | `no_publication_date` | unresolved: the day of publication is not known |
//! | `no_time_before` | unresolved: "two years later" where the text names no time before |
//! | `no_day`, `duration`, `day_or_month` | unresolved: a time of day without a day, a duration, "03/04/2024" |
//! | `beyond_calendar` | unresolved: outside the years 1 to 9999 |

mod calendar;
mod grammar;
mod names;
mod tense;

use std::ops::Range;

use sayso_model::{Date, Document, EntityKind, Granularity, Span, TimeExpression, TimeId, TimeRelation};

use self::{
    calendar::{Days, Unit},
    grammar::{Expression, Grammar, Match, Shift, Within, YearOf},
    tense::Tense,
};
use crate::word::Words;

/// Finds the time expressions of a document, in text order. Ids are indexes into the list.
///
/// `published` is the day that relative expressions refer to; without it they stay unresolved. Takes time linear in the
/// document's length.
#[must_use]
pub fn find(document: &Document, text: &str, published: Option<Date>) -> Vec<TimeExpression> {
    let words = Words::of(document, text);
    let mut times: Vec<TimeExpression> = Vec::new();
    // The day that the text last named, and the first day of whatever time it last named, with how exact that is.
    let mut before: Option<Date> = None;
    let mut begun: Option<(Date, Granularity)> = None;
    let mut entity = 0;
    for sentence in &words.sentences {
        let grammar = Grammar { words: &words, within: sentence.clone() };
        let first = times.len();
        let mut at = sentence.start;
        let mut tenses = Vec::new();
        while at < sentence.end {
            let Some(word) = words.get(at) else { break };
            while document.entities.get(entity).is_some_and(|e| e.span.end <= word.span.start) {
                entity += 1;
            }
            let found = grammar.at(at).filter(|found| {
                !document.entities.get(entity).is_some_and(|e| {
                    let covers = e.span.start <= word.span.start && e.span.end > word.span.start;
                    let named = matches!(
                        found.expression,
                        Expression::Weekday { .. } | Expression::Month { .. } | Expression::Season { .. }
                    );
                    covers && named && (e.kind == EntityKind::Person || e.tokens.len() > 1)
                })
            });
            let Some(found) = found else {
                at += 1;
                continue;
            };
            at = found.words.end;
            let Some(span) = words
                .get(found.words.start)
                .zip(words.get(found.words.end - 1))
                .map(|(a, b)| a.span.cover(b.span))
            else {
                continue;
            };
            let relation = relation(&found, &words, sentence);
            let tense = tense::of(document, &words, &found.words, &grammar.within);
            tenses.push(tense);
            let read = Anchor { published, before, begun, tense, relation }.resolve(&found);
            let (days, rule) = match read {
                Ok((start, end, rule)) => ((Some(start), end), rule),
                Err(rule) => ((None, None), rule),
            };
            let granularity = granularity(&found);
            if let (Some(start), Some(end), Granularity::Day | Granularity::Time) =
                (days.0, days.1, granularity)
                && start == end
            {
                before = Some(start);
            }
            if let (Some(start), TimeRelation::At) = (days.0, relation) {
                begun = Some((start, granularity));
            }
            times.push(TimeExpression {
                id: TimeId::from(times.len()),
                span,
                start: days.0,
                end: days.1,
                granularity,
                relation,
                rule: rule.to_owned(),
            });
        }
        join_clocks(&mut times[first..]);
        order_weekdays(&mut times[first..], &tenses, text);
    }
    times
}

/// Gives a time of day the day next to it in the sentence.
fn join_clocks(times: &mut [TimeExpression]) {
    for i in 0..times.len() {
        if times[i].rule != "no_day" {
            continue;
        }
        let near = |other: Option<&TimeExpression>| {
            other
                .filter(|t| {
                    matches!(t.granularity, Granularity::Day | Granularity::Time)
                        && t.start.is_some()
                        && t.start == t.end
                })
                .and_then(|t| t.start)
        };
        let gap = |a: Span, b: Span| b.start.saturating_sub(a.end);
        let next = times.get(i + 1).filter(|t| gap(times[i].span, t.span) <= 12);
        let previous =
            i.checked_sub(1).and_then(|p| times.get(p)).filter(|t| gap(t.span, times[i].span) <= 40);
        if let Some(day) = near(next).or_else(|| near(previous)) {
            times[i].start = Some(day);
            times[i].end = Some(day);
            "day_beside".clone_into(&mut times[i].rule);
        }
    }
}

/// "From Thursday to Friday": the second day follows the first, so one of them is a week away from the one it would be resolved
/// to alone.
fn order_weekdays(times: &mut [TimeExpression], tenses: &[Tense], text: &str) {
    for i in 1..times.len() {
        let Some([one, next]) = times.get_mut(i - 1..=i) else { continue };
        let between = text.get(one.span.end..next.span.start).unwrap_or("").trim();
        let joined = matches!(between, "to" | "until" | "till" | "through" | "-" | "–" | "—");
        // "Rain is forecast from Saturday until Monday": what has not ended has begun only if the verb says so.
        let ahead = one.rule == "weekday_last"
            && next.rule == "weekday_next"
            && one.relation == TimeRelation::Since
            && tenses.get(i - 1).is_some_and(|tense| *tense == Tense::Present)
            && one.start.and_then(|day| calendar::plus_days(day, 7)) <= next.start;
        let weekdays =
            [&*one, &*next].iter().all(|t| t.rule.starts_with("weekday_") && t.rule != "weekday_of");
        if !joined || !weekdays || one.start <= next.start && !ahead {
            continue;
        }
        let moved = if ahead {
            (one, 7)
        } else if next.rule == "weekday_last" {
            (one, -7)
        } else {
            (next, 7)
        };
        let (time, days) = moved;
        let later = |day: Option<Date>| day.and_then(|d| calendar::plus_days(d, days));
        if let (Some(start), Some(end)) = (later(time.start), later(time.end)) {
            (time.start, time.end) = (Some(start), Some(end));
        }
    }
}

fn granularity(found: &Match) -> Granularity {
    match (found.expression, found.part) {
        (Expression::Month { .. } | Expression::Unit { unit: Unit::Month, .. }, Some(_)) => {
            Granularity::MonthPart
        }
        (Expression::Year(_) | Expression::Unit { unit: Unit::Year, .. }, Some(_)) => Granularity::YearPart,
        (Expression::Unit { unit: Unit::Week, .. }, Some(_)) => Granularity::Vague,
        _ if found.of_day => Granularity::Time,
        (
            Expression::Day { .. }
            | Expression::Unclear
            | Expression::Weekday { .. }
            | Expression::WeekdayOfWeek { .. }
            | Expression::WeeksFromWeekday { .. }
            | Expression::WeekdayOf { .. }
            | Expression::FromPublication(_),
            _,
        ) => Granularity::Day,
        (Expression::Month { .. }, _) => Granularity::Month,
        (Expression::Year(_), _) => Granularity::Year,
        (Expression::Decade(_), _) => Granularity::Longer,
        (Expression::Season { .. }, _) => Granularity::Season,
        (Expression::YearPart { .. }, _) => Granularity::YearPart,
        (Expression::Clock, _) => Granularity::Time,
        (Expression::Duration | Expression::Stretch { count: None, .. }, _) => Granularity::Vague,
        (
            Expression::Unit { unit, .. }
            | Expression::Stretch { unit, .. }
            | Expression::Ago { unit, .. }
            | Expression::FromBefore { unit, .. },
            _,
        ) => match unit {
            Unit::Minute | Unit::Hour => Granularity::Time,
            Unit::Day => Granularity::Day,
            Unit::Week => Granularity::Week,
            Unit::Weekend => Granularity::Weekend,
            Unit::Month => Granularity::Month,
            Unit::Quarter => Granularity::YearPart,
            Unit::Year => Granularity::Year,
            Unit::Decade | Unit::Century => Granularity::Longer,
        },
    }
}

/// How an expression relates to what it dates, by the words before it.
fn relation(found: &Match, words: &Words<'_>, within: &Range<usize>) -> TimeRelation {
    if let Expression::Stretch { back, .. } = found.expression {
        return if back { TimeRelation::Past } else { TimeRelation::Coming };
    }
    // "by the", "until late", "until at least the": at most three short words in between.
    for back in 1..=4 {
        let Some(at) = found.words.start.checked_sub(back) else { break };
        let before = at.checked_sub(1).map_or("", |p| words.lower(p, within));
        return match words.lower(at, within) {
            "least" | "latest" | "earliest" => continue,
            "at" if matches!(words.lower(at + 1, within), "least" | "latest" | "earliest" | "the") => {
                continue;
            }
            "by" => TimeRelation::By,
            "than" if before == "later" => TimeRelation::By,
            "before" => TimeRelation::Before,
            "to" if before == "prior" => TimeRelation::Before,
            "of" if before == "ahead" => TimeRelation::Before,
            "to" if before == "up" => TimeRelation::Until,
            "until" | "till" | "through" | "into" => TimeRelation::Until,
            "after" | "following" => TimeRelation::After,
            "since" | "from" => TimeRelation::Since,
            "the" | "of" | "on" | "in" | "late" | "early" | "," | "around" | "about" => continue,
            _ => TimeRelation::At,
        };
    }
    TimeRelation::At
}

/// What expressions are resolved against.
struct Anchor {
    published: Option<Date>,
    /// The day that the text last named.
    before: Option<Date>,
    /// The first day of the time that the text last named, and how exact that is.
    begun: Option<(Date, Granularity)>,
    tense: Tense,
    relation: TimeRelation,
}

type Read = Result<(Date, Option<Date>, &'static str), &'static str>;

const BEYOND: &str = "beyond_calendar";

impl Anchor {
    fn resolve(&self, found: &Match) -> Read {
        let (days, rule, unit) = match found.expression {
            Expression::Unclear => return Err("day_or_month"),
            Expression::Duration => return Err("duration"),
            Expression::Clock => return Err("no_day"),
            Expression::Day { year, month, day, to, .. } => {
                let (year, rule) = match year {
                    Some(year) => (year, "explicit"),
                    None => self.year_of_day(month, day)?,
                };
                let start = Date::new(year, month, day).ok_or(BEYOND)?;
                let end = Date::new(year, month, to.unwrap_or(day)).ok_or(BEYOND)?;
                return Ok((start, Some(end), rule));
            }
            Expression::Weekday { day, shift } => {
                let (day, rule) = self.weekday(day, shift)?;
                return Ok((day, Some(day), rule));
            }
            Expression::WeekdayOfWeek { day, shift } => {
                let monday = self.unit(Unit::Week, shift)?.0;
                let day = calendar::plus_days(monday, i64::from(day)).ok_or(BEYOND)?;
                return Ok((day, Some(day), "weekday_of"));
            }
            Expression::WeeksFromWeekday { day, weeks } => {
                let published = self.day()?;
                // The last such day already counts as the first week back.
                let (nearest, more) = if weeks > 0 {
                    (calendar::weekday_after(published, day), weeks)
                } else {
                    (calendar::weekday_before(published, day), weeks + 1)
                };
                let found =
                    nearest.and_then(|nearest| calendar::plus_days(nearest, 7 * more)).ok_or(BEYOND)?;
                return Ok((found, Some(found), "weekday_of"));
            }
            Expression::WeekdayOf { nth, day, within } => {
                let (first, last) = match within {
                    Within::Month { year, month, shift } => self.month(year, month, shift)?.0,
                    Within::Year(year) => calendar::year(year).ok_or(BEYOND)?,
                    Within::Unit(unit, shift) => self.unit(unit, shift)?,
                };
                let steps = i64::from(nth) - 1;
                let day = match (day, nth) {
                    (None, 0) => Some(last),
                    (None, _) => calendar::plus_days(first, steps),
                    (Some(day), 0) => calendar::weekday_before(last, day),
                    (Some(day), _) => {
                        calendar::weekday_after(first, day).and_then(|d| calendar::plus_days(d, 7 * steps))
                    }
                };
                let day = day.filter(|d| *d <= last).ok_or(BEYOND)?;
                return Ok((day, Some(day), "weekday_of"));
            }
            Expression::FromPublication(count) => {
                let day = calendar::plus_days(self.day()?, count).ok_or(BEYOND)?;
                return Ok((day, Some(day), "deictic"));
            }
            Expression::Stretch { count, unit, back } => return self.stretch(count, unit, back),
            // "had its first talks in six years": after a past verb, the years are a duration.
            Expression::Ago { count, .. } if count < 0 && self.tense == Tense::Past => {
                return Err("duration");
            }
            Expression::Ago { count, unit } => {
                let day = calendar::plus(self.day()?, -count, unit).ok_or(BEYOND)?;
                let (start, end) = calendar::holding(day, unit).ok_or(BEYOND)?;
                return Ok((start, Some(end), "counted"));
            }
            Expression::FromBefore { count, unit } => {
                // "In 2017 ... Two years later": years count from a year too, months from a month, days from a day.
                let exact = |granularity| match unit {
                    Unit::Year => matches!(
                        granularity,
                        Granularity::Day | Granularity::Time | Granularity::Month | Granularity::Year
                    ),
                    Unit::Month => {
                        matches!(granularity, Granularity::Day | Granularity::Time | Granularity::Month)
                    }
                    _ => false,
                };
                let begun = self.begun.filter(|b| count > 0 && exact(b.1)).map(|b| b.0);
                let later = |from| count <= 0 || self.is_future() || self.is_past(from, count, unit);
                // What happened later happened after something, and not after publication.
                let from = match begun.or(self.before) {
                    None if count > 0 && !self.is_future() => return Err("no_time_before"),
                    Some(named) if !later(named) => return Err("no_time_before"),
                    named => named.or(self.published).ok_or("no_publication_date")?,
                };
                let day = calendar::plus(from, count, unit).ok_or(BEYOND)?;
                let (start, end) = calendar::holding(day, unit).ok_or(BEYOND)?;
                return Ok((start, Some(end), "time_before"));
            }
            Expression::Month { year, month, shift } => {
                let (days, rule) = self.month(year, month, shift)?;
                (days, rule, Unit::Month)
            }
            Expression::Year(year) => (calendar::year(year).ok_or(BEYOND)?, "explicit", Unit::Year),
            Expression::Decade(year) => {
                let day = Date::new(year, 1, 1).ok_or(BEYOND)?;
                (calendar::holding(day, Unit::Decade).ok_or(BEYOND)?, "explicit", Unit::Decade)
            }
            Expression::Season { season, year, shift } => {
                let (days, rule) = self.season(season, year, shift)?;
                (days, rule, Unit::Quarter)
            }
            Expression::YearPart { first, length, year } => {
                let (year, rule) = match year {
                    YearOf::Written(year) => (year, "explicit"),
                    YearOf::Shifted(shift) => (self.shifted_year(shift)?, "calendar_unit"),
                    YearOf::Unknown => (self.day()?.year(), "calendar_unit"),
                };
                (calendar::months(year, first, length).ok_or(BEYOND)?, rule, Unit::Quarter)
            }
            Expression::Unit { unit: Unit::Weekend, shift } => {
                let (start, end) = self.weekend(shift)?;
                return Ok((start, Some(end), "weekend"));
            }
            Expression::Unit { unit, shift } => (self.unit(unit, shift)?, "calendar_unit", unit),
        };
        let (start, end) = match found.part {
            Some(part) => calendar::third(days, unit, part).ok_or(BEYOND)?,
            None => days,
        };
        Ok((start, Some(end), rule))
    }

    fn day(&self) -> Result<Date, &'static str> {
        self.published.ok_or("no_publication_date")
    }

    /// The calendar unit before, containing or after publication.
    fn unit(&self, unit: Unit, shift: Shift) -> Result<Days, &'static str> {
        let count = match shift {
            Shift::Last => -1,
            Shift::This => 0,
            Shift::Next => 1,
        };
        let first = calendar::holding(self.day()?, unit).ok_or(BEYOND)?.0;
        let day = calendar::plus(first, count, unit).ok_or(BEYOND)?;
        calendar::holding(day, unit).ok_or(BEYOND)
    }

    fn is_future(&self) -> bool {
        self.tense == Tense::Future
    }

    /// True if so many units after a day there is a day up to publication, as far as is known.
    fn is_past(&self, from: Date, count: i64, unit: Unit) -> bool {
        let begins = calendar::plus(from, count, unit).and_then(|day| calendar::holding(day, unit));
        self.published.zip(begins).is_none_or(|(published, (start, _))| start <= published)
    }

    /// "by", "before", "until": what leads up to a day precedes it, so the day is rarely in the past.
    fn is_bounded(&self) -> bool {
        matches!(self.relation, TimeRelation::By | TimeRelation::Before | TimeRelation::Until)
    }

    fn shifted_year(&self, shift: Shift) -> Result<i16, &'static str> {
        Ok(self.day()?.year()
            + match shift {
                Shift::Last => -1,
                Shift::This => 0,
                Shift::Next => 1,
            })
    }

    fn year_of_day(&self, month: i8, day: i8) -> Result<(i16, &'static str), &'static str> {
        let published = self.day()?;
        let in_year = |year: i16| Date::new(year, month, day).map(|d| (year, d));
        let around: Vec<(i16, Date)> = (-4..=4).filter_map(|n| in_year(published.year() + n)).collect();
        let found = match self.tense {
            Tense::Future => around.iter().find(|d| d.1 >= published).map(|d| (d.0, "day_next")),
            Tense::Past if !self.is_bounded() => {
                around.iter().rev().find(|d| d.1 <= published).map(|d| (d.0, "day_last"))
            }
            _ => around
                .iter()
                .min_by_key(|d| calendar::days_between(published, d.1).map_or(i64::MAX, i64::abs))
                .map(|d| (d.0, "day_nearest")),
        };
        found.ok_or(BEYOND)
    }

    fn weekday(&self, day: i8, shift: Option<Shift>) -> Result<(Date, &'static str), &'static str> {
        let published = self.day()?;
        let ahead = match shift {
            Some(Shift::Last) => return Ok((before(published, day).ok_or(BEYOND)?, "weekday_last")),
            Some(Shift::Next) => {
                let tomorrow = calendar::plus_days(published, 1).ok_or(BEYOND)?;
                return Ok((calendar::weekday_after(tomorrow, day).ok_or(BEYOND)?, "weekday_next"));
            }
            Some(Shift::This) => self.tense != Tense::Past,
            None => self.is_future() || (self.is_bounded() && self.tense != Tense::Past),
        };
        if ahead {
            Ok((calendar::weekday_after(published, day).ok_or(BEYOND)?, "weekday_next"))
        } else {
            Ok((calendar::weekday_before(published, day).ok_or(BEYOND)?, "weekday_last"))
        }
    }

    fn month(
        &self,
        year: YearOf,
        month: i8,
        shift: Option<Shift>,
    ) -> Result<(Days, &'static str), &'static str> {
        let of = |year: i16, rule| calendar::month(year, month).map(|d| (d, rule)).ok_or(BEYOND);
        match year {
            YearOf::Written(year) => return of(year, "explicit"),
            YearOf::Shifted(shift) => return of(self.shifted_year(shift)?, "calendar_unit"),
            YearOf::Unknown => {}
        }
        let published = self.day()?;
        let (year, now) = (published.year(), published.month());
        let ahead = match shift {
            Some(Shift::Last) => return of(year - i16::from(month >= now), "month_last"),
            Some(Shift::Next) => return of(year + i16::from(month <= now), "month_next"),
            Some(Shift::This) => return of(year, "month_this"),
            None => self.is_future() || (self.is_bounded() && self.tense != Tense::Past),
        };
        match (month == now, ahead) {
            (true, _) => of(year, "month_this"),
            (false, true) => of(year + i16::from(month < now), "month_next"),
            (false, false) => of(year - i16::from(month > now), "month_last"),
        }
    }

    fn season(
        &self,
        season: u8,
        year: Option<i16>,
        shift: Option<Shift>,
    ) -> Result<(Days, &'static str), &'static str> {
        let first = [3, 6, 9, 12][usize::from(season.min(3))];
        let of = |year: i16| calendar::months(year, first, 3).ok_or(BEYOND);
        if let Some(year) = year {
            return Ok((of(year)?, "explicit"));
        }
        let published = self.day()?;
        let around: Vec<Days> = (-2..=2).filter_map(|n| of(published.year() + n).ok()).collect();
        let (days, rule) = match shift {
            Some(Shift::Last) => (around.iter().rev().find(|d| d.1 < published), "season_last"),
            Some(Shift::Next) => (around.iter().find(|d| d.0 > published), "season_next"),
            Some(Shift::This) => (around.iter().find(|d| d.1 >= published), "season_next"),
            None if self.is_future() => (around.iter().find(|d| d.1 >= published), "season_next"),
            None => (around.iter().rev().find(|d| d.0 <= published), "season_last"),
        };
        days.map(|&d| (d, rule)).ok_or(BEYOND)
    }

    fn weekend(&self, shift: Shift) -> Result<Days, &'static str> {
        let published = self.day()?;
        let (saturday, _) = calendar::holding(published, Unit::Weekend).ok_or(BEYOND)?;
        let weeks = match shift {
            Shift::Last => -1,
            Shift::Next if published >= saturday => 1,
            Shift::Next => 0,
            Shift::This if self.is_future() || published >= saturday => 0,
            Shift::This if self.tense == Tense::Past || self.tense == Tense::Unknown => -1,
            Shift::This => 0,
        };
        let first = calendar::plus(saturday, weeks, Unit::Week).ok_or(BEYOND)?;
        Ok((first, calendar::plus_days(first, 1).ok_or(BEYOND)?))
    }

    fn stretch(&self, count: Option<i64>, unit: Unit, back: bool) -> Read {
        let published = self.day()?;
        let hours = matches!(unit, Unit::Hour | Unit::Minute);
        let count = count.map(|c| match unit {
            Unit::Hour => (c + 23) / 24,
            Unit::Minute => 0,
            _ => c,
        });
        let unit = if hours { Unit::Day } else { unit };
        match (count, back) {
            (Some(count), true) => {
                let start = calendar::plus(published, -count, unit).ok_or(BEYOND)?;
                Ok((start, Some(published), "up_to_publication"))
            }
            (Some(count), false) => {
                let end = calendar::plus(published, count, unit).ok_or(BEYOND)?;
                Ok((published, Some(end), "from_publication"))
            }
            // Its beginning is not stated, so only the known end is given.
            (None, true) => Err("up_to_publication"),
            (None, false) => Ok((published, None, "from_publication")),
        }
    }
}

/// True for the name or abbreviation of a weekday or month, in lower case.
pub(crate) fn is_day_or_month(word: &str) -> bool {
    names::weekday(word).is_some() || names::month(word).is_some()
}

/// The last such weekday before a day.
fn before(day: Date, weekday: i8) -> Option<Date> {
    calendar::weekday_before(calendar::plus_days(day, -1)?, weekday)
}

#[cfg(test)]
mod tests;
