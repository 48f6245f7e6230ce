//! What the players do. Each act is tried whether it is allowed or not; the model follows those that were.

use prost_reflect::{DynamicMessage, ReflectMessage, Value};
use seamless_proto::seamless::{
    disclosure::v1::{Audience as Circle, FieldDisclosure},
    notifications::v1 as wire,
    r#type::v1::{LanguageVersion, LocalizedText},
};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use super::{AUTHORITIES, chance::Chance, model::Case};
use crate::{
    disclosure::steps::{alert, every_field, request_id},
    raw_call::contracts,
    running::{Partner, Running},
};

/// Fields whose audience originators decide about, at every depth.
const DECIDED: [&str; 9] = [
    "product.brand",
    "product",
    "general.title",
    "general.case_handler",
    "traceability.operators.contact",
    "traceability",
    "risk.test_results",
    "internal_note",
    "measures.scope",
];
const CIRCLES: [Circle; 4] = [Circle::Public, Circle::Parties, Circle::Recipients, Circle::Originator];

/// The back ends of all who play, each on one connection for many histories: that of a new one costs more than most acts.
pub type Partners = Vec<(&'static str, Partner)>;

/// Connects everybody.
pub fn partners(running: &Running) -> Partners {
    AUTHORITIES.iter().map(|authority| (*authority, running.partner(authority))).collect()
}

/// One history: an originator's notification, and what the others do about it.
pub struct Player {
    partners: Partners,
    chance: Chance,
    case: Case,
    /// Who asked, and the name of the question.
    questions: Vec<(&'static str, String)>,
}

impl Player {
    pub fn new(partners: Partners, number: u64, mut chance: Chance) -> Self {
        let originator = *chance.of(&["nl-nvwa", "fr-dgccrf", "eu-just", "ca-hc", "cn-gacc"]);
        let case = Case {
            number,
            name: String::new(),
            originator,
            disclosures: Vec::new(),
            recipients: Default::default(),
            sendings: Default::default(),
            done: 0,
        };
        Self { partners, chance, case, questions: Vec::new() }
    }

    pub fn into_case(self) -> Case {
        self.case
    }

    pub async fn play(&mut self, acts: usize) {
        let disclosures = self.disclosures();
        let notification = wire::Notification { disclosures: disclosures.clone(), ..self.filled() };
        let request = wire::CreateNotificationRequest {
            notification: Some(notification),
            request_id: request_id(),
            validate_only: false,
        };
        let originator = self.case.originator;
        let created = self.partner(originator).notifications.create_notification(request).await.unwrap();
        self.case.name = created.into_inner().name;
        self.case.disclosures = disclosures;
        // Most cases get somewhere.
        if !self.chance.one_in(5) {
            self.submit().await;
            self.validate().await;
            self.transmit().await;
            self.acknowledge().await;
        }
        for _ in 0..acts {
            self.act().await;
        }
    }

    async fn act(&mut self) {
        match self.chance.below(21) {
            0..3 => self.submit().await,
            3..6 => self.validate().await,
            6..8 => self.transmit().await,
            8..10 => self.disclose().await,
            10 => self.rewrite().await,
            11..13 => self.acknowledge().await,
            13..15 => self.follow_up().await,
            15..17 => self.ask().await,
            17..19 => self.answer().await,
            19 => self.revoke().await,
            _ if self.chance.one_in(3) => self.withdraw().await,
            _ => self.wait().await,
        }
    }

    fn partner(&mut self, authority: &str) -> &mut Partner {
        &mut self.partners.iter_mut().find(|(id, _)| *id == authority).unwrap().1
    }

    /// Somebody: mostly the one whose turn it is.
    fn somebody(&mut self, rightful: &'static str) -> &'static str {
        if self.chance.one_in(4) { self.chance.anybody() } else { rightful }
    }

    fn contact_point(&self) -> &'static str {
        match self.case.originator {
            "nl-nvwa" | "fr-dgccrf" => "eu-just",
            own => own,
        }
    }

    /// Counts what was allowed; whatever else than a refusal comes is a fault.
    fn took<T>(&mut self, answer: Result<Response<T>, Status>) -> Option<T> {
        match answer {
            Ok(answer) => {
                self.case.done += 1;
                Some(answer.into_inner())
            }
            Err(status) => {
                let refused = matches!(
                    status.code(),
                    Code::PermissionDenied
                        | Code::FailedPrecondition
                        | Code::InvalidArgument
                        | Code::AlreadyExists
                );
                assert!(refused, "history {}: {status:?}", self.case.number);
                None
            }
        }
    }

    /// A notification of which every text says whose case and which field it is.
    fn filled(&self) -> wire::Notification {
        let mut notification = alert(Vec::new());
        let general = notification.general.get_or_insert_default();
        general.source = String::new();
        general.source_reference = String::new();
        let mut notification = tagged(&notification, self.case.number);
        // Each case is of another product, or each would be asked about all the others before it is submitted.
        let word = |salt: u64| Chance::seeded(self.case.number * 16 + salt).word();
        let product = notification.product.get_or_insert_default();
        product.gtins.clear();
        product.unparsed_barcodes.clear();
        product.batch_numbers.clear();
        product.brand.insert_str(0, &format!("{} ", word(1)));
        product.models = vec![format!("{}-{} <{}|product.models>", word(2), word(3), self.case.number)];
        let names = product.product_name.iter_mut().flat_map(|name| &mut name.versions);
        for (salt, version) in names.enumerate() {
            version.text.insert_str(0, &format!("{} {} {} ", word(4), word(5), word(6 + salt as u64)));
        }
        for operator in notification.traceability.iter_mut().flat_map(|one| &mut one.operators) {
            operator.operator_name.insert_str(0, &format!("{} ", word(9)));
            operator.credit_code.clear();
        }
        notification
    }

    fn disclosures(&mut self) -> Vec<FieldDisclosure> {
        let mut decided: Vec<FieldDisclosure> = Vec::new();
        for _ in 0..self.chance.below(4) {
            let path = (*self.chance.of(&DECIDED)).to_owned();
            let audience = (*self.chance.of(&CIRCLES)).into();
            if !decided.iter().any(|one| one.path == path) {
                decided.push(FieldDisclosure { path, audience, reason: "played".to_owned() });
            }
        }
        decided
    }

    async fn submit(&mut self) {
        let who = self.somebody(self.case.originator);
        let name = self.case.name.clone();
        let request =
            wire::SubmitNotificationRequest { name, request_id: request_id(), ..Default::default() };
        let mut request = request;
        // All cases are of the same product, so what is asked before submission is answered: it is another.
        let answer = loop {
            let answer = self.partner(who).notifications.submit_notification(request.clone()).await;
            match answer.as_ref().err().and_then(StatusExt::get_details_precondition_failure) {
                Some(details) if details.violations.iter().any(|one| one.r#type == "SIMILARITY") => {
                    request.request_id = request_id();
                    request.similarity_answers.extend(details.violations.into_iter().map(different));
                }
                _ => break answer,
            }
        };
        self.took(answer);
    }

    async fn validate(&mut self) {
        let who = self.somebody(self.contact_point());
        let returned = self.chance.one_in(4);
        let (decision, findings) = match returned {
            true => (wire::ValidationDecision::Return, vec![every_field("findings")]),
            false => (wire::ValidationDecision::Accept, Vec::new()),
        };
        let request = wire::ValidateNotificationRequest {
            name: self.case.name.clone(),
            decision: decision.into(),
            findings,
            request_id: request_id(),
            ..Default::default()
        };
        let answer = self.partner(who).notifications.validate_notification(request).await;
        if let Some(answer) = self.took(answer) {
            self.sent(&answer.transmissions);
        }
    }

    async fn transmit(&mut self) {
        let who = self.somebody(self.contact_point());
        let to = *self.chance.of(&AUTHORITIES);
        let request = wire::TransmitNotificationRequest {
            name: self.case.name.clone(),
            recipients: vec![to.to_owned()],
            request_id: request_id(),
            ..Default::default()
        };
        let answer = self.partner(who).notifications.transmit_notification(request).await;
        if let Some(answer) = self.took(answer) {
            self.sent(&answer.transmissions);
        }
    }

    fn sent(&mut self, transmissions: &[wire::Transmission]) {
        for transmission in transmissions {
            let known = AUTHORITIES.iter().find(|authority| **authority == transmission.recipient);
            let known = known.expect("it goes to those who play");
            if self.case.recipients.insert(known) {
                *self.case.sendings.entry(known).or_default() += 1;
            }
        }
    }

    async fn update(&mut self, notification: wire::Notification, paths: &[&str]) -> bool {
        let who = self.somebody(self.case.originator);
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        let request = wire::UpdateNotificationRequest {
            notification: Some(wire::Notification { name: self.case.name.clone(), ..notification }),
            update_mask: Some(prost_types::FieldMask { paths }),
            request_id: request_id(),
            validate_only: false,
        };
        let answer = self.partner(who).notifications.update_notification(request).await;
        self.took(answer).is_some()
    }

    async fn disclose(&mut self) {
        let disclosures = self.disclosures();
        let notification = wire::Notification { disclosures: disclosures.clone(), ..Default::default() };
        if self.update(notification, &["disclosures"]).await {
            self.case.disclosures = disclosures;
        }
    }

    /// New content in several groups, and sold online or not, which starts and cancels clocks.
    async fn rewrite(&mut self) {
        let mut notification = self.filled();
        let sold_online = !self.chance.one_in(3);
        notification.online.get_or_insert_default().sold_online = Some(sold_online);
        self.update(notification, &["product", "traceability.operators", "online", "internal_note"]).await;
    }

    /// A recipient, or whoever comes.
    fn recipient(&mut self) -> &'static str {
        let recipients: Vec<&'static str> = self.case.recipients.iter().copied().collect();
        match recipients.is_empty() {
            true => self.chance.anybody(),
            false => {
                let one = *self.chance.of(&recipients);
                self.somebody(one)
            }
        }
    }

    async fn acknowledge(&mut self) {
        let who = self.recipient();
        let request = wire::AcknowledgeTransmissionRequest {
            name: format!("{}/transmissions/{who}", self.case.name),
            request_id: request_id(),
            ..Default::default()
        };
        let answer = self.partner(who).transmissions.acknowledge_transmission(request).await;
        self.took(answer);
    }

    async fn follow_up(&mut self) {
        let who = self.recipient();
        let transmission = format!("{}/transmissions/{who}", self.case.name);
        let name = format!("{transmission}/followUp");
        let note = format!("<{}|~{who}:note>", self.case.number);
        let internal_note = format!("<{}|{who}:internal_note>", self.case.number);
        let request_id = request_id();
        macro_rules! step {
            ($method:ident, $request:ident { $($field:ident: $value:expr),* }) => {{
                let request =
                    wire::$request { $($field: $value,)* note, internal_note, request_id, ..Default::default() };
                let answer = self.partner(who).follow_ups.$method(request).await;
                self.took(answer);
            }};
        }
        let traced = wire::TracingResult::Traced.into();
        let not_traced = wire::TracingResult::NotTraced.into();
        let reason = wire::NotTracedReason::CompanyClosed.into();
        match self.chance.below(8) {
            0..2 => step!(start_follow_up, StartFollowUpRequest { transmission: transmission }),
            2 => step!(
                record_tracing,
                RecordTracingRequest { name: name, result: not_traced, not_traced_reason: reason }
            ),
            3 => {
                let manufacturer: wire::EconomicOperator = every_field("tracing.manufacturer");
                let manufacturer = Some(wire::EconomicOperator {
                    operator_name: format!("<{}|~{who}:manufacturer>", self.case.number),
                    contact: String::new(),
                    address: String::new(),
                    website: String::new(),
                    ..manufacturer
                });
                step!(
                    record_tracing,
                    RecordTracingRequest { name: name, result: traced, manufacturer: manufacturer }
                );
            }
            4 => {
                let measure = wire::Measure {
                    action: wire::MeasureAction::ExportBan.into(),
                    scope: format!("<{}|~{who}:measure>", self.case.number),
                    ..Default::default()
                };
                step!(adopt_measure, AdoptMeasureRequest { name: name, measure: Some(measure) });
            }
            5 => {
                let reason = wire::NoMeasureReason::NoPowers.into();
                step!(record_no_measure, RecordNoMeasureRequest { name: name, reason: reason });
            }
            6 => step!(close_follow_up, CloseFollowUpRequest { name: name }),
            _ => step!(reopen_follow_up, ReopenFollowUpRequest { name: name }),
        }
    }

    /// A recipient asks for a field, which stops its clocks.
    async fn ask(&mut self) {
        let who = self.recipient();
        let request = wire::RaiseFlagRequest {
            transmission: format!("{}/transmissions/{who}", self.case.name),
            kind: wire::ConversationKind::MoreInformation.into(),
            message: Some(said(self.case.number, who)),
            requested_fields: vec!["product.gtins".to_owned()],
            request_id: request_id(),
            ..Default::default()
        };
        let answer = self.partner(who).conversations.raise_flag(request).await;
        if let Some(raised) = self.took(answer) {
            self.questions.push((who, raised.name));
        }
    }

    /// Somebody answers one of the questions; mostly the originator.
    async fn answer(&mut self) {
        if self.questions.is_empty() {
            return;
        }
        let (asker, name) = self.chance.of(&self.questions).clone();
        let who = self.somebody(self.case.originator);
        let request = wire::AnswerFlagRequest {
            name,
            message: Some(said(self.case.number, asker)),
            request_id: request_id(),
            ..Default::default()
        };
        let answer = self.partner(who).conversations.answer_flag(request).await;
        self.took(answer);
    }

    /// A recipient is taken off: it may read nothing of the case any more.
    async fn revoke(&mut self) {
        let recipient = self.recipient();
        let who = self.somebody(self.contact_point());
        let request = wire::RevokeTransmissionRequest {
            name: format!("{}/transmissions/{recipient}", self.case.name),
            reason: "played".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        let answer = self.partner(who).transmissions.revoke_transmission(request).await;
        if self.took(answer).is_some() {
            self.case.recipients.remove(recipient);
        }
    }

    async fn withdraw(&mut self) {
        let who = self.somebody(self.case.originator);
        let request = wire::WithdrawNotificationRequest {
            name: self.case.name.clone(),
            reason: "played to its end".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        let answer = self.partner(who).notifications.withdraw_notification(request).await;
        self.took(answer);
    }

    /// Hours or days pass, for all histories.
    async fn wait(&mut self) {
        let hours = 1 + i64::try_from(self.chance.below(40)).unwrap();
        let by = Some(prost_types::Duration { seconds: hours * 3_600, nanos: 0 });
        let request = wire::AdvanceClockRequest { by, request_id: request_id() };
        // All histories move the same clock: whoever comes too often too late is told to try again.
        let answer = loop {
            let answer = self.partner("eu-just").sandbox.advance_clock(request.clone()).await;
            match answer {
                Err(status) if status.code() == Code::Aborted => {}
                answer => break answer,
            }
        };
        self.took(answer);
    }
}

/// A message between both sides of the transmission to `recipient`.
fn said(number: u64, recipient: &str) -> wire::MessageDraft {
    let text = format!("<{number}|~{recipient}:message>");
    let version = LanguageVersion { language_code: "en".to_owned(), text, state: 0 };
    wire::MessageDraft { body: Some(LocalizedText { versions: vec![version] }), ..Default::default() }
}

fn different(violation: tonic_types::PreconditionViolation) -> wire::SimilarityAnswer {
    wire::SimilarityAnswer {
        candidate: violation.subject,
        verdict: wire::SimilarityVerdict::DifferentProduct.into(),
        ..Default::default()
    }
}

/// The message with `<path>` in its texts become `<number|path>`.
fn tagged(notification: &wire::Notification, number: u64) -> wire::Notification {
    fn walk(value: &mut Value, number: u64) {
        match value {
            Value::String(text) => *text = text.replacen('<', &format!("<{number}|"), 1),
            Value::Message(message) => {
                for field in message.descriptor().fields() {
                    if message.has_field(&field) {
                        walk(message.get_field_mut(&field), number);
                    }
                }
            }
            Value::List(items) => items.iter_mut().for_each(|item| walk(item, number)),
            _ => {}
        }
    }
    let descriptor = contracts().get_message_by_name("seamless.notifications.v1.Notification").unwrap();
    let mut message = DynamicMessage::new(descriptor);
    message.transcode_from(notification).unwrap();
    let mut value = Value::Message(message);
    walk(&mut value, number);
    value.as_message().unwrap().transcode_to().unwrap()
}
