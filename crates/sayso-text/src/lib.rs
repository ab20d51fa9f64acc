//! Language: sentences, tokens, tags, trees and names, with the weights and their runtime. Knows nothing of news.
//!
//! [`analyze`] reads a text into a [`sayso_model::Document`]; [`segment`] only cuts it. Neither fails, both take time
//! linear in the text's length, and both give the same result on every machine.

mod boundary;
mod segment;
mod tokens;

pub use segment::{Segmentation, segment};
pub use tokens::{Gap, RawToken, tokens};
