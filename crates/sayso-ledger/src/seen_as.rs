//! The ledger as one person sees it, with nobody else's decisions.
//!
//! The rows for finding entries are as everybody's decisions make them. For reports about which others have decided, they are
//! made anew for this person in temporary tables, and temporary views put these in the place of the ledger's own rows. Nothing
//! is written to the ledger, so that nobody waits: neither whoever looks at it like this, nor whoever adds reports meanwhile.

use crate::{
    Ledger, LedgerError, ReportId,
    reading::project,
    sound::{self, Source},
};

/// Tables with rows of entries by report, each with a view of its intact rows.
const INTACT: [&str; 4] = ["speaker", "statement", "figure", "place"];
/// The same without a view.
const BARE: &str = "speaker_name";

impl Ledger {
    /// From now on, everything read from this ledger is as one person alone has decided, from one snapshot, and nothing written to
    /// it is kept. For independent review.
    ///
    /// # Errors
    /// Those of reading.
    pub fn see_as(&mut self, name: &str) -> Result<(), LedgerError> {
        self.seen_as = Some(name.to_owned());
        // It ends with the ledger.
        self.db.draft()?;
        let mut reports: Vec<ReportId> = Vec::new();
        for report in self.decided_reports()? {
            if self.decisions_about(report)?.iter().any(|decision| decision.by != name) {
                reports.push(report);
            }
        }
        if reports.is_empty() {
            return Ok(());
        }
        let tables = || INTACT.iter().chain([&BARE]);
        let (ledger, own) = if self.db.is_file() { ("main", "temp") } else { ("sayso", "pg_temp") };
        for table in tables() {
            // It hides the ledger's own table, so that this person's rows are written to it.
            self.db.execute_batch(&format!(
                "CREATE TEMP TABLE {table} AS SELECT * FROM {ledger}.{table} WHERE 1 = 0"
            ))?;
        }
        self.db.forget_prepared();
        for report in &reports {
            project(&self.db, Source::Sound, *report, self.view())?;
        }
        self.db.execute_batch("CREATE TEMP TABLE own_report (report bigint PRIMARY KEY)")?;
        for report in reports {
            self.db.execute("INSERT INTO own_report (report) VALUES (?1)", [report.0])?;
        }
        let others = "report NOT IN (SELECT report FROM own_report)";
        for table in tables() {
            if self.db.is_file() {
                // They would write to what is hidden.
                self.db.execute_batch(&format!(
                    "DROP TRIGGER IF EXISTS temp.sum_new_{table}; DROP TRIGGER IF EXISTS temp.sum_{table}"
                ))?;
            }
            self.db.execute_batch(&format!(
                "ALTER TABLE {own}.{table} RENAME TO own_{table};
                 CREATE INDEX own_{table}_report ON own_{table} (report);
                 CREATE TEMP VIEW {table} AS
                 SELECT * FROM {ledger}.{table} WHERE {others} UNION ALL SELECT * FROM own_{table}"
            ))?;
        }
        for table in INTACT {
            // Rows without a sum are taken to be lost.
            self.db.execute_batch(&format!("UPDATE own_{table} SET sum = 0"))?;
            match self.db.is_file() {
                true => sound::replace(self.db.file()?, table)?,
                false => self.db.execute_batch(&format!(
                    "CREATE TEMP VIEW sound_{table} AS
                     SELECT * FROM {ledger}.sound_{table} WHERE {others} UNION ALL SELECT * FROM own_{table}"
                ))?,
            }
        }
        // Their lines in the list of stories are made anew, too.
        self.db.execute_batch(&format!(
            "CREATE TEMP VIEW story_changed AS SELECT story FROM {ledger}.story_changed
             UNION SELECT story FROM {ledger}.story_report WHERE report IN (SELECT report FROM own_report)"
        ))?;
        self.db.forget_prepared();
        Ok(())
    }
}
