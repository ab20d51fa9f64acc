//! Groups of merged speakers.

use sayso_model::story::StoryMark;

/// Why a speaker was added to a group: the rule, and the words that it rests on.
pub(super) type Reason = (&'static str, Vec<StoryMark>);

/// Groups of locals, with the reason why each was added.
pub(super) struct Groups {
    pub(super) root: Vec<usize>,
    pub(super) reason: Vec<Option<Reason>>,
    /// The country of each root.
    pub(super) country: Vec<Option<String>>,
    pub(super) apart: Vec<(usize, usize)>,
}

impl Groups {
    pub(super) fn find(&self, mut at: usize) -> usize {
        while let Some(&up) = self.root.get(at) {
            if up == at {
                break;
            }
            at = up;
        }
        at
    }

    /// Like `find`, and shortens the path for later lookups.
    fn find_shorter(&mut self, at: usize) -> usize {
        let found = self.find(at);
        if let Some(up) = self.root.get_mut(at) {
            *up = found;
        }
        found
    }

    /// The country that the reports connect a group with.
    pub(super) fn country_of(&self, at: usize) -> Option<&String> {
        self.country.get(self.find(at)).and_then(Option::as_ref)
    }

    /// Joins two groups unless people decided otherwise or they belong to two countries. The later one records the reason.
    pub(super) fn join(&mut self, a: usize, b: usize, rule: &'static str, marks: Vec<StoryMark>) -> bool {
        let (x, y) = (self.find_shorter(a), self.find_shorter(b));
        if x == y || matches!((self.country_of(x), self.country_of(y)), (Some(p), Some(q)) if p != q) {
            return false;
        }
        let parted = self.apart.iter().any(|(p, q)| {
            let (p, q) = (self.find(*p), self.find(*q));
            (p, q) == (x, y) || (p, q) == (y, x)
        });
        if parted {
            return false;
        }
        let (keep, gone) = (x.min(y), x.max(y));
        let country = self.country_of(keep).or_else(|| self.country_of(gone)).cloned();
        if let Some(kept) = self.country.get_mut(keep) {
            *kept = country;
        }
        if let Some(up) = self.root.get_mut(gone) {
            *up = keep;
        }
        let later = if self.reason.get(a.max(b)).is_some_and(Option::is_none) { a.max(b) } else { gone };
        if let Some(reason) = self.reason.get_mut(later) {
            reason.get_or_insert((rule, marks));
        }
        true
    }
}
