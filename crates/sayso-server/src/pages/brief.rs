//! The brief of a story as a file.

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use sayso_brief::{Brief, render};
use sayso_model::Date;
use serde::Deserialize;

use crate::{error::Failed, layout::clean, state::Desk};

/// Formats of a brief: extension, name, content type.
const FORMS: [(&str, &str, &str); 4] = [
    ("md", "Markdown", "text/markdown; charset=utf-8"),
    ("html", "HTML", "text/html; charset=utf-8"),
    ("txt", "text", "text/plain; charset=utf-8"),
    ("json", "JSON", "application/json"),
];

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    form: String,
    #[serde(default)]
    as_of: String,
}

pub(crate) async fn file(
    State(desk): State<Desk>,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let day = super::export::day(&asked.as_of)?;
    let form = FORMS.into_iter().find(|(ending, ..)| *ending == asked.form);
    let (ending, _, kind) =
        form.ok_or_else(|| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, "no such form"))?;
    let told = desk.told(id, day).await?;
    let written = written(&told.brief, ending)?;
    let disposition = format!("attachment; filename=\"sayso-story-{id}.{ending}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], written)
        .into_response())
}

fn written(brief: &Brief, ending: &str) -> Result<String, Failed> {
    Ok(match ending {
        "json" => serde_json::to_string_pretty(&render::json(brief)?)?,
        "html" => render::html(brief),
        "md" => clean(&render::markdown(brief)),
        _ => clean(&render::text(brief)),
    })
}

/// Links to the brief in each format.
pub(super) fn links(id: i64, day: Option<Date>) -> Markup {
    let as_of = day.map(|day| format!("&as_of={day}")).unwrap_or_default();
    html! {
        p.note {
            "Save the brief as "
            @for (n, (ending, name, _)) in FORMS.iter().enumerate() {
                @if n > 0 { ", " }
                a href=(format!("/story/{id}/brief?form={ending}{as_of}")) download { (name) }
            }
        }
    }
}
