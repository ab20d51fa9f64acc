//! Lists as every interface shows them: stories, figures, one report.

use std::collections::{BTreeMap, BTreeSet};

use sayso_ledger::{
    Decided, EntryKind, EntryName, Fate, Fates, FigureFilter, FoundFigure, Hit, Ledger, LedgerError, Numbers,
    ReportFilter, ReportId, ReportLine, Reviewed, Stored, StoryCursor, fates_of,
};
use sayso_model::FigureId;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{DeskError, OutletNames, catch_up, fates::FatesOfList, in_stories, outlet_names};

/// A story in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StoryLine {
    /// Its number.
    pub story: i64,
    /// The headline that it began with.
    pub label: String,
    /// How many reports it has.
    pub reports: usize,
    /// Their outlets.
    pub outlets: BTreeSet<String>,
    /// Day of the first report.
    pub first: Option<String>,
    /// Day of the newest.
    pub last: Option<String>,
    /// Figures about which nobody has decided.
    pub unreviewed: u64,
}

/// The stories of a ledger with at least this many reports, starting with the one that has the newest report.
///
/// # Errors
/// Those of the ledger.
pub fn stories(ledger: &mut Ledger, least: usize) -> Result<Vec<StoryLine>, DeskError> {
    Ok(story_page(ledger, least, None, None)?.0)
}

/// A page of them: after a place in the list, at most this many; and the place after it, if there may be more.
///
/// # Errors
/// Those of the ledger.
pub fn story_page(
    ledger: &mut Ledger,
    least: usize,
    after: Option<&StoryCursor>,
    limit: Option<usize>,
) -> Result<(Vec<StoryLine>, Option<StoryCursor>), DeskError> {
    catch_up(ledger)?;
    let lines = ledger.story_lines(least, after, limit)?;
    let names = outlet_names(ledger)?;
    let full = limit.is_some_and(|limit| lines.len() >= limit);
    let next = lines.last().filter(|_| full).map(|line| StoryCursor { last: line.last.clone(), id: line.id });
    let found = lines
        .into_iter()
        .map(|line| StoryLine {
            story: line.id.0,
            label: line.label,
            reports: line.reports,
            outlets: names.of_all(&line.outlets),
            first: line.first,
            last: line.last,
            unreviewed: line.unreviewed,
        })
        .collect();
    Ok((found, next))
}

/// The reports that pass a filter, with the names of their outlets.
///
/// # Errors
/// Those of the ledger.
pub fn reports(ledger: &Ledger, filter: &ReportFilter) -> Result<Vec<ReportLine>, DeskError> {
    let names = outlet_names(ledger)?;
    let mut lines = ledger.reports(filter)?;
    lines.iter_mut().for_each(|line| names.put(&mut line.outlet));
    Ok(lines)
}

/// The reports with all the words, best first, with the names of their outlets; as [`Ledger::search`].
///
/// # Errors
/// Those of the ledger.
pub fn search(ledger: &Ledger, words: &str, limit: u32) -> Result<Vec<Hit>, DeskError> {
    let names = outlet_names(ledger)?;
    let mut hits = ledger.search(words, limit)?;
    hits.iter_mut().for_each(|hit| names.put(&mut hit.line.outlet));
    Ok(hits)
}

/// A figure in a list, with its status.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FigureLine {
    /// What was found.
    #[serde(flatten)]
    pub found: FoundFigure,
    /// What has happened to it since.
    pub status: Vec<Fate>,
    /// What was decided about it.
    pub decided: Option<Decided>,
    /// The figure itself, with spans in code points.
    #[schemars(with = "Option<sayso_model::Figure>")]
    pub entry: Value,
}

/// The figures that pass a filter.
///
/// # Errors
/// Those of the ledger.
pub fn figures(ledger: &mut Ledger, filter: &FigureFilter) -> Result<Vec<FigureLine>, DeskError> {
    let mut lines = Vec::new();
    each_figures(ledger, filter, &mut |some| {
        lines.extend(some);
        Ok::<(), DeskError>(())
    })?;
    Ok(lines)
}

/// Figures that are processed in one batch.
const AT_ONCE: usize = 500;

/// The same, passed on in batches, so that no more of them are held in memory.
///
/// # Errors
/// Those of the ledger and of `take`.
pub fn each_figures<E: From<DeskError>>(
    ledger: &mut Ledger,
    filter: &FigureFilter,
    take: &mut dyn FnMut(Vec<FigureLine>) -> Result<(), E>,
) -> Result<(), E> {
    catch_up(ledger)?;
    let keys = ledger.figure_keys(filter).map_err(DeskError::from)?;
    let mut fates = FatesOfList::default();
    let names = outlet_names(ledger)?;
    for some in keys.chunks(AT_ONCE) {
        take(figures_at(ledger, some, &mut fates, &names)?)?;
    }
    Ok(())
}

fn figures_at(
    ledger: &mut Ledger,
    keys: &[(ReportId, FigureId)],
    fates: &mut FatesOfList,
    names: &OutletNames,
) -> Result<Vec<FigureLine>, DeskError> {
    let mut found: Vec<FoundFigure> = keys
        .iter()
        .filter_map(|key| ledger.figure_at(*key).transpose())
        .collect::<Result<_, LedgerError>>()?;
    let mut fates = fates.of(ledger, found.iter().map(|f| f.report))?;
    for figure in &mut found {
        names.put(&mut figure.outlet);
    }
    let mut reviewed: BTreeMap<ReportId, Reviewed> = BTreeMap::new();
    for figure in &found {
        if !reviewed.contains_key(&figure.report)
            && let Some(one) = ledger.reviewed(figure.report)?
        {
            own_first(fates.entry(figure.report).or_default(), fates_of(figure.report, &one));
            reviewed.insert(figure.report, one);
        }
    }
    let mut lines = Vec::with_capacity(found.len());
    for found in found {
        let name = EntryName { kind: EntryKind::Figure, index: found.figure.index() };
        let one = reviewed.get(&found.report);
        let entry = match one.and_then(|r| Some((r.reading.figures.get(name.index)?, &r.reading.report.text)))
        {
            Some((figure, text)) => sayso_model::json::with_exact(figure, text)?,
            None => Value::Null,
        };
        lines.push(FigureLine {
            status: fates.get(&found.report).and_then(|f| f.get(&name).cloned()).unwrap_or_default(),
            decided: one.and_then(|r| r.of(name).cloned()),
            entry,
            found,
        });
    }
    Ok(lines)
}

/// What a report itself says about its entries takes precedence over what the story shows.
pub(crate) fn own_first(fates: &mut Fates, own: Fates) {
    for (entry, more) in own {
        fates.entry(entry).or_default().splice(0..0, more);
    }
}

impl FigureLine {
    /// `12:f3`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.found.report, self.found.figure)
    }

    /// Its status in words: how certain it is, what it is part of, what has happened to it, what people decided and
    /// what was read.
    #[must_use]
    pub fn standing(&self) -> String {
        let f = &self.found;
        let mut all: Vec<String> = vec![f.modality.clone().unwrap_or_default()];
        all.extend(f.negated.then(|| "negated".to_owned()));
        all.extend(f.additional.then(|| "additional".to_owned()));
        all.extend(f.part_of.map(|id| format!("part of {id}")));
        all.extend(self.status.iter().map(fate));
        all.extend(self.decided.iter().flat_map(decided));
        let mut told = BTreeSet::new();
        all.retain(|words| !words.is_empty() && told.insert(words.clone()));
        all.join("; ")
    }
}

/// What has happened to a figure, in words: `superseded by 5:f3 (41 people)`.
#[must_use]
pub fn fate(fate: &Fate) -> String {
    let what = fate.what.replace('_', " ");
    let word = match fate.what.as_str() {
        "in_conflict" => " with ",
        "corrected" => " in ",
        "unverified" => ": ",
        _ => " by ",
    };
    fate.by.as_ref().map_or_else(|| what.clone(), |by| format!("{what}{word}{by}"))
}

/// What was decided about an entry, in words, by whom, when and why; and what was read.
#[must_use]
pub fn decided(decided: &Decided) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(decided.decision.as_ref().map(sayso_ledger::Verdict::words));
    if !decided.read.is_empty() {
        let read = decided.read.iter().map(|(field, value)| format!("{field} {value}"));
        all.push(format!("read as {}", read.collect::<Vec<_>>().join(", ")));
    }
    all.extend(decided.notes.iter().map(|n| format!("note: {}", n.text)));
    all
}

/// A value with its bounds: `300`, `100..`, `..1000`, `300 (200..400)`.
#[must_use]
pub fn bounds(n: &Numbers) -> String {
    let number = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
    match (n.low, n.best, n.high) {
        (None, best, None) => number(best),
        (low, None, high) => format!("{}..{}", number(low), number(high)),
        (low, best, high) => format!("{} ({}..{})", number(best), number(low), number(high)),
    }
}

/// A report with everything that is kept about it.
#[derive(Debug, Clone)]
pub struct ReportView {
    /// The report. The outlet in its line has its name in the ledger; the head has what the report itself states.
    pub stored: Stored,
    /// Its reading as decided; null if it has not been read.
    pub reviewed: Option<Reviewed>,
    /// What has happened to its entries.
    pub fates: Fates,
}

/// One report.
///
/// # Errors
/// [`LedgerError::NoReport`], and those of the ledger.
pub fn report(ledger: &mut Ledger, id: ReportId) -> Result<ReportView, DeskError> {
    let mut stored = ledger.report(id)?.ok_or_else(|| LedgerError::NoReport(id.to_string()))?;
    let reviewed = ledger.reviewed(id)?;
    let mut shown = in_stories(ledger, [id])?;
    shown.outlets.put(&mut stored.line.outlet);
    let mut fates = shown.fates.remove(&id).unwrap_or_default();
    if let Some(reviewed) = &reviewed {
        own_first(&mut fates, fates_of(id, reviewed));
    }
    Ok(ReportView { stored, reviewed, fates })
}

impl ReportView {
    /// As `sayso show --json` prints it.
    ///
    /// # Errors
    /// Only if something cannot be serialised.
    pub fn json(&self) -> Result<Value, DeskError> {
        let text = &self.stored.report.text;
        let reading = match &self.reviewed {
            Some(reviewed) => sayso_model::json::with_exact(&reviewed.reading, text)?,
            None => json!({ "report": sayso_model::json::with_exact(&self.stored.report, text)? }),
        };
        let decided: Vec<&Decided> = self.reviewed.iter().flat_map(|r| r.decided.values()).collect();
        let lost: Vec<_> = self.reviewed.iter().flat_map(|r| &r.lost).collect();
        let status: Vec<Value> =
            self.fates.iter().map(|(entry, all)| json!({"entry": entry, "status": all})).collect();
        let mut out = json!({
            "ledger": serde_json::to_value(&self.stored.line)?, "reading": reading, "status": status, "decided": decided,
            "lost": lost
        });
        if let Some(archived) = &self.stored.line.archived {
            out["archived"] = serde_json::to_value(archived)?;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use sayso_ledger::Numbers;

    use super::bounds;

    #[test]
    fn bounds_are_written_once() {
        let written = |low, best, high| bounds(&Numbers { low, best, high });
        assert_eq!(written(None, Some(300.0), None), "300");
        assert_eq!(written(Some(100.0), None, None), "100..");
        assert_eq!(written(None, None, Some(1000.0)), "..1000");
        assert_eq!(written(Some(2.5), Some(3.0), Some(4.0)), "3 (2.5..4)");
    }
}
