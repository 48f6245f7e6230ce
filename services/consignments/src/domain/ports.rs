//! What the domain asks of the world: each use case takes the narrow trait that it needs.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

pub use super::records::RecordReader;

use super::{
    change::ChangeSet,
    error::DomainError,
    hit_rates::LaneArrivals,
    model::{
        Examination, Inspection, InspectionBodyId, InspectionId, InspectionKey, InspectionState,
        KnownInspection, ModelState, Plan, ProductAreaId, RiskModel, Screening, ScreeningId, Selection,
    },
};

/// Looks up pre-inspections.
#[async_trait]
pub trait InspectionReader: Send + Sync {
    /// The pre-inspection in its present version.
    async fn inspection_get(&self, id: InspectionId) -> Result<Option<Inspection>, DomainError>;

    /// The pre-inspection in a version of its own.
    async fn inspection_version(
        &self,
        id: InspectionId,
        version: u32,
    ) -> Result<Option<Inspection>, DomainError>;

    /// The pre-inspections with one of these certificates, in their present version.
    async fn inspection_by_certificate(
        &self,
        certificates: &[(InspectionBodyId, String)],
    ) -> Result<Vec<Inspection>, DomainError>;

    /// A page of what the viewer may see, the last created first.
    async fn inspection_list(&self, query: &InspectionQuery) -> Result<Vec<Inspection>, DomainError>;
}

/// Which pre-inspections.
#[derive(Clone, Debug, Default)]
pub struct InspectionQuery {
    /// Those of one of these originators …
    pub owners: Vec<AuthorityId>,
    /// … and those under one of these arrangements.
    pub arrangements: Vec<ArrangementId>,
    pub body: Option<InspectionBodyId>,
    pub state: Option<InspectionState>,
    pub originator: Option<AuthorityId>,
    /// Found by all of these.
    pub keys: Vec<InspectionKey>,
    /// Only those behind this one.
    pub before: Option<(i64, InspectionId)>,
    pub limit: u64,
}

/// Looks up screenings.
#[async_trait]
pub trait ScreeningReader: Send + Sync {
    /// The screening of this key.
    async fn screening_get(&self, id: ScreeningId) -> Result<Option<Screening>, DomainError>;

    /// The screening of this key, if it is of one of these authorities. That of another is not read, so that it takes
    /// no longer to find out than that there is none.
    async fn screening_of(
        &self,
        id: ScreeningId,
        authorities: &[AuthorityId],
    ) -> Result<Option<Screening>, DomainError>;
}

/// Looks up plans.
#[async_trait]
pub trait PlanReader: Send + Sync {
    /// The plan of a day, if one is stored.
    async fn plan_get(&self, entry_point: &Unlocode, date: Date) -> Result<Option<Plan>, DomainError>;

    /// A page of an entry point's stored plans, the last day first, only those of days before `before`.
    async fn plan_list(
        &self,
        entry_point: &Unlocode,
        before: Option<Date>,
        limit: u64,
    ) -> Result<Vec<Plan>, DomainError>;
}

/// Looks up what examinations told.
#[async_trait]
pub trait ExaminationReader: Send + Sync {
    /// Examinations that meet the query, in the order in which their outcomes came to be known.
    async fn examination_list(&self, query: &ExaminationQuery) -> Result<Vec<Examination>, DomainError>;

    /// How many random examinations a side made in an area, by what tells them apart.
    async fn examination_counts(
        &self,
        side: &AuthorityId,
        area: &ProductAreaId,
    ) -> Result<Vec<ExaminationCount>, DomainError>;

    /// The last random examinations of goods that a body passed, but for that of the control `except`: whether the goods were
    /// unsafe, the last known first.
    async fn examination_lots(&self, query: &LotQuery, except: &str) -> Result<Vec<bool>, DomainError>;
}

/// Random examinations of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct ExaminationCount {
    pub entry_point: Unlocode,
    /// The body whose pre-inspection covered the goods; none where nobody checked them.
    pub body: Option<InspectionBodyId>,
    pub passed: bool,
    pub is_unsafe: bool,
    pub count: i64,
}

/// Which random examinations of passed goods.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LotQuery {
    pub side: AuthorityId,
    pub area: ProductAreaId,
    pub body: InspectionBodyId,
    /// None for all.
    pub entry_point: Option<Unlocode>,
    pub limit: u64,
}

/// Which examinations.
#[derive(Clone, Debug, Default)]
pub struct ExaminationQuery {
    /// Of this side; every side where none is named.
    pub side: Option<AuthorityId>,
    pub entry_point: Option<Unlocode>,
    pub area: Option<ProductAreaId>,
    pub body: Option<InspectionBodyId>,
    /// From this day to that one, both included.
    pub dates: Option<(Date, Date)>,
    /// Only those behind this place: when the outcome came to be known, and the control.
    pub after: Option<(Timestamp, String)>,
    pub limit: u64,
}

/// What is to be read as if it were stored: what was decided before, in the same decision.
pub trait DecidedBefore: Send + Sync {
    /// From now on it is read so: its records and examinations.
    fn take_in(&self, changes: &ChangeSet);
}

/// Looks up the pre-inspections that arriving goods may be covered by.
#[async_trait]
pub trait InspectionMatcher: Send + Sync {
    /// The pre-inspections behind each of these keys, in their present version; keys without any are left out. A key may be
    /// named more than once.
    async fn inspection_by_key(
        &self,
        keys: &[&InspectionKey],
    ) -> Result<HashMap<String, Vec<Arc<KnownInspection>>>, DomainError>;
}

/// Looks up what is known of alerts.
#[async_trait]
pub trait AlertReader: Send + Sync {
    /// True if the feed that is followed told of a notification with this name, in whichever state.
    async fn alert_is_known(&self, name: &str) -> Result<bool, DomainError>;
}

/// What a replica holds in memory of what the database says.
#[async_trait]
pub trait HeldInMemory: Send + Sync {
    /// Reads what was changed since.
    async fn bring_up_to_date(&self) -> Result<(), DomainError>;
}

/// Looks up risk models.
#[async_trait]
pub trait ModelReader: Send + Sync {
    /// What is known of the model of this side and number.
    async fn model_get(&self, side: &AuthorityId, number: u32) -> Result<Option<RiskModel>, DomainError>;

    /// What it learned, as it was exported.
    async fn model_content(&self, side: &AuthorityId, number: u32) -> Result<Option<Vec<u8>>, DomainError>;

    /// A page of models, the last number of a side first.
    async fn model_list(&self, query: &ModelQuery) -> Result<Vec<RiskModel>, DomainError>;
}

/// Which risk models.
#[derive(Clone, Debug, Default)]
pub struct ModelQuery {
    /// Of this side; of every side where none is named.
    pub side: Option<AuthorityId>,
    /// Only those in one of these states; empty for all.
    pub states: Vec<ModelState>,
    /// Only those with a lower number.
    pub before: Option<u32>,
    pub limit: u64,
}

/// Looks up what plans chose, and counts what arrived.
#[async_trait]
pub trait TargetingReader: Send + Sync {
    /// A page of what the plan of a day chose: mandatory ones first, then by expected harm, the highest first.
    async fn selection_list(&self, query: &SelectionQuery) -> Result<Vec<Selected>, DomainError>;

    /// How many actual consignments arrived from the first day to the last, by the lane that they would have had
    /// without the lot, and how many of them could not be examined.
    async fn arrivals_by_lane(
        &self,
        entry_point: &Unlocode,
        dates: (Date, Date),
        area: Option<&ProductAreaId>,
    ) -> Result<Vec<LaneArrivals>, DomainError>;

    /// How many outcomes of goods that a plan chose came to be known to a side behind a place in their order, up to a time.
    async fn outcomes_between(
        &self,
        side: &AuthorityId,
        after: Option<(Timestamp, String)>,
        until: Timestamp,
    ) -> Result<u64, DomainError>;

    /// The threshold of the last screening of a day; none where there is none.
    async fn last_threshold(&self, entry_point: &Unlocode, date: Date) -> Result<Option<f64>, DomainError>;

    /// What models said of the last screenings of a side that one in shadow scored too, the last first.
    async fn shadow_list(&self, query: &ShadowQuery) -> Result<Vec<InShadow>, DomainError>;
}

/// Which selections.
#[derive(Clone, Debug)]
pub struct SelectionQuery {
    pub entry_point: Unlocode,
    pub date: Date,
    /// Only those behind this place.
    pub after: Option<SelectionPlace>,
    pub limit: u64,
}

/// A place in the order of selections.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SelectionPlace {
    pub is_mandatory: bool,
    /// The bits of the expected harm, since a number written in decimal may read back as its neighbour.
    pub expected_harm: u64,
    pub id: ScreeningId,
}

/// A consignment that a plan chose.
#[derive(Clone, Debug)]
pub struct Selected {
    pub screening: Screening,
    /// The control with an outcome, if one was recorded.
    pub control: Option<String>,
}

impl Selected {
    /// Its place in the order.
    #[must_use]
    pub fn place(&self) -> SelectionPlace {
        SelectionPlace {
            is_mandatory: self.screening.draw.selection == Selection::Mandatory,
            expected_harm: self.screening.draw.expected_harm.to_bits(),
            id: self.screening.id,
        }
    }
}

/// Which screenings of a side.
#[derive(Clone, Debug)]
pub struct ShadowQuery {
    pub side: AuthorityId,
    /// Made at or after this time.
    pub start: Timestamp,
    /// The most screenings to look at.
    pub limit: u64,
}

/// What two models said of the same goods: the name of each, and its score.
#[derive(Clone, Debug)]
pub struct InShadow {
    pub screening: ScreeningId,
    pub deciding: (String, f64),
    pub shadow: (String, f64),
}
