//! Exact integer matrix products, on registers as wide as the machine has.
//!
//! Inputs are bytes with an offset of [`ZERO`], weights signed bytes; sums are 32-bit integers and cannot overflow for up to
//! 65,000 inputs. Kernels that multiply unsigned bytes subtract the offset's share of a sum, which depends on the weights alone,
//! at the end; the others subtract the offset from the inputs. Without it, inputs are at most [`LEVELS`] in magnitude and weights
//! at most 128, so that the sum of two products (32,512) fits 16 bits.
//!
//! A kernel takes one to three blocks of outputs, whose weights stay in the nearest cache, through all rows, several rows at a
//! time, so that a weight is fetched once for all of them.

#[cfg(target_arch = "aarch64")]
mod arm;
mod level;
#[cfg_attr(
    any(target_arch = "x86_64", target_arch = "aarch64"),
    allow(dead_code, reason = "what tests compare with")
)]
mod portable;
mod quantized;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod tiles;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "aarch64")]
use self::level::has_dot;
use super::Matrix;

pub use self::level::Level;
pub use self::quantized::Quantized;
pub(super) use self::quantized::{larger, largest_lane, quantize};
#[cfg(target_arch = "x86_64")]
pub(super) use self::{
    level::{has_avx2, has_avx512, has_avxvnni},
    tiles::has_tiles,
};

/// Magnitude of the largest quantised input.
pub const LEVELS: i32 = 127;

/// The byte that represents zero.
const ZERO: u8 = 128;

/// Outputs of one block of packed weights.
const LANES: usize = 16;

/// Inputs that are multiplied by one instruction.
const GROUP: usize = 4;

/// An input without its offset.
#[inline(always)]
fn signed(x: u8) -> i16 {
    i16::from(x) - i16::from(ZERO)
}

/// A matrix (outputs by inputs) laid out for the kernels: blocks of 16 outputs, with inputs in groups of four.
#[derive(Debug, Clone)]
pub struct Packed {
    values: Vec<i8>,
    scales: Vec<f32>,
    bias: Vec<f32>,
    /// What the inputs' offset adds to each output's sum.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        allow(dead_code, reason = "for kernels that multiply bytes without a sign")
    )]
    offsets: Vec<i32>,
    outputs: usize,
    groups: usize,
}

impl Packed {
    /// Lays out a matrix; `bias` has one float per output (missing ones are 0).
    #[must_use]
    pub fn new(matrix: &Matrix<'_>, bias: &[f32]) -> Self {
        let (outputs, inputs) = (matrix.rows, matrix.columns);
        let groups = inputs.div_ceil(GROUP);
        let blocks = outputs.div_ceil(LANES);
        let mut values = vec![0i8; blocks * groups * GROUP * LANES];
        let mut offsets = vec![0i32; blocks * LANES];
        for ((o, row), offset) in matrix.values.chunks_exact(inputs.max(1)).enumerate().zip(&mut offsets) {
            let base = (o / LANES) * groups * GROUP * LANES + (o % LANES) * GROUP;
            for (i, w) in row.iter().enumerate() {
                if let Some(v) = values.get_mut(base + (i / GROUP) * GROUP * LANES + i % GROUP) {
                    *v = *w as i8;
                    *offset += i32::from(*w as i8) * i32::from(ZERO);
                }
            }
        }
        let pad = |from: &[f32]| {
            let mut v = from.to_vec();
            v.resize(blocks * LANES, 0.0);
            v
        };
        Self { values, scales: pad(&matrix.scales), bias: pad(bias), offsets, outputs, groups }
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    fn blocks(&self) -> usize {
        self.scales.len() / LANES
    }

    /// `out[r] = x[r] . W + bias` for the first `rows` rows; `out` holds `rows x outputs` floats.
    ///
    /// If rows are narrower than the matrix or `out` is too short, what is missing is left untouched.
    pub fn apply(&self, level: Level, x: &Quantized, rows: usize, out: &mut [f32]) {
        let rows = rows.min(x.rows()).min(out.len().checked_div(self.outputs).unwrap_or(0));
        let width = self.groups * GROUP;
        let Some(bytes) = x.values.get(..rows * width).filter(|x| !x.is_empty()) else { return };
        if x.width != width {
            return;
        }
        let job = Job { weights: self, x: bytes, rows, input_scale: x.scale, input_scales: &x.scales };
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the method is compiled for AVX2, which the guard has found on this machine, and is otherwise safe: its loads
            // and stores are each justified where they occur.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Avx2 if has_avx2() => unsafe { job.avx2(out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the method, and what it calls, are compiled for AVX2 and AVX-VNNI, which the guard has found on this
            // machine; the rest as above.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::AvxVnni if has_avxvnni() => unsafe { job.avxvnni(out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the method, and what it calls, are compiled for F, BW, VL, DQ and VNNI, all of which the guard has found
            // on this machine; the rest as above.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Avx512 if has_avx512() => unsafe { job.avx512(out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as for AVX-512, whose features `has_tiles` asks for too; and the method may use tiles.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Tiles if has_tiles() => unsafe { job.tiles(out) },
            #[cfg(target_arch = "aarch64")]
            // SAFETY: the method, and what it calls, are compiled for the dot product, which the guard has found on this machine;
            // the rest as above.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Dot if has_dot() => unsafe { job.dot(out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the method, and what it calls, are compiled for SSE2, which is a part of x86-64; the rest as above.
            #[allow(
                unsafe_code,
                reason = "calls a function compiled for features that every such machine has"
            )]
            _ => unsafe { job.sse2(out) },
            #[cfg(target_arch = "aarch64")]
            // SAFETY: the method, and what it calls, are compiled for NEON, which is a part of 64-bit ARM; the rest as above.
            #[allow(
                unsafe_code,
                reason = "calls a function compiled for features that every such machine has"
            )]
            _ => unsafe { job.neon(out) },
            #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
            _ => job.portable(out),
        }
    }
}

/// One product of matrices.
struct Job<'a> {
    weights: &'a Packed,
    /// `rows` rows, each as wide as the weights; not empty.
    x: &'a [u8],
    rows: usize,
    input_scale: f32,
    /// Scales of the rows of inputs, if each has its own.
    input_scales: &'a [f32],
}

impl Job<'_> {
    /// Units of a row's inputs.
    #[inline(always)]
    fn scale(&self, row: usize) -> f32 {
        self.input_scales.get(row).copied().unwrap_or(self.input_scale)
    }

    /// Writes 16 sums of one row as floats.
    #[inline(always)]
    fn store(&self, out: &mut [f32], row: usize, block: usize, sums: &[i32; LANES]) {
        let w = self.weights;
        let (Some(scales), Some(bias)) =
            (w.scales.as_chunks::<LANES>().0.get(block), w.bias.as_chunks::<LANES>().0.get(block))
        else {
            return;
        };
        let unit = self.scale(row);
        let mut values = [0.0f32; LANES];
        for (((v, s), scale), b) in values.iter_mut().zip(sums).zip(scales).zip(bias) {
            *v = *s as f32 * (scale * unit) + b;
        }
        let left = w.outputs - (block * LANES).min(w.outputs);
        let to = out.get_mut(row * w.outputs + block * LANES..).unwrap_or_default();
        match to.first_chunk_mut::<LANES>() {
            Some(to) if left >= LANES => *to = values,
            _ => to.iter_mut().zip(values).take(left).for_each(|(to, v)| *to = v),
        }
    }
}
