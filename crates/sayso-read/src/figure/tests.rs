use proptest::prelude::*;
use sayso_model::{Figure, Number};

fn figures(text: &str) -> Vec<Figure> {
    let document = sayso_text::analyze(text);
    let times = crate::time::find(&document, text, sayso_model::Date::parse("2023-07-05"));
    let places = crate::place::find(&document, text);
    super::find(&document, text, &times, &places).figures
}

/// "category low/best/high span", with ">" and "<" for exclusive bounds and "~" for approximate.
fn read(text: &str) -> Vec<String> {
    let show = |n: Option<Number>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    figures(text)
        .iter()
        .map(|f| {
            format!(
                "{} {}{}/{}/{}{}{} {}",
                f.category.as_str(),
                if f.low_exclusive { ">" } else { "" },
                show(f.low),
                show(f.best),
                if f.high_exclusive { "<" } else { "" },
                show(f.high),
                if f.approximate { "~" } else { "" },
                f.span.cut(text)
            )
        })
        .collect()
}

/// Checks that each text gives exactly these figures.
fn assert_reads(cases: &[(&str, &[&str])]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, wanted)| {
            let found = read(text);
            (found != *wanted).then(|| format!("{text}\n    wanted {wanted:?}\n    found  {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn the_dead_and_the_hurt() {
    assert_reads(&[
        ("At least 12 people were killed in the flood.", &["killed 12/12/- At least 12 people were killed"]),
        (
            "The blast killed nearly 40 miners and injured 15.",
            &["killed -/40/<40 nearly 40 miners", "injured -/15/- 15"],
        ),
        ("Some 30 villagers have died.", &["killed -/30/-~ Some 30 villagers have died"]),
        ("The death toll rose to 45 on Monday.", &["killed -/45/- 45"]),
        ("Rescuers put the death toll at more than 200.", &["killed >200/200/- more than 200"]),
        ("A death toll of 12 was reported.", &["killed -/12/- 12"]),
        ("Police confirmed the deaths of 12 people.", &["killed -/12/- 12 people"]),
        ("Ten dead, 40 hurt in train crash", &["killed -/10/- Ten dead", "injured -/40/- 40 hurt"]),
        ("Flood kills 17 in northern valley", &["killed -/17/- 17"]),
        (
            "Up to 300 people were wounded or killed.",
            &["killed_or_injured -/-/300 Up to 300 people were wounded or killed"],
        ),
        ("The army suffered about 500 casualties.", &["killed_or_injured -/500/-~ about 500 casualties"]),
        ("Three more went missing near the dam.", &["missing -/3/- Three more went missing"]),
        ("Dozens of people are still missing.", &["missing 24/-/99 Dozens of people are still missing"]),
        (
            "Between 150 and 250 soldiers were captured.",
            &["captured 150/-/250 Between 150 and 250 soldiers were captured"],
        ),
        (
            "The quake left 12 dead and 3,000 homeless.",
            &["killed -/12/- 12 dead", "displaced -/3000/- 3,000 homeless"],
        ),
        (
            "At least 20 people have been killed and another 60 injured.",
            &["killed 20/20/- At least 20 people have been killed", "injured -/60/- another 60 injured"],
        ),
        ("Gunmen killed 30 farmers and wounded 12.", &["killed -/30/- 30 farmers", "injured -/12/- 12"]),
        ("100 or more miners have died.", &["killed 100/100/- 100 or more miners have died"]),
        ("The brigade lost 200 soldiers.", &["killed -/200/- 200 soldiers"]),
        (
            "Twelve soldiers sent to guard the dam have died.",
            &["killed -/12/- Twelve soldiers sent to guard the dam have died"],
        ),
    ]);
}

#[test]
fn other_categories() {
    assert_reads(&[
        ("Police arrested more than 80 protesters.", &["arrested >80/80/- more than 80 protesters"]),
        (
            "More than 80 protesters were arrested.",
            &["arrested >80/80/- More than 80 protesters were arrested"],
        ),
        (
            "Around 2,500 residents were evacuated.",
            &["evacuated -/2500/-~ Around 2,500 residents were evacuated"],
        ),
        ("The fighting has displaced 1.5 million people.", &["displaced -/1500000/- 1.5 million people"]),
        ("Some 40,000 people fled their homes.", &["displaced -/40000/-~ Some 40,000 people fled"]),
        ("Firefighters rescued 14 hikers.", &["rescued -/14/- 14 hikers"]),
        ("Health officials counted 300 new cases of cholera.", &["infected -/300/- 300 new cases"]),
        ("Chad sent 2,000 soldiers to the border.", &["deployed -/2000/- 2,000 soldiers"]),
        (
            "About 2,000 Chadian troops are in the border region.",
            &["deployed -/2000/-~ About 2,000 Chadian troops are"],
        ),
        (
            "Kenya will deploy up to 1,000 police officers.",
            &["deployed -/-/1000 up to 1,000 police officers"],
        ),
        ("The government mobilised 30,000 reservists.", &["mobilised -/30000/- 30,000 reservists"]),
        ("The army lost 12 tanks.", &["equipment -/12/- 12 tanks"]),
        ("Donors pledged $2.5 billion.", &["money -/2500000000/- $2.5 billion"]),
        ("The fire burned 300 hectares.", &["area -/300/- 300 hectares"]),
        ("Troops advanced 10 km.", &["distance -/10/- 10 km"]),
        ("Turnout was 61 per cent.", &["share -/61/- 61 per cent"]),
        ("Some 5,000 people marched through the capital.", &["attending -/5000/-~ Some 5,000 people"]),
    ]);
}

#[test]
fn less_common_forms() {
    assert_reads(&[
        ("The mayor put the number of dead at between 40 and 50.", &["killed 40/-/50 between 40 and 50"]),
        ("At least 25 people lost their lives.", &["killed 25/25/- At least 25 people lost their lives"]),
        (
            "Some 2,000 families were driven from their homes.",
            &["displaced -/2000/-~ Some 2,000 families were driven from their homes"],
        ),
        (
            "Three of the 50 suspects had been detained.",
            &["arrested -/3/- Three of the 50 suspects had been detained", "other -/50/- 50 suspects"],
        ),
        (
            "Five children aged between 4 and 11 died.",
            &["killed -/5/- Five children aged between 4 and 11 died"],
        ),
        ("Nine of the dead were cooks.", &["killed -/9/- Nine of the dead"]),
        (
            "Three of the five climbers died in the avalanche.",
            &["killed -/3/- Three of the five climbers died"],
        ),
        ("Fire at mill 3 killed two workers.", &["killed -/2/- two workers"]),
        ("At the pier nine people drowned.", &["killed -/9/- nine people drowned"]),
        ("The dead included 14 women.", &["killed -/14/- 14 women"]),
        ("A bomber killed himself and 12 worshippers.", &["killed -/12/- 12 worshippers"]),
        ("Gunmen shot dead 22 miners.", &["killed -/22/- 22 miners"]),
        ("Rebels took 30 pupils hostage.", &["captured -/30/- 30 pupils hostage"]),
        ("Another 30 were taken to hospital.", &["injured -/30/- Another 30 were taken to hospital"]),
        ("A quake of magnitude 6.4 struck.", &["magnitude -/6.4/- 6.4"]),
        ("The ministry revised the toll to 86 from 94.", &["killed -/86/- 86", "killed -/94/- 94"]),
        ("The toll could exceed 1,000.", &["killed >1000/1000/- exceed 1,000"]),
        (
            "The storm killed 14 people on the coast and at least nine in the hills.",
            &["killed -/14/- 14 people", "killed 9/9/- at least nine"],
        ),
        (
            "The union says 70 people were killed; the company says 11.",
            &["killed -/70/- 70 people were killed", "killed -/11/- 11"],
        ),
        (
            "The ministry put the number of troops at 10,000 to 12,000.",
            &["deployed 10000/-/12000 10,000 to 12,000"],
        ),
        ("Officials raised the toll to 45 people.", &["killed -/45/- 45 people"]),
        ("Some 300 people tested positive.", &["infected -/300/-~ Some 300 people tested positive"]),
        (
            "The outbreak infected 1,900 people, of whom 214 have died.",
            &["infected -/1900/- 1,900 people", "killed -/214/- 214 have died"],
        ),
        (
            "48 rebels and six guards were killed.",
            &["killed -/48/- 48 rebels and six guards were killed", "killed -/6/- six guards were killed"],
        ),
    ]);
}

#[test]
fn numbers_that_are_not_figures() {
    for text in [
        "The storm came on 12 May 2021.",
        "In 2019 the bridge fell.",
        "A 34-year-old man was freed.",
        "Maria Lopez, 34, was freed.",
        "Call 555-0123 for help.",
        "They won 3-2 on Sunday.",
        "An F-16 and a Su-34 flew over.",
        "She came second and he came 3rd.",
        "He lives at 10 Harbour Street.",
        "1. Boil the water.",
        "No one was there.",
        "One of the ministers resigned.",
        "Article 5 was invoked.",
        "Flight 370 is lost.",
        "The talks went on for three days.",
        "It rose threefold, or three times.",
        "See https://example.org/2024/12/300 for more.",
        "A 24-hour curfew began.",
        "Version 2.1 is out.",
        "The council voted 7 to 5.",
    ] {
        assert_eq!(read(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn derived_values_keep_both_spans() {
    let text = "A third of the 9,000 evacuees were sent home.";
    let found = figures(text);
    assert_eq!(found[0].best, Some(Number::whole(3000)));
    let cut: Vec<_> = found[0].derived_from.iter().map(|s| s.cut(text)).collect();
    assert_eq!(cut, ["A third", "9,000"]);
}

#[test]
fn parts_do_not_compete() {
    let found = figures("Three sailors, two cooks and an engineer, were hurt.");
    assert_eq!(found[0].category.as_str(), "injured");
    assert!(found.iter().skip(1).all(|f| f.part_of == Some(found[0].id)), "{found:?}");
    let found = figures("The flood killed 30 people, including 12 children.");
    assert_eq!(found[1].part_of, Some(found[0].id));
}

#[test]
fn groups_are_taken_from_the_count_before() {
    let found = figures("At least 100 Kenyan soldiers were killed and another 50 wounded.");
    assert_eq!(found[0].group.as_deref(), Some("Kenyan"));
    assert_eq!(found[1].group.as_deref(), Some("Kenyan"));
}

#[test]
fn troops_are_those_of_who_sends_or_loses_them() {
    let group = |text: &str| figures(text)[0].group.clone();
    assert_eq!(group("Chad has sent 2,000 soldiers to fight Malian rebels.").as_deref(), Some("Chadian"));
    assert_eq!(group("The raids cost Mali more than 40 soldiers.").as_deref(), Some("Malian"));
    assert_eq!(group("The ministry has gathered 2,000 soldiers to fight Malian troops."), None);
}

#[test]
fn long_numbers_are_told() {
    let text = format!("He counted {} stars.", "9".repeat(400));
    let document = sayso_text::analyze(&text);
    let super::Figures { figures: found, diagnostics, .. } = super::find(&document, &text, &[], &[]);
    assert!(found.is_empty());
    assert_eq!(diagnostics[0].code, "number_too_long");
}

#[test]
fn numbers_in_other_ways_of_writing() {
    assert_reads(&[
        (
            "Around 3.5 lakh people were evacuated.",
            &["evacuated -/350000/-~ Around 3.5 lakh people were evacuated"],
        ),
        (
            "More than 1,25,000 people were displaced.",
            &["displaced >125000/125000/- More than 1,25,000 people were displaced"],
        ),
        ("Some 2.5m people fled.", &["displaced -/2500000/-~ Some 2.5m people fled"]),
        ("The war has displaced 6.6m, the agency says.", &["displaced -/6600000/- 6.6m"]),
        (
            "Between 1.2m and 1.5m people fled.",
            &["displaced 1200000/-/1500000 Between 1.2m and 1.5m people fled"],
        ),
        ("A 2.5m wave killed 12 people.", &["distance -/2.5/- 2.5m", "killed -/12/- 12 people"]),
        ("At least ٤٥ people were killed.", &["killed 45/45/- At least ٤٥ people were killed"]),
        (
            "The 7.8 quake killed at least 2,300.",
            &["magnitude -/7.8/- 7.8", "killed 2300/2300/- at least 2,300"],
        ),
        ("The Group of 77 were hurt by the ruling.", &[]),
        ("The average number of deaths a year is 600.", &[]),
        ("Two patients out of four died.", &["killed -/2/- Two patients out of four died"]),
        (
            "All but 12 of the 120 passengers were rescued.",
            &["rescued -/108/- All but 12 of the 120 passengers were rescued"],
        ),
    ]);
}

#[test]
fn a_number_that_may_be_larger_is_told_and_not_read() {
    for text in [
        "Some 12.500 people were killed.",
        "Some 12.000 people were killed.",
        "Some 4,5 people were killed.",
        "Some 12 zillion people were killed.",
        "Some 2.5 people were killed.",
        "Some 2.5 mil people were killed.",
    ] {
        let document = sayso_text::analyze(text);
        let super::Figures { figures: found, diagnostics, .. } = super::find(&document, text, &[], &[]);
        assert!(found.is_empty(), "{text}: {found:?}");
        assert_eq!(diagnostics.first().map(|d| d.code.as_str()), Some("number_not_read"), "{text}");
    }
    let found = figures(
        "Some 12.500 people were killed. The raids cost 4,5 million marks and drove out 1.250.000 people.",
    );
    assert_eq!(found[0].best, Some(Number::whole(12_500)));
}

#[test]
fn certainty_goes_by_scope() {
    use sayso_model::Modality::{Asserted, Denied, Expected, Planned, Possible};
    for (text, category, negated, modality) in [
        ("There were no deaths among the 90 passengers.", "killed", true, Asserted),
        ("No one among the 120 passengers was hurt.", "injured", true, Asserted),
        ("Nobody in the 30-strong crew was killed.", "killed", true, Asserted),
        ("Neither of the two pilots was killed.", "killed", true, Asserted),
        ("None of the 120 people on board was killed.", "aboard", false, Asserted),
        ("None of the 120 people on board was killed.", "killed", false, Asserted),
        ("Eight people, not counting the gunman, were killed.", "killed", false, Asserted),
        ("Twelve people, not all of them soldiers, were killed.", "killed", false, Asserted),
        ("Twelve people were not killed.", "killed", true, Asserted),
        ("Twelve people nearly died when the bus left the road.", "killed", true, Asserted),
        ("The fall nearly killed 12 people.", "killed", true, Asserted),
        ("The fall killed nearly 12 people.", "killed", false, Asserted),
        ("Police foiled a plot to kill 12 people.", "killed", false, Planned),
        ("He was charged with attempting to murder 12 people.", "killed", false, Planned),
        ("The failed attempt killed 12 people.", "killed", false, Asserted),
        ("Rumours that 12 people had died were false.", "killed", false, Denied),
        ("It is not true that 12 people were killed.", "killed", false, Denied),
        ("It was untrue that 12 people were killed.", "killed", false, Denied),
        ("It is true that 12 people were killed.", "killed", false, Asserted),
        ("It is wrong that 12 people were killed for this.", "killed", false, Asserted),
        ("Rumours that 12 people had died spread in the town.", "killed", false, Possible),
        ("The mayor denied that 12 people had died.", "killed", false, Denied),
        ("The army denied that its shelling had killed 12 people.", "killed", false, Denied),
        ("The army did not deny that its shelling had killed 12 people.", "killed", false, Possible),
        (
            "The mayor dismissed as untrue a report that the flood had killed 12 people.",
            "killed",
            false,
            Denied,
        ),
        ("Reports that a bus had crashed and killed 12 people were a hoax.", "killed", false, Denied),
        ("Initial reports on local radio that 12 people had died were wrong.", "killed", false, Denied),
        ("The agency could not confirm that the strike had killed 12 people.", "killed", false, Possible),
        (
            "The agency was unable to verify reports that the strike had killed 12 people.",
            "killed",
            false,
            Possible,
        ),
        ("The agency confirmed that the strike had killed 12 people.", "killed", false, Asserted),
        ("The army denied shelling the market where 12 people had died.", "killed", false, Asserted),
        ("The mayor denied the charge after 12 people died.", "killed", false, Asserted),
        ("If the dam breaks, 12,000 people would be killed.", "killed", false, Possible),
        ("A further 500 troops would be deployed.", "deployed", false, Expected),
        ("At least 12 people were feared dead.", "killed", false, Possible),
        ("In the drill, 12 people were killed.", "killed", false, Possible),
        ("Three men, who may have been drunk, were killed.", "killed", false, Asserted),
    ] {
        let found = figures(text);
        let figure = found.iter().find(|f| f.category.as_str() == category);
        assert_eq!(figure.map(|f| (f.negated, f.modality)), Some((negated, modality)), "{text}");
    }
}

#[test]
fn lists_of_victims_add_up() {
    for (text, total, parts) in [
        ("The driver and two passengers died.", 3, 1),
        ("Two men, a woman and a child were killed.", 4, 3),
        ("The gunman and six others were killed.", 7, 1),
        ("Both pilots and 12 passengers were killed.", 14, 1),
        ("A 16-year-old boy and a 4-month-old infant were killed in raids.", 2, 2),
        ("The blast killed a nurse and three patients.", 4, 2),
        ("A nurse, 29, and a porter, 61, were killed when the wall fell.", 2, 2),
    ] {
        let found = figures(text);
        let sum = &found[0];
        assert_eq!((sum.best, found.len()), (Some(Number::whole(total)), parts + 1), "{text}: {found:#?}");
        assert!(sum.derived_from.len() >= 2 && sum.category.as_str() == "killed", "{text}");
        assert!(
            found.iter().skip(1).all(|f| f.part_of == Some(sum.id) && f.category == sum.category),
            "{text}"
        );
    }
    // Who the people are that were counted before adds nobody.
    let found = figures("At least three people, a man and two women, were killed.");
    assert!(found.iter().all(|f| f.best != Some(Number::whole(6))), "{found:#?}");
    // Names alone are not a count.
    assert_eq!(figures("Ada Brook, 34, and Tom Hale died in the crash.").len(), 0);
    assert_eq!(
        figures("The mayor and two aides resigned.")
            .iter()
            .filter(|f| f.category.as_str() == "killed")
            .count(),
        0
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn spans_lie_in_the_text(text in "(At least |12 |1,000|-| to |a |dozen |third |of |the |people |killed |and |injured |were |\\$|%|km |Monday |é|\u{200B}|, |\\. ){0,24}") {
        for figure in figures(&text) {
            prop_assert!(!figure.number.cut(&text).is_empty());
            prop_assert!(figure.span.contains(figure.number));
            prop_assert!(figure.low.zip(figure.high).is_none_or(|(l, h)| l <= h));
        }
    }
}

/// Sentences of casualty reporting, each with the people that it counts: `cases.txt` in this folder.
#[test]
fn cases_of_casualty_reporting() {
    const OUTSIDE: [&str; 2] = ["other", "equipment"];
    let mut wrong = Vec::new();
    let blocks =
        include_str!("cases.txt").split("\n\n").map(|block| block.lines().filter(|l| !l.starts_with('#')));
    for mut block in blocks {
        let Some(text) = block.next() else { continue };
        let known_fault = text.starts_with("! ");
        let text = text.trim_start_matches("! ");
        let wanted: Vec<&str> = block.next().map(|l| l.split(" | ").collect()).unwrap_or_default();
        let found: Vec<String> = figures(text)
            .iter()
            .filter(|f| f.unit.is_none() && !OUTSIDE.contains(&f.category.as_str()))
            .map(|f| {
                let show = |n: Option<Number>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
                let (low, high) =
                    (if f.low_exclusive { ">" } else { "" }, if f.high_exclusive { "<" } else { "" });
                format!(
                    "{} {low}{}/{}/{high}{}",
                    f.category.as_str(),
                    show(f.low),
                    show(f.best),
                    show(f.high)
                )
            })
            .collect();
        // Known misreadings are marked, and must lose the mark as soon as they are right.
        if (found != wanted) != known_fault {
            wrong.push(format!("{text}\n    wanted {wanted:?}\n    found  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
