//! Full-text search on PostgreSQL.

use rusqlite::types::Value;

use super::words::{pieces, queries};
use crate::{
    LedgerError, ReportId, ReportLine,
    db::{Db, Optional},
    report::{LINE, line},
};

/// How snippets are cut, like SQLite's: 24 words, matches in brackets.
const SNIPPET: &str = "StartSel=[, StopSel=], MaxWords=24, MinWords=12, ShortWord=0";

/// Adds the words of a report to the index.
pub(crate) fn index(db: &Db, id: ReportId, headline: Option<&str>, text: &str) -> Result<(), LedgerError> {
    // The first piece of a headline is all of any real headline.
    let headline = pieces(headline.unwrap_or_default()).into_iter().next();
    for (piece, words) in (0_i64..).zip(pieces(text)) {
        let headline = headline.as_ref().filter(|_| piece == 0);
        db.prepare_cached(
            "INSERT INTO report_words (report, piece, words) VALUES (?1, ?2,
                setweight(to_tsvector('words', coalesce(CAST(?3 AS text), '')), 'A') || to_tsvector('words', CAST(?4 AS text)))",
        )?
        .execute(rusqlite::params![id.0, piece, headline, words])?;
    }
    Ok(())
}

/// Newest revisions after a report that have all the words, best first, like a view of reports.
pub(crate) fn best(
    db: &Db,
    typed: &str,
    after: ReportId,
    limit: u32,
    view: &str,
) -> Result<Vec<ReportLine>, LedgerError> {
    let wanted = queries(typed);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (each, any) = asked(wanted.len(), 3);
    // The words may be in different pieces of a long report.
    let all: String = each
        .iter()
        .map(|q| format!(" AND r.id IN (SELECT report FROM report_words WHERE words @@ {q})"))
        .collect();
    // Words of the headline weigh four times as much as those of the text, as in a file.
    let mut query = db.prepare_cached(&format!(
        "WITH best AS MATERIALIZED (
            SELECT r.id, (SELECT sum(CAST(ts_rank('{{0.25, 0.25, 0.25, 1}}', words, {any}) AS float8)) FROM report_words
                WHERE report = r.id) AS rank
            FROM report r WHERE r.latest = 1 AND r.id > ?2{all} ORDER BY 2 DESC, 1 DESC LIMIT ?1
         )
         SELECT {LINE} FROM best JOIN {view} r ON r.id = best.id ORDER BY best.rank DESC, r.id DESC"
    ))?;
    let mut values: Vec<Value> = vec![i64::from(limit).into(), after.0.into()];
    values.extend(wanted.into_iter().map(Value::from));
    query.query_map(values, line)?.collect()
}

/// A snippet of the first matches in a report; `None` if it has none or its text is damaged.
pub(crate) fn around(db: &Db, typed: &str, report: ReportId) -> Result<Option<String>, LedgerError> {
    let wanted = queries(typed);
    if wanted.is_empty() {
        return Ok(None);
    }
    let (_, any) = asked(wanted.len(), 2);
    let mut query = db.prepare_cached(&format!(
        "SELECT ts_headline('words', r.text, {any}, '{SNIPPET}') FROM sound_text r WHERE r.id = ?1
         AND EXISTS (SELECT 1 FROM report_words WHERE report = r.id AND words @@ ({any}))"
    ))?;
    let mut values: Vec<Value> = vec![report.0.into()];
    values.extend(wanted.into_iter().map(Value::from));
    query.query_row(values, |row| row.get(0)).optional()
}

/// Each of this many queries, whose parameters are numbered from one, and any of them.
fn asked(count: usize, from: usize) -> (Vec<String>, String) {
    let query = |n: usize| format!("to_tsquery('words', CAST(?{n} AS text))");
    let each: Vec<String> = (from..from + count).map(query).collect();
    let any = each.join(" || ");
    (each, any)
}
