//! What covers a topic already: activities and materials about its product area and its hazard.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Activity, ActivityState, EventStatus, MaterialState, ProductAreaId, RiskType, material_name},
    needs::{areas_of, hazard_of, hazards_of},
    ports::{ActivityQuery, ActivityReader},
    use_cases::{MaterialAccess, MaterialFilter},
};

/// Activities read at once.
const READ_AT_ONCE: u64 = 500;

/// What covers which topic, by product area and hazard: names, activities before materials.
pub type Cover = BTreeMap<(ProductAreaId, RiskType), Vec<String>>;

/// Looks up what the caller may see.
pub struct Covering<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
    pub materials: MaterialAccess<'a>,
}

impl Covering<'_> {
    /// All activities that are announced or held, and not over before `since`, and all published materials. Materials are
    /// always meant: they cover no drills.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn since(
        &self,
        caller: &Caller,
        status: EventStatus,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Cover, DomainError> {
        let mut cover = Cover::new();
        let mut query = ActivityQuery {
            owners: self.rules.cooperation.authorities().map(|one| one.id.clone()).collect(),
            statuses: vec![status],
            states: vec![ActivityState::Published, ActivityState::Held],
            from: Some(since),
            limit: READ_AT_ONCE,
            ..ActivityQuery::default()
        };
        loop {
            let page = self.activities.activity_list(&query).await?;
            query.after = page.last().map(Activity::in_order);
            for one in &page {
                if let Some(clearance) = self.rules.clearance(one, &caller.authority, now) {
                    let hazards = hazards_of(&one.content, clearance);
                    note(&mut cover, areas_of(&one.content, clearance), &hazards, &one.name());
                }
            }
            if (page.len() as u64) < READ_AT_ONCE {
                break;
            }
        }
        if status == EventStatus::Actual {
            let all = MaterialFilter::default();
            let materials = self.materials.list(caller, &all, None, usize::MAX, now).await?;
            for one in materials.iter().filter(|one| one.state == MaterialState::Published) {
                let hazards: Vec<_> = one.content.hazards.iter().filter_map(|text| hazard_of(text)).collect();
                note(&mut cover, &one.content.product_areas, &hazards, &material_name(one.id));
            }
        }
        Ok(cover)
    }
}

fn note(cover: &mut Cover, areas: &[ProductAreaId], hazards: &[RiskType], name: &str) {
    for area in areas {
        for hazard in hazards {
            let names = cover.entry((area.clone(), *hazard)).or_default();
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
}
