//! A small runtime for small networks: weights file, integer matrix products, linear and LSTM layers, lookup tables.
//!
//! # Guarantees
//! The same weights and the same input give the same output bits on every machine and for every batch: products are sums of byte
//! products in 32 bits (exact, so the order of summation does not matter), and the floating-point parts are single
//! multiplications and additions in a fixed order, never fused, with our own [`sigmoid`](activation::sigmoid) and
//! [`tanh`](activation::tanh) in place of the platform's. Wider registers only do more of the same at once; a test compares all
//! code paths.
//!
//! # Weights file
//! A text header, then bytes. The header can be read with `head`:
//! ```text
//! sayso-weights 1
//! version: 0.1.0
//! data: what it was trained on
//! licence: of the data and the weights
//! tensor NAME KIND ROWS COLUMNS OFFSET
//! end
//! ```
//! `OFFSET` counts bytes from the byte after `end\n`. Kinds, all little endian, in row order:
//! - `i8`: `ROWS` scales (`f32`), then `ROWS x COLUMNS` signed bytes; a weight is its byte times its row's scale;
//! - `f32`: `ROWS x COLUMNS` floats;
//! - `u64`: `ROWS x COLUMNS` integers;
//! - `text`: `ROWS` is 1 and `COLUMNS` the length in bytes of UTF-8 text.
//!
//! Layers find their tensors by name: a [`Linear`] called `x` reads `x.weight` (outputs by inputs), `x.bias` and `x.limit` (the
//! largest magnitude of an input, beyond which it is clamped; 0 if each row is scaled by its own largest magnitude); a [`BiLstm`]
//! called `x` reads `x.forward.input`, `x.forward.state`, `x.forward.bias` (gates in the order input, forget, cell, output), the
//! same for `backward`, and `x.limit`. `training/text/weights.py` writes such files.

pub mod activation;
pub(crate) mod float;
mod kernel;
mod linear;
mod lstm;
mod pieces;
mod table;
mod transformer;
mod weights;

pub use float::softmax;
pub use kernel::{LEVELS, Level, Packed, Quantized};
pub use linear::Linear;
pub use lstm::BiLstm;
pub use pieces::{Piece, Vocabulary};
pub use table::Table;
pub use transformer::{Encoder, Scratch};
pub use weights::{Matrix, Weights, WeightsError};
