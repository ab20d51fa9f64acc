//! Dates as heads of reports write them. A date is read only if it is unambiguous; `03/04/2024`, which is in March in some
//! countries and in April in others, is not.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};
use sayso_model::Date;

/// A date of publication as stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedDate {
    /// The day, in the stated time zone.
    pub date: Date,
    /// The instant in RFC 3339, if time and zone are stated too.
    pub instant: Option<String>,
}

/// Month names and their abbreviations in the languages of the pages that most often reach an English-language desk.
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "jan",
        "januar",
        "jänner",
        "janvier",
        "enero",
        "ene",
        "gennaio",
        "gen",
        "janeiro",
        "januari",
        "styczeń",
        "stycznia",
        "января",
        "січня",
        "ocak",
        "ledna",
    ],
    &[
        "february",
        "feb",
        "februar",
        "feber",
        "février",
        "févr",
        "febrero",
        "febbraio",
        "fevereiro",
        "fev",
        "februari",
        "luty",
        "lutego",
        "февраля",
        "лютого",
        "şubat",
        "února",
    ],
    &[
        "march",
        "mar",
        "märz",
        "mär",
        "mrz",
        "mars",
        "marzo",
        "março",
        "maart",
        "mrt",
        "marzec",
        "marca",
        "марта",
        "березня",
        "mart",
        "maret",
        "marts",
        "března",
    ],
    &[
        "april",
        "apr",
        "avril",
        "avr",
        "abril",
        "abr",
        "aprile",
        "kwiecień",
        "kwietnia",
        "апреля",
        "квітня",
        "nisan",
        "dubna",
    ],
    &[
        "may",
        "mai",
        "mayo",
        "maggio",
        "mag",
        "maio",
        "mei",
        "maj",
        "maja",
        "мая",
        "травня",
        "mayıs",
        "května",
    ],
    &[
        "june",
        "jun",
        "juni",
        "juin",
        "junio",
        "giugno",
        "giu",
        "junho",
        "czerwiec",
        "czerwca",
        "июня",
        "червня",
        "haziran",
        "června",
    ],
    &[
        "july",
        "jul",
        "juli",
        "juillet",
        "juil",
        "julio",
        "luglio",
        "lug",
        "julho",
        "lipiec",
        "lipca",
        "июля",
        "липня",
        "temmuz",
        "července",
    ],
    &[
        "august",
        "aug",
        "août",
        "agosto",
        "ago",
        "augustus",
        "sierpień",
        "sierpnia",
        "августа",
        "серпня",
        "ağustos",
        "agustus",
        "augusti",
        "srpna",
    ],
    &[
        "september",
        "sep",
        "sept",
        "septembre",
        "septiembre",
        "settembre",
        "set",
        "setembro",
        "wrzesień",
        "września",
        "сентября",
        "вересня",
        "eylül",
        "září",
    ],
    &[
        "october",
        "oct",
        "oktober",
        "okt",
        "octobre",
        "octubre",
        "ottobre",
        "ott",
        "outubro",
        "out",
        "październik",
        "października",
        "октября",
        "жовтня",
        "ekim",
        "října",
    ],
    &[
        "november",
        "nov",
        "novembre",
        "noviembre",
        "novembro",
        "listopad",
        "listopada",
        "ноября",
        "листопада",
        "kasım",
        "listopadu",
    ],
    &[
        "december",
        "dec",
        "dezember",
        "dez",
        "décembre",
        "déc",
        "diciembre",
        "dic",
        "dicembre",
        "dezembro",
        "grudzień",
        "grudnia",
        "декабря",
        "грудня",
        "aralık",
        "desember",
        "prosince",
    ],
];

fn month(name: &str) -> Option<i8> {
    let name = name.trim_end_matches('.').to_lowercase();
    let at = MONTHS.iter().position(|names| names.contains(&name.as_str()))?;
    i8::try_from(at + 1).ok()
}

const TIME: &str = r"(?:,?\s*(?:T|at|um|\|)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|[A-Z]{2,4}(?:[+-]\d{2}:?\d{2})?|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?";

#[allow(clippy::expect_used, reason = "the patterns are constants, compiled in the tests")]
fn pattern(start: &str) -> Regex {
    Regex::new(&format!("^{start}{TIME}(?:\\W|$)")).expect("a constant pattern")
}

/// The order of a numeric day and month if nothing else determines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayOrder {
    /// The day comes first.
    DayFirst,
    /// Either may.
    Unknown,
}

/// 28.09.19, if the day is known to come first.
static SHORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:\p{L}+\.?,?\s+)?(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<short>\d{2})")
});

static FORMS: LazyLock<[Regex; 9]> = LazyLock::new(|| {
    [
        // 2024-12-19, 2024/12/19, 2024.12.19
        pattern(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
        // 20241219, 20241219T063000Z
        Regex::new(r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z|[+-]\d{4})?)?$")
            .unwrap_or_else(|_| pattern("$.")),
        // Thu, 19 Dec 2024 06:40:00 GMT; 19. Dezember 2024; 19 de diciembre de 2024; 1st March 2024
        pattern(r"(?:\p{L}+\.?(?:,\s*|\s+))?(?:(?:den|le|on|el|il)\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]+(?:of\s+|de\s+)?(?P<name>\p{L}{3,12})\.?,?[\s-]+(?:de\s+)?(?P<year>\d{4})"),
        // Thursday, December 19, 2024; Dec. 19 2024; Thu Dec 19 2024
        pattern(r"(?:\p{L}+\.?,?\s+)?(?P<name>\p{L}{3,12})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
        // 19.12.2024
        pattern(r"(?:\p{L}+\.?,?\s+)?(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})"),
        // 19/12/2024, if the day cannot be a month; 12/19/2024 likewise
        pattern(r"(?P<first>\d{1,2})[/-](?P<last>\d{1,2})[/-](?P<year>\d{4})"),
        // 2024年12月19日, 2024년 12월 19일
        pattern(r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"),
        // Thu, 19 Dec 24 06:40 GMT: mails and old feeds have two-digit years, and always a time
        Regex::new(r"^(?:\p{L}{3,5}\.?,\s*)?(?P<day>\d{1,2}) (?P<name>\p{L}{3})\.? (?P<short>\d{2}) (?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<zone>[+-]\d{4}|[A-Z]{1,4})?(?:\W|$)")
            .unwrap_or_else(|_| pattern("$.")),
        // Thu Dec 19 06:40:00 +0000 2024, and as the C library writes it, Thu Dec 19 06:40:00 2024
        Regex::new(r"^\p{L}{3} (?P<name>\p{L}{3})  ?(?P<day>\d{1,2}) (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) (?:(?P<zone>[+-]\d{4}|[A-Z]{3,4}) )?(?P<year>\d{4})$")
            .unwrap_or_else(|_| pattern("$.")),
    ]
});

/// The date that a string begins with, in any of the common written forms; `None` if there is none, if the day does not exist or
/// if day and month are ambiguous.
#[must_use]
pub fn parse_date(written: &str) -> Option<StatedDate> {
    parse_date_as(written, DayOrder::Unknown)
}

/// Like [`parse_date`], given the order of day and month in digits.
pub(crate) fn parse_date_as(written: &str, order: DayOrder) -> Option<StatedDate> {
    let mut written = written.trim();
    // No date is longer; the limit keeps hostile input cheap.
    if let Some((end, _)) = written.char_indices().nth(80) {
        written = written.get(..end)?;
    }
    let short = (order == DayOrder::DayFirst).then_some(&*SHORT);
    FORMS.iter().chain(short).find_map(|form| form.captures(written).and_then(|found| read(&found, order)))
}

fn read(found: &Captures<'_>, order: DayOrder) -> Option<StatedDate> {
    let number = |name| found.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
    let year = number("year")
        .or_else(|| number("short").map(|short| if short < 70 { 2000 + short } else { 1900 + short }))?;
    let (month, day) = if let Some(name) = found.name("name") {
        (month(name.as_str())?, number("day")?)
    } else if let (Some(first), Some(last)) = (number("first"), number("last")) {
        match (first, last) {
            (13.., ..=12) => (i8::try_from(last).ok()?, first),
            (..=12, 13..) => (i8::try_from(first).ok()?, last),
            (same, other) if same == other => (i8::try_from(same).ok()?, same),
            (first, last) if order == DayOrder::DayFirst => (i8::try_from(last).ok()?, first),
            _ => return None,
        }
    } else {
        (i8::try_from(number("month")?).ok()?, number("day")?)
    };
    let date = Date::new(year, month, i8::try_from(day).ok()?)?;
    if !(1700..=2200).contains(&year) {
        return None;
    }
    Some(StatedDate { date, instant: instant(date, found) })
}

fn instant(date: Date, found: &Captures<'_>) -> Option<String> {
    let number = |name| found.name(name).and_then(|m| m.as_str().parse::<u8>().ok());
    let mut hour = number("hour")?;
    match found.name("half").map(|m| m.as_str().as_bytes().first().copied().unwrap_or(b'a')) {
        Some(b'p' | b'P') if hour < 12 => hour += 12,
        Some(b'a' | b'A') if hour == 12 => hour = 0,
        _ => {}
    }
    let (minute, second) = (number("minute")?, number("second").unwrap_or(0));
    let offset = offset(found.name("zone")?.as_str())?;
    (hour < 24 && minute < 60 && second <= 60)
        .then(|| format!("{date}T{hour:02}:{minute:02}:{second:02}{offset}"))
}

/// A day of a year (`2024-065`) or of a week (`2024-W10-2`) as ISO 8601 writes it, as a day of a month, with what follows it;
/// anything else as it is.
pub(crate) fn calendar_date(written: &str) -> Cow<'_, str> {
    let found = ISO_DAY.captures(written.trim());
    let day = found.as_ref().and_then(|found| {
        let number = |name| found.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
        let year = number("year")?;
        Some(match (number("ordinal"), number("week"), number("weekday")) {
            (Some(ordinal), ..) => {
                jiff::civil::Date::new(year, 1, 1).ok()?.with().day_of_year(ordinal).build().ok()?
            }
            (_, Some(week), Some(weekday)) => {
                let weekday =
                    jiff::civil::Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?).ok()?;
                jiff::civil::ISOWeekDate::new(year, i8::try_from(week).ok()?, weekday).ok()?.date()
            }
            _ => return None,
        })
    });
    let rest = found.as_ref().and_then(|found| found.name("rest")).map_or("", |rest| rest.as_str());
    day.map_or(Cow::Borrowed(written), |day| Cow::Owned(format!("{day}{rest}")))
}

static ISO_DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<year>\d{4})-?(?:(?P<ordinal>\d{3})|W(?P<week>\d{2})-?(?P<weekday>[1-7]))(?P<rest>T.*)?$",
    )
    .unwrap_or_else(|_| pattern("$."))
});

/// A time zone as RFC 3339 writes it. Only abbreviations with a single meaning in news are read.
fn offset(zone: &str) -> Option<String> {
    let zone = zone.strip_prefix("GMT").or_else(|| zone.strip_prefix("UTC")).unwrap_or(zone);
    let fixed = match zone {
        "" | "Z" | "UT" => "Z",
        "EST" => "-05:00",
        "EDT" => "-04:00",
        "CDT" => "-05:00",
        "MST" => "-07:00",
        "MDT" => "-06:00",
        "PST" => "-08:00",
        "PDT" => "-07:00",
        "CET" | "MEZ" => "+01:00",
        "CEST" | "MESZ" | "EET" => "+02:00",
        "EEST" | "MSK" => "+03:00",
        "JST" | "KST" => "+09:00",
        _ => "",
    };
    if !fixed.is_empty() {
        return Some(fixed.to_owned());
    }
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "00"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let sign = zone.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    (hours.parse::<u8>().ok()? < 24 && minutes.parse::<u8>().ok()? < 60)
        .then(|| format!("{sign}{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::{DayOrder, parse_date, parse_date_as};

    fn day(written: &str) -> Option<String> {
        parse_date(written).map(|d| d.date.to_string())
    }

    #[test]
    fn common_forms_are_read() {
        for written in [
            "2024-12-19",
            "2024-12-19T06:40:00Z",
            "2024-12-19 06:40",
            "2024/12/19",
            "20241219",
            "20241219T064000Z",
            "Thu, 19 Dec 2024 06:40:00 GMT",
            "19 December 2024",
            "Thursday, December 19, 2024",
            "Dec. 19, 2024",
            "19. Dezember 2024",
            "19 de diciembre de 2024",
            "19 décembre 2024 à 12:00",
            "19.12.2024",
            "19/12/2024",
            "12/19/2024",
            "Thu Dec 19 06:40:00 +0000 2024",
            "Thu Dec 19 06:40:00 2024",
            "Thu Dec 19 2024 06:40:00 GMT+0000 (UTC)",
            "December 19th, 2024 at 6:40 PM EST",
            "Do, 19. Dez. 2024",
            "19 декабря 2024, 13:43",
            "19 Aralık 2024",
            "THU,19 DEC 2024 06:40:00",
            "Thu, 19 Dec 2024 06:40:00 AEDT",
            "Thu, 19 Dec 24 06:40 GMT",
            "19 Dec 24 06:40:00 -0500",
            "Thu, Dec 19 2024 06:40:00 PM",
            "gio, 19 dic 2024 06:40:00 GMT+0100",
            "2024年12月19日 08:00",
            "2024년 12월 19일",
        ] {
            assert_eq!(day(written).as_deref(), Some("2024-12-19"), "{written}");
        }
    }

    #[test]
    fn ambiguous_and_invalid_dates_are_rejected() {
        for written in [
            "03/04/2024",
            "2024",
            "",
            "December 2024",
            "2024-02-30",
            "Smarch 3, 2024",
            "yesterday",
            "20241319",
            "12345678901234567890",
            "19 Dec 24",
        ] {
            assert_eq!(day(written), None, "{written}");
        }
    }

    #[test]
    fn a_language_that_puts_the_day_first_is_unambiguous() {
        let day_first = |written| parse_date_as(written, DayOrder::DayFirst).map(|d| d.date.to_string());
        assert_eq!(day_first("03/04/2024").as_deref(), Some("2024-04-03"));
        assert_eq!(day_first("28.09.19, 12:44").as_deref(), Some("2019-09-28"));
        assert_eq!(day_first("28.09.98").as_deref(), Some("1998-09-28"));
        assert_eq!(day("28.09.19"), None);
        assert_eq!(day_first("28.09.1").as_deref(), None);
    }

    #[test]
    fn instants_need_a_zone() {
        let instant = |written| parse_date(written).and_then(|d| d.instant);
        assert_eq!(instant("2024-12-19T06:40:00Z").as_deref(), Some("2024-12-19T06:40:00Z"));
        assert_eq!(instant("2024-12-19T06:40:00.123+0100").as_deref(), Some("2024-12-19T06:40:00+01:00"));
        assert_eq!(instant("Dec. 19, 2024 6:40 PM EST").as_deref(), Some("2024-12-19T18:40:00-05:00"));
        assert_eq!(instant("Thu, 19 Dec 2024 06:40:00 GMT").as_deref(), Some("2024-12-19T06:40:00Z"));
        assert_eq!(instant("2024-12-19T06:40"), None);
        assert_eq!(instant("2024-12-19"), None);
    }
}
