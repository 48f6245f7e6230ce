//! What is configuration rather than code: authorities, arrangements, calendars; and the audiences that the contract
//! declares.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use seamless_calendar::Calendars;
use seamless_identity::{Arrangement, ArrangementId, AuthorityId, Cooperation, Exchange, FieldGroup};

use super::{
    audiences::FieldAudiences,
    error::DomainError,
    model::{Content, Transmission},
};

/// Everything that the use cases need to know of the world around them.
#[derive(Clone)]
pub struct Rules {
    pub cooperation: Arc<Cooperation>,
    pub calendars: Arc<Calendars>,
    pub audiences: Arc<dyn FieldAudiences>,
    /// The field groups that may not travel, by arrangement.
    withheld: Arc<HashMap<ArrangementId, Vec<String>>>,
    every_group: Arc<[String]>,
}

/// A recipient, and the arrangement under which it gets a notification.
pub struct Route<'a> {
    pub recipient: AuthorityId,
    pub arrangement: &'a Arrangement,
}

impl Rules {
    /// The rules that the configuration makes.
    #[must_use]
    pub fn new(
        cooperation: Arc<Cooperation>,
        calendars: Arc<Calendars>,
        audiences: Arc<dyn FieldAudiences>,
    ) -> Self {
        let withheld_by = |arrangement: &Arrangement| {
            let kept = |(_, group): &(&str, FieldGroup)| !arrangement.field_groups.contains(group);
            FieldGroup::WORDS.into_iter().filter(kept).map(|(word, _)| word.to_owned()).collect()
        };
        let withheld = cooperation
            .arrangements()
            .map(|arrangement| (arrangement.id.clone(), withheld_by(arrangement)))
            .collect();
        let every_group = FieldGroup::WORDS.into_iter().map(|(word, _)| word.to_owned()).collect();
        Self { cooperation, calendars, audiences, withheld: Arc::new(withheld), every_group }
    }

    /// The field groups that may not travel under an arrangement: all, where it is configured no more.
    #[must_use]
    pub fn withheld_groups(&self, arrangement: &ArrangementId) -> &[String] {
        self.withheld.get(arrangement).map_or(&self.every_group, Vec::as_slice)
    }

    /// Where a notification of `originator` goes by itself: the criteria of the systematic arrangements in force.
    #[must_use]
    pub fn systematic_routes(
        &self,
        originator: &AuthorityId,
        content: &Content,
        now: Timestamp,
    ) -> Vec<Route<'_>> {
        let sender = self.cooperation.contact_point_of(originator);
        let mut routes: Vec<Route<'_>> = Vec::new();
        let terms =
            self.cooperation.in_force(now).map(|arrangement| (arrangement, arrangement.terms_at(now)));
        for (arrangement, terms) in terms.filter(|(_, terms)| terms.exchange == Exchange::Systematic) {
            for criterion in &terms.criteria {
                let origin = content.traceability.country_of_origin.map(|country| country.as_str());
                let meets = criterion.covers(sender, &criterion.to, origin);
                if meets && !routes.iter().any(|route| route.recipient == criterion.to) {
                    routes.push(Route { recipient: criterion.to.clone(), arrangement });
                }
            }
        }
        routes
    }

    /// The arrangement under which a notification of `originator` may go to `recipient`: the one named, or the only
    /// one in force between the two sides.
    ///
    /// # Errors
    /// `NoArrangement` where none is in force, or several are and none is named.
    pub fn arrangement_to(
        &self,
        originator: &AuthorityId,
        recipient: &AuthorityId,
        named: Option<&str>,
        now: Timestamp,
    ) -> Result<&Arrangement, DomainError> {
        let sender = self.cooperation.contact_point_of(originator);
        let refuse = |why: String| DomainError::NoArrangement { recipient: recipient.clone(), why };
        if self.cooperation.authority(recipient).is_none() {
            return Err(refuse("no authority of this id takes part".to_owned()));
        }
        // Information goes from one side to the other: to a party, which passes it on to those who stand behind it.
        let between = self
            .cooperation
            .arrangements_between(originator, recipient, now)
            .filter(|arrangement| arrangement.has_party(recipient));
        let mut found: Vec<&Arrangement> = between
            .filter(|arrangement| named.is_none_or(|named| arrangement.id.as_str() == named))
            .collect();
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(_), false) => {
                Err(refuse(format!("several are in force between {sender} and {recipient}: name one")))
            }
            (None, _) => Err(refuse(format!("none is in force between {sender} and {recipient}"))),
        }
    }

    /// True if what `recipient` got under this arrangement may still be read by it: the arrangement is in force, and the
    /// recipient is a party.
    #[must_use]
    pub fn is_open_to_party(
        &self,
        arrangement: &ArrangementId,
        recipient: &AuthorityId,
        now: Timestamp,
    ) -> bool {
        let arrangement = self.cooperation.arrangement(arrangement);
        arrangement.is_some_and(|known| known.is_in_force(now) && known.has_party(recipient))
    }

    /// The arrangements under which `recipient` may read what it got.
    #[must_use]
    pub fn open_arrangements(&self, recipient: &AuthorityId, now: Timestamp) -> Vec<ArrangementId> {
        let open = self.cooperation.in_force(now).filter(|arrangement| arrangement.has_party(recipient));
        open.map(|arrangement| arrangement.id.clone()).collect()
    }

    /// The arrangements in force, each with its parties: between these, and under these alone, what was transmitted
    /// stays.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Vec<(ArrangementId, Vec<AuthorityId>)> {
        let in_force = self.cooperation.in_force(now);
        in_force.map(|arrangement| (arrangement.id.clone(), arrangement.parties.clone())).collect()
    }

    /// True if a transmission under this arrangement stays: it is in force, and both sides are parties.
    #[must_use]
    pub fn stands(&self, transmission: &Transmission, now: Timestamp) -> bool {
        let arrangement = self.cooperation.arrangement(&transmission.arrangement);
        arrangement.is_some_and(|known| {
            known.is_in_force(now)
                && known.has_party(&transmission.recipient)
                && known.has_party(&transmission.sender)
        })
    }
}
