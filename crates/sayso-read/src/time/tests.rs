use proptest::prelude::*;
use sayso_model::{Date, Granularity, TimeExpression, TimeRelation};

fn times(text: &str, published: &str) -> Vec<TimeExpression> {
    super::find(&sayso_text::analyze(text), text, Date::parse(published))
}

/// Text, first and last day of each expression. 5 July 2023 is a Wednesday.
fn read(text: &str) -> Vec<(String, String, String)> {
    let day = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    times(text, "2023-07-05")
        .into_iter()
        .map(|t| (t.span.cut(text).to_owned(), day(t.start), day(t.end)))
        .collect()
}

fn assert_reads(cases: &[(&str, &str, &str, &str)]) {
    let mut wrong = Vec::new();
    for &(text, cut, start, end) in cases {
        let found = read(text);
        if !found.iter().any(|f| f.0 == cut && f.1 == start && f.2 == end) {
            wrong.push(format!("{text}: wanted {cut} {start} {end}, got {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn days_are_read() {
    assert_reads(&[
        ("The dam broke on Monday.", "Monday", "2023-07-03", "2023-07-03"),
        ("The dam broke on Wednesday.", "Wednesday", "2023-07-05", "2023-07-05"),
        ("The council will vote on Monday.", "Monday", "2023-07-10", "2023-07-10"),
        ("He spoke on Monday evening.", "Monday evening", "2023-07-03", "2023-07-03"),
        ("He spoke earlier on Friday.", "Friday", "2023-06-30", "2023-06-30"),
        ("He left last Wednesday.", "last Wednesday", "2023-06-28", "2023-06-28"),
        ("The quake struck on June 28.", "June 28", "2023-06-28", "2023-06-28"),
        ("The quake struck on 28 June.", "28 June", "2023-06-28", "2023-06-28"),
        ("The quake struck on 28 June 2021.", "28 June 2021", "2021-06-28", "2021-06-28"),
        ("The quake struck on Dec. 28.", "Dec. 28", "2022-12-28", "2022-12-28"),
        ("The quake struck on the 28th of June.", "the 28th of June", "2023-06-28", "2023-06-28"),
        ("The fair ran on May 16-18.", "May 16-18", "2023-05-16", "2023-05-18"),
        ("They met on Sunday, 2 July 2023.", "Sunday, 2 July 2023", "2023-07-02", "2023-07-02"),
        ("It was filed 2023-06-01.", "2023-06-01", "2023-06-01", "2023-06-01"),
        ("The vote is a week on Sunday.", "a week on Sunday", "2023-07-16", "2023-07-16"),
        ("The vote is on Sunday week.", "Sunday week", "2023-07-16", "2023-07-16"),
        ("It burned on Friday a fortnight ago.", "Friday a fortnight ago", "2023-06-23", "2023-06-23"),
        ("It burned on the Friday before last.", "Friday before last", "2023-06-23", "2023-06-23"),
        ("It burned a week ago on Friday.", "a week ago on Friday", "2023-06-30", "2023-06-30"),
        ("It happened yesterday.", "yesterday", "2023-07-04", "2023-07-04"),
        ("They will meet tomorrow.", "tomorrow", "2023-07-06", "2023-07-06"),
        ("It burned last night.", "last night", "2023-07-04", "2023-07-04"),
        ("She left three days ago.", "three days ago", "2023-07-02", "2023-07-02"),
    ]);
}

#[test]
fn longer_times_are_read() {
    assert_reads(&[
        ("It began in August.", "August", "2022-08-01", "2022-08-31"),
        ("Aid may arrive by March.", "March", "2024-03-01", "2024-03-31"),
        ("Prices fell last month.", "last month", "2023-06-01", "2023-06-30"),
        ("Prices fell last week.", "last week", "2023-06-26", "2023-07-02"),
        ("The vote is next year.", "next year", "2024-01-01", "2024-12-31"),
        ("Fighting has gone on since 2019.", "2019", "2019-01-01", "2019-12-31"),
        ("It had risen by mid-January.", "mid-January", "2023-01-11", "2023-01-20"),
        ("Rain fell in early March.", "early March", "2023-03-01", "2023-03-10"),
        ("It fell over the weekend.", "the weekend", "2023-07-01", "2023-07-02"),
        ("It fell in the past week.", "the past week", "2023-06-28", "2023-07-05"),
        ("It fell over the last three days.", "the last three days", "2023-07-02", "2023-07-05"),
        ("More is likely in the coming days.", "the coming days", "2023-07-05", ""),
        (
            "Sales rose in the first half of this year.",
            "the first half of this year",
            "2023-01-01",
            "2023-06-30",
        ),
        ("Sales rose in the third quarter of 2021.", "the third quarter of 2021", "2021-07-01", "2021-09-30"),
        ("The law dates from the 1990s.", "1990s", "1990-01-01", "1999-12-31"),
        ("Fires burned last summer.", "last summer", "2022-06-01", "2022-08-31"),
        ("It opened in November 2020.", "November 2020", "2020-11-01", "2020-11-30"),
    ]);
}

#[test]
fn weekdays_of_weeks_and_months_are_read() {
    assert_reads(&[
        (
            "They will vote on the last Friday of this month.",
            "the last Friday of this month",
            "2023-07-28",
            "2023-07-28",
        ),
        (
            "The dam broke on the last Friday in August.",
            "the last Friday in August",
            "2022-08-26",
            "2022-08-26",
        ),
        (
            "He was elected on the second Tuesday in May 2021.",
            "the second Tuesday in May 2021",
            "2021-05-11",
            "2021-05-11",
        ),
        (
            "The fair ends on the last Sunday of the month.",
            "the last Sunday of the month",
            "2023-07-30",
            "2023-07-30",
        ),
        ("He was hurt on Monday last week.", "Monday last week", "2023-06-26", "2023-06-26"),
        ("They will meet on Friday of next week.", "Friday of next week", "2023-07-14", "2023-07-14"),
        ("He left last Friday.", "last Friday", "2023-06-30", "2023-06-30"),
        ("It closed on the last day of February.", "the last day of February", "2023-02-28", "2023-02-28"),
        (
            "It opened on the first day of this month.",
            "the first day of this month",
            "2023-07-01",
            "2023-07-01",
        ),
        ("The camp opened two weeks ago today.", "two weeks ago today", "2023-06-21", "2023-06-21"),
    ]);
}

#[test]
fn a_weekday_in_a_name_is_not_a_day() {
    for text in [
        "Justice Sunday Okoro sent them to prison.",
        "The boat sank near Friday Harbor.",
        "The Saturday Evening Post printed the letter.",
    ] {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
    assert_eq!(read("The boat sank on Friday Israel said.").len(), 1);
}

#[test]
fn a_range_of_weekdays_does_not_end_before_it_begins() {
    let found = read("Rain fell from Wednesday to Thursday.");
    assert_eq!((found[0].1.as_str(), found[1].1.as_str()), ("2023-06-28", "2023-06-29"));
    let found = read("Rain is forecast from Friday until Sunday.");
    assert_eq!((found[0].1.as_str(), found[1].1.as_str()), ("2023-07-07", "2023-07-09"));
    let found = read("The road will be shut from Friday to Tuesday.");
    assert_eq!((found[0].1.as_str(), found[1].1.as_str()), ("2023-07-07", "2023-07-11"));
}

#[test]
fn a_year_in_brackets_belongs_to_the_day() {
    assert_reads(&[
        ("The farm was hit in November [2014].", "November [2014]", "2014-11-01", "2014-11-30"),
        ("The farm was hit on 5 November (2014).", "5 November (2014)", "2014-11-05", "2014-11-05"),
    ]);
}

#[test]
fn times_are_resolved_against_the_time_before() {
    let found =
        read("The bridge fell on Monday. A day earlier it had been inspected. It closed the same day.");
    assert_eq!(found[1], ("A day earlier".into(), "2023-07-02".into(), "2023-07-02".into()));
    let found = read("Officials had closed the bridge a day earlier.");
    assert_eq!(found[0].1, "2023-07-04");
}

#[test]
fn relations_are_read() {
    let relation = |text: &str| times(text, "2023-07-05").remove(0).relation;
    assert_eq!(relation("It must end by Friday."), TimeRelation::By);
    assert_eq!(relation("It ended prior to July 1."), TimeRelation::Before);
    assert_eq!(relation("It has rained since Sunday."), TimeRelation::Since);
    assert_eq!(relation("It rained until Sunday."), TimeRelation::Until);
    assert_eq!(relation("It rained in the past week."), TimeRelation::Past);
}

#[test]
fn other_words_are_not_times() {
    for text in [
        "They may go.",
        "The march went on in the sun.",
        "He sat on the second chair.",
        "A 34-year-old man and a woman, 41, were hurt.",
        "May said she would resign.",
        "June Carter and August Wilson were hurt.",
        "A deputy of May's resigned.",
        "The Sunday Times sold 2,000 people's data.",
        "The spring broke and he had a great fall.",
    ] {
        assert_eq!(read(text), [], "{text}");
    }
}

#[test]
fn nothing_is_resolved_against_an_unknown_day() {
    let text = "It broke on Monday, two days after 3 May 2021, and will reopen in August.";
    let found = super::find(&sayso_text::analyze(text), text, None);
    let days: Vec<_> = found.iter().map(|t| (t.span.cut(text), t.start.is_some())).collect();
    assert!(days.contains(&("Monday", false)) && days.contains(&("3 May 2021", true)), "{days:?}");
    assert!(found.iter().any(|t| t.rule == "no_publication_date"));
}

#[test]
fn clocks_take_the_day_next_to_them() {
    let found = times("The quake hit at 6:30 a.m. on Monday.", "2023-07-05");
    assert_eq!(found[0].granularity, Granularity::Time);
    assert_eq!(found[0].start, Date::parse("2023-07-03"));
}

proptest! {
    #[test]
    fn spans_lie_in_the_text(text in "(on |the |May |3 |16|-| 2024|Monday|, |last |week |days |past |ago |é|\u{200B}|\\.| ){0,24}") {
        for time in times(&text, "2023-07-05") {
            prop_assert!(!time.span.cut(&text).is_empty());
            prop_assert!(time.end.is_none() || time.start <= time.end);
        }
    }
}
