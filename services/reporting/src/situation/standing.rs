//! What the page shows of an authority, counted anew when its feed told something or a minute is over; until that is done, what was
//! counted before is shown, with its time.
//!
//! Invariant: what is kept here is of the authority that it is shown to, and of no other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, civil::Date};
use seamless_calendar::Clock;
use seamless_identity::{Arrangement, AuthorityId};

use crate::{
    domain::{
        DomainError, Reached, Rules,
        content::{Section, Text},
        error::Refusal,
        figures::{Facts, Party, Question, situation},
        model::{EventStatus, Input, Period, ReportTemplate},
        ports::FactReader,
        source::{Feed, Source},
    },
    store::Store,
};

/// How long what was counted is shown without a look at the clock: ages and deadlines are told in days.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);
/// How long a page waits for what is new, before it shows what was counted before.
const MOMENT: Duration = Duration::from_millis(30);

/// What was counted.
#[derive(Debug)]
pub struct Standing {
    /// The names of the authority.
    pub names: Text,
    /// The quarter that runs, in the zone of the authority.
    pub quarter: Period,
    /// As of when.
    pub time: Timestamp,
    pub sections: Vec<Section>,
    /// How far its feeds were read.
    pub inputs: Vec<Input>,
}

/// Until when each feed of an authority is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLag {
    /// Which service tells it.
    pub source: String,
    pub events: u64,
    /// Seconds between now and the moment up to which everything is known; none where nothing was heard since the start.
    pub seconds: Option<i64>,
}

type Kept = HashMap<AuthorityId, Arc<Standing>>;

/// What is shown of each authority. Clones share it.
#[derive(Clone)]
pub struct Standings {
    pub store: Store,
    pub rules: Rules,
    pub reached: Reached,
    pub clock: Arc<dyn Clock>,
    pub kept: Arc<Mutex<Kept>>,
    /// Of each authority one counts at a time.
    pub turns: Arc<Mutex<HashMap<AuthorityId, Arc<tokio::sync::Mutex<()>>>>>,
    /// And of all.
    pub counting: Arc<tokio::sync::Mutex<()>>,
}

impl Standings {
    /// How things stand with an authority, and how far its feeds are known; none where it is not in the cooperation any more.
    pub(super) async fn of(
        &self,
        authority: &AuthorityId,
    ) -> Result<Option<(Arc<Standing>, Vec<FeedLag>)>, DomainError> {
        let now = self.clock.now();
        let standing = match self.known(authority).filter(|known| is_recent(known, now)) {
            Some(known) if self.is_newest(authority, &known).await? => Some(known),
            // Somebody counts already: what was counted before is shown meanwhile.
            Some(known) if self.turn(authority).try_lock().is_err() => Some(known),
            known => {
                let (this, authority) = (self.clone(), authority.clone());
                // It goes on where the page does not wait for it.
                let mut counted = tokio::spawn(async move { this.counted(&authority, now).await });
                match (tokio::time::timeout(MOMENT, &mut counted).await, known) {
                    (Ok(done), _) => done.map_err(broken)??,
                    (Err(_), Some(known)) => Some(known),
                    (Err(_), None) => counted.await.map_err(broken)??,
                }
            }
        };
        let Some(standing) = standing else { return Ok(None) };
        let mut lags = Vec::new();
        for feed in Source::ALL.map(|source| Feed { source, reader: authority.clone() }) {
            if let Some(input) = self.store.input(&feed).await? {
                let seconds = self.reached.lag(&feed, now).map(|lag| lag.as_secs());
                lags.push(FeedLag { source: input.source, events: input.events, seconds });
            }
        }
        Ok(Some((standing, lags)))
    }

    fn known(&self, authority: &AuthorityId) -> Option<Arc<Standing>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(authority).cloned()
    }

    /// Whether its feeds told nothing since.
    async fn is_newest(&self, authority: &AuthorityId, known: &Standing) -> Result<bool, DomainError> {
        let mut newest = Vec::new();
        for source in Source::ALL {
            let input = self.store.input(&Feed { source, reader: authority.clone() }).await?;
            newest.extend(input.map(|input| input.content_sha256));
        }
        Ok(known.inputs.iter().map(|input| &input.content_sha256).eq(&newest))
    }

    fn turn(&self, authority: &AuthorityId) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(authority.clone()).or_default())
    }

    /// What was counted since `asked`, by this call or by another.
    async fn counted(
        &self,
        authority: &AuthorityId,
        asked: Timestamp,
    ) -> Result<Option<Arc<Standing>>, DomainError> {
        let turn = self.turn(authority);
        let _turn = turn.lock().await;
        if let Some(known) = self.known(authority).filter(|known| known.time > asked) {
            return Ok(Some(known));
        }
        let _counting = self.counting.lock().await;
        let now = self.clock.now();
        let known = self.store.known_of(authority, &Source::ALL).await?;
        let (rules, authority) = (self.rules.clone(), authority.clone());
        let viewer = authority.clone();
        let counted = tokio::task::spawn_blocking(move || {
            let facts = Facts::of(known.facts, EventStatus::Actual);
            counted_of(&rules, &viewer, &facts, known.inputs, now)
        });
        let Some(standing) = counted.await.map_err(broken)? else { return Ok(None) };
        let standing = Arc::new(standing);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(authority, Arc::clone(&standing));
        Ok(Some(standing))
    }
}

/// It was cut off while it counted.
fn broken(error: tokio::task::JoinError) -> DomainError {
    Refusal::Fault(error.to_string()).into()
}

fn is_recent(known: &Standing, now: Timestamp) -> bool {
    let age = now.duration_since(known.time);
    SignedDuration::ZERO <= age && age < MINUTE
}

/// What is known of the authority, with all other sides as one partner.
fn counted_of(
    rules: &Rules,
    authority: &AuthorityId,
    facts: &Facts,
    inputs: Vec<Input>,
    now: Timestamp,
) -> Option<Standing> {
    let owner = rules.party(authority)?;
    let zone_name = rules.cooperation.authority(authority)?.time_zone.iana_name().unwrap_or("UTC").to_owned();
    let zone = rules.zones.get(&zone_name).ok()?;
    let quarter = quarter_of(zone.to_datetime(now).date(), zone_name);
    let others = rules.cooperation.authorities_that(|one| !owner.members.contains(one));
    let partner =
        Party { id: authority.clone(), names: Text::of("All partners", "所有伙伴方"), members: others };
    let (jurisdictions, names) = (rules.jurisdictions(), rules.names());
    let own = rules.cooperation.contact_point_of(authority);
    let arrangements = rules.cooperation.arrangements().filter(|one| one.has_party(own));
    let arrangements: Vec<Arrangement> = arrangements.cloned().collect();
    let question = Question {
        template: ReportTemplate::QuarterlyPartner,
        owner: &owner,
        partner: Some(&partner),
        period: &quarter,
        zone: &zone,
        start: quarter.start(&rules.zones)?,
        cut: now,
        status: EventStatus::Actual,
        arrangements: &arrangements,
        jurisdictions: &jurisdictions,
        names: &names,
    };
    let sections = situation(&question, facts);
    Some(Standing { names: owner.names.clone(), quarter, time: now, sections, inputs })
}

fn quarter_of(day: Date, zone: String) -> Period {
    let first_month = (day.month() - 1) / 3 * 3 + 1;
    let of = |month: i8| Date::new(day.year(), month, 1).unwrap_or(day);
    Period { first: of(first_month), last: of(first_month + 2).last_of_month(), zone }
}
