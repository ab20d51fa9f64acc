//! Where sentences end: a network over hashed features of the tokens around each gap.
//!
//! `training/text/boundary.py` trains it and computes the same features.

use rustc_hash::FxHashMap;

use crate::features::{hash, level, lowered, pattern};
use crate::network::{Level, Linear, Quantized, Table, Weights, WeightsError};
use crate::tokens::{Gap, RawToken};

/// Tokens before and after the one that a sentence may end with.
const AROUND: usize = 5;

/// Gaps decided together.
const TOGETHER: usize = 2048;

/// Line widths are distinguished in steps of this many characters, up to 15 steps.
const STEP: usize = 8;

/// The network.
#[derive(Debug)]
pub(crate) struct Boundary {
    table: Table<'static>,
    hidden: Linear,
    out: Linear,
}

impl Boundary {
    pub(crate) fn load(weights: &Weights<'static>) -> Result<Self, WeightsError> {
        let net = Self {
            table: Table::load(weights, "boundary.table")?,
            hidden: Linear::load(weights, "boundary.hidden")?,
            out: Linear::load(weights, "boundary.out")?,
        };
        if net.hidden.inputs() != net.table.columns() * (2 * AROUND + 1)
            || net.out.outputs() != 1
            || net.table.rows() == 0
        {
            return Err(WeightsError::Tensor("the sizes in boundary do not match".into()));
        }
        Ok(net)
    }

    fn row(&self, text: &str, salt: u8) -> usize {
        (hash(text, salt) % self.table.rows() as u64) as usize
    }

    /// For each token, whether a sentence ends after it.
    pub(crate) fn sentence_ends(&self, level: Level, text: &str, tokens: &[RawToken]) -> Vec<bool> {
        let width = self.table.columns();
        let mut types: FxHashMap<&str, Vec<f32>> = FxHashMap::default();
        let mut around: FxHashMap<(Gap, usize, bool), Vec<f32>> = FxHashMap::default();
        // Each token's features, with empty ones before the first and after the last.
        let mut x = vec![0.0f32; AROUND * width];
        x.reserve((tokens.len() + AROUND) * width);
        let (mut open_quote, mut line) = (false, 0);
        for (i, token) in tokens.iter().enumerate() {
            let form = token.span.cut(text);
            if matches!(form, "\"" | "\u{201c}" | "\u{201d}" | "\u{201e}" | "''" | "``") {
                open_quote = !open_quote;
            }
            let steps = if token.gap == Gap::Line {
                text.get(line..token.span.end).map_or(0, |l| l.chars().count() / STEP).min(15)
            } else {
                0
            };
            if types.len() > 20_000 {
                types.clear();
            }
            let of_form = types.entry(form).or_insert_with(|| self.form_features(form));
            let of_gap = around.entry((token.gap, steps, open_quote)).or_insert_with(|| {
                let mut sum = vec![0.0; width];
                self.table.add(self.row(&format!("{}.{steps}", token.gap as u8), 53), &mut sum);
                self.table.add(self.row(if open_quote { "1" } else { "0" }, 54), &mut sum);
                sum
            });
            x.extend(of_form.iter().zip(of_gap).map(|(a, b)| *a + *b));
            if token.gap >= Gap::Line {
                line = tokens.get(i + 1).map_or(0, |t| t.span.start);
            }
            if token.gap == Gap::Paragraph {
                open_quote = false;
            }
        }
        x.resize((tokens.len() + 2 * AROUND) * width, 0.0);
        let mut ends = Vec::with_capacity(tokens.len());
        let (mut one, mut windows, mut middle) = (Quantized::default(), Quantized::default(), Vec::new());
        let mut scores = Vec::new();
        for from in (0..tokens.len()).step_by(TOGETHER) {
            let to = (from + TOGETHER).min(tokens.len());
            let part = x.get(from * width..(to + 2 * AROUND) * width).unwrap_or_default();
            self.hidden.quantize_as(part, width, &mut one);
            windows.windows(&one, 2 * AROUND + 1);
            self.hidden.apply(level, &windows, &mut middle);
            for v in &mut middle {
                *v = v.max(0.0);
            }
            self.out.quantize(level, &middle, &mut windows);
            self.out.apply(level, &windows, &mut scores);
            ends.extend(scores.iter().map(|s| *s > 0.0));
        }
        for (at, (end, token)) in ends.iter_mut().zip(tokens).enumerate() {
            // Whatever the network says, no sentence ends within a line after a word that needs another one, between the words of
            // a name ("told Ada | Brook"), between a title and a name ("Gen. | Ada Brook") or after a possessive ("the Doctors' |
            // Union").
            let form = token.span.cut(text);
            let next = tokens.get(at + 1).map_or("", |t| t.span.cut(text));
            let before = at.checked_sub(1).and_then(|b| tokens.get(b));
            let owns = matches!(form, "'" | "\u{2019}")
                && before.is_some_and(|b| b.gap == Gap::None && b.span.cut(text).ends_with(['s', 'z', 'x']));
            let titled = is_title(form) && next.starts_with(char::is_uppercase);
            let cuts = needs_another(form)
                || owns
                || titled
                || at > 0 && is_capitalised(form) && is_capitalised(next);
            *end &= token.gap >= Gap::Line || !cuts;
            *end |= token.gap == Gap::Paragraph;
        }
        ends
    }

    fn form_features(&self, form: &str) -> Vec<f32> {
        let mut sum = vec![0.0; self.table.columns()];
        let form = level(form);
        let lower = lowered(&form);
        let tail = lower
            .char_indices()
            .rev()
            .nth(1)
            .map_or(lower.as_str(), |(i, _)| lower.get(i..).unwrap_or_default());
        self.table.add(self.row(&lower, 50), &mut sum);
        self.table.add(self.row(&pattern(&form), 51), &mut sum);
        self.table.add(self.row(tail, 52), &mut sum);
        sum
    }
}

/// True for a capital followed by lower-case letters.
fn is_capitalised(form: &str) -> bool {
    let mut letters = form.chars();
    letters.next().is_some_and(char::is_uppercase) && form.len() > 1 && letters.all(char::is_lowercase)
}

/// True for an abbreviated title, which precedes a name.
fn is_title(form: &str) -> bool {
    const TITLES: [&str; 30] = [
        "Adm.", "Amb.", "Brig.", "Capt.", "Cdr.", "Cmdr.", "Col.", "Cpl.", "Det.", "Dr.", "Gen.", "Gov.",
        "Hon.", "Insp.", "Lt.", "Maj.", "Messrs.", "Mr.", "Mrs.", "Ms.", "Msgr.", "Pfc.", "Prof.", "Pvt.",
        "Rep.", "Reps.", "Rev.", "Sen.", "Sens.", "Sgt.",
    ];
    TITLES.contains(&form)
}

/// True for articles and for prepositions that never occur alone.
fn needs_another(form: &str) -> bool {
    matches!(form, "a" | "an" | "the" | "of" | "from" | "at" | "into" | "and" | "or")
}
