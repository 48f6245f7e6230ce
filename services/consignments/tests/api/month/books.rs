//! What was answered in the month beside what was true, and whether it agrees.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp, civil::Date};
use seamless_consignments::{domain::model::Plan, domain::ports::PlanReader, store::Store};
use seamless_feed::FeedSignal;
use seamless_proto::seamless::consignments::v1::{self as wire, ReasonKind, Selection};
use seamless_testkit::TestDatabase;

use super::{
    ALERT,
    estimates::Estimated,
    port::{CAPACITY, Port},
    world::{Arrival, BUSY, UNPLANNED},
};
use crate::history::rotterdam;

/// One declaration of the month.
pub struct Entry {
    /// On which day of the month it was declared, and when in the day: from 0 at its beginning to 1 at its end.
    pub day: usize,
    pub moment: f64,
    /// The day on which it arrived, or was declared if that was later.
    came: Date,
    pub arrival: Arrival,
    /// What was decided, first and last.
    versions: Vec<wire::Screening>,
    pub is_examined: bool,
}

impl Entry {
    pub fn first(&self) -> &wire::Screening {
        &self.versions[0]
    }

    pub fn last(&self) -> &wire::Screening {
        self.versions.last().unwrap()
    }

    pub fn versions(&self) -> &[wire::Screening] {
        &self.versions
    }

    /// The chance that the first decision wrote down.
    pub fn chance(&self) -> f64 {
        draw(self.first()).1
    }

    /// Whether the first decision gave them a place.
    pub fn was_chosen(&self) -> bool {
        draw(self.first()).0 != Selection::None
    }

    pub fn selection(&self) -> Selection {
        draw(self.last()).0
    }

    /// The day whose plan they are under in the end.
    pub fn date(&self) -> Date {
        date(self.last())
    }

    /// Should have been examined, where no capacity was left.
    fn is_unmet(&self) -> bool {
        let is_said = |reason: &wire::ScreeningReason| reason.kind() == ReasonKind::CapacityExhausted;
        self.selection() == Selection::None && self.last().reasons.iter().any(is_said)
    }

    /// Chosen by what a model says of it.
    pub fn is_targeted(&self) -> bool {
        self.selection() == Selection::Targeted && self.arrival.is_plain
    }
}

#[derive(Default)]
pub struct Books {
    pub days: Vec<Date>,
    pub entries: Vec<Entry>,
    /// What the service said of the rates of the month.
    pub estimated: Vec<Estimated>,
    /// The places of the entries, by the names of what was decided last.
    current: HashMap<String, usize>,
    plans: HashMap<Date, Plan>,
}

impl Books {
    /// Takes a day in.
    pub fn take_in(
        &mut self,
        day: usize,
        port: &Port,
        arrivals: Vec<Arrival>,
        decided: Vec<Vec<wire::Screening>>,
    ) {
        self.days.push(port.date());
        let count = arrivals.len();
        for (at, (arrival, versions)) in arrivals.into_iter().zip(decided).enumerate() {
            for (before, after) in versions.iter().zip(versions.iter().skip(1)) {
                assert_eq!(after.supersedes, before.name, "an amendment is linked");
                is_kept(before, after);
            }
            let moment = at as f64 / count as f64;
            let arrives = arrival.consignment.arrival_time.unwrap().seconds;
            let came = port.date_of(Timestamp::from_second(arrives).unwrap()).max(port.date());
            let entry = Entry { day, moment, came, arrival, versions, is_examined: false };
            self.current.insert(entry.last().name.clone(), self.entries.len());
            self.entries.push(entry);
        }
    }

    /// What was demanded and met no capacity: it is declared once more.
    pub fn unmet(&self) -> Vec<wire::Consignment> {
        let unmet = self.entries.iter().filter(|entry| entry.is_unmet());
        unmet.map(|entry| entry.arrival.consignment.clone()).collect()
    }

    /// What was declared once more since is examined on the day on which it was.
    pub fn found_a_place(&mut self, today: Date, decided: Vec<wire::Screening>) {
        let unmet: Vec<usize> = (0..self.entries.len()).filter(|at| self.entries[*at].is_unmet()).collect();
        assert_eq!(unmet.len(), decided.len());
        for (at, screening) in unmet.into_iter().zip(decided) {
            let before = self.entries[at].last();
            assert_eq!(screening.supersedes, before.name, "an amendment is linked");
            assert_eq!(
                (draw(&screening).0, date(&screening)),
                (Selection::Mandatory, today),
                "{screening:?}"
            );
            self.current.insert(screening.name.clone(), at);
            self.entries[at].versions.push(screening);
        }
    }

    fn place_of(&self, screening: &str) -> usize {
        *self.current.get(screening).expect("what is chosen was declared, and is as it was declared last")
    }

    pub fn is_unsafe(&self, screening: &str) -> bool {
        self.entries[self.place_of(screening)].arrival.is_unsafe
    }

    /// What was examined on the day taken in last: all that its plan chose, whenever it was declared.
    pub fn examined(&mut self, screenings: &HashSet<String>) {
        let today = *self.days.last().unwrap();
        for screening in screenings {
            let at = self.place_of(screening);
            self.entries[at].is_examined = true;
        }
        for entry in self.entries.iter().filter(|entry| entry.date() == today) {
            let is_chosen = entry.selection() != Selection::None;
            assert_eq!(entry.is_examined, is_chosen, "the list of the day is what its plan chose");
        }
    }

    /// Those under the plan of a day.
    pub fn under(&self, date: Date) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.date() == date)
    }

    /// No day gave out more than it had; the lot had its due; each declaration counts once.
    pub async fn capacity_and_floor(&mut self, database: &TestDatabase) {
        let store = Store::new(database.database.clone(), FeedSignal::new());
        // Those who come to the last days may be under the plans of days behind the month.
        let dates: BTreeSet<Date> = self.entries.iter().map(|entry| date(entry.first())).collect();
        assert!(self.days.iter().all(|day| dates.contains(day)));
        for date in dates {
            let plan = store.plan_get(&rotterdam(), date).await.unwrap().unwrap();
            let count = |selection: Selection| {
                let chosen = self.under(date).filter(|entry| entry.selection() == selection);
                u32::try_from(chosen.count()).unwrap()
            };
            let used = plan.used;
            let declared: Vec<&Entry> =
                self.entries.iter().filter(|entry| self::date(entry.first()) == date).collect();
            let count_declared = declared.len() as u64;
            assert_eq!(used.arrivals, count_declared, "none is lost, none counts twice, amended or not");
            assert_eq!(
                (used.random, used.targeted, used.mandatory),
                (count(Selection::Random), count(Selection::Targeted), count(Selection::Mandatory))
            );
            assert!(plan.holds_its_use(), "{used:?}");
            if date == self.days[UNPLANNED] {
                // Whoever was drawn under it before it began says nothing of it.
                let before = self.days[UNPLANNED - 1];
                let before = self.entries.iter().filter(|entry| entry.came == before).count();
                assert_eq!(plan.expected_arrivals, before as u64, "as many as came on the day before");
            } else if self.days.contains(&date) {
                assert_eq!(plan.capacity, CAPACITY.unsigned_abs());
            }
            let of_the_day = declared.iter().filter(|entry| entry.came == date).count() as u64;
            if of_the_day >= plan.expected_arrivals {
                assert_eq!(used.random, plan.random_capacity(), "the lot had its due on {date}: {used:?}");
            }
            self.plans.insert(date, plan);
        }
        self.later_days();
    }

    /// Who comes to a day that is spent by then is drawn under a later one.
    #[allow(clippy::print_stderr, reason = "what was found tells what the test is worth")]
    fn later_days(&self) {
        let mut later: BTreeMap<Date, usize> = BTreeMap::new();
        for entry in &self.entries {
            let under = date(entry.first());
            if under != entry.came {
                assert!(under > entry.came && self.was_spent_for(entry), "{:?}", entry.first());
                *later.entry(entry.came).or_default() += 1;
            }
        }
        eprintln!("drawn under a later day: {:?}", later.values().collect::<Vec<_>>());
        let of_busy = later.get(&self.days[BUSY]).copied().unwrap_or_default();
        assert!(of_busy >= 50, "{of_busy}, where 160 came of 100 that were expected");
    }

    /// Whether nothing was left of the lot of the day on which goods came when they were decided, while as many had come as were
    /// expected, or others had had their part in it.
    fn was_spent_for(&self, late: &Entry) -> bool {
        let own = &self.plans[&late.came];
        // A replica reads the clock a moment before it learns what another one gave out.
        let until = decided_at(late) + SignedDuration::from_secs(2);
        let before = || self.entries.iter().filter(|entry| decided_at(entry) <= until);
        let drawn = before()
            .filter(|entry| date(entry.first()) == late.came && draw(entry.first()).0 == Selection::Random);
        let came = before().filter(|entry| entry.came == late.came).count() as u64;
        let carried_in = before().any(|entry| date(entry.first()) == late.came && entry.came < late.came);
        drawn.count() >= own.random_capacity() as usize && (came >= own.expected_arrivals || carried_in)
    }

    /// Whether all is given out of a plan that is not kept for the lot.
    fn is_spent(&self, date: Date) -> bool {
        self.plans[&date].targeted_left() == 0
    }

    /// Each arrival of the product under an alert was examined once it was known, as far as the day had capacity.
    pub fn alerts_were_heeded(&self) {
        let (mut examined, mut all) = (0, 0);
        for entry in self.entries.iter().filter(|entry| entry.arrival.is_alerted()) {
            let is_known = entry.day >= ALERT;
            assert_eq!(!entry.last().matched_notifications.is_empty(), is_known, "on day {}", entry.day);
            if !is_known {
                continue;
            }
            let is_examined = entry.selection() == Selection::Mandatory;
            examined += usize::from(is_examined);
            all += 1;
            if !is_examined {
                assert!(self.is_spent(entry.date()), "there was capacity: {:?}", entry.last());
            }
            if entry.selection() == Selection::None {
                assert!(entry.is_unmet() && entry.day + 1 == self.days.len(), "{:?}", entry.last());
                assert_eq!(entry.last().lane(), wire::Lane::Yellow, "it is held at its documents");
            }
        }
        assert!(2 * examined >= all, "{examined} of {all}: whoever comes early at least");
    }

    /// The feed told every decision on which somebody has to act, as it was answered, once; and nobody else was told.
    pub async fn what_is_to_be_done_was_told(&self, port: &mut Port) {
        let told: Vec<wire::ConsignmentScreened> = port.partner("nl-customs").told().await;
        let told: Vec<wire::Screening> = told.into_iter().filter_map(|told| told.screening).collect();
        let told_by_name: HashMap<&str, &wire::Screening> =
            told.iter().map(|screening| (screening.name.as_str(), screening)).collect();
        assert_eq!(told_by_name.len(), told.len(), "each once");
        let mut expected = 0;
        for entry in &self.entries {
            let first = (entry.first().lane() != wire::Lane::Green).then_some(entry.first());
            for screening in first.into_iter().chain(&entry.versions[1..]) {
                let told = told_by_name.get(screening.name.as_str());
                // The stream gives the decision without the goods, which its caller has.
                let told = told.map(|told| wire::Screening { consignment: None, ..(*told).clone() });
                assert_eq!(told.as_ref(), Some(screening));
                expected += 1;
            }
        }
        assert_eq!(told.len(), expected, "nothing else");
        assert_eq!(port.partner("cn-gacc").told::<wire::ConsignmentScreened>().await, []);
    }

    /// Decisions can be made again, by the models of their time.
    pub async fn can_be_replayed(&self, port: &mut Port) {
        let mut customs = port.partner("nl-customs");
        let amended = self.entries.iter().filter(|entry| entry.versions.len() > 1).step_by(7);
        for entry in self.entries.iter().step_by(37).chain(amended) {
            let request = wire::ReplayScreeningRequest { name: entry.last().name.clone() };
            let replayed = customs.screenings.replay_screening(request).await.unwrap().into_inner();
            assert!(replayed.identical, "{replayed:#?}");
        }
    }
}

/// An amendment keeps day, place and chance; what had no place may get one for what is certain, and never by lot.
fn is_kept(before: &wire::Screening, after: &wire::Screening) {
    assert_eq!(date(after), date(before), "it belongs to the same day");
    let ((was, chance), (is, kept)) = (draw(before), draw(after));
    match (was, is) {
        (Selection::None, Selection::Targeted | Selection::Mandatory) => {}
        _ => assert_eq!((is, kept), (was, chance), "{after:?}"),
    }
}

/// When goods were decided on first.
fn decided_at(entry: &Entry) -> Timestamp {
    let time = entry.first().screen_time.unwrap();
    Timestamp::new(time.seconds, time.nanos).unwrap()
}

/// The day under whose plan it was decided.
fn date(screening: &wire::Screening) -> Date {
    let draw = screening.draw.as_ref().expect("goods that arrive have a draw");
    draw.plan.rsplit('/').next().unwrap().parse().unwrap()
}

pub fn draw(screening: &wire::Screening) -> (Selection, f64) {
    let draw = screening.draw.as_ref().expect("goods that arrive have a draw");
    (draw.selection(), draw.probability)
}
