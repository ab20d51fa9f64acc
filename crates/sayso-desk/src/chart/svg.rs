//! The picture: time to the right, values upwards, a band or a whisker for bounds.

use std::fmt::Write;

use sayso_model::story::{Claim, StoryMark};

use super::{Dot, Line, axis, lines};
use crate::{
    Loaded,
    words::{plain, what},
};

/// Where a value leads, and its words there.
#[derive(Debug, Clone)]
pub struct Linked {
    /// URL.
    pub href: String,
    /// Words of the report.
    pub words: String,
    /// Which report it is.
    pub report: String,
}

/// Says where a value leads; not used in a stand-alone file.
pub type Link<'l> = Option<&'l dyn Fn(StoryMark) -> Linked>;

/// Line colours that the colour-blind can distinguish (Okabe and Ito 2008).
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#6b6b6b"];
/// Line strokes, so that no line is identified by its colour alone.
const DASHES: [&str; 3] = ["none", "6 3", "2 3"];

/// Lines drawn in one chart, those with the most reports; the others are counted.
const LINES: usize = 12;
/// Height of a line of the legend.
const NAME: f64 = 18.0;
/// Width of a character of 12 pixels, about.
const LETTER: f64 = 6.6;
/// Width of a day on the axis, with the room to its neighbours.
const DAY: f64 = 74.0;

/// The measures of a chart.
#[derive(Debug, Clone, Copy)]
struct Frame {
    width: f64,
    /// Height without a legend below.
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// Whether the names of the lines are below the chart; otherwise they are on its right.
    names_below: bool,
}

impl Frame {
    /// On a page: narrow enough that its text can be read on a telephone, where the chart is as wide as the screen. The page has
    /// the heading.
    const PAGE: Self = Self {
        width: 340.0,
        height: 220.0,
        left: 48.0,
        right: 22.0,
        top: 22.0,
        bottom: 34.0,
        names_below: true,
    };
    /// In a file of its own.
    const FILE: Self = Self {
        width: 900.0,
        height: 320.0,
        left: 64.0,
        right: 266.0,
        top: 44.0,
        bottom: 36.0,
        names_below: false,
    };

    fn foot(&self) -> f64 {
        self.height - self.bottom
    }

    /// The height of a chart with so many lines, some of which may only be counted.
    fn whole(&self, lines: usize) -> f64 {
        let names = lines.min(LINES + 1) as f64;
        self.height + if self.names_below { names * NAME + 6.0 } else { 0.0 }
    }
}

/// Claims as one SVG picture: one chart each, with its own scale.
#[must_use]
pub fn svg(loaded: &Loaded, title: &str, claims: &[&Claim], link: Link<'_>) -> String {
    let frame = if link.is_some() { Frame::PAGE } else { Frame::FILE };
    let charts: Vec<(String, Vec<Line>)> =
        claims.iter().map(|c| (what(c), lines(loaded, c))).filter(|(_, lines)| !lines.is_empty()).collect();
    let height: f64 = charts.iter().map(|(_, lines)| frame.whole(lines.len())).sum::<f64>().max(frame.height);
    let title = escape(title);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" font-family=\"sans-serif\" font-size=\"12\" \
         fill=\"currentColor\" role=\"group\" aria-label=\"{title}\">\n",
        frame.width
    );
    let mut down = 0.0;
    for (name, lines) in &charts {
        let _ = writeln!(out, "<g transform=\"translate(0 {down})\">");
        if link.is_none() {
            let heading = if charts.len() > 1 { escape(name) } else { title.clone() };
            let _ = writeln!(out, "<text x=\"{}\" y=\"20\" font-size=\"15\">{heading}</text>", frame.left);
        }
        chart(&mut out, frame, lines, link);
        out.push_str("</g>\n");
        down += frame.whole(lines.len());
    }
    out.push_str("</svg>\n");
    out
}

/// The positions of values and days.
struct Scale {
    frame: Frame,
    first: i64,
    last: i64,
    top: f64,
}

impl Scale {
    fn x(&self, day: i64) -> f64 {
        let wide = self.frame.width - self.frame.left - self.frame.right;
        if self.first == self.last {
            return self.frame.left + wide / 2.0;
        }
        self.frame.left + (day - self.first) as f64 / (self.last - self.first) as f64 * wide
    }

    fn y(&self, value: f64) -> f64 {
        self.frame.foot() - value / self.top * (self.frame.foot() - self.frame.top)
    }
}

/// A rectangle that is taken: left, top, right, bottom.
type Taken = (f64, f64, f64, f64);

fn meet(a: &Taken, b: &Taken) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

fn chart(out: &mut String, frame: Frame, all: &[Line], link: Link<'_>) {
    let mut shown: Vec<&Line> = all.iter().collect();
    shown.sort_by_key(|l| std::cmp::Reverse(l.dots.iter().map(|d| d.reports).sum::<usize>()));
    shown.truncate(LINES);
    let dots = || shown.iter().flat_map(|l| &l.dots);
    let days = || dots().map(|d| axis::number(d.day));
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return };
    // Zeros alone need a scale, too.
    let highest = dots().map(|d| d.high.max(d.at)).fold(0.0, f64::max);
    let ticks = axis::values(if highest > 0.0 { highest } else { 1.0 });
    let scale = Scale { frame, first, last, top: ticks.last().copied().unwrap_or(1.0) };
    axes(out, &scale, &ticks);
    let at = |dot: &Dot| (scale.x(axis::number(dot.day)), scale.y(dot.at));
    // No number is written over a dot or another number.
    let mut taken: Vec<Taken> = dots().map(&at).map(|(x, y)| (x - 5.0, y - 5.0, x + 5.0, y + 5.0)).collect();
    for (n, line) in shown.iter().enumerate() {
        let colour = COLOURS.get(n % COLOURS.len()).copied().unwrap_or("currentColor");
        let dash = DASHES.get(n / COLOURS.len() % DASHES.len()).copied().unwrap_or("none");
        let _ = writeln!(out, "<g class=\"line line{}\" color=\"{colour}\">", n % COLOURS.len());
        drawn(out, &scale, line, dash);
        for dot in &line.dots {
            let label = label(frame, &mut taken, at(dot), &dot.label);
            value(out, &scale, (line, dot), label, link);
        }
        legend(out, frame, n, line, dash);
        out.push_str("</g>\n");
    }
    if let Some(more) = all.len().checked_sub(shown.len()).filter(|more| *more > 0) {
        let (x, y) = name_at(frame, shown.len());
        let _ = writeln!(out, "<text x=\"{}\" y=\"{y}\">and {more} more</text>", x + 24.0);
    }
}

/// Where a dot's number is written, by its left edge and its base line; nowhere if there is no room next to the dot.
fn label(frame: Frame, taken: &mut Vec<Taken>, (x, y): (f64, f64), text: &str) -> Option<(f64, f64)> {
    let wide = text.chars().count() as f64 * LETTER;
    let sides = [
        (x + 7.0, y - 6.0),
        (x - 7.0 - wide, y - 6.0),
        (x - wide / 2.0, y - 9.0),
        (x + 7.0, y + 14.0),
        (x - 7.0 - wide, y + 14.0),
        (x - wide / 2.0, y + 18.0),
    ];
    let found = sides.into_iter().find_map(|(left, base)| {
        let own = (left, base - 10.0, left + wide, base + 2.0);
        let edge = if frame.names_below { frame.width } else { frame.width - frame.right + 10.0 };
        let inside =
            own.0 > frame.left + 1.0 && own.2 < edge - 1.0 && own.1 > 0.0 && own.3 < frame.foot() - 1.0;
        (inside && !taken.iter().any(|other| meet(&own, other))).then_some((left, base, own))
    });
    let (left, base, own) = found?;
    taken.push(own);
    Some((left, base))
}

fn axes(out: &mut String, scale: &Scale, ticks: &[f64]) {
    let frame = scale.frame;
    let (left, top, foot) = (frame.left, frame.top, frame.foot());
    let right = frame.width - frame.right + if frame.names_below { 12.0 } else { 16.0 };
    for tick in ticks {
        let y = scale.y(*tick);
        let _ = writeln!(
            out,
            "<path d=\"M{left} {y:.1}H{right}\" stroke=\"currentColor\" stroke-opacity=\".15\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 8.0,
            y + 4.0,
            axis::short(*tick)
        );
    }
    let _ = writeln!(out, "<path d=\"M{left} {top}V{foot}H{right}\" fill=\"none\" stroke=\"currentColor\"/>");
    let mut behind = f64::MIN;
    for number in axis::days(scale.first, scale.last) {
        let x = scale.x(number);
        let day = axis::day(number).map(|d| d.to_string()).unwrap_or_default();
        let _ = writeln!(out, "<path d=\"M{x:.1} {foot}v5\" stroke=\"currentColor\"/>");
        let middle = x.clamp(DAY / 2.0, frame.width - DAY / 2.0);
        if middle - DAY / 2.0 >= behind {
            behind = middle + DAY / 2.0;
            let _ = writeln!(
                out,
                "<text x=\"{middle:.1}\" y=\"{}\" text-anchor=\"middle\">{day}</text>",
                foot + 20.0
            );
        }
    }
}

/// The line through an origin's values, and the band of their bounds.
fn drawn(out: &mut String, scale: &Scale, line: &Line, dash: &str) {
    let at = |d: &Dot, value: f64| format!("{:.1},{:.1}", scale.x(axis::number(d.day)), scale.y(value));
    if line.dots.len() < 2 {
        return;
    }
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
    // Values that nobody is named for may be anybody's: no line joins them.
    if line.named {
        let points: Vec<String> = line.dots.iter().map(|d| at(d, d.at)).collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" stroke-dasharray=\"{dash}\"/>",
            points.join(" ")
        );
    }
}

/// One value: a dot, hollow if doubtful, square if a person decided it, with a whisker for its bounds and an arrow for an open
/// bound.
fn value(
    out: &mut String,
    scale: &Scale,
    (line, dot): (&Line, &Dot),
    label: Option<(f64, f64)>,
    link: Link<'_>,
) {
    let (x, y) = (scale.x(axis::number(dot.day)), scale.y(dot.at));
    let linked = dot.mark.and_then(|mark| link.map(|link| link(mark)));
    let reports = if dot.reports == 1 { "1 report".to_owned() } else { format!("{} reports", dot.reports) };
    let words = linked.as_ref().map(|l| format!(": “{}”, {}", plain(&l.words), l.report)).unwrap_or_default();
    let decided = dot.decided.as_ref().map(|why| format!(", {why}")).unwrap_or_default();
    let told = escape(&format!("{}, {}: {} ({reports}{decided}){words}", line.name, dot.day, dot.label));
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
    let fill = if dot.doubtful { "none" } else { "currentColor" };
    let looks =
        format!("fill=\"{fill}\" stroke=\"currentColor\" stroke-width=\"1.5\" pointer-events=\"all\"");
    let _ = if dot.decided.is_some() {
        write!(
            out,
            "<rect class=\"dot\" x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\" {looks}><title>{told}</title></rect>",
            x - 4.5,
            y - 4.5
        )
    } else {
        write!(
            out,
            "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" {looks}><title>{told}</title></circle>"
        )
    };
    if let Some((left, base)) = label {
        let _ = write!(out, "<text x=\"{left:.1}\" y=\"{base:.1}\">{}</text>", escape(&dot.label));
    }
    out.push_str(if linked.is_some() { "</a>\n" } else { "\n" });
}

/// Where the name of a line is: its left edge and its base line.
fn name_at(frame: Frame, n: usize) -> (f64, f64) {
    if frame.names_below {
        (8.0, frame.height + NAME * n as f64 + 10.0)
    } else {
        (frame.width - frame.right + 22.0, frame.top + NAME * n as f64)
    }
}

fn legend(out: &mut String, frame: Frame, n: usize, line: &Line, dash: &str) {
    let (x, y) = name_at(frame, n);
    let letters = ((frame.width - x - 24.0) / LETTER) as usize;
    let mut name: String = line.name.chars().take(letters).collect();
    if line.name.chars().count() > letters {
        name.pop();
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
    use sayso_model::Date;

    use super::{Dot, Frame, Line, chart, escape};

    fn line(name: &str, values: &[(&str, f64)]) -> Line {
        let dot = |(day, at): &(&str, f64)| Dot {
            day: Date::parse(day).unwrap(),
            at: *at,
            low: *at,
            high: *at,
            open: false,
            doubtful: false,
            label: at.to_string(),
            mark: None,
            reports: 1,
            decided: None,
        };
        Line { name: name.to_owned(), named: true, dots: values.iter().map(dot).collect() }
    }

    fn drawn(lines: &[Line]) -> String {
        let mut out = String::new();
        chart(&mut out, Frame::PAGE, lines, None);
        out
    }

    #[test]
    fn names_cannot_break_the_picture() {
        assert_eq!(escape("<a href=\"x\">&\u{202e}"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }

    #[test]
    fn zeros_have_an_axis_of_their_own() {
        let picture = drawn(&[line("A", &[("2025-01-01", 0.0), ("2025-01-02", 0.0)])]);
        assert_eq!(picture.matches(">0</text>").count(), 3, "one on the axis, one at each dot: {picture}");
        assert!(picture.contains(">1</text>"), "{picture}");
    }

    #[test]
    fn numbers_are_not_written_over_each_other() {
        let near = [("2025-01-01", 100.0), ("2025-01-02", 101.0)];
        let lines: Vec<Line> = (0..6).map(|n| line(&n.to_string(), &near)).collect();
        let written = drawn(&lines).matches(">100</text>").count();
        // One is on the axis.
        assert!((1..5).contains(&written), "{written} of six at one place");
    }

    #[test]
    fn a_decided_value_is_a_square_that_says_so() {
        let mut decided = line("A", &[("2025-01-01", 3.0)]);
        for dot in &mut decided.dots {
            dot.decided = Some("corrected by ida".to_owned());
        }
        let picture = drawn(&[decided]);
        assert!(picture.contains("<rect") && picture.contains("corrected by ida"), "{picture}");
    }
}
