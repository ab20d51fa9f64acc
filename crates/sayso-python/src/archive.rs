//! Archives in batch: from what was read of each report (the table "archive") to copies and stories, in steps that an engine
//! spreads over machines.
//!
//! Each step goes from a stream of batches to a stream of batches and holds one block at most. An engine brings the rows of a
//! block together, in order ([`Step::blocks`]) and numbers them; what is compared is compared by the code that compares in a ledger. Reports are
//! known by their numbers, which give the order in which they came.
//!
//! ```text
//! archive -> anchors -> earlier -> candidates -> placed -> stories
//!         -> runs ----> earlier -> pairs ------> copies
//! ```

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Float32Array, Int64Array, RecordBatch, RecordBatchReader,
    StringArray,
    builder::{BinaryBuilder, BooleanBuilder, Float32Builder, Float64Builder, Int64Builder, StringBuilder},
};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatchReader, PySchema, input::AnyRecordBatch};
use sayso_compare::{
    Anchor, Candidates, Constraints, CopyText, Entry, Likeness, Member, ReportKey, StoryIndex, TermVector,
    likeness, story,
};
use sayso_model::{Date, Reading};

use crate::{
    batches,
    table::{Table, arrays},
};

/// Earlier texts that a text is compared with, as in a story.
const COPIES: usize = 8;

/// What is done with the rows of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A table of entries, from states.
    Table(Table),
    /// The terms by which each report finds its story.
    Anchors,
    /// The runs of words by which each report's copies are found.
    Runs,
    /// The reports before each that have the same anchor or run.
    Earlier,
    /// Those that share most with each.
    Candidates,
    /// The same for copies, a row for each pair.
    Pairs,
    /// Pairs of which one repeats the other.
    Copies,
    /// The story of each report.
    Placed,
    /// Stories.
    Stories,
}

impl Step {
    fn named(name: &str) -> PyResult<Self> {
        Ok(match name {
            "anchors" => Self::Anchors,
            "runs" => Self::Runs,
            "earlier" => Self::Earlier,
            "candidates" => Self::Candidates,
            "pairs" => Self::Pairs,
            "copies" => Self::Copies,
            "placed" => Self::Placed,
            "stories" => Self::Stories,
            table => Self::Table(Table::named(table)?),
        })
    }

    fn schema(self) -> SchemaRef {
        use DataType::{Binary, Boolean, Float32, Float64, Int64, Utf8};
        let columns: &[(&str, DataType)] = match self {
            Self::Table(table) => return batches::schema(table, Int64),
            Self::Anchors | Self::Runs => {
                &[("term", Int64), ("report", Int64), ("rank", Int64), ("weight", Float32), ("rare", Boolean)]
            }
            Self::Earlier => &[
                ("report", Int64),
                ("rank", Int64),
                ("term", Int64),
                ("weight", Float32),
                ("rare", Boolean),
                ("earlier", Binary),
            ],
            Self::Candidates => &[("report", Int64), ("nearest", Binary), ("names", Binary)],
            Self::Pairs => &[("report", Int64), ("original", Int64)],
            Self::Copies => {
                &[("report", Int64), ("original", Int64), ("share", Float64), ("corrected", Boolean)]
            }
            Self::Placed => &[("report", Int64), ("story", Int64)],
            Self::Stories => &[("story", Int64), ("reports", Int64), ("json", Utf8)],
        };
        let field = |(name, kind): &(&str, DataType)| Field::new(*name, kind.clone(), true);
        Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// The column that the rows of a block have in common, and the one by which they come within it. Where there is only the
    /// latter all rows are one block.
    fn blocks(self) -> Option<(Option<&'static str>, &'static str)> {
        match self {
            Self::Table(_) | Self::Anchors | Self::Runs => None,
            Self::Earlier => Some((Some("term"), "report")),
            Self::Candidates | Self::Pairs => Some((Some("report"), "rank")),
            Self::Copies => Some((Some("report"), "original")),
            Self::Placed => Some((None, "report")),
            Self::Stories => Some((Some("story"), "report")),
        }
    }

    fn work(self) -> Box<dyn Work> {
        match self {
            Self::Table(table) => Box::new(Tables(table)),
            Self::Anchors => Box::new(Keys { runs: false }),
            Self::Runs => Box::new(Keys { runs: true }),
            Self::Earlier => Box::new(Earlier::default()),
            Self::Candidates => Box::new(Nearest::default()),
            Self::Pairs => Box::new(Nearest { pairs: true, ..Nearest::default() }),
            Self::Copies => Box::new(Copies::default()),
            Self::Placed => Box::new(Placed::default()),
            Self::Stories => Box::new(Stories::default()),
        }
    }
}

type Made = Result<Vec<ArrayRef>, ArrowError>;

/// What a step does with each batch, and at the end with what it still holds.
trait Work: Send {
    fn batch(&mut self, batch: &RecordBatch) -> Made;

    fn end(&mut self) -> Made {
        Ok(Vec::new())
    }
}

/// Sees to it that the rows of each block come together and in order, whatever an engine makes of what it was asked: they are
/// numbered in that order, from 1.
struct Order {
    together: Option<&'static str>,
    block: Option<i64>,
    row: i64,
}

impl Order {
    fn check(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let rows = integers(batch, "row")?;
        let blocks = self.together.map(|together| integers(batch, together)).transpose()?;
        for (at, row) in rows.values().iter().enumerate() {
            let block = blocks.as_ref().map(|blocks| blocks.value(at));
            let goes_on = *row == self.row + 1 && (self.row == 0 || block == self.block);
            if !goes_on && (*row != 1 || self.together.is_none()) {
                return Err(ArrowError::ComputeError(format!(
                    "row {row} of block {block:?} comes behind row {} of block {:?}: the engine has not kept the order of rows",
                    self.row, self.block
                )));
            }
            (self.block, self.row) = (block, *row);
        }
        Ok(())
    }
}

struct Steps {
    order: Option<Order>,
    input: Box<dyn RecordBatchReader + Send>,
    schema: SchemaRef,
    work: Box<dyn Work>,
    ended: bool,
}

impl Iterator for Steps {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let made = match self.input.next() {
                Some(batch) => batch.and_then(|batch| {
                    self.order.as_mut().map_or(Ok(()), |order| order.check(&batch))?;
                    self.work.batch(&batch)
                }),
                None => {
                    self.ended = true;
                    self.work.end()
                }
            };
            match made {
                Ok(columns) if columns.first().is_none_or(|first| first.is_empty()) => {}
                Ok(columns) => return Some(RecordBatch::try_new(Arc::clone(&self.schema), columns)),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl RecordBatchReader for Steps {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The rows of a step.
#[pyfunction]
pub(crate) fn archive_step(data: AnyRecordBatch, step: &str) -> PyResult<PyRecordBatchReader> {
    let step = Step::named(step)?;
    let order = step.blocks().map(|(together, _)| Order { together, block: None, row: 0 });
    let (input, schema, work) = (data.into_reader()?, step.schema(), step.work());
    Ok(PyRecordBatchReader::new(Box::new(Steps { order, input, schema, work, ended: false })))
}

/// What [`archive_schema`] gives.
type Shape = (PySchema, Option<(Option<&'static str>, &'static str)>);

/// The schema of a step's rows, and by which columns the rows that it takes are brought together and ordered.
#[pyfunction]
pub(crate) fn archive_schema(step: &str) -> PyResult<Shape> {
    let step = Step::named(step)?;
    Ok((PySchema::new(step.schema()), step.blocks()))
}

/// A column, as a type that its values have.
fn column<T: Array + Clone + 'static>(
    batch: &RecordBatch,
    name: &str,
    kind: &DataType,
) -> Result<T, ArrowError> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| ArrowError::SchemaError(format!("there is no column '{name}'")))?;
    let column = cast(column, kind)?;
    let typed = column.as_any().downcast_ref::<T>().cloned();
    typed.ok_or_else(|| ArrowError::CastError(format!("'{name}' is not {kind}")))
}

fn integers(batch: &RecordBatch, name: &str) -> Result<Int64Array, ArrowError> {
    column(batch, name, &DataType::Int64)
}

fn strings(batch: &RecordBatch, name: &str) -> Result<StringArray, ArrowError> {
    column(batch, name, &DataType::Utf8)
}

fn bytes(batch: &RecordBatch, name: &str) -> Result<BinaryArray, ArrowError> {
    column(batch, name, &DataType::Binary)
}

/// What a column should hold and does not.
fn damaged(what: &str, report: i64) -> ArrowError {
    ArrowError::ParseError(format!("report {report}: its {what} is not what sayso wrote"))
}

fn decoded(written: &str, what: &str, report: i64) -> Result<Vec<u8>, ArrowError> {
    BASE64_STANDARD.decode(written).map_err(|_| damaged(what, report))
}

fn vector(written: &str, report: i64) -> Result<TermVector, ArrowError> {
    TermVector::from_bytes(&decoded(written, "vector", report)?).ok_or_else(|| damaged("vector", report))
}

fn state(written: &str, report: i64) -> Result<Reading, ArrowError> {
    serde_json::from_str(written).map_err(|_| damaged("state", report))
}

/// Terms are kept as numbers with a sign, as engines have them.
fn signed(term: u64) -> i64 {
    i64::from_le_bytes(term.to_le_bytes())
}

fn unsigned(term: i64) -> u64 {
    u64::from_le_bytes(term.to_le_bytes())
}

/// The numbers of reports in a row, as bytes.
fn packed(reports: &[ReportKey]) -> Vec<u8> {
    reports.iter().flat_map(|report| report.to_le_bytes()).collect()
}

fn unpacked(bytes: &[u8]) -> impl Iterator<Item = i64> + '_ {
    bytes.as_chunks::<8>().0.iter().map(|chunk| i64::from_le_bytes(*chunk))
}

/// Makes the rows of a table from states.
struct Tables(Table);

impl Work for Tables {
    fn batch(&mut self, batch: &RecordBatch) -> Made {
        let (reports, states, errors) =
            (integers(batch, "report")?, strings(batch, "state")?, strings(batch, "error")?);
        let mut of = Int64Builder::new();
        let mut rows = Vec::new();
        for row in 0..batch.num_rows() {
            let report = reports.value(row);
            let found = if states.is_valid(row) {
                self.0.rows(&state(states.value(row), report)?).map_err(ArrowError::ComputeError)?
            } else {
                let why = if errors.is_valid(row) { errors.value(row) } else { "it was not read" };
                vec![self.0.unread(why.to_owned())]
            };
            found.iter().for_each(|_| of.append_value(report));
            rows.extend(found);
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(of.finish())];
        columns.extend(arrays(&self.0.columns(), &rows));
        Ok(columns)
    }
}

/// Makes a row for each key of a signature.
struct Keys {
    runs: bool,
}

impl Work for Keys {
    fn batch(&mut self, batch: &RecordBatch) -> Made {
        let reports = integers(batch, "report")?;
        let signatures = strings(batch, if self.runs { "sketch" } else { "vector" })?;
        let (mut terms, mut of, mut ranks) = (Int64Builder::new(), Int64Builder::new(), Int64Builder::new());
        let (mut weights, mut rare) = (Float32Builder::new(), BooleanBuilder::new());
        for row in (0..batch.num_rows()).filter(|row| signatures.is_valid(*row)) {
            let (report, signature) = (reports.value(row), signatures.value(row));
            let keys: Vec<(u64, f32, bool)> = if self.runs {
                let sketch = decoded(signature, "sketch", report)?;
                unpacked(&sketch).map(|run| (unsigned(run), 1.0, false)).collect()
            } else {
                let vector = vector(signature, report)?;
                let key = |(term, weight)| (term, weight, vector.is_rare_name(term));
                vector.anchors().into_iter().map(key).collect()
            };
            for (rank, (term, weight, is_rare)) in (0..).zip(keys) {
                terms.append_value(signed(term));
                of.append_value(report);
                ranks.append_value(rank);
                weights.append_value(weight);
                rare.append_value(is_rare);
            }
        }
        Ok(vec![
            Arc::new(terms.finish()),
            Arc::new(of.finish()),
            Arc::new(ranks.finish()),
            Arc::new(weights.finish()),
            Arc::new(rare.finish()),
        ])
    }
}

/// Goes through the reports of each term and tells each of those before it.
#[derive(Default)]
struct Earlier {
    term: Option<i64>,
    /// The newest first.
    reports: VecDeque<(ReportKey, f32)>,
}

impl Work for Earlier {
    fn batch(&mut self, batch: &RecordBatch) -> Made {
        let (terms, reports) = (integers(batch, "term")?, integers(batch, "report")?);
        let weights: Float32Array = column(batch, "weight", &DataType::Float32)?;
        let mut earlier = BinaryBuilder::new();
        for row in 0..batch.num_rows() {
            if self.term != Some(terms.value(row)) {
                self.term = Some(terms.value(row));
                self.reports.clear();
            }
            let pair = |(report, weight): &(ReportKey, f32)| {
                report.to_le_bytes().into_iter().chain(weight.to_le_bytes())
            };
            earlier.append_value(self.reports.iter().flat_map(pair).collect::<Vec<u8>>());
            self.reports.truncate(Anchor::EARLIER - 1);
            self.reports.push_front((reports.value(row), weights.value(row)));
        }
        let kept = |name: &str, kind: &DataType| {
            let found = batch.column_by_name(name).map(|found| cast(found, kind));
            found.unwrap_or_else(|| Err(ArrowError::SchemaError(format!("there is no column '{name}'"))))
        };
        Ok(vec![
            Arc::new(reports),
            kept("rank", &DataType::Int64)?,
            Arc::new(terms),
            Arc::new(weights),
            kept("rare", &DataType::Boolean)?,
            Arc::new(earlier.finish()),
        ])
    }
}

/// Gathers what a report's terms lead to.
#[derive(Default)]
struct Nearest {
    pairs: bool,
    report: Option<ReportKey>,
    anchors: Vec<Anchor>,
}

impl Nearest {
    /// The candidates of the report whose rows have all come.
    fn finish(&mut self, next: Option<ReportKey>) -> Option<(ReportKey, Candidates)> {
        let report = self.report.filter(|_| self.report != next)?;
        Some((report, Candidates::of(std::mem::take(&mut self.anchors))))
    }

    fn columns(&self, found: &[(ReportKey, Candidates)]) -> Vec<ArrayRef> {
        if self.pairs {
            let pairs =
                || found.iter().flat_map(|(r, c)| c.nearest.iter().take(COPIES).map(move |o| (*r, *o)));
            return vec![
                Arc::new(pairs().map(|(report, _)| report).collect::<Int64Array>()),
                Arc::new(pairs().map(|(_, other)| other).collect::<Int64Array>()),
            ];
        }
        let reports: Int64Array = found.iter().map(|(report, _)| *report).collect();
        let (mut nearest, mut names) = (BinaryBuilder::new(), BinaryBuilder::new());
        for (_, candidates) in found {
            nearest.append_value(packed(&candidates.nearest));
            let name = |(term, newest): &(u64, Vec<ReportKey>)| {
                [term.to_le_bytes().to_vec(), packed(&[newest.len() as i64]), packed(newest)].concat()
            };
            names.append_value(candidates.names.iter().flat_map(name).collect::<Vec<u8>>());
        }
        vec![Arc::new(reports), Arc::new(nearest.finish()), Arc::new(names.finish())]
    }
}

impl Work for Nearest {
    fn batch(&mut self, batch: &RecordBatch) -> Made {
        let (reports, terms) = (integers(batch, "report")?, integers(batch, "term")?);
        let weights: Float32Array = column(batch, "weight", &DataType::Float32)?;
        let rare: BooleanArray = column(batch, "rare", &DataType::Boolean)?;
        let earlier = bytes(batch, "earlier")?;
        let mut found = Vec::new();
        for row in 0..batch.num_rows() {
            let report = Some(reports.value(row));
            found.extend(self.finish(report));
            self.report = report;
            let pairs = earlier.value(row).as_chunks::<12>().0.iter().filter_map(|pair| {
                let (report, weight) = pair.split_first_chunk::<8>()?;
                Some((i64::from_le_bytes(*report), f32::from_le_bytes(weight.try_into().ok()?)))
            });
            self.anchors.push(Anchor {
                term: unsigned(terms.value(row)),
                weight: weights.value(row),
                rare_name: rare.value(row),
                earlier: pairs.collect(),
            });
        }
        Ok(self.columns(&found))
    }

    fn end(&mut self) -> Made {
        let last: Vec<_> = self.finish(None).into_iter().collect();
        Ok(self.columns(&last))
    }
}

/// Compares the texts of pairs and keeps for each report the one that it repeats most of.
#[derive(Default)]
struct Copies {
    report: Option<ReportKey>,
    best: Option<(ReportKey, Likeness)>,
    found: Vec<(ReportKey, ReportKey, Likeness)>,
}

impl Copies {
    fn finish(&mut self) {
        if let (Some(report), Some((original, likeness))) = (self.report, self.best.take()) {
            self.found.push((report, original, likeness));
        }
    }

    fn columns(&mut self) -> Vec<ArrayRef> {
        let (mut reports, mut originals) = (Int64Builder::new(), Int64Builder::new());
        let (mut shares, mut corrected) = (Float64Builder::new(), BooleanBuilder::new());
        for (report, original, likeness) in self.found.drain(..) {
            reports.append_value(report);
            originals.append_value(original);
            shares.append_value(likeness.share);
            corrected.append_value(likeness.corrected);
        }
        vec![
            Arc::new(reports.finish()),
            Arc::new(originals.finish()),
            Arc::new(shares.finish()),
            Arc::new(corrected.finish()),
        ]
    }
}

impl Work for Copies {
    fn batch(&mut self, batch: &RecordBatch) -> Made {
        let (reports, originals) = (integers(batch, "report")?, integers(batch, "original")?);
        let (later, earlier) = (strings(batch, "state")?, strings(batch, "original_state")?);
        for row in 0..batch.num_rows() {
            let (report, original) = (reports.value(row), originals.value(row));
            if self.report != Some(report) {
                self.finish();
                self.report = Some(report);
            }
            let (later, earlier) = (state(later.value(row), report)?, state(earlier.value(row), original)?);
            let text = |reading: &'_ Reading| reading.report.head.headline.as_ref().map(|h| h.value.clone());
            let (later_head, earlier_head) = (text(&later), text(&earlier));
            let found = likeness(
                CopyText { headline: earlier_head.as_deref(), text: &earlier.report.text },
                CopyText { headline: later_head.as_deref(), text: &later.report.text },
            );
            // Rows come by original: of two that share as much the earlier one stays.
            if let Some(found) = found
                && self.best.is_none_or(|(_, best)| found.share > best.share)
            {
                self.best = Some((original, found));
            }
        }
        Ok(self.columns())
    }

    fn end(&mut self) -> Made {
        self.finish();
        Ok(self.columns())
    }
}

/// Places reports into stories, one after the other: a report's story depends on those of the reports before it.
#[derive(Default)]
struct Placed {
    index: StoryIndex,
}

impl Work for Placed {
    fn batch(&mut self, batch: &RecordBatch) -> Made {
        let (reports, days) = (integers(batch, "report")?, strings(batch, "source_date")?);
        let vectors = strings(batch, "vector")?;
        let (nearest, names) = (bytes(batch, "nearest")?, bytes(batch, "names")?);
        for row in (0..batch.num_rows()).filter(|row| vectors.is_valid(*row)) {
            let report = reports.value(row);
            let day = days.is_valid(row).then(|| days.value(row)).and_then(Date::parse);
            let mut candidates = Candidates::default();
            // A report without a word has none.
            let found = nearest.is_valid(row) && names.is_valid(row);
            let (nearest, names) =
                if found { (nearest.value(row), names.value(row)) } else { (&[][..], &[][..]) };
            candidates.nearest.extend(unpacked(nearest));
            let mut numbers = unpacked(names);
            while let Some((term, count)) = numbers.next().zip(numbers.next()) {
                let newest = numbers.by_ref().take(usize::try_from(count).unwrap_or(0)).collect();
                candidates.names.push((unsigned(term), newest));
            }
            self.index
                .add_among(Member { report, day, vector: vector(vectors.value(row), report)? }, &candidates);
        }
        Ok(Vec::new())
    }

    fn end(&mut self) -> Made {
        let placed = || {
            self.index.stories().iter().flat_map(|(story, reports)| reports.iter().map(move |r| (*r, *story)))
        };
        Ok(vec![
            Arc::new(placed().map(|(report, _)| report).collect::<Int64Array>()),
            Arc::new(placed().map(|(_, story)| story).collect::<Int64Array>()),
        ])
    }
}

/// Compares the reports of each story.
#[derive(Default)]
struct Stories {
    story: Option<i64>,
    /// Numbers of the reports, and of the first revision of each.
    of: Vec<(ReportKey, i64)>,
    readings: Vec<Reading>,
}

impl Stories {
    /// The story whose rows have all come, as `sayso story --json` prints it.
    fn finish(&mut self, next: Option<i64>) -> Result<Option<(i64, usize, String)>, ArrowError> {
        let Some(number) = self.story.filter(|_| self.story != next) else { return Ok(None) };
        let (of, readings) = (std::mem::take(&mut self.of), std::mem::take(&mut self.readings));
        // Of a report that was revised the newest revision stands.
        let newest: BTreeMap<i64, ReportKey> = of.iter().map(|(key, first)| (*first, *key)).collect();
        let entries: BTreeMap<ReportKey, &Reading> = (of.iter().zip(&readings))
            .filter(|((key, first), _)| newest.get(first) == Some(key))
            .map(|((key, _), reading)| (*key, reading))
            .collect();
        let compared: Vec<Entry<'_>> =
            entries.iter().map(|(key, reading)| Entry { key: *key, reading }).collect();
        let made = story(&compared, &Constraints::default(), None);
        let text = |key: i64| entries.get(&key).map_or("", |reading| reading.report.text.as_str());
        let texts: Vec<&str> = made.reports.iter().map(|report| text(report.key)).collect();
        let printed = sayso_model::json::story_with_exact(&made, &texts)
            .and_then(|value| serde_json::to_string(&value))
            .map_err(|e| ArrowError::JsonError(e.to_string()))?;
        Ok(Some((number, entries.len(), printed)))
    }
}

fn story_columns(found: Vec<(i64, usize, String)>) -> Vec<ArrayRef> {
    let (mut numbers, mut counts, mut printed) =
        (Int64Builder::new(), Int64Builder::new(), StringBuilder::new());
    for (number, count, json) in found {
        numbers.append_value(number);
        counts.append_value(count as i64);
        printed.append_value(json);
    }
    vec![Arc::new(numbers.finish()), Arc::new(counts.finish()), Arc::new(printed.finish())]
}

impl Work for Stories {
    fn batch(&mut self, batch: &RecordBatch) -> Made {
        let (stories, reports) = (integers(batch, "story")?, integers(batch, "report")?);
        let (first, states) = (integers(batch, "first")?, strings(batch, "state")?);
        let mut found = Vec::new();
        for row in 0..batch.num_rows() {
            let (number, report) = (stories.value(row), reports.value(row));
            found.extend(self.finish(Some(number))?);
            self.story = Some(number);
            self.of.push((report, first.value(row)));
            self.readings.push(state(states.value(row), report)?);
        }
        Ok(story_columns(found))
    }

    fn end(&mut self) -> Made {
        Ok(story_columns(self.finish(None)?.into_iter().collect()))
    }
}
