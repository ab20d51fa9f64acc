//! Weights of the vote, by logistic regression over the blocks of the development pages: made by
//! `training/main_text/train.py`.

/// One for each feature of `vote::features`, in its order.
pub(super) const WEIGHTS: [f32; 46] = [
    -3.7236, 2.0144, 0.4637, -0.7120, 0.9625, -0.1360, -1.0191, 0.6551, 0.1126, -0.5433, -1.8968, -1.0847,
    -1.5350, -0.0272, -0.2311, -0.0848, -0.6443, -0.3468, -0.6698, 0.7041, -0.0002, 2.4993, 0.3251, -0.2565,
    -1.2043, 0.8622, 0.2960, 4.0091, -1.4862, -0.8345, -0.9016, -0.1876, -2.1886, 0.0966, 1.9231, 0.4354,
    -1.0452, 0.2496, 0.5755, -0.6951, -0.8410, 1.0154, -0.1885, 2.2923, -0.3141, 2.1664,
];

/// A block whose score is above is main text.
pub(super) const THRESHOLD: f32 = -0.25;
