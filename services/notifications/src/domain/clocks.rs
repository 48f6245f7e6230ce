//! How the clocks of a transmission follow what happens to it: they start with their start event, stand still while a
//! question is open, and stop with their stop event. Every change marks first what had come by then, so that a warning
//! or a breach is never lost between two looks, and never told twice.
//!
//! Invariant: no clock is written without an event that carries it, so that the feed tells all that the clocks show.

use jiff::Timestamp;
use seamless_calendar::DeadlineRule;
use seamless_identity::Arrangement;

use super::{
    access::facets,
    change::ChangeSet,
    error::{DomainError, Refusal},
    event::EventKind,
    model::{Clock, ClockChangeReason, ClockMark, ClockState, Content, Deadline, Pause, Transmission},
    open_questions::open_questions_of,
    ports::RecordReader,
    relation::Relation,
    rules::Rules,
};

/// Which cases a deadline rule may be for.
const CASES: [&str; 3] = ["all", "sold-online", "serious"];

/// An event that starts or stops clocks, by its word in the arrangement's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEvent {
    /// The notification went to the recipient.
    Transmitted,
    /// The recipient took charge.
    Acknowledged,
    /// The recipient reacted in substance: a tracing result, a measure, or no measure with its reason.
    FirstSubstantiveReaction,
    /// The recipient ended its follow-up.
    Closed,
}

impl ClockEvent {
    /// The events that may start a clock.
    pub const STARTS: [Self; 2] = [Self::Transmitted, Self::Acknowledged];
    /// The events that may stop a clock.
    pub const STOPS: [Self; 3] = [Self::Acknowledged, Self::FirstSubstantiveReaction, Self::Closed];

    /// The word in the arrangement's file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Transmitted => "transmitted",
            Self::Acknowledged => "acknowledged",
            Self::FirstSubstantiveReaction => "first-substantive-reaction",
            Self::Closed => "closed",
        }
    }
}

/// The clocks of one transmission, all of them, while a use case changes it.
pub struct Clocks<'a> {
    rules: &'a Rules,
    clocks: Vec<Slot>,
    /// Names of the recipient's questions that are open; see [`Clocks::heed_questions`].
    questions: Vec<String>,
}

struct Slot {
    clock: Clock,
    is_new: bool,
    is_changed: bool,
    /// Told once the clock is as it will be written.
    news: Vec<News>,
}

/// What is to be told of a clock.
enum News {
    Paused,
    Resumed,
    Marked(ClockMark),
    Changed { previous: Option<ClockState>, reason: ClockChangeReason },
}

impl News {
    fn of(self, clock: &Clock) -> EventKind {
        let clock = Box::new(clock.clone());
        match self {
            Self::Paused => EventKind::ClockPaused(clock),
            Self::Resumed => EventKind::ClockResumed(clock),
            Self::Marked(ClockMark::Warned) => EventKind::ClockWarned(clock),
            Self::Marked(ClockMark::Breached) => EventKind::ClockBreached(clock),
            Self::Changed { previous, reason } => EventKind::ClockChanged { clock, previous, reason },
        }
    }
}

impl<'a> Clocks<'a> {
    /// The clocks as they are stored; none for a transmission that is just being made.
    #[must_use]
    pub fn of(rules: &'a Rules, stored: Vec<Clock>) -> Self {
        let slot = |clock| Slot { clock, is_new: false, is_changed: false, news: Vec::new() };
        Self { rules, clocks: stored.into_iter().map(slot).collect(), questions: Vec::new() }
    }

    /// Has what starts from now on stand still from its start where a question of the recipient is open. The questions
    /// are looked up only where a clock that they would hold is still to start.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn heed_questions(
        &mut self,
        records: &dyn RecordReader,
        transmission: &Transmission,
        content: &Content,
    ) -> Result<(), DomainError> {
        if self.waiting_rules(transmission, content).iter().any(|(rule, _)| rule.pauses) {
            self.questions = open_questions_of(records, transmission).await?;
        }
        Ok(())
    }

    /// The rules that apply and by which no clock of this sending has started, each with the place of a clock of an
    /// earlier sending: to a recipient that was taken off since, and whose clock gives its place to a new one.
    fn waiting_rules(
        &self,
        transmission: &Transmission,
        content: &Content,
    ) -> Vec<(&'a DeadlineRule, Option<usize>)> {
        let rules = self.rules;
        let Some(arrangement) = rules.cooperation.arrangement(&transmission.arrangement) else {
            return Vec::new();
        };
        let applying = clock_rules(rules, arrangement, transmission, content).into_iter();
        let placed =
            applying.map(|rule| (rule, self.clocks.iter().position(|slot| slot.clock.rule.id == rule.id)));
        let is_known = |at: usize| self.clocks[at].clock.start >= transmission.send_time;
        placed.filter(|(_, present)| !present.is_some_and(is_known)).collect()
    }

    /// Starts what starts with the event, as far as the content that is shown to the recipient asks for it: paused where
    /// a question is open that it was told to heed.
    ///
    /// # Errors
    /// `Fault` where a period would end beyond the year 9999.
    pub fn start(
        &mut self,
        transmission: &Transmission,
        content: &Content,
        event: ClockEvent,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        for (rule, present) in self.waiting_rules(transmission, content) {
            if rule.start_event != event.word() {
                continue;
            }
            let questions = self.questions.iter().filter(|_| rule.pauses);
            let pause = |question: &String| Pause { question: question.clone(), from: now, to: None };
            let mut clock = Clock {
                notification: transmission.notification,
                recipient: transmission.recipient.clone(),
                originator: transmission.originator.clone(),
                arrangement: transmission.arrangement.clone(),
                rule: rule.clone(),
                start: now,
                pauses: questions.map(pause).collect(),
                warn: None,
                due: now,
                warned: None,
                breached: None,
                stopped: None,
                cancelled: None,
                status: transmission.status,
                revision: 0,
            };
            clock.reckon(&self.rules.calendars, now).map_err(fault)?;
            let previous = present.map(|at| self.clocks[at].clock.state());
            let mut news = vec![News::Changed { previous, reason: ClockChangeReason::Started }];
            if clock.is_paused() {
                news.push(News::Paused);
            }
            match present {
                None => self.clocks.push(Slot { clock, is_new: true, is_changed: true, news }),
                Some(at) => {
                    clock.revision = self.clocks[at].clock.revision;
                    self.clocks[at] = Slot { clock, is_new: false, is_changed: true, news };
                }
            }
        }
        Ok(())
    }

    /// After a change of content: starts what applies now from the event that it would have started with, had it
    /// applied then, but not before the recipient could know; cancels what applies no more.
    ///
    /// # Errors
    /// As [`Clocks::start`].
    pub fn follow_content(
        &mut self,
        transmission: &Transmission,
        content: &Content,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let arrangement = self.rules.cooperation.arrangement(&transmission.arrangement);
        let applying: Vec<&str> = arrangement
            .map(|arrangement| clock_rules(self.rules, arrangement, transmission, content))
            .unwrap_or_default()
            .into_iter()
            .map(|rule| rule.id.as_str())
            .collect();
        for slot in self.clocks.iter_mut().filter(|slot| slot.clock.is_open()) {
            if !applying.contains(&slot.clock.rule.id.as_str()) {
                slot.mark(now);
                slot.change(ClockChangeReason::RuleCeased, |clock| clock.cancelled = Some(now));
            }
        }
        let of_this_sending = |slot: &&mut Slot| slot.clock.start >= transmission.send_time;
        let cancelled = self.clocks.iter_mut().filter(|slot| slot.clock.cancelled.is_some());
        for slot in cancelled.filter(of_this_sending) {
            if applying.contains(&slot.clock.rule.id.as_str()) {
                slot.change(ClockChangeReason::RuleReturned, |clock| clock.cancelled = None);
                slot.mark(now);
            }
        }
        if transmission.first_reaction_time.is_none() {
            self.start(transmission, content, ClockEvent::Transmitted, now)?;
            if transmission.acknowledge_time.is_some() {
                self.start(transmission, content, ClockEvent::Acknowledged, now)?;
            }
        }
        Ok(())
    }

    /// Stops what stops with the event.
    pub fn stop(&mut self, event: ClockEvent, now: Timestamp) {
        for slot in self.clocks.iter_mut().filter(|slot| slot.clock.is_open()) {
            if slot.clock.rule.stop_event == event.word() {
                slot.mark(now);
                slot.change(ClockChangeReason::Stopped, |clock| clock.stopped = Some(now));
                slot.end_pauses(|_| true, now);
            }
        }
    }

    /// Ends all that are open: the notification was withdrawn, or the recipient may not have it any more.
    pub fn cancel(&mut self, reason: ClockChangeReason, now: Timestamp) {
        for slot in self.clocks.iter_mut().filter(|slot| slot.clock.is_open()) {
            slot.mark(now);
            slot.change(reason, |clock| clock.cancelled = Some(now));
            slot.end_pauses(|_| true, now);
        }
    }

    /// The recipient asked the other side something: what the rule lets pause stands still from now on.
    ///
    /// # Errors
    /// As [`Clocks::start`].
    pub fn question_opened(&mut self, question: &str, now: Timestamp) -> Result<(), DomainError> {
        // What is cancelled may come to apply again, and must not have missed a question then.
        for slot in
            self.clocks.iter_mut().filter(|slot| slot.clock.stopped.is_none() && slot.clock.rule.pauses)
        {
            slot.mark(now);
            if slot.clock.breached.is_some() {
                continue;
            }
            let was_paused = slot.clock.is_paused();
            slot.clock.pauses.push(Pause { question: question.to_owned(), from: now, to: None });
            slot.clock.reckon(&self.rules.calendars, now).map_err(fault)?;
            if !was_paused && slot.clock.is_paused() {
                slot.news.push(News::Paused);
            }
            slot.is_changed = true;
        }
        Ok(())
    }

    /// The question was answered or taken back: what stood still because of it alone goes on.
    ///
    /// # Errors
    /// As [`Clocks::start`].
    pub fn question_closed(&mut self, question: &str, now: Timestamp) -> Result<(), DomainError> {
        for slot in self.clocks.iter_mut().filter(|slot| slot.clock.stopped.is_none()) {
            let was_paused = slot.clock.is_paused();
            if slot.end_pauses(|pause| pause.question == question, now) {
                slot.clock.reckon(&self.rules.calendars, now).map_err(fault)?;
                if was_paused && !slot.clock.is_paused() {
                    slot.news.push(News::Resumed);
                }
                slot.mark(now);
                slot.is_changed = true;
            }
        }
        Ok(())
    }

    /// Marks the warnings and breaches that have come by `now`.
    pub fn mark(&mut self, now: Timestamp) {
        for slot in &mut self.clocks {
            slot.mark(now);
        }
    }

    /// Gives the transmission the nearest deadline of its open clocks, and adds what changed to the change set, with its
    /// events. The caller writes the transmission.
    pub fn settle(self, changes: &mut ChangeSet, transmission: &mut Transmission, now: Timestamp) {
        let rules = self.rules;
        for told in self.put(changes, transmission) {
            changes.tell_both(rules, transmission, now, told);
        }
    }

    /// As [`Clocks::settle`], but gives what is to be told to the caller, who tells something else first.
    #[must_use]
    pub fn put(self, changes: &mut ChangeSet, transmission: &mut Transmission) -> Vec<EventKind> {
        let nearest = self
            .clocks
            .iter()
            .map(|slot| &slot.clock)
            .filter(|clock| clock.is_open())
            .min_by_key(|clock| clock.due)
            .map(|clock| Deadline { rule: clock.rule.id.clone(), due: clock.due });
        let all_cancelled = self.clocks.iter().all(|slot| slot.clock.cancelled.is_some());
        // What was stopped keeps showing when it was due.
        if nearest.is_some() || all_cancelled {
            transmission.deadline = nearest;
        }
        let mut told = Vec::new();
        for mut slot in self.clocks.into_iter().filter(|slot| slot.is_changed) {
            slot.clock.revision += 1;
            changes.put_clock(&slot.clock, slot.is_new);
            if slot.news.is_empty() {
                slot.change(ClockChangeReason::Reckoned, |_| {});
            }
            told.extend(slot.news.into_iter().map(|news| news.of(&slot.clock)));
        }
        told
    }
}

impl Slot {
    fn mark(&mut self, now: Timestamp) {
        for mark in self.clock.mark(now) {
            self.is_changed = true;
            self.news.push(News::Marked(mark));
        }
    }

    fn change(&mut self, reason: ClockChangeReason, change: impl FnOnce(&mut Clock)) {
        let previous = Some(self.clock.state());
        change(&mut self.clock);
        self.is_changed = true;
        self.news.push(News::Changed { previous, reason });
    }

    fn end_pauses(&mut self, which: impl Fn(&Pause) -> bool, now: Timestamp) -> bool {
        let open = self.clock.pauses.iter_mut().filter(|pause| pause.to.is_none() && which(pause));
        let mut ended = false;
        for pause in open {
            pause.to = Some(now);
            ended = true;
        }
        ended
    }
}

fn fault(error: seamless_calendar::CalendarError) -> DomainError {
    Refusal::Fault(error.to_string()).into()
}

/// The arrangement's rules that apply to a recipient of this content.
#[must_use]
pub fn clock_rules<'a>(
    rules: &Rules,
    arrangement: &'a Arrangement,
    transmission: &Transmission,
    content: &Content,
) -> Vec<&'a DeadlineRule> {
    // The recipient answers for what it can know: whether the product is sold online, as far as that is shown to it.
    let shown = facets(rules, content, &Relation::Recipient(arrangement.id.clone()));
    let applies = |rule: &&DeadlineRule| match rule.applies_to.as_str() {
        "all" => true,
        "sold-online" => shown.sold_online == Some(true),
        "serious" => shown.serious,
        _ => false,
    };
    // What holds of a sending is what was agreed when it was sent, whatever is agreed while it is open.
    arrangement
        .terms_at(transmission.send_time)
        .deadlines
        .iter()
        .filter(|deadline| deadline.acting == transmission.recipient)
        .map(|deadline| &deadline.rule)
        .filter(applies)
        .collect()
}

/// Refuses deadline rules that would never run: an event or a case that means nothing here.
///
/// # Errors
/// One sentence for each such word.
pub fn check_clock_rules(rules: &Rules) -> Result<(), String> {
    let mut problems = Vec::new();
    let words =
        |events: &[ClockEvent]| events.iter().map(|event| event.word()).collect::<Vec<_>>().join(", ");
    for arrangement in rules.cooperation.arrangements() {
        let deadlines = arrangement.versions().flat_map(|terms| &terms.deadlines);
        for rule in deadlines.map(|deadline| &deadline.rule) {
            let mut check = |key: &str, word: &str, allowed: String| {
                if !allowed.split(", ").any(|one| one == word) {
                    let (arrangement, rule) = (&arrangement.id, &rule.id);
                    problems.push(format!(
                        "arrangement {arrangement}, deadline {rule}: {key} wants one of {allowed}; got {word}"
                    ));
                }
            };
            check("start", &rule.start_event, words(&ClockEvent::STARTS));
            check("stop", &rule.stop_event, words(&ClockEvent::STOPS));
            check("applies_to", &rule.applies_to, CASES.join(", "));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}
