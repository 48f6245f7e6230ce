//! Random histories, of which acts that cannot be are left out.

use proptest::prelude::*;
use seamless_proto::seamless::notifications::v1::{ConversationState, FollowUpState, ListingStatus};

use crate::{
    history::{ALERTS, Act, DISCUSSION, History, Kind, Made, Narrowed, Proof, REPORTED, days, recipients},
    stand::Stand,
};

const STATES: [FollowUpState; 5] = [
    FollowUpState::Investigating,
    FollowUpState::Traced,
    FollowUpState::NotTraced,
    FollowUpState::NoMeasure,
    FollowUpState::Closed,
];

fn kind() -> impl Strategy<Value = Kind> {
    let narrowed = (any::<bool>(), any::<bool>(), any::<bool>());
    let found =
        || prop::sample::select(vec![ListingStatus::Live, ListingStatus::TakenDown, ListingStatus::Unknown]);
    let came = prop::sample::select(vec![
        ConversationState::Open,
        ConversationState::Answered,
        ConversationState::Answered,
        ConversationState::Resolved,
        ConversationState::Withdrawn,
    ]);
    let proof = prop_oneof![Just(Proof::Delivered), Just(Proof::Opened), (0..=4).prop_map(Proof::Unreadable)];
    prop_oneof![
        6 => Just(Kind::Send),
        2 => Just(Kind::Acknowledge),
        5 => prop::sample::select(STATES.to_vec()).prop_map(Kind::Step),
        2 => (0..=2).prop_map(Kind::Measure),
        2 => (0..2_usize).prop_map(Kind::Ask),
        5 => (0..2_usize).prop_map(Kind::Answer),
        1 => (1..=3).prop_map(Kind::Update),
        1 => narrowed
            .prop_map(|(risk, sold_online, listings)| Kind::Narrow(Narrowed { risk, sold_online, listings })),
        1 => Just(Kind::Withdraw),
        2 => Just(Kind::Revoke),
        3 => (0..=DISCUSSION).prop_map(Kind::Flag),
        6 => (0..=DISCUSSION, came).prop_map(|(flag, state)| Kind::FlagStep(flag, state)),
        1 => (0..4_u8).prop_map(Kind::Name),
        1 => Just(Kind::Report),
        5 => (0..=REPORTED, found()).prop_map(|(offer, found)| Kind::Look(offer, found)),
        2 => (0..=REPORTED, found()).prop_map(|(offer, found)| Kind::OwnLook(offer, found)),
        2 => prop::option::weighted(0.8, 1..=3).prop_map(Kind::Assess),
        2 => Just(Kind::Confirm),
        2 => proof.prop_map(Kind::Prove),
    ]
}

fn made() -> impl Strategy<Value = Made> {
    let first = days().0;
    let imported = (-3..33_i64, any::<bool>());
    let imported = prop::option::weighted(
        0.25,
        imported.prop_map(move |(after, is_published)| {
            (first.saturating_add(jiff::Span::new().days(after)), is_published)
        }),
    );
    let marks = (prop::bool::weighted(0.15), prop::bool::weighted(0.1), prop::option::of(any::<bool>()));
    let deadlines = prop::array::uniform2(prop::option::of(5..60_i64));
    let country = prop::sample::select(vec![None, Some("NL"), Some("PL")]);
    let numbers = (1..=3, 1..=3);
    (marks, imported, country, numbers, deadlines).prop_map(
        |(marks, imported, country, numbers, deadlines)| Made {
            is_exercise: marks.0,
            follows_up: marks.1,
            sold_online: marks.2,
            imported,
            country,
            risk: numbers.0,
            level: numbers.1,
            deadlines,
        },
    )
}

/// Histories.
pub fn histories() -> impl Strategy<Value = History> {
    let made = prop::collection::vec(made(), ALERTS.len());
    let acts = prop::collection::vec((ALERTS, 0..2_usize, 0..4_i64, kind()), 0..300);
    (made, acts).prop_map(|(made, raw)| {
        let (mut acts, mut now) = (Vec::new(), 0);
        let mut stands: Vec<Stand> = ALERTS.map(|_| Stand::default()).collect();
        for (alert, to, wait, kind) in raw {
            now += wait;
            let to = to % recipients(alert).len();
            if stands[alert as usize].takes(to, kind) {
                // No two at the same moment, so that their order is that of their times.
                now += 1;
                acts.push(Act { alert, to: recipients(alert)[to], at: now, kind });
            }
        }
        History { made, acts, leaves: false }
    })
}
