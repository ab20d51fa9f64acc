//! The weights file.

use std::collections::BTreeMap;
use std::fmt;

/// A parsed weights file; it borrows the bytes and copies no tensor.
#[derive(Debug, Clone)]
pub struct Weights<'w> {
    notes: BTreeMap<&'w str, &'w str>,
    tensors: BTreeMap<&'w str, Tensor<'w>>,
}

#[derive(Debug, Clone, Copy)]
struct Tensor<'w> {
    kind: &'w str,
    rows: usize,
    columns: usize,
    bytes: &'w [u8],
}

/// A matrix of signed bytes with one scale per row.
#[derive(Debug, Clone)]
pub struct Matrix<'w> {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// One factor per row.
    pub scales: Vec<f32>,
    /// Rows in order; each byte is an `i8`.
    pub values: &'w [u8],
}

/// A matrix of half bytes: each is an index into sixteen levels, which are multiplied by a scale per row.
#[derive(Debug, Clone)]
pub struct Halves<'w> {
    /// Number of columns, always even.
    pub columns: usize,
    /// One factor per row.
    pub scales: Vec<f32>,
    /// Values of the sixteen levels, from the tensor of the same name with `.levels`.
    pub levels: [f32; 16],
    /// Rows in order; the lower half of a byte comes first.
    pub values: &'w [u8],
}

/// What is wrong with a weights file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightsError {
    /// The header is not that of a weights file of a version that this program reads.
    Head(String),
    /// A tensor is missing, or has another kind or size than the layer needs.
    Tensor(String),
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(what) => write!(f, "not a sayso-weights 1 file: {what}"),
            Self::Tensor(what) => write!(f, "weights file does not fit this program: {what}"),
        }
    }
}

impl std::error::Error for WeightsError {}

impl<'w> Weights<'w> {
    /// Reads the header and checks that every tensor is within the file.
    ///
    /// # Errors
    /// [`WeightsError::Head`] if the header is malformed, [`WeightsError::Tensor`] if a tensor extends beyond the end.
    pub fn parse(file: &'w [u8]) -> Result<Self, WeightsError> {
        let mut rest = file;
        let mut line = || -> Result<&'w str, WeightsError> {
            let end = rest
                .iter()
                .take(4096)
                .position(|b| *b == b'\n')
                .ok_or_else(|| WeightsError::Head("the header does not end".into()))?;
            let (head, tail) = rest.split_at(end);
            rest = tail.get(1..).unwrap_or_default();
            std::str::from_utf8(head).map_err(|_| WeightsError::Head("the header is not UTF-8".into()))
        };
        if line()? != "sayso-weights 1" {
            return Err(WeightsError::Head("the first line differs".into()));
        }
        let (mut notes, mut entries) = (BTreeMap::new(), Vec::new());
        loop {
            let text = line()?;
            if text == "end" {
                break;
            }
            if let Some(entry) = text.strip_prefix("tensor ") {
                entries.push(entry);
            } else if let Some((key, value)) = text.split_once(": ") {
                notes.insert(key, value);
            }
        }
        let mut tensors = BTreeMap::new();
        for entry in entries {
            let fields: Vec<&str> = entry.split(' ').collect();
            let &[name, kind, rows, columns, offset] = fields.as_slice() else {
                return Err(WeightsError::Head(format!("`tensor {entry}`")));
            };
            let number =
                |t: &str| t.parse::<usize>().map_err(|_| WeightsError::Head(format!("`tensor {entry}`")));
            let (rows, columns, offset) = (number(rows)?, number(columns)?, number(offset)?);
            let items = rows.checked_mul(columns);
            let length = match kind {
                "i8" => items.and_then(|n| n.checked_add(rows.checked_mul(4)?)),
                "i4" if columns % 2 == 0 => items.and_then(|n| (n / 2).checked_add(rows.checked_mul(4)?)),
                "f32" => items.and_then(|n| n.checked_mul(4)),
                "u64" => items.and_then(|n| n.checked_mul(8)),
                "text" => items,
                _ => return Err(WeightsError::Head(format!("kind of `tensor {entry}`"))),
            };
            let bytes = length
                .and_then(|n| rest.get(offset..offset.checked_add(n)?))
                .ok_or_else(|| WeightsError::Tensor(format!("{name} extends beyond the end")))?;
            tensors.insert(name, Tensor { kind, rows, columns, bytes });
        }
        Ok(Self { notes, tensors })
    }

    /// Combines these tensors with those of another file.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.tensors.extend(others.tensors);
        self
    }

    /// A line of the header such as `licence`.
    #[must_use]
    pub fn note(&self, key: &str) -> Option<&'w str> {
        self.notes.get(key).copied()
    }

    /// Whether there is a tensor of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    fn tensor(&self, name: &str, kind: &str) -> Result<Tensor<'w>, WeightsError> {
        match self.tensors.get(name) {
            Some(t) if t.kind == kind => Ok(*t),
            Some(t) => Err(WeightsError::Tensor(format!("{name} is {}, not {kind}", t.kind))),
            None => Err(WeightsError::Tensor(format!("{name} is missing"))),
        }
    }

    /// An `i8` matrix.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if it is missing or of another kind.
    pub fn matrix(&self, name: &str) -> Result<Matrix<'w>, WeightsError> {
        let t = self.tensor(name, "i8")?;
        let (scales, values) = t.bytes.split_at(t.rows * 4);
        Ok(Matrix { rows: t.rows, columns: t.columns, scales: floats(scales), values })
    }

    /// An `i4` matrix.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if it or its levels are missing or of another kind.
    pub fn halves(&self, name: &str) -> Result<Halves<'w>, WeightsError> {
        let t = self.tensor(name, "i4")?;
        let (scales, values) = t.bytes.split_at(t.rows * 4);
        let levels = self.floats(&format!("{name}.levels"))?;
        let levels = levels
            .try_into()
            .map_err(|_| WeightsError::Tensor(format!("{name}.levels does not have 16 values")))?;
        Ok(Halves { columns: t.columns, scales: floats(scales), levels, values })
    }

    /// Whether there is a tensor of this name and kind.
    #[must_use]
    pub fn is(&self, name: &str, kind: &str) -> bool {
        self.tensors.get(name).is_some_and(|t| t.kind == kind)
    }

    /// An `f32` tensor, row by row.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if it is missing or of another kind.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>, WeightsError> {
        Ok(floats(self.tensor(name, "f32")?.bytes))
    }

    /// A single `f32`.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if it is missing, of another kind or empty.
    pub fn float(&self, name: &str) -> Result<f32, WeightsError> {
        let all = self.floats(name)?;
        all.first().copied().ok_or_else(|| WeightsError::Tensor(format!("{name} is empty")))
    }

    /// A `u64` tensor.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if it is missing or of another kind.
    pub fn integers(&self, name: &str) -> Result<Vec<u64>, WeightsError> {
        let bytes = self.tensor(name, "u64")?.bytes;
        Ok(bytes.as_chunks::<8>().0.iter().map(|c| u64::from_le_bytes(*c)).collect())
    }

    /// A text.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if it is missing, of another kind or not UTF-8.
    pub fn text(&self, name: &str) -> Result<&'w str, WeightsError> {
        std::str::from_utf8(self.tensor(name, "text")?.bytes)
            .map_err(|_| WeightsError::Tensor(format!("{name} is not UTF-8")))
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|c| f32::from_le_bytes(*c)).collect()
}
