//! Calendar arithmetic. `jiff` does the work; its types stay internal.

use jiff::{Span, civil};
use sayso_model::Date;

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Weekend,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
}

/// First and last day of a period.
pub(super) type Days = (Date, Date);

fn civil(date: Date) -> Option<civil::Date> {
    civil::Date::new(date.year(), date.month(), date.day()).ok()
}

fn date(civil: civil::Date) -> Option<Date> {
    Date::new(civil.year(), civil.month(), civil.day())
}

/// The day `count` days later (earlier for a negative count); `None` outside the years 1 to 9999.
pub(super) fn plus_days(from: Date, count: i64) -> Option<Date> {
    date(civil(from)?.checked_add(Span::new().try_days(count).ok()?).ok()?)
}

/// The day `count` units later; months and years keep the day of the month if it exists, otherwise the last one.
pub(super) fn plus(from: Date, count: i64, unit: Unit) -> Option<Date> {
    let span = match unit {
        Unit::Minute | Unit::Hour => return Some(from),
        Unit::Day => Span::new().try_days(count),
        Unit::Week | Unit::Weekend => Span::new().try_weeks(count),
        Unit::Month => Span::new().try_months(count),
        Unit::Quarter => Span::new().try_months(count.checked_mul(3)?),
        Unit::Year => Span::new().try_years(count),
        Unit::Decade => Span::new().try_years(count.checked_mul(10)?),
        Unit::Century => Span::new().try_years(count.checked_mul(100)?),
    };
    date(civil(from)?.checked_add(span.ok()?).ok()?)
}

/// The calendar unit that contains a day. Weeks begin on Monday (ISO 8601).
pub(super) fn holding(day: Date, unit: Unit) -> Option<Days> {
    Some(match unit {
        Unit::Minute | Unit::Hour | Unit::Day => (day, day),
        Unit::Week => {
            let monday = plus_days(day, -i64::from(weekday(day)?))?;
            (monday, plus_days(monday, 6)?)
        }
        Unit::Weekend => {
            let monday = plus_days(day, -i64::from(weekday(day)?))?;
            (plus_days(monday, 5)?, plus_days(monday, 6)?)
        }
        Unit::Month => month(day.year(), day.month())?,
        Unit::Quarter => months(day.year(), (day.month() - 1) / 3 * 3 + 1, 3)?,
        Unit::Year => year(day.year())?,
        Unit::Decade => years(day.year() / 10 * 10, 10)?,
        Unit::Century => years(day.year() / 100 * 100, 100)?,
    })
}

/// 0 for Monday to 6 for Sunday.
pub(super) fn weekday(day: Date) -> Option<i8> {
    Some(civil(day)?.weekday().to_monday_zero_offset())
}

pub(super) fn month(year: i16, month: i8) -> Option<Days> {
    months(year, month, 1)
}

/// `count` months from one on.
pub(super) fn months(year: i16, first: i8, count: i64) -> Option<Days> {
    let start = Date::new(year, first, 1)?;
    Some((start, plus_days(plus(start, count, Unit::Month)?, -1)?))
}

pub(super) fn year(year: i16) -> Option<Days> {
    years(year, 1)
}

fn years(first: i16, count: i16) -> Option<Days> {
    Some((Date::new(first.max(1), 1, 1)?, Date::new(first.checked_add(count - 1)?, 12, 31)?))
}

/// The last such weekday on or before a day.
pub(super) fn weekday_before(day: Date, wanted: i8) -> Option<Date> {
    plus_days(day, -i64::from((weekday(day)? - wanted).rem_euclid(7)))
}

/// The next such weekday on or after a day.
pub(super) fn weekday_after(day: Date, wanted: i8) -> Option<Date> {
    plus_days(day, i64::from((wanted - weekday(day)?).rem_euclid(7)))
}

/// Days between two days; negative if the second is earlier.
pub(super) fn days_between(from: Date, to: Date) -> Option<i64> {
    Some(i64::from(civil(from)?.until(civil(to)?).ok()?.get_days()))
}

/// A third of a period of months or of a month: 0 the first, 1 the middle, 2 the last. Months are divided at the 10th and the
/// 20th, years at the end of April and of August.
pub(super) fn third(of: Days, unit: Unit, which: u8) -> Option<Days> {
    let (start, end) = of;
    match unit {
        Unit::Month => {
            let day = |d| Date::new(start.year(), start.month(), d);
            Some(match which {
                0 => (start, day(10)?),
                1 => (day(11)?, day(20)?),
                _ => (day(21)?, end),
            })
        }
        Unit::Year => months(start.year(), 1 + 4 * i8::try_from(which.min(2)).ok()?, 4),
        Unit::Week => {
            let from = [0, 2, 4][usize::from(which.min(2))];
            let length = [1, 1, 2][usize::from(which.min(2))];
            let first = plus_days(start, from)?;
            Some((first, plus_days(first, length)?))
        }
        _ => {
            let length = days_between(start, end)? + 1;
            let first = plus_days(start, length * i64::from(which.min(2)) / 3)?;
            Some((first, plus_days(start, length * (i64::from(which.min(2)) + 1) / 3 - 1)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use sayso_model::Date;

    use super::{Unit, holding, month, plus, third, weekday, weekday_after, weekday_before};

    fn day(written: &str) -> Date {
        Date::parse(written).unwrap()
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(weekday(day("2023-07-03")), Some(0));
        assert_eq!(holding(day("2023-07-09"), Unit::Week), Some((day("2023-07-03"), day("2023-07-09"))));
        assert_eq!(weekday_before(day("2023-07-05"), 2), Some(day("2023-07-05")));
        assert_eq!(weekday_before(day("2023-07-05"), 3), Some(day("2023-06-29")));
        assert_eq!(weekday_after(day("2023-07-05"), 1), Some(day("2023-07-11")));
    }

    #[test]
    fn months_know_their_length() {
        assert_eq!(month(2024, 2), Some((day("2024-02-01"), day("2024-02-29"))));
        assert_eq!(plus(day("2023-03-31"), -1, Unit::Month), Some(day("2023-02-28")));
        assert_eq!(
            third(month(2023, 1).unwrap(), Unit::Month, 1),
            Some((day("2023-01-11"), day("2023-01-20")))
        );
        assert_eq!(plus(day("9999-12-31"), 1, Unit::Day), None);
    }
}
