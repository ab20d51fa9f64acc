//! Times of day that the blocks of a live blog show without a date: "14:32", "2:15 pm ET".

use std::sync::LazyLock;

use regex::Regex;

/// Minutes within which a live blog's first block follows its publication. If it does, the times are of the day and in
/// the time zone in which the publication is stated.
const FIRST: i32 = 60;
/// Minutes by which the first block may precede it: publication is often stamped a little later.
const BEFORE: i32 = 10;

/// A time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clock {
    /// Minutes since midnight.
    minutes: i32,
    /// The time zone, as written.
    zone: String,
}

impl Clock {
    /// The time of day that a text is. Without "am" or "pm" only what a clock of 24 hours shows, with two digits.
    pub(super) fn of(text: &str) -> Option<Self> {
        static CLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(
                r"(?i)^(?:at\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?\s*\(?(?P<zone>[a-z]{2,5})?\)?$",
            )
            .ok()
        });
        let found = CLOCK.as_ref()?.captures(text.trim())?;
        let number = |name| found.name(name).map_or(Some(0), |m| m.as_str().parse::<i32>().ok());
        let (hour, minute) = (number("hour")?, number("minute")?);
        let half = found.name("half").map(|half| half.as_str().to_ascii_lowercase());
        let hour = match half {
            Some(half) if (1..=12).contains(&hour) => hour % 12 + if half.starts_with('p') { 12 } else { 0 },
            None if found["hour"].len() == 2 && found.name("minute").is_some() => hour,
            _ => return None,
        };
        let zone = found.name("zone").map_or_else(String::new, |zone| zone.as_str().to_ascii_uppercase());
        (hour < 24 && minute < 60).then_some(Self { minutes: hour * 60 + minute, zone })
    }

    /// As a clock of 24 hours shows it.
    pub(super) fn written(&self) -> String {
        format!("{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

/// The instants of a live blog's blocks, in the blog's time zone, if there is no doubt about their day: all are in one time
/// zone and strictly in order, the earliest is right after the publication of the blog, and the page does not say that
/// it was changed on another day.
pub(super) fn instants(clocks: &[Clock], published_at: &str, changed: Option<&str>) -> Option<Vec<String>> {
    let (day, time) = published_at.split_once('T')?;
    if changed.is_some_and(|changed| changed != day) {
        return None;
    }
    let published = Clock::of(time.get(..5)?)?.minutes;
    let offset = time.find(['Z', '+', '-']).and_then(|at| time.get(at..))?;
    let is_same_zone = clocks.windows(2).all(|pair| pair[0].zone == pair[1].zone);
    let rise = clocks.windows(2).all(|pair| pair[0].minutes < pair[1].minutes);
    let fall = clocks.windows(2).all(|pair| pair[0].minutes > pair[1].minutes);
    let earliest = clocks.iter().map(|clock| clock.minutes).min()?;
    let is_first = (published - BEFORE..=published + FIRST).contains(&earliest);
    (is_same_zone && (rise || fall) && is_first)
        .then(|| clocks.iter().map(|clock| format!("{day}T{}:00{offset}", clock.written())).collect())
}

#[cfg(test)]
mod tests {
    use super::{Clock, instants};

    #[test]
    fn times_of_day_are_read_if_they_are_all_of_a_text_and_leave_no_doubt() {
        let read = |text| Clock::of(text).map(|clock| clock.written());
        for (text, time) in [
            ("14:32", "14:32"),
            ("2:15 pm ET", "14:15"),
            ("9.05am", "09:05"),
            ("12 a.m.", "00:00"),
            ("At 12:01 p.m. (GMT)", "12:01"),
            (" 08:00 CET ", "08:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(time), "{text}");
        }
        for text in ["2:15", "25:00", "14:60", "13 pm", "14", "2025", "14:32 update", "00:15 remaining", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn times_have_a_day_only_if_there_is_no_doubt() {
        let of = |times: &[&str], changed| {
            let clocks: Vec<Clock> = times.iter().filter_map(|time| Clock::of(time)).collect();
            instants(&clocks, "2024-03-05T08:50:00-05:00", changed)
        };
        let known = vec!["2024-03-05T14:32:00-05:00".to_owned(), "2024-03-05T09:05:00-05:00".to_owned()];
        assert_eq!(of(&["2:32 pm ET", "9:05 am ET"], None), Some(known.clone()));
        assert_eq!(of(&["14:32", "09:05"], Some("2024-03-05")), Some(known));
        for (times, changed) in [
            (&["14:32", "09:05"][..], Some("2024-03-06")),
            (&["00:20", "23:50", "09:05"], None),
            (&["14:32", "14:32", "09:05"], None),
            (&["14:32", "11:05"], None),
            (&["2:32 pm ET", "9:05 am CET"], None),
        ] {
            assert_eq!(of(times, changed), None, "{times:?}");
        }
        let clocks = [Clock::of("14:32").unwrap(), Clock::of("09:05").unwrap()];
        assert_eq!(instants(&clocks, "2024-03-05", None), None, "the page states only the day");
    }
}
