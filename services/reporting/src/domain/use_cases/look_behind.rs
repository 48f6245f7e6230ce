//! Finds the records behind a figure of a report.

use jiff::Timestamp;

use super::ReportBasis;
use crate::domain::{
    DomainError,
    error::Refusal,
    facts::Fact,
    figures::{Behind, FigureCases, FigureCell},
    model::{Report, ReportTemplate},
    records::Record,
};

/// A page of records behind a figure.
#[derive(Clone, Debug)]
pub struct BehindPage {
    pub cases: Vec<Behind>,
    /// What is counted of all of them.
    pub counted: u64,
}

/// Finds the records behind a figure.
pub struct LookBehind<'a> {
    pub basis: &'a ReportBasis<'a>,
    pub cell: &'a FigureCell,
}

impl LookBehind<'_> {
    /// Refuses a report whose figures have no records behind them, and gives up to when cases count in it.
    ///
    /// # Errors
    /// That nothing was made of it yet, that it was made for others, that it is a bulletin.
    pub fn cut_of(report: &Report) -> Result<Timestamp, DomainError> {
        let refused = |remedy: &str| Refusal::WantsFirst {
            resource: report.name(),
            state: None,
            verb: "looking behind a figure",
            remedy: remedy.to_owned(),
        };
        if report.for_others {
            let remedy = "it was made for others, so its counts were judged; ask a report for the own side";
            return Err(refused(remedy).into());
        }
        if report.template == ReportTemplate::HazardBulletin {
            return Err(refused("a bulletin lists its alerts itself").into());
        }
        let manifest = report.manifest.as_ref();
        let manifest =
            manifest.ok_or_else(|| DomainError::illegal(report.name(), report.state, "reading"))?;
        Ok(manifest.cut)
    }

    /// So many at most, by name, from behind a name on. It takes as long as a report that is generated.
    ///
    /// # Errors
    /// That the figure counts what is not there.
    pub fn page(
        &self,
        report: &Report,
        cut: Timestamp,
        facts: Vec<Fact>,
        (after, limit): (Option<&str>, usize),
    ) -> Result<BehindPage, DomainError> {
        let question = self.basis.question(cut);
        let cases = FigureCases::of(&question, self.cell, facts);
        let counted = cases.total().ok_or_else(|| Refusal::WantsFirst {
            resource: report.name(),
            state: None,
            verb: "looking behind a figure",
            remedy: format!(
                "{} is no sum over records: it counts what is not there, or who of all was left",
                self.cell.id
            ),
        })?;
        Ok(BehindPage { cases: cases.behind(after, limit), counted })
    }
}
