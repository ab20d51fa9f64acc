//! Rows as a Parquet file, with one row group per ten thousand rows.

use std::{io::Write, sync::Arc};

use parquet::{
    basic::{ConvertedType, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type as SchemaType,
};
use serde_json::Value;

use super::{Column, Type};
use crate::LedgerError;

/// Rows per group: enough for good statistics, few enough to be held in memory.
const GROUP: usize = 10_000;

pub(super) fn write(
    columns: &[Column],
    rows: impl Iterator<Item = Result<Vec<Vec<Value>>, LedgerError>>,
    out: &mut (dyn Write + Send),
) -> Result<u64, LedgerError> {
    let fields =
        columns.iter().map(|&(name, kind)| field(name, kind).map(Arc::new)).collect::<Result<_, _>>()?;
    let schema = SchemaType::group_type_builder("row").with_fields(fields).build()?;
    let mut writer =
        SerializedFileWriter::new(out, Arc::new(schema), Arc::new(WriterProperties::builder().build()))?;
    let mut held: Vec<Vec<Value>> = Vec::new();
    let mut count = 0;
    for of_report in rows {
        let mut of_report = of_report?;
        count += of_report.len() as u64;
        held.append(&mut of_report);
        if held.len() >= GROUP {
            group(&mut writer, columns, &held)?;
            held.clear();
        }
    }
    if !held.is_empty() {
        group(&mut writer, columns, &held)?;
    }
    writer.close()?;
    Ok(count)
}

fn field(name: &str, kind: Type) -> Result<SchemaType, ParquetError> {
    let (physical, converted) = match kind {
        Type::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        Type::Integer => (Physical::INT64, ConvertedType::NONE),
        Type::Number => (Physical::DOUBLE, ConvertedType::NONE),
        Type::Truth => (Physical::BOOLEAN, ConvertedType::NONE),
        Type::Day => (Physical::INT32, ConvertedType::DATE),
    };
    SchemaType::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(converted)
        .build()
}

fn group<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    columns: &[Column],
    rows: &[Vec<Value>],
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (at, &(_, kind)) in columns.iter().enumerate() {
        let cells = rows.iter().map(|row| row.get(at).unwrap_or(&Value::Null));
        match kind {
            Type::Text => column::<ByteArrayType, _>(&mut group, cells, |v| v.as_str().map(ByteArray::from))?,
            Type::Integer => column::<Int64Type, _>(&mut group, cells, Value::as_i64)?,
            Type::Number => column::<DoubleType, _>(&mut group, cells, Value::as_f64)?,
            Type::Truth => column::<BoolType, _>(&mut group, cells, Value::as_bool)?,
            Type::Day => column::<Int32Type, _>(&mut group, cells, |v| since_1970(v.as_str()?))?,
        }
    }
    group.close()?;
    Ok(())
}

/// A day as Parquet counts it: from 1 January 1970.
fn since_1970(written: &str) -> Option<i32> {
    let day = sayso_model::Date::parse(written)?;
    let day = jiff::civil::Date::new(day.year(), day.month(), day.day()).ok()?;
    Some(day.since(jiff::civil::date(1970, 1, 1)).ok()?.get_days())
}

/// One column: its non-null values, and for every row whether it has one.
fn column<'v, D: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: impl Iterator<Item = &'v Value>,
    read: impl Fn(&Value) -> Option<D::T>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = read(cell);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    let mut column =
        group.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".to_owned()))?;
    column.typed::<D>().write_batch(&values, Some(&levels), None)?;
    column.close()
}
