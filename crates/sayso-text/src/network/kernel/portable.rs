//! The kernel in plain loops: the reference for the others, and the fallback if there is none for the machine.

use super::{GROUP, Job, LANES};

/// Inputs per step. Two products of bytes add up to less than 2^15, so that a step's sums fit 16 bits: registers of any width
/// hold twice as many of these as 32-bit sums.
const STEP: usize = 2;

impl Job<'_> {
    pub(super) fn portable(&self, out: &mut [f32]) {
        let width = self.weights.groups * GROUP;
        let x: Vec<i16> = self.x.iter().map(|x| super::signed(*x)).collect();
        let mut w = vec![[0i16; LANES]; width];
        for block in 0..self.weights.blocks() {
            self.columns(block, &mut w);
            for (row, x) in x.chunks_exact(width).take(self.rows).enumerate() {
                let mut sums = [0i32; LANES];
                for (x, w) in x.as_chunks::<STEP>().0.iter().zip(w.as_chunks::<STEP>().0) {
                    for ((sum, w0), w1) in sums.iter_mut().zip(&w[0]).zip(&w[1]) {
                        *sum += i32::from(x[0].wrapping_mul(*w0).wrapping_add(x[1].wrapping_mul(*w1)));
                    }
                }
                self.store(out, row, block, &sums);
            }
        }
    }

    /// The weights of a block, those of one input side by side.
    fn columns(&self, block: usize, to: &mut [[i16; LANES]]) {
        let len = to.len() * LANES;
        let from = self.weights.values.get(block * len..(block + 1) * len).unwrap_or_default();
        for (to, from) in
            to.as_chunks_mut::<GROUP>().0.iter_mut().zip(from.as_chunks::<{ GROUP * LANES }>().0)
        {
            for (o, four) in from.as_chunks::<GROUP>().0.iter().enumerate() {
                for (to, w) in to.iter_mut().zip(four) {
                    to[o] = i16::from(*w);
                }
            }
        }
    }
}
