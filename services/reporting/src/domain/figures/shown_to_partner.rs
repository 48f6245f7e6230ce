//! What the partner of a report is shown of alerts that went to it, and of what it inspected: a report about the two sides tells it no
//! more.

use std::collections::HashMap;

use seamless_identity::FieldGroup;

use super::{
    Facts, Question,
    case::{Way, goes},
};
use crate::domain::facts::{AlertFact, IdentifyingField, SendingFact};

/// Reduces the alerts that went to the partner to what it is shown: not what their originators show to fewer than the parties, nor what
/// the arrangement keeps back; and nothing of one to which its right has ended. Such values count as not said. Of import control what
/// became of its own pre-inspections is left.
pub(super) fn shown_to_partner(question: &Question<'_>, facts: &mut Facts) {
    let mut shown: HashMap<&str, Vec<FieldGroup>> = HashMap::new();
    for sending in facts.sendings.iter().filter(|sending| goes(question, sending, Way::Sent)) {
        shown.entry(&sending.alert).or_default().extend(groups(question, sending));
    }
    for (name, groups) in shown {
        let Some(alert) = facts.alerts.get_mut(name) else { continue };
        alert.show_to_parties();
        reduce(alert, &groups);
    }
    if let Some(partner) = question.partner {
        facts.control.show_to(partner);
    }
}

/// The groups of fields that travel under the arrangement of a sending, while the right to it stands.
fn groups(question: &Question<'_>, sending: &SendingFact) -> Vec<FieldGroup> {
    if sending.spells.last().is_none_or(|spell| spell.revoked.is_some()) {
        return Vec::new();
    }
    let known = question.arrangements.iter().find(|one| Some(&one.id) == sending.arrangement.as_ref());
    known.map(|arrangement| arrangement.field_groups.clone()).unwrap_or_default()
}

/// Leaves these groups of fields.
fn reduce(alert: &mut AlertFact, groups: &[FieldGroup]) {
    let hides = |group| !groups.contains(&group);
    if hides(FieldGroup::General) {
        (alert.kind, alert.notifier, alert.dated) = (None, None, None);
    }
    if hides(FieldGroup::Product) {
        (alert.category, alert.counterfeit) = (None, None);
    }
    if hides(FieldGroup::Traceability) {
        alert.origins.clear();
    }
    if hides(FieldGroup::Online) {
        alert.sold_online = None;
        alert.listings.clear();
    }
    if hides(FieldGroup::Risk) {
        alert.level = None;
        alert.risks.clear();
    }
    if hides(FieldGroup::Measures) {
        alert.measures.clear();
        alert.obligations.clear();
    }
    alert.identified_by.retain(|field| !hides(group_of(*field)));
}

fn group_of(field: IdentifyingField) -> FieldGroup {
    use IdentifyingField::{
        Batch, Brand, CreditCode, Gtin, Listing, ManufacturerAddress, ManufacturerName, Model, Picture,
    };
    match field {
        Gtin | Brand | Model | Batch | Picture => FieldGroup::Product,
        ManufacturerName | ManufacturerAddress | CreditCode => FieldGroup::Traceability,
        Listing => FieldGroup::Online,
    }
}
