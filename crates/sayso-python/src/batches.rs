//! Tables of texts to tables of what was read, by the C data interface of Arrow, a batch at a time.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BinaryArray, Int64Array, RecordBatch, RecordBatchReader, StringArray, UInt32Array,
};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use arrow_select::take::take;
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatchReader, PySchema, input::AnyRecordBatch};
use sayso_ingest::IngestError;
use serde_json::Value;

use crate::{
    error::{self, Unread},
    read::{Source, each},
    table::{Table, arrays, fields},
};

/// Rows that are read before anything is handed on: what is held in memory at once.
const ROWS: usize = 1024;

/// Names of the columns that hold the texts and what is known of them; one that is not named is taken where it is there.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Names {
    text: Option<String>,
    id: Option<String>,
    published: Option<String>,
    outlet: Option<String>,
    url: Option<String>,
    headline: Option<String>,
    language: Option<String>,
}

/// Where these columns stand.
#[derive(Debug)]
struct Places {
    text: usize,
    id: Option<usize>,
    /// Day of publication, outlet, address, headline, language.
    head: [Option<usize>; 5],
}

impl Places {
    fn new(names: &Names, schema: &Schema) -> PyResult<Self> {
        let find = |given: &Option<String>, usual: &str| {
            let name = given.as_deref().unwrap_or(usual);
            let place = schema.fields().iter().position(|field| field.name() == name);
            if place.is_none() && given.is_some() {
                let there: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                return Err(error::input(format!(
                    "there is no column '{name}'; there are {}",
                    there.join(", ")
                )));
            }
            Ok(place)
        };
        let text = Some(names.text.clone().unwrap_or_else(|| "text".to_owned()));
        Ok(Self {
            text: find(&text, "text")?.unwrap_or_default(),
            id: find(&names.id, "id")?,
            head: [
                find(&names.published, "published")?,
                find(&names.outlet, "outlet")?,
                find(&names.url, "url")?,
                find(&names.headline, "headline")?,
                find(&names.language, "language")?,
            ],
        })
    }
}

/// Reads what another reader gives.
struct Batches {
    input: Box<dyn RecordBatchReader + Send>,
    /// What is left of the input's last batch.
    rest: Option<RecordBatch>,
    places: Places,
    table: Table,
    schema: SchemaRef,
    threads: Option<usize>,
    /// Rows read so far: a report without an id is known by its row.
    row: i64,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match self.input.next()? {
                Ok(batch) => batch,
                Err(error) => return Some(Err(error)),
            },
        };
        let now = batch.num_rows().min(ROWS);
        if now < batch.num_rows() {
            self.rest = Some(batch.slice(now, batch.num_rows() - now));
        }
        Some(self.read(&batch.slice(0, now)))
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

impl Batches {
    fn read(&mut self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let texts = bytes(batch.column(self.places.text))?;
        let texts = texts.as_any().downcast_ref::<BinaryArray>();
        let mut head = Vec::with_capacity(self.places.head.len());
        for place in self.places.head {
            head.push(place.map(|at| cast(batch.column(at), &DataType::Utf8)).transpose()?);
        }
        let told = |what: usize, row: usize| {
            let column: &StringArray = head.get(what)?.as_ref()?.as_any().downcast_ref()?;
            (!column.is_null(row)).then(|| column.value(row).to_owned())
        };
        let source = |row: usize| {
            let text = texts.filter(|texts| !texts.is_null(row))?.value(row);
            Some(Source {
                text,
                // Of an instant the day is taken.
                published: told(0, row)
                    .map(|written| written.split(['T', ' ']).next().unwrap_or("").to_owned()),
                outlet: told(1, row),
                url: told(2, row),
                headline: told(3, row),
                language: told(4, row),
                form: None,
            })
        };
        let sources: Vec<Option<Source<&[u8]>>> = (0..batch.num_rows()).map(source).collect();
        let table = self.table;
        let read = each(&sources, self.threads, |source| {
            let source = source.as_ref().ok_or(Unread::Input(IngestError::Empty));
            let reading = source.and_then(Source::read).map_err(|unread| unread.to_string());
            reading.and_then(|reading| table.rows(&reading)).unwrap_or_else(|why| vec![table.unread(why)])
        });
        let mut of: Vec<u32> = Vec::new();
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for (row, mut found) in (0..).zip(read) {
            of.extend(std::iter::repeat_n(row, found.len()));
            rows.append(&mut found);
        }
        let ids: ArrayRef = match self.places.id {
            Some(at) => take(batch.column(at), &UInt32Array::from(of), None)?,
            None => Arc::new(of.iter().map(|row| self.row + i64::from(*row)).collect::<Int64Array>()),
        };
        self.row += i64::try_from(batch.num_rows()).unwrap_or(0);
        let mut columns = vec![ids];
        columns.extend(arrays(&table.columns(), &rows));
        RecordBatch::try_new(self.schema(), columns)
    }
}

/// A column of strings or bytes of any kind as bytes.
fn bytes(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    use DataType::{Binary, BinaryView, FixedSizeBinary, LargeBinary, Utf8};
    match column.data_type() {
        Binary | LargeBinary | BinaryView | FixedSizeBinary(_) => cast(column, &Binary),
        _ => cast(&cast(column, &Utf8)?, &Binary),
    }
}

pub(crate) fn schema(table: Table, id: DataType) -> SchemaRef {
    let mut all = vec![Field::new("report", id, true)];
    all.extend(fields(&table.columns()));
    Arc::new(Schema::new(all))
}

/// What is read of a stream of batches, as a stream of batches.
#[pyfunction]
pub(crate) fn read_batches(
    data: AnyRecordBatch,
    table: &str,
    names: Names,
    threads: Option<usize>,
) -> PyResult<PyRecordBatchReader> {
    let (input, table) = (data.into_reader()?, Table::named(table)?);
    let given = input.schema();
    let places = Places::new(&names, &given)?;
    let id = places.id.map_or(DataType::Int64, |at| given.field(at).data_type().clone());
    let schema = schema(table, id);
    Ok(PyRecordBatchReader::new(Box::new(Batches {
        input,
        rest: None,
        places,
        table,
        schema,
        threads,
        row: 0,
    })))
}

/// The schema of a table whose reports have ids of strings, or none.
#[pyfunction]
pub(crate) fn table_schema(table: &str, string_ids: bool) -> PyResult<PySchema> {
    let id = if string_ids { DataType::Utf8 } else { DataType::Int64 };
    Ok(PySchema::new(schema(Table::named(table)?, id)))
}
