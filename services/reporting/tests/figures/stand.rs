//! How an alert of a random history stands, and what may happen to it therefore.

use seamless_proto::seamless::notifications::v1::{ConversationState, FollowUpState};

use crate::history::{DISCUSSION, Kind, Narrowed, REPORTED};

/// How an alert stands.
#[derive(Clone, Copy)]
pub struct Stand {
    is_withdrawn: bool,
    narrowed: Narrowed,
    /// The offers that it names, by bits.
    named: u8,
    sendings: [Sending; 2],
}

/// How it stands with one recipient.
#[derive(Clone, Copy, Default)]
struct Sending {
    is_sent: bool,
    is_acknowledged: bool,
    is_asked: [bool; 2],
    flags: [Option<ConversationState>; DISCUSSION + 1],
    has_reported: bool,
    is_assessed: bool,
    /// How many removals are not confirmed: they outlive the sending.
    removals: usize,
}

impl Default for Stand {
    fn default() -> Self {
        Self { is_withdrawn: false, narrowed: Narrowed::default(), named: 1, sendings: Default::default() }
    }
}

impl Stand {
    /// Whether this may happen, which it does then.
    pub fn takes(&mut self, to: usize, kind: Kind) -> bool {
        let may = self.may(to, kind);
        if may {
            self.take(to, kind);
        }
        may
    }

    fn may(&self, to: usize, kind: Kind) -> bool {
        use ConversationState::{Answered, Open, Resolved, Withdrawn};
        let is_sent_at_all = self.sendings.iter().any(|sending| sending.is_sent);
        let sending = &self.sendings[to];
        let names = |offer: usize| offer < REPORTED && self.named & (1 << offer) > 0;
        match kind {
            Kind::Step(FollowUpState::Closed) => sending.is_sent,
            Kind::Confirm => sending.removals > 0,
            Kind::Prove(_) => sending.is_sent,
            Kind::FlagStep(flag, state) => match (sending.flags[flag], state) {
                (Some(Open | Answered), Resolved) => sending.is_sent,
                (Some(Open | Answered), Withdrawn) => sending.is_sent && flag != DISCUSSION,
                (Some(Open), Answered) | (Some(Answered), Open) => {
                    sending.is_sent && !self.is_withdrawn && flag != DISCUSSION
                }
                _ => false,
            },
            _ if self.is_withdrawn => false,
            Kind::Send => !sending.is_sent,
            Kind::Acknowledge => sending.is_sent && !sending.is_acknowledged,
            Kind::Step(_) | Kind::Measure(_) | Kind::Revoke => sending.is_sent,
            Kind::Ask(question) => sending.is_sent && !sending.is_asked[question],
            Kind::Answer(question) => sending.is_sent && sending.is_asked[question],
            Kind::Update(_) | Kind::Narrow(_) | Kind::Withdraw | Kind::Name(_) => is_sent_at_all,
            Kind::Flag(flag) => sending.is_sent && sending.flags[flag].is_none(),
            Kind::Report => sending.is_sent && !sending.has_reported,
            Kind::Look(offer, _) => {
                let is_seen = names(offer) && !self.narrowed.listings;
                sending.is_sent && (is_seen || (offer == REPORTED && sending.has_reported))
            }
            Kind::OwnLook(offer, _) => {
                let is_reported = self.sendings.iter().any(|sending| sending.has_reported);
                is_sent_at_all && (names(offer) || (offer == REPORTED && is_reported))
            }
            Kind::Assess(level) => sending.is_sent && (level.is_some() || sending.is_assessed),
        }
    }

    fn take(&mut self, to: usize, kind: Kind) {
        let order = |sending: &mut Sending| sending.removals += usize::from(sending.is_sent);
        match kind {
            Kind::Withdraw => {
                self.is_withdrawn = true;
                self.sendings.iter_mut().for_each(order);
            }
            Kind::Narrow(narrowed) => {
                if narrowed.hides_more_than(self.narrowed) {
                    self.sendings.iter_mut().for_each(order);
                }
                self.narrowed = narrowed;
            }
            Kind::Name(offers) => self.named = offers,
            _ => self.sendings[to].take(kind),
        }
    }
}

impl Sending {
    fn take(&mut self, kind: Kind) {
        use ConversationState::{Open, Resolved, Withdrawn};
        match kind {
            Kind::Send => *self = Self { is_sent: true, removals: self.removals, ..Self::default() },
            Kind::Revoke => *self = Self { removals: self.removals + 1, ..Self::default() },
            Kind::Acknowledge => self.is_acknowledged = true,
            Kind::Ask(question) => self.is_asked[question] = true,
            Kind::Answer(question) => self.is_asked[question] = false,
            Kind::Flag(flag) => self.flags[flag] = Some(Open),
            Kind::FlagStep(flag, state) => {
                self.flags[flag] = Some(state).filter(|state| !matches!(state, Resolved | Withdrawn));
            }
            Kind::Report => self.has_reported = true,
            Kind::Assess(level) => self.is_assessed = level.is_some(),
            Kind::Confirm => self.removals -= 1,
            _ => {}
        }
    }
}

impl Narrowed {
    /// Whether something is hidden that the other does not hide.
    pub fn hides_more_than(self, other: Self) -> bool {
        let hides = |of: Self| [of.risk, of.sold_online, of.listings];
        hides(self).into_iter().zip(hides(other)).any(|(now, before)| now && !before)
    }
}
