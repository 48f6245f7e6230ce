//! Charts, as SVG for pages and paper alike: each is drawn from a table, which stands beside it.
//!
//! Invariants: the same table gives the same bytes; there is nothing in a chart that its table does not say; each has a title, and a
//! description that says what it shows; nothing is told by colour alone.

pub mod bars;
mod canvas;
pub mod control_chart;
pub mod funnel_plot;
pub mod heat_map;
mod proportions;
mod scale;
pub mod survival_curve;
pub mod time_series;

pub use canvas::{Drawn, Frame};

use crate::domain::content::{Language, Table};

/// How a table becomes a chart.
type Draw = fn(&Table, &Frame<'_>) -> Option<Drawn>;

/// By which chart a table of this id is shown; a table of any other id has bars, where its first values are counts.
const CHARTS: &[(&str, Draw)] = &[
    ("by_month", time_series::draw),
    ("waiting", survival_curve::draw),
    ("reaction_matrix", heat_map::draw),
    // Of import control: bodies, and months.
    ("false_pass", funnel_plot::draw),
    ("unsafe_by_month", control_chart::draw),
];

/// Tables whose rows are no parts of a whole that bars would compare.
const WITHOUT: &[&str] = &[
    "stages",
    "stages_net",
    "takedown",
    "reactions",
    "own_deadlines",
    "deadlines_of_partners",
    "suspensions_due",
    "bodies_by_verdict",
    "shadows",
    "models",
    "capacity",
    "plan_days",
    "reliability",
    "coming_activities",
    "actions_due",
];

/// The chart of a table; none where there is none to draw.
#[must_use]
pub fn chart(table: &Table, number: &str, language: Language) -> Option<Drawn> {
    if WITHOUT.contains(&table.id) {
        return None;
    }
    let draw = CHARTS.iter().find(|(id, _)| *id == table.id).map_or(bars::draw as Draw, |(_, draw)| *draw);
    draw(table, &Frame { number, title: table.title.in_language(language), language })
}
