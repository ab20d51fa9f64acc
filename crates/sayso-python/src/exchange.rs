//! What leaves a ledger as files, and what comes in from people's tables.

use std::{fs, path::Path};

use pyo3::prelude::*;
use sayso_desk::DeskError;
use sayso_export::{
    ExportError, Sides,
    import::{Brought, Form, Request, import},
    whole::{self, Kind, Wanted},
};
use sayso_ledger::{Ledger, ReportFilter, StoryId, View};
use serde::Deserialize;

use crate::{day, error};

/// What to export, as the Python side names it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    format: String,
    what: Option<String>,
    since: Option<String>,
    until: Option<String>,
    story: Option<i64>,
    outlet: Option<String>,
    category: Option<String>,
    with_rejected: bool,
    side_a: Option<String>,
    side_b: Option<String>,
    force: bool,
}

/// An export that is known to be one.
pub(crate) struct Export {
    kind: Kind,
    filter: ReportFilter,
    category: Option<String>,
    with_rejected: bool,
    sides: Sides,
    force: bool,
}

impl Export {
    pub(crate) fn of(asked: &str) -> PyResult<Self> {
        let asked: Asked = serde_json::from_str(asked).map_err(error::json)?;
        let Asked { format, what, category, with_rejected, side_a, side_b, force, .. } = asked;
        let kind = Kind::named(&format, what.as_deref()).ok_or_else(|| {
            let what = what.map(|what| format!(" of '{what}'")).unwrap_or_default();
            error::input(format!(
                "there is no export '{format}'{what}; `sayso export --help` lists the formats"
            ))
        })?;
        if category.is_some() && !kind.has_figures() {
            return Err(error::input(format!(
                "'{format}' has no table of figures that a category could narrow"
            )));
        }
        let is_ucdp = matches!(kind, Kind::Incidents(sayso_export::Profile::Ucdp));
        if (side_a.is_some() || side_b.is_some()) && !is_ucdp {
            return Err(error::input("side_a and side_b can only be used with ucdp"));
        }
        let filter = ReportFilter {
            since: day(asked.since.as_deref())?,
            until: day(asked.until.as_deref())?,
            story: asked.story.map(StoryId),
            outlet: asked.outlet,
            ..ReportFilter::default()
        };
        Ok(Self { kind, filter, category, with_rejected, sides: Sides { a: side_a, b: side_b }, force })
    }

    /// Writes a file or, for formats that are folders, a folder.
    pub(crate) fn write(self, ledger: &mut Ledger, path: &Path) -> Result<(), ExportError> {
        let entries =
            self.category.as_deref().map(|category| whole::of_category(ledger, category)).transpose()?;
        let wanted =
            Wanted { filter: self.filter, with_rejected: self.with_rejected, entries, sides: self.sides };
        if self.kind.is_folder() {
            return whole::write_folder(ledger, self.kind, &wanted, path, self.force);
        }
        if sayso_ledger::files_of(ledger.path()).iter().any(|own| is_same(own, path)) {
            let why = std::io::Error::other("it is the ledger itself");
            return Err(ExportError::File { path: path.to_owned(), source: why });
        }
        let failed = |source| ExportError::File { path: path.to_owned(), source };
        // The old file stays until the new one is whole.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = beside(folder).map_err(failed)?;
        whole::write(ledger, self.kind, &wanted, &mut file)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|e| failed(e.error))?;
        Ok(())
    }
}

/// A file in a folder with the permissions that new files have there.
fn beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn is_same(own: &Path, path: &Path) -> bool {
    own == path || fs::canonicalize(own).is_ok_and(|own| fs::canonicalize(path).is_ok_and(|path| own == path))
}

/// Brings in data that people coded by hand.
pub(crate) fn bring(
    ledger: &mut Ledger,
    path: &Path,
    form: Form,
    request: Request<'_>,
) -> Result<Brought, ExportError> {
    if ledger.view() != View::Common {
        let why = "this ledger is open to be seen as one person sees it; open it anew to import";
        return Err(DeskError::Nothing(why.to_owned()).into());
    }
    import(ledger, form, path, request)
}
