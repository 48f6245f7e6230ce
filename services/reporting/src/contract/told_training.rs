//! What the feed of the training service tells, as facts: counts, and no person.

use jiff::Timestamp;
use prost::{DecodeError, Message, Name};
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::{feed::v1::Event, training::v1 as wire, r#type::v1::TranslationState};
use seamless_vocabulary::Vocabulary;

use super::{
    told_reader::FeedReader,
    told_values::{count, day, localized, status_of, time},
};
use crate::domain::{
    facts::{
        ActionFact, ActivityFact, AttendanceFact, CertificatesFact, ContributionFact, DownloadsFact, Fact,
        FeedbackFact, FulfilmentFact, GroupCount, LanguageFact, LanguageStanding, MaterialFact,
        ObligationFact, ReachFact, RegistrationsFact, Said, SampleFact,
    },
    model::{
        ActionItemState, ActivityFormat, ActivityKind, ActivityState, EventStatus, MaterialState,
        ObligationKind, ObligationState, ReachUnit, TargetAudience,
    },
};

/// What an event says to its reader.
///
/// # Errors
/// That it cannot be read.
pub(super) fn said(reader: &FeedReader, event: &Event) -> Result<Vec<Said>, DecodeError> {
    let data = event.data.as_ref().map_or(&[][..], |data| data.value.as_slice());
    let status = status_of(event);
    macro_rules! told {
        ($kind:ident) => {
            (event.r#type == wire::$kind::full_name()).then(|| wire::$kind::decode(data)).transpose()?
        };
    }
    let activity = |told: Option<wire::Activity>| told.and_then(|told| activity(reader, status, told));
    let fact = if let Some(told) = told!(ActivityChanged) {
        activity(told.activity)
    } else if let Some(told) = told!(ActivityHeld) {
        activity(told.activity)
    } else if let Some(told) = told!(RegistrationsCounted) {
        registrations(told, status)
    } else if let Some(told) = told!(AttendanceMerged) {
        Some(attendance(told, status))
    } else if let Some(told) = told!(CertificatesCounted) {
        Some(certificates(told, status))
    } else if let Some(told) = told!(FeedbackAggregated) {
        feedback(told, status)
    } else if let Some(told) = told!(MaterialPublished) {
        let at = event.occur_time.and_then(time);
        told.material.zip(at).and_then(|(told, at)| material(reader, told, at))
    } else if let Some(told) = told!(MaterialDownloadsAggregated) {
        downloads(told)
    } else if let Some(told) = told!(ObligationChanged) {
        told.obligation.and_then(obligation)
    } else if let Some(told) = told!(CampaignReported) {
        told.contribution.map(|told| contribution(told, status))
    } else if let Some(told) = told!(SurveillanceReported) {
        told.contribution.map(|told| contribution(told, status))
    } else if let Some(told) = told!(ActionItemChanged) {
        told.action_item.and_then(|told| action(told, status))
    } else {
        None
    };
    Ok(fact.map(Said::Newest).into_iter().collect())
}

fn activity(reader: &FeedReader, status: EventStatus, told: wire::Activity) -> Option<Fact> {
    let organiser: AuthorityId = told.organiser.parse().ok()?;
    // Those who take part in a campaign see it whatever becomes of the arrangement.
    let campaign = told.campaign.unwrap_or_default();
    let others = told.co_organisers.iter().chain(&campaign.participants);
    let others: Vec<AuthorityId> = others.filter_map(|one| one.parse().ok()).collect();
    let shown_under = reader.shown_under(others.iter().chain([&organiser]), &told.arrangement);
    let period = campaign.period;
    let capacity = told.registration.as_ref().map(|terms| count(terms.capacity));
    let sorted = |texts: Vec<String>| {
        let mut texts = texts;
        texts.sort_unstable();
        texts.dedup();
        texts
    };
    Some(Fact::Activity(ActivityFact {
        status,
        state: ActivityState::from_number(told.state)?,
        kind: ActivityKind::from_number(told.kind)?,
        format: ActivityFormat::from_number(told.format),
        arrangement: told.arrangement.parse().ok(),
        areas: sorted(told.product_areas),
        languages: sorted(told.languages),
        start: told.start_time.and_then(time),
        end: told.end_time.and_then(time),
        first_day: period.as_ref().and_then(|period| day(period.start)),
        last_day: period.as_ref().and_then(|period| day(period.end)),
        capacity,
        participants: told.held.map(|held| count(held.participants)),
        shown_under,
        organiser,
        title: localized(told.title),
        name: told.name,
    }))
}

/// Seats of the activity; those of single sessions are of the same people.
fn registrations(told: wire::RegistrationsCounted, status: EventStatus) -> Option<Fact> {
    if !told.session.is_empty() {
        return None;
    }
    let seats = told.seats.unwrap_or_default();
    let groups = told.confirmed.iter().map(|one| group(&one.country, one.audience, one.seats));
    Some(Fact::Registrations(RegistrationsFact {
        status,
        confirmed: count(seats.confirmed),
        waiting: count(seats.waiting),
        groups: groups.collect(),
        activity: told.activity,
    }))
}

fn attendance(told: wire::AttendanceMerged, status: EventStatus) -> Fact {
    let groups = told.present.iter().map(|one| group(&one.country, one.audience, one.people));
    Fact::Attendance(AttendanceFact {
        status,
        groups: groups.collect(),
        unregistered: count(told.unregistered),
        open_questions: count(told.open_questions),
        activity: told.activity,
    })
}

fn certificates(told: wire::CertificatesCounted, status: EventStatus) -> Fact {
    let issued = told.counts.iter().map(|one| group(&one.country, one.audience, one.issued));
    Fact::Certificates(CertificatesFact {
        status,
        issued: issued.filter(|group| group.count > 0).collect(),
        revoked: told.counts.iter().map(|one| count(one.revoked)).sum(),
        activity: told.activity,
    })
}

fn feedback(told: wire::FeedbackAggregated, status: EventStatus) -> Option<Fact> {
    let together = told.together?;
    let ratings = |rating: Option<wire::RatingCounts>| {
        rating.map(|rating| rating.counts.into_iter().map(count).collect()).unwrap_or_default()
    };
    Some(Fact::Feedback(FeedbackFact {
        activity: told.activity,
        status,
        answers: count(together.answers),
        usefulness: ratings(together.usefulness),
        clarity: ratings(together.clarity),
        organisation: ratings(together.organisation),
    }))
}

fn material(reader: &FeedReader, told: wire::Material, at: Timestamp) -> Option<Fact> {
    let originator = told.originator.parse().ok()?;
    let is_public = told.visibility == wire::ActivityVisibility::Public as i32;
    let language = |one: &wire::LanguageState| {
        let standing = match one.state() {
            TranslationState::Unspecified => return None,
            TranslationState::Original => LanguageStanding::Original,
            TranslationState::Translated => LanguageStanding::Translated,
            TranslationState::Stale => LanguageStanding::Stale,
            TranslationState::Missing => LanguageStanding::Missing,
        };
        Some(LanguageFact { language: one.language.clone(), standing })
    };
    Some(Fact::Material(MaterialFact {
        state: MaterialState::from_number(told.state)?,
        published: at,
        languages: told.languages.iter().filter_map(language).collect(),
        shown_under: reader.shown_under([&originator].into_iter(), &told.arrangement).filter(|_| !is_public),
        originator,
        name: told.name,
    }))
}

fn downloads(told: wire::MaterialDownloadsAggregated) -> Option<Fact> {
    let day = day(told.day)?;
    Some(Fact::Downloads(DownloadsFact {
        name: format!("{}/days/{day}", told.material),
        day,
        count: told.downloads.iter().map(|one| count(one.count)).sum(),
    }))
}

fn obligation(told: wire::Obligation) -> Option<Fact> {
    let arrangement = told.name.split('/').nth(1)?.parse().ok()?;
    let fulfilments = |all: &[wire::Fulfilment]| {
        let one = |one: &wire::Fulfilment| {
            let by = if one.activity.is_empty() { &one.report } else { &one.activity };
            Some(FulfilmentFact { by: by.clone(), day: day(one.date)? })
        };
        all.iter().filter_map(one).collect::<Vec<_>>()
    };
    let period = told.period?;
    Some(Fact::Obligation(ObligationFact {
        arrangement,
        kind: ObligationKind::from_number(told.kind)?,
        state: ObligationState::from_number(told.state)?,
        first_day: day(period.start)?,
        last_day: day(period.end)?,
        due: told.due_time.and_then(time)?,
        required: count(told.required),
        done: fulfilments(&told.fulfilled_by),
        planned: fulfilments(&told.planned),
        name: told.name,
    }))
}

fn contribution(told: wire::Contribution, status: EventStatus) -> Fact {
    let reach = |one: &wire::Reach| {
        Some(ReachFact { unit: ReachUnit::from_number(one.unit)?, value: count(one.value) })
    };
    let sample = |one: &wire::SampleResult| SampleFact {
        area: one.product_area.clone(),
        taken: count(one.taken),
        tested: count(one.tested),
        non_compliant: count(one.non_compliant),
    };
    Fact::Contribution(ContributionFact {
        status,
        reach: told.reach.iter().filter_map(reach).collect(),
        samples: told.samples.iter().map(sample).collect(),
        name: told.name,
    })
}

fn action(told: wire::ActionItem, status: EventStatus) -> Option<Fact> {
    Some(Fact::Action(ActionFact {
        status,
        owner: told.owner.parse().ok()?,
        state: ActionItemState::from_number(told.state)?,
        due: told.due_time.and_then(time)?,
        ended: told.end_time.and_then(time),
        name: told.name,
    }))
}

fn group(country: &str, audience: i32, number: i32) -> GroupCount {
    GroupCount {
        count: count(number),
        country: CountryCode::parse(country).ok(),
        audience: TargetAudience::from_number(audience),
    }
}
