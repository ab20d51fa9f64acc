//! Weights of the vote, by logistic regression over the blocks of the development pages: made by
//! `training/main_text/train.py`.

/// One for each feature of `vote::features`, in its order.
pub(super) const WEIGHTS: [f32; 42] = [
    -3.4437, 1.7915, 0.3879, -0.6632, 1.3961, -0.0942, -1.1986, 0.4867, 0.2976, -0.1050, -1.9820, -1.1065,
    -1.7656, -0.0219, -0.3507, -0.1337, -0.4311, -0.3778, -0.6589, 0.5744, 0.0108, 2.4027, 0.3001, -0.4958,
    -1.5985, 0.9859, 0.3747, 3.7078, -1.6043, -0.6532, -1.1083, -0.1154, -2.5485, 0.5467, 2.2562, 0.6362,
    -1.2824, -0.0750, 0.5113, -0.7375, -0.9116, 1.0203,
];

/// A block whose score is above is main text.
pub(super) const THRESHOLD: f32 = 0.25;
