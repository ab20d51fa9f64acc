//! Names for the same speaker, according to the gold line and the story.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use sayso_model::{Figure, Reading};
use serde_json::Value;

use super::gold::Gold;
use crate::alias::Alias;

/// Words that refer to whoever was named last: as names they would match everybody.
const PRONOUNS: [&str; 12] =
    ["he", "she", "it", "they", "we", "i", "who", "him", "her", "them", "which", "his"];

/// The index of a group of names for one speaker, and the reports in which a name belongs to it; `None` for all.
type InGroup = (usize, Option<Vec<String>>);

/// Names for the same speaker according to the story.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    pub(super) groups: BTreeMap<String, Vec<InGroup>>,
}

impl Aliases {
    /// Reads `aliases` and `accepted_names` from `story.json`; empty if there is no such file or key.
    pub(super) fn read(folder: &Path) -> Self {
        let value: Value = std::fs::read_to_string(folder.join("story.json"))
            .ok()
            .and_then(|file| serde_json::from_str(&file).ok())
            .unwrap_or_default();
        let lists = ["aliases", "accepted_names"].map(|key| value[key].as_array());
        let mut groups: BTreeMap<String, Vec<InGroup>> = BTreeMap::new();
        for (index, names) in lists.into_iter().flatten().flatten().enumerate() {
            for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
                let alias = Alias::of(name);
                let reports = alias.reports().map(|r| r.iter().map(|&r| r.to_owned()).collect());
                let name = plain(alias.name);
                if !is_pronoun(&name) {
                    groups.entry(name).or_default().push((index, reports));
                }
            }
        }
        Self { groups }
    }

    pub(super) fn same(&self, report: &str, a: &str, b: &str) -> bool {
        let (a, b) = (plain(a), plain(b));
        let groups = |name: &str| -> Vec<usize> {
            let named = self.groups.get(name).into_iter().flatten();
            named
                .filter(|(_, reports)| reports.as_ref().is_none_or(|r| r.iter().any(|r| r == report)))
                .map(|(group, _)| *group)
                .collect()
        };
        a == b || groups(&a).iter().any(|g| groups(&b).contains(g))
    }

    /// True if the report itself gives a speaker with one name the other one.
    pub(super) fn known_as(&self, report: &str, reading: &Reading, name: &str, wanted: &str) -> bool {
        let speaker = reading.speakers.iter().find(|s| s.name == name);
        speaker.is_some_and(|s| {
            s.mentions.iter().any(|m| self.same(report, m.span.cut(&reading.report.text), wanted))
        })
    }

    /// True if a figure's origin is the gold one, by any of the names that gold accepts.
    pub(super) fn is_origin(&self, reading: &Reading, figure: &Figure, gold: &Gold) -> bool {
        let report = gold.report.as_str();
        match (&figure.origin, &gold.origin) {
            (None, None) => true,
            (Some(found), Some(_)) => {
                let speaker = figure.origin_speaker.and_then(|s| reading.speakers.get(s.index()));
                accepted(gold).any(|wanted| {
                    self.same(report, found, wanted)
                        || speaker.is_some_and(|s| {
                            s.mentions
                                .iter()
                                .any(|m| self.same(report, m.span.cut(&reading.report.text), wanted))
                        })
                })
            }
            _ => false,
        }
    }
}

/// The accepted names of a gold origin, without pronouns.
pub(super) fn accepted(gold: &Gold) -> impl Iterator<Item = &str> {
    let names = gold.origin.iter().chain(&gold.origin_names);
    // WHO is not a pronoun.
    let capitals = |name: &str| name.len() > 2 && name.chars().all(char::is_uppercase);
    names.map(String::as_str).filter(move |name| capitals(name) || !is_pronoun(&plain(name)))
}

fn is_pronoun(plain: &str) -> bool {
    PRONOUNS.contains(&plain)
}

/// A name without its leading article, ignoring case.
pub(super) fn plain(name: &str) -> String {
    let lower = name.trim().to_lowercase().replace('’', "'");
    let bare = ["the ", "a ", "an "].iter().find_map(|article| lower.strip_prefix(article));
    bare.unwrap_or(&lower).to_owned()
}

/// True if a source is described ("officials", "a spokesman for the mayor"), not named: the head noun of the phrase occurs in
/// lower case there or elsewhere in the reports (a first word is always capitalised).
pub(super) fn is_described(name: &str, lower_case: &BTreeSet<String>) -> bool {
    const ENDS: [&str; 11] = ["of", "in", "for", "at", "from", "who", "with", "on", "near", "to", "by"];
    let words = name.split_whitespace().take_while(|w| !ENDS.contains(w));
    let mut head = "";
    for word in words {
        head = word.trim_end_matches([',', '.']);
        if word.ends_with(',') {
            break;
        }
    }
    let first = head.chars().next();
    first.is_some_and(char::is_lowercase)
        || name.split_whitespace().next().is_some_and(|w| w.trim_end_matches(',') == head)
            && !head.chars().skip(1).any(char::is_uppercase)
            && lower_case.contains(&head.to_lowercase())
}

/// All words that occur in lower case in the texts.
pub(super) fn lower_case_words<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    texts
        .flat_map(|t| t.split(|c: char| !c.is_alphanumeric() && c != '-'))
        .filter(|w| w.starts_with(char::is_lowercase))
        .map(str::to_owned)
        .collect()
}
