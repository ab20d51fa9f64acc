//! Lookup tables.

use super::{Weights, WeightsError};

/// Rows of floats, stored as signed bytes or half bytes in the weights file and never copied.
#[derive(Debug, Clone)]
pub struct Table<'w> {
    scales: Vec<f32>,
    /// Values of half bytes; `None` if each value is a whole byte.
    levels: Option<[f32; 16]>,
    values: &'w [u8],
    columns: usize,
}

impl<'w> Table<'w> {
    /// Reads the `i8` or `i4` tensor `name`.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if it is missing or of another kind.
    pub fn load(weights: &Weights<'w>, name: &str) -> Result<Self, WeightsError> {
        if weights.is(name, "i4") {
            let h = weights.halves(name)?;
            return Ok(Self {
                scales: h.scales,
                levels: Some(h.levels),
                values: h.values,
                columns: h.columns,
            });
        }
        let m = weights.matrix(name)?;
        Ok(Self { scales: m.scales, levels: None, values: m.values, columns: m.columns })
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

    /// Adds a row to `sum`; a row that does not exist adds nothing.
    pub fn add(&self, row: usize, sum: &mut [f32]) {
        let bytes = if self.levels.is_some() { self.columns / 2 } else { self.columns };
        let (Some(scale), Some(values)) =
            (self.scales.get(row), self.values.get(row * bytes..(row + 1) * bytes))
        else {
            return;
        };
        if let Some(levels) = &self.levels {
            for (two, v) in sum.chunks_exact_mut(2).zip(values) {
                for (s, half) in two.iter_mut().zip([v & 15, v >> 4]) {
                    *s += levels[usize::from(half)] * scale;
                }
            }
        } else {
            for (s, v) in sum.iter_mut().zip(values) {
                *s += f32::from(*v as i8) * scale;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_bytes_are_read_low_half_first() {
        let mut file = b"sayso-weights 1\ntensor w i4 2 4 0\ntensor w.levels f32 1 16 12\nend\n".to_vec();
        for scale in [1.0_f32, 2.0] {
            file.extend(scale.to_le_bytes());
        }
        file.extend([0x10, 0x32, 0xfe, 0x00]);
        for level in 0..16_u8 {
            file.extend(f32::from(level).to_le_bytes());
        }
        let weights = Weights::parse(&file).unwrap();
        let table = Table::load(&weights, "w").unwrap();
        assert_eq!((table.rows(), table.columns()), (2, 4));
        let mut sum = [1.0; 4];
        table.add(0, &mut sum);
        assert_eq!(sum, [1.0, 2.0, 3.0, 4.0]);
        let mut sum = [0.0; 4];
        table.add(1, &mut sum);
        assert_eq!(sum, [28.0, 30.0, 0.0, 0.0]);
        table.add(2, &mut sum);
        assert_eq!(sum, [28.0, 30.0, 0.0, 0.0]);
    }

    #[test]
    fn half_bytes_need_their_levels() {
        let file = b"sayso-weights 1\ntensor w i4 1 2 0\nend\n\0\0\0\0\0".to_vec();
        assert!(Table::load(&Weights::parse(&file).unwrap(), "w").is_err());
        let odd = b"sayso-weights 1\ntensor w i4 1 3 0\nend\n\0\0\0\0\0\0".to_vec();
        assert!(Weights::parse(&odd).is_err());
    }
}
