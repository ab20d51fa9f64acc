//! Names of months, weekdays, seasons and units, and ordinal numbers: `data/calendar.tsv`. Words are in lower case.

use std::{collections::BTreeMap, sync::OnceLock};

use super::calendar::Unit;
use crate::lexicon::rows;

/// The value of a word of one kind, as the data has it.
fn value(kind: &str, word: &str) -> Option<&'static str> {
    static VALUES: OnceLock<BTreeMap<(&'static str, &'static str), &'static str>> = OnceLock::new();
    let values = VALUES.get_or_init(|| {
        let mut values = BTreeMap::new();
        for row in rows(sayso_data::CALENDAR) {
            let [kind, value, forms] = row[..] else { continue };
            values.extend(forms.split(';').map(|form| ((kind, form), value)));
        }
        values
    });
    values.get(&(kind, word)).copied()
}

/// A month's number, by its name or its abbreviation.
pub(super) fn month(word: &str) -> Option<i8> {
    value("month", word.trim_end_matches('.'))?.parse().ok()
}

/// A weekday's number, by its name or its abbreviation; Monday is 0.
pub(super) fn weekday(word: &str) -> Option<i8> {
    value("weekday", word.trim_end_matches('.'))?.parse().ok()
}

/// The month and the day of a holiday, by its name ("christmas day").
pub(super) fn holiday(words: &str) -> Option<(i8, i8)> {
    let (month, day) = value("holiday", words)?.split_once('-')?;
    Some((month.parse().ok()?, day.parse().ok()?))
}

/// A season's number; spring is 0.
pub(super) fn season(word: &str) -> Option<u8> {
    value("season", word)?.parse().ok()
}

/// An ordinal number in one word, up to "twentieth".
pub(super) fn ordinal(word: &str) -> Option<i8> {
    value("ordinal", word)?.parse().ok()
}

/// The unit that a word names, and whether it is plural.
pub(super) fn unit(word: &str) -> Option<(Unit, bool)> {
    let unit = match value("unit", word)? {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "weekend" => Unit::Weekend,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        "decade" => Unit::Decade,
        _ => Unit::Century,
    };
    Some((unit, word.ends_with('s')))
}

#[cfg(test)]
mod tests {
    use super::{month, ordinal, season, unit, weekday};
    use crate::time::calendar::Unit;

    #[test]
    fn names_are_read() {
        assert_eq!((month("january"), month("sept."), month("monday")), (Some(1), Some(9), None));
        assert_eq!((weekday("monday"), weekday("sun"), weekday("may")), (Some(0), Some(6), None));
        assert_eq!((season("spring"), season("fall"), season("day")), (Some(0), Some(2), None));
        assert_eq!((ordinal("first"), ordinal("twentieth"), ordinal("one")), (Some(1), Some(20), None));
        assert!(matches!(unit("century"), Some((Unit::Century, false))));
        assert!(matches!(unit("seconds"), Some((Unit::Minute, true))));
        assert!(unit("metre").is_none());
    }
}
