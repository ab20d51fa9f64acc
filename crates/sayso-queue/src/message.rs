//! A piece of a source as a message: its bytes are the body, everything else is in a header.

use std::collections::HashMap;

use async_nats::{HeaderMap, jetstream::message::PublishMessage};
use sayso_ingest::Piece;

/// What is known about the bytes, as JSON.
const PIECE: &str = "Sayso-Piece";

/// A message for a piece, with further headers.
pub(crate) fn of(piece: &Piece, id: &str, headers: HashMap<String, String>) -> PublishMessage {
    // A piece consists of names and dates: it can always be serialised.
    let known = serde_json::to_string(piece).unwrap_or_default();
    let mut all = HeaderMap::new();
    all.insert(PIECE, known.as_str());
    for (name, value) in headers {
        all.insert(name.as_str(), value.as_str());
    }
    PublishMessage::build().headers(all).message_id(id).payload(piece.bytes.clone().into())
}

/// The piece in a message, or why there is none.
pub(crate) fn piece(headers: Option<&HeaderMap>, bytes: &[u8]) -> Result<Piece, String> {
    let known = headers.and_then(|headers| headers.get(PIECE));
    let known = known.ok_or_else(|| format!("the message has no header {PIECE}"))?;
    let piece: Piece =
        serde_json::from_str(known.as_str()).map_err(|e| format!("the header {PIECE} is not valid: {e}"))?;
    Ok(Piece { bytes: bytes.to_vec(), ..piece })
}

#[cfg(test)]
mod tests {
    use async_nats::HeaderMap;
    use sayso_ingest::{Form, Piece};

    use super::{PIECE, piece};

    #[test]
    fn a_piece_comes_back_as_it_was() {
        let mut sent = Piece::new("a/Łódź\n.txt", Form::Html, b"<p>\xff".to_vec());
        sent.fetched_at = Some("2025-01-02T03:04:05Z".to_owned());
        let mut headers = HeaderMap::new();
        headers.insert(PIECE, serde_json::to_string(&sent).unwrap().as_str());
        assert_eq!(piece(Some(&headers), &sent.bytes), Ok(sent));
    }

    #[test]
    fn what_is_no_piece_says_why() {
        assert!(piece(None, b"x").unwrap_err().contains("no header"));
        let mut headers = HeaderMap::new();
        headers.insert(PIECE, "{\"form\": \"hologram\"}");
        assert!(piece(Some(&headers), b"x").unwrap_err().contains("is not valid"));
    }
}
