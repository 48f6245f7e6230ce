//! Records an examination: decided with its outcome, or suspended while it goes on.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Caller, Decision, DomainError, Violation,
    certificate_use::is_enough,
    coverage::Comparison,
    doubts::doubted,
    model::{
        Consignment, Control, ControlOutcome, ControlState, Cover, Drawn, Due, EventStatus, Inspection,
        InspectionId, InspectionOutcome, KnownInspection, MatchedInspection, Screened, Screening,
        ScreeningId, Selection, TestResult, Unread, control_name, is_chosen_by_plan,
    },
    pilot::EntryPoint,
    ports::{InspectionReader, ScreeningReader},
    records::record,
    use_cases::{InspectionAccess, SettleControl, future_tests::future_tests},
};

/// What the examining authority says.
#[derive(Clone, Debug)]
pub struct ControlContent {
    pub goods: ControlledGoods,
    /// The pre-inspection that covered the goods; none for the one of the screening.
    pub inspection: Option<InspectionId>,
    /// None to suspend.
    pub outcome: Option<ControlOutcome>,
    pub tests: Vec<TestResult>,
    pub findings: String,
    pub examine_time: Timestamp,
    pub follow_up_reference: String,
    pub notification: String,
    pub internal_note: String,
    /// Of goods that nothing screened; none for actual.
    pub status: Option<EventStatus>,
}

/// Which goods were examined.
#[derive(Clone, Debug)]
pub enum ControlledGoods {
    /// Those of a screening.
    Screened(ScreeningId),
    /// Those that nothing screened, with what could not be read of them.
    Unscreened { goods: Box<Consignment>, unread: Vec<Unread> },
}

/// Records it.
pub struct RecordControl<'a> {
    pub inspections: &'a dyn InspectionReader,
    pub screenings: &'a dyn ScreeningReader,
    pub settle: SettleControl<'a>,
}

impl RecordControl<'_> {
    /// Records it.
    ///
    /// # Errors
    /// `Invalid`, with fields from the control on; `Twin` if its screening has a control; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        content: ControlContent,
        now: Timestamp,
    ) -> Result<Decision<Control>, DomainError> {
        let mut wrong = Vec::new();
        if content.examine_time > now {
            let description = format!("must not be in the future; got {}", content.examine_time);
            wrong.push(Violation::new("examine_time", description));
        }
        let today = self.settle.rules.today_at(&caller.authority, now);
        wrong.extend(future_tests("tests", &content.tests, today));
        let screening = match &content.goods {
            ControlledGoods::Unscreened { .. } => None,
            ControlledGoods::Screened(id) => match self.screening(caller, *id).await {
                Ok(screening) => Some(screening),
                // With what else is wrong of what can be judged without it.
                Err(DomainError::Invalid(violations)) => {
                    wrong.extend(violations);
                    wrong.extend(self.named(caller, &content, None, now).await?.err());
                    return Err(DomainError::Invalid(wrong));
                }
                Err(error) => return Err(error),
            },
        };
        let status = match &screening {
            Some(screening) => screening.status,
            None => content.status.unwrap_or(EventStatus::Actual),
        };
        let named = self.named(caller, &content, Some(status), now).await?;
        let named = named.unwrap_or_else(|violation| {
            wrong.push(violation);
            None
        });
        let (consignment, field) = match (&content.goods, &screening) {
            (ControlledGoods::Unscreened { goods, .. }, _) => (goods.as_ref(), "consignment.entry_point"),
            (_, Some(screening)) => (&screening.consignment, "screening"),
            (ControlledGoods::Screened(_), None) => return Err(DomainError::Denied),
        };
        let arrivals = self.settle.rules.arrivals;
        if let ControlledGoods::Unscreened { goods, .. } = &content.goods {
            wrong.extend(arrivals.wrong("consignment.arrival_time", goods.arrival, now));
        }
        wrong.extend(arrivals.wrong_examination("examine_time", content.examine_time, consignment.arrival));
        let entry_points = &self.settle.rules.pilot.entry_points;
        let known = entry_points.get(&consignment.entry_point);
        let Some(entry_point) = known.filter(|known| known.authority == caller.authority) else {
            let (who, got) = (&caller.authority, &consignment.entry_point);
            wrong
                .push(Violation::new(field, format!("wants an entry point where {who} examines; got {got}")));
            return Err(DomainError::Invalid(wrong));
        };
        let date = match &screening {
            Some(screening) => screening.draw.date,
            None => entry_point.time_zone.to_datetime(content.examine_time).date(),
        };
        let cover = self.cover(named.as_ref(), screening.as_ref(), consignment).await?;
        let due = self.due(&content, entry_point).unwrap_or_else(|violation| {
            wrong.push(violation);
            None
        });
        if !wrong.is_empty() {
            return Err(DomainError::Invalid(wrong));
        }
        let drawn = match &screening {
            Some(screening) => self.drawn(screening).await?,
            None => None,
        };
        let (selection, probability) = selected(screening.as_ref());
        let area = self.settle.rules.pilot.area_of(consignment.commodity_code.as_ref());
        let mut control = Control {
            id: screening.as_ref().map_or_else(Uuid::now_v7, Screening::first),
            authority: caller.authority.clone(),
            screening: screening.as_ref().map(|screening| screening.id),
            consignment: consignment.clone(),
            area: match &screening {
                Some(screening) => screening.area.clone(),
                None => area.map(|area| area.id.clone()),
            },
            cover,
            drawn: drawn.map(Box::new),
            date,
            selection,
            probability,
            lane_otherwise: screening.as_ref().map(|screening| screening.lane_otherwise),
            screened: screening.as_ref().map(|screening| Box::new(Screened::of(screening))),
            unread: match &content.goods {
                ControlledGoods::Unscreened { unread, .. } => unread.clone(),
                // Told with what the screening knew.
                ControlledGoods::Screened(_) => Vec::new(),
            },
            state: content.outcome.map_or(ControlState::Suspended, |_| ControlState::Decided),
            outcome: content.outcome,
            tests: content.tests,
            findings: content.findings,
            examine_time: content.examine_time,
            due,
            overdue: false,
            follow_up_reference: content.follow_up_reference,
            notification: content.notification,
            internal_note: content.internal_note,
            release_reason: String::new(),
            corrections: Vec::new(),
            decide_time: content.outcome.map(|_| now),
            status,
            create_time: now,
            update_time: now,
            revision: 1,
        };
        let changes = self.settle.execute(None, &mut control, now).await?;
        Ok(Decision { outcome: control, changes })
    }

    /// Where the goods of a screening were drawn and arrived, if they were declared otherwise then.
    async fn drawn(&self, screening: &Screening) -> Result<Option<Drawn>, DomainError> {
        let first = match screening.place() {
            first if first == screening.id => None,
            first => self.screenings.screening_get(first).await?,
        };
        let area = first.map_or_else(|| screening.area.clone(), |first| first.area);
        let entry_point = screening.draw.entry_point.clone();
        let is_as_drawn = entry_point == screening.consignment.entry_point && area == screening.area;
        Ok((!is_as_drawn).then_some(Drawn { entry_point, area }))
    }

    /// The screening, of the caller's side and without a control.
    async fn screening(&self, caller: &Caller, id: ScreeningId) -> Result<Screening, DomainError> {
        let found = self.screenings.screening_get(id).await?;
        let rules = self.settle.rules;
        let own = found.filter(|screening| {
            rules.cooperation.contact_point_of(&screening.authority)
                == rules.cooperation.contact_point_of(&caller.authority)
        });
        let Some(screening) = own else {
            return Err(DomainError::invalid("screening", "wants a screening of the caller's side"));
        };
        // Goods have one control, whichever version of their declaration it is recorded for.
        let twin: Option<Control> = record(self.settle.records, &control_name(screening.first())).await?;
        match twin {
            Some(twin) => {
                Err(DomainError::Twin { resource: twin.name(), what: "the control of these goods" })
            }
            None => Ok(screening),
        }
    }

    /// The pre-inspection that the control names, if it names one: the caller sees it, and it is of the same kind of case,
    /// as far as that is known.
    async fn named(
        &self,
        caller: &Caller,
        content: &ControlContent,
        status: Option<EventStatus>,
        now: Timestamp,
    ) -> Result<Result<Option<Inspection>, Violation>, DomainError> {
        let Some(named) = content.inspection else { return Ok(Ok(None)) };
        let access = InspectionAccess { rules: self.settle.rules, inspections: self.inspections };
        let found = match access.execute(caller, named, None, now).await {
            Ok(found) => found.inspection,
            Err(DomainError::Denied) => {
                return Ok(Err(Violation::new("inspection", "wants a pre-inspection that the caller sees")));
            }
            Err(error) => return Err(error),
        };
        match status.filter(|status| found.content.status != *status) {
            None => Ok(Ok(Some(found))),
            Some(status) => {
                let (wants, got): (&str, &str) = (status.into(), found.content.status.into());
                let description =
                    format!("wants a pre-inspection that is {wants}, as the control; got {got}");
                Ok(Err(Violation::new("inspection", description)))
            }
        }
    }

    /// The pre-inspection that covered the goods: the one that is named, or else that of the screening. One that the screening does
    /// not tell of is held against the goods as the screening would have: whatever lies in the box may be lent.
    async fn cover(
        &self,
        named: Option<&Inspection>,
        screening: Option<&Screening>,
        goods: &Consignment,
    ) -> Result<Option<Cover>, DomainError> {
        let Some(named) = named else {
            let Some(matched) = screening.and_then(Screening::covering_inspection) else {
                return Ok(None);
            };
            let found = self.inspections.inspection_get(matched.id).await?;
            let found = found.ok_or_else(|| {
                DomainError::Fault(format!("the inspection {} of a screening is not there", matched.id))
            })?;
            return Ok(Some(covered(&found, Judged::of(matched))));
        };
        let mut matches = screening.iter().flat_map(|screening| &screening.facts.inspections);
        let judged = match matches.find(|matched| matched.id == named.id) {
            Some(matched) => Judged::of(matched),
            None => {
                let known = KnownInspection::of(named);
                let time = screening.map_or(goods.arrival, |screening| screening.time);
                let (doubt, coverage) = doubted(&known, goods, &Comparison::of(goods), time);
                let arrived = screening.and_then(|screening| screening.draw.kept.as_ref()?.arrived);
                let is_later = arrived.is_some_and(|arrived| known.inspect_time > arrived);
                Judged {
                    is_doubted: doubt.is_some() || is_later || !is_enough(&coverage.claim),
                    outcome: named.content.outcome,
                }
            }
        };
        Ok(Some(covered(named, judged)))
    }

    /// When a suspension is due; none for what is decided.
    fn due(&self, content: &ControlContent, entry_point: &EntryPoint) -> Result<Option<Due>, Violation> {
        if content.outcome.is_some() {
            return Ok(None);
        }
        let rules = self.settle.rules;
        let rule = rules.pilot.suspension_rule(entry_point);
        let due = rule.due(content.examine_time, &rules.calendars);
        let due = due.map_err(|error| Violation::new("examine_time", error.to_string()))?;
        Ok(Some(Due { time: due.due, explanation: due.explanation.to_string() }))
    }
}

/// What a pre-inspection said of goods, and whether that counts.
struct Judged {
    is_doubted: bool,
    outcome: InspectionOutcome,
}

impl Judged {
    fn of(matched: &MatchedInspection) -> Self {
        Self { is_doubted: matched.doubt.is_some(), outcome: matched.outcome }
    }
}

fn covered(inspection: &Inspection, judged: Judged) -> Cover {
    Cover {
        inspection: inspection.id,
        body: inspection.content.body.clone(),
        originator: inspection.originator.clone(),
        arrangement: inspection.content.arrangement.clone(),
        passed: judged.outcome == InspectionOutcome::Pass && !judged.is_doubted,
        doubted: judged.is_doubted,
    }
}

/// How the goods came to be examined. Whoever examines goods that were not chosen, or that nothing screened, chose them
/// for a reason of his own: an officer's choice, of which nobody knows the probability. So it is with goods that share the place of
/// others: those were chosen.
fn selected(screening: Option<&Screening>) -> (Selection, f64) {
    let chosen = screening.filter(|screening| screening.first() == screening.place());
    match chosen.map(|screening| &screening.draw) {
        Some(draw) if is_chosen_by_plan(draw.selection) => (draw.selection, draw.probability),
        _ => (Selection::Officer, 0.0),
    }
}
