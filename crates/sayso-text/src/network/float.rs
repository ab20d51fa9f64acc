//! The floating-point parts of a transformer, in an order of operations that is the same for every register width.
//!
//! Sums use sixteen lanes that are added up at the end. Wider instructions only do more of the same at once: nothing is fused,
//! and the exponential is our own.

#[cfg(target_arch = "x86_64")]
use super::kernel::{has_avx2, has_avx512};
use super::{
    Level, Quantized,
    activation::tanh,
    kernel::{larger, largest_lane},
};

/// Lanes of every sum.
const LANES: usize = 16;

/// Defines a function that runs `$body` compiled for the level's instructions.
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
                // SAFETY: the function is compiled for features all of which the guard has found on this machine, and is otherwise
                // safe: it only runs `$body`.
                #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
                Level::Avx512 | Level::Tiles if has_avx512() => unsafe { $wide512($($arg),*) },
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
    /// The Gaussian error linear unit, in its form with a hyperbolic tangent (Hendrycks and Gimpel 2016).
    pub(super) gelu, gelu_avx2, gelu_avx512, gelu_body, (values: &mut [f32])
}

by_level! {
    /// Quantises rows of `columns` floats, each by its own largest magnitude.
    pub(super) rows_to_bytes, rows_to_bytes_avx2, rows_to_bytes_avx512, rows_to_bytes_body,
    (rows: &[f32], columns: usize, to: &mut Quantized)
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
fn rows_to_bytes_body(rows: &[f32], columns: usize, to: &mut Quantized) {
    to.fill_by_row(rows, columns);
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

/// The exponential of a number of at most 0: a power of two times a polynomial; relative error below 1e-5.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const MAGIC: f32 = 12_582_912.0;
    let x = if x > -80.0 { x } else { -80.0 } * std::f32::consts::LOG2_E;
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
    let (blocks, rest) = scores.as_chunks::<LANES>();
    for block in blocks {
        for (lane, s) in lanes.iter_mut().zip(block) {
            *lane = larger(*lane, *s);
        }
    }
    for (lane, s) in lanes.iter_mut().zip(rest) {
        *lane = larger(*lane, *s);
    }
    let top = largest_lane(lanes);
    for s in scores.iter_mut() {
        *s = exp(*s - top);
    }
    let factor = 1.0 / sum(scores, |v| v);
    for s in scores.iter_mut() {
        *s *= factor;
    }
}

/// Buffers of attention, for one head.
#[derive(Debug, Default)]
pub(super) struct Attention {
    /// Keys of sixteen rows side by side: for each sixteen rows one entry per column, so that one query meets many keys at once.
    keys: Vec<[f32; LANES]>,
    /// Sixteen columns of values side by side: for each sixteen columns one entry per row.
    values: Vec<[f32; LANES]>,
    /// Queries of some rows, one after another,
    queries: Vec<f32>,
    /// and their scores.
    scores: Vec<f32>,
}

/// Rows whose sums are computed together: each key and value is fetched once for all of them, and no sum waits for its last
/// addition.
const TOGETHER: usize = 8;

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

#[inline(always)]
fn head_body(job: &mut Head<'_>) {
    let Head { qkv, width, from, size, buffers, out } = job;
    let (width, from, size) = (*width, *from, *size);
    let rows = out.len() / width;
    let Attention { keys, values, queries, scores } = &mut **buffers;
    keys.clear();
    keys.resize(rows.div_ceil(LANES) * size, [0.0; LANES]);
    values.clear();
    values.resize(size.div_ceil(LANES) * rows, [0.0; LANES]);
    for (row, all) in qkv.chunks_exact(3 * width).enumerate() {
        let own = |part: usize| all.get(part * width + from..part * width + from + size).unwrap_or_default();
        for (to, v) in keys.iter_mut().skip(row / LANES * size).zip(own(1)) {
            to[row % LANES] = *v;
        }
        for (to, v) in values.iter_mut().skip(row).step_by(rows).zip(own(2).chunks(LANES)) {
            to.iter_mut().zip(v).for_each(|(to, v)| *to = *v);
        }
    }
    let scale = 1.0 / (size as f32).sqrt();
    let padded = rows.next_multiple_of(LANES);
    queries.resize(size * TOGETHER, 0.0);
    scores.resize(padded * TOGETHER, 0.0);
    for (all, out) in qkv.chunks(3 * width * TOGETHER).zip(out.chunks_mut(width * TOGETHER)) {
        for (to, all) in queries.chunks_exact_mut(size).zip(all.chunks_exact(3 * width)) {
            to.iter_mut().zip(all.iter().skip(from)).for_each(|(to, q)| *to = q * scale);
        }
        for (block, keys) in keys.chunks_exact(size).enumerate() {
            let sums = weighted(queries, size, keys);
            for (row, sums) in scores.chunks_exact_mut(padded).zip(sums) {
                if let Some(to) = row.get_mut(block * LANES..(block + 1) * LANES) {
                    to.copy_from_slice(&sums);
                }
            }
        }
        for row in scores.chunks_exact_mut(padded) {
            softmax(row.get_mut(..rows).unwrap_or_default());
        }
        for (block, values) in values.chunks_exact(rows).enumerate() {
            let sums = weighted(scores, padded, values);
            for (out, sums) in out.chunks_exact_mut(width).zip(sums) {
                let Some(out) = out.get_mut(from..from + size) else { return };
                out.iter_mut().skip(block * LANES).zip(sums).for_each(|(o, v)| *o = v);
            }
        }
    }
}

/// For each of some rows of factors, `stride` apart, the sum of `rows`, each multiplied by its factor, in order.
#[inline(always)]
fn weighted(factors: &[f32], stride: usize, rows: &[[f32; LANES]]) -> [[f32; LANES]; TOGETHER] {
    let row = |at: usize| factors.get(at * stride..at * stride + rows.len()).unwrap_or_default();
    // One name for each row's sums, so that all of them stay in registers.
    let [mut s0, mut s1, mut s2, mut s3, mut s4, mut s5, mut s6, mut s7] = [[0.0_f32; LANES]; TOGETHER];
    let first = row(0).iter().zip(row(1)).zip(row(2)).zip(row(3));
    let second = row(4).iter().zip(row(5)).zip(row(6)).zip(row(7));
    for (((((f0, f1), f2), f3), (((f4, f5), f6), f7)), row) in first.zip(second).zip(rows) {
        add_times(&mut s0, *f0, row);
        add_times(&mut s1, *f1, row);
        add_times(&mut s2, *f2, row);
        add_times(&mut s3, *f3, row);
        add_times(&mut s4, *f4, row);
        add_times(&mut s5, *f5, row);
        add_times(&mut s6, *f6, row);
        add_times(&mut s7, *f7, row);
    }
    [s0, s1, s2, s3, s4, s5, s6, s7]
}

#[inline(always)]
fn add_times(sums: &mut [f32; LANES], factor: f32, row: &[f32; LANES]) {
    for (sum, v) in sums.iter_mut().zip(row) {
        *sum += factor * v;
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
    fn attention_mixes_values_by_similarity() {
        // One head of one column; the second key is by far the most similar to the query of the first row.
        let qkv = [10.0, 0.0, 1.0, 10.0, 10.0, 5.0];
        let mut out = vec![0.0; 2];
        Attention::default().apply(Level::Plain, &qkv, 1, 1, &mut out);
        assert!((out[0] - 5.0).abs() < 1e-3, "{out:?}");
    }
}
