//! Checks a story against what reading its reports together must show: `sayso eval story DIR`.
//!
//! The folder holds the reports as `*.txt` and `story.json`. What that file expects is looked for in the comparison; each
//! expectation is printed with whether it holds and what was found. An expectation of a form that is not known does not
//! hold.

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
};

use sayso_compare::{
    Constraints, Entry, Member, StoryIndex, TermVector, difference, goes_by, point, same_outlet, story,
};
use sayso_model::{
    Category, Date, Number, Reading, Span,
    story::{Appearance, Bounds, Difference, Point, PointRef, Scope, Status, Story},
};
use serde::Serialize;
use serde_json::Value;

use crate::EvalError;

/// One expectation and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Key of `story.json` that it stands under.
    pub key: String,
    /// What is expected.
    pub expected: String,
    /// Whether it holds.
    pub held: bool,
    /// What was found.
    pub found: String,
}

/// All expectations of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoryReportCard {
    /// Each expectation.
    pub checks: Vec<Check>,
    /// How many hold.
    pub held: usize,
}

impl fmt::Display for StoryReportCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let word = if check.held { "held    " } else { "NOT held" };
            writeln!(f, "{word}  {}: {}", check.key, check.expected)?;
            writeln!(f, "          {}", check.found)?;
        }
        writeln!(f, "{} of {} held", self.held, self.checks.len())
    }
}

/// The reports of a story folder, by file name, read.
///
/// # Errors
/// [`EvalError::Open`], and [`EvalError::Form`] for a folder without reports or a file that is none.
pub fn readings(folder: &Path) -> Result<Vec<(String, Reading)>, EvalError> {
    let open = |path: &Path, source| EvalError::Open { path: path.to_owned(), source };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| open(folder, e))?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(EvalError::Form {
            path: folder.to_owned(),
            message: "no reports; expected *.txt beside story.json".into(),
        });
    }
    files
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).map_err(|e| open(&path, e))?;
            let report = sayso_ingest::text(&bytes, &sayso_ingest::HeadOverrides::default())
                .map_err(|e| EvalError::Form { path: path.clone(), message: e.to_string() })?;
            let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            Ok((name, sayso_read::read(&report)))
        })
        .collect()
}

/// Reads the reports of a folder, compares them and checks the result.
///
/// # Errors
/// Those of [`readings`]; [`EvalError::Form`] for a `story.json` that is no JSON object.
pub fn run(folder: &Path) -> Result<StoryReportCard, EvalError> {
    check(folder, &readings(folder)?)
}

/// Checks readings against the `story.json` of a folder.
///
/// # Errors
/// [`EvalError::Open`]; [`EvalError::Form`] for a `story.json` that is no JSON object.
pub fn check(folder: &Path, readings: &[(String, Reading)]) -> Result<StoryReportCard, EvalError> {
    let path = folder.join("story.json");
    let file =
        std::fs::read_to_string(&path).map_err(|source| EvalError::Open { path: path.clone(), source })?;
    let form = |message: String| EvalError::Form { path: path.clone(), message };
    let gold: Value =
        serde_json::from_str(&file).map_err(|e| form(format!("{e}; expected a JSON object")))?;
    let gold = gold.as_object().ok_or_else(|| form("not a JSON object".into()))?;
    let entries: Vec<Entry<'_>> =
        (0..).zip(readings).map(|(key, (_, reading))| Entry { key, reading }).collect();
    let checker = Checker { story: story(&entries, &Constraints::default(), None), readings };
    let mut checks = Vec::new();
    for (key, value) in gold {
        let items = || value.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut each = |found: &dyn Fn(&Value) -> (bool, String)| {
            checks.extend(items().iter().map(|item| {
                let (held, found) = found(item);
                Check { key: key.clone(), expected: item.to_string(), held, found }
            }));
        };
        let one = |(held, found): (bool, String)| Check {
            key: key.clone(),
            expected: value.to_string(),
            held,
            found,
        };
        match key.as_str() {
            "story" => {}
            "reports" => checks.push(one((
                value.as_u64() == Some(checker.story.reports.len() as u64),
                format!("{} reports", checker.story.reports.len()),
            ))),
            "one_story" => checks.push(one(checker.one_story(value.as_bool().unwrap_or(true)))),
            "aliases" => each(&|item| checker.aliases(item)),
            "in_conflict" => each(&|item| checker.in_conflict(item)),
            "not_in_conflict" => each(&|item| checker.not_in_conflict(item)),
            "retractions" => each(&|item| checker.retraction(item)),
            "no_response" => each(&|item| checker.no_response(item)),
            "expected_next" => each(&|item| checker.expected_next(item)),
            _ if key.ends_with("_series") => {
                let category = key.trim_end_matches("_series");
                each(&|item| checker.series(category, item));
            }
            _ if key.starts_with("origins_of_") => {
                checks.extend(
                    checker
                        .origins(key.trim_start_matches("origins_of_"), value)
                        .into_iter()
                        .map(|(expected, held, found)| Check { key: key.clone(), expected, held, found }),
                );
            }
            _ => checks.push(one((false, "this form of expectation is not known".into()))),
        }
    }
    let held = checks.iter().filter(|c| c.held).count();
    Ok(StoryReportCard { checks, held })
}

struct Checker<'r> {
    story: Story,
    readings: &'r [(String, Reading)],
}

impl Checker<'_> {
    /// Name of the file of a report.
    fn file(&self, report: usize) -> &str {
        let key = self.story.reports.get(report).map_or(-1, |r| r.key);
        usize::try_from(key).ok().and_then(|k| self.readings.get(k)).map_or("?", |(name, _)| name)
    }

    fn text(&self, report: usize) -> &str {
        let key = self.story.reports.get(report).map_or(-1, |r| r.key);
        usize::try_from(key).ok().and_then(|k| self.readings.get(k)).map_or("", |(_, r)| &r.report.text)
    }

    fn one_story(&self, wanted: bool) -> (bool, String) {
        let mut index = StoryIndex::default();
        for (key, (_, reading)) in (0..).zip(self.readings) {
            let report = &reading.report;
            let day = report.head.published.as_ref().map(|d| d.value);
            index.add(Member { report: key, day, vector: TermVector::of(&report.text) });
        }
        let count = index.stories().len();
        ((count == 1) == wanted, format!("{count} stories"))
    }

    fn aliases(&self, names: &Value) -> (bool, String) {
        let names: Vec<&str> = names.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fits = |speaker: &sayso_model::story::StorySpeaker, name: &str| {
            // "the agency (report 03)" is said of that report alone.
            match name.split_once(" (report ") {
                Some((name, report)) => {
                    let report = report.trim_end_matches(')');
                    speaker.members.iter().filter(|m| self.file(m.report) == report).any(|m| {
                        if speaker.names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                            return true;
                        }
                        let reading =
                            usize::try_from(self.story.reports.get(m.report).map_or(-1, |r| r.key)).ok();
                        let reading = reading.and_then(|k| self.readings.get(k)).map(|(_, r)| r);
                        reading.and_then(|r| Some((r, r.speakers.get(m.speaker.index())?))).is_some_and(
                            |(r, s)| {
                                // A mention may go on after the words ("the agency, known as ...").
                                s.mentions.iter().map(|x| x.span.cut(&r.report.text)).any(|words| {
                                    words.split(',').next().unwrap_or(words).eq_ignore_ascii_case(name)
                                })
                            },
                        )
                    })
                }
                None => goes_by(speaker, name),
            }
        };
        let best = self
            .story
            .speakers
            .iter()
            .map(|s| (names.iter().filter(|n| !fits(s, n)).copied().collect::<Vec<_>>(), s))
            .min_by_key(|(missing, _)| missing.len());
        match best {
            Some((missing, s)) if missing.is_empty() => (true, format!("{}: {}", s.name, s.names.join(", "))),
            Some((missing, s)) => {
                (false, format!("{} goes by {}; not by {}", s.name, s.names.join(", "), missing.join(", ")))
            }
            None => (false, "no speaker".into()),
        }
    }

    /// Points of a category that an origin gives with a number.
    fn points(&self, category: &str, number: Option<Number>, origin: &str) -> Vec<(PointRef, &Point)> {
        let mut found = Vec::new();
        for (claim, c) in
            self.story.claims.iter().enumerate().filter(|(_, c)| c.category.as_str() == category)
        {
            for (series, s) in c.series.iter().enumerate() {
                let speaker = s.origin.and_then(|o| self.story.speakers.get(o));
                let named = match speaker {
                    Some(speaker) => goes_by(speaker, origin) || same_outlet(&speaker.name, origin),
                    None => s.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(origin)),
                };
                if !named {
                    continue;
                }
                for (at, p) in s.points.iter().enumerate() {
                    if number.is_none_or(|n| holds(&p.value, n)) {
                        found.push((PointRef { claim, series, point: at }, p));
                    }
                }
            }
        }
        found
    }

    fn describe(&self, at: PointRef) -> String {
        let Some(claim) = self.story.claims.get(at.claim) else { return String::new() };
        let Some(series) = claim.series.get(at.series) else { return String::new() };
        let Some(p) = series.points.get(at.point) else { return String::new() };
        let on = p.on.map_or_else(|| "?".to_owned(), |d| d.to_string());
        let scope = match &claim.scope {
            Scope::Total => String::new(),
            Scope::During { period, .. } => format!(" during {} to {}", period.0, period.1),
            Scope::At { places } => format!(" at {}", places.join(", ")),
        };
        let statuses: Vec<String> = p.statuses.iter().map(|s| self.status(s)).collect();
        let reports: Vec<&str> = p.reports.iter().map(|a| self.file(a.mark.report)).collect();
        format!(
            "{} {} ({}){scope} by {} on {on} in {} [{}]",
            number_words(&p.value),
            claim.category.as_str(),
            claim.group.as_deref().unwrap_or("group not stated"),
            series.name.as_deref().unwrap_or("nobody named"),
            reports.join(","),
            statuses.join("; ")
        )
    }

    fn status(&self, status: &Status) -> String {
        match status {
            Status::Current => "current for this origin".into(),
            Status::Superseded { on, .. } => {
                format!(
                    "superseded by the same origin on {}",
                    on.map_or_else(|| "?".into(), |d| d.to_string())
                )
            }
            Status::InConflict { with, origin } => {
                let value =
                    point(&self.story.claims, *with).map(|p| number_words(&p.value)).unwrap_or_default();
                format!("in conflict with {}'s {value}", origin.as_deref().unwrap_or("nobody"))
            }
            Status::Unverified { reasons, .. } => format!("unverified, {}", reasons.join(", ")),
            Status::Corrected { report, .. } => format!("corrected in {}", self.file(*report)),
            Status::Denied { by, .. } => format!("denied by {}", by.as_deref().unwrap_or("nobody named")),
            Status::Disowned { by, .. } => format!("disowned by {}", by.as_deref().unwrap_or("nobody named")),
            Status::SelfContradicted { .. } => "contradicted in the same report".into(),
        }
    }

    fn all_of(&self, category: &str) -> String {
        let mut all = Vec::new();
        for (claim, c) in
            self.story.claims.iter().enumerate().filter(|(_, c)| c.category.as_str() == category)
        {
            for (series, s) in c.series.iter().enumerate() {
                all.extend((0..s.points.len()).map(|point| self.describe(PointRef { claim, series, point })));
            }
        }
        all.join(" | ")
    }

    /// `100_killed`: who is behind a number, in which reports, by which way.
    fn origins(&self, key: &str, gold: &Value) -> Vec<(String, bool, String)> {
        let (number, category) = key.split_once('_').unwrap_or((key, ""));
        let number = Number::parse(number);
        let mut carriers: Vec<(Option<String>, usize, &Appearance)> = Vec::new();
        for claim in self.story.claims.iter().filter(|c| c.category.as_str() == category) {
            for series in &claim.series {
                for p in series.points.iter().filter(|p| number.is_some_and(|n| holds(&p.value, n))) {
                    carriers.extend(p.reports.iter().map(|a| (series.name.clone(), a.mark.report, a)));
                }
            }
        }
        let origins: BTreeSet<Option<&str>> = carriers.iter().map(|(o, ..)| o.as_deref()).collect();
        let reports: BTreeSet<&str> = carriers.iter().map(|(_, r, _)| self.file(*r)).collect();
        let first = carriers.iter().map(|(_, r, _)| *r).min().map_or("?", |r| self.file(r));
        let mut checks = Vec::new();
        let Some(gold) = gold.as_object() else {
            return vec![(gold.to_string(), false, "not an object".into())];
        };
        for (field, value) in gold {
            let expected = format!("{field} = {value}");
            let (held, found) = match field.as_str() {
                "independent" => {
                    let named = origins.iter().filter(|o| o.is_some()).count();
                    (value.as_u64() == Some(named as u64), format!("{named}: {origins:?}"))
                }
                "origin" => {
                    let wanted = value.as_str().unwrap_or("");
                    let held = origins.iter().flatten().any(|name| {
                        self.story.speakers.iter().any(|s| s.name == **name && goes_by(s, wanted))
                    });
                    (held, format!("{origins:?}"))
                }
                "reports" => {
                    let wanted: BTreeSet<&str> =
                        value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                    (wanted == reports, format!("{reports:?}"))
                }
                "first" => (value.as_str() == Some(first), first.to_owned()),
                _ if field.starts_with("chain_of_") => {
                    let report = field.trim_start_matches("chain_of_");
                    let wanted: Vec<&str> =
                        value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                    let chains: Vec<Vec<String>> = carriers
                        .iter()
                        .filter(|(_, r, _)| self.file(*r) == report)
                        .map(|(.., a)| self.chain(a))
                        .collect();
                    (chains.iter().any(|c| self.same_chain(c, &wanted)), format!("{chains:?}"))
                }
                _ => (false, "this form of expectation is not known".into()),
            };
            checks.push((expected, held, found));
        }
        checks
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

    fn same_chain(&self, found: &[String], wanted: &[&str]) -> bool {
        found.len() == wanted.len()
            && found.iter().zip(wanted).all(|(a, b)| {
                same_outlet(a, b) || self.story.speakers.iter().any(|s| s.name == *a && goes_by(s, b))
            })
    }

    fn series(&self, category: &str, gold: &Value) -> (bool, String) {
        let text = |key: &str| gold.get(key).and_then(Value::as_str);
        let origin = text("origin").unwrap_or("");
        let number = ["best", "low", "high"].iter().find_map(|k| gold.get(k)).and_then(number);
        let candidates = self.points(category, number, origin);
        for (at, p) in &candidates {
            let first = p
                .reports
                .first()
                .and_then(|a| self.story.reports.get(a.mark.report))
                .and_then(|r| r.published);
            let on = text("on").and_then(Date::parse);
            let day = on.is_none() || p.on.or(first) == on;
            let as_of = text("as_of").and_then(Date::parse);
            let as_of = as_of.is_none() || p.as_of == as_of;
            let status = text("status").is_none_or(|wanted| self.status_holds(p, wanted));
            if day && as_of && status {
                return (true, self.describe(*at));
            }
        }
        let found: Vec<String> = candidates.iter().map(|(at, _)| self.describe(*at)).collect();
        (
            false,
            if found.is_empty() {
                format!("no such value; all: {}", self.all_of(category))
            } else {
                found.join(" | ")
            },
        )
    }

    /// True where every part of an expected status is among a point's.
    fn status_holds(&self, p: &Point, wanted: &str) -> bool {
        let lower = wanted.to_lowercase();
        let date = lower
            .split_whitespace()
            .find_map(|w| Date::parse(w.trim_matches(|c: char| !c.is_ascii_digit() && c != '-')));
        let mut parts = 0;
        let mut all = true;
        let mut part = |word: &[&str], held: bool| {
            if word.iter().any(|w| lower.contains(w)) {
                parts += 1;
                all &= held;
            }
        };
        let has = |f: &dyn Fn(&Status) -> bool| p.statuses.iter().any(f);
        part(
            &["superseded"],
            has(&|s| matches!(s, Status::Superseded { on, .. } if date.is_none() || *on == date)),
        );
        part(&["current"], has(&|s| matches!(s, Status::Current)));
        part(
            &["in conflict", "conflicts with"],
            has(&|s| match s {
                Status::InConflict { with, origin } => {
                    let number = last_number(&lower);
                    let value = point(&self.story.claims, *with).map(|p| p.value);
                    let named = origin.as_deref().is_some_and(|o| lower.contains(&o.to_lowercase()));
                    let by = self
                        .story
                        .speakers
                        .iter()
                        .filter(|s| Some(&s.name) == origin.as_ref())
                        .any(|s| s.names.iter().any(|n| lower.contains(&n.to_lowercase())));
                    (named || by)
                        && (number.is_none() || value.is_some_and(|v| number.is_some_and(|n| holds(&v, n))))
                }
                _ => false,
            }),
        );
        part(&["unverified"], has(&|s| matches!(s, Status::Unverified { .. })));
        part(
            &["no source named"],
            has(
                &|s| matches!(s, Status::Unverified { reasons, .. } if reasons.iter().any(|r| r == "no source named")),
            ),
        );
        part(
            &["no other origin"],
            has(
                &|s| matches!(s, Status::Unverified { reasons, .. } if reasons.iter().any(|r| r == "no other origin")),
            ),
        );
        part(&["corrected", "retracted", "withdrawn"], has(&|s| matches!(s, Status::Corrected { .. })));
        part(&["denied"], has(&|s| matches!(s, Status::Denied { .. })));
        part(&["disowned"], has(&|s| matches!(s, Status::Disowned { .. })));
        parts > 0 && all
    }

    fn in_conflict(&self, gold: &Value) -> (bool, String) {
        let category = gold.get("category").and_then(Value::as_str).unwrap_or("");
        let side = |key: &str| {
            let pair = gold.get(key).and_then(Value::as_array)?;
            Some(self.points(category, pair.get(1).and_then(number), pair.first()?.as_str()?))
        };
        let (a, b) = (side("a").unwrap_or_default(), side("b").unwrap_or_default());
        let held = a.iter().any(|(x, _)| b.iter().any(|(y, _)| self.conflict(*x, *y)));
        let all: Vec<String> = self
            .story
            .conflicts
            .iter()
            .map(|c| format!("{} against {} ({})", self.describe(c.lower), self.describe(c.higher), c.time))
            .collect();
        (
            held,
            if held || !all.is_empty() {
                all.join(" | ")
            } else {
                format!("no conflict; {}", self.all_of(category))
            },
        )
    }

    fn conflict(&self, a: PointRef, b: PointRef) -> bool {
        self.story.conflicts.iter().any(|c| (c.lower, c.higher) == (a, b) || (c.lower, c.higher) == (b, a))
    }

    fn not_in_conflict(&self, gold: &Value) -> (bool, String) {
        let why = gold.get("why").and_then(Value::as_str).unwrap_or("");
        let side = |key: &str| {
            let parts = gold.get(key).and_then(Value::as_array)?;
            Some(self.points(
                parts.first()?.as_str()?,
                parts.get(1).and_then(number),
                parts.get(2)?.as_str()?,
            ))
        };
        let (a, b) = (side("a").unwrap_or_default(), side("b").unwrap_or_default());
        if a.is_empty() || b.is_empty() {
            return (false, format!("not found: {}", if a.is_empty() { "a" } else { "b" }));
        }
        let mut reasons = Vec::new();
        let mut held = true;
        for (x, p) in &a {
            for (y, q) in &b {
                held &= !self.conflict(*x, *y);
                let apart = p.on.zip(q.on).map(|(p, q)| i64::from(p != q) * 30);
                reasons.push(difference(&self.story.claims, *x, *y, apart));
            }
        }
        let wanted = [
            ("categor", Difference::Category),
            ("definition", Difference::Category),
            ("period", Difference::Period),
            ("time", Difference::Time),
            ("date", Difference::Time),
            ("place", Difference::Place),
            ("area", Difference::Place),
            ("group", Difference::Group),
            ("unit", Difference::Unit),
        ];
        let wanted: Vec<Difference> =
            wanted.iter().filter(|(word, _)| why.contains(word)).map(|(_, d)| *d).collect();
        let right = wanted.is_empty() || reasons.iter().flatten().any(|r| wanted.contains(r));
        (held && right, format!("differ in {:?}", reasons.iter().flatten().collect::<BTreeSet<_>>()))
    }

    fn retraction(&self, gold: &Value) -> (bool, String) {
        let report = gold.get("report").and_then(Value::as_str).unwrap_or("");
        let pair = |value: &Value| -> Option<(Category, Number)> {
            let pair = value.as_array()?;
            Some((Category(pair.first()?.as_str()?.to_owned().into()), pair.get(1).and_then(number)?))
        };
        let of = gold.get("of").and_then(pair);
        let to: Vec<(Category, Number)> = gold
            .get("corrected_to")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(pair)
            .collect();
        let here: Vec<_> =
            self.story.corrections.iter().filter(|c| self.file(c.mark.report) == report).collect();
        let held = here.iter().any(|c| {
            let has = |list: &[(Category, Bounds, sayso_model::story::StoryMark)],
                       (category, n): &(Category, Number)| {
                list.iter().any(|(c, value, _)| c == category && holds(value, *n))
            };
            of.as_ref().is_none_or(|of| has(&c.retracted, of)) && to.iter().all(|t| has(&c.corrected_to, t))
        });
        let words = |list: &[(Category, Bounds, sayso_model::story::StoryMark)]| {
            list.iter()
                .map(|(c, b, _)| format!("{} {}", number_words(b), c.as_str()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let found: Vec<String> =
            here.iter().map(|c| format!("{} -> {}", words(&c.retracted), words(&c.corrected_to))).collect();
        (held, if found.is_empty() { "no correction in this report".into() } else { found.join(" | ") })
    }

    fn no_response(&self, gold: &Value) -> (bool, String) {
        let report = gold.get("report").and_then(Value::as_str).unwrap_or("");
        let wanted: Vec<&str> = gold
            .get("asked")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let asked: Vec<&str> = self
            .story
            .unanswered
            .iter()
            .filter(|u| self.file(u.mark.report) == report)
            .flat_map(|u| u.asked.iter().map(String::as_str))
            .collect();
        let fits = |wanted: &str| {
            let wanted = content_words(wanted);
            asked.iter().any(|a| wanted.is_subset(&content_words(a)))
        };
        (!wanted.is_empty() && wanted.iter().all(|w| fits(w)), format!("{asked:?}"))
    }

    fn expected_next(&self, gold: &Value) -> (bool, String) {
        let report = gold.get("report").and_then(Value::as_str).unwrap_or("");
        let what = content_words(gold.get("what").and_then(Value::as_str).unwrap_or(""));
        let by = gold.get("by").and_then(Value::as_str);
        let here: Vec<_> =
            self.story.expected.iter().filter(|o| self.file(o.mark.report) == report).collect();
        let held = here.iter().any(|o| {
            let text = self.text(o.mark.report);
            let words = content_words(sentence_around(text, o.mark.span));
            let shared = what.intersection(&words).count();
            let time = o.time.map_or("", |t| t.span.cut(text));
            let when = by.is_none_or(|by| {
                o.by.is_some_and(|d| d.to_string().starts_with(by))
                    || time.to_lowercase().contains(&by.to_lowercase())
            });
            shared * 2 >= what.len() && shared > 0 && when
        });
        let found: Vec<String> = here
            .iter()
            .map(|o| {
                let text = self.text(o.mark.report);
                let by = o.by.map_or_else(|| "no day".to_owned(), |d| d.to_string());
                format!("\"{}\" by {by} ({})", o.mark.span.cut(text), o.time.map_or("", |t| t.span.cut(text)))
            })
            .collect();
        (held, if found.is_empty() { "nothing expected in this report".into() } else { found.join(" | ") })
    }
}

/// The sentence or sentences around a span, by the nearest full stops.
fn sentence_around(text: &str, span: Span) -> &str {
    let before = text.get(..span.start).unwrap_or("");
    let after = text.get(span.end..).unwrap_or("");
    let start = before.rfind(". ").map_or_else(|| before.rfind('\n').map_or(0, |n| n + 1), |n| n + 2);
    let end = span.end + after.find(". ").or_else(|| after.find('\n')).unwrap_or(after.len());
    text.get(start..end).unwrap_or("")
}

/// Words of four letters and more, plural and case aside.
fn content_words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 3)
        .map(|w| {
            let w = w.to_lowercase();
            w.strip_suffix('s').map_or(w.clone(), str::to_owned)
        })
        .collect()
}

fn number(value: &Value) -> Option<Number> {
    value.as_number().and_then(|n| Number::parse(&n.to_string()))
}

fn holds(value: &Bounds, n: Number) -> bool {
    [value.best, value.low, value.high].contains(&Some(n))
}

fn last_number(text: &str) -> Option<Number> {
    let dates = |w: &&str| Date::parse(w).is_none();
    text.split(|c: char| !(c.is_ascii_digit() || c == ',' || c == '-'))
        .filter(|w| !w.is_empty())
        .filter(dates)
        .filter_map(|w| Number::parse(&w.replace([',', '-'], "")))
        .next_back()
}

fn number_words(value: &Bounds) -> String {
    match (value.low, value.best, value.high) {
        (Some(low), _, Some(high)) => format!("{low} to {high}"),
        (Some(low), _, None) => format!("{low}+"),
        (None, Some(best), _) => format!("{}{best}", if value.approximate { "~" } else { "" }),
        (None, None, Some(high)) => format!("up to {high}"),
        (None, None, None) => "?".into(),
    }
}
