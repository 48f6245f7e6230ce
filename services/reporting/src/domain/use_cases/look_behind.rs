//! Finds the records behind a figure of a report.

use jiff::Timestamp;

use super::ReportBasis;
use crate::domain::{
    DomainError, Rules,
    error::Refusal,
    facts::Fact,
    figures::{Behind, FigureCases, FigureCell, version_of},
    model::Report,
    records::Record,
};

/// A page of records behind a figure.
#[derive(Clone, Debug)]
pub struct BehindPage {
    pub cases: Vec<Behind>,
    /// What is counted of all of them.
    pub counted: u64,
}

/// Finds the records behind figures of a report.
#[derive(Clone, Debug)]
pub struct LookBehind<'a> {
    report: &'a Report,
    basis: ReportBasis<'a>,
    /// Up to when cases count in it.
    pub cut: Timestamp,
}

impl<'a> LookBehind<'a> {
    /// Behind the figures of this report.
    ///
    /// # Errors
    /// That nothing was made of it yet, that it was made for others or by another version of its template, that its owner, its partner or
    /// its zone is known no more.
    pub fn of(rules: &Rules, report: &'a Report) -> Result<Self, DomainError> {
        if report.for_others {
            let remedy = "it was made for others, so its counts were judged; ask a report for the own side";
            return Err(refused(report, remedy.to_owned()));
        }
        let manifest = report.manifest.as_ref();
        let manifest =
            manifest.ok_or_else(|| DomainError::illegal(report.name(), report.state, "reading"))?;
        let (made_by, version) = (report.template_version, version_of(report.template));
        if made_by != version {
            let remedy = format!(
                "it was made by version {made_by} of its template, and figures of version {version} may mean something else; \
                 have it generated again"
            );
            return Err(refused(report, remedy));
        }
        let basis = ReportBasis::of(rules, report).map_err(|why| refused(report, why))?;
        Ok(Self { report, basis, cut: manifest.cut })
    }

    /// So many of the records behind a figure at most, by name, from behind a name on. It takes as long as a report that is generated.
    ///
    /// # Errors
    /// That the figure is no sum over records.
    pub fn page(
        &self,
        cell: &FigureCell,
        facts: Vec<Fact>,
        (after, limit): (Option<&str>, usize),
    ) -> Result<BehindPage, DomainError> {
        let question = self.basis.question(self.cut);
        let cases = FigureCases::of(&question, cell, facts);
        let counted = cases.total().ok_or_else(|| {
            let id = &cell.id;
            let why = "is no sum over records: it counts what is not there, or who of all was left";
            refused(self.report, format!("{id} {why}"))
        })?;
        Ok(BehindPage { cases: cases.behind(after, limit), counted })
    }
}

fn refused(report: &Report, remedy: String) -> DomainError {
    Refusal::WantsFirst { resource: report.name(), state: None, verb: "looking behind a figure", remedy }
        .into()
}
