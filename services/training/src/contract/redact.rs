//! What a reader gets to see: each record is redacted by the code generated from the contract, with the eyes that the
//! rules give the reader.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use prost::{DecodeError, Message};
use seamless_api::overrides_of;
use seamless_calendar::Clock;
use seamless_disclosure::{Audience, Disclose, View};
use seamless_feed::{Redactor, StoredEvent};
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_mail::Mail;
use seamless_proto::{events::training::EventType, seamless::training::v1 as wire};
use seamless_service::error::ApiError;

use super::{
    action_item_out, activity_out, attendance_out, calendar_answers_out, certificate_out, contribution_out,
    events::without_persons, mail_out, material_out, minutes_out, presence_out, registration_out,
};
use crate::{
    domain::{
        Rules,
        model::{
            ActionItem, Activity, Attendance, Certificate, Contribution, Correspondence, Material,
            MaterialDownloads, Minutes, Presence, Registration, Seats, activity_of,
        },
        records::{Record, record},
    },
    store::Store,
};

/// The activity as the reader may see it; nothing of it where it may not.
pub fn activity_for(
    rules: &Rules,
    reader: &AuthorityId,
    activity: &Activity,
    seats: Option<&Seats>,
    now: Timestamp,
) -> wire::Activity {
    let Some(clearance) = rules.clearance(activity, reader, now) else { return wire::Activity::default() };
    let mut message = activity_out(activity, seats, &rules.zones);
    message.redact_for(&View::new(clearance, &activity.content.disclosures, &[]));
    keep_own_conflicts(rules, reader, &mut message);
    message
}

/// Leaves out conflicts with activities that the reader does not organise, whoever organises this one.
fn keep_own_conflicts(rules: &Rules, reader: &AuthorityId, activity: &mut wire::Activity) {
    activity.conflicts.retain(|conflict| {
        let owners = conflict.organisers.iter().filter_map(|one| one.parse::<AuthorityId>().ok());
        rules.is_of_one(&owners.collect::<Vec<_>>(), reader)
    });
}

/// The registration as the reader may see it: whole, or nothing of it.
pub fn registration_for(
    rules: &Rules,
    reader: &AuthorityId,
    registration: &Registration,
) -> wire::Registration {
    registration_with_answers_for(rules, reader, registration, None)
}

/// The registration as the reader may see it, with what a calendar answered.
pub fn registration_with_answers_for(
    rules: &Rules,
    reader: &AuthorityId,
    registration: &Registration,
    correspondence: Option<&Correspondence>,
) -> wire::Registration {
    let mut message = registration_out(registration);
    message.calendar_answers = correspondence.map(calendar_answers_out).unwrap_or_default();
    let clearance = match rules.sees_registration(registration, reader) {
        true => Audience::Originator,
        false => Audience::Public,
    };
    message.redact_for(&View::declared(clearance));
    message
}

/// The certificate as the reader may see it: whole, or nothing of it.
pub fn certificate_for(rules: &Rules, reader: &AuthorityId, one: &Certificate) -> wire::Certificate {
    let sides = [&one.organiser, &one.registrar];
    let is_seen = sides.into_iter().any(|side| rules.cooperation.sees_as_owner(side, reader));
    certificate_out(one).shown_to(if is_seen { Audience::Originator } else { Audience::Public })
}

/// The mail, for who sees the registration that it is about: nobody else gets here.
pub fn mail_seen(mail: &Mail) -> wire::Mail {
    mail_out(mail).shown_to(Audience::Originator)
}

/// What was merged, for who organises the activity: nobody else gets here.
pub fn attendance_seen(attendance: &Attendance) -> wire::Attendance {
    attendance_out(attendance).shown_to(Audience::Originator)
}

/// That somebody was at a meeting, for who organises the activity.
pub fn presence_seen(attendance: &Attendance, presence: &Presence) -> wire::Presence {
    presence_out(attendance.activity, presence).shown_to(Audience::Originator)
}

/// The minutes as the reader may see them, who organises the activity or takes part in it.
pub fn minutes_for(rules: &Rules, reader: &AuthorityId, minutes: &Minutes) -> wire::Minutes {
    minutes_out(minutes).shown_to(rules.own_or_party(&minutes.organiser, reader))
}

/// The action item as the reader may see it, who organises the activity or takes part in it.
pub fn action_item_for(rules: &Rules, reader: &AuthorityId, item: &ActionItem) -> wire::ActionItem {
    action_item_out(item).shown_to(rules.own_or_party(&item.organiser, reader))
}

/// What was reported as the reader may see it, who organises the activity or takes part in it.
pub fn contribution_for(rules: &Rules, reader: &AuthorityId, one: &Contribution) -> wire::Contribution {
    contribution_out(one).shown_to(rules.own_or_party(&one.authority, reader))
}

/// The material as the reader may see it; nothing of it where it may not.
pub fn material_for(
    rules: &Rules,
    reader: &AuthorityId,
    material: &Material,
    downloads: Option<&MaterialDownloads>,
    now: Timestamp,
) -> wire::Material {
    let Some(clearance) = rules.material_clearance(material, reader, now) else {
        return wire::Material::default();
    };
    material_out(material, downloads).shown_to(clearance)
}

/// Redacts events for the reader of the feed: with the rights of now, whenever they happened.
pub struct FeedRedactor {
    store: Store,
    rules: Rules,
    clock: Arc<dyn Clock>,
}

impl FeedRedactor {
    /// A redactor by these rules.
    #[must_use]
    pub fn new(store: Store, rules: Rules, clock: Arc<dyn Clock>) -> Self {
        Self { store, rules, clock }
    }

    /// A material, as far as its reader may see it now: of one that was taken back, or is open to it no more, that it is.
    fn of_material(
        &self,
        reader: &AuthorityId,
        data: &[u8],
        material: Option<&Material>,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        let mut told = wire::MaterialPublished::decode(data)?;
        let Some(material) = material else { return Ok(None) };
        match self.rules.material_clearance(material, reader, now) {
            Some(clearance) => told.redact_for(&View::declared(clearance)),
            None => {
                let (name, originator) = (material.name(), material.originator.to_string());
                let state = material.state as i32;
                told.material = Some(wire::Material { name, originator, state, ..Default::default() });
            }
        }
        Ok(Some(told.encode_to_vec()))
    }

    /// What concerns an arrangement, as its parties may see it while it is in force.
    fn of_arrangement(
        &self,
        reader: &AuthorityId,
        event: &StoredEvent,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        let arrangement = event.arrangement.as_deref().and_then(|id| id.parse::<ArrangementId>().ok());
        match arrangement.is_some_and(|id| self.rules.cooperation.is_open_to_side(&id, reader, now)) {
            true => redacted::<wire::ObligationChanged>(&event.data, |_| Audience::Parties),
            false => Ok(None),
        }
    }

    /// What a party is to what an authority reported.
    fn of_contribution(&self, reader: &AuthorityId, one: Option<&wire::Contribution>) -> Audience {
        let by = one.and_then(|one| one.name.rsplit('/').next()?.parse::<AuthorityId>().ok());
        by.map_or(Audience::Parties, |by| self.rules.own_or_party(&by, reader))
    }

    /// The event as the reader may see it, and `None` where it may not. Every type of the contract has its row: without
    /// one a new type does not compile.
    ///
    /// `activity` is what the event is about, as it is now: what is shown must have been open when it was written, and be open
    /// still.
    fn redact_one(
        &self,
        reader: &AuthorityId,
        event: &StoredEvent,
        (activity, material): (Option<&Activity>, Option<&Material>),
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        let data = event.data.as_slice();
        let Some(event_type) = EventType::from_name(&event.event_type) else {
            // Of a later version of this service: shown to nobody.
            return Ok(None);
        };
        match event_type {
            EventType::ObligationChanged => return self.of_arrangement(reader, event, now),
            // The readers whom it was told to are those of the side alone.
            EventType::MaterialPublished => return self.of_material(reader, data, material, now),
            EventType::PersonErased => {
                return redacted::<wire::PersonErased>(data, |_| Audience::Originator);
            }
            EventType::MaterialDownloadsAggregated => {
                return redacted::<wire::MaterialDownloadsAggregated>(data, |_| Audience::Originator);
            }
            _ => {}
        }
        let Some(activity) = activity else { return Ok(None) };
        let Some(clearance) = self.rules.clearance(activity, reader, now) else { return Ok(None) };
        let by_activity = |told: &mut wire::Activity| {
            // Those of before named speakers.
            *told = without_persons(std::mem::take(told));
            told.redact_for(&View::new(clearance, &overrides_of(&told.disclosures), &[]));
            told.redact_for(&View::new(clearance, &activity.content.disclosures, &[]));
            keep_own_conflicts(&self.rules, reader, told);
        };
        match event_type {
            EventType::ActivityChanged => {
                let mut told = wire::ActivityChanged::decode(data)?;
                let Some(told_of) = &mut told.activity else { return Ok(None) };
                // What happened to a draft is the organisers' own, also once it was announced.
                let was_draft = told_of.state == wire::ActivityState::Draft as i32;
                if was_draft && clearance != Audience::Originator {
                    return Ok(None);
                }
                by_activity(told_of);
                Ok(Some(told.encode_to_vec()))
            }
            EventType::ActivityHeld => {
                let mut told = wire::ActivityHeld::decode(data)?;
                let Some(told_of) = &mut told.activity else { return Ok(None) };
                by_activity(told_of);
                Ok(Some(told.encode_to_vec()))
            }
            EventType::ObligationChanged
            | EventType::PersonErased
            | EventType::MaterialPublished
            | EventType::MaterialDownloadsAggregated => Ok(None),
            // Everything else is for those who organise or take part.
            _ if clearance == Audience::Public => Ok(None),
            EventType::RegistrationsCounted => redacted::<wire::RegistrationsCounted>(data, |_| clearance),
            EventType::AttendanceMerged => redacted::<wire::AttendanceMerged>(data, |_| clearance),
            EventType::CertificatesCounted => redacted::<wire::CertificatesCounted>(data, |_| clearance),
            EventType::FeedbackAggregated => redacted::<wire::FeedbackAggregated>(data, |_| clearance),
            EventType::MinutesRecorded => redacted::<wire::MinutesRecorded>(data, |_| clearance),
            EventType::ActionItemChanged => redacted::<wire::ActionItemChanged>(data, |_| clearance),
            EventType::CampaignReported => redacted(data, |told: &wire::CampaignReported| {
                self.of_contribution(reader, told.contribution.as_ref())
            }),
            EventType::SurveillanceReported => redacted(data, |told: &wire::SurveillanceReported| {
                self.of_contribution(reader, told.contribution.as_ref())
            }),
        }
    }
}

#[async_trait]
impl Redactor for FeedRedactor {
    fn types(&self) -> &'static [&'static str] {
        EventType::FULL_NAMES
    }

    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let keys: Vec<_> = events.iter().map(|event| activity_of(&event.subject)).collect();
        let mut wanted: Vec<_> = keys.iter().flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let activities = self.store.activities_now(&wanted).await?;
        let mut materials: HashMap<&str, Option<Material>> = HashMap::new();
        for event in events.iter().filter(|event| event.subject.starts_with("materials/")) {
            if !materials.contains_key(event.subject.as_str()) {
                let now = record(&self.store, &event.subject).await?;
                materials.insert(&event.subject, now);
            }
        }
        let now = self.clock.now();
        let redacted = events.iter().zip(keys).map(|(event, key)| {
            let activity = key.and_then(|key| activities.get(&key));
            let material = materials.get(event.subject.as_str()).and_then(Option::as_ref);
            self.redact_one(reader, event, (activity, material), now).map_err(ApiError::internal)
        });
        redacted.collect()
    }
}

/// The event with the clearance that its reader has.
fn redacted<M: Message + Default + Disclose>(
    data: &[u8],
    clearance: impl FnOnce(&M) -> Audience,
) -> Result<Option<Vec<u8>>, DecodeError> {
    let mut told = M::decode(data)?;
    let clearance = clearance(&told);
    told.redact_for(&View::declared(clearance));
    Ok(Some(told.encode_to_vec()))
}
