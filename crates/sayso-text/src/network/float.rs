//! The floating parts of a transformer, in an order of operations that is the same for every width of registers.
//!
//! Sums run in sixteen lanes that are added up at the end. Wider instructions only do more of the same at once: nothing
//! is fused, and the exponential is our own.

#[cfg(target_arch = "x86_64")]
use super::kernel::{has_avx2, has_avx512};
use super::{Level, activation::tanh};

/// Lanes of every sum.
const LANES: usize = 16;

/// Makes a function that runs `$body` compiled for the level's instructions.
macro_rules! by_level {
    ($(#[$doc:meta])* $vis:vis $name:ident, $wide2:ident, $wide512:ident, $body:ident, ($($arg:ident: $type:ty),*)) => {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn $wide2($($arg: $type),*) {
            $body($($arg),*);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
        fn $wide512($($arg: $type),*) {
            $body($($arg),*);
        }

        $(#[$doc])*
        $vis fn $name(level: Level, $($arg: $type),*) {
            match level {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the function is compiled for features all of which the guard has found on this machine, and is safe but
                // for that: it does no more than `$body`.
                #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
                Level::Avx512 if has_avx512() => unsafe { $wide512($($arg),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: as above.
                #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
                Level::Avx2 | Level::AvxVnni if has_avx2() => unsafe { $wide2($($arg),*) },
                _ => $body($($arg),*),
            }
        }
    };
}

by_level! {
    /// Brings each row to mean 0 and variance 1, then scales and shifts its columns.
    pub(super) norm, norm_avx2, norm_avx512, norm_body, (rows: &mut [f32], scale: &[f32], shift: &[f32])
}

by_level! {
    /// The Gaussian error linear unit, by its form with a hyperbolic tangent (Hendrycks and Gimpel 2016).
    pub(super) gelu, gelu_avx2, gelu_avx512, gelu_body, (values: &mut [f32])
}

by_level! {
    head, head_avx2, head_avx512, head_body, (job: &mut Head<'_>)
}

/// Adds `more` to `to`.
pub(super) fn add(to: &mut [f32], more: &[f32]) {
    for (t, m) in to.iter_mut().zip(more) {
        *t += m;
    }
}

#[inline(always)]
fn sum(values: &[f32], mut part: impl FnMut(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for (lane, v) in lanes.iter_mut().zip(block) {
            *lane += part(*v);
        }
    }
    for (lane, v) in lanes.iter_mut().zip(rest) {
        *lane += part(*v);
    }
    lanes.iter().sum()
}

#[inline(always)]
fn norm_body(rows: &mut [f32], scale: &[f32], shift: &[f32]) {
    let width = scale.len().max(1);
    for row in rows.chunks_exact_mut(width) {
        let mean = sum(row, |v| v) / width as f32;
        let variance = sum(row, |v| (v - mean) * (v - mean)) / width as f32;
        let factor = 1.0 / (variance + 1e-12).sqrt();
        for ((v, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
            *v = (*v - mean) * factor * scale + shift;
        }
    }
}

#[inline(always)]
fn gelu_body(values: &mut [f32]) {
    for v in values {
        let inner = 0.797_884_6 * (*v + 0.044_715 * *v * *v * *v);
        *v = 0.5 * *v * (1.0 + tanh(inner));
    }
}

/// The exponential of a number that is not above 0: a power of two times a polynomial; relative error below 1e-5.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const MAGIC: f32 = 12_582_912.0;
    let x = x.max(-80.0) * std::f32::consts::LOG2_E;
    let shifted = x + MAGIC;
    let whole = shifted - MAGIC;
    let f = (x - whole) * std::f32::consts::LN_2;
    let p = 1.0
        + f * (1.0
            + f * (0.5 + f * (0.166_666_67 + f * (0.041_666_668 + f * (0.008_333_334 + f * 0.001_388_889)))));
    let power = (shifted.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32).wrapping_add(127) << 23;
    p * f32::from_bits(power as u32)
}

/// Turns scores into weights that add up to 1, with an exponential that is the same on every machine.
#[inline(always)]
pub fn softmax(scores: &mut [f32]) {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for block in scores.chunks(LANES) {
        for (lane, s) in lanes.iter_mut().zip(block) {
            *lane = lane.max(*s);
        }
    }
    let top = lanes.into_iter().fold(f32::NEG_INFINITY, f32::max);
    for s in scores.iter_mut() {
        *s = exp(*s - top);
    }
    let factor = 1.0 / sum(scores, |v| v);
    for s in scores.iter_mut() {
        *s *= factor;
    }
}

/// Buffers of attention.
#[derive(Debug, Default)]
pub(super) struct Attention {
    /// Keys of one head, a row for each column of theirs, so that one query meets many keys at once.
    keys: Vec<f32>,
    /// Queries of a few rows, those of one column side by side.
    queries: Vec<f32>,
    /// Scores of the same rows, one row after another.
    scores: Vec<f32>,
}

/// One head of attention: `size` columns from `from` on.
struct Head<'a> {
    /// Queries, keys and values of each row side by side.
    qkv: &'a [f32],
    /// Columns of one row of `out`; a third of a row of `qkv`.
    width: usize,
    from: usize,
    size: usize,
    buffers: &'a mut Attention,
    out: &'a mut [f32],
}

impl Attention {
    /// Attention of every row to every row by `heads` heads; `out` holds rows of `width` floats.
    pub(super) fn apply(&mut self, level: Level, qkv: &[f32], heads: usize, width: usize, out: &mut [f32]) {
        let size = width.checked_div(heads).unwrap_or(0);
        if size == 0 || qkv.len() != 3 * out.len() {
            return;
        }
        for from in (0..width).step_by(size) {
            head(level, &mut Head { qkv, width, from, size, buffers: self, out });
        }
    }
}

/// Queries that are asked at once: their sums just fit the registers.
const QUERIES: usize = 4;

#[inline(always)]
fn head_body(job: &mut Head<'_>) {
    let Head { qkv, width, from, size, buffers, out } = job;
    let (width, from, size) = (*width, *from, *size);
    let rows = out.len() / width;
    let padded = rows.next_multiple_of(LANES);
    buffers.keys.clear();
    buffers.keys.resize(size * padded, 0.0);
    for (row, all) in qkv.chunks_exact(3 * width).enumerate() {
        for (column, v) in all.iter().skip(width + from).take(size).enumerate() {
            if let Some(k) = buffers.keys.get_mut(column * padded + row) {
                *k = *v;
            }
        }
    }
    buffers.scores.resize(QUERIES * padded, 0.0);
    let mut asking = qkv.chunks_exact(3 * QUERIES * width);
    let mut answered = out.chunks_exact_mut(QUERIES * width);
    for (asking, out) in asking.by_ref().zip(answered.by_ref()) {
        ask::<QUERIES>(asking, qkv, (width, from, size), rows, buffers, out);
    }
    let rest = answered.into_remainder().chunks_exact_mut(width);
    for (asking, out) in asking.remainder().chunks_exact(3 * width).zip(rest) {
        ask::<1>(asking, qkv, (width, from, size), rows, buffers, out);
    }
}

/// Answers the queries of R rows. Each sum is added up in the order of the columns or of the rows, whatever R is.
#[inline(always)]
fn ask<const R: usize>(
    asking: &[f32],
    qkv: &[f32],
    (width, from, size): (usize, usize, usize),
    rows: usize,
    buffers: &mut Attention,
    out: &mut [f32],
) {
    let Attention { keys, queries, scores } = buffers;
    let padded = rows.next_multiple_of(LANES);
    let scale = 1.0 / (size as f32).sqrt();
    queries.clear();
    for column in from..from + size {
        queries.extend(asking.chunks_exact(3 * width).map(|all| all[column] * scale));
    }
    for block in 0..padded / LANES {
        let mut sums = [[0.0_f32; LANES]; R];
        for (queries, keys) in queries.as_chunks::<R>().0.iter().zip(keys.chunks_exact(padded)) {
            let Some(keys) = keys.as_chunks::<LANES>().0.get(block) else { return };
            for (sums, q) in sums.iter_mut().zip(queries) {
                for (s, k) in sums.iter_mut().zip(keys) {
                    *s += q * k;
                }
            }
        }
        for (scores, sums) in scores.chunks_exact_mut(padded).zip(sums) {
            if let Some(to) = scores.as_chunks_mut::<LANES>().0.get_mut(block) {
                *to = sums;
            }
        }
    }
    let mut weights = [[].as_slice(); R];
    for (weights, scores) in weights.iter_mut().zip(scores.chunks_exact_mut(padded)) {
        let Some(scores) = scores.get_mut(..rows) else { return };
        softmax(scores);
        *weights = scores;
    }
    for first in (0..size).step_by(LANES) {
        let columns = LANES.min(size - first);
        let mut sums = [[0.0_f32; LANES]; R];
        for (row, all) in qkv.chunks_exact(3 * width).enumerate() {
            let values = all.get(2 * width + from + first..).unwrap_or_default();
            if let (LANES, Some(values)) = (columns, values.first_chunk::<LANES>()) {
                for (sums, weights) in sums.iter_mut().zip(weights) {
                    for (s, v) in sums.iter_mut().zip(values) {
                        *s += weights[row] * v;
                    }
                }
            } else {
                for (sums, weights) in sums.iter_mut().zip(weights) {
                    for (s, v) in sums.iter_mut().zip(values).take(columns) {
                        *s += weights[row] * v;
                    }
                }
            }
        }
        for (out, sums) in out.chunks_exact_mut(width).zip(sums) {
            for (o, s) in out.iter_mut().skip(from + first).zip(sums).take(columns) {
                *o = s;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Vec<f32> {
        let mut seed = 7_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn the_exponential_is_close_and_softmax_adds_up_to_one() {
        for i in 0..800 {
            let x = i as f32 * -0.1;
            let (got, want) = (exp(x), x.exp());
            assert!((got - want).abs() <= want * 1e-5 + 1e-30, "{x}: {got} {want}");
        }
        let mut scores = vec![3.0, -1.0, 100.0, 99.0, -2000.0];
        softmax(&mut scores);
        assert!(
            (scores.iter().sum::<f32>() - 1.0).abs() < 1e-6 && scores[2] > scores[3] && scores[4] < 1e-20
        );
    }

    #[test]
    fn all_levels_give_the_same_bits() {
        let (rows, width, heads) = (21, 48, 3);
        let qkv = numbers(rows * width * 3);
        let run = |level| {
            let mut out = vec![0.0; rows * width];
            Attention::default().apply(level, &qkv, heads, width, &mut out);
            norm(level, &mut out, &numbers(width), &numbers(width));
            gelu(level, &mut out);
            out.iter().map(|v| v.to_bits()).collect::<Vec<u32>>()
        };
        let plain = run(Level::Plain);
        for level in Level::available() {
            assert_eq!(run(level), plain, "{level:?}");
        }
    }

    #[test]
    fn attention_mixes_values_by_likeness() {
        // One head of one column; the second key is far the likest to the query of the first row.
        let qkv = [10.0, 0.0, 1.0, 10.0, 10.0, 5.0];
        let mut out = vec![0.0; 2];
        Attention::default().apply(Level::Plain, &qkv, 1, 1, &mut out);
        assert!((out[0] - 5.0).abs() < 1e-3, "{out:?}");
    }
}
