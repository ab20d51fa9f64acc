//! The native part of the Python package `sayso`.
//!
//! What goes to Python is JSON, in the form that the command line prints and the schemas describe; the package
//! (`python/sayso`) makes typed objects of it. Tables go by the C data interface of Arrow. While anything is read or looked
//! up, other threads of Python run.

use pyo3::prelude::*;

mod archive;
mod batches;
mod error;
mod exchange;
mod ledger;
mod read;
mod schema;
mod table;

/// Functions and classes under the typed ones of `sayso`.
#[pymodule(gil_used = false)]
mod _sayso {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::archive::{archive_schema, archive_step};
    #[pymodule_export]
    use crate::batches::{read_batches, table_schema};
    #[pymodule_export]
    use crate::error::{InputError, LanguageError, LedgerError, SaysoError};
    #[pymodule_export]
    use crate::ledger::Ledger;
    #[pymodule_export]
    use crate::read::{Reading, read_file, read_many, read_verbatim, restore};
    #[pymodule_export]
    use crate::schema::schemas;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("reader", sayso_read::READER_VERSION)
    }
}

/// A day as Python hands it over.
fn day(written: Option<&str>) -> PyResult<Option<sayso_model::Date>> {
    let parse = |written: &str| {
        sayso_model::Date::parse(written)
            .ok_or_else(|| error::input(format!("'{written}' is not a date of the form YYYY-MM-DD")))
    };
    written.map(parse).transpose()
}
