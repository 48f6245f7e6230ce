//! Which rows are told at all: where counts are so few that the rows themselves would tell of them, the table has none.

use std::collections::BTreeSet;

use seamless_suppression::{Rule, SuppressionError};

use super::{
    Draft, Verdict,
    judge::{exposed_by, judge},
    named::name_of,
};
use crate::domain::model::Release;

/// What is withheld, and which groups of rows are left out.
#[derive(Clone, Debug)]
pub struct Settled {
    pub verdict: Verdict,
    /// Of each group: that its rows are not told.
    pub left_out: Vec<bool>,
}

/// Judges a draft whose rows stand in these groups. A group is left out, as if it had not been asked for, where no withholding keeps
/// its counts: that a row is there tells that it is not zero. What can be reckoned anyway, from what was told before, leaves nothing
/// out.
///
/// None where even what stands in no row would tell of few: then it must not be published.
///
/// # Errors
/// If it is too large to be judged: then nothing may be published.
pub fn settle(
    draft: &mut Draft,
    groups: &[Vec<usize>],
    before: &[Release],
    rule: Rule,
) -> Result<Option<Settled>, SuppressionError> {
    let mut left_out = vec![false; groups.len()];
    let known = exposed_by(&Draft::new(), before, rule)?.names;
    let draft_names: Vec<String> = draft.cells.iter().map(|cell| name_of(&cell.key, cell.count)).collect();
    // Which counts of the draft can be reckoned by it, and whether anything at all can.
    let by_draft = |lost: &[bool], exposed: &BTreeSet<String>| {
        let of_draft = draft_names.iter().enumerate();
        let counts = of_draft.filter(|(at, name)| lost.get(*at) == Some(&true) && !known.contains(*name));
        (counts.map(|(at, _)| at).collect::<Vec<usize>>(), exposed.iter().any(|name| !known.contains(name)))
    };
    loop {
        let exposed = exposed_by(draft, before, rule)?;
        let (mut lost_now, mut is_any) = by_draft(&exposed.lost, &exposed.names);
        if !is_any {
            let verdict = judge(draft, before, rule)?;
            (lost_now, is_any) = by_draft(&verdict.lost, &verdict.exposed);
            if !is_any {
                return Ok(Some(Settled { verdict, left_out }));
            }
        }
        let open: Vec<usize> = (0..groups.len()).filter(|at| left_out.get(*at) == Some(&false)).collect();
        let of = |at: &usize| groups.get(*at).map_or(&[][..], Vec::as_slice);
        let mut chosen: Vec<usize> =
            open.iter().filter(|at| of(at).iter().any(|cell| lost_now.contains(cell))).copied().collect();
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
