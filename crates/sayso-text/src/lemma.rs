//! Dictionary forms: the longest known ending for a tag says what to remove and what to append.

use rustc_hash::FxHashMap;

use crate::features::level;

/// Endings learned from the treebanks; see `lemma_table` in `training/text/weights.py`.
#[derive(Debug, Clone)]
pub(crate) struct Lemmas<'w> {
    /// `(tag, ending)` to `(letters to remove, what to append)`. Looked up, never iterated.
    endings: FxHashMap<(u16, &'w str), (u8, &'w str)>,
    tags: FxHashMap<&'w str, u16>,
}

const LONGEST_ENDING: usize = 5;

impl<'w> Lemmas<'w> {
    pub(crate) fn parse(table: &'w str) -> Self {
        let mut tags = FxHashMap::default();
        let mut endings = FxHashMap::default();
        for line in table.lines() {
            let mut fields = line.split('\t');
            if let (Some(tag), Some(ending), Some(cut), Some(put)) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            {
                let id = tags.len() as u16;
                let tag = *tags.entry(tag).or_insert(id);
                endings.insert((tag, ending), (cut.parse().unwrap_or(0), put));
            }
        }
        Self { endings, tags }
    }

    /// The lemma of a form with these tags.
    pub(crate) fn lemma(&self, form: &str, upos: &str, xpos: &str) -> String {
        let proper = upos == "PROPN" && xpos == "NNP";
        let mut word = level(form);
        if word.len() < form.len() && form.chars().count() > word.chars().count() {
            // Too long to be a word of the table.
            return form.to_owned();
        }
        if !proper {
            word = word.to_lowercase();
        }
        let Some(tag) = self.tags.get(format!("{upos}.{xpos}").as_str()).copied() else {
            return word;
        };
        let whole = format!("^{word}");
        let mut edit = self.endings.get(&(tag, whole.as_str())).copied();
        if edit.is_none() {
            let starts: Vec<usize> = word.char_indices().map(|(i, _)| i).chain([word.len()]).collect();
            let first = starts.len().saturating_sub(LONGEST_ENDING + 1);
            edit = starts.iter().skip(first).find_map(|s| self.endings.get(&(tag, word.get(*s..)?)).copied());
        }
        if let Some((cut, put)) = edit {
            let keep = word
                .char_indices()
                .rev()
                .nth(usize::from(cut).wrapping_sub(1))
                .map_or(if cut == 0 { word.len() } else { 0 }, |(i, _)| i);
            word.truncate(keep);
            word.push_str(put);
        }
        if word.is_empty() { form.to_owned() } else { word }
    }
}
