//! The picture: time to the right, values upwards, a band or a whisker for bounds.

use std::fmt::Write;

use sayso_model::story::{Claim, Story, StoryMark};

use super::{Dot, Line, axis, lines};
use crate::words::{plain, what};

/// Where a value leads, and its words there.
#[derive(Debug, Clone)]
pub struct Linked {
    /// URL.
    pub href: String,
    /// Words of the report.
    pub words: String,
}

/// Says where a value leads; not used in a stand-alone file.
pub type Link<'l> = Option<&'l dyn Fn(StoryMark) -> Linked>;

/// Line colours that the colour-blind can distinguish (Okabe and Ito 2008).
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#6b6b6b"];
/// Line strokes, so that no line is identified by its colour alone.
const DASHES: [&str; 3] = ["none", "6 3", "2 3"];

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 250.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 36.0;
/// Lines drawn in one chart, those with the most reports; the others are counted.
const LINES: usize = 12;

/// Claims as one SVG picture: one chart each, with its own scale.
#[must_use]
pub fn svg(story: &Story, title: &str, claims: &[&Claim], link: Link<'_>) -> String {
    let charts: Vec<(String, Vec<Line>)> =
        claims.iter().map(|c| (what(c), lines(story, c))).filter(|(_, lines)| !lines.is_empty()).collect();
    let height = HEIGHT * charts.len().max(1) as f64;
    let title = escape(title);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\" \
         fill=\"currentColor\" role=\"group\" aria-label=\"{title}\">\n"
    );
    for (n, (name, lines)) in charts.iter().enumerate() {
        let _ = writeln!(out, "<g transform=\"translate(0 {})\">", HEIGHT * n as f64);
        let heading = if charts.len() > 1 { escape(name) } else { title.clone() };
        let _ = writeln!(out, "<text x=\"{LEFT}\" y=\"20\" font-size=\"15\">{heading}</text>");
        chart(&mut out, lines, link);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// The positions of values and days.
struct Scale {
    first: i64,
    last: i64,
    top: f64,
}

impl Scale {
    fn x(&self, day: i64) -> f64 {
        let wide = WIDTH - LEFT - RIGHT - 16.0;
        if self.first == self.last {
            return LEFT + wide / 2.0;
        }
        LEFT + (day - self.first) as f64 / (self.last - self.first) as f64 * wide
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - value / self.top * (HEIGHT - BOTTOM - TOP)
    }
}

fn chart(out: &mut String, all: &[Line], link: Link<'_>) {
    let mut shown: Vec<&Line> = all.iter().collect();
    shown.sort_by_key(|l| std::cmp::Reverse(l.dots.iter().map(|d| d.reports).sum::<usize>()));
    shown.truncate(LINES);
    let dots = || shown.iter().flat_map(|l| &l.dots);
    let days = || dots().map(|d| axis::number(d.day));
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return };
    let ticks = axis::values(dots().map(|d| d.high.max(d.at)).fold(f64::MIN_POSITIVE, f64::max));
    let scale = Scale { first, last, top: ticks.last().copied().unwrap_or(1.0) };
    axes(out, &scale, &ticks);
    for (n, line) in shown.iter().enumerate() {
        let colour = COLOURS.get(n % COLOURS.len()).copied().unwrap_or("currentColor");
        let dash = DASHES.get(n / COLOURS.len() % DASHES.len()).copied().unwrap_or("none");
        let _ = writeln!(out, "<g class=\"line line{}\" color=\"{colour}\">", n % COLOURS.len());
        drawn(out, &scale, line, dash, link);
        legend(out, n, line, dash);
        out.push_str("</g>\n");
    }
    if let Some(more) = all.len().checked_sub(shown.len()).filter(|more| *more > 0) {
        let y = TOP + 18.0 * shown.len() as f64;
        let _ = writeln!(out, "<text x=\"{}\" y=\"{y}\">and {more} more</text>", WIDTH - RIGHT + 30.0);
    }
}

fn axes(out: &mut String, scale: &Scale, ticks: &[f64]) {
    let right = WIDTH - RIGHT;
    for tick in ticks {
        let y = scale.y(*tick);
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"currentColor\" stroke-opacity=\".15\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 4.0,
            axis::short(*tick)
        );
    }
    let foot = HEIGHT - BOTTOM;
    let _ = writeln!(out, "<path d=\"M{LEFT} {TOP}V{foot}H{right}\" fill=\"none\" stroke=\"currentColor\"/>");
    for number in axis::days(scale.first, scale.last) {
        let x = scale.x(number);
        let day = axis::day(number).map(|d| d.to_string()).unwrap_or_default();
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {foot}v5\" stroke=\"currentColor\"/><text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{day}</text>",
            foot + 20.0
        );
    }
}

fn drawn(out: &mut String, scale: &Scale, line: &Line, dash: &str, link: Link<'_>) {
    let at = |d: &Dot, value: f64| format!("{:.1},{:.1}", scale.x(axis::number(d.day)), scale.y(value));
    if line.dots.len() > 1 {
        if line.dots.iter().any(|d| d.high > d.low) {
            let upper = line.dots.iter().map(|d| at(d, d.high));
            let lower = line.dots.iter().rev().map(|d| at(d, d.low));
            let points: Vec<String> = upper.chain(lower).collect();
            let _ = writeln!(
                out,
                "<polygon points=\"{}\" fill=\"currentColor\" fill-opacity=\".15\"/>",
                points.join(" ")
            );
        }
        let points: Vec<String> = line.dots.iter().map(|d| at(d, d.at)).collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" stroke-dasharray=\"{dash}\"/>",
            points.join(" ")
        );
    }
    for dot in &line.dots {
        value(out, scale, line, dot, link);
    }
}

/// One value: a dot, hollow if doubtful, with a whisker for its bounds and an arrow for an open bound.
fn value(out: &mut String, scale: &Scale, line: &Line, dot: &Dot, link: Link<'_>) {
    let (x, y) = (scale.x(axis::number(dot.day)), scale.y(dot.at));
    let linked = dot.mark.and_then(|mark| link.map(|link| link(mark)));
    let reports = if dot.reports == 1 { "1 report".to_owned() } else { format!("{} reports", dot.reports) };
    let words = linked.as_ref().map(|l| format!(": “{}”", plain(&l.words))).unwrap_or_default();
    let told = escape(&format!("{}, {}: {} ({reports}){words}", line.name, dot.day, dot.label));
    if let Some(linked) = &linked {
        let _ = write!(out, "<a href=\"{}\" aria-label=\"{told}\">", escape(&linked.href));
    }
    if dot.high > dot.low {
        let (low, high) = (scale.y(dot.low), scale.y(dot.high));
        let _ = write!(out, "<path d=\"M{x:.1} {low:.1}V{high:.1}\" stroke=\"currentColor\"/>");
    }
    if dot.open {
        let tip = y - 14.0;
        let _ = write!(
            out,
            "<path d=\"M{x:.1} {y:.1}V{tip:.1}m-3 4l3 -4l3 4\" fill=\"none\" stroke=\"currentColor\"/>"
        );
    }
    // The last values are in front of the names of the lines.
    let (beside, anchor) = if x > WIDTH - RIGHT - 60.0 { (-7.0, "end") } else { (7.0, "start") };
    let fill = if dot.doubtful { "none" } else { "currentColor" };
    let _ = write!(
        out,
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{fill}\" stroke=\"currentColor\" stroke-width=\"1.5\" pointer-events=\"all\"><title>{told}</title></circle>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
        x + beside,
        y - 6.0,
        escape(&dot.label)
    );
    out.push_str(if linked.is_some() { "</a>\n" } else { "\n" });
}

fn legend(out: &mut String, n: usize, line: &Line, dash: &str) {
    const LETTERS: usize = 32;
    let y = TOP + 18.0 * n as f64;
    let x = WIDTH - RIGHT + 6.0;
    let mut name: String = line.name.chars().take(LETTERS).collect();
    if line.name.chars().count() > LETTERS {
        name.push('…');
    }
    let _ = writeln!(
        out,
        "<path d=\"M{x} {:.1}h18\" stroke=\"currentColor\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>\
         <text x=\"{}\" y=\"{y}\">{}</text>",
        y - 4.0,
        x + 24.0,
        escape(&name)
    );
}

/// Text inside a picture. Names are already plain; words and titles are made plain here.
pub(super) fn escape(text: &str) -> String {
    plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn names_cannot_break_the_picture() {
        assert_eq!(escape("<a href=\"x\">&\u{202e}"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
