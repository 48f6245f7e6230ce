//! An activity from the wire into the domain.

use seamless_api::{Disclosable, Violations};
use seamless_calendar::Zones;
use seamless_identifiers::LanguageTag;
use seamless_proto::seamless::training::v1 as wire;

use super::{
    campaign::campaign_in,
    session_in::{ids_in, languages_in, number, required_text, sessions_in, venue_in},
    terms::terms_in,
};
use crate::domain::{
    model::{ActivityContent, ActivityVisibility, Delegation, EventStatus, search_form},
    ports::ActivityQuery,
};

/// The record whose fields disclosures are about.
const RECORD: &str = "seamless.training.v1.Activity";
/// Fields whose audience is fixed.
const FIXED: [&str; 14] = [
    "name",
    "organiser",
    "co_organisers",
    "state",
    "kind",
    "arrangement",
    "visibility",
    "disclosures",
    "status",
    "sequence",
    "zone_data",
    "create_time",
    "update_time",
    "etag",
];

/// Parses what the organiser says; output-only fields are ignored. `at` is the path of the activity in the request.
pub fn activity_in(
    found: &mut Violations,
    at: &str,
    activity: wire::Activity,
    zones: &Zones,
) -> Option<ActivityContent> {
    let path = |name: &str| format!("{at}.{name}");
    let kind = found.required_vocabulary(path("kind"), activity.kind);
    let arrangement = found.parsed(path("arrangement"), &activity.arrangement, str::parse);
    let visibility = found.vocabulary(path("visibility"), activity.visibility);
    let co_organisers = ids_in(found, &path("co_organisers"), &activity.co_organisers, 20);
    let product_areas = ids_in(found, &path("product_areas"), &activity.product_areas, 20);
    let venue = activity.venue.and_then(|venue| venue_in(found, &path("venue"), venue));
    let registration =
        activity.registration.map(|terms| terms_in(found, &path("registration"), terms, zones));
    let delegations = found.bounded(path("delegations"), activity.delegations, 20).into_iter().enumerate();
    let delegations = delegations
        .filter_map(|(index, one)| delegation_in(found, &format!("{at}.delegations[{index}]"), one))
        .collect();
    let campaign = activity.campaign.map(|campaign| campaign_in(found, &path("campaign"), campaign));
    let title = required_text(found, &path("title"), activity.title, 300);
    Some(ActivityContent {
        kind,
        co_organisers,
        arrangement,
        programme: found.text(path("programme"), activity.programme, 100),
        visibility: visibility.unwrap_or(ActivityVisibility::Arrangement),
        title,
        description: found.localized(&path("description"), activity.description, 10_000),
        topics: found.texts(path("topics"), activity.topics, 20, 100),
        product_areas,
        audiences: found.vocabularies(path("audiences"), &activity.audiences, 10),
        languages: languages_in(found, &path("languages"), &activity.languages),
        format: found.vocabulary(path("format"), activity.format),
        venue,
        join_link: found.url(path("join_link"), activity.join_link),
        web_page: found.url(path("web_page"), activity.web_page),
        sessions: sessions_in(found, &path("sessions"), activity.sessions, zones),
        registration,
        delegations,
        campaign,
        is_review: activity.is_review,
        status: found.vocabulary(path("status"), activity.status).unwrap_or(EventStatus::Actual),
        internal_note: found.text(path("internal_note"), activity.internal_note, 5_000),
        disclosures: DISCLOSABLE.parse(found, &path("disclosures"), activity.disclosures),
        hazards: found.vocabularies(path("hazards"), &activity.hazards, 21),
    })
}

fn delegation_in(found: &mut Violations, at: &str, one: wire::Delegation) -> Option<Delegation> {
    if one.authority.is_empty() {
        found.add(format!("{at}.authority"), "is required");
    }
    let authority = found.parsed(format!("{at}.authority"), &one.authority, str::parse);
    let head = found.text(format!("{at}.head"), one.head, 200);
    let size = number(found, &format!("{at}.size"), one.size, 1..=1_000);
    Some(Delegation { authority: authority?, head, size })
}

/// The fields whose audience may be chosen.
const DISCLOSABLE: Disclosable<'static> = Disclosable {
    record: "an activity",
    most: 50,
    is_field: &|path| seamless_proto::audience_of(RECORD, path).is_some(),
    is_fixed: &|group| FIXED.contains(&group),
};

/// Parses which activities are asked for.
pub fn filter_in(found: &mut Violations, filter: wire::ActivityFilter) -> ActivityQuery {
    let text = found.text("filter.text", filter.text, 200);
    let some = |text: String| (!text.is_empty()).then_some(text);
    let statuses = found.vocabularies("filter.statuses", &filter.statuses, 3);
    ActivityQuery {
        // Drills never mix with what is meant.
        statuses: if statuses.is_empty() { vec![EventStatus::Actual] } else { statuses },
        states: found.vocabularies("filter.states", &filter.states, 10),
        kinds: found.vocabularies("filter.kinds", &filter.kinds, 20),
        organiser: found.parsed("filter.organiser", &filter.organiser, str::parse),
        arrangement: found.parsed("filter.arrangement", &filter.arrangement, str::parse),
        programme: some(found.text("filter.programme", filter.programme, 100)),
        product_area: found.parsed("filter.product_area", &filter.product_area, str::parse),
        audience: found.vocabulary("filter.audience", filter.audience),
        words: search_form(&text).split_whitespace().map(str::to_owned).collect(),
        from: found.timestamp("filter.from_time", filter.from_time),
        until: found.timestamp("filter.until_time", filter.until_time),
        ..ActivityQuery::default()
    }
}

/// In which language somebody is written to.
pub(super) fn language_in(found: &mut Violations, at: &str, text: &str) -> Option<LanguageTag> {
    found.parsed(at, text, LanguageTag::parse)
}
