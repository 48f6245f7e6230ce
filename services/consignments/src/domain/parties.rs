//! Whether two parties of the supply chain are one.

use std::borrow::Cow;

use seamless_matching::{company_name, differ_in_script};

use super::model::{CertificateAgreement as Agreement, Party};

/// How one part of what is stated compares with what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Compares {
    Agrees,
    /// Nothing is wanted.
    NotAsked,
    Not(Agreement),
}

/// Whether two parties are one: by an identifier that both have, else by their names as names of products' makers are
/// compared. An id of a register says nothing where it differs, since the two may be of different registers.
pub(super) fn same_party(wanted: &Party, party: &Party) -> Compares {
    same_by(wanted, party, || company_name(&wanted.name).into(), || company_name(&party.name).into())
}

/// As [`same_party`], by names as they are compared.
pub(super) fn same_by<'n>(
    wanted: &Party,
    party: &Party,
    wanted_name: impl FnOnce() -> Cow<'n, str>,
    name: impl FnOnce() -> Cow<'n, str>,
) -> Compares {
    if wanted.is_empty() {
        return Compares::NotAsked;
    }
    let codes = wanted.credit_code.as_ref().zip(party.credit_code.as_ref()).map(|(one, two)| one == two);
    let eoris = wanted.eori.as_ref().zip(party.eori.as_ref()).map(|(one, two)| one == two);
    if codes == Some(true) || eoris == Some(true) {
        return Compares::Agrees;
    }
    if codes == Some(false) || eoris == Some(false) {
        return Compares::Not(Agreement::Differs);
    }
    let id = wanted.external_id.trim();
    if !id.is_empty() && id == party.external_id.trim() {
        return Compares::Agrees;
    }
    let (one, two) = (wanted_name(), name());
    if one.is_empty() || two.is_empty() {
        return Compares::Not(Agreement::NotStated);
    }
    if one == two {
        return Compares::Agrees;
    }
    let other = if differ_in_script(&one, &two) { Agreement::NotComparable } else { Agreement::Differs };
    Compares::Not(other)
}
