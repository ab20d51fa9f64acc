//! The kernels for 64-bit ARM.
#![allow(unsafe_code, reason = "vector loads from slices whose bounds were checked")]

use std::arch::aarch64::*;
use std::arch::asm;

use super::{GROUP, Job, LANES, ZERO};

/// Bytes of a group of weights.
const WEIGHTS: usize = GROUP * LANES;

/// Registers that hold 16 weights each of a group, or the sums of four outputs each.
const PARTS: usize = LANES / 4;

impl Job<'_> {
    /// Inputs without their offset; none is less than -127.
    #[inline(always)]
    fn signed_bytes(&self) -> Vec<i8> {
        self.x.iter().map(|x| (x ^ ZERO) as i8).collect()
    }

    /// The kernel for every 64-bit ARM machine.
    #[target_feature(enable = "neon")]
    pub(super) fn neon(&self, out: &mut [f32]) {
        let x = self.signed_bytes();
        for block in 0..self.weights.blocks() {
            let mut row = 0;
            while row < self.rows {
                row += match self.rows - row {
                    2.. => self.tile_neon::<2>(&x, out, row, block),
                    _ => self.tile_neon::<1>(&x, out, row, block),
                };
            }
        }
    }

    /// R rows and one block. Returns R.
    #[inline]
    #[target_feature(enable = "neon")]
    fn tile_neon<const R: usize>(&self, x: &[i8], out: &mut [f32], row: usize, block: usize) -> usize {
        let groups = self.weights.groups;
        let Some(x) = x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return R };
        let Some(w) = self.weights.values.get(block * groups * WEIGHTS..(block + 1) * groups * WEIGHTS)
        else {
            return R;
        };
        // Each register holds two partial sums of two outputs.
        let mut sums = [[[vdupq_n_s32(0); 2]; PARTS]; R];
        for g in (0..groups).step_by(2) {
            for (q, part) in (0..PARTS).map(|q| (q, q * 16)) {
                // SAFETY: g <= groups - 1 and q <= 3, so that the 16 bytes from g * 64 + q * 16 end at most at groups * 64, the
                // length of `w` (one block); the same with g + 1 where that is at most groups - 1. The loads ask for no alignment.
                let (w0, w1) = unsafe {
                    let at = w.as_ptr().add(g * WEIGHTS + part);
                    (vld1q_s8(at), if g + 1 < groups { vld1q_s8(at.add(WEIGHTS)) } else { vdupq_n_s8(0) })
                };
                for (r, sums) in sums.iter_mut().enumerate() {
                    // SAFETY: r <= R - 1 and g <= groups - 1, so that the 4 (GROUP) bytes from (r * groups + g) * 4 end at most at
                    // R * groups * 4, the length of `x`; the same with g + 1 where that is at most groups - 1. The reads ask for no
                    // alignment, and any bytes are an integer.
                    let (x0, x1) = unsafe {
                        let at = x.as_ptr().add((r * groups + g) * GROUP).cast::<i32>();
                        (at.read_unaligned(), if g + 1 < groups { at.add(1).read_unaligned() } else { 0 })
                    };
                    let (x0, x1) =
                        (vreinterpretq_s8_s32(vdupq_n_s32(x0)), vreinterpretq_s8_s32(vdupq_n_s32(x1)));
                    // The sum of two products fits 16 bits (see the module).
                    let low = vmull_s8(vget_low_s8(w0), vget_low_s8(x0));
                    let low = vmlal_s8(low, vget_low_s8(w1), vget_low_s8(x1));
                    let high = vmlal_high_s8(vmull_high_s8(w0, x0), w1, x1);
                    sums[q] = [vpadalq_s16(sums[q][0], low), vpadalq_s16(sums[q][1], high)];
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            self.store_parts(out, row + r, block, sums.map(|[low, high]| vpaddq_s32(low, high)));
        }
        R
    }

    /// The kernel for machines with byte dot products.
    #[target_feature(enable = "neon,dotprod")]
    pub(super) fn dot(&self, out: &mut [f32]) {
        let x = self.signed_bytes();
        for block in 0..self.weights.blocks() {
            let mut row = 0;
            while row < self.rows {
                row += match self.rows - row {
                    4.. => self.tile_dot::<4>(&x, out, row, block),
                    2.. => self.tile_dot::<2>(&x, out, row, block),
                    _ => self.tile_dot::<1>(&x, out, row, block),
                };
            }
        }
    }

    /// R rows and one block. Returns R.
    #[inline]
    #[target_feature(enable = "neon,dotprod")]
    fn tile_dot<const R: usize>(&self, x: &[i8], out: &mut [f32], row: usize, block: usize) -> usize {
        let groups = self.weights.groups;
        let Some(x) = x.get(row * groups * GROUP..(row + R) * groups * GROUP) else { return R };
        let Some(w) = self.weights.values.get(block * groups * WEIGHTS..(block + 1) * groups * WEIGHTS)
        else {
            return R;
        };
        let mut sums = [[vdupq_n_s32(0); PARTS]; R];
        for g in 0..groups {
            let mut column = [vdupq_n_s8(0); PARTS];
            for (q, c) in column.iter_mut().enumerate() {
                // SAFETY: as in `tile_neon`.
                *c = unsafe { vld1q_s8(w.as_ptr().add(g * WEIGHTS + q * 16)) };
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                // SAFETY: as in `tile_neon`.
                let four = unsafe { x.as_ptr().add((r * groups + g) * GROUP).cast::<i32>().read_unaligned() };
                let four = vreinterpretq_s8_s32(vdupq_n_s32(four));
                for (s, c) in sums.iter_mut().zip(column) {
                    *s = sdot(*s, c, four);
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            self.store_parts(out, row + r, block, *sums);
        }
        R
    }

    #[inline(always)]
    fn store_parts(&self, out: &mut [f32], row: usize, block: usize, sums: [int32x4_t; PARTS]) {
        let mut lanes = [0i32; LANES];
        for (lanes, s) in lanes.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
            // SAFETY: the 16 bytes that are written are the 4 integers of `lanes`, borrowed exclusively here; NEON, for which the
            // store is compiled, is a part of 64-bit ARM.
            unsafe { vst1q_s32(lanes.as_mut_ptr(), s) };
        }
        self.store(out, row, block, &lanes);
    }
}

/// Adds the products of four bytes to each sum. The intrinsic, `vdotq_s32`, is only in Rust 1.98 and later.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn sdot(mut sums: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction is one of the feature that the function is compiled for. It reads the three registers and writes
    // the first, as the operands say: no memory, no stack, no flags.
    unsafe {
        asm!(
            "sdot {sums:v}.4s, {a:v}.16b, {b:v}.16b",
            sums = inout(vreg) sums,
            a = in(vreg) a,
            b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    sums
}
