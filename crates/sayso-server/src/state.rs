//! What all pages share: open ledgers, stories that have already been compared, the token of our forms.

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

use axum::{body::Bytes, http::StatusCode};
use sayso_brief::Brief;
use sayso_desk::{Loaded, Memory};
use sayso_ledger::{Ledger, StoryId, View};
use sayso_model::Date;
use tokio::sync::{Semaphore, watch};

use crate::{Options, ServeError, adding::Jobs, apart, error::Failed, session::Door, users::Users};

/// Ledger queries that run at once; others wait their turn.
const READERS: usize = 16;
/// Decisions that run at once: one, so that nobody decides between a check and the decision it was made for. Decisions
/// may have to wait for somebody who is adding reports, and do not keep pages waiting.
const WRITERS: usize = 1;
/// Ledgers that are kept open between queries.
const OPEN: usize = 8;
/// How old a file's modification time must be to distinguish it from a later write.
const SETTLED: Duration = Duration::from_millis(20);
/// Reports in the compared stories that are kept.
const KEPT: usize = 10_000;
/// Size from which a story's page shows the previous comparison, and says so, while the story is being compared again.
const LARGE: usize = 500;
/// How long a page waits for the new comparison first.
const PATIENCE: Duration = Duration::from_millis(300);
/// A list that takes longer than this to make may be shown ...
const LONG: Duration = Duration::from_millis(100);
/// ... for this many times as long as it took, so that many requests for it leave time for others.
const LATE: u32 = 10;
/// How long a query waits for a writer. What cannot be cached because of that is computed again next time.
const ASKING: Duration = Duration::from_millis(50);
/// How long a decision waits for a writer.
const DECIDING: Duration = Duration::from_secs(60);

/// Passed to every page.
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
    /// Held for a story while it is being compared, so that others wait instead of comparing it too.
    comparing: Mutex<BTreeMap<i64, Arc<Mutex<()>>>>,
    /// True while stories are compared ahead of time.
    keeping_up: AtomicBool,
    lists: Mutex<BTreeMap<&'static str, Arc<Slot>>>,
    /// How stories were compared, for all open ledgers.
    memory: Arc<Memory>,
    jobs: Jobs,
    news: watch::Receiver<News>,
}

/// A ledger, with the identity of its file when it was opened: another may have taken its place.
#[derive(Debug)]
struct Open {
    ledger: Ledger,
    file: Option<(u64, u64)>,
}

/// A list made earlier, with the state of the files at that time.
type Slot = Mutex<Option<Listed>>;

#[derive(Debug)]
struct Listed {
    /// `None` if something was written while it was made.
    stamp: Option<Stamp>,
    made: Instant,
    /// How long it took.
    took: Duration,
    list: Arc<dyn Any + Send + Sync>,
}

/// The state of the ledger's files: every write changes it.
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

/// A compared story, with its brief.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) loaded: Loaded,
    /// What the list of stories calls it.
    pub(crate) label: String,
    pub(crate) brief: Brief,
    /// The sections of its page as first rendered: id, name, HTML.
    pub(crate) sections: OnceLock<Vec<(&'static str, &'static str, String)>>,
    /// The story as the API first answered it. That of 5,000 reports has 28 MB, and takes half a second to make.
    json: OnceLock<Bytes>,
}

impl Told {
    /// The story as JSON, as the API answers it.
    pub(crate) fn json(&self) -> serde_json::Result<Bytes> {
        if let Some(json) = self.json.get() {
            return Ok(json.clone());
        }
        let value = sayso_model::json::story_with_exact(&self.loaded.printed(), &self.loaded.texts())?;
        let json = Bytes::from(serde_json::to_vec(&value)?);
        Ok(self.json.get_or_init(|| json).clone())
    }
}

/// The state of a ledger's contents.
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
            memory: Arc::default(),
            jobs: Jobs::new(),
            news,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// How the server was started.
    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Who may sign in, if not everybody on this machine.
    pub(crate) fn door(&self) -> Option<&Door> {
        self.shared.door.as_ref()
    }

    /// The token of this run of the server; every form contains it, and another site cannot read it.
    pub(crate) fn token(&self) -> &str {
        &self.shared.token
    }

    /// The uploads of this run.
    pub(crate) fn jobs(&self) -> &Jobs {
        &self.shared.jobs
    }

    /// Announces that something has come in.
    pub(crate) fn news(&self) -> watch::Receiver<News> {
        self.shared.news.clone()
    }

    /// Queries the ledger as the visitor sees it, on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, Failed> {
        let places = &self.shared.readers;
        let Some(name) = apart::name() else { return self.on_thread(places, ASKING, question).await };
        // What one person sees is of no use to anybody else: this ledger is not kept open.
        let path = self.shared.options.ledger.clone();
        in_turn(places, move || {
            let mut ledger = Ledger::open_existing(&path)?;
            ledger.wait_for_writers(ASKING)?;
            sayso_desk::catch_up(&mut ledger)?;
            ledger.see_as(&name)?;
            question(&mut ledger)
        })
        .await
    }

    /// Writes to the ledger, on a thread that may block.
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
        let shared = Arc::clone(&self.shared);
        in_turn(places, move || {
            let mut open = shared.ledger()?;
            open.ledger.wait_for_writers(waits)?;
            let answer = question(&mut open.ledger);
            // A ledger on which something went wrong is not reused.
            if !matches!(&answer, Err(failed) if failed.status.is_server_error()) {
                shared.give_back(open);
            }
            answer
        })
        .await
    }

    /// A list that is expensive to make: the earlier one if nothing was written since. Whoever asks for it while it is
    /// being made waits for it.
    pub(crate) async fn list<T: Send + Sync + 'static>(
        &self,
        name: &'static str,
        make: impl FnOnce(&mut Ledger) -> Result<T, Failed> + Send + 'static,
    ) -> Result<Arc<T>, Failed> {
        self.list_at(name, false, make).await
    }

    /// The same, but a list that takes long to make is reused for a few times as long, whatever was written since.
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
        // What one person sees is nobody else's list.
        if apart::name().is_some() {
            return Ok(Arc::new(self.ask(make).await?));
        }
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
            // Placing comes first because it writes, which would make the list stale at once.
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

    /// A story with its brief: the earlier comparison if nothing has changed since.
    pub(crate) async fn told(&self, story: i64, day: Option<Date>) -> Result<Arc<Told>, Failed> {
        let desk = self.clone();
        self.ask(move |ledger| desk.told_by(ledger, story, day)).await
    }

    /// A story for a page. A large one that has changed since is compared again in the background; true if this is the
    /// earlier comparison.
    async fn told_soon(&self, story: i64) -> Result<(Arc<Told>, bool), Failed> {
        if apart::name().is_some() {
            return Ok((self.told(story, None).await?, false));
        }
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

    /// Compares the large stories that somebody has looked at again when something comes in for them, before the next
    /// visit; then rests for several times as long as that took, so that a steady stream leaves time for others.
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
            // Errors are shown to whoever looks.
            if now.await.is_ok_and(|now| now != state) && self.told(story, None).await.is_ok() {
                tokio::time::sleep(LATE * begun.elapsed()).await;
            }
        }
        self.shared.keeping_up.store(false, Ordering::Release);
    }

    /// A story, the days on which its reports were published, and whether it is being compared again
    /// ([`Desk::told_soon`]).
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

    /// The same, on a thread that has a ledger.
    pub(crate) fn told_by(
        &self,
        ledger: &mut Ledger,
        story: i64,
        day: Option<Date>,
    ) -> Result<Arc<Told>, Failed> {
        if ledger.view() != View::Common {
            return compared(ledger, story, day);
        }
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
        let told = compared(ledger, story, day)?;
        let mut stories = lock();
        stories.retain(|k| k.story != story || (k.day != day && k.state == state));
        stories.push(Kept { story, day, state, stamp, told: Arc::clone(&told) });
        // The oldest go first; the one being requested stays, however large.
        while stories.len() > 1 && stories.iter().map(|k| k.told.loaded.readings.len()).sum::<usize>() > KEPT
        {
            stories.remove(0);
        }
        Ok(told)
    }
}

/// Does something that may block, when there is a place for it.
async fn in_turn<T: Send + 'static>(
    places: &Semaphore,
    work: impl FnOnce() -> Result<T, Failed> + Send + 'static,
) -> Result<T, Failed> {
    let broken = |e: String| Failed::new(StatusCode::INTERNAL_SERVER_ERROR, e);
    let _place = places.acquire().await.map_err(|e| broken(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(broken(e.to_string())))
}

/// A story, compared now.
fn compared(ledger: &mut Ledger, story: i64, day: Option<Date>) -> Result<Arc<Told>, Failed> {
    let loaded = sayso_desk::load(ledger, story, day)?;
    let brief = sayso_brief::story::compose(&loaded.story, &loaded.readings(), &loaded.corrected, None);
    let label = ledger.story(StoryId(story))?.map(|s| s.label).unwrap_or_default();
    Ok(Arc::new(Told { loaded, label, brief, sections: OnceLock::new(), json: OnceLock::new() }))
}

impl Shared {
    fn comparing(&self, story: i64) -> Arc<Mutex<()>> {
        let mut all = self.comparing.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody holds or waits for is dropped.
        all.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(all.entry(story).or_default())
    }

    /// The current state of the files; `None` if they were written so recently that another change could look the same,
    /// or if the ledger is not a file.
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
        // The files also include one for locks, which reading changes.
        let files = sayso_ledger::files_of(&self.options.ledger);
        let files = files.into_iter().filter(|path| !path.to_string_lossy().ends_with("-shm"));
        let stamp = Stamp(files.map(of).collect());
        (!lately).then_some(stamp)
    }

    fn ledger(&self) -> Result<Open, Failed> {
        let file = file_of(&self.options.ledger);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(one) = open.pop() {
            // The database server may have been restarted, which ends its connections.
            let ends = sayso_ledger::is_postgres(&self.options.ledger) && one.ledger.last_report().is_err();
            if one.file == file && !ends {
                return Ok(one);
            }
        }
        drop(open);
        let mut ledger = Ledger::open_existing(&self.options.ledger)?;
        sayso_desk::remember(&mut ledger, &self.memory);
        Ok(Open { ledger, file })
    }

    fn give_back(&self, one: Open) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() < OPEN {
            open.push(one);
        }
    }
}

/// Device and inode of a file, which distinguish it from one that took its place.
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

/// 32 random bytes, as text.
pub(crate) fn random() -> Result<String, ServeError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| ServeError::Random(e.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether two tokens are equal, in constant time.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
