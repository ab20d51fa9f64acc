//! Which outlet a name means: mastheads are written as names, as hosts, with and without "The".

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::Head;

use crate::{
    data::fold,
    name::{initials, is_abbreviation},
    words::{self, Set},
};

/// Letters and digits of a masthead, without a leading "the".
#[must_use]
pub fn plain(name: &str) -> String {
    let folded = fold(name);
    let folded = folded.strip_prefix("the ").unwrap_or(&folded);
    folded.chars().filter(|c| *c != ' ').collect()
}

/// True if the text is a host name or address, not a masthead.
#[must_use]
pub fn is_host(name: &str) -> bool {
    let host = host(name);
    !host.contains(char::is_whitespace) && host.trim_matches('.').contains('.') && host.to_lowercase() == host
}

fn host(name: &str) -> &str {
    let rest = name.split_once("://").map_or(name, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

/// True if two outlets, each given as a masthead or a host, are the same.
///
/// A host is the masthead's if one of its labels, reduced to letters and digits, equals the masthead's letters and digits
/// ("harbour-times.example" is "Harbour Times"); the last label is ignored.
pub(crate) fn same(a: &str, b: &str) -> bool {
    match (is_host(a), is_host(b)) {
        (true, true) => host(a).trim_start_matches("www.") == host(b).trim_start_matches("www."),
        (true, false) => of_host(host(a), b),
        (false, true) => of_host(host(b), a),
        (false, false) => !plain(a).is_empty() && plain(a) == plain(b),
    }
}

/// The masthead of a report: its outlet unless that is a host; otherwise the name in its byline that the host abbreviates
/// ("Ostrian News Agency" at "ostrian-news.example").
#[must_use]
pub fn masthead(head: &Head) -> Option<&str> {
    let own = head.outlet.as_ref()?.value.as_str();
    if !is_host(own) {
        return Some(own);
    }
    let host = host(own).trim_start_matches("www.");
    let label = plain(host.split('.').next()?);
    head.byline.iter().map(|name| name.value.as_str()).find(|name| {
        let desk = fold(name).split(' ').any(|w| words::is(Set::Desks, w));
        name.contains(' ') && !desk && label.chars().count() > 3 && plain(name).starts_with(&label)
    })
}

/// Outlets by everything they can be called, so that a name need not be compared with each: what [`same`] would match, and
/// initials of mastheads.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutletIndex {
    hosts: BTreeMap<String, BTreeSet<usize>>,
    labels: BTreeMap<String, BTreeSet<usize>>,
    mastheads: BTreeMap<String, BTreeSet<usize>>,
    initials: BTreeMap<String, BTreeSet<usize>>,
}

impl OutletIndex {
    /// Adds a masthead or host under a number of the caller's.
    pub(crate) fn add(&mut self, name: &str, number: usize) {
        if is_host(name) {
            self.hosts.entry(host(name).trim_start_matches("www.").to_owned()).or_default().insert(number);
            for label in labels(host(name)) {
                self.labels.entry(label).or_default().insert(number);
            }
        } else {
            self.mastheads.entry(plain(name)).or_default().insert(number);
        }
    }

    /// Adds the outlet of a report.
    pub(crate) fn add_head(&mut self, head: &Head, number: usize) {
        let Some(own) = &head.outlet else { return };
        self.add_outlet(&own.value, masthead(head), number);
    }

    /// Adds an outlet and its masthead.
    pub(crate) fn add_outlet(&mut self, own: &str, masthead: Option<&str>, number: usize) {
        self.add(own, number);
        if let Some(masthead) = masthead {
            self.add(masthead, number);
            if let Some(letters) = initials(masthead) {
                self.initials.entry(letters).or_default().insert(number);
            }
        }
    }

    /// The outlets that a name means.
    pub(crate) fn find(&self, name: &str) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut take = |map: &BTreeMap<String, BTreeSet<usize>>, key: &str| {
            found.extend(map.get(key).into_iter().flatten());
        };
        if is_host(name) {
            take(&self.hosts, host(name).trim_start_matches("www."));
            for label in labels(host(name)) {
                take(&self.mastheads, &label);
                take(&self.mastheads, label.strip_prefix("the").unwrap_or(&label));
            }
        } else {
            let plain = plain(name);
            if !plain.is_empty() {
                take(&self.mastheads, &plain);
                take(&self.labels, &plain);
                take(&self.labels, &format!("the{plain}"));
            }
        }
        if is_abbreviation(name) {
            take(&self.initials, &name.replace('.', ""));
        }
        found
    }
}

/// What a masthead may be, reduced by [`plain`], to be that of a host: the host's labels. One of one or two letters says too little
/// where all names that a ledger has are compared.
#[must_use]
pub fn host_labels(written: &str) -> BTreeSet<String> {
    let bare = host(written).trim_start_matches("www.");
    let labels = labels(bare).flat_map(|label| [label.strip_prefix("the").map(str::to_owned), Some(label)]);
    labels.flatten().filter(|label| label.chars().count() > 2).collect()
}

/// The labels of a host by which a masthead is known, reduced to letters and digits, without the last one.
fn labels(host: &str) -> impl Iterator<Item = String> {
    let mut labels: Vec<&str> = host.split('.').collect();
    labels.pop();
    labels
        .into_iter()
        .map(|label| label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
}

fn of_host(host: &str, name: &str) -> bool {
    let name = plain(name);
    let the = format!("the{name}");
    !name.is_empty() && labels(host).any(|label| label == name || label == the)
}

#[cfg(test)]
mod tests {
    use sayso_model::{Head, HeadSource, Stated};

    use super::{OutletIndex, masthead, same};

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
        let mut index = OutletIndex::default();
        index.add_head(&agency, 0);
        let is_of = |name| !index.find(name).is_empty();
        assert!(is_of("ONA") && is_of("Ostrian News") && !is_of("OSA"));
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
    #[test]
    fn the_index_finds_what_a_comparison_finds() {
        let names = [
            "harbour-times.example",
            "https://www.harbourtimes.co.example/a/b",
            "The Harbour Times",
            "Harbour Times",
            "the-island.example",
            "Island",
            "north.example",
            "www.north.example",
            "",
        ];
        let mut index = OutletIndex::default();
        for (number, name) in names.iter().enumerate() {
            index.add(name, number);
        }
        for name in names {
            let compared: Vec<usize> =
                names.iter().enumerate().filter(|(_, other)| same(name, other)).map(|(n, _)| n).collect();
            assert_eq!(index.find(name).into_iter().collect::<Vec<_>>(), compared, "{name}");
        }
    }
}
