//! Weights of the vote, by logistic regression over the blocks of the development pages: made by
//! `training/main_text/train.py`.

/// One for each feature of `vote::features`, in its order.
pub(super) const WEIGHTS: [f32; 27] = [
    -3.3696, 1.7624, 1.0244, 0.0417, 1.2204, -0.0195, -1.1370, 0.5580, 0.0164, 0.0743, -1.7611, -0.7444,
    -2.1768, 0.1296, -0.9114, 0.1236, -0.6594, -0.8794, -0.3383, 0.2840, 0.3482, 2.4358, 0.4031, -0.4938,
    -1.1649, 0.9268, 0.6893,
];

/// A block whose score is above is main text.
pub(super) const THRESHOLD: f32 = 0.25;
