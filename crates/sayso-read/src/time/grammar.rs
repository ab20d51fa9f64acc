//! The grammar of time expressions: from words to an expression without a calendar.

use std::ops::Range;

use super::{
    calendar::Unit,
    names::{self, month, ordinal, unit, weekday},
};
use crate::{
    lexicon,
    word::{WordKind, Words, below_hundred},
    words::{self, Set},
};

/// A time expression as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expression {
    /// Day of a month; `to` is the last day of a range ("16-18 May").
    Day {
        year: Option<i16>,
        month: i8,
        day: i8,
        to: Option<i8>,
        weekday: Option<i8>,
    },
    /// Numbers that may be day or month in either order ("03/04/2024").
    Unclear,
    Month {
        year: YearOf,
        month: i8,
        shift: Option<Shift>,
    },
    Year(i16),
    Decade(i16),
    Season {
        season: u8,
        year: Option<i16>,
        shift: Option<Shift>,
    },
    Weekday {
        day: i8,
        shift: Option<Shift>,
    },
    /// "Monday last week": a weekday of a calendar week.
    WeekdayOfWeek {
        day: i8,
        shift: Shift,
    },
    /// "a week on Sunday", "Sunday week", "Friday a fortnight ago": this many weeks from the nearest such weekday.
    WeeksFromWeekday {
        day: i8,
        weeks: i64,
    },
    /// "the last Friday of this month", "the second Tuesday in November", "the first day of May", "the 14th of last month", "the
    /// final Sunday of 2025": counted from the start of the month or year; 0 is the last. `None` is any day of the week.
    WeekdayOf {
        nth: i8,
        day: Option<i8>,
        within: Within,
    },
    /// Days from the day of publication.
    FromPublication(i64),
    /// A calendar unit: "last week", "this year".
    Unit {
        unit: Unit,
        shift: Shift,
    },
    /// A period of this many units (`None`: not stated) that ends or begins with the day of publication.
    Stretch {
        count: Option<i64>,
        unit: Unit,
        back: bool,
    },
    /// "three days ago"; a negative count is in the future ("in three days").
    Ago {
        count: i64,
        unit: Unit,
    },
    /// This many units from the time named before.
    FromBefore {
        count: i64,
        unit: Unit,
    },
    /// Part of a year: `length` months from `first` on.
    YearPart {
        first: i8,
        length: i64,
        year: YearOf,
    },
    Clock,
    Duration,
}

/// Which of several: the previous, this, the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    Last,
    This,
    Next,
}

/// The year of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum YearOf {
    Written(i16),
    Shifted(Shift),
    Unknown,
}

/// What a weekday is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Month {
        year: YearOf,
        month: i8,
        shift: Option<Shift>,
    },
    Year(i16),
    /// "This month", "last year".
    Unit(Unit, Shift),
}

/// First, middle or last part ("early", "mid", "late").
pub(super) type Part = Option<u8>;

/// A match: what, which part of it, and the words.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub(super) expression: Expression,
    pub(super) part: Part,
    pub(super) words: Range<usize>,
    /// True if it names a part of the day ("Monday evening").
    pub(super) of_day: bool,
}

/// Parses the time expressions in the words of one sentence.
pub(super) struct Grammar<'a, 't> {
    pub(super) words: &'a Words<'t>,
    pub(super) within: Range<usize>,
}

impl Grammar<'_, '_> {
    fn lower(&self, at: usize) -> &str {
        self.words.lower(at, &self.within)
    }

    fn previous(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |i| self.lower(i))
    }

    fn is_capitalised(&self, at: usize) -> bool {
        self.within.contains(&at) && self.words.get(at).is_some_and(|w| w.is_capitalised())
    }

    fn joined(&self, at: usize) -> bool {
        self.within.contains(&at) && self.words.get(at).is_some_and(|w| w.joined)
    }

    fn is_digits(&self, at: usize) -> bool {
        self.within.contains(&at) && self.words.get(at).is_some_and(|w| w.kind == WordKind::Digits)
    }

    /// The expression that begins at a word.
    pub(super) fn at(&self, at: usize) -> Option<Match> {
        let made = |(expression, end): (Expression, usize)| Match {
            expression,
            part: None,
            words: at..end,
            of_day: false,
        };
        if let Some(found) = self.numeric_date(at).or_else(|| self.clock(at)) {
            return Some(made(found));
        }
        if let Some(found) = self.with_part(at) {
            return Some(found);
        }
        let weekday =
            self.weeks_from_weekday(at).or_else(|| self.weekday_of(at)).or_else(|| self.weekday(at));
        if let Some((expression, end)) = weekday {
            return Some(self.with_day_part(expression, at, end));
        }
        if let Some((expression, end)) =
            self.day_of_month(at).or_else(|| self.holiday(at)).or_else(|| self.deictic(at))
        {
            return Some(self.with_day_part(expression, at, end));
        }
        self.quarter(at)
            .or_else(|| self.leaning(at))
            .or_else(|| self.stretch(at))
            .or_else(|| self.unit(at))
            .or_else(|| self.counted(at))
            .or_else(|| self.month(at, false))
            .or_else(|| self.season(at, false))
            .or_else(|| self.year(at, false))
            .map(made)
    }

    /// "Christmas Day", "New Year's Eve 2024".
    fn holiday(&self, at: usize) -> Option<(Expression, usize)> {
        const LONGEST: usize = 5;
        // "The Boxing Day tsunami" and "the Halloween bar" only take their names from it.
        if !self.is_capitalised(at) || self.previous(at) != "on" {
            return None;
        }
        let mut name = String::new();
        (at..at + LONGEST).take_while(|&i| self.within.contains(&i)).find_map(|i| {
            if i > at && !self.joined(i) {
                name.push(' ');
            }
            name.push_str(if self.lower(i) == "’" { "'" } else { self.lower(i) });
            let (month, day) = names::holiday(&name)?;
            // "On Christmas Day, 2008"
            let next = i + 1 + usize::from(matches!(self.lower(i + 1), "," | "of" | "in"));
            let year = self.words.get(next).filter(|w| w.kind == WordKind::Digits && w.text.len() == 4);
            let year = year.and_then(|w| w.text.parse().ok());
            let end = if year.is_some() { next + 1 } else { i + 1 };
            Some((Expression::Day { year, month, day, to: None, weekday: None }, end))
        })
    }

    /// "2024-12-16", "16.12.2024", "12/16/2024".
    fn numeric_date(&self, at: usize) -> Option<(Expression, usize)> {
        let word = self.words.get(at).filter(|w| w.kind == WordKind::Digits)?;
        let day = |year: i16, month: i8, day: i8| {
            sayso_model::Date::new(year, month, day)?;
            Some(Expression::Day { year: Some(year), month, day, to: None, weekday: None })
        };
        let dotted: Vec<&str> = word.text.split('.').take(4).collect();
        if let [d, m, y] = dotted[..] {
            let expression =
                (y.len() == 4).then(|| day(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)).flatten()?;
            return Some((expression, at + 1));
        }
        let mark = self.lower(at + 1);
        let parts = (mark == "-" || mark == "/")
            && self.lower(at + 3) == mark
            && (at + 1..at + 5).all(|i| self.joined(i));
        if !parts {
            return None;
        }
        let (a, b, c) = (word.text, self.lower(at + 2), self.lower(at + 4));
        let end = at + 5;
        if a.len() == 4 {
            return Some((day(a.parse().ok()?, b.parse().ok()?, c.parse().ok()?)?, end));
        }
        if c.len() != 4 || mark != "/" {
            return None;
        }
        let (a, b, year): (i8, i8, i16) = (a.parse().ok()?, b.parse().ok()?, c.parse().ok()?);
        let expression = match (day(year, a, b), day(year, b, a)) {
            (Some(_), Some(_)) if a != b => Expression::Unclear,
            (found, other) => found.or(other)?,
        };
        Some((expression, end))
    }

    /// "10:30", "6 a.m.", "0600 GMT".
    fn clock(&self, at: usize) -> Option<(Expression, usize)> {
        if words::is(Set::Noons, self.lower(at))
            && matches!(
                self.previous(at),
                "at" | "around" | "before" | "after" | "by" | "past" | "until" | "since" | "about"
            )
        {
            return Some((Expression::Clock, at + 1));
        }
        let word = self.words.get(at).filter(|w| w.kind == WordKind::Digits)?;
        let mut end = at + 1;
        let (hour, minute) = word.text.split_once([':', '.']).unwrap_or((word.text, ""));
        let is_hour = hour.len() <= 2 && hour.parse::<u8>().is_ok_and(|h| h <= 24);
        let is_minute = minute.len() == 2 && minute.bytes().all(|b| b.is_ascii_digit()) && minute < "60";
        let meridiem = words::is(Set::Meridiem, self.lower(end));
        let oclock = self.lower(end) == "o'clock";
        let zone = |i: usize| words::is(Set::TimeZones, self.lower(i));
        let bare_zone = word.text.len() == 4 && word.text.parse::<u16>().is_ok_and(|t| t < 2400) && zone(end);
        if meridiem && is_hour && (minute.is_empty() || is_minute) || oclock && is_hour || bare_zone {
            end += 1;
        } else if !(word.text.contains(':') && is_hour && is_minute) {
            return None;
        }
        if zone(end) {
            end += 1;
        }
        if self.lower(end) == "local" && self.lower(end + 1) == "time" {
            end += 2;
        }
        Some((Expression::Clock, end))
    }

    /// "early March", "mid-January", "the end of the year", "late last week".
    fn with_part(&self, at: usize) -> Option<Match> {
        let mut next = at;
        if self.lower(next) == "the" {
            next += 1;
        }
        let had_article = next > at;
        let (part, of) = match self.lower(next) {
            "early" if !had_article => (0, false),
            "mid" | "middle" if self.lower(next) == "mid" || self.lower(next + 1) == "of" => {
                (1, self.lower(next) == "middle")
            }
            "late" if !had_article => (2, false),
            "beginning" | "start" if self.lower(next + 1) == "of" => (0, true),
            "end" | "close" if self.lower(next + 1) == "of" => (2, true),
            _ => return None,
        };
        next += 1 + usize::from(of);
        if self.lower(next) == "-" {
            next += 1;
        }
        if self.lower(next) == "in" {
            next += 1;
        }
        let article = usize::from(of && self.lower(next) == "the");
        let found = self
            .month(next, true)
            .or_else(|| self.unit(next))
            .or_else(|| self.year(next, true))
            .or_else(|| self.season(next, true))
            .or_else(|| self.weekday(next))
            .or_else(|| {
                let unit = unit(self.lower(next + article)).filter(|u| !u.1 && of && article > 0)?;
                Some((Expression::Unit { unit: unit.0, shift: Shift::This }, next + article + 1))
            })?;
        let is_day = matches!(found.0, Expression::Weekday { .. });
        if is_day && part == 1 {
            return None;
        }
        Some(Match {
            expression: found.0,
            part: (!is_day).then_some(part),
            words: at..found.1,
            of_day: is_day,
        })
    }

    fn with_day_part(&self, expression: Expression, at: usize, end: usize) -> Match {
        let of_day = words::is(Set::DayParts, self.lower(end));
        Match { expression, part: None, words: at..end + usize::from(of_day), of_day }
    }

    /// "Thursday", "last Friday", "Sunday, 3 March".
    fn weekday(&self, at: usize) -> Option<(Expression, usize)> {
        let (shift, next) = self.shift(at);
        let day = weekday(self.lower(next)).filter(|_| self.is_capitalised(next))?;
        let short = self.lower(next).trim_end_matches('.').len() <= 5 && !self.lower(next).ends_with("day");
        let (end, comma) = match self.lower(next + 1) {
            "," => (next + 2, true),
            _ => (next + 1, false),
        };
        if let Some((Expression::Day { year, month, day: of_month, to, .. }, end)) = self.day_of_month(end) {
            return Some((Expression::Day { year, month, day: of_month, to, weekday: Some(day) }, end));
        }
        if short && !(self.lower(next).ends_with('.') || comma && self.is_digits(end)) {
            return None;
        }
        if self.is_capitalised(next + 1) && words::is(Set::PaperNames, self.lower(next + 1)) {
            return None;
        }
        if words::is(Set::NamedDays, self.previous(next)) || self.is_in_a_name(next) {
            return None;
        }
        // "Thursday last week", "Monday of next week"
        let of = next + 1 + usize::from(self.lower(next + 1) == "of");
        if let Some((Expression::Unit { unit: Unit::Week, shift: week }, end)) =
            self.unit(of).filter(|_| shift.is_none())
        {
            return Some((Expression::WeekdayOfWeek { day, shift: week }, end));
        }
        Some((Expression::Weekday { day, shift }, next + 1))
    }

    /// "Justice Sunday Adeyemi", "near Friday Harbor", "the Saturday Evening Post": true for a weekday in a name that begins before
    /// it, behind a preposition that no day follows, or that ends in a newspaper's last word.
    fn is_in_a_name(&self, at: usize) -> bool {
        let before = self.previous(at);
        let capital = at.checked_sub(1).is_some_and(|b| self.is_capitalised(b));
        // "Detective Joe Friday led the raid"; but "Lloyd Austin Monday said"
        let title = at.checked_sub(2).map_or("", |t| self.lower(t));
        if capital && lexicon::is_first_name(before) && (lexicon::is_title(title) || lexicon::is_role(title))
        {
            return true;
        }
        if !self.is_capitalised(at + 1) {
            return false;
        }
        // "the actress Tuesday Weld": a noun for one person, and a name that is none of a day
        let described = !capital
            && (lexicon::is_one_person(before) || lexicon::is_role(before))
            && self.goes_on_as_a_surname(at + 1);
        described
            || capital && lexicon::is_title(before)
            || words::is(Set::BeforeNames, before)
            || self.is_capitalised(at + 2) && words::is(Set::PaperNames, self.lower(at + 2))
    }

    /// True for a word that may be a surname behind a weekday ("the actress Tuesday Weld"): no title, office, part of the day or
    /// country ("Police shot a man Saturday Mayor Brook said").
    fn goes_on_as_a_surname(&self, at: usize) -> bool {
        let word = self.lower(at);
        word.bytes().all(|b| b.is_ascii_lowercase())
            && month(word).is_none()
            && !lexicon::is_title(word)
            && lexicon::role_noun(word).is_none()
            && lexicon::country(word).is_none()
            && !words::is(Set::DayParts, word)
    }

    /// "a week on Sunday", "two weeks from Sunday", "Sunday week", "Friday a fortnight ago", "a week ago on Friday".
    fn weeks_from_weekday(&self, at: usize) -> Option<(Expression, usize)> {
        let named = |at: usize| weekday(self.lower(at)).filter(|_| self.is_capitalised(at));
        let made = |day: i8, weeks: i64, end: usize| Some((Expression::WeeksFromWeekday { day, weeks }, end));
        if let Some(day) = named(at) {
            if self.lower(at + 1) == "week" {
                return made(day, 1, at + 2);
            }
            if self.lower(at + 1) == "before" && self.lower(at + 2) == "last" {
                return made(day, -2, at + 3);
            }
            let (weeks, end) = self.weeks(at + 1)?;
            return (self.lower(end) == "ago").then(|| made(day, -weeks, end + 1)).flatten();
        }
        let (weeks, end) = self.weeks(at)?;
        if self.lower(end) == "ago" {
            let day = end + 1 + usize::from(self.lower(end + 1) == "on");
            return made(named(day)?, -weeks, day + 1);
        }
        let ahead = matches!(self.lower(end), "on" | "from");
        named(end + 1).filter(|_| ahead).and_then(|day| made(day, weeks, end + 2))
    }

    /// "a week", "a fortnight", "three weeks".
    fn weeks(&self, at: usize) -> Option<(i64, usize)> {
        let count = match self.lower(at) {
            "a" => 1,
            word => below_hundred(word).filter(|n| (1..=4).contains(n))?,
        };
        match self.lower(at + 1) {
            "week" | "weeks" => Some((count, at + 2)),
            "fortnight" => Some((2 * count, at + 2)),
            _ => None,
        }
    }

    /// "the last Friday of this month", "the second Tuesday in November 2024", "the last day of February", "the 14th of last month",
    /// "the final Sunday of 2025".
    fn weekday_of(&self, at: usize) -> Option<(Expression, usize)> {
        let next = at + usize::from(self.lower(at) == "the");
        let dated = self.day_number(next).filter(|(_, end)| *end == next + 2);
        let nth = match self.lower(next) {
            "last" | "final" => 0,
            word => dated.map(|(day, _)| day).or_else(|| ordinal(word))?,
        };
        let day = match self.lower(next + 1) {
            "day" => None,
            _ if dated.is_some() => None,
            name => Some(weekday(name).filter(|_| self.is_capitalised(next + 1) && nth <= 5)?),
        };
        let of = next + 2;
        if !matches!(self.lower(of), "of" | "in") {
            return None;
        }
        if self.lower(of + 1) == "the" && self.lower(of + 2) == "month" {
            let within = Within::Unit(Unit::Month, Shift::This);
            return Some((Expression::WeekdayOf { nth, day, within }, of + 3));
        }
        if let Some(year) = self.year_number(of + 1).filter(|_| dated.is_none()) {
            return Some((Expression::WeekdayOf { nth, day, within: Within::Year(year) }, of + 2));
        }
        let (within, end) = match (self.month(of + 1, true), self.unit(of + 1)) {
            (Some((Expression::Month { year, month, shift }, end)), _) => {
                (Within::Month { year, month, shift }, end)
            }
            (_, Some((Expression::Unit { unit: unit @ (Unit::Month | Unit::Year), shift }, end)))
                if unit == Unit::Month || dated.is_none() =>
            {
                (Within::Unit(unit, shift), end)
            }
            _ => return None,
        };
        Some((Expression::WeekdayOf { nth, day, within }, end))
    }

    /// "December 16", "Dec. 16, 2024", "16 December", "the 16th of December", "16-18 December".
    fn day_of_month(&self, at: usize) -> Option<(Expression, usize)> {
        let made = |month, (day, to): (i8, Option<i8>), end: usize| {
            let (year, end) = self.year_after(end);
            sayso_model::Date::new(year.unwrap_or(2000), month, day)?;
            Some((Expression::Day { year, month, day, to, weekday: None }, end))
        };
        if let Some(month) = self.month_name(at) {
            let next = at + 1 + usize::from(self.lower(at + 1) == "the");
            let (days, end) = self.days(next)?;
            // "March 12 people" would not be a date, but neither is "May 5,000".
            return made(month, days, end);
        }
        let next = at + usize::from(self.lower(at) == "the");
        let (days, end) = self.days(next)?;
        let month_at = end + usize::from(self.lower(end) == "of");
        if next > at && month_at == end {
            return None;
        }
        let month = self.month_name(month_at)?;
        made(month, days, month_at + 1)
    }

    /// One or two days of a month ("16", "16th", "16-18", "16 and 17").
    fn days(&self, at: usize) -> Option<((i8, Option<i8>), usize)> {
        let (first, end) = self.day_number(at)?;
        if matches!(self.lower(end), "-" | "to" | "and" | "or")
            && let Some((last, after)) = self.day_number(end + 1)
        {
            let follows_noun = self.words.get(after).is_some_and(|w| {
                self.within.contains(&after) && w.kind == WordKind::Letters && self.lower(end) != "-"
            });
            if last > first && (!follows_noun || self.month_name(after).is_some()) {
                return Some(((first, Some(last)), after));
            }
        }
        Some(((first, None), end))
    }

    fn day_number(&self, at: usize) -> Option<(i8, usize)> {
        // In words only if "of" introduces a month: "the first of October".
        if let Some(day) = ordinal(self.lower(at)) {
            let dated = self.lower(at + 1) == "of" && self.month_name(at + 2).is_some();
            return dated.then_some((day, at + 1));
        }
        let word = self.words.get(at).filter(|w| w.kind == WordKind::Digits && self.within.contains(&at))?;
        let day = word.text.parse::<i8>().ok().filter(|d| (1..=31).contains(d) && word.text.len() <= 2)?;
        let ordinal = self.joined(at + 1) && matches!(self.lower(at + 1), "st" | "nd" | "rd" | "th");
        let end = at + 1 + usize::from(ordinal);
        // "16%" and "$16" are not days.
        let unit = matches!(self.lower(end), "%" | "°") || matches!(self.previous(at), "$" | "€" | "£");
        (!unit).then_some((day, end))
    }

    /// ", 2024", "2024", "(2024)" or "[2024]" after a day or month.
    fn year_after(&self, at: usize) -> (Option<i16>, usize) {
        let closed = matches!((self.lower(at), self.lower(at + 2)), ("(", ")") | ("[", "]"));
        if let Some(year) = self.year_number(at + 1).filter(|y| closed && (1900..2100).contains(y)) {
            return (Some(year), at + 3);
        }
        let next = at + usize::from(self.lower(at) == ",");
        match self.year_number(next) {
            Some(year) if (1900..2100).contains(&year) => (Some(year), next + 1),
            _ => (None, at),
        }
    }

    fn year_number(&self, at: usize) -> Option<i16> {
        let word = self.words.get(at).filter(|w| w.kind == WordKind::Digits && self.within.contains(&at))?;
        word.text.parse().ok().filter(|y| word.text.len() == 4 && (1000..2101).contains(y))
    }

    /// A month's name; "May" and "March" only if they can be no other word.
    fn month_name(&self, at: usize) -> Option<i8> {
        let lower = self.lower(at);
        let month = month(lower)?;
        if !self.is_capitalised(at) {
            return None;
        }
        let short = lower.trim_end_matches('.').len() <= 4 && !words::is(Set::ShortMonths, lower);
        if short
            && !lower.ends_with('.')
            && !self.is_digits(at + 1)
            && !self.previous(at).bytes().all(|b| b.is_ascii_digit())
        {
            return None;
        }
        Some(month)
    }

    /// "August", "last March", "November 2024", "May of this year".
    fn month(&self, at: usize, after_part: bool) -> Option<(Expression, usize)> {
        let (shift, next) = self.shift(at);
        let month = self.month_name(next)?;
        let mut end = next + 1;
        let mut year = YearOf::Unknown;
        if let (Some(written), after) = self.year_after(end) {
            (year, end) = (YearOf::Written(written), after);
        } else {
            let of = end + usize::from(self.lower(end) == "of");
            if let Some((Expression::Unit { unit: Unit::Year, shift }, after)) = self.unit(of) {
                (year, end) = (YearOf::Shifted(shift), after);
            } else if let Some(written) = self.year_number(of).filter(|_| of > end) {
                (year, end) = (YearOf::Written(written), of + 1);
            }
        }
        let doubtful =
            words::is(Set::MonthsAsWords, self.lower(next)) && year == YearOf::Unknown && shift.is_none();
        let supported = [
            "in", "by", "since", "until", "till", "of", "during", "from", "before", "after", "through", "to",
            "into", "and", "between", "around", "every", "for", "early", "mid", "late", "-",
        ]
        .contains(&self.previous(at));
        // "August's floods"
        let owns = self.lower(end) == "'" && self.lower(end + 1) == "s" && self.lower(next) != "may";
        if doubtful && !after_part && !supported && !owns {
            return None;
        }
        let dated =
            ["in", "since", "until", "till", "during", "early", "mid", "late"].contains(&self.previous(at));
        let bare = year == YearOf::Unknown && shift.is_none() && !after_part && !dated;
        if bare && self.is_a_name(next, end) {
            return None;
        }
        Some((Expression::Month { year, month, shift }, end))
    }

    /// "June Carter", "the office of May's deputy": true for months that are also names, before a surname or as a possessor.
    fn is_a_name(&self, month: usize, end: usize) -> bool {
        let first = words::is(Set::MonthsAsNames, self.lower(month));
        let surname = self.is_capitalised(end)
            && self
                .words
                .get(end)
                .is_some_and(|w| w.kind == WordKind::Letters && w.text != w.text.to_uppercase());
        let owner = self.lower(end) == "'" && self.lower(end + 1) == "s";
        first && (surname || owner && self.lower(month) == "may")
    }

    /// "2022", "1990s".
    fn year(&self, at: usize, after_part: bool) -> Option<(Expression, usize)> {
        let year = self.year_number(at)?;
        if self.lower(at + 1) == "s" && self.joined(at + 1) {
            return (year % 10 == 0).then_some((Expression::Decade(year), at + 2));
        }
        let led = [
            "in", "since", "by", "until", "till", "of", "during", "before", "after", "from", "late", "early",
            "mid", "through", "between", "year", "around", "circa", "to", "and", "spring", "summer",
            "autumn", "winter",
        ]
        .contains(&self.previous(at));
        if self.joined(at) && matches!(self.previous(at), "$" | "€" | "£" | "+" | "." | "#") {
            return None;
        }
        let adjective = matches!(self.previous(at), "the" | "a" | "his" | "her" | "its" | "their" | "s")
            && self
                .words
                .get(at + 1)
                .is_some_and(|w| self.within.contains(&(at + 1)) && w.kind == WordKind::Letters);
        let follows = self.words.get(at + 1).filter(|_| self.within.contains(&(at + 1)));
        let bare = follows.is_none_or(|w| {
            w.kind != WordKind::Letters
                || [
                    "and", "or", "to", "but", "when", "while", "as", "after", "before", "that", "who",
                    "which", "under", "by", "with", "in", "on", "at", "for", "from", "was", "is", "had",
                    "has", "were", "the",
                ]
                .contains(&w.lower.as_str())
        });
        let bracket = self.previous(at) == "(" && self.lower(at + 1) == ")";
        let recent = (1900..2101).contains(&year);
        // "in 2000 people's homes": a year is not followed by what it would count.
        if recent
            && (after_part
                || bracket
                || adjective
                || led && bare
                || led && self.previous(at) != "of" && !self.counts(at + 1))
        {
            return Some((Expression::Year(year), at + 1));
        }
        (year < 1900 && led && bare && matches!(self.previous(at), "in" | "since"))
            .then_some((Expression::Year(year), at + 1))
    }

    /// True if a word looks like a plural noun that a number before it would count.
    fn counts(&self, at: usize) -> bool {
        let lower = self.lower(at);
        words::is(Set::CountedAfterYear, lower)
            || (lower.len() > 3 && lower.ends_with('s') && !lower.ends_with("ss") && !self.is_capitalised(at))
    }

    /// "this summer", "winter 2023".
    fn season(&self, at: usize, after_part: bool) -> Option<(Expression, usize)> {
        let (shift, next) = self.shift(at);
        let season = names::season(self.lower(next))?;
        let of = next + 1 + usize::from(self.lower(next + 1) == "of");
        if let Some(year) = self.year_number(of) {
            return Some((Expression::Season { season, year: Some(year), shift: None }, of + 1));
        }
        let article = self.previous(at) == "the"
            && matches!(
                at.checked_sub(2).map_or("", |i| self.lower(i)),
                "in" | "during" | "by" | "since" | "until" | "over"
            );
        let bare = matches!(self.previous(at), "in" | "by" | "since") && self.lower(next) != "fall";
        (shift.is_some() || article || bare || after_part)
            .then_some((Expression::Season { season, year: None, shift }, next + 1))
    }

    /// "today", "yesterday", "the day before yesterday", "last night", "this morning".
    fn deictic(&self, at: usize) -> Option<(Expression, usize)> {
        let day = Expression::FromPublication;
        if self.lower(at) == "the" && self.lower(at + 1) == "day" {
            match (self.lower(at + 2), self.lower(at + 3)) {
                ("before", "yesterday") => return Some((day(-2), at + 4)),
                ("after", "tomorrow") => return Some((day(2), at + 4)),
                _ => {}
            }
        }
        // "The Today programme"
        if self.is_capitalised(at) && self.previous(at) == "the" {
            return None;
        }
        Some(match (self.lower(at), self.lower(at + 1)) {
            ("today" | "tonight", _) => (day(0), at + 1),
            ("yesterday", _) => (day(-1), at + 1),
            ("tomorrow", _) => (day(1), at + 1),
            ("last", "night") => (day(-1), at + 2),
            ("this", "morning" | "afternoon" | "evening") => (day(0), at + 2),
            _ => return None,
        })
    }

    /// "the first half of this year", "the third quarter", "Q3 2024".
    fn quarter(&self, at: usize) -> Option<(Expression, usize)> {
        let lower = self.lower(at);
        if lower == "q" && self.joined(at + 1)
            || lower == "h" && self.joined(at + 1) && self.is_capitalised(at)
        {
            let which: i8 = self.lower(at + 1).parse().ok()?;
            let (length, most) = if lower == "q" { (3, 4) } else { (6, 2) };
            if !(1..=most).contains(&which) {
                return None;
            }
            let of = at + 2 + usize::from(self.lower(at + 2) == "of");
            let (year, end) = self.year_of(of).unwrap_or((YearOf::Unknown, at + 2));
            let first = 1 + (which - 1) * i8::try_from(length).ok()?;
            return Some((Expression::YearPart { first, length, year }, end));
        }
        let next = at + usize::from(lower == "the");
        let which = match self.lower(next) {
            "last" | "final" if next > at => 4,
            word => ordinal(word).filter(|&n| n < 4 || n == 4 && next > at)?,
        };
        let (length, which) = match self.lower(next + 1) {
            "half" if which != 3 => (6, which.min(2)),
            "quarter" => (3, which),
            _ => return None,
        };
        let first = 1 + (which - 1) * i8::try_from(length).ok()?;
        let of = next + 2 + usize::from(self.lower(next + 2) == "of");
        match self.year_of(of) {
            Some((year, end)) => Some((Expression::YearPart { first, length, year }, end)),
            // "the first half" alone may be that of a match.
            None if length == 3 => {
                Some((Expression::YearPart { first, length, year: YearOf::Unknown }, next + 2))
            }
            None => None,
        }
    }

    fn year_of(&self, at: usize) -> Option<(YearOf, usize)> {
        if let Some(year) = self.year_number(at) {
            return Some((YearOf::Written(year), at + 1));
        }
        if self.lower(at) == "the" && self.lower(at + 1) == "year" {
            return Some((YearOf::Shifted(Shift::This), at + 2));
        }
        match self.unit(at)? {
            (Expression::Unit { unit: Unit::Year, shift }, end) => Some((YearOf::Shifted(shift), end)),
            _ => None,
        }
    }

    /// "the same day", "that week", "a day earlier", "three weeks later", "the following month", "the day before".
    fn leaning(&self, at: usize) -> Option<(Expression, usize)> {
        let before = |count, unit, end| Some((Expression::FromBefore { count, unit }, end));
        let article = usize::from(self.lower(at) == "the");
        let word = self.lower(at + article);
        if let Some((unit, plural)) = unit(self.lower(at + article + 1)) {
            let shift = match word {
                "same" if article == 1 => Some(0),
                "following" | "next" if article == 1 && unit <= Unit::Day => Some(1),
                "following" if article == 1 => Some(1),
                "previous" | "preceding" if article == 1 => Some(-1),
                "that" if article == 0 && !plural => Some(0),
                _ => None,
            };
            if let Some(count) = shift.filter(|_| !plural && unit > Unit::Hour) {
                return before(count, unit, at + article + 2);
            }
        }
        if article == 1 && word == "day" && !self.is_clause(at + 3) {
            match self.lower(at + 2) {
                "before" => return before(-1, Unit::Day, at + 3),
                "after" => return before(1, Unit::Day, at + 3),
                _ => {}
            }
        }
        let (count, next) = self.count(at)?;
        let (unit, _) = unit(self.lower(next))?;
        if unit <= Unit::Hour {
            return None;
        }
        match self.lower(next + 1) {
            "earlier" | "before" | "previously"
                if !self.is_clause(next + 2) || self.lower(next + 1) == "earlier" =>
            {
                before(-count?, unit, next + 2)
            }
            "later" | "afterwards" | "afterward" => before(count?, unit, next + 2),
            _ => None,
        }
    }

    /// True if "before" or "after" governs what follows instead of closing the expression.
    fn is_clause(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| self.within.contains(&at) && w.kind != WordKind::Mark)
    }

    /// "the past week", "the last three days", "the coming days", "recent months".
    fn stretch(&self, at: usize) -> Option<(Expression, usize)> {
        let article = usize::from(matches!(self.lower(at), "the" | "these"));
        let back = match self.lower(at + article) {
            "past" | "previous" | "recent" => true,
            "last" if article == 1 || self.count_of_units(at + 1) => true,
            "coming" => false,
            "next" if article == 1 || self.count_of_units(at + 1) => false,
            _ => return None,
        };
        let recent = self.lower(at + article) == "recent";
        let next = at + article + 1;
        let (count, next) = match self.count(next) {
            Some((count, next)) => (count, next),
            None => (Some(1), next + usize::from(matches!(self.lower(next), "few" | "couple" | "several"))),
        };
        let (unit, plural) = unit(self.lower(next))?;
        let stated = if plural && next == at + article + 1 || recent { None } else { count };
        let vague = matches!(self.lower(next.checked_sub(1)?), "few" | "several" | "couple" | "of");
        if unit == Unit::Weekend {
            return None;
        }
        Some((Expression::Stretch { count: stated.filter(|_| !vague), unit, back }, next + 1))
    }

    fn count_of_units(&self, at: usize) -> bool {
        self.count(at).is_some_and(|(_, next)| unit(self.lower(next)).is_some_and(|u| u.1))
    }

    /// "last week", "this year", "next month", "the weekend".
    fn unit(&self, at: usize) -> Option<(Expression, usize)> {
        let (shift, next) = self.shift(at);
        if self.lower(at) == "the" && matches!(self.lower(at + 1), "weekend" | "week-end") {
            return Some((Expression::Unit { unit: Unit::Weekend, shift: Shift::This }, at + 2));
        }
        let shift = shift?;
        let (unit, plural) = unit(self.lower(next))?;
        // "the last day of school", "this minute", "next time".
        if plural || unit <= Unit::Hour || unit == Unit::Day && shift != Shift::This {
            return None;
        }
        Some((Expression::Unit { unit, shift }, next + 1))
    }

    /// "three days ago", "in three days", "within 48 hours", "for three days", "three years".
    fn counted(&self, at: usize) -> Option<(Expression, usize)> {
        let (count, next) = self.count(at)?;
        let next = next + usize::from(words::is(Set::UnitModifiers, self.lower(next)));
        let hyphen = usize::from(self.lower(next) == "-");
        let (unit, plural) = unit(self.lower(next + hyphen))?;
        let end = next + hyphen + 1;
        // An age is not a time: "34 years old", "34-year-old", "aged three years".
        if self.lower(end) == "old"
            || self.lower(end) == "-" && self.lower(end + 1) == "old"
            || self.previous(at) == "aged"
        {
            return None;
        }
        if self.lower(end) == "ago" {
            return Some(match count {
                // "two weeks ago today", "a week ago yesterday"
                Some(count) if unit == Unit::Week && matches!(self.lower(end + 1), "today" | "yesterday") => {
                    let yesterday = i64::from(self.lower(end + 1) == "yesterday");
                    (Expression::FromPublication(-7 * count - yesterday), end + 2)
                }
                Some(count) => (Expression::Ago { count, unit }, end + 1),
                None => (Expression::Stretch { count: None, unit, back: true }, end + 1),
            });
        }
        // "for the first time in six years", "the worst flood in a century" refer to the past.
        let behind = at.checked_sub(2).map_or("", |i| self.lower(i));
        let rarest = behind == "time"
            || (behind.len() > 4 && behind.ends_with("est"))
            || at.checked_sub(3).is_some_and(|i| {
                let word = self.lower(i);
                matches!(word, "first" | "most" | "worst" | "least")
                    || word.len() > 4 && word.ends_with("est")
            });
        let ahead =
            matches!(self.previous(at), "in" | "within") && !rarest && hyphen == 0 && unit > Unit::Hour;
        if ahead && count.is_some() && (plural || matches!(self.lower(at), "a" | "one")) {
            return Some(if self.previous(at) == "within" {
                (Expression::Stretch { count, unit, back: false }, end)
            } else {
                (Expression::Ago { count: -count?, unit }, end)
            });
        }
        // "a day" and "an hour" alone are rates or nothing ("30 a day").
        let article = matches!(self.lower(at), "a" | "an");
        (!article && (plural || hyphen == 1 || matches!(self.lower(at), "one"))
            || article && self.previous(at) == "for")
            .then_some((Expression::Duration, end))
    }

    /// A small count: "three", "3", "a", "a couple of", "several" (`None`: not stated).
    fn count(&self, at: usize) -> Option<(Option<i64>, usize)> {
        let lower = self.lower(at);
        if self.is_digits(at) {
            return Some((lower.replace(',', "").parse().ok().filter(|&n: &i64| n < 100_000), at + 1));
        }
        if matches!(lower, "several" | "many" | "few" | "some") {
            return Some((None, at + 1));
        }
        if lower == "a" && matches!(self.lower(at + 1), "few" | "couple" | "number") {
            return Some((None, at + 2 + usize::from(self.lower(at + 2) == "of")));
        }
        let small = |word: &str| below_hundred(word).filter(|n| (1..20).contains(n));
        if let Some(ten) = below_hundred(lower).filter(|&n| n >= 20) {
            let one = small(self.lower(at + 2))
                .filter(|&n| n < 10 && self.lower(at + 1) == "-" && self.joined(at + 1));
            return Some(match one {
                Some(one) => (Some(ten + one), at + 3),
                None => (Some(ten), at + 1),
            });
        }
        match lower {
            "a" | "an" => Some((Some(1), at + 1)),
            _ => small(lower).map(|n| (Some(n), at + 1)),
        }
    }

    fn shift(&self, at: usize) -> (Option<Shift>, usize) {
        match self.lower(at) {
            "last" | "past" => (Some(Shift::Last), at + 1),
            "this" => (Some(Shift::This), at + 1),
            "next" | "coming" => (Some(Shift::Next), at + 1),
            "the"
                if matches!(self.lower(at + 1), "coming" | "past")
                    && weekday(self.lower(at + 2)).is_some() =>
            {
                (Some(if self.lower(at + 1) == "coming" { Shift::Next } else { Shift::Last }), at + 2)
            }
            _ => (None, at),
        }
    }
}

impl PartialOrd for Unit {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        (*self as u8).partial_cmp(&(*other as u8))
    }
}
