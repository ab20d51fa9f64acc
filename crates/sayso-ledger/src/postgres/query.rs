//! What can be asked of a ledger on PostgreSQL.

use postgres::{Row, types::ToSql};

use super::{Postgres, failed, words::queries};
use crate::{Catalogue, Hit, LedgerError, ReportFilter, ReportId, ReportLine, search::WORDS};

/// A report as lists show it, in the order of [`line`].
const LINE: &str = "r.id, r.text_hash, r.first, r.revision, r.latest = 1, r.headline, r.outlet, r.published, r.url, \
     r.language, r.origin, r.fetched_at, r.added_at, \
     CASE WHEN g.report IS NOT NULL THEN (SELECT count(*) FROM statement WHERE report = r.id) END, \
     CASE WHEN g.report IS NOT NULL THEN (SELECT count(*) FROM figure WHERE report = r.id) END";

/// How a snippet is cut, as SQLite cuts it: 24 words, matches between brackets.
const SNIPPET: &str = "StartSel=[, StopSel=], MaxWords=24, MinWords=12, ShortWord=0";

fn line(row: &Row) -> Result<ReportLine, postgres::Error> {
    Ok(ReportLine {
        id: ReportId(row.try_get(0)?),
        text_hash: row.try_get(1)?,
        first: ReportId(row.try_get(2)?),
        revision: row.try_get(3)?,
        latest: row.try_get(4)?,
        headline: row.try_get(5)?,
        outlet: row.try_get(6)?,
        published: row.try_get(7)?,
        url: row.try_get(8)?,
        language: row.try_get(9)?,
        origin: row.try_get(10)?,
        fetched_at: row.try_get(11)?,
        added_at: row.try_get(12)?,
        statements: row.try_get(13)?,
        figures: row.try_get(14)?,
    })
}

impl Catalogue for Postgres {
    fn reports(&mut self, filter: &ReportFilter) -> Result<Vec<ReportLine>, LedgerError> {
        // The database's locale has no say in what is upper and lower case.
        let sql = format!(
            "SELECT {LINE} FROM report r LEFT JOIN reading g ON g.report = r.id WHERE ($1 OR r.latest = 1)
             AND ($2::text IS NULL OR r.published >= $2) AND ($3::text IS NULL OR r.published <= $3)
             AND ($4::text IS NULL OR strpos(lower(r.outlet), lower($4::text COLLATE \"C\")) > 0)
             AND ($5::bigint IS NULL OR r.id IN (SELECT report FROM story_report WHERE story = $5))
             ORDER BY r.published IS NULL, coalesce(r.published_at, r.published) DESC NULLS LAST, r.id DESC LIMIT $6"
        );
        let since = filter.since.map(|d| d.to_string());
        let until = filter.until.map(|d| d.to_string());
        let story = filter.story.map(|s| s.0);
        let limit = filter.limit.map(i64::from);
        let rows = self
            .db
            .query(&sql, &[&filter.all_revisions, &since, &until, &filter.outlet, &story, &limit])
            .map_err(|e| failed(&self.name, e))?;
        rows.iter().map(line).collect::<Result<_, _>>().map_err(|e| failed(&self.name, e))
    }

    fn search(&mut self, words: &str, limit: u32) -> Result<Vec<Hit>, LedgerError> {
        let found = words.split_whitespace().count();
        if found > WORDS {
            return Err(LedgerError::TooManyWords { found, limit: WORDS });
        }
        let wanted = queries(words);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let query = |n: usize| format!("to_tsquery('words', ${n})");
        let any: Vec<String> = (2..wanted.len() + 2).map(query).collect();
        // Words of a long report may stand in several pieces of it.
        let all: String = any
            .iter()
            .map(|q| format!(" AND r.id IN (SELECT report FROM report_words WHERE words @@ {q})"))
            .collect();
        let any = any.join(" || ");
        // A headline's words count four times those of the text, as in a file.
        let sql = format!(
            "WITH best AS MATERIALIZED (
                SELECT r.id, (SELECT sum(ts_rank('{{0.25, 0.25, 0.25, 1}}', words, {any})::float8) FROM report_words
                    WHERE report = r.id) AS rank
                FROM report r WHERE r.latest = 1{all} ORDER BY 2 DESC, 1 DESC LIMIT $1
             )
             SELECT {LINE}, ts_headline('words', r.text, {any}, '{SNIPPET}')
             FROM best JOIN report r ON r.id = best.id LEFT JOIN reading g ON g.report = r.id
             ORDER BY best.rank DESC, r.id DESC"
        );
        let limit = i64::from(limit);
        let typed = wanted.iter().map(|q| q as &(dyn ToSql + Sync));
        let params: Vec<&(dyn ToSql + Sync)> =
            std::iter::once(&limit as &(dyn ToSql + Sync)).chain(typed).collect();
        let rows = self.db.query(&sql, &params).map_err(|e| failed(&self.name, e))?;
        let hit = |row: &Row| Ok(Hit { line: line(row)?, snippet: row.try_get(15)? });
        rows.iter().map(hit).collect::<Result<_, _>>().map_err(|e| failed(&self.name, e))
    }
}
