//! What charts are drawn with: lines, marks and texts on a sheet of fixed width, as SVG.
//!
//! Invariants: coordinates are whole hundredths of a pixel, calculated without floats but where a value is one; nothing has an id but
//! title and description, whose numbers the page gives; no text is cut by the edge in the fonts that documents name; there is no
//! character that XML forbids.

use maud::{Markup, html};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::domain::content::Language;

/// Hundredths of a pixel.
pub(super) type Hundredths = i64;

/// A pixel.
pub(super) const PX: Hundredths = 100;
/// How wide every chart is. On a screen of 400 pixels its texts are then still read.
pub(super) const WIDTH: Hundredths = 420 * PX;
/// How wide a column of a terminal is at most in these fonts: a Chinese character has two.
pub(super) const COLUMN: Hundredths = 720;
/// From one line of text to the next.
pub(super) const LINE: Hundredths = 16 * PX;

const FAMILIES: &str = "Noto Sans, Noto Sans SC, Noto Sans JP, PingFang SC, Microsoft YaHei, sans-serif";

/// The colour of texts and axes: contrast 17 to 1 on white.
pub(super) const INK: &str = "#1b1b1b";
/// That of lines which only help to read: 4.6 to 1.
pub(super) const HELP: &str = "#757575";
/// That of what is shown: 6.3 to 1.
pub(super) const BLUE: &str = "#1f5fa8";
/// That of a second row, and of what stands out: 6.9 to 1.
pub(super) const BROWN: &str = "#8a3b12";
/// That of a third row: 6.6 to 1.
pub(super) const GREEN: &str = "#2b6033";
/// Within the limits of an interval.
pub(super) const BAND: &str = "#cfe0f3";

/// What a chart is called, where it stands, and in which language.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The number of its table, which no other chart of the page has.
    pub number: &'a str,
    /// The title of its table.
    pub title: &'a str,
    pub language: Language,
}

/// A chart.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The whole of it, with its title and description.
    pub svg: Markup,
    /// What it is called.
    pub title: String,
    /// What it shows, for who does not see it.
    pub description: String,
    /// What of its table it leaves out, for all to read.
    pub left_out: Option<String>,
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The form of a mark; told apart without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Circle,
    Square,
    Triangle,
    Tick,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) color: &'static str,
    /// In hundredths of a pixel.
    pub(super) width: Hundredths,
    /// Lengths of dashes and gaps; empty for a whole line.
    pub(super) dashes: &'static str,
}

/// An axis.
pub(super) const AXIS: Stroke = Stroke { color: INK, width: PX, dashes: "" };
/// A line at a division of an axis.
pub(super) const GRID: Stroke = Stroke { color: "#d5d8dc", width: PX, dashes: "" };

impl Frame<'_> {
    /// The text in the language of the chart.
    pub(super) fn said<'t>(&self, english: &'t str, chinese: &'t str) -> &'t str {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// What the chart is called: which kind it is, and its table.
    pub(super) fn title(&self, english: &str, chinese: &str) -> String {
        match self.language {
            Language::English => format!("{english}: {}", self.title),
            Language::Chinese => format!("{chinese}：{}", self.title),
        }
    }

    /// A thing and what is said of it, several times.
    pub(super) fn list<'t>(&self, pairs: impl IntoIterator<Item = (&'t str, String)>) -> String {
        let (colon, separator) = match self.language {
            Language::English => (": ", "; "),
            Language::Chinese => ("：", "；"),
        };
        let pairs = pairs.into_iter().map(|(name, value)| format!("{}{colon}{value}", clean(name)));
        pairs.collect::<Vec<_>>().join(separator)
    }

    /// That the chart has not all rows, if it has not.
    pub(super) fn first_rows(&self, shown: usize, all: usize) -> Option<String> {
        match self.language {
            _ if shown >= all => None,
            Language::English => Some(format!("The chart shows the first {shown} of {all} rows.")),
            Language::Chinese => Some(format!("图中仅显示前{shown}行，共{all}行。")),
        }
    }

    /// A share in percent, of ten-thousandths.
    pub(super) fn percent(&self, share: u64) -> String {
        let number = match (share / 100, share % 100) {
            (whole, 0) => whole.to_string(),
            (whole, rest) if rest % 10 == 0 => format!("{whole}.{}", rest / 10),
            (whole, rest) => format!("{whole}.{rest:02}"),
        };
        match self.language {
            Language::English => format!("{number} %"),
            Language::Chinese => format!("{number}%"),
        }
    }
}

/// What is drawn, in its order.
#[derive(Debug, Default)]
pub(super) struct Canvas(Vec<Markup>);

impl Canvas {
    pub(super) fn line(&mut self, from: [Hundredths; 2], to: [Hundredths; 2], stroke: Stroke) {
        let Stroke { color, width, dashes } = stroke;
        self.0.push(html! {
            line x1=(px(from[0])) y1=(px(from[1])) x2=(px(to[0])) y2=(px(to[1]))
                stroke=(color) stroke-width=(px(width)) stroke-dasharray=[some(dashes)] {}
        });
    }

    /// A line through all points.
    pub(super) fn path(&mut self, points: &[[Hundredths; 2]], stroke: Stroke) {
        let Stroke { color, width, dashes } = stroke;
        self.0.push(html! {
            path d=(through(points)) fill="none" stroke=(color) stroke-width=(px(width))
                stroke-dasharray=[some(dashes)] stroke-linejoin="round" {}
        });
    }

    /// What lies within all points.
    pub(super) fn area(&mut self, points: &[[Hundredths; 2]], fill: &str) {
        self.0.push(html! { path d=(format!("{} Z", through(points))) fill=(fill) {} });
    }

    pub(super) fn rect(
        &mut self,
        at: [Hundredths; 2],
        size: [Hundredths; 2],
        fill: &str,
        edge: Option<&str>,
    ) {
        // Of no size it is none: SVG knows no such rectangle.
        if size.contains(&0) {
            return;
        }
        self.0.push(html! {
            rect x=(px(at[0])) y=(px(at[1])) width=(px(size[0])) height=(px(size[1]))
                fill=(fill) stroke=[edge] {}
        });
    }

    pub(super) fn text(&mut self, at: [Hundredths; 2], anchor: Anchor, text: &str) {
        self.colored_text(at, anchor, text, INK);
    }

    pub(super) fn colored_text(&mut self, at: [Hundredths; 2], anchor: Anchor, text: &str, color: &str) {
        let anchor = match anchor {
            Anchor::Start => None,
            Anchor::Middle => Some("middle"),
            Anchor::End => Some("end"),
        };
        self.0.push(html! {
            text x=(px(at[0])) y=(px(at[1])) text-anchor=[anchor] fill=(color) { (clean(text)) }
        });
    }

    /// A text that is read from below.
    pub(super) fn upright_text(&mut self, at: [Hundredths; 2], text: &str) {
        let (x, y) = (px(at[0]), px(at[1]));
        self.0.push(html! {
            text x=(x) y=(y) transform=(format!("rotate(-90 {x} {y})")) fill=(INK) { (clean(text)) }
        });
    }

    /// A mark around its place, filled or hollow.
    pub(super) fn mark(&mut self, at: [Hundredths; 2], mark: Mark, color: &str, is_filled: bool) {
        let [x, y] = at;
        let (fill, edge) = (if is_filled { color } else { "#ffffff" }, color);
        self.0.push(match mark {
            Mark::Circle => html! {
                circle cx=(px(x)) cy=(px(y)) r="3.50" fill=(fill) stroke=(edge) stroke-width="1.50" {}
            },
            Mark::Square => html! {
                rect x=(px(x - 350)) y=(px(y - 350)) width="7.00" height="7.00" fill=(fill) stroke=(edge)
                    stroke-width="1.50" {}
            },
            Mark::Triangle => html! {
                path d=(format!("{} Z", through(&[[x, y - 450], [x + 420, y + 320], [x - 420, y + 320]])))
                    fill=(fill) stroke=(edge) stroke-width="1.50" {}
            },
            Mark::Tick => html! {
                line x1=(px(x)) y1=(px(y - 500)) x2=(px(x)) y2=(px(y + 500)) stroke=(edge) stroke-width="1.50" {}
            },
        });
    }

    /// The chart, of this height.
    pub(super) fn drawn(
        self,
        frame: &Frame<'_>,
        height: Hundredths,
        title: String,
        description: String,
        left_out: Option<String>,
    ) -> Drawn {
        let (width, height) = (whole(WIDTH), whole(height));
        let number = frame.number;
        let ids = [format!("chart-{number}-title"), format!("chart-{number}-description")];
        let description = match &left_out {
            Some(left_out) => format!("{left_out} {description}"),
            None => description,
        };
        let svg = html! {
            svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox=(format!("0 0 {width} {height}"))
                width=(width) height=(height) font-family=(FAMILIES) font-size="12"
                aria-labelledby=(ids.join(" "))
            {
                title id=(ids[0]) { (clean(&title)) }
                desc id=(ids[1]) { (clean(&description)) }
                @for part in &self.0 { (part) }
            }
        };
        Drawn { svg, title, description, left_out }
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn through(points: &[[Hundredths; 2]]) -> String {
    let mut path = String::new();
    for (index, [x, y]) in points.iter().enumerate() {
        let begins = if index == 0 { "M" } else { " L" };
        path.push_str(&format!("{begins}{} {}", px(*x), px(*y)));
    }
    path
}

/// Pixels with two decimals.
fn px(hundredths: Hundredths) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100)
}

/// Whole pixels, rounded up.
fn whole(hundredths: Hundredths) -> i64 {
    (hundredths + PX - 1) / PX
}

/// Without what XML has no form for.
fn clean(text: &str) -> String {
    let allowed = |character: char| !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|character| if allowed(character) { character } else { ' ' }).collect()
}

/// How wide a text is at most.
pub(super) fn width(text: &str) -> Hundredths {
    i64::try_from(text.width()).unwrap_or(i64::MAX / COLUMN).saturating_mul(COLUMN)
}

/// The text, or its beginning where it is wider than that.
pub(super) fn shortened(text: &str, most: Hundredths) -> String {
    let columns = usize::try_from(most / COLUMN).unwrap_or(0).max(2);
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut taken = 0;
    let beginning: String = text
        .chars()
        .take_while(|character| {
            taken += character.width().unwrap_or(0);
            taken < columns
        })
        .collect();
    format!("{}…", beginning.trim_end())
}
