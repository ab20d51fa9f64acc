//! LSTM layers in both directions over many sequences at once.

use super::activation::{sigmoid_parts, tanh_parts};
use super::kernel::quantize;
#[cfg(target_arch = "x86_64")]
use super::kernel::{has_avx2, has_avx512};
use super::{LEVELS, Level, Packed, Quantized, Weights, WeightsError};

/// A bidirectional LSTM layer.
#[derive(Debug, Clone)]
pub struct BiLstm {
    directions: [Direction; 2],
    inputs: usize,
    hidden: usize,
    limit: f32,
}

#[derive(Debug, Clone)]
struct Direction {
    input: Packed,
    state: Packed,
}

impl BiLstm {
    /// Reads the layer `name` (see the [module](super)).
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if a tensor is missing or of the wrong size.
    pub fn load(weights: &Weights<'_>, name: &str) -> Result<Self, WeightsError> {
        let (mut inputs, mut hidden) = (0, 0);
        let mut direction = |way: &str| {
            let input = weights.matrix(&format!("{name}.{way}.input"))?;
            let state = weights.matrix(&format!("{name}.{way}.state"))?;
            let bias = weights.floats(&format!("{name}.{way}.bias"))?;
            if state.rows != 4 * state.columns
                || input.rows != state.rows
                || bias.len() != state.rows
                || input.columns > 2000
            {
                return Err(WeightsError::Tensor(format!("the sizes in {name}.{way} do not match")));
            }
            (inputs, hidden) = (input.columns, state.columns);
            Ok(Direction { input: Packed::new(&input, &bias), state: Packed::new(&state, &[]) })
        };
        let directions = [direction("forward")?, direction("backward")?];
        Ok(Self { directions, inputs, hidden, limit: weights.float(&format!("{name}.limit"))? })
    }

    /// Width of an output row: both directions, concatenated.
    #[must_use]
    pub fn outputs(&self) -> usize {
        2 * self.hidden
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The gates' share that comes from the inputs: for each row `4 x hidden` floats of the forward direction, in `out[0]`, and
    /// of the backward one, in `out[1]`. Rows are independent of each other, so they can be cached.
    pub fn project(&self, level: Level, x: &[f32], scratch: &mut Quantized, out: &mut [Vec<f32>; 2]) {
        scratch.fill(x, self.inputs, self.limit);
        let rows = scratch.rows();
        for (direction, out) in self.directions.iter().zip(out) {
            out.resize(rows * 4 * self.hidden, 0.0);
            direction.input.apply(level, scratch, rows, out);
        }
    }

    /// Runs over concatenated sequences: `lengths` divides the positions, `rows[i]` names the row of `gates` that position `i`
    /// reads. `out` becomes positions by [`outputs`](Self::outputs).
    pub fn run(
        &self,
        level: Level,
        gates: &[Vec<f32>; 2],
        rows: &[u32],
        lengths: &[usize],
        out: &mut Vec<f32>,
    ) {
        let total: usize = lengths.iter().sum();
        out.resize(total * 2 * self.hidden, 0.0);
        // Longest first: the sequences still running are then always a prefix.
        let mut sequences = Vec::with_capacity(lengths.len());
        let mut start = 0;
        for length in lengths {
            sequences.push((start, *length));
            start += length;
        }
        sequences.sort_by_key(|(start, length)| (std::cmp::Reverse(*length), *start));
        let longest = sequences.first().map_or(0, |s| s.1);
        let width = 4 * self.hidden;
        let mut state = Quantized::default();
        let mut cells = vec![0.0f32; sequences.len() * self.hidden];
        let mut sums = vec![0.0f32; sequences.len() * width];
        for (way, (direction, gates)) in self.directions.iter().zip(gates).enumerate() {
            state.reset(sequences.len(), self.hidden, 1.0);
            cells.fill(0.0);
            let mut running = sequences.len();
            for step in 0..longest {
                while running > 0 && sequences.get(running - 1).is_some_and(|s| s.1 <= step) {
                    running -= 1;
                }
                if step == 0 {
                    sums.fill(0.0);
                } else {
                    direction.state.apply(level, &state, running, &mut sums);
                }
                for (i, (start, length)) in sequences.iter().take(running).enumerate() {
                    let position = if way == 0 { start + step } else { start + length - 1 - step };
                    let row = rows.get(position).map_or(0, |r| *r as usize);
                    let (Some(input), Some(sum), Some(cell), Some(hidden)) = (
                        gates.get(row * width..(row + 1) * width),
                        sums.get_mut(i * width..(i + 1) * width),
                        cells.get_mut(i * self.hidden..(i + 1) * self.hidden),
                        out.get_mut(
                            (2 * position + way) * self.hidden..(2 * position + way + 1) * self.hidden,
                        ),
                    ) else {
                        continue;
                    };
                    advance(level, input, sum, cell, hidden, state.row_mut(i));
                }
            }
        }
    }
}

/// One step of one sequence.
fn advance(level: Level, input: &[f32], sum: &[f32], cell: &mut [f32], hidden: &mut [f32], state: &mut [u8]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the function is compiled for features all of which the guard has found on this machine, and is otherwise
        // safe: it only runs `advance_plain`.
        #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
        Level::Avx512 | Level::Tiles if has_avx512() => unsafe {
            advance_avx512(input, sum, cell, hidden, state)
        },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        #[allow(unsafe_code, reason = "calls a function compiled for features that were detected")]
        Level::Avx2 | Level::AvxVnni if has_avx2() => unsafe {
            advance_avx2(input, sum, cell, hidden, state)
        },
        _ => advance_plain(input, sum, cell, hidden, state),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
fn advance_avx512(input: &[f32], sum: &[f32], cell: &mut [f32], hidden: &mut [f32], state: &mut [u8]) {
    advance_plain(input, sum, cell, hidden, state);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn advance_avx2(input: &[f32], sum: &[f32], cell: &mut [f32], hidden: &mut [f32], state: &mut [u8]) {
    advance_plain(input, sum, cell, hidden, state);
}

#[inline(always)]
fn advance_plain(input: &[f32], sum: &[f32], cell: &mut [f32], hidden: &mut [f32], state: &mut [u8]) {
    let n = cell.len();
    if input.len() != 4 * n || sum.len() != 4 * n || hidden.len() != n || state.len() < n {
        return;
    }
    let (xi, rest) = input.split_at(n);
    let (xf, rest) = rest.split_at(n);
    let (xg, xo) = rest.split_at(n);
    let (si, rest) = sum.split_at(n);
    let (sf, rest) = rest.split_at(n);
    let (sg, so) = rest.split_at(n);
    // Products of quotients share a division: it costs more than everything else here.
    for j in 0..n {
        let (input_p, input_q) = sigmoid_parts(xi[j] + si[j]);
        let (forget_p, forget_q) = sigmoid_parts(xf[j] + sf[j]);
        let (new_p, new_q) = tanh_parts(xg[j] + sg[j]);
        let (out_p, out_q) = sigmoid_parts(xo[j] + so[j]);
        let c = forget_p / forget_q * cell[j] + (input_p * new_p) / (input_q * new_q);
        let (cell_p, cell_q) = tanh_parts(c);
        let h = (out_p * cell_p) / (out_q * cell_q);
        cell[j] = c;
        hidden[j] = h;
        state[j] = quantize(h, LEVELS as f32);
    }
}
