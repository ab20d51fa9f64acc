//! Texts to readings, on all cores.

use std::{
    io::Read as _,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use pyo3::{
    Borrowed,
    exceptions::PyTypeError,
    prelude::*,
    pybacked::{PyBackedBytes, PyBackedStr},
    types::{PyBytes, PyString},
};
use sayso_ingest::{Form, HeadOverrides, Limits, Piece, source};
use sayso_model::{Date, Report, Span};

use crate::error::{self, Unread};

/// Stack of a reader's thread, in bytes: the same as that of `sayso add`.
const STACK: usize = 16 << 20;

/// A text with what is known of its head.
#[derive(Debug, Default)]
pub(crate) struct Source<T> {
    pub(crate) text: T,
    pub(crate) published: Option<String>,
    pub(crate) outlet: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) headline: Option<String>,
    pub(crate) language: Option<String>,
    /// How the text is to be read; found out from it where it is not said.
    pub(crate) form: Option<Form>,
}

impl<T: Given> Source<T> {
    /// The report.
    pub(crate) fn report(&self) -> Result<Report, Unread> {
        let day = |written: &String| Date::parse(written).ok_or_else(|| Unread::Day(written.clone()));
        let options = HeadOverrides {
            headline: self.headline.clone(),
            outlet: self.outlet.clone(),
            published: self.published.as_ref().map(day).transpose()?,
            url: self.url.clone(),
            language: self.language.clone(),
            ..HeadOverrides::default()
        };
        let limits = Limits::default();
        let made = match self.form {
            None => source::one(self.text.bytes()?, "text", &options, &limits),
            Some(form) => {
                source::report(&Piece::new("text", form, self.text.bytes()?.to_vec()), &options, &limits)
            }
        };
        made.map_err(Unread::Input)
    }

    /// Its reading.
    pub(crate) fn read(&self) -> Result<sayso_model::Reading, Unread> {
        read(&self.report()?)
    }
}

/// The reading of a report, unless its language is not read.
pub(crate) fn read(report: &Report) -> Result<sayso_model::Reading, Unread> {
    let language = report.head.language.as_ref().map(|l| l.value.as_str());
    if let Some(language) = language.filter(|l| !sayso_ingest::language::is_english(l)) {
        return Err(Unread::Language(language.to_owned()));
    }
    catch_unwind(AssertUnwindSafe(|| sayso_read::read(report))).map_err(|_| Unread::Defect)
}

/// Does something with each item, on so many threads (all cores for `None`); what comes of it is in the items' order.
pub(crate) fn each<T: Sync, R: Send>(
    items: &[T],
    threads: Option<usize>,
    job: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    let threads = threads.unwrap_or_else(cores).clamp(1, 256).min(items.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let work = || {
        while let Some((at, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            let result = job(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
        }
    };
    thread::scope(|scope| {
        let started = (0..threads)
            .filter(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).is_ok())
            .count();
        if started == 0 {
            // The system gives no thread: this one does it.
            work();
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Something that has the bytes of a text.
pub(crate) trait Given {
    fn bytes(&self) -> Result<&[u8], Unread>;
}

impl Given for &[u8] {
    fn bytes(&self) -> Result<&[u8], Unread> {
        Ok(self)
    }
}

/// A text as Python has it, without a copy.
pub(crate) enum Text {
    Str(PyBackedStr),
    Bytes(PyBackedBytes),
    /// A string that Python itself cannot write as UTF-8.
    Surrogates,
}

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Ok(object.extract().map_or(Self::Surrogates, Self::Str));
        }
        object.extract().map(Self::Bytes).map_err(|_| {
            let kind = object
                .get_type()
                .name()
                .map_or_else(|_| "something else".to_owned(), |name| name.to_string());
            PyTypeError::new_err(format!("a text is str or bytes, not {kind}"))
        })
    }
}

impl Given for Text {
    fn bytes(&self) -> Result<&[u8], Unread> {
        match self {
            Self::Str(text) => Ok(text.as_bytes()),
            Self::Bytes(bytes) => Ok(bytes),
            Self::Surrogates => Err(Unread::Surrogates),
        }
    }
}

/// Heads of several texts: each list is as long as that of the texts, or empty.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Heads {
    published: Vec<Option<String>>,
    outlet: Vec<Option<String>>,
    url: Vec<Option<String>>,
    headline: Vec<Option<String>>,
    language: Vec<Option<String>>,
    form: Option<String>,
}

impl Heads {
    /// Puts texts and heads together.
    pub(crate) fn sources(mut self, texts: Vec<Text>) -> PyResult<Vec<Source<Text>>> {
        let form = match self.form.as_deref() {
            None => None,
            Some("text") => Some(Form::Text),
            Some("html") => Some(Form::Html),
            Some("json") => Some(Form::Record),
            Some("ninjs") => Some(Form::Ninjs),
            Some("newsml") => Some(Form::NewsMl),
            Some(other) => {
                let forms = "'text', 'html', 'json', 'ninjs' or 'newsml'";
                return Err(error::input(format!(
                    "'{other}' is no form of a report: {forms}, or None to find out"
                )));
            }
        };
        let mut take = |at: usize, column: fn(&mut Self) -> &mut Vec<Option<String>>| {
            column(&mut self).get_mut(at).and_then(Option::take)
        };
        let one = |(at, text)| Source {
            text,
            published: take(at, |h| &mut h.published),
            outlet: take(at, |h| &mut h.outlet),
            url: take(at, |h| &mut h.url),
            headline: take(at, |h| &mut h.headline),
            language: take(at, |h| &mut h.language),
            form,
        };
        Ok(texts.into_iter().enumerate().map(one).collect())
    }
}

/// A reading; `sayso.Reading` shows it.
#[pyclass(frozen, module = "sayso._sayso")]
#[derive(Debug)]
pub(crate) struct Reading(sayso_model::Reading);

#[pymethods]
impl Reading {
    /// As `sayso read --json` prints it.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| {
            let value = sayso_model::json::with_exact(&self.0, &self.0.report.text)?;
            serde_json::to_string(&value)
        })
        .map_err(error::json)
    }

    /// The brief as JSON.
    fn brief(&self, py: Python<'_>, format: &str) -> PyResult<String> {
        let brief = py.detach(|| {
            let segmentation = sayso_text::segment(&self.0.report.text);
            let sentences: Vec<Span> = segmentation.sentences.iter().map(|s| segmentation.span(s)).collect();
            sayso_brief::report::compose(&self.0, &sentences)
        });
        render(&brief, format)
    }

    /// The whole reading as bytes, for pickling.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let written = py.detach(|| serde_json::to_vec(&self.0)).map_err(error::json)?;
        Ok(PyBytes::new(py, &written))
    }

    #[getter]
    fn text(&self) -> &str {
        &self.0.report.text
    }

    /// Two readings are the same if all that they say is.
    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The reading that [`Reading::state`] wrote.
#[pyfunction]
pub(crate) fn restore(state: &[u8]) -> PyResult<Reading> {
    let read = serde_json::from_slice(state);
    read.map(Reading).map_err(|e| error::input(format!("this is no reading that was written by sayso: {e}")))
}

/// A brief in one of its forms.
pub(crate) fn render(brief: &sayso_brief::Brief, format: &str) -> PyResult<String> {
    use sayso_brief::render;
    Ok(match format {
        "text" => render::text(brief),
        "md" => render::markdown(brief),
        "html" => render::html(brief),
        "json" => serde_json::to_string(&render::json(brief).map_err(error::json)?).map_err(error::json)?,
        other => {
            let forms = "'text', 'md', 'html' or 'json'";
            return Err(error::input(format!("'{other}' is no form of a brief: {forms}")));
        }
    })
}

/// A reading, or the exception that says why there is none.
fn outcome(py: Python<'_>, read: Result<sayso_model::Reading, Unread>) -> PyResult<Py<PyAny>> {
    match read {
        Ok(reading) => Ok(Py::new(py, Reading(reading))?.into_any()),
        Err(unread) => Ok(PyErr::from(unread).into_value(py).into_any()),
    }
}

/// Readings of texts in their order; in the place of one that cannot be read is the exception that says why.
#[pyfunction]
pub(crate) fn read_many(
    py: Python<'_>,
    texts: Vec<Text>,
    heads: Heads,
    threads: Option<usize>,
) -> PyResult<Vec<Py<PyAny>>> {
    let sources = heads.sources(texts)?;
    let read = py.detach(|| each(&sources, threads, Source::read));
    read.into_iter().map(|one| outcome(py, one)).collect()
}

/// Readings of all reports that a file holds, as for [`read_many`].
#[pyfunction]
pub(crate) fn read_file(
    py: Python<'_>,
    path: PathBuf,
    published: Option<String>,
    outlet: Option<String>,
    url: Option<String>,
    threads: Option<usize>,
) -> PyResult<Vec<Py<PyAny>>> {
    let options = HeadOverrides {
        outlet,
        published: crate::day(published.as_deref())?,
        url,
        ..HeadOverrides::default()
    };
    let read = py.detach(|| -> PyResult<_> {
        let bytes = bytes_of(&path)?;
        let limits = Limits::default();
        let reports = source::reports(&bytes, &path.to_string_lossy(), &options, &limits);
        let reports = reports.map_err(|e| PyErr::from(Unread::Input(e)))?;
        let reports: Vec<_> = reports.into_iter().map(|made| Mutex::new(Some(made))).collect();
        Ok(each(&reports, threads, |report| {
            let taken = report.lock().unwrap_or_else(PoisonError::into_inner).take();
            taken.map_or(Err(Unread::Defect), |made| read(&made.map_err(Unread::Input)?))
        }))
    })?;
    read.into_iter().map(|one| outcome(py, one)).collect()
}

/// The bytes of a file, up to the limit of a report.
pub(crate) fn bytes_of(path: &std::path::Path) -> PyResult<Vec<u8>> {
    let limit = Limits::default().feed_bytes;
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path);
    let read = opened.and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    read.map_err(|e| error::file(path, &e))?;
    if bytes.len() as u64 > limit {
        let message =
            format!("{}: larger than {limit} bytes; `sayso add` reads archives of any size", path.display());
        return Err(error::input(message));
    }
    Ok(bytes)
}

/// The reading of a text as it stands, so that spans are places in it: nothing is normalised and no head is taken off.
#[pyfunction]
pub(crate) fn read_verbatim(
    py: Python<'_>,
    text: String,
    published: Option<String>,
    outlet: Option<String>,
) -> PyResult<Reading> {
    let options =
        HeadOverrides { outlet, published: crate::day(published.as_deref())?, ..HeadOverrides::default() };
    let sources = [text];
    let mut read = py.detach(|| {
        each(&sources, Some(1), |text| read(&sayso_ingest::verbatim(text, &options).map_err(Unread::Input)?))
    });
    let reading = read.pop().unwrap_or(Err(Unread::Defect))?;
    Ok(Reading(reading))
}
