//! Exact integer matrix products, on as wide registers as the machine has.
//!
//! Inputs are bytes with an offset of [`ZERO`], weights signed bytes; sums are 32-bit integers and cannot overflow for
//! up to 65,000 inputs. The offset's share of a sum depends on the weights alone and is taken off at the end.

use std::ops::Range;

use super::Matrix;

/// Magnitude of the largest quantised input.
pub const LEVELS: i32 = 127;

/// The byte that stands for zero.
const ZERO: u8 = 128;

/// Outputs of one block of packed weights.
const LANES: usize = 16;

/// Inputs that are multiplied by one instruction.
const GROUP: usize = 4;

/// Which instructions to use; all give the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What every machine has.
    Plain,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-512 F, BW, VL, DQ and VNNI.
    Avx512,
}

/// Whether the machine has every feature that a function for [`Level::Avx512`] is compiled for. Anybody can name a level, so
/// each call of such a function asks for itself: a load and a test.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vnni")
}

/// The same for [`Level::Avx2`].
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
}

impl Level {
    /// The widest that this machine has. `SAYSO_SIMD=plain` or `avx2` asks for less (to test that it makes no difference).
    #[must_use]
    pub fn detect() -> Self {
        let wish = std::env::var("SAYSO_SIMD").unwrap_or_default();
        #[cfg(target_arch = "x86_64")]
        if wish != "plain" {
            if wish != "avx2" && has_avx512() {
                return Self::Avx512;
            }
            if has_avx2() {
                return Self::Avx2;
            }
        }
        let _ = wish;
        Self::Plain
    }

    /// The levels that this machine can run, for tests.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut all = vec![Self::Plain];
        match Self::detect() {
            Self::Plain => {}
            Self::Avx2 => all.push(Self::Avx2),
            Self::Avx512 => all.extend([Self::Avx2, Self::Avx512]),
        }
        all
    }
}

/// Rows of inputs as bytes with an offset of 128.
#[derive(Debug, Clone, Default)]
pub struct Quantized {
    values: Vec<u8>,
    width: usize,
    scale: f32,
    /// Scales of the rows, where each has its own.
    scales: Vec<f32>,
}

impl Quantized {
    /// Quantises `rows` (each of `columns` floats), each row by its own largest magnitude.
    pub fn fill_by_row(&mut self, rows: &[f32], columns: usize) {
        self.reset(rows.len().checked_div(columns).unwrap_or(0), columns, 0.0);
        if columns == 0 {
            return;
        }
        for (to, from) in self.values.chunks_exact_mut(self.width).zip(rows.chunks_exact(columns)) {
            let mut lanes = [0.0_f32; LANES];
            for block in from.chunks(LANES) {
                for (lane, x) in lanes.iter_mut().zip(block) {
                    *lane = lane.max(x.abs());
                }
            }
            let limit = lanes.iter().copied().fold(0.0, f32::max);
            self.scales.push(limit / LEVELS as f32);
            if limit > 0.0 {
                let factor = LEVELS as f32 / limit;
                for (t, f) in to.iter_mut().zip(from) {
                    *t = quantize(*f, factor);
                }
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

    /// Bytes of one row, to be written.
    pub fn row_mut(&mut self, row: usize) -> &mut [u8] {
        self.values.get_mut(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Products of each of some rows with `first` and with the same rows of `others`, in quantised units: for each row
    /// one more product than there are rows.
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
            // SAFETY: the function is compiled for AVX2, which the guard has found on this machine, and is safe but for that: it
            // does no more than `products`.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Avx512 | Level::Avx2 if has_avx2() => unsafe { products_avx2(a, first, b, out) },
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
    let signed = |x: &u8| i16::from(*x) - i16::from(ZERO);
    for x in a.chunks_exact(first.len()) {
        for y in std::iter::once(first).chain(b.chunks_exact(first.len())) {
            out.push(x.iter().zip(y).map(|(x, y)| i32::from(signed(x)) * i32::from(signed(y))).sum());
        }
    }
}

/// Rounds to the nearest integer, ties to even, by pushing the fraction off the end of the float; adds the offset.
#[inline(always)]
pub(super) fn quantize(x: f32, factor: f32) -> u8 {
    const MAGIC: f32 = 12_582_912.0;
    let bound = LEVELS as f32;
    let y = (x * factor).clamp(-bound, bound) + (MAGIC + ZERO as f32);
    (y.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32) as u8
}

/// A matrix (outputs by inputs) laid out for the kernels: blocks of 16 outputs, in each the inputs by fours.
#[derive(Debug, Clone)]
pub struct Packed {
    values: Vec<i8>,
    scales: Vec<f32>,
    bias: Vec<f32>,
    /// What the inputs' offset adds to each output's sum.
    offsets: Vec<i32>,
    outputs: usize,
    groups: usize,
}

impl Packed {
    /// Lays out a matrix; `bias` has one float an output (missing ones are 0).
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

    /// `out[r] = x[r] . W + bias` for the first `rows` rows; `out` holds `rows x outputs` floats.
    ///
    /// Rows narrower than the matrix or an `out` too short leave what is missing untouched.
    pub fn apply(&self, level: Level, x: &Quantized, rows: usize, out: &mut [f32]) {
        let rows = rows.min(x.rows()).min(out.len().checked_div(self.outputs).unwrap_or(0));
        if x.width != self.groups * GROUP || rows == 0 {
            return;
        }
        let job = Job { weights: self, x: &x.values, rows, input_scale: x.scale, input_scales: &x.scales };
        match level {
            Level::Plain => job.plain(out),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the method is compiled for AVX2, which the guard has found on this machine, and is safe but for that: its
            // loads and stores are each proven where they stand.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Avx2 if has_avx2() => unsafe { job.avx2(out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the method, and what it calls, are compiled for F, BW, VL, DQ and VNNI, all of which the guard has found
            // on this machine; the rest as above.
            #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
            Level::Avx512 if has_avx512() => unsafe { job.avx512(out) },
            #[allow(unreachable_patterns, reason = "a level that the machine lacks")]
            _ => job.plain(out),
        }
    }
}

struct Job<'a> {
    weights: &'a Packed,
    x: &'a [u8],
    rows: usize,
    input_scale: f32,
    /// Scales of the rows of inputs, where each has its own.
    input_scales: &'a [f32],
}

impl Job<'_> {
    /// Writes 16 sums of one row as floats.
    #[inline(always)]
    fn store(&self, out: &mut [f32], row: usize, block: usize, sums: &[i32; LANES]) {
        let w = self.weights;
        let from = block * LANES;
        let to = (from + LANES).min(w.outputs);
        let (Some(out), Some(scales), Some(bias), Some(offsets)) = (
            out.get_mut(row * w.outputs + from..row * w.outputs + to),
            w.scales.get(from..from + LANES),
            w.bias.get(from..from + LANES),
            w.offsets.get(from..from + LANES),
        ) else {
            return;
        };
        let input_scale = self.input_scales.get(row).copied().unwrap_or(self.input_scale);
        for ((((o, s), scale), b), offset) in out.iter_mut().zip(sums).zip(scales).zip(bias).zip(offsets) {
            *o = (*s - offset) as f32 * (scale * input_scale) + b;
        }
    }

    fn plain(&self, out: &mut [f32]) {
        let width = self.weights.groups * GROUP;
        for (row, x) in self.x.chunks_exact(width).take(self.rows).enumerate() {
            for (block, w) in self.weights.values.chunks_exact(width * LANES).enumerate() {
                let mut sums = [0i32; LANES];
                for (x, w) in x.as_chunks::<GROUP>().0.iter().zip(w.as_chunks::<{ GROUP * LANES }>().0) {
                    for (s, w) in sums.iter_mut().zip(w.as_chunks::<GROUP>().0) {
                        *s += x.iter().zip(w).map(|(x, w)| i32::from(*x) * i32::from(*w)).sum::<i32>();
                    }
                }
                self.store(out, row, block, &sums);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads from slices whose bounds were checked")]
mod wide {
    use std::arch::x86_64::*;

    use super::{GROUP, Job, LANES};

    impl Job<'_> {
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
        pub(super) fn avx512(&self, out: &mut [f32]) {
            let blocks = self.weights.scales.len() / LANES;
            let mut row = 0;
            while row < self.rows {
                let n = (self.rows - row).min(6);
                let mut block = 0;
                while block < blocks {
                    let m = (blocks - block).min(4);
                    match (n, m) {
                        (6, 4) => self.tile512::<6, 4>(out, row, block),
                        (6, _) => self.columns512::<6>(out, row, block, m),
                        (4 | 5, 4) => self.tile512::<4, 4>(out, row, block),
                        (4 | 5, _) => self.columns512::<4>(out, row, block, m),
                        (2 | 3, 4) => self.tile512::<2, 4>(out, row, block),
                        (2 | 3, _) => self.columns512::<2>(out, row, block, m),
                        (_, 4) => self.tile512::<1, 4>(out, row, block),
                        _ => self.columns512::<1>(out, row, block, m),
                    }
                    block += m;
                }
                row += match n {
                    6 => 6,
                    4 | 5 => 4,
                    2 | 3 => 2,
                    _ => 1,
                };
            }
        }

        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
        fn columns512<const R: usize>(&self, out: &mut [f32], row: usize, block: usize, m: usize) {
            for b in block..block + m {
                self.tile512::<R, 1>(out, row, b);
            }
        }

        #[inline]
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
        fn tile512<const R: usize, const B: usize>(&self, out: &mut [f32], row: usize, block: usize) {
            let groups = self.weights.groups;
            let block_len = groups * GROUP * LANES;
            // The bounds of all loads below: `x` has R rows of `groups * GROUP` inputs, `w` has B blocks of `block_len` weights.
            // No product overflows: `apply` lets only inputs in of which a whole row of `groups * GROUP` bytes lies in memory, and
            // R, B and the blocks of weights in memory are as few.
            let Some(x) = self.x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return };
            let Some(w) = self.weights.values.get(block * block_len..(block + B) * block_len) else { return };
            let mut sums = [[_mm512_setzero_si512(); B]; R];
            for g in 0..groups {
                let mut column = [_mm512_setzero_si512(); B];
                for (b, c) in column.iter_mut().enumerate() {
                    // SAFETY: b <= B - 1 and g <= groups - 1, so that the 64 (GROUP * LANES) bytes from b * block_len + g * 64 end
                    // at most at (B - 1) * block_len + groups * 64 = B * block_len, the length of `w`. The load asks for no
                    // alignment, and any bytes are integers.
                    *c = unsafe {
                        _mm512_loadu_si512(w.as_ptr().add(b * block_len + g * GROUP * LANES).cast())
                    };
                }
                for (r, s) in sums.iter_mut().enumerate() {
                    // SAFETY: r <= R - 1 and g <= groups - 1, so that the 4 (GROUP) bytes from (r * groups + g) * 4 end at most at
                    // R * groups * 4, the length of `x`. The read asks for no alignment, and any bytes are an integer.
                    let four =
                        unsafe { x.as_ptr().add((r * groups + g) * GROUP).cast::<i32>().read_unaligned() };
                    let four = _mm512_set1_epi32(four);
                    for (s, c) in s.iter_mut().zip(column) {
                        *s = _mm512_dpbusd_epi32(*s, four, c);
                    }
                }
            }
            for (r, s) in sums.iter().enumerate() {
                for (b, s) in s.iter().enumerate() {
                    let mut lanes = [0i32; LANES];
                    // SAFETY: the 64 bytes that are written are the 16 integers of `lanes`, borrowed alone here; the store asks for no
                    // alignment.
                    unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), *s) };
                    self.store(out, row + r, block + b, &lanes);
                }
            }
        }

        #[target_feature(enable = "avx2")]
        pub(super) fn avx2(&self, out: &mut [f32]) {
            let blocks = self.weights.scales.len() / LANES;
            let mut row = 0;
            while row < self.rows {
                let n = if self.rows - row >= 4 { 4 } else { 1 };
                for block in 0..blocks {
                    if n == 4 {
                        self.tile256::<4>(out, row, block);
                    } else {
                        self.tile256::<1>(out, row, block);
                    }
                }
                row += n;
            }
        }

        #[inline]
        #[target_feature(enable = "avx2")]
        fn tile256<const R: usize>(&self, out: &mut [f32], row: usize, block: usize) {
            let groups = self.weights.groups;
            let block_len = groups * GROUP * LANES;
            let Some(x) = self.x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return };
            let Some(w) = self.weights.values.get(block * block_len..(block + 1) * block_len) else { return };
            // Each register holds two partial sums of four outputs.
            let mut sums = [[_mm256_setzero_si256(); GROUP]; R];
            for g in 0..groups {
                let mut column = [_mm256_setzero_si256(); GROUP];
                for (q, c) in column.iter_mut().enumerate() {
                    // SAFETY: g <= groups - 1 and q <= 3, so that the 16 (LANES) bytes from g * 64 + q * 16 end at most at
                    // groups * 64, the length of `w` (one block). The load asks for no alignment, and any bytes are integers.
                    let bytes =
                        unsafe { _mm_loadu_si128(w.as_ptr().add(g * GROUP * LANES + q * LANES).cast()) };
                    *c = _mm256_cvtepi8_epi16(bytes);
                }
                for (r, s) in sums.iter_mut().enumerate() {
                    // SAFETY: r <= R - 1 and g <= groups - 1, so that the 4 (GROUP) bytes from (r * groups + g) * 4 end at most at
                    // R * groups * 4, the length of `x`. The read asks for no alignment, and any bytes are an integer.
                    let four =
                        unsafe { x.as_ptr().add((r * groups + g) * GROUP).cast::<i32>().read_unaligned() };
                    let four = _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
                    for (s, c) in s.iter_mut().zip(column) {
                        *s = _mm256_add_epi32(*s, _mm256_madd_epi16(four, c));
                    }
                }
            }
            for (r, s) in sums.iter().enumerate() {
                let mut lanes = [0i32; LANES];
                for (lanes, s) in lanes.as_chunks_mut::<GROUP>().0.iter_mut().zip(s) {
                    let mut halves = [0i32; 8];
                    // SAFETY: the 32 bytes that are written are the 8 integers of `halves`, borrowed alone here; the store asks for no
                    // alignment.
                    unsafe { _mm256_storeu_si256(halves.as_mut_ptr().cast(), *s) };
                    for (l, h) in lanes.iter_mut().zip(halves.as_chunks::<2>().0) {
                        *l = h[0] + h[1];
                    }
                }
                self.store(out, row + r, block, &lanes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function compiled for a feature that nobody asked for would be undefined behaviour on a machine that lacks it.
    #[test]
    fn every_feature_that_is_enabled_is_asked_for() {
        let sources = [include_str!("kernel.rs"), include_str!("float.rs"), include_str!("lstm.rs")];
        let asked: Vec<&str> = include_str!("kernel.rs")
            .split("is_x86_feature_detected!(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let mut seen = 0;
        for enabled in sources.iter().flat_map(|s| s.split("#[target_feature(enable = \"").skip(1)) {
            for feature in enabled.split('"').next().into_iter().flat_map(|list| list.split(',')) {
                seen += 1;
                assert!(asked.contains(&feature), "{feature} is enabled and nobody asks for it");
            }
        }
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn all_levels_agree() {
        let mut seed = 1u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 8_388_608.0 - 1.0
        };
        for (rows, inputs, outputs) in [(1, 5, 3), (7, 160, 74), (13, 128, 512), (6, 64, 64), (11, 33, 100)] {
            let bytes: Vec<u8> = (0..inputs * outputs).map(|_| (next() * 127.0) as i8 as u8).collect();
            let scales: Vec<f32> = (0..outputs).map(|_| next()).collect();
            let matrix = Matrix { rows: outputs, columns: inputs, scales, values: &bytes };
            let packed = Packed::new(&matrix, &[0.5]);
            let x: Vec<f32> = (0..rows * inputs).map(|_| next() * 1.2).collect();
            let mut q = Quantized::default();
            q.fill(&x, inputs, 1.0);
            let mut want = vec![0.0; rows * outputs];
            packed.apply(Level::Plain, &q, rows, &mut want);
            let by_hand: f32 = (0..inputs)
                .map(|i| f32::from(bytes[i] as i8) * matrix.scales[0] * x[i].clamp(-1.0, 1.0))
                .sum::<f32>()
                + 0.5;
            assert!((want[0] - by_hand).abs() < 0.02 * inputs as f32 + 1.0, "{} {by_hand}", want[0]);
            for level in Level::available() {
                let mut got = vec![0.0; rows * outputs];
                packed.apply(level, &q, rows, &mut got);
                assert_eq!(got, want, "{level:?} {rows} {inputs} {outputs}");
            }
        }
    }
}
