//! A case: an alert that was sent from one side to the other, from that sending on to the next one.

use jiff::Timestamp;

use super::{Facts, Question};
use crate::domain::{
    facts::{AlertFact, ClockFact, FollowUpFact, MeasureFact, SendingFact, Spell, Step},
    model::FollowUpState,
};

/// Which way alerts went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From the owner's side to the partner's.
    Sent,
    /// From the partner's side to the owner's.
    Received,
}

/// One case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) sending: &'a SendingFact,
    pub(super) spell: &'a Spell,
    /// When it was sent again, if it was.
    next: Option<Timestamp>,
    /// None where the owner is not shown the alert itself.
    pub(super) alert: Option<&'a AlertFact>,
    follow_up: Option<&'a FollowUpFact>,
    clocks: &'a [ClockFact],
}

/// The cases of a report that were sent before its cut, in the order of names and sendings.
pub(super) fn cases<'a>(question: &Question<'_>, facts: &'a Facts, way: Way) -> Vec<Case<'a>> {
    let sendings = facts.sendings.iter().filter(|sending| goes(question, sending, way));
    of_sendings(question, facts, sendings)
}

/// All cases that were sent before the cut, whoever sent them to whom, in the order of names and sendings.
pub(super) fn all_cases<'a>(question: &Question<'_>, facts: &'a Facts) -> Vec<Case<'a>> {
    of_sendings(question, facts, facts.sendings.iter())
}

fn of_sendings<'a>(
    question: &Question<'_>,
    facts: &'a Facts,
    sendings: impl Iterator<Item = &'a SendingFact>,
) -> Vec<Case<'a>> {
    let spells = sendings.flat_map(|sending| {
        sending.spells.iter().enumerate().map(move |(index, spell)| Case {
            sending,
            spell,
            next: sending.spells.get(index + 1).map(|next| next.sent),
            alert: facts.alerts.get(&sending.alert),
            follow_up: facts.follow_ups.get(&sending.name),
            clocks: facts.clocks.get(&sending.name).map_or(&[], Vec::as_slice),
        })
    });
    spells.filter(|case| case.spell.sent < question.cut).collect()
}

/// Whether a sending is between the two sides of the report, and goes this way.
pub(super) fn goes(question: &Question<'_>, sending: &SendingFact, way: Way) -> bool {
    let Some(partner) = question.partner else { return false };
    let (from, to) = match way {
        Way::Sent => (question.owner, partner),
        Way::Received => (partner, question.owner),
    };
    let is_from = from.members.contains(&sending.sender) || from.members.contains(&sending.originator);
    is_from && to.members.contains(&sending.recipient)
}

impl<'a> Case<'a> {
    /// Whether it was sent within the period of the report.
    pub(super) fn is_new(&self, question: &Question<'_>) -> bool {
        self.spell.sent >= question.start
    }

    /// The steps of its follow-up that are of this sending, before `until`, in their order.
    pub(super) fn steps(&self, until: Timestamp) -> impl Iterator<Item = &'a Step> + use<'a> {
        let (from, to) = (self.spell.sent, self.next.unwrap_or(Timestamp::MAX).min(until));
        let steps = self.follow_up.map_or(&[][..], |follow_up| follow_up.steps.as_slice());
        steps.iter().filter(move |step| step.time >= from && step.time < to)
    }

    /// Its follow-up, if one was begun of this sending before `until`.
    pub(super) fn follow_up(&self, until: Timestamp) -> Option<&'a FollowUpFact> {
        self.follow_up.filter(|_| self.steps(until).next().is_some())
    }

    /// The measures of its follow-up that were adopted in this sending before `until`.
    pub(super) fn measures(&self, until: Timestamp) -> impl Iterator<Item = &'a MeasureFact> + use<'a> {
        let (from, to) = (self.spell.sent, self.next.unwrap_or(Timestamp::MAX).min(until));
        let measures = self.follow_up(until).map_or(&[][..], |follow_up| follow_up.measures.as_slice());
        measures.iter().filter(move |measure| measure.adopted.is_some_and(|time| time >= from && time < to))
    }

    /// When it ended without the recipient's doing: withdrawn, or the right to it ended.
    pub(super) fn taken_back(&self) -> Option<Timestamp> {
        let withdrawn = self.alert.and_then(|alert| alert.withdrawn);
        [withdrawn, self.spell.revoked].into_iter().flatten().filter(|time| *time >= self.spell.sent).min()
    }

    /// How it stands at this instant, from which it is looked at.
    pub(super) fn stands(&self, at: Timestamp) -> Stands {
        if self.spell.sent >= at {
            return Stands::NotYet;
        }
        // What was finished before it was taken back stays so; nothing finishes it afterwards.
        let taken_back = self.taken_back().filter(|time| *time < at);
        let last = self.steps(taken_back.unwrap_or(at)).last();
        match (last.is_some_and(|step| is_finished(step.state)), taken_back) {
            (true, _) => Stands::Finished,
            (false, Some(_)) => Stands::TakenBack,
            (false, None) => Stands::Open,
        }
    }

    /// Whether an instant belongs to this sending: it is no later one's, and whoever was sent it still had it.
    pub(super) fn holds(&self, time: Timestamp) -> bool {
        self.is_of(time) && self.taken_back().is_none_or(|end| time <= end)
    }

    /// Whether a moment falls into this sending, whatever became of it.
    pub(super) fn is_of(&self, time: Timestamp) -> bool {
        time >= self.spell.sent && self.is_before_next(time)
    }

    /// Whether it was not sent again by then.
    pub(super) fn is_before_next(&self, time: Timestamp) -> bool {
        self.next.is_none_or(|next| time < next)
    }

    /// Its clocks that were started by this sending.
    pub(super) fn clocks(&self) -> impl Iterator<Item = &'a ClockFact> + use<'a> {
        let (from, to) = (self.spell.sent, self.next.unwrap_or(Timestamp::MAX));
        self.clocks.iter().filter(move |clock| clock.start >= from && clock.start < to)
    }
}

/// How a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// It is not sent yet.
    NotYet,
    Open,
    /// A measure was adopted, none was found necessary or possible, or it was closed.
    Finished,
    /// It was withdrawn or revoked before it was finished.
    TakenBack,
}

/// Whether nothing more is to be done in this state.
pub(super) fn is_finished(state: FollowUpState) -> bool {
    use FollowUpState::{Closed, Investigating, MeasureAdopted, NoMeasure, NotTraced, Traced};
    match state {
        MeasureAdopted | NoMeasure | Closed => true,
        Investigating | Traced | NotTraced => false,
    }
}
