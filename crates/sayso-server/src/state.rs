//! What all pages share: open ledgers, stories that were compared already, the token of our forms.

use std::{
    any::Any,
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use axum::http::StatusCode;
use sayso_brief::Brief;
use sayso_desk::Loaded;
use sayso_ledger::{Ledger, StoryId};
use sayso_model::Date;
use tokio::sync::{Semaphore, watch};

use crate::{Options, ServeError, adding::Jobs, error::Failed, session::Door, users::Users};

/// Questions to the ledger that are answered at once; the others wait for their turn.
const READERS: usize = 16;
/// Decisions that are made at once: one, so that nobody decides between a check and the decision that it was made for. They
/// may have to wait for somebody who adds reports, and keep no page waiting.
const WRITERS: usize = 1;
/// Ledgers that are kept open between two questions.
const OPEN: usize = 8;
/// How long ago a file must have been written for its time to tell it from one that was written again.
const SETTLED: Duration = Duration::from_millis(20);
/// Reports of the compared stories that are kept.
const KEPT: usize = 10_000;
/// Reports of a story from which on a page shows how it was compared before, and says so, while it is compared anew.
const LARGE: usize = 500;
/// How long a page waits for that first.
const PATIENCE: Duration = Duration::from_millis(300);
/// A list that takes longer than this to make may be shown ...
const LONG: Duration = Duration::from_millis(100);
/// ... for so many times as long as it took, so that many who ask for it leave time for others.
const LATE: u32 = 10;
/// How long a question waits for whoever writes. What is not kept because of that is worked out when it is asked for again.
const ASKING: Duration = Duration::from_millis(50);
/// How long a decision waits for whoever writes.
const DECIDING: Duration = Duration::from_secs(60);

/// Handed to every page.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    token: String,
    door: Option<Door>,
    open: Mutex<Vec<Open>>,
    readers: Semaphore,
    writers: Semaphore,
    stories: Mutex<Vec<Kept>>,
    /// Held for a story while it is compared, so that whoever asks meanwhile waits instead of comparing it, too.
    comparing: Mutex<BTreeMap<i64, Arc<Mutex<()>>>>,
    /// True while stories are compared before anybody looks.
    keeping_up: AtomicBool,
    lists: Mutex<BTreeMap<&'static str, Arc<Slot>>>,
    jobs: Jobs,
    news: watch::Receiver<News>,
}

/// A ledger with the file that it was when it was opened: another may be put in its place.
#[derive(Debug)]
struct Open {
    ledger: Ledger,
    file: Option<(u64, u64)>,
}

/// A list that was made before, with what the files were then.
type Slot = Mutex<Option<Listed>>;

#[derive(Debug)]
struct Listed {
    /// `None` where something was written while it was made.
    stamp: Option<Stamp>,
    made: Instant,
    /// How long that took.
    took: Duration,
    list: Arc<dyn Any + Send + Sync>,
}

/// How the ledger's files are: whoever writes changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp(Vec<Option<(SystemTime, u64)>>);

#[derive(Debug)]
struct Kept {
    story: i64,
    day: Option<Date>,
    state: String,
    stamp: Option<Stamp>,
    told: Arc<Told>,
}

/// A story compared, with its brief.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) loaded: Loaded,
    pub(crate) brief: Brief,
    /// The sections of its page as they were made first: place, name, HTML.
    pub(crate) sections: OnceLock<Vec<(&'static str, &'static str, String)>>,
}

/// How far a ledger has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct News {
    /// Number of the newest report.
    pub(crate) report: i64,
    /// Number of the newest decision.
    pub(crate) decision: i64,
    /// Number of the newest alert.
    pub(crate) alert: i64,
}

impl Desk {
    pub(crate) fn new(options: Options, news: watch::Receiver<News>) -> Result<Self, ServeError> {
        let secure = options.origins.iter().any(|origin| origin.starts_with("https://"));
        let users = options.users.as_deref().map(Users::read).transpose()?;
        let door = users.map(|users| Door::new(users, secure));
        let shared = Shared {
            options,
            token: random()?,
            door,
            open: Mutex::default(),
            readers: Semaphore::new(READERS),
            writers: Semaphore::new(WRITERS),
            stories: Mutex::default(),
            comparing: Mutex::default(),
            keeping_up: AtomicBool::new(false),
            lists: Mutex::default(),
            jobs: Jobs::new(),
            news,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// How the server was started.
    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Who may come in, where that is not everybody on this machine.
    pub(crate) fn door(&self) -> Option<&Door> {
        self.shared.door.as_ref()
    }

    /// The token of this run of the server; every form has it, and another site cannot read it.
    pub(crate) fn token(&self) -> &str {
        &self.shared.token
    }

    /// The uploads of this run.
    pub(crate) fn jobs(&self) -> &Jobs {
        &self.shared.jobs
    }

    /// Tells when something has come.
    pub(crate) fn news(&self) -> watch::Receiver<News> {
        self.shared.news.clone()
    }

    /// Asks the ledger, on a thread that may wait.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, Failed> {
        self.on_thread(&self.shared.readers, ASKING, question).await
    }

    /// Writes to the ledger, on a thread that may wait.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, Failed> {
        self.on_thread(&self.shared.writers, DECIDING, change).await
    }

    async fn on_thread<T: Send + 'static>(
        &self,
        places: &Semaphore,
        waits: Duration,
        question: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, Failed> {
        let broken = |e: String| Failed::new(StatusCode::INTERNAL_SERVER_ERROR, e);
        let _place = places.acquire().await.map_err(|e| broken(e.to_string()))?;
        let shared = Arc::clone(&self.shared);
        let asked = tokio::task::spawn_blocking(move || {
            let mut open = shared.ledger()?;
            open.ledger.wait_for_writers(waits)?;
            let answer = question(&mut open.ledger);
            // One that something went wrong with is not used again.
            if !matches!(&answer, Err(failed) if failed.status.is_server_error()) {
                shared.give_back(open);
            }
            answer
        });
        asked.await.unwrap_or_else(|e| Err(broken(e.to_string())))
    }

    /// A list that costs much to make: as it was made before where nothing was written since. Whoever asks for it while it
    /// is made waits for it.
    pub(crate) async fn list<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
        make: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<Arc<T>, Failed> {
        self.list_at(name, false, make).await
    }

    /// The same; one that takes long to make does for a few times as long, whatever was written since.
    pub(crate) async fn list_of_late<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
        make: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<Arc<T>, Failed> {
        self.list_at(name, true, make).await
    }

    async fn list_at<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
        late: bool,
        make: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<Arc<T>, Failed> {
        let slot = {
            let mut lists = self.shared.lists.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(lists.entry(name).or_default())
        };
        let shared = Arc::clone(&self.shared);
        self.ask(move |ledger| {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            let before = |listed: &Listed| Arc::clone(&listed.list).downcast::<T>().ok();
            let does =
                |listed: &&Listed| late && listed.took > LONG && listed.made.elapsed() < LATE * listed.took;
            if let Some(list) = slot.as_ref().filter(does).and_then(before) {
                return Ok(list);
            }
            // What is placed first is written, and would make the list old at once.
            sayso_desk::catch_up(ledger)?;
            let stamp = shared.stamp();
            let same = |listed: &&Listed| stamp.is_some() && listed.stamp == stamp;
            if let Some(list) = slot.as_ref().filter(same).and_then(before) {
                return Ok(list);
            }
            let begun = Instant::now();
            let list = Arc::new(make(ledger)?);
            let kept = Arc::clone(&list) as Arc<dyn Any + Send + Sync>;
            *slot = Some(Listed { stamp, made: Instant::now(), took: begun.elapsed(), list: kept });
            Ok(list)
        })
        .await
    }

    /// A story with its brief: as it was compared before where nothing has changed since.
    pub(crate) async fn told(&self, story: i64, day: Option<Date>) -> Result<Arc<Told>, Failed> {
        let desk = self.clone();
        self.ask(move |ledger| desk.told_by(ledger, story, day)).await
    }

    /// A story for a page. A large one for which something was decided or added since is compared anew meanwhile; true where
    /// this is how it was compared before.
    async fn told_soon(&self, story: i64) -> Result<(Arc<Told>, bool), Failed> {
        let before = {
            let stories = self.shared.stories.lock().unwrap_or_else(PoisonError::into_inner);
            let large =
                |k: &&Kept| k.story == story && k.day.is_none() && k.told.loaded.readings.len() >= LARGE;
            stories.iter().find(large).map(|kept| (Arc::clone(&kept.told), kept.state.clone()))
        };
        let Some((before, state)) = before else { return Ok((self.told(story, None).await?, false)) };
        let now = self.ask(move |ledger| {
            sayso_desk::catch_up(ledger)?;
            Ok(ledger.story_state(StoryId(story))?)
        });
        if now.await? == state {
            return Ok((before, false));
        }
        if self.shared.comparing(story).try_lock().is_err() {
            return Ok((before, true));
        }
        let desk = self.clone();
        let anew = tokio::spawn(async move { desk.told(story, None).await });
        match tokio::time::timeout(PATIENCE, anew).await {
            Ok(Ok(told)) => Ok((told?, false)),
            Ok(Err(e)) => Err(Failed::new(StatusCode::INTERNAL_SERVER_ERROR, e.to_string())),
            Err(_) => Ok((before, true)),
        }
    }

    /// Compares the large stories that somebody has looked at anew where something has come for them, before the next one looks;
    /// then rests for some times as long as that took, so that what comes in all the time leaves time for others.
    pub(crate) async fn keep_up(&self) {
        if self.shared.keeping_up.swap(true, Ordering::AcqRel) {
            return;
        }
        let looked_at: Vec<(i64, String)> = {
            let stories = self.shared.stories.lock().unwrap_or_else(PoisonError::into_inner);
            let large = stories.iter().filter(|k| k.day.is_none() && k.told.loaded.readings.len() >= LARGE);
            large.map(|k| (k.story, k.state.clone())).collect()
        };
        for (story, state) in looked_at {
            let now = self.ask(move |ledger| {
                sayso_desk::catch_up(ledger)?;
                Ok(ledger.story_state(StoryId(story))?)
            });
            let begun = Instant::now();
            // What goes wrong is told to whoever looks.
            if now.await.is_ok_and(|now| now != state) && self.told(story, None).await.is_ok() {
                tokio::time::sleep(LATE * begun.elapsed()).await;
            }
        }
        self.shared.keeping_up.store(false, Ordering::Release);
    }

    /// A story, the days on which its reports were published, and whether it is being compared anew ([`Desk::told_soon`]).
    pub(crate) async fn ask_story(
        &self,
        story: i64,
        day: Option<Date>,
    ) -> Result<(Arc<Told>, Vec<String>, bool), Failed> {
        let (whole, behind) = self.told_soon(story).await?;
        let mut days: Vec<String> =
            whole.loaded.story.reports.iter().filter_map(|r| Some(r.published?.to_string())).collect();
        days.sort();
        days.dedup();
        let told = if day.is_none() { whole } else { self.told(story, day).await? };
        Ok((told, days, behind))
    }

    /// The same on a thread that has a ledger.
    pub(crate) fn told_by(
        &self,
        ledger: &mut Ledger,
        story: i64,
        day: Option<Date>,
    ) -> Result<Arc<Told>, Failed> {
        let lock = || self.shared.stories.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.shared.stamp();
        let untouched = |k: &&Kept| k.story == story && k.day == day && stamp.is_some() && k.stamp == stamp;
        if let Some(kept) = lock().iter().find(untouched) {
            return Ok(Arc::clone(&kept.told));
        }
        sayso_desk::catch_up(ledger)?;
        let comparing = self.shared.comparing(story);
        let _alone = comparing.lock().unwrap_or_else(PoisonError::into_inner);
        let state = ledger.story_state(StoryId(story))?;
        let same = |k: &&mut Kept| k.story == story && k.day == day && k.state == state;
        if let Some(kept) = lock().iter_mut().find(same) {
            kept.stamp = stamp;
            return Ok(Arc::clone(&kept.told));
        }
        let loaded = sayso_desk::load(ledger, story, day)?;
        let brief = sayso_brief::story::compose(&loaded.story, &loaded.readings(), &loaded.corrected, None);
        let told = Arc::new(Told { loaded, brief, sections: OnceLock::new() });
        let mut stories = lock();
        stories.retain(|k| k.story != story || (k.day != day && k.state == state));
        stories.push(Kept { story, day, state, stamp, told: Arc::clone(&told) });
        // The oldest go first; the one that was asked for stays, however large.
        while stories.len() > 1 && stories.iter().map(|k| k.told.loaded.readings.len()).sum::<usize>() > KEPT
        {
            stories.remove(0);
        }
        Ok(told)
    }
}

impl Shared {
    fn comparing(&self, story: i64) -> Arc<Mutex<()>> {
        let mut all = self.comparing.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody holds or waits for is let go.
        all.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(all.entry(story).or_default())
    }

    /// How the files are now; nothing where they have been written so lately that another change could look the same, or where the
    /// ledger is no file.
    fn stamp(&self) -> Option<Stamp> {
        if sayso_ledger::is_postgres(&self.options.ledger) {
            return None;
        }
        let mut lately = false;
        let of = |path: PathBuf| {
            let meta = std::fs::metadata(path).ok()?;
            let changed = meta.modified().ok()?;
            lately |= changed.elapsed().map_or(true, |ago| ago < SETTLED);
            Some((changed, meta.len()))
        };
        // The list of files has one of locks, too, which reading changes.
        let files = sayso_ledger::files_of(&self.options.ledger);
        let files = files.into_iter().filter(|path| !path.to_string_lossy().ends_with("-shm"));
        let stamp = Stamp(files.map(of).collect());
        (!lately).then_some(stamp)
    }

    fn ledger(&self) -> Result<Open, Failed> {
        let file = file_of(&self.options.ledger);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(one) = open.pop() {
            // A server may have been started anew, which ends what was connected with it.
            let ends = sayso_ledger::is_postgres(&self.options.ledger) && one.ledger.last_report().is_err();
            if one.file == file && !ends {
                return Ok(one);
            }
        }
        drop(open);
        Ok(Open { ledger: Ledger::open_existing(&self.options.ledger)?, file })
    }

    fn give_back(&self, one: Open) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() < OPEN {
            open.push(one);
        }
    }
}

/// Device and number of a file, by which one that took its place is told from it.
fn file_of(path: &PathBuf) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// 32 random bytes, written.
pub(crate) fn random() -> Result<String, ServeError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| ServeError::Random(e.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether two tokens are the same. The time that it takes tells nothing of how much was right.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
