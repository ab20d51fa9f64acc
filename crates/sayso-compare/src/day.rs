//! Dates as day numbers, for intervals.

use sayso_model::Date;

/// Days since 0000-03-01 in the proleptic Gregorian calendar: exact for the difference of any two dates.
pub(crate) fn number(date: Date) -> i64 {
    let month = (i64::from(date.month()) + 9) % 12;
    let year = i64::from(date.year()) - i64::from(month >= 10);
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 306 + 5) / 10
        + i64::from(date.day())
        - 1
}

/// Days from `a` to `b`; negative if `b` is earlier.
pub(crate) fn between(a: Date, b: Date) -> i64 {
    number(b) - number(a)
}

/// True for the name of a weekday or month.
pub(crate) fn is_calendar_word(word: &str) -> bool {
    const DAYS: &[&str] =
        &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "yesterday"];
    const MONTHS: &[&str] = &[
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
    let folded = word.to_lowercase();
    DAYS.contains(&folded.as_str()) || MONTHS.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use sayso_model::Date;

    use super::between;

    #[test]
    fn days_are_counted() {
        let date = |s| Date::parse(s).unwrap();
        assert_eq!(between(date("2024-02-28"), date("2024-03-01")), 2);
        assert_eq!(between(date("2024-12-19"), date("2025-01-13")), 25);
        assert_eq!(between(date("2025-01-13"), date("2024-12-19")), -25);
        assert_eq!(between(date("1999-12-31"), date("2001-01-01")), 367);
    }
}
