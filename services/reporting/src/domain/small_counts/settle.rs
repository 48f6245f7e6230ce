//! Which rows are told at all: where counts are so few that the rows themselves would tell of them, the table has none.

use std::collections::BTreeSet;

use seamless_suppression::{Rule, SuppressionError};

use super::{
    Draft, JudgedBy, Verdict,
    judge::{Before, judge},
    key::is_named,
};
use crate::domain::model::{PublishedBulletin, Release};

/// What is withheld, and which groups of rows are left out.
#[derive(Clone, Debug)]
pub struct Settled {
    pub verdict: Verdict,
    /// Of each group: that its rows are not told.
    pub left_out: Vec<bool>,
}

/// Judges a draft whose rows stand in these groups. A group is left out, as if it had not been asked for, where no withholding keeps
/// its counts: that a row is there tells that it is not zero. What can be reckoned anyway as narrowly, from what was told before, leaves
/// nothing out.
///
/// None where even what stands in no row would tell of few: then it must not be published.
///
/// # Errors
/// If it is too large to be judged: then nothing may be published.
pub fn settle(
    draft: &mut Draft,
    groups: &[Vec<usize>],
    by: JudgedBy<'_>,
) -> Result<Option<Settled>, SuppressionError> {
    let mut left_out = vec![false; groups.len()];
    let before = Before::of(by)?;
    loop {
        let (verdict, exposed) = judge(draft, &before)?;
        if let Some(verdict) = verdict.filter(|_| !exposed.is_any) {
            return Ok(Some(Settled { verdict, left_out }));
        }
        let open: Vec<usize> = (0..groups.len()).filter(|at| left_out.get(*at) == Some(&false)).collect();
        let of = |at: &usize| groups.get(*at).map_or(&[][..], Vec::as_slice);
        let is_lost = |at: &&usize| of(at).iter().any(|cell| exposed.of_draft.contains(cell));
        let mut chosen: Vec<usize> = open.iter().filter(is_lost).copied().collect();
        if chosen.is_empty() {
            chosen = open;
        }
        if chosen.is_empty() {
            return Ok(None);
        }
        for at in chosen {
            draft.leave_out(of(&at).iter().copied());
            if let Some(entry) = left_out.get_mut(at) {
                *entry = true;
            }
        }
    }
}

/// By what others were told so far a draft is judged, as the manifest of a report has it. Without what was withheld, and without how often
/// something was: counts are few enough that whoever has a digest of them finds them by trying.
///
/// # Errors
/// If it cannot be written.
pub fn judged_by(before: &[Release], rule: Rule) -> Result<Vec<u8>, serde_json::Error> {
    let cells = before.iter().flat_map(|release| &release.cells);
    let told = cells.filter(|cell| cell.told == Some(true) && !is_named(&cell.key));
    let told: BTreeSet<(&str, u64)> = told.map(|cell| (cell.key.as_str(), cell.count)).collect();
    let bulletins: Vec<&PublishedBulletin> = before.iter().filter_map(|one| one.bulletin.as_ref()).collect();
    match bulletins.is_empty() {
        true => serde_json::to_vec(&(rule.least(), told)),
        false => serde_json::to_vec(&(rule.least(), told, bulletins)),
    }
}
