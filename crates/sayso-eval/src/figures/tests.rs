//! Tests of the scorer on small made-up folders.

use std::{collections::BTreeSet, path::PathBuf};

use super::{
    Options, Score,
    names::{Aliases, is_described, plain},
    run,
};

fn folder(name: &str, report: &str, figures: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sayso-figures-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("01.txt"), report).unwrap();
    std::fs::write(folder.join("figures.jsonl"), figures).unwrap();
    folder
}

#[test]
fn names_are_compared_without_article_and_case() {
    assert_eq!(plain("The Lake Agency"), "lake agency");
    let group = |reports: Option<Vec<String>>| vec![(0, reports)];
    let groups = [
        ("la".to_owned(), group(None)),
        ("lake agency".to_owned(), group(None)),
        ("agency".to_owned(), group(Some(vec!["03".to_owned()]))),
    ];
    let aliases = Aliases { groups: groups.into() };
    assert!(aliases.same("01", "the Lake Agency", "LA") && !aliases.same("01", "LA", "Hill Agency"));
    assert!(aliases.same("03", "the agency", "LA") && !aliases.same("01", "the agency", "LA"));
}

#[test]
fn scores_are_shares() {
    let score = Score::of(1, 2, 4);
    assert!((score.precision - 0.5).abs() < 1e-9 && (score.recall - 0.25).abs() < 1e-9);
    assert!((Score::of(0, 0, 0).f1 - 1.0).abs() < 1e-9);
}

#[test]
fn a_missing_figure_and_a_false_alarm_count() {
    let report = "title: Lake\npublished: 2023-07-05T00:00:00Z\n\nThe flood killed 12 people. Police arrested 30 men.\n";
    let gold = "{\"report\":\"01\",\"text\":\"12 people\",\"category\":\"killed\",\"best\":12}\n\
                {\"report\":\"01\",\"text\":\"The flood\",\"category\":\"missing\",\"best\":3}\n";
    let found = run(&[folder("both", report, gold)], Options::default(), None).unwrap();
    assert_eq!(
        (found.total.found.right, found.total.bounds.right, found.total.predicted, found.total.gold),
        (1, 1, 2, 2),
        "{found}"
    );
    assert_eq!(found.errors.len(), 2, "{found}");
}

#[test]
fn a_broken_line_is_named() {
    let error = run(
        &[folder("broken", "The flood killed 12 people.\n", "{\"report\":1}\n")],
        Options::default(),
        None,
    )
    .unwrap_err();
    assert!(error.to_string().contains("line 1"), "{error}");
}

#[test]
fn totals_of_folders_include_categories_origins_and_certainty() {
    let parent = std::env::temp_dir().join(format!("sayso-figures-parent-{}", std::process::id()));
    let put = |name: &str, report: &str, gold: &str| {
        let folder = parent.join("deep").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("01.txt"), report).unwrap();
        std::fs::write(folder.join("figures.jsonl"), gold).unwrap();
        folder
    };
    let flood = put(
        "flood",
        "The flood killed 12 people, officials said.\n\nPolice in the town said 12 people died.\n",
        concat!(
            r#"{"report":"01","text":"killed 12 people","category":"killed","best":12,"origin":"officials","#,
            r#""modality":"asserted","negated":false}"#,
            "\n",
            r#"{"report":"01","text":"12 people died","category":"killed","best":12,"origin":"the police of the town","#,
            r#""origin_names":["Police in the town"],"modality":"possible","negated":false}"#,
            "\n",
        ),
    );
    let fire = put(
        "fire",
        "The fire hurt 30 people.\n",
        "{\"report\":\"01\",\"text\":\"hurt 30 people\",\"category\":\"injured\",\"best\":31}\n",
    );
    let found = run(std::slice::from_ref(&parent), Options::default(), None).unwrap();
    assert_eq!(found.folders.iter().map(|f| &f.folder).collect::<Vec<_>>(), [&fire, &flood]);
    assert_eq!(run(&[fire, flood], Options::default(), None).unwrap(), found);
    let total = &found.total;
    assert_eq!(
        (total.gold, total.found.right, total.bounds.right, total.origin.right),
        (3, 3, 2, 3),
        "{found}"
    );
    assert_eq!(total.matched.right, 2, "{found}");
    assert_eq!(
        (found.categories["killed"].gold, found.categories["injured"].bounds.right),
        (2, 0),
        "{found}"
    );
    assert_eq!((found.origins["none"].right, found.origins["described"].gold), (1, 2), "{found}");
    assert_eq!((found.modality.all.right, found.modality.all.of), (1, 2), "{found}");
    assert_eq!((found.polarity.all.right, found.polarity.all.of), (2, 2), "{found}");
}

#[test]
fn a_folder_without_gold_is_named() {
    let folder = std::env::temp_dir().join(format!("sayso-figures-none-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let error = run(&[folder], Options::default(), None).unwrap_err();
    assert!(error.to_string().contains("figures.jsonl"), "{error}");
}

#[test]
fn a_repeated_headline_counts_once() {
    let report = "Flood kills 12 people in the valley\n\nThe flood killed 12 people on Monday.\n";
    let gold = concat!(
        r#"{"report":"01","text":"Flood kills 12 people","category":"killed","best":12,"headline":true}"#,
        "\n",
        r#"{"report":"01","text":"killed 12 people","category":"killed","best":12,"headline":false}"#,
        "\n",
    );
    let found = run(&[folder("headline", report, gold)], Options::default(), None).unwrap();
    assert_eq!((found.total.gold, found.total.found.right, found.total.predicted), (1, 1, 1), "{found}");
}

#[test]
fn sources_are_named_or_described_by_their_noun() {
    let common: BTreeSet<String> = ["officials", "police", "witnesses"].map(str::to_owned).into();
    for described in [
        "officials",
        "Police",
        "Witnesses",
        "Iranian officials",
        "a spokesman for the Red Cross",
        "an aide, who",
    ] {
        assert!(is_described(described, &common), "{described}");
    }
    for named in
        ["Honea", "Sheriff Kory Honea", "Ministry of Health", "the Interior Ministry", "Ada Brook, the mayor"]
    {
        assert!(!is_described(named, &common), "{named}");
    }
}
