//! The kernels for x86-64.
#![allow(unsafe_code, reason = "vector loads from slices whose bounds were checked")]

use std::{arch::x86_64::*, ops::Range};

use super::{GROUP, Job, LANES, signed};

/// Bytes of a group of weights.
const WEIGHTS: usize = GROUP * LANES;

impl Job<'_> {
    /// Inputs without their offset, each group's in the order in which the kernels for 16 bits multiply them: the even ones, then
    /// the odd ones.
    #[inline(always)]
    fn even_odd(&self) -> Vec<i16> {
        let mut to = vec![0i16; self.x.len()];
        for (to, from) in to.as_chunks_mut::<GROUP>().0.iter_mut().zip(self.x.as_chunks::<GROUP>().0) {
            *to = [signed(from[0]), signed(from[2]), signed(from[1]), signed(from[3])];
        }
        to
    }

    #[target_feature(enable = "sse2")]
    pub(super) fn sse2(&self, out: &mut [f32]) {
        let x = self.even_odd();
        for block in 0..self.weights.blocks() {
            let mut row = 0;
            while row < self.rows {
                if self.rows - row >= 2 {
                    self.tile128::<2>(&x, out, row, block);
                    row += 2;
                } else {
                    self.tile128::<1>(&x, out, row, block);
                    row += 1;
                }
            }
        }
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn tile128<const R: usize>(&self, x: &[i16], out: &mut [f32], row: usize, block: usize) {
        let groups = self.weights.groups;
        let Some(x) = x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return };
        let Some(w) = self.weights.values.get(block * groups * WEIGHTS..(block + 1) * groups * WEIGHTS)
        else {
            return;
        };
        // Each register holds the sums of four outputs.
        let mut sums = [[_mm_setzero_si128(); 4]; R];
        for g in 0..groups {
            for q in 0..4 {
                // SAFETY: g <= groups - 1 and q <= 3, so that the 16 bytes from g * 64 + q * 16 end at most at groups * 64, the
                // length of `w` (one block). The load asks for no alignment, and any bytes are integers.
                let bytes = unsafe { _mm_loadu_si128(w.as_ptr().add(g * WEIGHTS + q * 16).cast()) };
                let (even, odd) =
                    (_mm_srai_epi16::<8>(_mm_slli_epi16::<8>(bytes)), _mm_srai_epi16::<8>(bytes));
                for (r, s) in sums.iter_mut().enumerate() {
                    // SAFETY: r <= R - 1 and g <= groups - 1, so that the 4 (GROUP) integers of 16 bits from (r * groups + g) * 4
                    // end at most at R * groups * 4, the length of `x`. The read asks for no alignment, and any bytes are integers.
                    let [x0, x1] = unsafe {
                        x.as_ptr().add((r * groups + g) * GROUP).cast::<[i32; 2]>().read_unaligned()
                    };
                    let both = _mm_add_epi32(
                        _mm_madd_epi16(even, _mm_set1_epi32(x0)),
                        _mm_madd_epi16(odd, _mm_set1_epi32(x1)),
                    );
                    s[q] = _mm_add_epi32(s[q], both);
                }
            }
        }
        for (r, s) in sums.iter().enumerate() {
            let mut lanes = [0i32; LANES];
            for (lanes, s) in lanes.as_chunks_mut::<4>().0.iter_mut().zip(s) {
                // SAFETY: the 16 bytes that are written are the 4 integers of `lanes`, borrowed exclusively here; the store asks
                // for no alignment.
                unsafe { _mm_storeu_si128(lanes.as_mut_ptr().cast(), *s) };
            }
            self.store(out, row + r, block, &lanes);
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn avx2(&self, out: &mut [f32]) {
        let x = self.even_odd();
        for block in 0..self.weights.blocks() {
            let mut row = 0;
            while row < self.rows {
                row += match self.rows - row {
                    8.. => self.tile256::<8>(&x, out, row, block),
                    4.. => self.tile256::<4>(&x, out, row, block),
                    2.. => self.tile256::<2>(&x, out, row, block),
                    _ => self.tile256::<1>(&x, out, row, block),
                };
            }
        }
    }

    /// R rows and one block, half by half: more sums would not fit the registers. Returns R.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn tile256<const R: usize>(&self, x: &[i16], out: &mut [f32], row: usize, block: usize) -> usize {
        let groups = self.weights.groups;
        let Some(x) = x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return R };
        let Some(w) = self.weights.values.get(block * groups * WEIGHTS..(block + 1) * groups * WEIGHTS)
        else {
            return R;
        };
        let mut lanes = [[0i32; LANES]; R];
        for half in 0..2 {
            // Each register holds the sums of eight outputs.
            let mut sums = [_mm256_setzero_si256(); R];
            for g in 0..groups {
                // SAFETY: g <= groups - 1 and half <= 1, so that the 32 bytes from g * 64 + half * 32 end at most at groups * 64,
                // the length of `w` (one block). The load asks for no alignment, and any bytes are integers.
                let bytes = unsafe { _mm256_loadu_si256(w.as_ptr().add(g * WEIGHTS + half * 32).cast()) };
                let (even, odd) =
                    (_mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(bytes)), _mm256_srai_epi16::<8>(bytes));
                for (r, s) in sums.iter_mut().enumerate() {
                    // SAFETY: r <= R - 1 and g <= groups - 1, so that the 4 (GROUP) integers of 16 bits from (r * groups + g) * 4
                    // end at most at R * groups * 4, the length of `x`; two times two of them are read. The reads ask for no
                    // alignment, and any bytes are integers.
                    let (x0, x1) = unsafe {
                        let two = x.as_ptr().add((r * groups + g) * GROUP).cast::<i32>();
                        (two.read_unaligned(), two.add(1).read_unaligned())
                    };
                    *s = _mm256_add_epi32(*s, _mm256_madd_epi16(even, _mm256_set1_epi32(x0)));
                    *s = _mm256_add_epi32(*s, _mm256_madd_epi16(odd, _mm256_set1_epi32(x1)));
                }
            }
            for (lanes, s) in lanes.iter_mut().zip(sums) {
                if let Some(to) = lanes.as_chunks_mut::<8>().0.get_mut(half) {
                    // SAFETY: the 32 bytes that are written are the 8 integers of `to`, borrowed exclusively here; the store asks
                    // for no alignment.
                    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), s) };
                }
            }
        }
        for (r, lanes) in lanes.iter().enumerate() {
            self.store(out, row + r, block, lanes);
        }
        R
    }

    #[target_feature(enable = "avx2,avxvnni")]
    pub(super) fn avxvnni(&self, out: &mut [f32]) {
        for block in 0..self.weights.blocks() {
            let mut row = 0;
            while row < self.rows {
                let n = (self.rows - row).min(6);
                match n {
                    6 => self.tile256v::<6>(out, row, block),
                    5 => self.tile256v::<5>(out, row, block),
                    4 => self.tile256v::<4>(out, row, block),
                    3 => self.tile256v::<3>(out, row, block),
                    2 => self.tile256v::<2>(out, row, block),
                    _ => self.tile256v::<1>(out, row, block),
                }
                row += n;
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,avxvnni")]
    fn tile256v<const R: usize>(&self, out: &mut [f32], row: usize, block: usize) {
        let groups = self.weights.groups;
        let Some(x) = self.x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return };
        let Some(w) = self.weights.values.get(block * groups * WEIGHTS..(block + 1) * groups * WEIGHTS)
        else {
            return;
        };
        let Some(offsets) = self.weights.offsets.as_chunks::<LANES>().0.get(block) else { return };
        let mut sums = [[_mm256_setzero_si256(); 2]; R];
        for g in 0..groups {
            // SAFETY: g <= groups - 1, so that the 64 bytes from g * 64 end at most at groups * 64, the length of `w` (one block).
            // The loads ask for no alignment, and any bytes are integers.
            let column = unsafe {
                let w = w.as_ptr().add(g * WEIGHTS);
                [_mm256_loadu_si256(w.cast()), _mm256_loadu_si256(w.add(32).cast())]
            };
            for (r, s) in sums.iter_mut().enumerate() {
                // SAFETY: r <= R - 1 and g <= groups - 1, so that the 4 (GROUP) bytes from (r * groups + g) * 4 end at most at
                // R * groups * 4, the length of `x`. The read asks for no alignment, and any bytes are an integer.
                let four = unsafe { x.as_ptr().add((r * groups + g) * GROUP).cast::<i32>().read_unaligned() };
                let four = _mm256_set1_epi32(four);
                for (s, c) in s.iter_mut().zip(column) {
                    *s = _mm256_dpbusd_avx_epi32(*s, four, c);
                }
            }
        }
        for (r, s) in sums.iter().enumerate() {
            let mut lanes = [0i32; LANES];
            for (lanes, s) in lanes.as_chunks_mut::<8>().0.iter_mut().zip(s) {
                // SAFETY: as in `tile256`.
                unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), *s) };
            }
            for (lane, offset) in lanes.iter_mut().zip(offsets) {
                *lane -= offset;
            }
            self.store(out, row + r, block, &lanes);
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    pub(super) fn avx512(&self, out: &mut [f32]) {
        self.rectangle(out, 0..self.rows, 0..self.weights.blocks());
    }

    /// Some rows and some blocks.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    pub(super) fn rectangle(&self, out: &mut [f32], rows: Range<usize>, blocks: Range<usize>) {
        let mut block = blocks.start;
        while block < blocks.end {
            let m = if blocks.end - block >= 2 { 2 } else { 1 };
            let mut row = rows.start;
            while row < rows.end {
                let n = match (m, rows.end - row) {
                    (2, 12..) => self.tile512::<12, 2>(out, row, block),
                    (2, 8..) => self.tile512::<8, 2>(out, row, block),
                    (2, 6..) => self.tile512::<6, 2>(out, row, block),
                    (2, 4..) => self.tile512::<4, 2>(out, row, block),
                    (2, 3) => self.tile512::<3, 2>(out, row, block),
                    (2, 2) => self.tile512::<2, 2>(out, row, block),
                    (2, _) => self.tile512::<1, 2>(out, row, block),
                    (_, 12..) => self.tile512::<12, 1>(out, row, block),
                    (_, 6..) => self.tile512::<6, 1>(out, row, block),
                    (_, 3..) => self.tile512::<3, 1>(out, row, block),
                    _ => self.tile512::<1, 1>(out, row, block),
                };
                row += n;
            }
            block += m;
        }
    }

    /// Sums of R rows and B blocks; returns R.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    fn tile512<const R: usize, const B: usize>(&self, out: &mut [f32], row: usize, block: usize) -> usize {
        let groups = self.weights.groups;
        let block_len = groups * WEIGHTS;
        // The bounds of all loads below: `x` has R rows of `groups * GROUP` inputs, `w` has B blocks of `block_len` weights.
        // No product overflows: `apply` lets only inputs in of which a whole row of `groups * GROUP` bytes lies in memory, and
        // R, B and the blocks of weights in memory are as few.
        let Some(x) = self.x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return R };
        let Some(w) = self.weights.values.get(block * block_len..(block + B) * block_len) else { return R };
        let mut sums = [[_mm512_setzero_si512(); B]; R];
        for g in 0..groups {
            let mut column = [_mm512_setzero_si512(); B];
            for (b, c) in column.iter_mut().enumerate() {
                // SAFETY: b <= B - 1 and g <= groups - 1, so that the 64 (GROUP * LANES) bytes from b * block_len + g * 64 end
                // at most at (B - 1) * block_len + groups * 64 = B * block_len, the length of `w`. The load asks for no
                // alignment, and any bytes are integers.
                *c = unsafe { _mm512_loadu_si512(w.as_ptr().add(b * block_len + g * WEIGHTS).cast()) };
            }
            for (r, s) in sums.iter_mut().enumerate() {
                // SAFETY: r <= R - 1 and g <= groups - 1, so that the 4 (GROUP) bytes from (r * groups + g) * 4 end at most at
                // R * groups * 4, the length of `x`. The read asks for no alignment, and any bytes are an integer.
                let four = unsafe { x.as_ptr().add((r * groups + g) * GROUP).cast::<i32>().read_unaligned() };
                let four = _mm512_set1_epi32(four);
                for (s, c) in s.iter_mut().zip(column) {
                    *s = _mm512_dpbusd_epi32(*s, four, c);
                }
            }
        }
        for b in 0..B {
            for (r, s) in sums.iter().enumerate() {
                self.write512(out, row + r, block + b, s[b]);
            }
        }
        R
    }

    /// Writes 16 sums of one row as floats.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    pub(super) fn finish(&self, out: &mut [f32], row: usize, block: usize, sums: &[i32; LANES]) {
        // SAFETY: the 64 bytes that are loaded are the 16 integers of `sums`; the load asks for no alignment.
        let sums = unsafe { _mm512_loadu_si512(sums.as_ptr().cast()) };
        self.write512(out, row, block, sums);
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    fn write512(&self, out: &mut [f32], row: usize, block: usize, sums: __m512i) {
        let at = block * LANES;
        let (Some(scales), Some(bias), Some(offsets)) = (
            self.weights.scales.get(at..at + LANES),
            self.weights.bias.get(at..at + LANES),
            self.weights.offsets.get(at..at + LANES),
        ) else {
            return;
        };
        // SAFETY: each of the slices has 16 (LANES) floats or integers, as many as the 64 bytes that are loaded; the loads ask
        // for no alignment.
        let (scales, bias, offsets) = unsafe {
            (
                _mm512_loadu_ps(scales.as_ptr()),
                _mm512_loadu_ps(bias.as_ptr()),
                _mm512_loadu_si512(offsets.as_ptr().cast()),
            )
        };
        let left = (self.weights.outputs - at.min(self.weights.outputs)).min(LANES);
        let from = row * self.weights.outputs + at;
        let Some(to) = out.get_mut(from..from + left) else { return };
        let mask = u16::MAX.checked_shr((LANES - left) as u32).unwrap_or(0);
        let unit = _mm512_set1_ps(self.scale(row));
        let s = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums, offsets));
        let values = _mm512_add_ps(_mm512_mul_ps(s, _mm512_mul_ps(scales, unit)), bias);
        // SAFETY: the mask has as many bits as `to`, borrowed exclusively here, has floats, and only those are written; the store
        // asks for no alignment.
        unsafe { _mm512_mask_storeu_ps(to.as_mut_ptr(), mask, values) };
    }
}
