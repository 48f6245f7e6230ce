//! What a bulletin names to others than the side whose alerts it lists: judged with all that they were told, and kept, so that what they
//! are told later is judged with it.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use seamless_suppression::{Budget, SuppressionError};

use super::published::{Published, published};
use crate::domain::{
    ChangeSet, DomainError, Rules,
    error::Refusal,
    figures::{
        Facts, Question,
        statistics::{Notified, World},
    },
    model::{
        Period, PublishedBulletin, PublishedTable, Release, Report, ReportState, ReportTemplate,
        bulletin_name, release_name,
    },
    ports::{FactReader, Known},
    records::{RecordQuery, RecordReader, record},
    small_counts::{JudgedBy, Naming, described, months_of, name_alerts, news},
};

/// Work that takes long, beside everything else: does it, and comes back.
pub type Beside = fn(&mut (dyn FnMut() + Send));

/// Names the alerts of a bulletin to others.
pub struct NameAlerts<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    pub facts: &'a dyn FactReader,
    pub beside: Beside,
}

/// What is kept of a bulletin that is generated, until others have it.
#[must_use]
pub fn prepared(report: &Report, bulletin: PublishedBulletin, now: Timestamp) -> Release {
    Release {
        id: report.id,
        owner: report.owner.clone(),
        published: false,
        cells: Vec::new(),
        relations: Vec::new(),
        tables: Vec::new(),
        bulletin: Some(bulletin),
        create_time: now,
        revision: 1,
    }
}

impl NameAlerts<'_> {
    /// Whether a bulletin tells these readers of alerts that its own side notified, and that are not theirs to know.
    fn is_for_others(&self, report: &Report, readers: &[AuthorityId]) -> bool {
        let cooperation = &self.rules.cooperation;
        let side = |id: &AuthorityId| cooperation.contact_point_of(id).clone();
        let own = side(&report.owner);
        let is_of_own = report.partner.as_ref().is_none_or(|recalling| side(recalling) == own);
        is_of_own && readers.iter().any(|reader| side(reader) != own)
    }

    /// Keeps what a bulletin names to these readers; nothing where they are of its own side, or it lists alerts of another one.
    ///
    /// # Errors
    /// `WantsFirst` where by it few could be reckoned, or what was withheld from others; those of the store.
    pub async fn keep(
        &self,
        report: &Report,
        readers: &[AuthorityId],
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        if !self.is_for_others(report, readers) {
            return Ok(());
        }
        let refused = |remedy: String| Refusal::WantsFirst {
            resource: bulletin_name(report.id),
            state: Some(ReportState::Approved.into()),
            verb: "publishing",
            remedy,
        };
        let kept = record::<Release, _>(self.records, &release_name(report.id)).await?;
        let Some((kept, bulletin)) = kept.and_then(|kept| Some((kept.clone(), kept.bulletin?))) else {
            let again = "which alerts it names was not kept with it yet, so generate it again";
            return Err(refused(again.to_owned()).into());
        };
        let published = published(self.records, self.rules, &report.owner).await?;
        let Known { facts, .. } = self.facts.known(&report.owner).await?;
        let facts = Facts::of(facts, report.status);
        let mut judged = None;
        (self.beside)(&mut || judged = Some(self.judged(report, &bulletin, &facts, &published)));
        let judged = judged.unwrap_or_else(|| Err(Refusal::Fault("nothing was judged".to_owned()).into()))?;
        let (bulletin, draft) = match judged {
            Ok((bulletin, draft)) => (bulletin, draft),
            Err(why) => return Err(refused(why).into()),
        };
        let release = Release { bulletin: Some(bulletin), revision: kept.revision + 1, ..draft };
        changes.put_record(&Release { create_time: now, ..news(release, &published.before) })?;
        changes.put_record(&published.once_more())
    }

    /// What is kept of it; why it must not be published is the inner error.
    fn judged(
        &self,
        report: &Report,
        bulletin: &PublishedBulletin,
        facts: &Facts,
        published: &Published,
    ) -> Result<Result<(PublishedBulletin, Release), String>, DomainError> {
        let zones = &self.rules.zones;
        // By whose days others were told before.
        let zone_name = published.zone().unwrap_or(&report.period.zone).to_owned();
        let period = Period { zone: zone_name, ..report.period.clone() };
        let (Some(party), Some(start), Some(cut), Ok(zone)) = (
            self.rules.party(&report.owner),
            period.start(zones),
            period.end(zones),
            zones.get(&period.zone),
        ) else {
            return Err(Refusal::Fault(format!("the time zone {} is not known any more", period.zone)).into());
        };
        let (jurisdictions, names) = (self.rules.jurisdictions(), self.rules.names());
        let question = Question {
            template: ReportTemplate::AnnualStatistics,
            owner: &party,
            partner: None,
            period: &period,
            zone: &zone,
            start,
            cut,
            status: report.status,
            arrangements: &[],
            jurisdictions: &jurisdictions,
            names: &names,
        };
        let alerts = Notified::of(&question, facts, World { zones, jurisdictions: &jurisdictions });
        let is_named = |name: &str| bulletin.alerts.binary_search_by(|one| one.as_str().cmp(name)).is_ok();
        let days = months_of(bulletin.days, alerts.days_of(is_named));
        let bulletin = PublishedBulletin { days, ..bulletin.clone() };
        let budget = Budget::default();
        let by = JudgedBy { before: &published.before, rule: self.rules.small, budget: &budget };
        let draft = match name_alerts(&alerts, &bulletin, report.id, by) {
            Ok(Naming::Kept(draft)) => draft,
            Ok(Naming::Undoes(tables)) => return Ok(Err(remedy(&tables))),
            Err(error @ SuppressionError::TooLarge { .. }) => {
                return Ok(Err(format!(
                    "what others could reckon by it cannot be judged ({error}); publish it to authorities of its own side alone"
                )));
            }
            Err(error) => return Err(Refusal::Fault(error.to_string()).into()),
        };
        Ok(Ok((bulletin, draft.published(&[], report.id, report.owner.clone(), report.create_time))))
    }
}

/// Why it must not be published, and what can be done.
fn remedy(tables: &[PublishedTable]) -> String {
    let told: Vec<String> = tables.iter().map(described).collect();
    let of = if told.is_empty() { "what others were told".to_owned() } else { told.join("; ") };
    format!(
        "with the alerts that it names, others could reckon what was withheld from them, or few alerts, in {of}; publish it to authorities \
         of its own side alone"
    )
}
