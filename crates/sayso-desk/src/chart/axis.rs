//! The ticks of an axis.

use sayso_model::Date;

/// Values at which a scale from 0 to at least `top` has its ticks: a step of 1, 2 or 5 times a power of ten, whole
/// numbers if all values are.
pub(super) fn values(top: f64) -> Vec<f64> {
    let rough = (top / 4.0).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough);
    let mut step = step.unwrap_or(10.0 * power);
    if top >= 1.0 {
        step = step.max(1.0);
    }
    let count = (top / step).ceil().clamp(1.0, 10.0) as u32;
    (0..=count).map(|n| f64::from(n) * step).collect()
}

/// A tick's value, short: `0.5`, `40`, `2,500`, `1.5M`.
pub(super) fn short(value: f64) -> String {
    let scaled = |by: f64, unit: &str| {
        let number = format!("{:.2}", value / by);
        format!("{}{unit}", number.trim_end_matches('0').trim_end_matches('.'))
    };
    match value {
        v if v >= 1e9 => scaled(1e9, "bn"),
        v if v >= 1e6 => scaled(1e6, "M"),
        v if v >= 1000.0 => {
            let whole = v.round() as u64;
            format!("{},{:03}", whole / 1000, whole % 1000)
        }
        _ => scaled(1.0, ""),
    }
}

/// Days since 1 January 1970 (after Howard Hinnant's `days_from_civil`).
pub(super) fn number(day: Date) -> i64 {
    let (month, of_month) = (i64::from(day.month()), i64::from(day.day()));
    let year = i64::from(day.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + of_month - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day with this number.
pub(super) fn day(number: i64) -> Option<Date> {
    let shifted = number + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(of_month).ok()?)
}

/// Days at which a time axis has its ticks, at most six.
pub(super) fn days(first: i64, last: i64) -> Vec<i64> {
    let long = (last - first).max(0);
    let steps = [1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650];
    let step = steps.into_iter().find(|step| long / step < 6).unwrap_or(long / 5 + 1);
    (0..).map(|n| first + n * step).take_while(|day| *day <= last).collect()
}

#[cfg(test)]
mod tests {
    use super::{day, days, number, short, values};
    use sayso_model::Date;

    #[test]
    fn ticks_are_round() {
        assert_eq!(values(44.0), [0.0, 20.0, 40.0, 60.0]);
        assert_eq!(values(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(values(0.5), [0.0, 0.2, 0.4, 0.6000000000000001]);
        assert_eq!(days(0, 0), [0]);
        assert_eq!(days(10, 30), [10, 15, 20, 25, 30]);
        assert!((0..5000).all(|long| days(0, long).len() <= 6));
        let written: Vec<String> = [0.5, 40.0, 2500.0, 1_500_000.0, 2e9].into_iter().map(short).collect();
        assert_eq!(written, ["0.5", "40", "2,500", "1.5M", "2bn"]);
    }

    #[test]
    fn a_day_has_one_number() {
        for written in ["1970-01-01", "2000-02-29", "1999-12-31", "0001-01-01", "9999-12-31", "2024-03-01"] {
            let date = Date::parse(written).unwrap();
            assert_eq!(day(number(date)), Some(date));
        }
        assert_eq!(number(Date::parse("1970-01-02").unwrap()), 1);
        assert_eq!(
            number(Date::parse("2025-03-01").unwrap()) - number(Date::parse("2025-02-28").unwrap()),
            1
        );
    }
}
