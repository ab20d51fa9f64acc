use proptest::prelude::*;

use super::*;

/// Calling a function compiled for an unchecked feature would be undefined behaviour on a machine that lacks it.
#[test]
fn every_enabled_feature_is_checked_for() {
    let sources = [
        include_str!("x86.rs"),
        include_str!("tiles.rs"),
        include_str!("arm.rs"),
        include_str!("quantized.rs"),
        include_str!("../float.rs"),
        include_str!("../lstm.rs"),
    ];
    let asked: Vec<&str> = include_str!("level.rs")
        .split("_feature_detected!(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        // Parts of x86-64 and of 64-bit ARM.
        .chain(["sse2", "neon"])
        .collect();
    let mut seen = 0;
    for enabled in sources.iter().flat_map(|s| s.split("#[target_feature(enable = \"").skip(1)) {
        for feature in enabled.split('"').next().into_iter().flat_map(|list| list.split(',')) {
            seen += 1;
            assert!(asked.contains(&feature), "{feature} is enabled and nobody asks for it");
        }
    }
    assert!(seen > 20, "{seen}");
}

/// Tiles fill whole rectangles of 32 rows and 32 outputs, and the rest is done without them.
#[cfg(target_arch = "x86_64")]
#[test]
fn full_and_partial_tiles_agree() {
    let byte = |at: usize| ((at * 7 + at / 13) % 255) as u8 as i8;
    for (rows, outputs) in [(31, 32), (32, 31), (32, 32), (33, 48), (64, 50), (95, 97)] {
        for inputs in [60, 64, 192] {
            let weights: Vec<i8> = (0..inputs * outputs).map(byte).collect();
            let x: Vec<f32> = (0..rows * inputs).map(|at| f32::from(byte(at * 3)) / 128.0).collect();
            check(rows, inputs, outputs, &weights, &x, 0.0);
        }
    }
}

#[test]
fn levels_are_found_by_their_names() {
    assert_eq!(Level::available().first(), Some(&Level::Plain));
    let names: Vec<&str> = Level::available().iter().map(|l| l.name()).collect();
    assert!(names.contains(&Level::detect().name()), "{names:?}");
}

/// The product of a matrix and inputs, by plain loops over 64-bit integers: `out[row][output]`.
fn by_hand(weights: &[i8], inputs: usize, x: &Quantized, scale: f32, units: &[f32]) -> Vec<f32> {
    let mut out = Vec::new();
    for (row, unit) in units.iter().enumerate() {
        for w in weights.chunks_exact(inputs) {
            let sum: i64 = w.iter().zip(x.row(row)).map(|(w, x)| i64::from(*w) * (i64::from(*x) - 128)).sum();
            out.push(sum as f32 * (scale * unit) + 0.5);
        }
    }
    out
}

/// Applies with every level and without any.
fn check(rows: usize, inputs: usize, outputs: usize, weights: &[i8], x: &[f32], limit: f32) {
    let bytes: Vec<u8> = weights.iter().map(|w| *w as u8).collect();
    let matrix = Matrix { rows: outputs, columns: inputs, scales: vec![0.03; outputs], values: &bytes };
    let packed = Packed::new(&matrix, &vec![0.5; outputs]);
    let mut q = Quantized::default();
    let units = if limit > 0.0 {
        q.fill(x, inputs, limit);
        vec![limit / LEVELS as f32; rows]
    } else {
        q.fill_by_row(x, inputs);
        q.scales.clone()
    };
    assert!(q.values.iter().all(|b| *b > 0));
    let bits = |v: &[f32]| v.iter().map(|v| v.to_bits()).collect::<Vec<u32>>();
    let want = bits(&by_hand(weights, inputs, &q, 0.03, &units));
    for level in Level::available() {
        let mut got = vec![f32::NAN; rows * outputs];
        packed.apply(level, &q, rows, &mut got);
        assert_eq!(bits(&got), want, "{level:?} {rows} {inputs} {outputs}");
    }
    let job = Job {
        weights: &packed,
        x: &q.values,
        rows,
        input_scale: limit / LEVELS as f32,
        input_scales: &q.scales,
    };
    let mut got = vec![f32::NAN; rows * outputs];
    job.portable(&mut got);
    assert_eq!(bits(&got), want, "portable {rows} {inputs} {outputs}");
}

#[test]
fn all_levels_agree() {
    let mut seed = 1u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / 8_388_608.0 - 1.0
    };
    for (rows, inputs, outputs) in
        [(1, 5, 3), (7, 160, 74), (13, 128, 512), (6, 64, 64), (11, 33, 100), (37, 384, 40), (69, 128, 88)]
    {
        let weights: Vec<i8> = (0..inputs * outputs).map(|_| (next() * 127.0) as i8).collect();
        let x: Vec<f32> = (0..rows * inputs).map(|_| next() * 1.2).collect();
        check(rows, inputs, outputs, &weights, &x, 1.0);
    }
}

/// No sum of two or more products may overflow: with the largest of both signs everywhere, and with NaN.
#[test]
fn the_largest_sums_are_exact() {
    for (w, x) in
        [(-128, 1.0), (-128, -1.0), (127, 1.0), (127, -1.0), (-128, f32::NAN), (-128, f32::INFINITY)]
    {
        for (rows, inputs, outputs) in [(1, 4, 1), (9, 256, 33), (3, 1999, 17), (32, 768, 32)] {
            check(rows, inputs, outputs, &vec![w; inputs * outputs], &vec![x; rows * inputs], 1.0);
        }
    }
}

#[test]
fn what_does_not_fit_is_left_untouched() {
    let matrix = Matrix { rows: 20, columns: 8, scales: vec![1.0; 20], values: &[1; 160] };
    let packed = Packed::new(&matrix, &[]);
    let mut narrow = Quantized::default();
    narrow.fill(&[1.0; 12], 4, 1.0);
    let mut q = Quantized::default();
    q.fill(&[1.0; 24], 8, 1.0);
    for level in Level::available() {
        let mut out = vec![7.0; 60];
        packed.apply(level, &narrow, 3, &mut out);
        packed.apply(level, &Quantized::default(), 3, &mut out);
        assert_eq!(out, [7.0; 60], "{level:?}");
        packed.apply(level, &q, 9, &mut out[..45]);
        assert!(out[..40].iter().all(|v| (*v - 8.0).abs() < 1e-4), "{level:?}");
        assert_eq!(out[40..], [7.0; 20], "{level:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_shape_gives_the_same_bits(
        rows in 1usize..30, inputs in 1usize..70, outputs in 1usize..70, seed in any::<u64>(), by_row in any::<bool>()
    ) {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u32
        };
        let weights: Vec<i8> = (0..inputs * outputs).map(|_| next() as i8).collect();
        let x: Vec<f32> = (0..rows * inputs).map(|_| next() as f32 / 2_147_483_648.0 - 1.0).collect();
        check(rows, inputs, outputs, &weights, &x, if by_row { 0.0 } else { 0.9 });
    }
}
