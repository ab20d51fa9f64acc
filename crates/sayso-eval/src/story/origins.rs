//! The origins of a number, in which reports and through which chains; and the names of speakers.

use std::collections::BTreeSet;

use sayso_compare::{Member, StoryIndex, TermVector, bears, goes_by, same_outlet};
use sayso_model::{
    Number,
    story::{Appearance, Series, Status, StorySpeaker},
};
use serde_json::Value;

use super::{
    Found,
    find::{Checker, holds, number},
};

impl Checker<'_> {
    pub(super) fn one_story(&self, wanted: bool) -> Found {
        let mut index = StoryIndex::default();
        for (key, (_, reading)) in (0..).zip(self.readings) {
            let report = &reading.report;
            let day = report.head.published.as_ref().map(|d| d.value);
            index.add(Member { report: key, day, vector: TermVector::of(&report.text) });
        }
        let name = |key: &i64| {
            usize::try_from(*key)
                .ok()
                .and_then(|k| self.readings.get(k))
                .map_or("?", |(name, _)| name.as_str())
        };
        let stories: Vec<String> =
            index.stories().values().map(|s| s.iter().map(name).collect::<Vec<_>>().join(",")).collect();
        ((stories.len() == 1) == wanted, format!("{}: {}", stories.len(), stories.join(" | ")))
    }

    /// All names refer to one speaker, and none of them to another.
    pub(super) fn aliases(&self, gold: &Value) -> Found {
        let names: Vec<&str> = gold.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let best = self
            .story
            .speakers
            .iter()
            .map(|s| (names.iter().filter(|n| !self.has_alias(s, n)).copied().collect::<Vec<_>>(), s))
            .min_by_key(|(missing, _)| missing.len());
        match best {
            Some((missing, s)) if missing.is_empty() => (true, format!("{}: {}", s.name, s.names.join(", "))),
            Some((missing, s)) => {
                (false, format!("{} goes by {}; not by {}", s.name, s.names.join(", "), missing.join(", ")))
            }
            None => (false, "no speaker".into()),
        }
    }

    fn has_alias(&self, speaker: &StorySpeaker, alias: &str) -> bool {
        // "the agency (report 03)" applies to that report only.
        let (name, reports) = match alias.rsplit_once(" (report") {
            Some((name, list)) => {
                let list = list.trim_start_matches('s').trim_end_matches(')');
                (name, Some(list.split([',', ' ']).filter(|r| !r.is_empty()).collect::<Vec<_>>()))
            }
            None => (alias, None),
        };
        match reports {
            Some(reports) => reports.iter().filter(|r| **r != "and").all(|report| {
                speaker.members.iter().filter(|m| self.file(m.report) == *report).any(|m| {
                    if speaker.names.iter().any(|n| same_words(n, name)) || goes_by(speaker, name) {
                        return true;
                    }
                    let Some(local) = self.local(m.report, m.speaker) else { return false };
                    let text = self.text(m.report);
                    // A mention may continue after the words ("the agency, known as ...").
                    let written = local.mentions.iter().map(|x| x.span.cut(text));
                    written
                        .chain([local.name.as_str()])
                        .any(|words| same_words(words.split(',').next().unwrap_or(words), name))
                })
            }),
            None => {
                let others = self.story.speakers.iter().filter(|s| bears(s, name)).count();
                bears(speaker, name) || (others == 0 && goes_by(speaker, name))
            }
        }
    }

    /// One field of `origins_of_<N>_<category>`; `None` for an unknown field.
    pub(super) fn origins(&self, key: &str, field: &str, gold: &Value) -> Option<Found> {
        let carriers = self.carriers(key);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let list = || gold.as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>();
        let names: BTreeSet<&str> = carriers.iter().filter_map(|(s, _)| s.name.as_deref()).collect();
        Some(match field {
            "independent" => self.independents(&carriers, &names, gold),
            "origin" => {
                let wanted = gold.as_str().unwrap_or("");
                let is_it = |(s, appearances): &(&Series, Vec<&Appearance>)| {
                    self.fits_here(s, appearances, wanted) > 1
                };
                (carriers.iter().any(is_it), format!("{names:?}"))
            }
            "reports" => {
                let mut reports: BTreeSet<&str> =
                    carriers.iter().flat_map(|(_, a)| a).map(|a| self.file(a.mark.report)).collect();
                reports.extend(self.deniers(key));
                let wanted: BTreeSet<String> = list().into_iter().collect();
                (wanted.iter().map(String::as_str).eq(reports.iter().copied()), format!("{reports:?}"))
            }
            "first" => {
                let first = carriers.iter().flat_map(|(_, a)| a).map(|a| a.mark.report).min();
                let first = first.map_or("?", |r| self.file(r));
                (gold.as_str() == Some(first), first.to_owned())
            }
            _ => {
                let report = field.strip_prefix("chain_of_")?;
                let wanted = list();
                let here =
                    carriers.iter().flat_map(|(_, a)| a).filter(|a| self.file(a.mark.report) == report);
                let chains: Vec<Vec<String>> = here.map(|a| self.chain(a)).collect();
                (chains.iter().any(|c| self.same_chain(c, &wanted)), format!("{chains:?}"))
            }
        })
    }

    /// Each field of an entry of `origins`, as a separate expectation.
    pub(super) fn origins_of(&self, gold: &Value) -> Vec<(String, Found)> {
        let of = gold.get("of").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let (category, number) = (of.first().and_then(Value::as_str), of.get(1).and_then(number));
        let (Some(category), Some(number)) = (category, number) else { return Vec::new() };
        let carriers = self.carriers_of(number, category);
        let names: BTreeSet<&str> = carriers.iter().filter_map(|(s, _)| s.name.as_deref()).collect();
        let files = |echo: Option<bool>| -> BTreeSet<&str> {
            let all = carriers.iter().flat_map(|(_, a)| a);
            all.filter(|a| echo.is_none_or(|e| (a.echo || a.likely_echo.is_some()) == e))
                .map(|a| self.file(a.mark.report))
                .collect()
        };
        let listed = |value: &Value| -> BTreeSet<String> {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let same = |value: &Value, found: BTreeSet<&str>| -> Found {
            (listed(value).iter().map(String::as_str).eq(found.iter().copied()), format!("{found:?}"))
        };
        ["independent", "origin", "reports", "echoes"]
            .into_iter()
            .filter_map(|field| Some((field, gold.get(field)?)))
            .map(|(field, value)| {
                let found = match field {
                    "independent" => self.independents(&carriers, &names, value),
                    "origin" => self.is_origin(&carriers, &names, value),
                    "reports" => same(value, files(None)),
                    _ => same(value, files(Some(true)).difference(&files(Some(false))).copied().collect()),
                };
                (format!("{number} {category}: {field} = {value}"), found)
            })
            .collect()
    }

    fn independents(
        &self,
        carriers: &[(&Series, Vec<&Appearance>)],
        names: &BTreeSet<&str>,
        gold: &Value,
    ) -> Found {
        let named = carriers.iter().map(|(s, _)| *s).filter(|s| Self::independent(s));
        let mut counted: BTreeSet<&str> = named.filter_map(|s| s.name.as_deref()).collect();
        if counted.is_empty() {
            // Unnamed origins that are not shown to be several.
            counted.extend(names.first());
        }
        (gold.as_u64() == Some(counted.len() as u64), format!("{}: {counted:?} of {names:?}", counted.len()))
    }

    /// Whether everybody that the gold names ("A; B") is an origin; null means that nobody is.
    fn is_origin(
        &self,
        carriers: &[(&Series, Vec<&Appearance>)],
        names: &BTreeSet<&str>,
        gold: &Value,
    ) -> Found {
        let held = match gold.as_str() {
            None => !carriers.is_empty() && names.is_empty(),
            Some(all) => all.split("; ").all(|wanted| {
                carriers.iter().any(|(s, appearances)| self.fits_here(s, appearances, wanted) > 0)
            }),
        };
        (held, format!("{names:?}"))
    }

    /// Series that give a number, each with the reports that have it. `key`: `100_killed` or `killed_100`.
    fn carriers(&self, key: &str) -> Vec<(&Series, Vec<&Appearance>)> {
        number_and_category(key)
            .map_or_else(Vec::new, |(number, category)| self.carriers_of(number, category))
    }

    fn carriers_of(&self, number: Number, category: &str) -> Vec<(&Series, Vec<&Appearance>)> {
        self.story
            .claims
            .iter()
            .filter(|c| c.category.as_str() == category)
            .flat_map(|c| &c.series)
            .map(|s| {
                let points = s.points.iter().filter(|p| holds(&p.value, number));
                (s, points.flat_map(|p| &p.reports).collect::<Vec<_>>())
            })
            .filter(|(_, reports)| !reports.is_empty())
            .collect()
    }

    /// Reports that mention a number because somebody denies it.
    fn deniers(&self, key: &str) -> BTreeSet<&str> {
        let Some((number, category)) = number_and_category(key) else { return BTreeSet::new() };
        let claims = self.story.claims.iter().filter(|c| c.category.as_str() == category);
        let points =
            claims.flat_map(|c| &c.series).flat_map(|s| &s.points).filter(|p| holds(&p.value, number));
        points
            .flat_map(|p| &p.statuses)
            .filter_map(|s| match s {
                Status::Denied { mark, .. } | Status::Disowned { mark, .. } => Some(self.file(mark.report)),
                _ => None,
            })
            .collect()
    }

    fn chain(&self, appearance: &Appearance) -> Vec<String> {
        appearance
            .chain
            .iter()
            .map(|step| {
                let speaker = step.speaker.and_then(|s| self.story.speakers.get(s)).map(|s| s.name.clone());
                speaker.or_else(|| step.name.clone()).unwrap_or_else(|| "nobody named".into())
            })
            .collect()
    }

    fn same_chain(&self, found: &[String], wanted: &[String]) -> bool {
        found.len() == wanted.len()
            && found.iter().zip(wanted).all(|(a, b)| {
                same_outlet(a, b) || self.story.speakers.iter().any(|s| s.name == *a && Self::is_called(s, b))
            })
    }
}

fn number_and_category(key: &str) -> Option<(Number, &str)> {
    let first = key.split_once('_').and_then(|(n, category)| Some((Number::parse(n)?, category)));
    first.or_else(|| key.rsplit_once('_').and_then(|(category, n)| Some((Number::parse(n)?, category))))
}

/// True for the same words, ignoring articles and case.
fn same_words(a: &str, b: &str) -> bool {
    let plain = |w: &str| {
        let w = w.trim().to_lowercase();
        ["the ", "a ", "an "]
            .iter()
            .find_map(|article| w.strip_prefix(article))
            .map_or(w.clone(), str::to_owned)
    };
    plain(a) == plain(b)
}
