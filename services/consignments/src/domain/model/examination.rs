//! What one control with an outcome tells: the facts that reliabilities, estimates and models are made of.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;

use super::{Consignment, InspectionBodyId, Lane, ProductAreaId, ScreeningId, Selection};

/// An examination that counts: of an actual consignment, with an outcome. A correction replaces it; there is one for each
/// control.
#[derive(Clone, Debug, PartialEq)]
pub struct Examination {
    /// `controls/{control}`.
    pub control: String,
    /// The contact point of the side that examined.
    pub side: AuthorityId,
    pub entry_point: Unlocode,
    /// The day of the plan.
    pub date: Date,
    /// When the goods were examined.
    pub examine_time: Timestamp,
    /// When the outcome came to be known here: the order in which models learn.
    pub known_time: Timestamp,
    pub area: Option<ProductAreaId>,
    /// The body whose pre-inspection covered the goods.
    pub body: Option<InspectionBodyId>,
    /// True if that pre-inspection passed them.
    pub passed: bool,
    pub selection: Selection,
    /// The logged probability of the selection; 0 where an officer selected the goods.
    pub probability: f64,
    /// The lane that the goods would have had without the lot.
    pub lane_otherwise: Option<Lane>,
    pub is_unsafe: bool,
    pub screening: Option<ScreeningId>,
    pub consignment: Consignment,
}

/// True if a plan chose the goods, by lot or by what was known of them. Estimates, models and their comparison rest on such
/// examinations alone: of an officer's own choice nobody knows with which probability it came about, nor what he saw that no
/// model sees. Controls of before officers' choices were told apart have them as targeted, and count as that.
#[must_use]
pub fn is_chosen_by_plan(selection: Selection) -> bool {
    match selection {
        Selection::Random | Selection::Targeted | Selection::Mandatory => true,
        Selection::None | Selection::Officer => false,
    }
}
