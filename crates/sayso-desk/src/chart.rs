//! Series drawn: one line for each origin, in the terminal or as SVG.

use std::fmt::Write;

use sayso_model::{
    Date, Number,
    story::{Claim, Story},
};

use crate::words::{plain, what};

/// A value with its day and its bounds, as drawn.
struct Dot {
    day: Date,
    at: f64,
    low: f64,
    high: f64,
    label: String,
}

/// One origin's values.
struct Line {
    name: String,
    dots: Vec<Dot>,
}

fn lines(story: &Story, claim: &Claim) -> Vec<Line> {
    let number = |n: Option<Number>| n.map(Number::to_f64);
    claim
        .series
        .iter()
        .map(|s| Line {
            name: plain(s.name.as_deref().unwrap_or("nobody named")),
            dots: s
                .points
                .iter()
                .filter_map(|p| {
                    let v = &p.value;
                    let published = || story.reports.get(p.reports.first()?.mark.report)?.published;
                    let at = number(v.best.or(v.low).or(v.high))?;
                    let open = if v.low.is_some() && v.high.is_none() { "+" } else { "" };
                    let about = if v.approximate { "~" } else { "" };
                    Some(Dot {
                        day: p.as_of.or(p.on).or_else(published)?,
                        at,
                        low: number(v.low).unwrap_or(at),
                        high: number(v.high).unwrap_or(at),
                        label: format!("{about}{}{open}", v.best.or(v.low).or(v.high)?),
                    })
                })
                .collect(),
        })
        .filter(|l| !l.dots.is_empty())
        .collect()
}

/// Width of a bar in the terminal.
const BAR: f64 = 48.0;

/// The claims of a category as text: a bar for each value.
#[must_use]
pub fn text(story: &Story, claims: &[&Claim]) -> String {
    let mut out = String::new();
    for claim in claims {
        let lines = lines(story, claim);
        let top = lines.iter().flat_map(|l| &l.dots).map(|d| d.high.max(d.at)).fold(0.0, f64::max);
        if top <= 0.0 {
            continue;
        }
        let _ = writeln!(out, "{}", what(claim));
        for line in &lines {
            let _ = writeln!(out, "  {}", line.name);
            for dot in &line.dots {
                let cells = (dot.at / top * BAR).round().max(0.0) as usize;
                let _ = writeln!(out, "    {}  {:<48}  {}", dot.day, "█".repeat(cells.min(48)), dot.label);
            }
        }
    }
    out
}

/// Colours of lines, told apart by the colour-blind (Okabe and Ito 2008).
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/// The claims of a category as one SVG picture: time to the right, values upwards, whiskers for bounds.
#[must_use]
pub fn svg(story: &Story, title: &str, claims: &[&Claim]) -> String {
    let (width, height, left, bottom) = (900.0, 420.0, 80.0, 60.0);
    let all: Vec<(String, Line)> =
        claims.iter().flat_map(|c| lines(story, c).into_iter().map(|l| (what(c), l))).collect();
    let dots = || all.iter().flat_map(|(_, l)| &l.dots);
    let top = dots().map(|d| d.high.max(d.at)).fold(1.0, f64::max);
    let day = |d: Date| f64::from(d.year()) * 372.0 + f64::from(d.month()) * 31.0 + f64::from(d.day());
    let (first, last) = (dots().map(|d| d.day).min(), dots().map(|d| d.day).max());
    let (from, to) = (first.map_or(0.0, day), last.map_or(1.0, day));
    let x = |d: Date| left + (day(d) - from) / (to - from).max(1.0) * (width - left - 260.0);
    let y = |v: f64| height - bottom - v / top * (height - bottom - 50.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<title>{0}</title>\n<text x=\"{left}\" y=\"24\" font-size=\"16\">{0}</text>\n",
        escape(title)
    );
    for tick in 0..=4 {
        let value = top / 4.0 * f64::from(tick);
        let at = y(value);
        let _ = writeln!(
            out,
            "<line x1=\"{left}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value:.0}</text>",
            width - 260.0,
            left - 8.0,
            at + 4.0
        );
    }
    for day in [first, last].into_iter().flatten() {
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{day}</text>",
            x(day),
            height - bottom + 20.0
        );
    }
    for (n, (claim, line)) in all.iter().enumerate() {
        let colour = COLOURS.get(n % COLOURS.len()).copied().unwrap_or("#000000");
        let points: Vec<String> =
            line.dots.iter().map(|d| format!("{:.1},{:.1}", x(d.day), y(d.at))).collect();
        let _ =
            writeln!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\"/>", points.join(" "));
        for d in &line.dots {
            let at = x(d.day);
            let _ = writeln!(
                out,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\"/><circle cx=\"{at:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"{colour}\"><title>{}: {} ({})</title></circle><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                y(d.low),
                y(d.high),
                y(d.at),
                escape(&line.name),
                escape(&d.label),
                d.day,
                at + 6.0,
                y(d.at) - 6.0,
                escape(&d.label)
            );
        }
        let row = 50.0 + 16.0 * n as f64;
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{row}\" fill=\"{colour}\">{}</text>",
            width - 250.0,
            escape(&format!("{} ({claim})", line.name).chars().take(44).collect::<String>())
        );
    }
    out.push_str("</svg>\n");
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn names_cannot_break_the_picture() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
