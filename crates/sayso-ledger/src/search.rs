//! Reports found by words.

use rusqlite::params;
use schemars::JsonSchema;
use serde::Serialize;

#[cfg(feature = "postgres")]
use crate::postgres::search as server;
use crate::{
    Ledger, LedgerError, ReportId, ReportLine,
    db::{Db, Optional},
    report::{LINE, line},
    snippet,
};

/// Maximum words per search: more than anybody types, few enough to look up at once.
pub(crate) const WORDS: usize = 64;
/// Size of a text up to which SQLite's own snippet function is used: it compares every match with every other.
const SHORT: usize = 4000;

/// Reports among which the best are looked for: the newest that have the words. The cost of ranking does not grow with
/// the ledger.
pub(crate) const RANKED: u32 = 20_000;

/// A report found by words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// The report.
    #[serde(flatten)]
    pub line: ReportLine,
    /// A snippet of the first matches, with the matches between `[` and `]`.
    pub snippet: String,
}

impl Ledger {
    /// Reports with all the words, best first; if more than 20,000 have them, only the newest 20,000 count. Words in
    /// double quotation marks are a phrase; a word that ends in `*` is a prefix; inflected forms match. Only newest
    /// revisions are found.
    ///
    /// # Errors
    /// [`LedgerError::TooManyWords`] and those of SQLite.
    pub fn search(&self, words: &str, limit: u32) -> Result<Vec<Hit>, LedgerError> {
        let lines = self.best(words, ReportId(0), limit, "sound_text")?;
        let mut hits = Vec::with_capacity(lines.len());
        for line in lines {
            let snippet = self.words_around(words, line.id)?;
            hits.extend(snippet.map(|snippet| Hit { line, snippet }));
        }
        Ok(hits)
    }

    /// The same after a report in insertion order, without snippets and without reading texts, for results of which
    /// only a few are shown.
    ///
    /// # Errors
    /// As for [`Ledger::search`].
    pub fn search_lines(
        &self,
        words: &str,
        after: ReportId,
        limit: u32,
    ) -> Result<Vec<ReportLine>, LedgerError> {
        self.best(words, after, limit, "sound_report")
    }

    /// A snippet of the first matches of a search in a report, with the matches between `[` and `]`; `None` if it has
    /// no match or its text is damaged.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn words_around(&self, words: &str, report: ReportId) -> Result<Option<String>, LedgerError> {
        #[cfg(feature = "postgres")]
        if let Db::Server(_) = &self.db {
            return server::around(&self.db, words, report);
        }
        self.snippet(&quoted(words), report)
    }

    /// The best matches are found first, with a few extra for those that are damaged or have newer revisions: checking
    /// all of them costs more than ranking them.
    fn best(
        &self,
        words: &str,
        after: ReportId,
        limit: u32,
        view: &str,
    ) -> Result<Vec<ReportLine>, LedgerError> {
        let found = words.split_whitespace().count();
        if found > WORDS {
            return Err(LedgerError::TooManyWords { found, limit: WORDS });
        }
        #[cfg(feature = "postgres")]
        if let Db::Server(_) = &self.db {
            return server::best(&self.db, words, after, limit, view);
        }
        let wanted = quoted(words).join(" ");
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut some = limit.saturating_add(limit / 4).saturating_add(10);
        loop {
            let mut ranked = self.db.prepare_cached(
                "SELECT id FROM (SELECT rowid AS id, bm25(report_words, 4.0, 1.0) AS rank FROM report_words
                    WHERE report_words MATCH ?1 AND rowid > ?2 ORDER BY rowid DESC LIMIT ?4)
                 ORDER BY rank, id DESC LIMIT ?3",
            )?;
            let best: Vec<i64> = ranked
                .query_map(params![wanted, after.0, some, RANKED], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let mut query = self.db.prepare_cached(&format!(
                "SELECT {LINE} FROM json_each(?1) j CROSS JOIN {view} r ON r.id = j.value
                 WHERE r.latest ORDER BY j.key LIMIT ?2"
            ))?;
            let ids = serde_json::to_string(&best)?;
            let lines: Vec<ReportLine> =
                query.query_map(params![ids, limit], line)?.collect::<Result<_, _>>()?;
            if lines.len() >= limit as usize || best.len() < some as usize {
                return Ok(lines);
            }
            some = some.saturating_mul(4);
        }
    }

    fn snippet(&self, wanted: &[String], report: ReportId) -> Result<Option<String>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT headline, text FROM sound_text WHERE id = ?1")?;
        let found: Option<(Option<String>, String)> =
            query.query_row([report.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((headline, text)) = found else { return Ok(None) };
        if text.len() > SHORT {
            return snippet::of_long(self.db.file()?, wanted, headline.as_deref().unwrap_or(""), &text)
                .map(Some);
        }
        let mut query = self.db.prepare_cached(
            "SELECT snippet(report_words, -1, '[', ']', ' … ', 24) FROM report_words
             WHERE report_words MATCH ?1 AND rowid = ?2",
        )?;
        query.query_row(params![wanted.join(" "), report.0], |row| row.get(0)).optional()
    }
}

/// Adds the words of a new report to the index.
pub(crate) fn index(db: &Db, id: ReportId, headline: Option<&str>, text: &str) -> Result<(), LedgerError> {
    match db {
        Db::File(file) => {
            file.prepare_cached("INSERT INTO report_words (rowid, headline, text) VALUES (?1, ?2, ?3)")?
                .execute(params![id.0, headline, text])?;
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Db::Server(_) => server::index(db, id, headline, text),
    }
}

/// Words and phrases in FTS5's query language, in which nothing that a person typed is an operator.
fn quoted(words: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (at, part) in words.split('"').enumerate() {
        let quoted = at % 2 == 1;
        let pieces: Vec<&str> = if quoted { vec![part] } else { part.split_whitespace().collect() };
        for piece in pieces {
            if !piece.chars().any(char::is_alphanumeric) {
                continue;
            }
            let prefix = if !quoted && piece.ends_with('*') { "*" } else { "" };
            let clean: String = piece.chars().filter(|c| *c != '*' && !c.is_control()).collect();
            out.push(format!("\"{clean}\"{prefix}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn nothing_typed_is_an_operator() {
        assert_eq!(quoted("drone NOT (x"), ["\"drone\"", "\"NOT\"", "\"(x\""]);
        assert_eq!(quoted("\"spy agency\" dron*"), ["\"spy agency\"", "\"dron\"*"]);
        assert!(quoted(" \" -- ").is_empty());
    }
}
