//! The traffic of a month, made up and the same in every run: who trades what, and which goods are unsafe in truth, which
//! only their examination shows.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use seamless_identifiers::MovementReference;
use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as told};

use super::{DAYS, papers};
use crate::{
    history::lot,
    words::{goods, party},
};

/// Consignments of a usual day.
const USUAL: usize = 220;
/// A day on which 60 of 100 come that were expected, and one on which 160 do.
const QUIET: usize = 6;
pub const BUSY: usize = 10;
/// A day for which nobody sets a plan.
pub const UNPLANNED: usize = 14;
/// How many of a day arrive on the next one only, and how many have arrived the day before.
const ANNOUNCED: usize = 6;
const LATE: usize = 4;
/// The product of which an alert is told in the course of the month.
pub const ALERTED: &str = "6291041500213";

const EXPORTERS: usize = 70;
const CODES: [&str; 4] = ["950300", "950590", "940542", "850440"];
const ORIGINS: [&str; 4] = ["CN", "VN", "IN", "TR"];
const DECLARANTS: usize = 9;
const IMPORTERS: usize = 40;

/// What is wrong with the certificates that goods invoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    None,
    /// It is lent: another exporter has it.
    OtherExporter,
    /// Nobody issued it.
    Unknown,
    /// More is taken than is left.
    Overdrawn,
    /// It covers so many of all who invoke it; of others more is taken than is left.
    Scarce(usize),
}

/// Goods with what nobody knows of them.
pub struct Arrival {
    pub consignment: wire::Consignment,
    pub is_unsafe: bool,
    /// How likely that was before the dice were thrown.
    pub likelihood: f64,
    pub doubt: Doubt,
    /// What they are declared as in the middle of the day, if they are amended.
    pub amendment: Option<(wire::Consignment, Doubt)>,
    /// Nothing is known of them but what they are: no pre-inspection, no alert, no mistake in their code.
    pub is_plain: bool,
    /// What is known of them in numbers, as forests take it.
    pub columns: Vec<f64>,
}

impl Arrival {
    pub fn is_alerted(&self) -> bool {
        !self.consignment.gtins.is_empty()
    }
}

/// Numbers as good as drawn by lot, the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed << 32)
    }

    /// From 0 (included) to 1 (excluded).
    pub fn share(&mut self) -> f64 {
        self.0 += 1;
        lot(self.0)
    }

    /// One of so many.
    fn one_of(&mut self, of: usize) -> usize {
        ((self.share() * of as f64) as usize).min(of - 1)
    }

    /// One of so many, of which the first are more frequent.
    fn one_of_uneven(&mut self, of: usize) -> usize {
        let share = self.share();
        ((share * share * of as f64) as usize).min(of - 1)
    }

    /// As a bell: around 0, mostly within 1.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// How much unsafer goods are for what they have in common, in log-odds.
struct Habits {
    exporters: Vec<f64>,
    declarants: Vec<f64>,
    codes: Vec<f64>,
    origins: Vec<f64>,
    /// Of an exporter's goods of a code.
    lines: BTreeMap<(usize, usize), f64>,
}

impl Habits {
    fn new() -> Self {
        let mut dice = Dice::of(1);
        let mut some = |count: usize, width: f64| (0..count).map(|_| width * dice.bell()).collect();
        let (exporters, declarants) = (some(EXPORTERS, 1.3), some(DECLARANTS, 0.5));
        let (codes, origins) = (some(CODES.len(), 0.5), some(ORIGINS.len(), 0.3));
        let pairs = (0..EXPORTERS).flat_map(|exporter| (0..CODES.len()).map(move |code| (exporter, code)));
        let lines = pairs.map(|pair| (pair, 0.7 * dice.bell())).collect();
        Self { exporters, declarants, codes, origins, lines }
    }
}

/// The month.
pub struct World {
    habits: Habits,
    number: u64,
}

impl World {
    pub fn new() -> Self {
        Self { habits: Habits::new(), number: 7_000_000_000 }
    }

    /// What is declared on a day, in its order; goods arrive at `noon`.
    pub fn day(&mut self, day: usize, noon: Timestamp) -> Vec<Arrival> {
        let mut dice = Dice::of(100 + day as u64);
        let count = match day {
            QUIET => USUAL * 60 / 100,
            BUSY => USUAL * 160 / 100,
            _ => USUAL,
        };
        let mut all: Vec<Arrival> = (0..count).map(|_| self.any(&mut dice, noon)).collect();
        amend(&mut all[..count / 2]);
        papers::invoke(self, &mut all, &mut dice, day, noon);
        // The product of the alert comes early and late in the day.
        for at in [dice.one_of(3), count - 2] {
            (all[at].consignment.gtins, all[at].is_plain) = (vec![ALERTED.to_owned()], false);
            all[at].amendment = None;
        }
        let a_day = SignedDuration::from_hours(24);
        if day > 0 {
            arriving(&mut all[count / 2 + 10..][..LATE], noon - a_day);
        }
        arriving(&mut all[count - 24..][..announced(day)], noon + a_day);
        all
    }

    /// The number of another declaration.
    pub fn declaration(&mut self) -> String {
        self.number += 1;
        MovementReference::of_body(&format!("26NL{:013}", self.number)).unwrap().into()
    }

    fn any(&mut self, dice: &mut Dice, arrival: Timestamp) -> Arrival {
        let (exporter, code) = (dice.one_of_uneven(EXPORTERS), dice.one_of(CODES.len()));
        let (origin, declarant) = (dice.one_of_uneven(ORIGINS.len()), dice.one_of(DECLARANTS));
        let importer = dice.one_of(IMPORTERS);
        let mass = (100.0 + 900.0 * dice.share()).round();
        let value = (mass * (2.0 + 18.0 * dice.share())).round();
        let cheap = if value / mass < 5.0 { 0.9 } else { 0.0 };
        let habits = &self.habits;
        let odds = -3.0
            + habits.exporters[exporter]
            + habits.codes[code]
            + habits.origins[origin]
            + habits.declarants[declarant]
            + habits.lines[&(exporter, code)]
            + cheap;
        let likelihood = 1.0 / (1.0 + (-odds).exp());
        let is_unsafe = dice.share() < likelihood;
        let consignment = wire::Consignment {
            arrival_time: seconds_of(arrival),
            movement_reference_number: self.declaration(),
            commodity_code: CODES[code].to_owned(),
            country_of_origin: ORIGINS[origin].to_owned(),
            description: "household goods".to_owned(),
            quantity: Some(100.0 + exporter as f64),
            gross_mass_kg: Some(mass),
            value_eur: Some(value),
            exporter: party(&format!("Exporting House {exporter}")),
            importer: party(&format!("Importer {importer}")),
            features: BTreeMap::from([
                ("declarant".to_owned(), format!("NL{declarant:09}")),
                ("tax_rate".to_owned(), ["0", "4.7"][code % 2].to_owned()),
            ]),
            ..goods()
        };
        let columns = [exporter, code, origin, declarant, importer].map(|number| number as f64);
        let columns = columns.into_iter().chain([mass, value, value / mass]).collect();
        Arrival {
            consignment,
            is_unsafe,
            likelihood,
            doubt: Doubt::None,
            amendment: None,
            is_plain: true,
            columns,
        }
    }
}

pub fn seconds_of(time: Timestamp) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: time.as_second(), nanos: 0 })
}

/// How many are expected to arrive on a day; none where nobody sets its plan.
pub fn expected(day: usize) -> Option<usize> {
    let before = day.checked_sub(1).map_or(0, announced);
    (day != UNPLANNED).then_some(USUAL - announced(day) + before)
}

/// How many are declared on a day that arrive on the next one.
fn announced(day: usize) -> usize {
    if day + 1 < DAYS && day + 1 != UNPLANNED { ANNOUNCED } else { 0 }
}

/// These arrive at another time.
fn arriving(some: &mut [Arrival], time: Timestamp) {
    for one in some {
        one.consignment.arrival_time = seconds_of(time);
    }
}

/// In the middle of the day some are declared anew, with another quantity or the right code.
fn amend(some: &mut [Arrival]) {
    for (number, one) in some.iter_mut().skip(1).step_by(9).enumerate() {
        let mut amended = one.consignment.clone();
        if number % 2 == 0 {
            amended.quantity = amended.quantity.map(|quantity| quantity + 50.0);
        } else {
            let right = CODES.iter().position(|code| *code == amended.commodity_code).unwrap();
            one.consignment.commodity_code = CODES[(right + 1) % CODES.len()].to_owned();
            one.is_plain = false;
        }
        one.amendment = Some((amended, Doubt::None));
    }
}

/// The alert on the product that came in all the time.
pub fn alert() -> told::NotificationCreated {
    told::NotificationCreated {
        notification: Some(told::Notification {
            name: "notifications/month".to_owned(),
            state: told::NotificationState::Validated.into(),
            product: Some(told::Product { gtins: vec![ALERTED.to_owned()], ..told::Product::default() }),
            ..told::Notification::default()
        }),
    }
}
