//! What the feed of training tells of random histories.

use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    training::v1::{self as wire, ActivityKind, ActivityState, ObligationKind},
    r#type::v1::{CivilDate, CivilDateRange, LanguageVersion, LocalizedText, TranslationState},
};
use seamless_reporting::domain::{facts::Fact, source::Source};

use crate::{
    event, hour, known_by, reader_of,
    training::{
        AREAS, AUDIENCES, AUTHORITIES, COUNTRIES, Held, LANGUAGES, Promise, Published, World, state_of,
    },
};

/// The title of an activity that has no Chinese one, and of those that have.
pub const TITLE: &str = "Safe toys for officers";

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

/// A day, from the first one of the report on.
fn day(after: i8) -> Option<CivilDate> {
    let day: jiff::civil::Date = "2027-01-01".parse().unwrap();
    let day = day.saturating_add(jiff::Span::new().days(after));
    Some(CivilDate { year: day.year().into(), month: day.month().into(), day: day.day().into() })
}

fn title(has_chinese: bool) -> LocalizedText {
    let version = |language_code: &str, text: &str, state: TranslationState| LanguageVersion {
        language_code: language_code.to_owned(),
        text: text.to_owned(),
        state: state.into(),
    };
    let mut versions = vec![version("en", TITLE, TranslationState::Original)];
    if has_chinese {
        versions.push(version("zh-Hans", "安全玩具培训", TranslationState::Stale));
    }
    LocalizedText { versions }
}

impl Held {
    fn activity(&self, name: &str) -> wire::Activity {
        let day = self.first_day.map(|first| CivilDateRange { start: day(first), end: day(first + 2) });
        let names =
            |values: &[usize], names: &[&str]| values.iter().map(|at| names[*at].to_owned()).collect();
        wire::Activity {
            name: name.to_owned(),
            organiser: "eu-just".to_owned(),
            title: Some(title(self.has_chinese_title)),
            state: ActivityState::Draft.into(),
            kind: self.kind.into(),
            format: self.format,
            product_areas: names(&self.areas, &AREAS),
            languages: names(&self.languages, &LANGUAGES),
            start_time: time(self.start).filter(|_| day.is_none()),
            campaign: day.map(|period| wire::Campaign { period: Some(period), ..Default::default() }),
            registration: self
                .capacity
                .map(|capacity| wire::RegistrationTerms { capacity, ..Default::default() }),
            ..Default::default()
        }
    }

    fn told(&self, id: usize, position: &mut i64) -> Vec<Event> {
        let name = format!("activities/{id}");
        let status = if self.is_exercise { EventStatus::Exercise } else { EventStatus::Actual };
        let mut told = Vec::new();
        macro_rules! tell {
            ($event:expr) => {{
                *position += 1;
                told.push(event(*position, self.start, status, &$event));
            }};
        }
        let mut activity = self.activity(&name);
        tell!(wire::ActivityChanged { activity: Some(activity.clone()), ..Default::default() });
        activity.state = self.state.into();
        if self.state == ActivityState::Held {
            activity.held = Some(wire::Held { participants: self.participants, ..Default::default() });
            tell!(wire::ActivityHeld { activity: Some(activity) });
        } else {
            tell!(wire::ActivityChanged { activity: Some(activity), ..Default::default() });
        }
        for (groups, waiting) in &self.seats {
            let confirmed = groups.iter().map(|(country, audience, seats)| wire::ConfirmedCount {
                country: COUNTRIES[*country].to_owned(),
                audience: AUDIENCES[*audience].into(),
                seats: *seats,
            });
            let confirmed_seats = groups.iter().map(|group| group.2).sum();
            let seats = wire::Seats { confirmed: confirmed_seats, waiting: *waiting, ..Default::default() };
            tell!(wire::RegistrationsCounted {
                activity: name.clone(),
                seats: Some(seats),
                confirmed: confirmed.collect(),
                ..Default::default()
            });
            // Those of a session are of the same people.
            let session = "one".to_owned();
            let seats = Some(wire::Seats { confirmed: 1_000, waiting: 1_000, ..Default::default() });
            tell!(wire::RegistrationsCounted {
                activity: name.clone(),
                session,
                seats,
                ..Default::default()
            });
        }
        for (groups, unregistered, open_questions) in &self.present {
            let present = groups.iter().map(|(country, audience, people)| wire::PresentCount {
                country: COUNTRIES[*country].to_owned(),
                audience: AUDIENCES[*audience].into(),
                people: *people,
            });
            tell!(wire::AttendanceMerged {
                activity: name.clone(),
                present: present.collect(),
                unregistered: *unregistered,
                open_questions: *open_questions,
            });
        }
        for groups in &self.certificates {
            let counts = groups.iter().map(|((country, audience, issued), revoked)| wire::CertificateCount {
                country: COUNTRIES[*country].to_owned(),
                audience: AUDIENCES[*audience].into(),
                issued: *issued,
                revoked: *revoked,
            });
            tell!(wire::CertificatesCounted { activity: name.clone(), counts: counts.collect() });
        }
        for questions in &self.feedback {
            let rating = |at: usize| {
                questions[at].map(|counts| wire::RatingCounts { counts: counts.to_vec(), mean: 0.0 })
            };
            let answers = questions.iter().flatten().map(|counts| counts.iter().sum::<i32>()).max();
            let together = wire::FeedbackCounts {
                answers: answers.unwrap_or(0),
                usefulness: rating(0),
                clarity: rating(1),
                organisation: rating(2),
                ..Default::default()
            };
            tell!(wire::FeedbackAggregated {
                activity: name.clone(),
                together: Some(together),
                ..Default::default()
            });
        }
        for (index, action) in self.actions.iter().enumerate() {
            let item = wire::ActionItem {
                name: format!("{name}/actionItems/{index}"),
                owner: "eu-just".to_owned(),
                state: state_of(*action).into(),
                due_time: time(action.due),
                end_time: action.ended.and_then(|(at, _)| time(at)),
                ..Default::default()
            };
            tell!(wire::ActionItemChanged { action_item: Some(item), ..Default::default() });
        }
        for report in &self.reports {
            let reach = report.reach.iter().map(|(unit, value)| wire::Reach {
                unit: *unit,
                value: *value,
                ..Default::default()
            });
            let samples =
                report.samples.iter().map(|(area, [taken, tested, non_compliant])| wire::SampleResult {
                    product_area: AREAS[*area].to_owned(),
                    taken: *taken,
                    tested: *tested,
                    non_compliant: *non_compliant,
                    ..Default::default()
                });
            let contribution = Some(wire::Contribution {
                name: format!("{name}/contributions/{}", AUTHORITIES[report.by]),
                reach: reach.collect(),
                samples: samples.collect(),
                ..Default::default()
            });
            match self.kind {
                ActivityKind::Campaign => tell!(wire::CampaignReported { contribution }),
                ActivityKind::JointSurveillance => {
                    tell!(wire::SurveillanceReported { contribution });
                }
                _ => {}
            }
        }
        told
    }
}

impl Promise {
    fn told(&self, index: usize, position: &mut i64) -> Vec<Event> {
        let fulfilments = |count: usize| {
            let one = |index| wire::Fulfilment {
                activity: format!("activities/{index}"),
                date: day(self.first),
                ..wire::Fulfilment::default()
            };
            (0..count).map(one).collect()
        };
        let obligation = wire::Obligation {
            name: format!("arrangements/eu-cn/obligations/workshop.{index}"),
            kind: ObligationKind::Workshop.into(),
            period: Some(CivilDateRange { start: day(self.first), end: day(self.first + 2) }),
            due_time: time(100),
            required: 2,
            fulfilled_by: fulfilments(self.done),
            planned: fulfilments(self.planned),
            state: self.state.into(),
            ..Default::default()
        };
        *position += 1;
        let obligation = wire::ObligationChanged { obligation: Some(obligation), ..Default::default() };
        vec![event(*position, 1, EventStatus::Actual, &obligation)]
    }
}

impl Published {
    fn told(&self, index: usize, position: &mut i64) -> Vec<Event> {
        let name = format!("materials/{index}");
        let mut told = Vec::new();
        for (at, state, languages) in &self.told {
            let languages = LANGUAGES.iter().zip(languages).map(|(language, state)| wire::LanguageState {
                language: (*language).to_owned(),
                state: (*state).into(),
                ..Default::default()
            });
            let material = Some(wire::Material {
                name: name.clone(),
                originator: "eu-just".to_owned(),
                state: (*state).into(),
                languages: languages.collect(),
                ..Default::default()
            });
            *position += 1;
            told.push(event(*position, *at, EventStatus::Actual, &wire::MaterialPublished { material }));
        }
        for (after, counts) in &self.downloads {
            let downloads =
                counts.iter().map(|count| wire::Downloads { count: *count, ..Default::default() });
            let downloads = wire::MaterialDownloadsAggregated {
                material: name.clone(),
                day: day(*after),
                downloads: downloads.collect(),
            };
            *position += 1;
            told.push(event(*position, 1, EventStatus::Actual, &downloads));
        }
        told
    }
}

/// What is known of it all; `turned`: what is told of one thing after what is told of another.
pub fn facts(world: &World, turned: bool) -> Vec<Fact> {
    let mut position = 0;
    let mut told: Vec<Vec<Event>> = Vec::new();
    told.extend(world.held.iter().enumerate().map(|(id, held)| held.told(id, &mut position)));
    told.extend(world.promises.iter().enumerate().map(|(id, promise)| promise.told(id, &mut position)));
    told.extend(world.materials.iter().enumerate().map(|(id, material)| material.told(id, &mut position)));
    if turned {
        told.reverse();
    }
    known_by(&reader_of(Source::Training, "eu-just"), &told.concat())
}
