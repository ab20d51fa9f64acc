//! The labeller's layers: an encoder over all tokens, a head that finds cues, and a smaller encoder over a cue's window that
//! labels the roles of its tokens.
//!
//! `training/attribution/model.py` defines the same in PyTorch; `export.py` writes the weights that are read here.

use sayso_text::network::{Level, Linear, Quantized, Table, Weights, WeightsError};

use super::features::{COLUMNS, PAIR_COLUMNS, WORDS};

/// Labels of a token for a cue.
pub(super) const OTHER: usize = 0;
/// Part of the source.
pub(super) const SOURCE: usize = 1;
/// Part of the content.
pub(super) const CONTENT: usize = 2;
/// Part of the cue.
pub(super) const CUE: usize = 3;
/// Number of labels.
pub(super) const LABELS: usize = 4;

/// Rows of floats of one width.
pub(super) type Rows = Vec<f32>;

struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

impl Norm {
    fn load(weights: &Weights<'_>, name: &str) -> Result<Self, WeightsError> {
        Ok(Self {
            scale: weights.floats(&format!("{name}.scale"))?,
            shift: weights.floats(&format!("{name}.shift"))?,
        })
    }

    fn width(&self) -> usize {
        self.scale.len()
    }

    /// Writes the normalised row to `out`.
    fn row(&self, x: &[f32], out: &mut [f32]) {
        let n = x.len().max(1) as f32;
        let mean = sum(x, |v| v) / n;
        let variance = sum(x, |v| (v - mean) * (v - mean)) / n;
        let factor = 1.0 / (variance + 1e-5).sqrt();
        for (((o, v), s), b) in out.iter_mut().zip(x).zip(&self.scale).zip(&self.shift) {
            *o = (v - mean) * factor * s + b;
        }
    }

    fn rows(&self, x: &[f32]) -> Rows {
        let mut out = vec![0.0; x.len()];
        for (x, o) in x.chunks_exact(self.width()).zip(out.chunks_exact_mut(self.width())) {
            self.row(x, o);
        }
        out
    }
}

/// Sums `of` over all numbers in sixteen lanes, so that the additions need not be sequential; the order is the same on every
/// machine.
fn sum(x: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let (chunks, rest) = x.as_chunks::<16>();
    for chunk in chunks {
        for (lane, &v) in lanes.iter_mut().zip(chunk) {
            *lane += of(v);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|&v| of(v)).sum::<f32>()
}

/// Residual convolution over three tokens at a distance.
struct Block {
    norm: Norm,
    layer: Linear,
    dilation: usize,
}

impl Block {
    fn load(weights: &Weights<'_>, name: &str, dilation: usize) -> Result<Self, WeightsError> {
        Ok(Self {
            norm: Norm::load(weights, &format!("{name}.norm"))?,
            layer: Linear::load(weights, &format!("{name}.layer"))?,
            dilation,
        })
    }

    fn apply(&self, level: Level, x: &mut Rows, room: &mut Room) {
        let width = self.norm.width();
        let count = x.len() / width.max(1);
        room.wide.clear();
        room.wide.resize(count * width * 3, 0.0);
        room.row.resize(width, 0.0);
        for (t, row) in x.chunks_exact(width).enumerate() {
            self.norm.row(row, &mut room.row);
            // as the middle of its own place, the left of the place after it and the right of the place before it
            let places = [(Some(t), 1), (t.checked_add(self.dilation), 0), (t.checked_sub(self.dilation), 2)];
            for (at, third) in places {
                let from = at.map_or(usize::MAX / 8, |at| (at * 3 + third) * width);
                if let Some(to) = room.wide.get_mut(from..from + width) {
                    to.copy_from_slice(&room.row);
                }
            }
        }
        self.layer.quantize(level, &room.wide, &mut room.quantized);
        self.layer.apply(level, &room.quantized, &mut room.out);
        for (a, b) in x.iter_mut().zip(&room.out) {
            *a += b.max(0.0);
        }
    }
}

/// Attention from each token to its head in the tree.
struct Look {
    norm: Norm,
    layer: Linear,
}

impl Look {
    fn load(weights: &Weights<'_>, name: &str) -> Result<Self, WeightsError> {
        Ok(Self {
            norm: Norm::load(weights, &format!("{name}.norm"))?,
            layer: Linear::load(weights, &format!("{name}.layer"))?,
        })
    }

    fn apply(&self, level: Level, x: &mut Rows, heads: &[usize], room: &mut Room) {
        let width = self.norm.width();
        let y = self.norm.rows(x);
        room.wide.clear();
        room.wide.resize(y.len() * 2, 0.0);
        for ((to, own), &head) in room.wide.chunks_exact_mut(width * 2).zip(y.chunks_exact(width)).zip(heads)
        {
            let (left, right) = to.split_at_mut(width);
            left.copy_from_slice(own);
            right.copy_from_slice(y.get(head * width..(head + 1) * width).unwrap_or(own));
        }
        self.layer.quantize(level, &room.wide, &mut room.quantized);
        self.layer.apply(level, &room.quantized, &mut room.out);
        for (a, b) in x.iter_mut().zip(&room.out) {
            *a += b.max(0.0);
        }
    }
}

/// Buffers shared by the layers.
#[derive(Default)]
struct Room {
    wide: Vec<f32>,
    row: Vec<f32>,
    out: Vec<f32>,
    quantized: Quantized,
}

/// The labeller with its weights.
pub(super) struct Network<'w> {
    level: Level,
    table: Table<'w>,
    vectors: Table<'w>,
    input: Linear,
    /// Projects the encoder's output for a token into the input.
    pub(super) states: Linear,
    blocks: Vec<Block>,
    tree: Look,
    norm: Norm,
    anchor: Linear,
    token_in: Linear,
    anchor_in: Linear,
    pairs: Table<'w>,
    role_blocks: Vec<(Block, Look)>,
    role_norm: Norm,
    role: Linear,
    valid: Linear,
    /// The score of one label following another.
    pub(super) transitions: [[f32; LABELS]; LABELS],
    /// Score from which a cue is accepted.
    pub(super) threshold: f32,
}

/// An encoded stretch of text.
pub(super) struct Encoded {
    width: usize,
    states: Rows,
    role_width: usize,
    role_states: Rows,
    /// For each token, the log odds that it is a cue.
    pub(super) anchors: Vec<f32>,
}

/// The network's output for a cue's window.
pub(super) struct Scores {
    /// For each token, a score per label.
    pub(super) labels: Vec<[f32; LABELS]>,
    /// Log odds that the cue is genuine.
    pub(super) valid: f32,
}

impl<'w> Network<'w> {
    /// Reads the weights.
    pub(super) fn load(weights: &Weights<'w>) -> Result<Self, WeightsError> {
        let blocks = |name: &str| -> Result<Vec<Block>, WeightsError> {
            let dilations = weights.integers(&format!("{name}.dilations"))?;
            let load = |(i, d): (usize, &u64)| Block::load(weights, &format!("{name}.{i}"), *d as usize);
            dilations.iter().enumerate().map(load).collect()
        };
        let trees = blocks("roles")?.into_iter().enumerate().map(|(i, block)| {
            let look = Look::load(weights, &format!("roles.{i}.tree"))?;
            Ok((block, look))
        });
        let role_blocks = trees.collect::<Result<Vec<_>, WeightsError>>()?;
        let flat = weights.floats("transitions")?;
        let mut transitions = [[0.0; LABELS]; LABELS];
        for (slot, value) in transitions.iter_mut().flatten().zip(flat) {
            *slot = value;
        }
        Ok(Self {
            level: Level::detect(),
            table: Table::load(weights, "table")?,
            vectors: Table::load(weights, "vectors")?,
            input: Linear::load(weights, "input")?,
            states: Linear::load(weights, "states")?,
            blocks: blocks("encoder")?,
            tree: Look::load(weights, "tree")?,
            norm: Norm::load(weights, "norm")?,
            anchor: Linear::load(weights, "anchor")?,
            token_in: Linear::load(weights, "token_in")?,
            anchor_in: Linear::load(weights, "anchor_in")?,
            pairs: Table::load(weights, "pairs")?,
            role_blocks,
            role_norm: Norm::load(weights, "role_norm")?,
            role: Linear::load(weights, "role")?,
            valid: Linear::load(weights, "valid")?,
            transitions,
            threshold: weights.float("threshold")?,
        })
    }

    /// Encodes a stretch of tokens; `heads` are indexes into the same stretch, `states` are the encoder's outputs projected by
    /// [`Self::states`].
    pub(super) fn encode(
        &self,
        rows: &[[u16; COLUMNS]],
        words: &[[u16; WORDS]],
        states: &[f32],
        heads: &[usize],
    ) -> Encoded {
        let mut room = Room::default();
        let (own, vector) = (self.table.columns(), self.vectors.columns());
        let mut sums = vec![0.0; rows.len() * (own + WORDS * vector)];
        for ((row, words), sum) in rows.iter().zip(words).zip(sums.chunks_exact_mut(own + WORDS * vector)) {
            let (features, rest) = sum.split_at_mut(own);
            for &r in row {
                self.table.add(usize::from(r), features);
            }
            for (&word, place) in words.iter().zip(rest.chunks_exact_mut(vector)) {
                self.vectors.add(usize::from(word), place);
            }
        }
        let mut x = self.input.forward(self.level, &sums);
        x.iter_mut().zip(states).for_each(|(x, s)| *x += s);
        for (k, block) in self.blocks.iter().enumerate() {
            if k == self.blocks.len() / 2 {
                self.tree.apply(self.level, &mut x, heads, &mut room);
            }
            block.apply(self.level, &mut x, &mut room);
        }
        let states = self.norm.rows(&x);
        let anchors = self.anchor.forward(self.level, &states);
        let role_states = self.token_in.forward(self.level, &states);
        Encoded {
            width: self.norm.width(),
            states,
            role_width: self.token_in.outputs(),
            role_states,
            anchors,
        }
    }

    /// Scores the tokens of a cue's window (indexes into the encoded stretch); `pairs` has one row and `heads` one index into the
    /// window for each of them.
    pub(super) fn roles(
        &self,
        encoded: &Encoded,
        window: std::ops::Range<usize>,
        anchor: usize,
        pairs: &[[u16; PAIR_COLUMNS]],
        heads: &[usize],
    ) -> Option<Scores> {
        let mut room = Room::default();
        let (width, own) = (encoded.width, encoded.role_width);
        let mut x = encoded.role_states.get(window.start * own..window.end * own)?.to_vec();
        let cue =
            self.anchor_in.forward(self.level, encoded.states.get(anchor * width..(anchor + 1) * width)?);
        for (row, pair) in x.chunks_exact_mut(own).zip(pairs) {
            for (a, b) in row.iter_mut().zip(&cue) {
                *a += b;
            }
            for &r in pair {
                self.pairs.add(usize::from(r), row);
            }
        }
        for (block, look) in &self.role_blocks {
            block.apply(self.level, &mut x, &mut room);
            look.apply(self.level, &mut x, heads, &mut room);
        }
        let y = self.role_norm.rows(&x);
        let flat = self.role.forward(self.level, &y);
        let at = anchor.checked_sub(window.start)?;
        let valid = self.valid.forward(self.level, y.get(at * own..(at + 1) * own)?).first().copied()?;
        let labels = flat.as_chunks::<LABELS>().0.to_vec();
        Some(Scores { labels, valid })
    }
}
