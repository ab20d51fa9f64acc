//! A transformer encoder (Vaswani et al. 2017) with post-layer normalisation, as in BERT.
//!
//! Matrix products use bytes (see [`Packed`](super::Packed)), with inputs scaled row by row; attention, norms and activations are
//! floats in a fixed order, so that every machine gives the same bits.

use super::{Level, Linear, Quantized, Table, Weights, WeightsError, float};

/// An encoder: three tables that are added up, then layers.
#[derive(Debug)]
pub struct Encoder {
    words: Table<'static>,
    places: Table<'static>,
    cases: Table<'static>,
    norm: Norm,
    layers: Vec<Layer>,
    width: usize,
}

#[derive(Debug)]
struct Layer {
    heads: usize,
    qkv: Linear,
    out: Linear,
    norm1: Norm,
    up: Linear,
    down: Linear,
    norm2: Norm,
}

#[derive(Debug)]
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

impl Norm {
    fn load(weights: &Weights<'_>, name: &str) -> Result<Self, WeightsError> {
        Ok(Self {
            scale: weights.floats(&format!("{name}.weight"))?,
            shift: weights.floats(&format!("{name}.bias"))?,
        })
    }

    fn apply(&self, level: Level, rows: &mut [f32]) {
        float::norm(level, rows, &self.scale, &self.shift);
    }
}

/// Buffers that are reused from window to window.
#[derive(Debug, Default)]
pub struct Scratch {
    quantized: Quantized,
    qkv: Vec<f32>,
    mixed: Vec<f32>,
    inner: Vec<f32>,
    attention: float::Attention,
}

impl Encoder {
    /// Reads the encoder: `words`, `places`, `cases`, `norm`, `heads`, and every `layers.N.*`.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if a tensor is missing or of the wrong size.
    pub fn load(weights: &Weights<'static>) -> Result<Self, WeightsError> {
        let words = Table::load(weights, "words.weight")?;
        let width = words.columns();
        let heads = weights.float("heads")? as usize;
        let mut layers = Vec::new();
        while weights.has(&format!("layers.{}.qkv.weight", layers.len())) {
            let name = |part: &str| format!("layers.{}.{part}", layers.len());
            layers.push(Layer {
                heads,
                qkv: Linear::load(weights, &name("qkv"))?,
                out: Linear::load(weights, &name("out"))?,
                norm1: Norm::load(weights, &name("norm1"))?,
                up: Linear::load(weights, &name("up"))?,
                down: Linear::load(weights, &name("down"))?,
                norm2: Norm::load(weights, &name("norm2"))?,
            });
        }
        let fits = |l: &Layer| {
            l.qkv.inputs() == width
                && l.qkv.outputs() == 3 * width
                && l.out.inputs() == width
                && l.out.outputs() == width
                && l.up.inputs() == width
                && l.up.outputs() == l.down.inputs()
                && l.down.outputs() == width
                && [&l.norm1, &l.norm2].iter().all(|n| n.scale.len() == width && n.shift.len() == width)
        };
        if heads == 0 || !width.is_multiple_of(heads) || layers.is_empty() || !layers.iter().all(fits) {
            return Err(WeightsError::Tensor("the encoder's layers are of different widths".to_owned()));
        }
        Ok(Self {
            words,
            places: Table::load(weights, "places.weight")?,
            cases: Table::load(weights, "cases.weight")?,
            norm: Norm::load(weights, "norm")?,
            layers,
            width,
        })
    }

    /// Floats per state.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Encodes pieces, each given by its id and its case class, into one state of [`width`](Self::width) floats each.
    #[must_use]
    pub fn encode(&self, level: Level, pieces: &[(u32, u8)], scratch: &mut Scratch) -> Vec<f32> {
        let mut x = vec![0.0; pieces.len() * self.width];
        for ((place, (id, case)), row) in pieces.iter().enumerate().zip(x.chunks_exact_mut(self.width)) {
            self.words.add(*id as usize, row);
            self.places.add(place, row);
            self.cases.add(usize::from(*case), row);
        }
        self.norm.apply(level, &mut x);
        for layer in &self.layers {
            layer.apply(level, &mut x, scratch);
        }
        x
    }
}

impl Layer {
    fn apply(&self, level: Level, x: &mut [f32], scratch: &mut Scratch) {
        let Scratch { quantized, qkv, mixed, inner, attention } = scratch;
        self.qkv.quantize(level, x, quantized);
        self.qkv.apply(level, quantized, qkv);
        // Every value is overwritten below, so the old ones need not be cleared.
        mixed.resize(x.len(), 0.0);
        attention.apply(level, qkv, self.heads, self.out.inputs(), mixed);
        self.out.quantize(level, mixed, quantized);
        self.out.apply(level, quantized, inner);
        float::add(x, inner);
        self.norm1.apply(level, x);
        self.up.quantize(level, x, quantized);
        self.up.apply(level, quantized, inner);
        float::gelu(level, inner);
        self.down.quantize(level, inner, quantized);
        self.down.apply(level, quantized, mixed);
        float::add(x, mixed);
        self.norm2.apply(level, x);
    }
}
