//! Who may read a report that was not generated for others: whoever knows its cases anyway.

use seamless_identity::AuthorityId;

use crate::domain::Rules;

/// The authorities that know the cases of a report: its owner's side and its partner's.
pub(super) fn who_know(
    rules: &Rules,
    owner: &AuthorityId,
    partner: Option<&AuthorityId>,
) -> Vec<AuthorityId> {
    let sides = [Some(owner), partner].into_iter().flatten();
    sides.filter_map(|side| rules.party(side)).flat_map(|side| side.members).collect()
}

/// Which readers, by their places, do not know the cases of such a report, and what is wanted instead; authorities that nobody knows are
/// told elsewhere.
pub(super) fn outside(
    rules: &Rules,
    owner: &AuthorityId,
    partner: Option<&AuthorityId>,
    readers: &[AuthorityId],
) -> Vec<(usize, String)> {
    let know = who_know(rules, owner, partner);
    let wanted = match partner {
        Some(_) => "wants an authority of the two sides of the report, which know its cases",
        None => "wants an authority of the report's own side, since it is not generated for others",
    };
    let is_known = |reader: &AuthorityId| rules.cooperation.authority(reader).is_some();
    let outside = readers.iter().enumerate().filter(|(_, one)| is_known(one) && !know.contains(one));
    outside.map(|(index, reader)| (index, format!("{wanted}; got {reader}"))).collect()
}
