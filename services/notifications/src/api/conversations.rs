//! `ConversationService`.

use prost::Message as _;
use seamless_api::{Call, Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_proto::seamless::notifications::v1::{
    self as wire, conversation_service_server::ConversationService,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::context::{Api, statuses_of_list};
use crate::{
    contract::{
        ConversationName, TransmissionName, conversation_of_reader_out, flag_in, message_in,
        redact::message_for,
    },
    domain::{
        Caller, DomainError,
        correspondence::ConversationFacts,
        model::{
            Conversation, ConversationKind, ConversationState, ConversationStep, EventStatus, Message,
            MessageText, Side,
        },
        records::{Record, RecordPage, RecordQuery, records},
        use_cases::{About, ConversationAccess, MarkRead, OpenConversation, Opening, TakeConversationStep},
    },
};

/// The longest subject, in characters.
const SUBJECT_LENGTH: usize = 200;
/// How many conversations are looked at together where filters leave out some.
const LOOK: u64 = 500;
/// How many looks a page takes at most; then it ends early.
const MOST_LOOKS: usize = 10;

/// What the request of a step says.
struct StepRequest {
    name: ConversationName,
    step: ConversationStep,
    revision: Option<i64>,
    text: Option<MessageText>,
    call: Call,
}

/// Reads the request of a step; all of these messages have the same fields.
macro_rules! step {
    ($api:ident, $request:ident, $step:ident, $is_required:expr) => {{
        let (caller, call, request) = changing($request)?;
        let mut found = Violations::new();
        let name = found.name::<ConversationName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let text = $api.message_text_in(name, request.message.as_ref(), $is_required)?;
        let step = ConversationStep::$step;
        $api.take_conversation_step(&caller, StepRequest { name, step, revision, text, call }).await
    }};
}

#[tonic::async_trait]
impl ConversationService for Api {
    async fn raise_flag(
        &self,
        request: Request<wire::RaiseFlagRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        let (caller, call, request) = changing(request)?;
        let name = TransmissionName::parse("transmission", &request.transmission).map_err(refusal)?;
        self.conversation_facts()
            .transmission(&caller, name.notification, &name.recipient)
            .await
            .map_err(refusal)?;
        let audiences = self.rules.audiences.as_ref();
        let mut found = Violations::new();
        let (kind, about) = flag_in(&mut found, audiences, name.notification, &request);
        let subject = found.text("subject", request.subject.clone(), SUBJECT_LENGTH);
        let text = message_in(&mut found, audiences, name.notification, request.message.as_ref());
        found.finish(()).map_err(refusal)?;
        self.open_conversation(&caller, call, opening(name, kind, subject, about, text)).await
    }

    async fn start_conversation(
        &self,
        request: Request<wire::StartConversationRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        let (caller, call, request) = changing(request)?;
        let name = TransmissionName::parse("transmission", &request.transmission).map_err(refusal)?;
        self.conversation_facts()
            .transmission(&caller, name.notification, &name.recipient)
            .await
            .map_err(refusal)?;
        let audiences = self.rules.audiences.as_ref();
        let mut found = Violations::new();
        let subject = found.text("subject", request.subject.clone(), SUBJECT_LENGTH);
        let text = message_in(&mut found, audiences, name.notification, request.message.as_ref());
        found.finish(()).map_err(refusal)?;
        let opening = opening(name, ConversationKind::Discussion, subject, About::Itself, text);
        self.open_conversation(&caller, call, opening).await
    }

    async fn answer_flag(
        &self,
        request: Request<wire::AnswerFlagRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        step!(self, request, Answer, true)
    }

    async fn reopen_flag(
        &self,
        request: Request<wire::ReopenFlagRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        step!(self, request, AskAgain, true)
    }

    async fn resolve_conversation(
        &self,
        request: Request<wire::ResolveConversationRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        step!(self, request, Resolve, false)
    }

    async fn withdraw_flag(
        &self,
        request: Request<wire::WithdrawFlagRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        step!(self, request, Withdraw, false)
    }

    async fn post_message(
        &self,
        request: Request<wire::PostMessageRequest>,
    ) -> Result<Response<wire::Message>, Status> {
        let (caller, call, request) = changing(request)?;
        let name = ConversationName::parse("parent", &request.parent).map_err(refusal)?;
        let text = self.message_text_in(name, request.message.as_ref(), true)?;
        let take = TakeConversationStep { facts: self.conversation_facts() };
        let decide = |now| {
            let (notification, id) = (name.notification, name.conversation);
            take.execute(&caller, notification, id, None, ConversationStep::Post, text.as_ref(), now)
        };
        let answer = |said: crate::domain::use_cases::Said| {
            said.message.map(|message| message_for(&caller.authority, &message)).unwrap_or_default()
        };
        self.mutate(call, decide, answer).await
    }

    async fn get_conversation(
        &self,
        request: Request<wire::GetConversationRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = ConversationName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let access = ConversationAccess { facts: self.conversation_facts() };
        let found = access.execute(&caller, name.notification, name.conversation).await;
        let (conversation, _) = found.map_err(refusal)?;
        Ok(Response::new(conversation_of_reader_out(&conversation, &caller.authority)))
    }

    async fn list_conversations(
        &self,
        request: Request<wire::ListConversationsRequest>,
    ) -> Result<Response<wire::ListConversationsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let filter = Filter::of(&caller, &request).map_err(refusal)?;
        let notification = self.parent_of_list(&caller, &request.parent).await.map_err(refusal)?;
        let mut query = RecordQuery {
            viewer: caller.authority.clone(),
            notification,
            party: None,
            statuses: statuses_of_list(filter.statuses.clone(), notification),
            name_prefix: String::new(),
            page: RecordPage {
                states: filter.states.iter().map(|state| *state as i32).collect(),
                descending: false,
                after: page.cursor.clone(),
                limit: LOOK.max(page.limit()),
            },
        };
        let mut conversations = Vec::new();
        let mut cut_short = None;
        for look in 1..=MOST_LOOKS {
            let seen: Vec<Conversation> = records(&self.store, &query).await.map_err(refusal)?;
            let is_last = (seen.len() as u64) < query.page.limit;
            query.page.after = seen.last().map(Record::in_order);
            conversations.extend(seen.into_iter().filter(|one| filter.takes(one)));
            if is_last || conversations.len() > page.size {
                break;
            }
            if look == MOST_LOOKS {
                cut_short = query.page.after.take();
            }
        }
        let (conversations, mut next_page_token) = page
            .fill(conversations, Record::in_order, |one| conversation_of_reader_out(one, &caller.authority));
        if let Some(place) = cut_short.filter(|_| next_page_token.is_empty()) {
            next_page_token = page.token(&place);
        }
        Ok(Response::new(wire::ListConversationsResponse { conversations, next_page_token }))
    }

    async fn list_messages(
        &self,
        request: Request<wire::ListMessagesRequest>,
    ) -> Result<Response<wire::ListMessagesResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let name = ConversationName::parse("parent", &request.parent).map_err(refusal)?;
        let access = ConversationAccess { facts: self.conversation_facts() };
        let found = access.execute(&caller, name.notification, name.conversation).await;
        let (conversation, _) = found.map_err(refusal)?;
        let mut query = RecordQuery {
            name_prefix: format!("{}/messages/", conversation.name()),
            ..RecordQuery::of_notification(&caller.authority, name.notification, page.limit())
        };
        query.page.after = page.cursor.clone();
        let messages: Vec<Message> = records(&self.store, &query).await.map_err(refusal)?;
        let (messages, next_page_token) =
            page.fill(messages, Record::in_order, |one| message_for(&caller.authority, one));
        Ok(Response::new(wire::ListMessagesResponse { messages, next_page_token }))
    }

    async fn mark_read(
        &self,
        request: Request<wire::MarkReadRequest>,
    ) -> Result<Response<wire::Conversation>, Status> {
        let (caller, call, request) = changing(request)?;
        let name = ConversationName::parse("name", &request.name).map_err(refusal)?;
        let number = u32::try_from(request.number).ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| {
            refusal(DomainError::invalid("number", format!("wants 1 or more; got {}", request.number)))
        })?;
        let mark = MarkRead { facts: self.conversation_facts() };
        let decide = |now| mark.execute(&caller, name.notification, name.conversation, number, now);
        self.mutate(call, decide, |marked| conversation_of_reader_out(&marked, &caller.authority)).await
    }
}

impl Api {
    /// What the changes of conversations need.
    pub(super) fn conversation_facts(&self) -> ConversationFacts<'_> {
        let store = &self.store;
        ConversationFacts { rules: &self.rules, transmissions: store, clocks: store, records: store }
    }

    async fn open_conversation(
        &self,
        caller: &Caller,
        call: Call,
        opening: Opening,
    ) -> Result<Response<wire::Conversation>, Status> {
        let open = OpenConversation { facts: self.conversation_facts(), notifications: &self.store };
        let decide = |now| open.execute(caller, &opening, now);
        self.mutate(call, decide, |opened| conversation_of_reader_out(&opened, &caller.authority)).await
    }

    async fn take_conversation_step(
        &self,
        caller: &Caller,
        request: StepRequest,
    ) -> Result<Response<wire::Conversation>, Status> {
        let StepRequest { name, step, revision, text, call } = request;
        let take = TakeConversationStep { facts: self.conversation_facts() };
        let decide = |now| {
            let (notification, id) = (name.notification, name.conversation);
            take.execute(caller, notification, id, revision, step, text.as_ref(), now)
        };
        let answer = |said: crate::domain::use_cases::Said| {
            conversation_of_reader_out(&said.conversation, &caller.authority)
        };
        self.mutate(call, decide, answer).await
    }

    fn message_text_in(
        &self,
        name: ConversationName,
        draft: Option<&wire::MessageDraft>,
        is_required: bool,
    ) -> Result<Option<MessageText>, Status> {
        let is_said = draft.is_some_and(|draft| draft.encoded_len() > 0);
        if !is_said && !is_required {
            return Ok(None);
        }
        let mut found = Violations::new();
        let text = message_in(&mut found, self.rules.audiences.as_ref(), name.notification, draft);
        found.finish(Some(text)).map_err(refusal)
    }
}

fn opening(
    name: TransmissionName,
    kind: ConversationKind,
    subject: String,
    about: About,
    text: MessageText,
) -> Opening {
    let TransmissionName { notification, recipient } = name;
    Opening { id: Uuid::now_v7(), notification, recipient, kind, subject, about, text }
}

/// Which conversations a list is of.
struct Filter {
    caller: Caller,
    kinds: Vec<ConversationKind>,
    states: Vec<ConversationState>,
    statuses: Vec<EventStatus>,
    unread_only: bool,
    raised_by: wire::RaisedBy,
}

impl Filter {
    fn of(caller: &Caller, request: &wire::ListConversationsRequest) -> Result<Self, DomainError> {
        let mut found = Violations::new();
        let filter = Self {
            caller: caller.clone(),
            kinds: found.vocabularies("kinds", &request.kinds, 10),
            states: found.vocabularies("states", &request.states, 10),
            statuses: found.vocabularies("statuses", &request.statuses, 10),
            unread_only: request.unread_only,
            raised_by: wire::RaisedBy::try_from(request.raised_by).unwrap_or_else(|_| {
                let wanted = "wants 1 (OWN_SIDE), 2 (OTHER_SIDE), or 0 for both";
                found.add("raised_by", format!("{wanted}; got {}", request.raised_by));
                wire::RaisedBy::Unspecified
            }),
        };
        Ok(found.finish(filter)?)
    }

    /// True for a conversation that the list holds; the store has seen to state and status.
    fn takes(&self, conversation: &Conversation) -> bool {
        let reader = &self.caller.authority;
        let own: Side = conversation.side_of(reader);
        (self.kinds.is_empty() || self.kinds.contains(&conversation.kind))
            && (!self.unread_only || conversation.unread_by(reader) > 0)
            && match self.raised_by {
                wire::RaisedBy::Unspecified => true,
                wire::RaisedBy::OwnSide => conversation.raiser() == own,
                wire::RaisedBy::OtherSide => conversation.raiser() != own,
            }
    }
}
