//! Lookup tables.

use super::{Weights, WeightsError};

/// Rows of floats, kept as signed bytes in the weights file and never copied.
#[derive(Debug, Clone)]
pub struct Table<'w> {
    scales: Vec<f32>,
    values: &'w [u8],
    columns: usize,
}

impl<'w> Table<'w> {
    /// Takes the `i8` tensor `name`.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] where it is missing or of another kind.
    pub fn load(weights: &Weights<'w>, name: &str) -> Result<Self, WeightsError> {
        let m = weights.matrix(name)?;
        Ok(Self { scales: m.scales, values: m.values, columns: m.columns })
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Adds a row to `sum`; a row that is not there adds nothing.
    pub fn add(&self, row: usize, sum: &mut [f32]) {
        let (Some(scale), Some(values)) =
            (self.scales.get(row), self.values.get(row * self.columns..(row + 1) * self.columns))
        else {
            return;
        };
        for (s, v) in sum.iter_mut().zip(values) {
            *s += f32::from(*v as i8) * scale;
        }
    }
}
