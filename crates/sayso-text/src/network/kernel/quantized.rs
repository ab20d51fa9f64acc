//! Inputs as bytes.

use std::ops::Range;

#[cfg(target_arch = "x86_64")]
use super::level::has_avx2;
use super::{GROUP, LANES, LEVELS, Level, ZERO, signed};

/// Rows of inputs as bytes with an offset of 128; none is 0, which would be one step beyond the largest magnitude.
#[derive(Debug, Clone, Default)]
pub struct Quantized {
    pub(super) values: Vec<u8>,
    pub(super) width: usize,
    pub(super) scale: f32,
    /// Scales of the rows, if each has its own.
    pub(super) scales: Vec<f32>,
}

impl Quantized {
    /// Quantises `rows` (each of `columns` floats), each row by its own largest magnitude.
    #[inline(always)]
    pub(in crate::network) fn fill_by_row(&mut self, rows: &[f32], columns: usize) {
        let count = rows.len().checked_div(columns).unwrap_or(0);
        self.reset(count, columns, 0.0);
        if columns == 0 {
            return;
        }
        for (row, to) in rows.chunks_exact(columns).zip(self.values.chunks_exact_mut(self.width)) {
            let limit = magnitude(row);
            self.scales.push(limit / LEVELS as f32);
            if limit > 0.0 {
                let factor = LEVELS as f32 / limit;
                to.iter_mut().zip(row).for_each(|(to, x)| *to = quantize(*x, factor));
            }
        }
    }

    /// Quantises `rows` (each of `columns` floats); magnitudes beyond `limit` are clamped.
    pub fn fill(&mut self, rows: &[f32], columns: usize, limit: f32) {
        let factor = LEVELS as f32 / limit;
        if columns > 0 && columns.is_multiple_of(GROUP) {
            // The usual case needs no padding.
            self.width = columns;
            self.scale = limit / LEVELS as f32;
            self.scales.clear();
            self.values.clear();
            self.values.extend(rows.iter().map(|x| quantize(*x, factor)));
            return;
        }
        self.reset(rows.len().checked_div(columns).unwrap_or(0), columns, limit);
        if columns > 0 {
            for (to, from) in self.values.chunks_exact_mut(self.width).zip(rows.chunks_exact(columns)) {
                for (t, f) in to.iter_mut().zip(from) {
                    *t = quantize(*f, factor);
                }
            }
        }
    }

    /// Makes each row of `count` neighbouring rows of `from`, whose width must be a multiple of four:
    /// `rows - count + 1` rows.
    pub fn windows(&mut self, from: &Self, count: usize) {
        self.width = from.width * count;
        self.scale = from.scale;
        self.scales.clear();
        self.values.clear();
        if self.width > 0 {
            for window in from.values.windows(self.width).step_by(from.width) {
                self.values.extend_from_slice(window);
            }
        }
    }

    /// Makes room for rows of zeros.
    pub fn reset(&mut self, rows: usize, columns: usize, limit: f32) {
        self.width = columns.next_multiple_of(GROUP);
        self.scale = limit / LEVELS as f32;
        self.scales.clear();
        self.values.clear();
        self.values.resize(rows * self.width, ZERO);
    }

    /// Bytes of one row, padded to a multiple of four.
    #[must_use]
    pub fn row(&self, row: usize) -> &[u8] {
        self.values.get(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// Bytes of one row, to be written by [`quantize`].
    pub(in crate::network) fn row_mut(&mut self, row: usize) -> &mut [u8] {
        self.values.get_mut(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Products of each of some rows with `first` and with the same rows of `others`, in quantised units: for each row one more
    /// product than there are rows.
    pub fn products(
        &self,
        level: Level,
        rows: Range<usize>,
        first: &[u8],
        others: &Self,
        out: &mut Vec<i32>,
    ) {
        out.clear();
        let width = self.width;
        let bytes = rows.start * width..rows.end * width;
        let (Some(a), Some(b)) = (self.values.get(bytes.clone()), others.values.get(bytes)) else { return };
        if width == 0 || first.len() != width || others.width != width {
            return;
        }
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the function is compiled for AVX2, which the guard has found on this machine, and is otherwise safe: it only
            // computes `products`.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Tiles | Level::Avx512 | Level::AvxVnni | Level::Avx2 if has_avx2() => unsafe {
                products_avx2(a, first, b, out)
            },
            _ => products(a, first, b, out),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn products_avx2(a: &[u8], first: &[u8], b: &[u8], out: &mut Vec<i32>) {
    products(a, first, b, out);
}

#[inline(always)]
fn products(a: &[u8], first: &[u8], b: &[u8], out: &mut Vec<i32>) {
    for x in a.chunks_exact(first.len()) {
        for y in std::iter::once(first).chain(b.chunks_exact(first.len())) {
            out.push(x.iter().zip(y).map(|(x, y)| i32::from(signed(*x)) * i32::from(signed(*y))).sum());
        }
    }
}

/// The larger of two numbers. Not `max`, which is slower because it handles NaN.
#[inline(always)]
pub(in crate::network) fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The largest of some lanes, by halving, so that no step waits for all before it.
#[inline(always)]
pub(in crate::network) fn largest_lane(lanes: [f32; LANES]) -> f32 {
    let mut lanes = lanes;
    for half in [8, 4, 2, 1] {
        let (low, high) = lanes.split_at_mut(half);
        low.iter_mut().zip(high).for_each(|(l, h)| *l = larger(*l, *h));
    }
    lanes[0]
}

/// The largest magnitude of some numbers.
#[inline(always)]
fn magnitude(values: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for (lane, x) in lanes.iter_mut().zip(block) {
            *lane = larger(*lane, x.abs());
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane = larger(*lane, x.abs());
    }
    largest_lane(lanes)
}

/// Rounds to the nearest integer, ties to even, by pushing the fraction off the end of the float; adds the offset. NaN becomes
/// the lowest value.
#[inline(always)]
pub(in crate::network) fn quantize(x: f32, factor: f32) -> u8 {
    const MAGIC: f32 = 12_582_912.0;
    let bound = LEVELS as f32;
    let y = (x * factor).max(-bound).min(bound) + (MAGIC + ZERO as f32);
    (y.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32) as u8
}
