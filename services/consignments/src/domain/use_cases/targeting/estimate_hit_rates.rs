//! Estimates what an entry point of the caller's found and missed in a range of days.

use jiff::civil::Date;
use seamless_identifiers::Unlocode;

use crate::domain::{
    Caller, DomainError, Rules,
    hit_rates::{Examined, HitRates, hit_rates},
    model::ProductAreaId,
    ports::{ExaminationQuery, ExaminationReader, TargetingReader},
};

/// Examinations that are read at once.
const PAGE: u64 = 1_000;

/// Of each examination only what counts is kept while the pages are read; arrivals are counted by the store.
pub struct EstimateHitRates<'a> {
    pub rules: &'a Rules,
    pub examinations: &'a dyn ExaminationReader,
    pub targeting: &'a dyn TargetingReader,
}

impl EstimateHitRates<'_> {
    /// The estimates of all goods, or of one product area, from the first day to the last, both included.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        entry_point: &Unlocode,
        dates: (Date, Date),
        area: Option<ProductAreaId>,
    ) -> Result<HitRates, DomainError> {
        let known = self.rules.own_entry_point(caller, entry_point)?;
        let arrivals = self.targeting.arrivals_by_lane(entry_point, dates, area.as_ref()).await?;
        let mut query = ExaminationQuery {
            side: Some(self.rules.cooperation.contact_point_of(&known.authority).clone()),
            entry_point: Some(entry_point.clone()),
            area,
            dates: Some(dates),
            limit: PAGE,
            ..ExaminationQuery::default()
        };
        let mut examined = Vec::new();
        loop {
            let page = self.examinations.examination_list(&query).await?;
            let is_last = (page.len() as u64) < PAGE;
            examined.extend(page.iter().map(|one| Examined {
                selection: one.selection,
                probability: one.probability,
                lane: one.lane_otherwise,
                is_unsafe: one.is_unsafe,
            }));
            query.after = page.into_iter().next_back().map(|last| (last.known_time, last.control));
            if is_last {
                return hit_rates(&examined, &arrivals);
            }
        }
    }
}
