//! Alerts as lines of JSON and as a feed.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

use sayso_ledger::KeptAlert;
use serde_json::Value;

use super::webhook::id;

/// Bytes at a file's end that are searched for an alert that was written but not recorded.
const TAIL: u64 = 1 << 20;

/// Appends an alert to a file, unless it is already there; it is on disk when this returns.
pub(super) fn append(path: &Path, alert: &KeptAlert) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    let id = id(alert);
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL))).map_err(failed)?;
    let mut tail = Vec::new();
    Read::by_ref(&mut file).take(TAIL).read_to_end(&mut tail).map_err(failed)?;
    let tail = String::from_utf8_lossy(&tail);
    if tail.lines().any(|line| line.contains(&format!("\"id\":\"{id}\"")) && line.ends_with('}')) {
        return Ok(());
    }
    let mut value: Value = serde_json::from_str(&alert.body).map_err(|e| e.to_string())?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("id".to_owned(), id.into());
        fields.insert("at".to_owned(), sayso_ingest::head::instant(alert.at.unsigned_abs()).into());
    }
    // A line truncated by a kill gets a line of its own.
    let begin = if tail.is_empty() || tail.ends_with('\n') { "" } else { "\n" };
    file.write_all(format!("{begin}{value}\n").as_bytes()).map_err(failed)?;
    file.sync_data().map_err(failed)
}

/// Replaces the feed file with a feed of alerts, the newest first.
pub(super) fn feed(path: &Path, title: &str, alerts: &[KeptAlert]) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(atom(title, alerts).as_bytes()).and_then(|()| file.sync_data()).map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)
}

fn atom(title: &str, alerts: &[KeptAlert]) -> String {
    let at = |alert: &KeptAlert| sayso_ingest::head::instant(alert.at.unsigned_abs());
    let updated = alerts.first().map_or_else(|| sayso_ingest::head::instant(0), at);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{}</title>\n\
         <id>urn:sayso:alerts</id>\n<updated>{updated}</updated>\n<author><name>sayso</name></author>\n",
        escaped(title)
    );
    for alert in alerts {
        let body: Value = serde_json::from_str(&alert.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let link = body.pointer("/lines/0/url").and_then(Value::as_str);
        let link = link.map(|url| format!("<link href=\"{}\"/>\n", escaped(url))).unwrap_or_default();
        out.push_str(&format!(
            "<entry>\n<title>{}</title>\n<id>urn:sayso:{}</id>\n<updated>{}</updated>\n{link}<content type=\"text\">{}</content>\n</entry>\n",
            escaped(&text("why")),
            id(alert),
            at(alert),
            escaped(&super::super::text(&body))
        ));
    }
    out.push_str("</feed>\n");
    out
}

fn escaped(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() || *c == '\n');
    let text: String = kept.collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::{fs, ops::ControlFlow};

    use sayso_ingest::{Item, Limits, source};
    use sayso_ledger::KeptAlert;
    use sayso_model::Head;

    use super::{append, feed};

    fn alert(key: &str) -> KeptAlert {
        let body = format!(
            "{{\"key\":\"{key}\",\"rule\":\"toll\",\"why\":\"the figure of killed <has> reached 9\",\"label\":\"Ferry & pier\",\
             \"before\":null,\"lines\":[{{\"text\":\"Nine died.\",\"outlet\":\"Coast Courier\",\"url\":\"https://a.test/1?a=1&b=2\",\
             \"chain\":[\"harbour office\"]}}]}}"
        );
        KeptAlert {
            id: 1,
            key: key.to_owned(),
            at: 1_700_000_000,
            rule: "toll".to_owned(),
            story: Some(1),
            body,
        }
    }

    #[test]
    fn lines_are_written_once_whatever_was_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.jsonl");
        append(&path, &alert("a")).unwrap();
        append(&path, &alert("a")).unwrap();
        fs::write(&path, fs::read_to_string(&path).unwrap() + "{\"half").unwrap();
        append(&path, &alert("b")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(lines[2]).unwrap()["key"] == "b");
    }

    #[test]
    fn a_feed_reader_accepts_the_feed_of_alerts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.xml");
        feed(&path, "Alerts & more", &[alert("b"), alert("a")]).unwrap();
        let bytes = fs::read(&path).unwrap();
        let mut links = Vec::new();
        source::open("a", "a", bytes.as_slice(), &Head::default(), None, &Limits::default(), &mut |item| {
            if let Item::Link(link) = item {
                links.push((link.url, link.known.headline.unwrap().value));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(links.len(), 2);
        assert_eq!(
            links[0],
            ("https://a.test/1?a=1&b=2".to_owned(), "the figure of killed <has> reached 9".to_owned())
        );
    }
}
