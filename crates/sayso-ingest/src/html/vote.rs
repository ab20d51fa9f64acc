//! The vote: which blocks of a page are its main text.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

use super::{block::Block, guard::Voices, leads, weights};

/// Number of features of a block.
pub(super) const FEATURES: usize = 46;

/// The shingles of what each voter considers main text.
pub(super) struct Ballots {
    trafilatura: HashSet<u64>,
    smoothie: HashSet<u64>,
    publisher: HashSet<u64>,
    /// True if the publisher's own text is in the page's data.
    has_publisher: bool,
    /// The description in the page's data: often the standfirst, which extractors leave out.
    description: HashSet<u64>,
}

impl Ballots {
    pub(super) fn new(voices: &Voices, publisher: Option<&str>, description: Option<&str>) -> Self {
        let of = |text: Option<&str>| text.map(|t| shingles(t).into_iter().collect()).unwrap_or_default();
        Self {
            trafilatura: of(voices.trafilatura.as_deref()),
            smoothie: of(voices.smoothie.as_deref()),
            publisher: of(publisher),
            has_publisher: publisher.is_some(),
            description: of(description),
        }
    }
}

/// Hashes of the three-word shingles of a text; of the whole text if it has fewer words.
fn shingles(text: &str) -> Vec<u64> {
    let words: Vec<u64> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| hash(w.chars().flat_map(char::to_lowercase)))
        .collect();
    let mix = |window: &[u64]| {
        window.iter().fold(0_u64, |h, w| h.rotate_left(21).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ w)
    };
    if words.len() < 3 {
        return if words.is_empty() { Vec::new() } else { vec![mix(&words)] };
    }
    words.windows(3).map(mix).collect()
}

/// FNV-1a over characters.
pub(super) fn hash(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0xCBF2_9CE4_8422_2325, |h, c| (h ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01B3))
}

/// Share of a block's shingles that a voter has.
fn share(of: &[u64], ballot: &HashSet<u64>) -> f32 {
    if of.is_empty() {
        return 0.0;
    }
    of.iter().filter(|s| ballot.contains(s)).count() as f32 / of.len() as f32
}

/// How much of the content of one element the extractors voted for.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    all: f32,
    voted: f32,
}

/// Where the voters agree: for each element with blocks, how much of it has votes; the first and the last block that both voters
/// have completely.
struct Ground {
    elements: HashMap<u32, Around>,
    /// The same for all blocks of one kind.
    kinds: HashMap<u64, Around>,
    all: Around,
    core: Option<(usize, usize)>,
}

impl Ground {
    fn of(blocks: &[Block], votes: &[[f32; 3]]) -> Self {
        let mut ground =
            Self { elements: HashMap::new(), kinds: HashMap::new(), all: Around::default(), core: None };
        for (at, (block, vote)) in blocks.iter().zip(votes).enumerate() {
            let size = block.text.chars().count() as f32;
            let voted = size * vote[0] * vote[1];
            for element in block.within {
                let around = ground.elements.entry(element).or_default();
                around.all += size;
                around.voted += voted;
            }
            let kind = ground.kinds.entry(block.kind).or_default();
            kind.all += size;
            kind.voted += voted;
            ground.all.all += size;
            ground.all.voted += voted;
            if size >= 60.0 && vote[0] * vote[1] > 0.8 {
                ground.core = Some((ground.core.map_or(at, |(first, _)| first), at));
            }
        }
        ground
    }

    /// Share of all votes that fall inside an element, and share of the element that has votes.
    fn shares(&self, element: u32) -> [f32; 2] {
        let around = self.elements.get(&element).copied().unwrap_or_default();
        [around.voted / self.all.voted.max(1.0), around.voted / around.all.max(1.0)]
    }

    /// How much of the other blocks of a block's kind has votes, their share of all votes, and whether there are none.
    fn others_of_kind(&self, block: &Block, vote: [f32; 3]) -> [f32; 3] {
        let kind = self.kinds.get(&block.kind).copied().unwrap_or_default();
        let size = block.text.chars().count() as f32;
        let (all, voted) = (kind.all - size, (kind.voted - size * vote[0] * vote[1]).max(0.0));
        if all < 1.0 {
            return [0.0, 0.0, 1.0];
        }
        [voted / all, voted / self.all.voted.max(1.0), 0.0]
    }
}

/// Phrases that mark what is not part of a report.
static FURNITURE: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = sayso_data::PAGE_FURNITURE.lines();
    lines.filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect()
});

/// Number of phrases in a text that ask its readers for something or lead them on.
fn furniture(text: &str) -> usize {
    let text = text.chars().take(600).collect::<String>().to_lowercase();
    FURNITURE.iter().filter(|phrase| text.contains(**phrase)).count()
}

fn is_furniture(text: &str) -> bool {
    furniture(text) > 0
}

/// The features of each block, in the order of the weights.
pub(super) fn features(blocks: &[Block], ballots: &Ballots, headline: &str) -> Vec<[f32; FEATURES]> {
    let own: Vec<Vec<u64>> = blocks.iter().map(|b| shingles(&b.text)).collect();
    let votes: Vec<[f32; 3]> = blocks
        .iter()
        .zip(&own)
        .map(|(block, s)| {
            // Texts of one or two words have no distinctive shingle: they follow their neighbours.
            let short = s.len() <= 1 && block.text.split_whitespace().count() < 3;
            let vote = |ballot| if short { 0.0 } else { share(s, ballot) };
            [vote(&ballots.trafilatura), vote(&ballots.smoothie), vote(&ballots.publisher)]
        })
        .collect();
    let ground = Ground::of(blocks, &votes);
    let top = super::head::heading(blocks, headline);
    let headline: BTreeSet<u64> = shingles(headline).into_iter().collect();
    let mut seen: HashSet<Vec<u64>> = HashSet::new();
    let flag = |b: bool| f32::from(u8::from(b));
    blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let mine = own.get(at).map_or(&[][..], Vec::as_slice);
            let [traf, smooth, publisher] = votes.get(at).copied().unwrap_or_default();
            // Votes of the two blocks on either side, weighted by their length.
            let (mut around, mut weight) = ([0.0_f32; 2], 0.0_f32);
            for near in at.saturating_sub(2)..(at + 3).min(blocks.len()) {
                if near != at
                    && let (Some(block), Some(vote)) = (blocks.get(near), votes.get(near))
                {
                    let size = (block.text.len() as f32).min(400.0);
                    around[0] += size * vote[0];
                    around[1] += size * vote[1];
                    weight += size;
                }
            }
            let weight = weight.max(1.0);
            let length = block.text.chars().count() as f32;
            let words = block.text.split_whitespace().count();
            let repeated = words >= 4 && !seen.insert(mine.to_vec());
            let same_as_headline = !headline.is_empty() && !mine.is_empty() && {
                let shared = mine.iter().filter(|s| headline.contains(s)).count();
                shared * 10 >= mine.len() * 8 && shared * 10 >= headline.len() * 6
            };
            let ends = block.text.ends_with(['.', '!', '?', '”', '"', '»', '。', '…', '’', '“']);
            let heading = matches!(block.tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
            let both = traf * smooth;
            let linked = block.linked as f32 / (block.text.len().max(1)) as f32;
            let [parent, grandparent] = block.within.map(|element| ground.shares(element));
            let kind = ground.others_of_kind(block, [traf, smooth, publisher]);
            let before = ground.core.is_none_or(|(first, _)| at < first);
            let after = ground.core.is_some_and(|(_, last)| at > last);
            [
                1.0,
                traf,
                smooth,
                both,
                publisher,
                flag(ballots.has_publisher),
                flag(ballots.has_publisher) * traf,
                around[0] / weight,
                around[1] / weight,
                (around[0] / weight) * traf,
                linked,
                flag(block.outside),
                flag(block.figure),
                flag(block.inside),
                flag(block.secondary),
                flag(block.list),
                flag(block.tag == "p"),
                flag(block.tag == "div"),
                flag(heading),
                flag(matches!(block.tag, "td" | "th")),
                flag(ends),
                (length + 1.0).ln() / 5.0,
                flag(length < 40.0),
                flag(repeated),
                flag(same_as_headline),
                flag(ends) * traf,
                flag(block.tag == "p") * (around[0] / weight),
                share(mine, &ballots.description),
                flag(is_furniture(&block.text)),
                flag(is_furniture(&block.text)) * flag(length < 300.0),
                flag(block.caption),
                flag(block.related),
                flag(block.author),
                parent[0],
                parent[1],
                grandparent[0],
                grandparent[1],
                flag(at > top && at <= top + 4 && before),
                flag(before),
                flag(after),
                flag(ends && linked > 0.9 && length > 100.0),
                flag(block.list && linked > 0.8),
                kind[0],
                kind[1],
                kind[2],
                kind[0] * flag(heading),
            ]
        })
        .collect()
}

/// Minimum number of consecutive links in a list of further reading.
const LIST_OF_LINKS: usize = 3;

/// Minimum characters of a paragraph that is kept although it is one link.
const LINKED_PARAGRAPH: usize = 80;

/// The main text: the blocks with enough votes, in page order. What occurs several times in the page (for print, for small
/// screens) is included once. Lists of links to other texts are left out with their heading, as is a line that is a link and not
/// a sentence: another article's headline. A paragraph of the text that is entirely a link, which voters mistake for a teaser, is
/// included if its neighbours are, and so is a social-network post, whole and as one paragraph; what leads to other texts or asks
/// readers for something is not.
pub(super) fn body(blocks: &[Block], ballots: &Ballots, headline: &str) -> String {
    let features = features(blocks, ballots, headline);
    let score = |f: &[f32; FEATURES]| f.iter().zip(weights::WEIGHTS).map(|(x, w)| x * w).sum::<f32>();
    let lists = lists_of_links(blocks);
    let leads = leads::leads(blocks);
    let mut voted: Vec<bool> = features.iter().map(|f| score(f) > weights::THRESHOLD).collect();
    decide_wholes(blocks, &mut voted, usize::MAX, |block| block.post);
    decide_wholes(blocks, &mut voted, TABLE, |block| block.table);
    let is_in = |at: usize| voted.get(at).copied().unwrap_or(false);
    let mut seen: HashSet<&str> = HashSet::new();
    let mut kept = String::new();
    let mut post = 0;
    for (((at, block), in_list), leads) in blocks.iter().enumerate().zip(lists).zip(leads) {
        let among = at.checked_sub(1).is_some_and(is_in) && is_in(at + 1);
        let offers = is_offer(block);
        let taken = (is_in(at) && !leads_on(block) || among && is_linked_paragraph(block)) && !offers;
        let long = block.text.split_whitespace().count() >= 8;
        if taken && !in_list && !leads && (!long || seen.insert(&block.text)) {
            let goes_on = block.post != 0 && block.post == post;
            kept.push_str(if kept.is_empty() {
                ""
            } else if goes_on {
                " "
            } else {
                "\n\n"
            });
            kept.push_str(&block.text);
            post = block.post;
        }
    }
    kept
}

/// Longest data table that is kept or dropped as a whole, in rows.
const TABLE: usize = 60;

/// Social-network posts and small data tables are kept or dropped as a whole: kept if most of one has votes, or the text on both
/// sides of it does. Half a table says something else than the whole. Wholes of more than `most` blocks are left to the vote. `of`
/// gives the number of the whole; 0 for none.
fn decide_wholes(blocks: &[Block], voted: &mut [bool], most: usize, of: impl Fn(&Block) -> u32) {
    let mut at = 0;
    while let Some(whole) = blocks.get(at).map(&of) {
        let end = at + blocks.iter().skip(at).take_while(|b| of(b) == whole).count();
        if whole != 0 && end - at <= most {
            let is_in = |i: usize| voted.get(i).copied().unwrap_or(false);
            let size = |which: &dyn Fn(usize) -> bool| {
                (at..end)
                    .filter(|&i| which(i))
                    .filter_map(|i| blocks.get(i))
                    .map(|b| b.text.len())
                    .sum::<usize>()
            };
            let mostly = 2 * size(&is_in) > size(&|_| true);
            let taken = mostly || at.checked_sub(1).is_some_and(is_in) && is_in(end);
            voted.iter_mut().take(end).skip(at).for_each(|v| *v = taken);
        }
        at = end;
    }
}

/// True for a line that is entirely a link and not a sentence. Lists of links have their own rule.
fn leads_on(block: &Block) -> bool {
    block.linked * 10 >= block.text.len() * 9
        && !block.list
        && block.post == 0
        && block.text.split_whitespace().count() >= 3
        && !block.text.ends_with(['.', ':', '”', '"', '’', '»', '“'])
}

/// True for a short text that asks for at least two things and is not a quotation: "Already a subscriber? Sign in." A single such
/// word occurs in reports too ("the commission"); it is enough in an element marked as an appeal.
fn is_offer(block: &Block) -> bool {
    let text = block.text.as_str();
    let asks = if block.related { 1 } else { 2 };
    text.len() < 300 && !text.contains(['"', '“', '„', '«']) && furniture(text) >= asks
}

/// True for a paragraph of whole sentences in the body that is entirely a link.
fn is_linked_paragraph(block: &Block) -> bool {
    let linked = block.linked * 10 >= block.text.len() * 9;
    let apart =
        block.outside || block.secondary || block.related || block.list || block.figure || block.caption;
    let ends = block.text.ends_with(['.', '!', '?', '”', '"', '’']);
    block.tag == "p"
        && block.inside
        && linked
        && !apart
        && ends
        && block.text.chars().count() >= LINKED_PARAGRAPH
}

/// For each block, whether it is in a list of links to other texts, or is the heading of one.
fn lists_of_links(blocks: &[Block]) -> Vec<bool> {
    let is_link =
        |b: &Block| b.list && b.linked * 10 >= b.text.len() * 9 && b.text.split_whitespace().count() >= 3;
    let mut out = vec![false; blocks.len()];
    let mut at = 0;
    while at < blocks.len() {
        let run = blocks.iter().skip(at).take_while(|b| is_link(b)).count();
        if run >= LIST_OF_LINKS {
            let heading = at.checked_sub(1).filter(|h| {
                blocks
                    .get(*h)
                    .is_some_and(|b| b.tag.starts_with('h') || b.text.ends_with(':') && b.text.len() < 60)
            });
            out.iter_mut().take(at + run).skip(heading.unwrap_or(at)).for_each(|o| *o = true);
        }
        at += run.max(1);
    }
    out
}
