//! What is configuration rather than code: authorities, zones, whose feeds are followed; and who may see what by it.

use std::{collections::HashMap, sync::Arc};

use jiff::SignedDuration;
use seamless_calendar::Zones;
use seamless_disclosure::Audience;
use seamless_identity::{Arrangement, Authority, AuthorityId, Cooperation};
use seamless_suppression::Rule;

use super::{
    content::Text,
    figures::Party,
    glossary::Glossary,
    model::{Report, ReportState},
    source::{Feed, Source},
};

/// Everything that the use cases need to know of the world around them.
#[derive(Clone)]
pub struct Rules {
    pub cooperation: Arc<Cooperation>,
    pub zones: Zones,
    /// SHA-256 of the time zone data, in hexadecimal digits.
    pub zone_data_sha256: Arc<str>,
    /// The authorities whose feeds of alerts are followed.
    pub followed: Arc<[AuthorityId]>,
    /// The feeds of other services that are followed.
    pub other_feeds: Arc<[Feed]>,
    /// SHA-256 of the file of authorities and arrangements, in hexadecimal digits.
    pub cooperation_sha256: Arc<str>,
    /// The most reports of an authority that wait to be generated.
    pub most_queued: u64,
    /// The most schedules of an authority that are not deleted.
    pub most_schedules: u64,
    /// How far apart the runs of a schedule are at least.
    pub least_distance: SignedDuration,
    /// Which counts are small for others than the side whose cases they count.
    pub small: Rule,
    /// The terms that bulletins are held to.
    pub glossary: Arc<Glossary>,
    /// Whether bulletins are published while findings of the glossary are open.
    pub publish_with_findings: bool,
}

impl Rules {
    /// Whether this feed is followed.
    #[must_use]
    pub fn follows(&self, feed: &Feed) -> bool {
        match feed.source {
            Source::Notifications => self.followed.contains(&feed.reader),
            Source::Consignments | Source::Training => self.other_feeds.contains(feed),
        }
    }

    /// All feeds that are followed.
    #[must_use]
    pub fn feeds(&self) -> Vec<Feed> {
        self.followed.iter().map(Feed::of_alerts).chain(self.other_feeds.iter().cloned()).collect()
    }

    /// The authorities of which any feed is followed, each once.
    #[must_use]
    pub fn owners(&self) -> Vec<AuthorityId> {
        let mut owners: Vec<AuthorityId> = self.feeds().into_iter().map(|feed| feed.reader).collect();
        owners.sort();
        owners.dedup();
        owners
    }

    /// What the viewer is to a report; none where it may not see it.
    #[must_use]
    pub fn clearance(&self, report: &Report, viewer: &AuthorityId) -> Option<Audience> {
        if self.cooperation.sees_as_owner(&report.owner, viewer) {
            return Some(Audience::Originator);
        }
        let is_reader = report.readers.iter().any(|reader| self.cooperation.sees_as_owner(reader, viewer));
        (is_reader && report.state == ReportState::Published).then_some(Audience::Parties)
    }

    /// The owner's side: who is told what becomes of its reports.
    #[must_use]
    pub fn side(&self, owner: &AuthorityId) -> Vec<AuthorityId> {
        self.cooperation.own_side(owner)
    }

    /// The arrangements in which both take part, themselves or through their contact points, in force or not.
    #[must_use]
    pub fn arrangements_of(&self, one: &AuthorityId, other: &AuthorityId) -> Vec<Arrangement> {
        let [one, other] = [one, other].map(|id| self.cooperation.contact_point_of(id));
        let both = self.cooperation.arrangements().filter(|all| all.has_party(one) && all.has_party(other));
        both.cloned().collect()
    }

    /// The jurisdiction of each authority's side: that of its contact point.
    #[must_use]
    pub fn jurisdictions(&self) -> HashMap<AuthorityId, String> {
        let side = |id: &AuthorityId| self.cooperation.authority(self.cooperation.contact_point_of(id));
        let authorities = self.cooperation.authorities();
        authorities.map(|one| (one.id.clone(), side(&one.id).unwrap_or(one).jurisdiction.clone())).collect()
    }

    /// What each authority is called.
    #[must_use]
    pub fn names(&self) -> HashMap<AuthorityId, Text> {
        self.cooperation.authorities().map(|one| (one.id.clone(), name_of(one))).collect()
    }

    /// A side of a report, as the cooperation knows it; none for an unknown authority.
    #[must_use]
    pub fn party(&self, id: &AuthorityId) -> Option<Party> {
        let names = name_of(self.cooperation.authority(id)?);
        let mut members = self.cooperation.side_members(self.cooperation.contact_point_of(id));
        members.sort();
        Some(Party { id: id.clone(), names, members })
    }
}

/// What an authority is called: in English, else by its id; in Chinese, else as in English.
fn name_of(authority: &Authority) -> Text {
    let name = |language: &str| authority.names.get(language).filter(|name| !name.is_empty()).cloned();
    let english = name("en").unwrap_or_else(|| authority.id.to_string());
    let chinese = name("zh-Hans").or_else(|| name("zh")).unwrap_or_else(|| english.clone());
    Text::of(english, chinese)
}
