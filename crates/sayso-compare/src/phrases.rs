//! Searches a text for many phrases at once; searching for each separately would scan the text once per phrase.

/// Phrases in lower case, of ASCII letters and separators.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phrases {
    phrases: Vec<&'static str>,
    /// Indexes into `phrases`, by first byte.
    by_first: Vec<Vec<usize>>,
}

impl Phrases {
    pub(crate) fn new(phrases: impl Iterator<Item = &'static str>) -> Self {
        let phrases: Vec<&'static str> = phrases.collect();
        let mut by_first = vec![Vec::new(); usize::from(u8::MAX) + 1];
        for (n, phrase) in phrases.iter().enumerate() {
            let first = phrase.bytes().next().and_then(|first| by_first.get_mut(usize::from(first)));
            first.into_iter().for_each(|known: &mut Vec<usize>| known.push(n));
        }
        Self { phrases, by_first }
    }

    /// Where phrases occur in a text, in text order: the position and index of each.
    pub(crate) fn hits<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        self.hits_where(text, |_| true)
    }

    /// The same of those that begin at a place of which something holds.
    fn hits_where<'t>(
        &'t self,
        text: &'t str,
        begins: impl Fn(usize) -> bool + 't,
    ) -> impl Iterator<Item = (usize, usize)> + 't {
        let bytes = text.as_bytes();
        let (mut at, mut next) = (0, 0);
        std::iter::from_fn(move || {
            while let Some(first) = bytes.get(at) {
                let known = self.by_first.get(usize::from(*first)).map(Vec::as_slice).unwrap_or_default();
                while let Some(n) = known.get(next).filter(|_| next > 0 || begins(at)) {
                    next += 1;
                    let rest = bytes.get(at..).unwrap_or_default();
                    if self.phrases.get(*n).is_some_and(|p| rest.starts_with(p.as_bytes())) {
                        return Some((at, *n));
                    }
                }
                (at, next) = (at + 1, 0);
            }
            None
        })
    }

    /// Like `hits`, without those inside longer words, each with its end.
    pub(crate) fn whole<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, usize)> + 't {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        // Within a word of ASCII letters none begins: that costs least to ask.
        let bytes = text.as_bytes();
        let begins = move |at: usize| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            !before.is_some_and(u8::is_ascii_alphanumeric)
        };
        self.hits_where(text, begins).filter_map(move |(at, n)| {
            let end = at + self.phrases.get(n)?.len();
            let whole =
                !letter(text.get(..at)?.chars().next_back()) && !letter(text.get(end..)?.chars().next());
            whole.then_some((at, end, n))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Phrases;

    #[test]
    fn phrases_are_found_where_they_occur() {
        let phrases = Phrases::new(["no source", "source", "sour", ""].into_iter());
        let text = "no source – a sour outsource";
        assert_eq!(
            phrases.hits(text).collect::<Vec<_>>(),
            [(0, 0), (3, 1), (3, 2), (16, 2), (24, 1), (24, 2)]
        );
        assert_eq!(phrases.whole(text).collect::<Vec<_>>(), [(0, 9, 0), (3, 9, 1), (16, 20, 2)]);
        assert_eq!(phrases.whole("ésource 7source (source)").collect::<Vec<_>>(), [(18, 24, 1)]);
    }
}
