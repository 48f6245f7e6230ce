//! What the cooperation, the calendar and the kind of an activity say against its content: everything at once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    Rules, Violation,
    model::{
        ActivityContent, ActivityFormat, ActivityKind, ActivityVisibility, Campaign, RegistrationTerms,
        Session,
    },
};

/// Checks what was parsed.
pub struct ActivityChecks<'a> {
    pub rules: &'a Rules,
    pub organiser: &'a AuthorityId,
}

impl ActivityChecks<'_> {
    /// Everything that is wrong. What only an announced activity wants is asked for with `is_announced`.
    #[must_use]
    pub fn violations(
        &self,
        content: &ActivityContent,
        is_announced: bool,
        now: Timestamp,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        self.cooperation(content, now, &mut found);
        self.sessions(&content.sessions, &mut found);
        if let Some(terms) = &content.registration {
            self.terms(content, terms, &mut found);
        } else if let Some(index) = content.sessions.iter().position(|one| one.capacity.is_some()) {
            let wanted = "wants nothing where people do not register for the activity";
            found.push(Violation::new(format!("sessions[{index}].capacity"), wanted));
        }
        if let Some(campaign) = &content.campaign {
            self.campaign(content, campaign, &mut found);
        }
        if content.is_review && !may_be_review(content.kind) {
            found.push(Violation::new("is_review", "wants a meeting or a summit"));
        }
        if is_announced {
            announced(content, &mut found);
        }
        found
    }

    fn campaign(&self, content: &ActivityContent, campaign: &Campaign, found: &mut Vec<Violation>) {
        let mut add = |field: String, description: String| {
            found.push(Violation::new(format!("campaign{field}"), description));
        };
        if !is_campaign(content.kind) {
            add(String::new(), "wants a campaign or a joint surveillance".into());
        }
        for (index, one) in campaign.participants.iter().enumerate() {
            if self.rules.cooperation.authority(one).is_none() {
                let wanted = format!("wants an authority of the cooperation; got {one}");
                add(format!(".participants[{index}]"), wanted);
            }
        }
        let takes_part = |one: &AuthorityId| {
            one == self.organiser
                || content.co_organisers.contains(one)
                || campaign.participants.contains(one)
        };
        let mut planned = BTreeSet::new();
        for (index, one) in campaign.planned_samples.iter().enumerate() {
            if !takes_part(&one.authority) {
                let wanted = format!("wants an authority that takes part; got {}", one.authority);
                add(format!(".planned_samples[{index}].authority"), wanted);
            }
            if !planned.insert((&one.authority, &one.product_area)) {
                let twice = format!("{} plans {} twice", one.authority, one.product_area);
                add(format!(".planned_samples[{index}].product_area"), twice);
            }
        }
        if content.kind == ActivityKind::Campaign && !campaign.planned_samples.is_empty() {
            add(".planned_samples".into(), "wants none: a campaign takes no samples".into());
        }
    }

    fn cooperation(&self, content: &ActivityContent, now: Timestamp, found: &mut Vec<Violation>) {
        let mut add = |field: String, description: String| found.push(Violation::new(field, description));
        let is_party = |authority: &AuthorityId| match &content.arrangement {
            Some(id) => self.rules.cooperation.is_open_to_side(id, authority, now),
            None => true,
        };
        match &content.arrangement {
            Some(id) if !is_party(self.organiser) => {
                let wanted = format!("wants an arrangement in force in which {} takes part", self.organiser);
                add("arrangement".into(), format!("{wanted}; got {id}"));
            }
            None if content.visibility == ActivityVisibility::Arrangement => {
                add("arrangement".into(), "is required where its parties see the activity".into());
            }
            _ => {}
        }
        let named =
            content.co_organisers.iter().enumerate().map(|(index, one)| ("co_organisers", index, one));
        let sent = content.delegations.iter().enumerate();
        let sent = sent.map(|(index, one)| ("delegations", index, &one.authority));
        for (list, index, authority) in named.chain(sent) {
            let field = match list {
                "delegations" => format!("{list}[{index}].authority"),
                _ => format!("{list}[{index}]"),
            };
            if self.rules.cooperation.authority(authority).is_none() {
                add(field, format!("wants an authority of the cooperation; got {authority}"));
            } else if !is_party(authority) {
                add(field, format!("{authority} takes no part in the arrangement"));
            } else if list == "co_organisers" && authority == self.organiser {
                add(field, format!("{authority} leads it already"));
            }
        }
    }

    /// What is wrong with sessions.
    pub fn sessions(&self, sessions: &[Session], found: &mut Vec<Violation>) {
        let mut ids = BTreeSet::new();
        for (index, session) in sessions.iter().enumerate() {
            let mut add = |field: &str, description: String| {
                found.push(Violation::new(format!("sessions[{index}].{field}"), description));
            };
            if !ids.insert(&session.id) {
                add("id", format!("{} is the id of another session", session.id));
            }
            for problem in session.problems(self.rules.limits.series, &self.rules.zones) {
                add("recurrence", problem.to_string());
            }
            let beyond = session.agenda.iter().position(|item| item.begins >= session.minutes);
            if let Some(item) = beyond {
                let wanted = format!("wants less than the {} minutes of the session", session.minutes);
                add(&format!("agenda[{item}].begins"), wanted);
            }
        }
    }

    fn terms(&self, content: &ActivityContent, terms: &RegistrationTerms, found: &mut Vec<Violation>) {
        let mut add = |field: &str, description: String| {
            found.push(Violation::new(format!("registration.{field}"), description))
        };
        if terms.largest_group > terms.capacity {
            add(
                "largest_group",
                format!("wants at most the capacity, {}; got {}", terms.capacity, terms.largest_group),
            );
        }
        if terms.offer_hours > 0 && !terms.waiting_list {
            add("offer_hours", "wants 0 without a waiting list".into());
        }
        if terms.smaller_may_overtake && !terms.waiting_list {
            add("smaller_may_overtake", "wants false without a waiting list".into());
        }
        let zones = &self.rules.zones;
        let instant = |time: &Option<seamless_calendar::WallTime>| {
            time.as_ref().and_then(|time| time.instant(zones).ok())
        };
        let (opens, closes) = (instant(&terms.opens), instant(&terms.closes));
        if let (Some(opens), Some(closes)) = (opens, closes)
            && closes <= opens
        {
            add("closes", format!("wants a time behind the opening, {opens}; got {closes}"));
        }
        let Ok(Some(last)) = content.last_begins(zones) else { return };
        if let Some(closes) = closes
            && closes > last
        {
            add(
                "closes",
                format!("wants no time behind the beginning of the last meeting, {last}; got {closes}"),
            );
        }
        if let Some(opens) = opens
            && opens >= last
            && closes.is_none()
        {
            add("opens", format!("wants a time before the last meeting begins, {last}; got {opens}"));
        }
    }
}

/// What an announced activity wants.
fn announced(content: &ActivityContent, found: &mut Vec<Violation>) {
    let without_time =
        [ActivityKind::Campaign, ActivityKind::SelfPacedCourse, ActivityKind::JointSurveillance];
    if content.sessions.is_empty() && !without_time.contains(&content.kind) {
        found.push(Violation::new("sessions", "is required once it is announced"));
    }
    if content.format.is_none() && !content.sessions.is_empty() {
        found.push(Violation::new("format", "is required once it is announced"));
    }
    if is_campaign(content.kind) {
        let campaign = content.campaign.as_ref();
        if campaign.is_none_or(|campaign| campaign.period.is_none()) {
            found.push(Violation::new("campaign.period", "is required once it is announced"));
        }
        let planless = campaign.is_none_or(|campaign| campaign.sampling_plan.versions().is_empty());
        if content.kind == ActivityKind::JointSurveillance && planless {
            found.push(Violation::new("campaign.sampling_plan", "is required once it is announced"));
        }
    }
    let at_a_place = matches!(content.format, Some(ActivityFormat::InPerson | ActivityFormat::Hybrid));
    if at_a_place && content.venue.is_none() {
        found.push(Violation::new("venue", "is required where people come to a place"));
    }
}

fn may_be_review(kind: ActivityKind) -> bool {
    use ActivityKind::{BilateralMeeting, Summit, WorkingGroupMeeting};
    matches!(kind, BilateralMeeting | Summit | WorkingGroupMeeting)
}

fn is_campaign(kind: ActivityKind) -> bool {
    matches!(kind, ActivityKind::Campaign | ActivityKind::JointSurveillance)
}
