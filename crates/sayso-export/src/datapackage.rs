//! A Frictionless data package: a folder of CSV files and a `datapackage.json` that says what their columns contain and
//! mean.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    ExportError, csv_file,
    table::{Column, Kind, Row, Table},
};

/// A folder being written; without [`Package::finish`] it has no `datapackage.json`.
pub struct Package<'p> {
    folder: &'p Path,
    name: &'static str,
    about: &'static str,
    resources: Vec<Value>,
}

/// A column whose values are those of a column of another table (a foreign key).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The column.
    pub column: &'static str,
    /// The other table.
    pub table: &'static str,
    /// The column there.
    pub key: &'static str,
}

impl<'p> Package<'p> {
    /// Creates the folder, or takes the one that is there; what was changed in it since it was written is replaced only by
    /// `force`.
    ///
    /// # Errors
    /// [`ExportError::NoFolder`], [`ExportError::Edited`], [`ExportError::File`].
    pub fn create(
        folder: &'p Path,
        name: &'static str,
        about: &'static str,
        force: bool,
    ) -> Result<Self, ExportError> {
        if folder.is_file() {
            return Err(ExportError::NoFolder(folder.to_owned()));
        }
        if let Some(edited) = edited(folder).filter(|_| !force) {
            return Err(ExportError::Edited(edited));
        }
        fs::create_dir_all(folder).map_err(|source| ExportError::File { path: folder.to_owned(), source })?;
        Ok(Self { folder, name, about, resources: Vec::new() })
    }

    /// Writes a table as a file.
    ///
    /// # Errors
    /// [`ExportError::File`], and those with which the rows come.
    pub fn table(
        &mut self,
        name: &str,
        about: &str,
        columns: &[Column],
        batches: impl Iterator<Item = Result<Vec<Row>, ExportError>>,
        keys: (Option<&'static str>, &[Reference]),
    ) -> Result<u64, ExportError> {
        let path = self.folder.join(format!("{name}.csv"));
        let failed = |source| ExportError::File { path: path.clone(), source };
        let mut out = Summed {
            out: BufWriter::new(File::create(&path).map_err(failed)?),
            sum: Sha256::new(),
            bytes: 0,
        };
        let count = csv_file::write(columns, batches, &mut out)?;
        out.flush().map_err(failed)?;
        let hash = hex(&out.sum.finalize());
        let mut schema = json!({
            "fields": columns.iter().map(field).collect::<Vec<_>>(),
            "missingValues": [""],
        });
        if let (Some(key), Some(schema)) = (keys.0, schema.as_object_mut()) {
            schema.insert("primaryKey".to_owned(), json!([key]));
        }
        if let (false, Some(schema)) = (keys.1.is_empty(), schema.as_object_mut()) {
            let references = keys.1.iter().map(
                |r| json!({"fields": [r.column], "reference": {"resource": r.table, "fields": [r.key]}}),
            );
            schema.insert("foreignKeys".to_owned(), references.collect());
        }
        self.resources.push(json!({
            "name": name,
            "description": about,
            "path": format!("{name}.csv"),
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true, "header": true},
            "bytes": out.bytes,
            "hash": format!("sha256:{hash}"),
            "schema": schema,
        }));
        Ok(count)
    }

    /// Writes an in-memory table.
    ///
    /// # Errors
    /// [`ExportError::File`].
    pub fn held(
        &mut self,
        table: &Table,
        key: Option<&'static str>,
        references: &[Reference],
    ) -> Result<u64, ExportError> {
        let rows = std::iter::once(Ok(table.rows.clone()));
        self.table(table.name, table.about, &table.columns, rows, (key, references))
    }

    /// Writes `datapackage.json`.
    ///
    /// # Errors
    /// [`ExportError::File`].
    pub fn finish(self) -> Result<(), ExportError> {
        let path = self.folder.join("datapackage.json");
        let package = json!({
            "profile": "tabular-data-package",
            "name": self.name,
            "description": self.about,
            "resources": self.resources,
        });
        let written = format!("{}\n", serde_json::to_string_pretty(&package)?);
        fs::write(&path, written).map_err(|source| ExportError::File { path, source })
    }
}

/// A table of a package that is no longer as it was written: a coder may have filled in what a new export would leave empty.
fn edited(folder: &Path) -> Option<PathBuf> {
    let package: Value = serde_json::from_slice(&fs::read(folder.join("datapackage.json")).ok()?).ok()?;
    let changed = |resource: &Value| {
        let path = folder.join(Path::new(resource.get("path")?.as_str()?).file_name()?);
        let now = format!("sha256:{}", hex(&Sha256::digest(fs::read(&path).ok()?)));
        (resource.get("hash")?.as_str()? != now).then_some(path)
    };
    package.get("resources")?.as_array()?.iter().find_map(changed)
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn field(column: &Column) -> Value {
    let kind = match column.kind {
        // A URL that a report states may not be valid by the letter of the standard.
        Kind::Text | Kind::Url => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Truth => "boolean",
        Kind::Day => "date",
    };
    json!({"name": column.name, "type": kind, "description": column.about})
}

/// Counts and hashes what is written.
struct Summed<W> {
    out: W,
    sum: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.out.write(buffer)?;
        self.sum.update(buffer.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
