//! What the words mean.

use axum::response::Html;
use maud::html;

use crate::layout;

pub(crate) async fn page() -> Html<String> {
    let page = layout::page(
        "What the words mean",
        "",
        html! {
            dl.glossary {
                @for word in sayso_desk::glossary::words() { dt id=(word.id) { (word.word) } dd { (word.meaning) } }
            }
        },
    );
    Html(page.into_string())
}
