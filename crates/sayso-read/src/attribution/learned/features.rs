//! The labeller's input: for each token a row of small integers, and for each pair of cue and token their relative position.
//!
//! `training/attribution/features.py` is the Python counterpart, used for training. Features are hashes of tags, relations and
//! words, never ids of the language core's model, so that the core can be replaced.

use std::{collections::HashMap, ops::Range};

use sayso_model::{Document, EntityKind, Upos};

use crate::tree::base;

/// The last row represents a masked word, which occurs in training only.
const WORD_ROWS: u32 = 4096;
const SUFFIX_ROWS: u32 = 2048;
const TAG_ROWS: u32 = 64;
/// Rows of each small column after words and suffixes, in order.
const SMALL: [u32; 9] = [TAG_ROWS, 17, 64, TAG_ROWS, 4, 8, 8, 16, 12];
/// Columns of a token that index the table of word vectors: its form, its lemma, its head's lemma.
pub(super) const WORDS: usize = 3;
/// Columns of a token that index the table of features.
pub(super) const COLUMNS: usize = 13;
/// Rows of the table that all columns of a token share.
pub(super) const TOKEN_ROWS: usize =
    (WORD_ROWS + SUFFIX_ROWS) as usize + 64 + 17 + 64 + 64 + 4 + 8 + 8 + 16 + 12;
/// Columns of a pair.
pub(super) const PAIR_COLUMNS: usize = 4;
const PAIR_STARTS: [u32; PAIR_COLUMNS] = [0, 512, 1024, 1048];
/// Rows of the table that all columns of a pair share.
pub(super) const PAIR_ROWS: usize = 512 + 512 + 24 + 84;
/// Maximum distance of a role from its cue, in tokens.
pub(super) const WINDOW: u32 = 120;
/// Number of steps up the tree that are distinguished.
const CHAIN: usize = 12;
/// Longest path up from a token that is followed.
const PATH: usize = 60;

/// FNV-1a over UTF-8 bytes with a salt and a finaliser, so that the low bits depend on all bytes.
#[derive(Clone, Copy)]
struct Hash(u32);

impl Hash {
    fn new(salt: u32) -> Self {
        Self(2_166_136_261 ^ salt)
    }

    fn add(self, text: &str) -> Self {
        Self(text.bytes().fold(self.0, |h, b| (h ^ u32::from(b)).wrapping_mul(16_777_619)))
    }

    fn digit(self, n: u32) -> Self {
        Self((self.0 ^ (u32::from(b'0') + n)).wrapping_mul(16_777_619))
    }

    fn finish(self) -> u32 {
        let mut h = self.0;
        h ^= h >> 15;
        h = h.wrapping_mul(0x2C1B_3C6D);
        h ^ (h >> 13)
    }
}

fn hash(text: &str, salt: u32) -> u32 {
    Hash::new(salt).add(text).finish()
}

/// Lower case, digits as 0, curly quotation marks straightened.
fn norm(form: &str) -> String {
    form.to_lowercase()
        .chars()
        .map(|c| match c {
            '0'..='9' => '0',
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
            c => c,
        })
        .collect()
}

fn shape(form: &str) -> u32 {
    if !form.chars().any(char::is_alphanumeric) {
        return 0;
    }
    if form.chars().any(|c| c.is_ascii_digit()) {
        return 1;
    }
    let (lower, upper) = (form.chars().any(char::is_lowercase), form.chars().any(char::is_uppercase));
    match (lower, upper) {
        (true, false) => 2,
        (false, true) if form.chars().nth(1).is_some() => 3,
        (false, true) => 4,
        _ if form.starts_with(char::is_uppercase) => 5,
        _ => 6,
    }
}

/// The words that have a vector.
pub(super) struct Vocabulary<'w>(HashMap<&'w str, u16>);

impl<'w> Vocabulary<'w> {
    /// One word per line; the line number is its row.
    pub(super) fn new(lines: &'w str) -> Self {
        Self(lines.split('\n').zip(0..u16::MAX).skip(1).collect())
    }

    fn row(&self, word: &str) -> u16 {
        self.0.get(word).copied().unwrap_or(0)
    }
}

/// A text's features.
pub(super) struct Features<'d> {
    document: &'d Document,
    /// For each token, its rows in the table of features.
    pub(super) rows: Vec<[u16; COLUMNS]>,
    /// For each token, its rows in the table of word vectors; 0 is no word.
    pub(super) words: Vec<[u16; WORDS]>,
    sentence: Vec<u32>,
    paragraph: Vec<u32>,
    paragraphs: Vec<Range<u32>>,
    unit: Vec<u32>,
    ends_in_colon: Vec<bool>,
}

impl<'d> Features<'d> {
    /// Computes them in time linear in the text.
    pub(super) fn new(document: &'d Document, text: &str, vocabulary: &Vocabulary) -> Self {
        let tokens = &document.tokens;
        let forms: Vec<&str> = tokens.iter().map(|t| t.span.cut(text)).collect();
        let (paragraph, paragraphs) = paragraphs(document, text);
        let (quote, unit) = quotes(&forms, &paragraphs);
        let mut sentence = vec![0; tokens.len()];
        for (k, s) in document.sentences.iter().enumerate() {
            for slot in sentence.iter_mut().take(s.tokens.end as usize).skip(s.tokens.start as usize) {
                *slot = k as u32;
            }
        }
        let mut entity = vec![0; tokens.len()];
        for mention in &document.entities {
            for slot in
                entity.iter_mut().take(mention.tokens.end as usize).skip(mention.tokens.start as usize)
            {
                *slot = match mention.kind {
                    EntityKind::Person => 1,
                    EntityKind::Organization => 2,
                    EntityKind::Location => 3,
                };
            }
        }
        let lemmas: Vec<String> = tokens.iter().map(|t| t.lemma.to_lowercase()).collect();
        let mut words = Vec::with_capacity(tokens.len());
        let rows = tokens
            .iter()
            .enumerate()
            .map(|(i, token)| {
                let word = norm(forms[i]);
                let head = token.head.map(|h| h as usize).filter(|&h| h < tokens.len());
                let tail = word.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
                let here = &paragraphs[paragraph[i] as usize];
                let place = (i as u32 - here.start).min(3) + 4 * (here.end - 1 - i as u32).min(3);
                let side = head.map_or(0, |h| if h < i { 1 } else { 2 });
                let small = [
                    hash(token.xpos, 6) % TAG_ROWS,
                    upos(token.upos),
                    hash(token.relation, 7) % 64,
                    hash(head.map_or("root", |h| tokens[h].upos.as_str()), 8) % TAG_ROWS,
                    entity[i],
                    shape(forms[i]),
                    quote[i],
                    place,
                    paragraph[i].min(3) + 4 * side,
                ];
                let governor = head.map_or("<root>", |h| lemmas[h].as_str());
                words.push([vocabulary.row(&word), vocabulary.row(&lemmas[i]), vocabulary.row(governor)]);
                let mut row = [0_u16; COLUMNS];
                row[0] = (hash(&word, 0) % (WORD_ROWS - 1)) as u16;
                row[1] = (hash(&lemmas[i], 2) % (WORD_ROWS - 1)) as u16;
                row[2] = (hash(governor, 4) % (WORD_ROWS - 1)) as u16;
                row[3] = (WORD_ROWS + hash(&word[tail..], 5) % SUFFIX_ROWS) as u16;
                let mut start = WORD_ROWS + SUFFIX_ROWS;
                for ((slot, value), rows) in row[4..].iter_mut().zip(small).zip(SMALL) {
                    *slot = (start + value) as u16;
                    start += rows;
                }
                row
            })
            .collect();
        let ends_in_colon = paragraphs.iter().map(|p| forms.get(p.end as usize - 1) == Some(&":")).collect();
        Self { document, rows, words, sentence, paragraph, paragraphs, unit, ends_in_colon }
    }

    /// Splits the text into stretches of whole paragraphs, of at least `least` tokens each except the last, and at most `most`
    /// unless a paragraph is longer, which is split. A paragraph that ends in a colon stays with the next.
    pub(super) fn stretches(&self, least: usize, most: usize) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        let mut start = 0;
        for (paragraph, colon) in self.paragraphs.iter().zip(&self.ends_in_colon) {
            let end = paragraph.end as usize;
            while end - start > most {
                all.push(start..start + most);
                start += most;
            }
            if end - start >= least && !colon {
                all.push(start..end);
                start = end;
            }
        }
        if start < self.rows.len() {
            all.push(start..self.rows.len());
        }
        all
    }

    /// The token's head in the tree; the token itself if it has none.
    pub(super) fn head(&self, token: usize) -> usize {
        let head = self.document.tokens.get(token).and_then(|t| t.head).map(|h| h as usize);
        head.filter(|&h| h < self.rows.len()).unwrap_or(token)
    }

    /// The tokens that a cue's roles are looked for in: its paragraph, and the next if this one ends in a colon.
    pub(super) fn window(&self, anchor: u32) -> Range<u32> {
        let at = self.paragraph[anchor as usize] as usize;
        let mut range = self.paragraphs[at].clone();
        if self.ends_in_colon[at] {
            range.end = self.paragraphs.get(at + 1).map_or(range.end, |next| next.end);
        }
        range.start.max(anchor.saturating_sub(WINDOW))..range.end.min(anchor.saturating_add(WINDOW))
    }

    /// For each token of a window, the rows of the pair table that encode its position relative to the cue.
    pub(super) fn pairs(
        &self,
        anchor: u32,
        window: &Range<u32>,
        memo: &mut Memo,
    ) -> Vec<[u16; PAIR_COLUMNS]> {
        let tokens = &self.document.tokens;
        memo.begin(tokens.len());
        let mut labels = ["none"; CHAIN];
        let (mut label, mut at, mut steps) = ("self", Some(anchor), 0_usize);
        while let Some(t) = at.filter(|&t| steps < CHAIN && memo.chain(t).is_none()) {
            let Some(token) = tokens.get(t as usize) else { break };
            memo.set_chain(t, steps as u32);
            labels[steps] = label;
            label = base(token.relation);
            at = token.head;
            steps += 1;
        }
        let here = anchor as usize;
        window
            .clone()
            .map(|t| {
                let Place { steps, branch, top } = self.place(t, memo);
                let far = if steps < 9 { steps.min(4) } else { 5 };
                let up = labels.get(steps as usize).copied().unwrap_or("none");
                let branch = branch.map_or(
                    if steps < CHAIN as u32 && memo.chain(t).is_some() { "is" } else { "none" },
                    |b| base(tokens[b as usize].relation),
                );
                let side = u32::from(t >= anchor) + u32::from(t > anchor);
                let tree =
                    Hash::new(9).digit(far).add("|").add(branch).add("|").digit(u32::from(top == Some(t)));
                let tree = tree.add("|").digit(side).finish() % 512;
                let path = Hash::new(10).digit(far).add("|").add(up).add("|").add(branch).finish() % 512;
                let distance = bucket(t.abs_diff(anchor)) + if t > anchor { 12 } else { 0 };
                let i = t as usize;
                let apart = (i64::from(self.sentence[i]) - i64::from(self.sentence[here])).clamp(-3, 3) + 3;
                let quoted = match self.unit[i] {
                    0 => 0,
                    u if u == self.unit[here] => 1,
                    _ => 2,
                };
                let cue_quoted = u32::from(self.unit[here] != 0);
                let other_paragraph = u32::from(self.paragraph[i] != self.paragraph[here]);
                let context = apart as u32 + 7 * (quoted + 3 * (cue_quoted + 2 * other_paragraph));
                let columns = [tree, path, distance, context];
                std::array::from_fn(|k| (PAIR_STARTS[k] + columns[k]) as u16)
            })
            .collect()
    }

    /// The position of a token in the tree: the first ancestor that is also an ancestor of the cue, and the branch that leads
    /// there.
    fn place(&self, token: u32, memo: &mut Memo) -> Place {
        let tokens = &self.document.tokens;
        let mut path: Vec<u32> = Vec::new();
        let mut at = Some(token);
        let place = loop {
            let Some(t) = at.filter(|&t| (t as usize) < tokens.len()) else {
                break Place { steps: 9, branch: None, top: None };
            };
            if let Some(place) = memo.place(t) {
                break place;
            }
            if let Some(steps) = memo.chain(t) {
                let top = path.last().copied();
                break Place { steps, branch: top, top: Some(top.unwrap_or(t)) };
            }
            if path.len() > PATH {
                break Place { steps: 9, branch: None, top: None };
            }
            path.push(t);
            at = tokens[t as usize].head;
        };
        for t in path {
            memo.set_place(t, place);
        }
        place
    }
}

#[derive(Debug, Clone, Copy)]
struct Place {
    steps: u32,
    branch: Option<u32>,
    top: Option<u32>,
}

/// What is known about tokens under one cue; reused between cues so that it need not be cleared.
#[derive(Default)]
pub(super) struct Memo {
    stamp: u32,
    chain: Vec<(u32, u32)>,
    place: Vec<(u32, Option<Place>)>,
}

impl Memo {
    fn begin(&mut self, tokens: usize) {
        if self.chain.len() < tokens {
            self.chain.resize(tokens, (0, 0));
            self.place.resize(tokens, (0, None));
        }
        self.stamp += 1;
    }

    fn chain(&self, token: u32) -> Option<u32> {
        self.chain.get(token as usize).filter(|c| c.0 == self.stamp).map(|c| c.1)
    }

    fn set_chain(&mut self, token: u32, steps: u32) {
        if let Some(slot) = self.chain.get_mut(token as usize) {
            *slot = (self.stamp, steps);
        }
    }

    fn place(&self, token: u32) -> Option<Place> {
        self.place.get(token as usize).filter(|p| p.0 == self.stamp).and_then(|p| p.1)
    }

    fn set_place(&mut self, token: u32, place: Place) {
        if let Some(slot) = self.place.get_mut(token as usize) {
            *slot = (self.stamp, Some(place));
        }
    }
}

/// Eleven distance buckets of increasing size.
fn bucket(distance: u32) -> u32 {
    match distance {
        0..=5 => distance,
        6..=7 => 6,
        8..=10 => 7,
        11..=15 => 8,
        16..=23 => 9,
        24..=39 => 10,
        _ => 11,
    }
}

fn upos(tag: Upos) -> u32 {
    Upos::ALL.iter().position(|&u| u == tag).unwrap_or(16) as u32
}

/// Paragraphs by line breaks between tokens: the paragraph of each token, and the tokens of each paragraph.
fn paragraphs(document: &Document, text: &str) -> (Vec<u32>, Vec<Range<u32>>) {
    let tokens = &document.tokens;
    let mut of = vec![0; tokens.len()];
    let mut ranges = Vec::new();
    let mut first = 0;
    for i in 1..=tokens.len() {
        let ends = match tokens.get(i) {
            Some(token) => {
                text.get(tokens[i - 1].span.end..token.span.start).is_some_and(|gap| gap.contains('\n'))
            }
            None => true,
        };
        if ends {
            of[first..i].fill(ranges.len() as u32);
            ranges.push(first as u32..i as u32);
            first = i;
        }
    }
    if tokens.is_empty() { (of, Vec::new()) } else { (of, ranges) }
}

/// For each token its quotation state (0 outside, 1 inside double marks, 2 opening, 3 closing mark, 4 and 5 single mark outside
/// and inside) and the number of the quotation that it is in (0 none).
fn quotes(forms: &[&str], paragraphs: &[Range<u32>]) -> (Vec<u32>, Vec<u32>) {
    let (mut quote, mut unit) = (vec![0; forms.len()], vec![0; forms.len()]);
    let mut last = 0;
    for range in paragraphs {
        let (mut inside, mut low) = (false, false);
        for i in range.start as usize..range.end as usize {
            match forms[i] {
                form @ ("\u{201c}" | "\u{201d}" | "\u{201e}" | "\u{ab}" | "\u{bb}" | "\"" | "``" | "''") => {
                    // „Like this“: a mark that elsewhere opens closes a low opening mark.
                    let opens = match form {
                        "\u{201c}" => !low,
                        "\"" => !inside,
                        _ => matches!(form, "\u{201e}" | "\u{ab}" | "``"),
                    };
                    low = form == "\u{201e}";
                    if opens && !inside {
                        last += 1;
                    }
                    quote[i] = if opens { 2 } else { 3 };
                    unit[i] = last;
                    inside = opens;
                }
                "'" | "\u{2018}" | "\u{2019}" => {
                    quote[i] = if inside { 5 } else { 4 };
                    unit[i] = if inside { last } else { 0 };
                }
                _ if inside => {
                    quote[i] = 1;
                    unit[i] = last;
                }
                _ => {}
            }
        }
    }
    (quote, unit)
}
