//! Language: sentences, tokens, tags, trees and names, with the weights and their runtime. Knows nothing about news.
//!
//! [`analyze`] turns a text into a [`sayso_model::Document`]; [`segment`] only segments it. Neither fails, both take time linear
//! in the text's length, and both give the same result on every machine.

mod analyze;
mod boundary;
mod features;
mod lemma;
mod model;
pub mod network;
mod segment;
mod tokens;
mod tree;

pub use analyze::{Analysis, analyze, analyze_segmented, analyze_with_states};
pub use segment::{LONGEST_SENTENCE, Segmentation, segment};
pub use tokens::{Gap, RawToken, tokens};

/// Loads the model now rather than at the first [`analyze`].
pub fn load() {
    let _ = model::Model::shipped();
}
