//! Watching real sites on loopback: polite, nothing lost, nothing twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::site::{Page, Site};

/// Watches once; exit code, what was told, stderr.
fn watch(folder: &Path, args: &[&str]) -> (i32, Vec<Value>, String) {
    let output = command(folder).args(["--once", "--json"]).args(args).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let told = told.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    (output.status.code().unwrap_or(-1), told, String::from_utf8(output.stderr).unwrap())
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    command.current_dir(folder).env("SAYSO_LEDGER", folder.join("l.db")).args([
        "watch",
        "--allow-private",
        "--delay",
        "0",
        "--timeout",
        "2",
    ]);
    command
}

fn sayso(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(args)
        .current_dir(folder)
        .env("SAYSO_LEDGER", folder.join("l.db"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn of<'v>(told: &'v [Value], status: &str) -> Vec<&'v Value> {
    told.iter().filter(|t| t["status"] == status).collect()
}

const LEDE: &str = "At least nine people were hurt on Tuesday when a ferry struck the pier at Lower Brenn, the harbour office said.";
const MORE: &str =
    "Divers searched the water for two more passengers, said Ida Holm, the head of the coast guard.";

/// For `--fast-clock`: a clock that shows so many seconds after some instant, and runs at twice the speed of time.
fn at(seconds: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    format!("{}:2", 2 * now - (2_000_000_000 + seconds))
}

#[test]
fn what_is_new_comes_in_once_and_is_not_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier"), ("/2", "Council meets on Friday")]);
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    site.article(
        "/2",
        "Council meets on Friday",
        &["The council meets on Friday to vote on the new bridge, its chair said.", MORE],
    );
    let feed = site.url("/feed");
    let (code, told, err) = watch(folder.path(), &[&feed]);
    assert_eq!((code, of(&told, "new").len()), (0, 2), "{told:?} {err}");
    assert_eq!(told.last().unwrap()["summary"]["new"], 2);
    // Again: the feed is asked whether it has changed, the articles are not due.
    let (code, told, _) = watch(folder.path(), &[&feed]);
    assert_eq!((code, of(&told, "new").len(), site.count("/1")), (0, 0, 1), "{told:?}");
    let asked = site.asked();
    assert_eq!(asked.last().unwrap().status, 304);
    // A new entry comes in alone.
    site.feed("/feed", &[("/3", "Pier closed"), ("/1", "Nine hurt as ferry strikes pier")]);
    site.article(
        "/3",
        "Pier closed",
        &["The pier at Lower Brenn was closed on Wednesday, the harbour office said.", MORE],
    );
    let (_, told, _) = watch(folder.path(), &[&feed]);
    let new = of(&told, "new");
    assert_eq!((new.len(), &new[0]["headline"]), (1, &Value::from("Pier closed")));
    assert_eq!(sayso(folder.path(), &["reports", "--json"]).lines().count(), 3);
    assert!(sayso(folder.path(), &["stories"]).contains("Nine hurt as ferry strikes pier"));
    let sources = sayso(folder.path(), &["sources", "--format", "json"]);
    let source: Value = serde_json::from_str(&sources).unwrap();
    assert_eq!((&source["kind"], &source["pages"]["taken"]), (&"feed".into(), &3.into()));
    let opml = sayso(folder.path(), &["sources", "--format", "opml"]);
    fs::write(folder.path().join("feeds.opml"), &opml).unwrap();
    assert!(opml.contains(&feed));
    let (code, told, err) = watch(folder.path(), &["feeds.opml"]);
    assert_eq!((code, of(&told, "polled").len()), (0, 1), "{err}");
}

#[test]
fn an_article_that_is_edited_is_a_revision() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier")]);
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    let feed = site.url("/feed");
    let look =
        |seconds| watch(folder.path(), &[&feed, "--look-again", "15m,1h", "--fast-clock", &at(seconds)]);
    assert_eq!(of(&look(0).1, "new").len(), 1);
    // Not before its time.
    site.article("/1", "Eleven hurt as ferry strikes pier", &[&LEDE.replace("nine", "eleven"), MORE]);
    look(60);
    assert_eq!(site.count("/1"), 1);
    let (_, told, _) = look(2000);
    let revised = of(&told, "revised");
    assert_eq!((revised.len(), &revised[0]["previous"]), (1, &1.into()), "{told:?}");
    let changes = sayso(folder.path(), &["show", "2", "--changes"]);
    assert!(changes.contains("Eleven hurt"), "{changes}");
    let events = sayso(folder.path(), &["sources", "--events"]);
    assert!(events.contains("revised 2 (was 1)") && events.contains("the headline went from"), "{events}");
    let events = sayso(folder.path(), &["sources", "--events", "--json"]);
    let event: Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    assert_eq!((&event["kind"], &event["edit"]["noted"]), (&"revision".into(), &false.into()), "{event}");
    assert_eq!(sayso(folder.path(), &["sources", "--events", "--json", "--since", "2100-01-01"]), "");
    // Once more, and then no more.
    look(7000);
    assert_eq!((site.count("/1"), site.asked().last().unwrap().status), (3, 304));
    look(900_000);
    assert_eq!(site.count("/1"), 3);
}

#[test]
fn a_page_that_cannot_be_fetched_is_retried_and_then_taken_from_the_feed() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.feed(
        "/feed",
        &[("/1", "Nine hurt as ferry strikes pier"), ("/2", "Pier closed"), ("/3", "Ferry raised")],
    );
    site.put("/1", Page::Status(403, String::new()));
    site.put("/2", Page::Status(503, "Retry-After: 5000\r\n".to_owned()));
    site.put("/3", Page::Hang);
    let feed = site.url("/feed");
    let look = |seconds| watch(folder.path(), &[&feed, "--fast-clock", &at(seconds)]);
    let (code, told, _) = look(0);
    assert_eq!((code, of(&told, "failed").len(), of(&told, "new").len()), (3, 3, 0), "{told:?}");
    look(1000);
    assert_eq!(site.count("/2"), 1, "the server asked to wait");
    site.article(
        "/2",
        "Pier closed",
        &["The pier at Lower Brenn was closed on Wednesday, the harbour office said.", MORE],
    );
    let (_, told, _) = look(20_000);
    let headlines: Vec<&Value> = of(&told, "new").iter().map(|t| &t["headline"]).collect();
    assert!(headlines.contains(&&Value::from("Pier closed")), "{told:?}");
    let of_feed = of(&told, "new").into_iter().find(|t| t["headline"] != "Pier closed").unwrap();
    assert_eq!(of_feed["note"], "only the source's version of it: the server answers 403");
}

#[test]
fn pages_name_their_feeds_and_lists_their_pages() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    let page = "<html><head><link rel=alternate type='application/rss+xml' href='/feed'></head><body><p>Home</p></body></html>";
    site.put("/", Page::Body("text/html", page.to_owned()));
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier")]);
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    site.article(
        "/alone",
        "Pier closed",
        &["The pier at Lower Brenn was closed on Wednesday, the harbour office said.", MORE],
    );
    let map = format!(
        "<urlset><url><loc>{0}/mapped</loc></url><url><loc>{0}/old</loc><lastmod>2001-01-01</lastmod></url></urlset>",
        site.base
    );
    site.put("/sitemap.xml", Page::Body("application/xml", map));
    site.article(
        "/mapped",
        "Ferry raised",
        &["The ferry was raised on Thursday with two cranes, the harbour office said.", MORE],
    );
    fs::write(folder.path().join("pages.txt"), format!("# one\n{}\n", site.url("/alone"))).unwrap();
    let (code, told, err) = watch(folder.path(), &[&site.url("/"), &site.url("/sitemap.xml"), "pages.txt"]);
    let mut headlines: Vec<&str> = of(&told, "new").iter().map(|t| t["headline"].as_str().unwrap()).collect();
    headlines.sort_unstable();
    assert_eq!(
        headlines,
        ["Ferry raised", "Nine hurt as ferry strikes pier", "Pier closed"],
        "{told:?} {err}"
    );
    assert_eq!((code, site.count("/old")), (0, 0));
    assert_eq!(of(&told, "found")[0]["source"], site.url("/feed"));
    // The second time the feed is known, and the page is asked once more for feeds that are new.
    let (code, told, err) = watch(folder.path(), &[&site.url("/"), "pages.txt"]);
    assert_eq!((code, of(&told, "new").len(), site.count("/feed")), (0, 0, 2), "{told:?} {err}");
}

#[test]
fn a_page_that_is_watched_itself_is_fetched_once_a_look() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    let text = "The pier at Lower Brenn was closed on Wednesday, the harbour office said.";
    site.article("/alone", "Pier closed", &[text, MORE]);
    let page = site.url("/alone");
    let look =
        |seconds| watch(folder.path(), &[&page, "--look-again", "15m,1h", "--fast-clock", &at(seconds)]);
    let (code, told, err) = look(0);
    assert_eq!((code, of(&told, "new").len(), site.count("/alone")), (0, 1, 1), "{told:?} {err}");
    // What has not changed is asked for once, too, and that is the look that was due.
    let (code, told, err) = look(2000);
    assert_eq!((code, site.count("/alone")), (0, 2), "{told:?} {err}");
    assert_eq!(
        (site.asked().last().unwrap().status, &told.last().unwrap()["summary"]["looked"]),
        (304, &1.into())
    );
    // What a poll between two looks receives is used, and not fetched again when the look would have been due.
    site.article("/alone", "Pier closed again", &[text, MORE]);
    let (_, told, _) = look(3000);
    assert_eq!((of(&told, "revised").len(), site.count("/alone")), (1, 3), "{told:?}");
    let (_, told, _) = look(6500);
    assert_eq!((of(&told, "revised").len(), site.count("/alone")), (0, 4), "{told:?}");
    assert_eq!(told.last().unwrap()["summary"]["looked"], 0, "the wait has begun anew: {told:?}");
    // A look that fails is one request as well.
    site.put("/alone", Page::Status(500, String::new()));
    let (_, told, _) = look(9000);
    assert_eq!((of(&told, "failed").len(), site.count("/alone")), (1, 5), "{told:?}");
}

#[test]
fn a_page_that_was_looked_at_is_not_polled_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.article("/alone", "Pier closed", &[LEDE, MORE]);
    let page = site.url("/alone");
    let schedule = ["--look-again", "15m,10h", "--every", "1h"];
    let (code, _, err) =
        watch(folder.path(), &[&[&page[..], "--fast-clock", &at(0)], &schedule[..]].concat());
    assert_eq!((code, site.count("/alone")), (0, 1), "{err}");
    // The look is due, and the poll less than an hour later: some three seconds of this clock.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let clock = format!("{}:1001", (1001 * now - 2_000_001_000) / 1000);
    let mut child = command(folder.path())
        .args(schedule)
        .args([&page[..], "--fast-clock", &clock])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while site.count("/alone") < 2 && begun.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(100));
    }
    thread::sleep(Duration::from_secs(4));
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(site.count("/alone"), 2);
}

#[test]
fn the_day_of_a_change_that_a_feed_states_is_kept_for_its_pages() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    let feed = |day: &str| {
        let entry = format!(
            "<entry><title>Pier closed</title><link href='{}'/><updated>{day}T10:00:00Z</updated></entry>",
            site.url("/1")
        );
        let feed =
            format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>Coast Courier</title>{entry}</feed>");
        site.put("/feed", Page::Body("application/atom+xml", feed));
    };
    feed("2024-03-05");
    let page = format!(
        "<html><body><article><h1>Pier closed</h1><p>{LEDE}</p><p>{MORE}</p></article></body></html>"
    );
    site.put("/1", Page::Body("text/html", page));
    let look = |seconds| watch(folder.path(), &[&site.url("/feed"), "--fast-clock", &at(seconds)]);
    let (code, told, err) = look(0);
    assert_eq!((code, of(&told, "new").len()), (0, 1), "{told:?} {err}");
    let shown: Value = serde_json::from_str(&sayso(folder.path(), &["show", "1", "--json"])).unwrap();
    let said = shown["reading"]["report"]["diagnostics"].to_string();
    assert!(said.contains("only_change_dated") && said.contains("2024-03-05"), "{shown}");
    let source: Value = serde_json::from_str(&sayso(folder.path(), &["sources", "--json"])).unwrap();
    assert_eq!(source["only_change_dated"], 1, "{source}");
    // A later day is something new that the feed says: the page is looked at before its time.
    look(10);
    assert_eq!(site.count("/1"), 1);
    feed("2024-03-06");
    look(20);
    assert_eq!(site.count("/1"), 2);
}

#[test]
fn a_list_at_an_address_is_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    let lines = format!("# ours\n{} # the ferry\n/2\n{}\n", site.url("/1"), site.url("/1?utm_source=list"));
    site.put("/list.txt", Page::Body("text/plain", lines));
    let (code, told, err) = watch(folder.path(), &[&site.url("/list.txt")]);
    let new = of(&told, "new");
    assert_eq!(
        (code, new.len(), &new[0]["headline"]),
        (0, 1, &"Nine hurt as ferry strikes pier".into()),
        "{told:?} {err}"
    );
    let polled = of(&told, "polled")[0];
    assert_eq!((&polled["entries"], polled["left"].as_object().unwrap().len()), (&3.into(), 1), "{polled}");
}

#[test]
fn sources_have_their_feeds_title_and_can_be_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier")]);
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    let feed = site.url("/feed");
    watch(folder.path(), &[&feed]);
    let sources = || sayso(folder.path(), &["sources", "--json"]);
    let source: Value = serde_json::from_str(&sources()).unwrap();
    let title = source["title"].as_str().unwrap_or_default().to_owned();
    assert!(!title.is_empty(), "{source}");
    assert!(sayso(folder.path(), &["sources", "--format", "opml"]).contains(&format!("text=\"{title}\"")));
    sayso(folder.path(), &["sources", "--forget", &feed]);
    assert_eq!(sources(), "");
    assert_eq!(sayso(folder.path(), &["reports", "--json"]).lines().count(), 1, "its report stays");
}

#[test]
fn an_article_that_leads_to_the_front_page_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier")]);
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    site.article(
        "/",
        "Coast Courier",
        &["The council meets on Friday to vote on the bridge, its chair said.", MORE],
    );
    let feed = site.url("/feed");
    let look =
        |seconds| watch(folder.path(), &[&feed, "--look-again", "15m,1h", "--fast-clock", &at(seconds)]).1;
    assert_eq!(of(&look(0), "new").len(), 1);
    site.put("/1", Page::Status(301, format!("Location: {}\r\n", site.url("/"))));
    let told: Vec<Value> = [2000, 20_000, 90_000, 200_000].into_iter().flat_map(look).collect();
    assert_eq!(
        (of(&told, "new").len(), of(&told, "revised").len(), of(&told, "gone").len()),
        (0, 0, 1),
        "{told:?}"
    );
}

#[test]
fn folders_are_read_as_they_grow() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("in")).unwrap();
    fs::write(
        at.join("in/1.txt"),
        format!("title: Nine hurt\npublisher: Coast Courier\n\n{LEDE}\n\n{MORE}\n"),
    )
    .unwrap();
    fs::write(at.join("in/2.bin"), b"%PDF-1.4 \x00\x01").unwrap();
    let (code, told, err) = watch(at, &["in"]);
    assert_eq!((code, of(&told, "new").len(), of(&told, "failed").len()), (3, 1, 1), "{told:?} {err}");
    fs::write(
        at.join("in/3.txt"),
        "title: Pier closed\n\nThe pier at Lower Brenn was closed on Wednesday, the harbour office said.\n",
    )
    .unwrap();
    let (code, told, _) = watch(at, &["in"]);
    assert_eq!(
        (code, of(&told, "new").len()),
        (0, 1),
        "what could not be read is not tried again until it changes: {told:?}"
    );
}

#[test]
fn private_networks_are_refused_and_robots_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.feed("/feed", &[("/open/1", "Nine hurt as ferry strikes pier"), ("/closed/1", "Pier closed")]);
    site.article("/open/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    site.article(
        "/closed/1",
        "Pier closed",
        &["The pier was closed on Wednesday, the harbour office said.", MORE],
    );
    site.put("/robots.txt", Page::Body("text/plain", "User-agent: *\nDisallow: /closed/\n".to_owned()));
    let (_, told, _) = watch(folder.path(), &[&site.url("/feed")]);
    assert_eq!((of(&told, "new").len(), site.count("/closed/1")), (1, 0), "{told:?}");
    let other = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["watch", "--once", "--ledger"])
        .arg(other.path().join("l.db"))
        .arg(site.url("/feed"))
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(3) && err.contains("not on the public network"), "{err}");
}

#[test]
fn what_comes_over_the_network_names_nothing_on_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().canonicalize().unwrap();
    let site = Site::new();
    fs::create_dir(at.join("secret")).unwrap();
    fs::write(at.join("secret/s.txt"), format!("title: Secret\n\n{LEDE}\n")).unwrap();
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier")]);
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    let path = at.join("secret/s.txt");
    let path = path.to_str().unwrap();
    let outlines: String = [path, "secret", &format!("file://{path}"), "ftp://a.test/feed", "feed"]
        .iter()
        .map(|address| format!("<outline xmlUrl='{address}'/>"))
        .collect();
    let list = format!("<opml><body>{outlines}</body></opml>");
    site.put("/list.opml", Page::Body("text/xml", list));
    let (_, told, err) = watch(&at, &[&site.url("/list.opml")]);
    let new: Vec<&Value> = of(&told, "new").iter().map(|t| &t["headline"]).collect();
    assert_eq!(new, ["Nine hurt as ferry strikes pier"], "{told:?} {err}");
    let polled = of(&told, "polled");
    let list = polled.iter().find(|t| t["source"] == site.url("/list.opml")).unwrap();
    assert_eq!(list["left"]["no address that can be fetched"], 2, "{list}");
    // What an earlier version recorded is not read either, until somebody names it.
    let db = rusqlite::Connection::open(at.join("l.db")).unwrap();
    let args = (path, site.url("/list.opml"));
    db.execute("INSERT INTO watch_source (address, via) VALUES (?1, ?2)", args).unwrap();
    drop(db);
    let (code, told, err) = watch(&at, &[&site.url("/list.opml")]);
    assert!(
        code == 3 && of(&told, "new").is_empty() && told.iter().any(|t| t["origin"] == path),
        "{told:?} {err}"
    );
    let (_, told, err) = watch(&at, &[path]);
    assert_eq!(of(&told, "new").len(), 1, "{told:?} {err}");
}

#[test]
fn lists_on_disk_name_files_below_their_folder_only_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("secret.txt"), format!("title: Secret\n\n{LEDE}\n")).unwrap();
    fs::create_dir_all(at.join("lists/in")).unwrap();
    fs::write(at.join("lists/in/1.txt"), format!("title: Nine hurt\npublisher: Coast Courier\n\n{LEDE}\n"))
        .unwrap();
    let list = "<opml><body><outline xmlUrl='in'/><outline xmlUrl='../secret.txt'/></body></opml>";
    fs::write(at.join("lists/feeds.opml"), list).unwrap();
    let (code, told, err) = watch(at, &["lists/feeds.opml"]);
    let new: Vec<&Value> = of(&told, "new").iter().map(|t| &t["headline"]).collect();
    assert!(code == 3 && new == ["Nine hurt"], "{told:?} {err}");
    let failed = of(&told, "failed");
    assert!(failed[0]["origin"].as_str().unwrap().contains("../secret.txt"), "{failed:?}");
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["add", "lists/feeds.opml"])
        .current_dir(at)
        .env("SAYSO_LEDGER", at.join("other.db"))
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("list of feeds") && err.contains("sayso watch"), "{err}");
}

#[test]
fn a_live_blog_gives_each_block_once_and_an_edit_only_where_one_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    let first = (
        "2024-03-05T08:00:00Z",
        "Ferry strikes pier",
        "Two people were hurt when a ferry struck the pier, the coast guard said.",
    );
    let second = (
        "2024-03-05T09:00:00Z",
        "Five dead",
        "Five people were killed on the ferry, the harbour office of Lund said.",
    );
    let third = (
        "2024-03-05T10:00:00Z",
        "Toll rises",
        "Eight people were killed on the ferry, the harbour office of Lund said.",
    );
    let edited = (
        "2024-03-05T09:00:00Z",
        "Five dead",
        "Six people were killed on the ferry, the harbour office of Lund said.",
    );
    let page = |blocks: &[(&str, &str, &str)]| {
        let updates: Vec<String> = blocks
            .iter()
            .map(|(time, head, text)| {
                format!("{{\"datePublished\":\"{time}\",\"headline\":\"{head}\",\"articleBody\":\"{text}\"}}")
            })
            .collect();
        let page = format!(
            "<html><head><title>Ferry live</title><meta property='og:site_name' content='Coast Courier'>\
             <link rel=canonical href='{}'><script type='application/ld+json'>{{\"@type\":\"LiveBlogPosting\",\
             \"headline\":\"Ferry live\",\"liveBlogUpdate\":[{}]}}</script></head><body><h1>Ferry live</h1></body></html>",
            site.url("/live"),
            updates.join(",")
        );
        site.put("/live", Page::Body("text/html", page));
    };
    site.feed("/feed", &[("/live", "Ferry live")]);
    let feed = site.url("/feed");
    let look = |seconds| watch(folder.path(), &[&feed, "--fast-clock", &at(seconds)]).1;
    page(&[second, first]);
    assert_eq!(of(&look(0), "new").len(), 2);
    page(&[third, second, first]);
    let told = look(2_000);
    assert_eq!((of(&told, "new").len(), of(&told, "revised").len()), (1, 0), "{told:?}");
    page(&[third, edited, first]);
    let told = look(8_000);
    let revised = of(&told, "revised");
    assert_eq!((of(&told, "new").len(), revised.len()), (0, 1), "{told:?}");
    assert!(revised[0]["headline"] == "Five dead", "{revised:?}");
    let reports = sayso(folder.path(), &["reports", "--json"]);
    assert_eq!(reports.lines().count(), 3, "{reports}");
}

#[test]
fn a_watch_that_is_killed_at_any_instant_resumes_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    let names: Vec<(String, String)> =
        (0..12).map(|n| (format!("/{n}"), format!("Ferry {n} strikes pier"))).collect();
    let items: Vec<(&str, &str)> = names.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    site.feed("/feed", &items);
    for (n, (path, title)) in names.iter().enumerate() {
        site.article(path, title, &[&LEDE.replace("nine", &format!("{}", n + 20)), MORE]);
    }
    let feed = site.url("/feed");
    for n in 0..10 {
        let mut child = command(folder.path())
            .args([feed.as_str(), "--every", "1s"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(30 + 83 * n));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (_, told, err) = watch(folder.path(), &[&feed]);
    assert!(told.last().is_some_and(|t| t["summary"]["failed"] == 0), "{told:?} {err}");
    let reports = sayso(folder.path(), &["reports", "--json", "--all-revisions"]);
    let mut headlines: Vec<String> = reports
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap()["headline"].as_str().unwrap().to_owned())
        .collect();
    headlines.sort_unstable();
    let mut expected: Vec<String> = names.into_iter().map(|(_, t)| t).collect();
    expected.sort_unstable();
    assert_eq!(headlines, expected, "each once");
}

#[test]
fn two_watches_do_not_share_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.feed("/feed", &[]);
    let mut first = command(folder.path())
        .args([site.url("/feed").as_str(), "--every", "1s"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while site.count("/feed") == 0 && begun.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(20));
    }
    let (code, _, err) = watch(folder.path(), &[&site.url("/feed")]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(code == 1 && err.contains("another watch is running"), "{err}");
}

#[test]
fn an_address_is_read_and_edits_and_archives_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new();
    site.article("/1", "Nine hurt as ferry strikes pier", &[LEDE, MORE]);
    let read = sayso(folder.path(), &["read", &site.url("/1"), "--allow-private", "--json"]);
    let reading: Value = serde_json::from_str(&read).unwrap();
    assert_eq!(reading["report"]["head"]["url"]["value"], site.url("/1"));
    // Kept as evidence and verified.
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier")]);
    let look = |seconds| {
        watch(folder.path(), &[&site.url("/feed"), "--archive", "kept", "--fast-clock", &at(seconds)])
    };
    let (_, told, err) = look(0);
    assert_eq!(of(&told, "new").len(), 1, "{told:?} {err}");
    site.article("/1", "Nine hurt as ferry strikes pier", &[&LEDE.replace("nine", "eleven"), MORE]);
    let (_, told, _) = look(2000);
    let edit = &of(&told, "revised")[0]["edit"];
    let figure = edit["differences"].as_array().unwrap().iter().find(|d| d["of"] == "figure").unwrap();
    assert_eq!(
        (&figure["counts"], &figure["in_lede"], &edit["noted"]),
        (&"injured".into(), &true.into(), &false.into())
    );
    let verified = sayso(folder.path(), &["verify", "--archive", "kept"]);
    assert!(verified.starts_with("2 identical,"), "{verified}");
    let shown: Value = serde_json::from_str(&sayso(folder.path(), &["show", "2", "--json"])).unwrap();
    let record = shown["archived"]["record"].as_str().unwrap();
    for args in [
        &["show", "2"][..],
        &["reports", "--json"],
        &["export", "--format", "csv", "--what", "reports"],
        &["export", "--format", "prov"],
    ] {
        assert!(sayso(folder.path(), args).contains(record), "{args:?} name the report's record");
    }
    let line: Value =
        serde_json::from_str(sayso(folder.path(), &["reports", "--json"]).lines().next().unwrap()).unwrap();
    assert_eq!(line["archived"], shown["archived"]);
    let tables = folder.path().join("ged");
    sayso(folder.path(), &["export", "--format", "ucdp", "-o", tables.to_str().unwrap()]);
    let sources = fs::read_to_string(tables.join("sources.csv")).unwrap();
    assert!(sources.lines().next().unwrap().contains(",archived,"), "{sources}");
    let file = fs::read_dir(folder.path().join("kept")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let verified = sayso(folder.path(), &["verify", "--archive", "kept"]);
    assert!(verified.contains("1 different,"), "{verified}");
}
