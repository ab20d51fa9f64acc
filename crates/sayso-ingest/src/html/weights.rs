//! Weights of the vote, from a logistic regression over the blocks of the development pages: made by
//! `training/main_text/train.py`.

/// One for each feature of `vote::features`, in its order.
pub(super) const WEIGHTS: [f32; 46] = [
    -3.7504, 1.9924, 0.4613, -0.7923, 0.9813, -0.1308, -1.0309, 0.7106, 0.1673, -0.5989, -1.8338, -1.0337,
    -1.5797, -0.0861, -0.2378, -0.1131, -0.6885, -0.4391, -0.7143, 0.7403, 0.0106, 2.5734, 0.3834, -0.2969,
    -1.1195, 0.8610, 0.3087, 4.0116, -1.4613, -1.0934, -0.8840, -0.1135, -2.1189, 0.0092, 2.1116, 0.4651,
    -1.0756, 0.2770, 0.5665, -0.6826, -0.8263, 0.8251, -0.2905, 2.2429, -0.3565, 2.2522,
];

/// A block with a higher score is main text.
pub(super) const THRESHOLD: f32 = -0.25;
