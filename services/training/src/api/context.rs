//! What the handlers share.

use std::sync::Arc;

use seamless_api::{ApiLimits, Handlers, JointCalls, Page, PageLimits, refusal};
use seamless_calendar::Clock;
use seamless_files::{FileSettings, FileStore};
use tonic::Status;
use uuid::Uuid;

use super::{
    attendance_rules::AttendanceRules, certificate_papers::Papers, need_rules::NeedRules, turns::Turns,
};
use crate::{
    commit::Decisions,
    domain::{
        Caller, Rules,
        records::{Place, Record, RecordPage, RecordQuery, records},
        seating::Seating,
        use_cases::{ActivityAccess, RegistrationAccess, Wanted},
    },
    store::Store,
};

/// The API of the service: implements all its gRPC services.
#[derive(Clone)]
pub struct Api {
    pub(crate) store: Store,
    pub(crate) rules: Rules,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: ApiLimits,
    pub(crate) files: FileStore,
    pub(crate) file_settings: FileSettings,
    pub(crate) decisions: Decisions,
    /// How files of platforms are read and merged.
    pub(crate) attendance: AttendanceRules,
    /// How certificates are printed and signed.
    pub(crate) papers: Papers,
    /// By what needs are worked out.
    pub(crate) needs: NeedRules,
    /// Whoever changes seats of an activity holds its turn: they would only meet conflicts. Between replicas the commit
    /// decides, here nobody needs to decide anew.
    pub(crate) turns: Turns,
    /// Registrations that wait for such a turn, to be decided together.
    pub(crate) registrations: JointCalls<Uuid, Wanted>,
    /// What links to calendars begin with; none where there are none.
    pub(crate) calendars: Option<String>,
    /// Of a mail that is taken in.
    pub(crate) max_received_bytes: usize,
}

impl Handlers for Api {
    type Decisions = Decisions;

    fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    fn page_limits(&self) -> PageLimits {
        self.limits.pages()
    }
}

impl Api {
    /// How activities are found.
    pub(super) fn activity_access(&self) -> ActivityAccess<'_> {
        ActivityAccess { rules: &self.rules, activities: &self.store }
    }

    /// How registrations are found.
    pub(super) fn registration_access(&self) -> RegistrationAccess<'_> {
        RegistrationAccess { rules: &self.rules, activities: &self.store, registrations: &self.store }
    }

    /// How seats are given.
    pub(super) fn seating(&self) -> Seating<'_> {
        Seating { rules: &self.rules, registrations: &self.store, records: &self.store }
    }

    /// A page of the caller's own records of a kind, the last first.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn own_records<T: Record<Place = Place>>(
        &self,
        caller: &Caller,
        page: &Page<(i64, String)>,
    ) -> Result<Vec<T>, Status> {
        let (after, limit) = (page.cursor.clone(), page.limit());
        let part = RecordPage { descending: true, after, limit, ..RecordPage::default() };
        let owners = vec![caller.authority.clone()];
        let query = RecordQuery { owners, page: part, ..RecordQuery::default() };
        records(&self.store, &query).await.map_err(refusal)
    }
}
