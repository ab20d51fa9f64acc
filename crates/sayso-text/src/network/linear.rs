//! Linear layers.

use super::{Level, Packed, Quantized, Weights, WeightsError, float};

/// `y = W x + b`.
#[derive(Debug, Clone)]
pub struct Linear {
    packed: Packed,
    inputs: usize,
    limit: f32,
}

impl Linear {
    /// Reads the layer `name` (see the [module](super)).
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if a tensor is missing or of the wrong size.
    pub fn load(weights: &Weights<'_>, name: &str) -> Result<Self, WeightsError> {
        let matrix = weights.matrix(&format!("{name}.weight"))?;
        let bias = weights.floats(&format!("{name}.bias"))?;
        if bias.len() != matrix.rows || matrix.columns > 2000 {
            return Err(WeightsError::Tensor(format!(
                "{name}.bias has {} values for {} outputs",
                bias.len(),
                matrix.rows
            )));
        }
        Ok(Self {
            inputs: matrix.columns,
            packed: Packed::new(&matrix, &bias),
            limit: weights.float(&format!("{name}.limit"))?,
        })
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.packed.outputs()
    }

    /// Quantises rows of inputs for this layer, each by its own largest magnitude if the layer's limit is 0. Layers with the same
    /// limit can share them.
    pub fn quantize(&self, level: Level, x: &[f32], to: &mut Quantized) {
        if self.limit > 0.0 {
            to.fill(x, self.inputs, self.limit);
        } else {
            float::rows_to_bytes(level, x, self.inputs, to);
        }
    }

    /// Quantises parts of inputs, `width` floats each, to be combined by [`Quantized::windows`].
    pub fn quantize_as(&self, x: &[f32], width: usize, to: &mut Quantized) {
        to.fill(x, width, self.limit);
    }

    /// Applies the layer to quantised rows; `out` becomes `rows x outputs`.
    pub fn apply(&self, level: Level, x: &Quantized, out: &mut Vec<f32>) {
        // Every value is overwritten below, so the old ones need not be cleared.
        out.resize(x.rows() * self.outputs(), 0.0);
        self.packed.apply(level, x, x.rows(), out);
    }

    /// Quantises and applies.
    #[must_use]
    pub fn forward(&self, level: Level, x: &[f32]) -> Vec<f32> {
        let (mut q, mut out) = (Quantized::default(), Vec::new());
        self.quantize(level, x, &mut q);
        self.apply(level, &q, &mut out);
        out
    }
}
