use std::{sync::OnceLock, time::Instant};

use super::Cast;
use crate::tree::Tree;

/// The names of those who say something by "X said" in a text, in text order of their sources.
fn speakers(text: &str, sources: &[&str]) -> Vec<String> {
    let document = sayso_text::analyze(text);
    let tree = Tree::new(&document, text);
    let mut cast = Cast::gather(&tree, &[]);
    let mut from = 0;
    let mut found = Vec::new();
    for source in sources {
        let at = from + text[from..].find(source).unwrap();
        from = at + source.len();
        let id = cast.resolve(sayso_model::Span::new(at, from)).unwrap();
        found.push(id);
    }
    cast.settle();
    found.into_iter().map(|id| format!("{} {}", cast.settled(id), cast.label(id))).collect()
}

fn all_differ(text: &str, sources: &[&str]) {
    let found = speakers(text, sources);
    let distinct: std::collections::BTreeSet<&String> = found.iter().collect();
    assert_eq!(distinct.len(), sources.len(), "{text}: {found:?}");
}

#[test]
fn two_of_one_name_or_kind_are_two() {
    all_differ("Mr Clinton said 12 died. Mrs Clinton said 14 died.", &["Mr Clinton", "Mrs Clinton"]);
    all_differ(
        "George Bush said 12 people died; his son, George W. Bush, said 14 died.",
        &["George Bush", "George W. Bush"],
    );
    all_differ(
        "The army of Ostria said 12 died. The army of Veldia said 14 died.",
        &["The army of Ostria", "The army of Veldia"],
    );
    all_differ(
        "Police in Tarven said 12 people died. Police in Orrin said 14 people died.",
        &["Police in Tarven", "Police in Orrin"],
    );
    all_differ(
        "Residents of Tarven said 12 people died. Residents of Orrin said 14 people died.",
        &["Residents of Tarven", "Residents of Orrin"],
    );
    let found =
        speakers("Mr Clinton said 12 died. Mrs Clinton said 14 died.", &["Mr Clinton", "Mrs Clinton"]);
    assert!(found[1].ends_with("Mrs Clinton"), "{found:?}");
}

#[test]
fn a_surname_that_two_bear_is_nobodys_unless_something_tells() {
    let found = speakers(
        "Ada Holt said 12 died. Peter Holt said 14 died. Holt said 16 died.",
        &["Ada Holt", "Peter Holt", "Holt said"].map(|s| s.trim_end_matches(" said")),
    );
    assert!(found[0] != found[1] && found[2] != found[0] && found[2] != found[1], "{found:?}");
    let found = speakers(
        "President Ada Holt said 12 died. Peter Holt listened. Holt said 16 died.",
        &["Ada Holt", "Peter Holt", "Holt"],
    );
    assert!(found[2] == found[0] && found[1] != found[0], "{found:?}");
}

#[test]
fn the_same_police_stay_the_same() {
    let found = speakers(
        "Police in Tarven said 12 people died. Police in Tarven said 14 people were hurt.",
        &["Police in Tarven", "Police in Tarven"],
    );
    assert_eq!(found[0], found[1]);
}

#[test]
fn a_body_may_be_called_by_its_one_noun() {
    let found = speakers(
        "The Keldran Observatory for Civil Rights said 12 people died. The Norrin-based Observatory said 14 were hurt.",
        &["The Keldran Observatory for Civil Rights", "The Norrin-based Observatory"],
    );
    assert_eq!(found[0], found[1]);
    all_differ(
        "The Defence Ministry of Ostria said 12 died. The Health Ministry said 14 died. The Ministry of Labour said 3 died.",
        &["The Defence Ministry of Ostria", "The Health Ministry", "The Ministry of Labour"],
    );
}

#[test]
fn a_force_is_called_after_its_place() {
    for (text, source, wanted) in [
        (
            "Two arrests were made, the New York Police Department said.",
            "the New York Police Department",
            "New York Police Department",
        ),
        (
            "Protesters threw rocks at officers, injuring at least three, St. Paul police said.",
            "St. Paul police",
            "St. Paul police",
        ),
    ] {
        let found = speakers(text, &[source]);
        assert!(found[0].ends_with(&format!(" {wanted}")), "{found:?}");
    }
}

/// Processor seconds used by this thread; if the system does not tell, seconds by the clock.
fn processor_seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|t| t.split_whitespace().next()?.parse::<f64>().ok());
    nanos.map_or_else(|| start.elapsed().as_secs_f64(), |n| n / 1e9)
}

/// Seconds it takes to resolve all pronouns of one long paragraph.
fn seconds(sentences: usize) -> f64 {
    let text = "Ada Brook said that she was tired, and \"he\" said he would go. ".repeat(sentences);
    let document = sayso_text::analyze(&text);
    let tree = Tree::new(&document, &text);
    let pronouns: Vec<_> = document
        .tokens
        .iter()
        .filter(|t| matches!(t.span.cut(&text), "she" | "he"))
        .map(|t| t.span)
        .collect();
    let run = || {
        let start = processor_seconds();
        let mut cast = Cast::gather(&tree, &[]);
        for &pronoun in &pronouns {
            cast.resolve(pronoun);
        }
        processor_seconds() - start
    };
    (0..6).map(|_| run()).fold(f64::INFINITY, f64::min)
}

/// Twice the text takes about twice the time: looking back is bounded.
#[test]
fn pronouns_take_linear_time() {
    let (one, two) = (seconds(3_000), seconds(6_000));
    assert!(two < one * 3.0, "{one} s for half of what takes {two} s");
}

#[test]
fn a_bare_surname_is_the_person_named_in_full() {
    use sayso_model::SpeakerKind::{Organization, Person};
    let kind_of = |text: &str| {
        let document = sayso_text::analyze(text);
        let mut names = super::name::names(&Tree::new(&document, text));
        for name in names.iter_mut().filter(|n| n.words.len() == 1) {
            name.kind = Organization;
        }
        super::name::recognise_surnames(&mut names);
        names.iter().find(|n| n.words.len() == 1).map(|n| n.kind)
    };
    assert_eq!(kind_of("Minister Ana Kostrova spoke first. Kostrova said 12 people died."), Some(Person));
    assert_eq!(
        kind_of("Minister Ana Kostrova spoke first. Velgran said 12 people died."),
        Some(Organization)
    );
}

#[test]
fn a_role_may_end_its_sentence() {
    let text = "\"It went fast,\" said Mara Dolin, a nurse at the clinic. The mayor said 12 died.";
    all_differ(text, &["Mara Dolin", "The mayor"]);
    let text = "It went fast, said Mara Dolin, the mayor of Orrin. Later the mayor said 12 died.";
    let found = speakers(text, &["Mara Dolin", "the mayor said"].map(|s| s.trim_end_matches(" said")));
    assert!(found[0].ends_with("Mara Dolin"), "{found:?}");
    assert_eq!(role_of_mara(text), "mayor of Orrin");
    // A clause about somebody is not part of the role.
    let text = "It went fast, said Mara Dolin, a pilot at the port who has steered ferries for nine years.";
    assert_eq!(role_of_mara(text), "pilot at the port");
}

/// The title of the first role of Mara Dolin in a text.
fn role_of_mara(text: &str) -> String {
    let document = sayso_text::analyze(text);
    let tree = Tree::new(&document, text);
    let mut cast = Cast::gather(&tree, &[]);
    let at = text.find("Mara").unwrap();
    cast.resolve(sayso_model::Span::new(at, at + 10)).unwrap();
    cast.finish().remove(0).roles.remove(0).title
}
