//! Weights of the vote, by logistic regression over the blocks of the development pages.

/// One for each feature of `vote::features`, in its order.
pub(super) const WEIGHTS: [f32; 27] = [0.0; 27];
/// A block whose score is above is main text.
pub(super) const THRESHOLD: f32 = 0.0;
