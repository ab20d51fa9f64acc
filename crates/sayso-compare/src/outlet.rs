//! Which outlet a name means: mastheads are written as names, as hosts, with and without "The".

use sayso_model::Head;

use crate::{
    data::fold,
    name::{initials, is_abbreviation},
};

/// Letters and digits of a masthead, without a leading "the".
fn plain(name: &str) -> String {
    let folded = fold(name);
    let folded = folded.strip_prefix("the ").unwrap_or(&folded);
    folded.chars().filter(|c| *c != ' ').collect()
}

/// True where the text is a host name or address, not a masthead.
pub(crate) fn is_host(name: &str) -> bool {
    let host = host(name);
    !host.contains(char::is_whitespace) && host.trim_matches('.').contains('.') && host.to_lowercase() == host
}

fn host(name: &str) -> &str {
    let rest = name.split_once("://").map_or(name, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

/// True where two outlets, each a masthead or a host, are one.
///
/// A host is the masthead's if one of its labels, letters and digits only, is the masthead's letters and digits
/// ("harbour-times.example" is "Harbour Times"); the last label is never taken.
pub(crate) fn same(a: &str, b: &str) -> bool {
    match (is_host(a), is_host(b)) {
        (true, true) => host(a).trim_start_matches("www.") == host(b).trim_start_matches("www."),
        (true, false) => of_host(host(a), b),
        (false, true) => of_host(host(b), a),
        (false, false) => !plain(a).is_empty() && plain(a) == plain(b),
    }
}

/// The masthead of a report: its outlet where that is no host, else the name in its byline that the host shortens
/// ("Ostrian News Agency" at "ostrian-news.example").
pub(crate) fn masthead(head: &Head) -> Option<&str> {
    let own = head.outlet.as_ref()?.value.as_str();
    if !is_host(own) {
        return Some(own);
    }
    let host = host(own).trim_start_matches("www.");
    let label = plain(host.split('.').next()?);
    head.byline.iter().map(|name| name.value.as_str()).find(|name| {
        let desk = fold(name).split(' ').any(|w| DESKS.contains(&w));
        name.contains(' ') && !desk && label.chars().count() > 3 && plain(name).starts_with(&label)
    })
}

/// Words of a byline that name a desk of the outlet, not the outlet.
const DESKS: &[&str] = &[
    "team",
    "staff",
    "desk",
    "newsroom",
    "reporter",
    "reporters",
    "editor",
    "editors",
    "writers",
    "correspondent",
];

/// True where a name means the outlet of a report: its host, its masthead or the initials of that.
pub(crate) fn is_of(head: &Head, name: &str) -> bool {
    let masthead = masthead(head);
    head.outlet.as_ref().is_some_and(|own| same(&own.value, name))
        || masthead.is_some_and(|m| same(m, name))
        || (is_abbreviation(name)
            && masthead.and_then(initials).is_some_and(|letters| letters == name.replace('.', "")))
}

fn of_host(host: &str, name: &str) -> bool {
    let name = plain(name);
    let the = format!("the{name}");
    let mut labels: Vec<&str> = host.split('.').collect();
    labels.pop();
    !name.is_empty()
        && labels.iter().any(|label| {
            let label: String =
                label.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
            label == name || label == the
        })
}

#[cfg(test)]
mod tests {
    use sayso_model::{Head, HeadSource, Stated};

    use super::{is_of, masthead, same};

    #[test]
    fn a_byline_may_spell_the_masthead_out() {
        let stated = |value: &str| Stated { value: value.to_owned(), from: HeadSource::Key, span: None };
        let head = |byline: &str| Head {
            outlet: Some(stated("ostrian-news.example")),
            byline: vec![stated(byline)],
            ..Head::default()
        };
        let agency = head("Ostrian News Agency");
        assert_eq!(masthead(&agency), Some("Ostrian News Agency"));
        assert!(is_of(&agency, "ONA") && is_of(&agency, "Ostrian News") && !is_of(&agency, "OSA"));
        assert_eq!(masthead(&head("Ada Brook")), None);
        assert_eq!(masthead(&head("Ostrian News Team")), None);
    }

    #[test]
    fn mastheads_meet_their_hosts() {
        assert!(same("harbour-times.example", "Harbour Times"));
        assert!(same("https://www.harbourtimes.co.example/a/b", "The Harbour Times"));
        assert!(same("The Harbour Times", "Harbour Times"));
        assert!(!same("harbour-times.example", "Harbour"));
        assert!(!same("north.example", "south.example"));
        assert!(!same("", ""));
    }
}
