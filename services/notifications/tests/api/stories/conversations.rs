//! Flags and messages between the sender's side and one recipient.

use prost::Message as _;
use seamless_proto::seamless::{
    notifications::v1::{self as wire, ConversationKind, ConversationState},
    r#type::v1::{LanguageVersion, LocalizedText, TranslationState},
};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use super::attachments::{announcement, picture};
use crate::{
    running::{Partner, Running},
    words::{english, kinds, request_id},
};

type Answer = Result<wire::Conversation, Status>;

pub fn said(text: &str) -> Option<wire::MessageDraft> {
    Some(wire::MessageDraft { body: english(text), ..wire::MessageDraft::default() })
}

/// A flag with nothing but its message.
pub fn flag(transmission: &str, kind: ConversationKind) -> wire::RaiseFlagRequest {
    wire::RaiseFlagRequest {
        transmission: transmission.to_owned(),
        kind: kind.into(),
        message: said("look at this"),
        request_id: request_id(),
        ..wire::RaiseFlagRequest::default()
    }
}

pub fn which_batch(transmission: &str) -> wire::RaiseFlagRequest {
    wire::RaiseFlagRequest {
        requested_fields: vec!["product.batch_numbers".to_owned(), "product.gtins".to_owned()],
        ..flag(transmission, ConversationKind::MoreInformation)
    }
}

macro_rules! step {
    ($name:ident, $request:ident) => {
        pub async fn $name(&mut self, name: &str, message: Option<wire::MessageDraft>) -> Answer {
            let request = wire::$request {
                name: name.to_owned(),
                message,
                request_id: request_id(),
                ..wire::$request::default()
            };
            self.conversations.$name(request).await.map(Response::into_inner)
        }
    };
}

impl Partner {
    pub async fn raise(&mut self, request: wire::RaiseFlagRequest) -> Answer {
        self.conversations.raise_flag(request).await.map(Response::into_inner)
    }

    step!(answer_flag, AnswerFlagRequest);
    step!(reopen_flag, ReopenFlagRequest);
    step!(resolve_conversation, ResolveConversationRequest);
    step!(withdraw_flag, WithdrawFlagRequest);

    async fn discuss(&mut self, transmission: &str, text: &str) -> Answer {
        let request = wire::StartConversationRequest {
            transmission: transmission.to_owned(),
            message: said(text),
            request_id: request_id(),
            ..wire::StartConversationRequest::default()
        };
        self.conversations.start_conversation(request).await.map(Response::into_inner)
    }

    async fn post(&mut self, name: &str, text: &str) -> Result<wire::Message, Status> {
        let request = wire::PostMessageRequest {
            parent: name.to_owned(),
            message: said(text),
            request_id: request_id(),
            validate_only: false,
        };
        self.conversations.post_message(request).await.map(Response::into_inner)
    }

    async fn conversation(&mut self, name: &str) -> Answer {
        let request = wire::GetConversationRequest { name: name.to_owned() };
        self.conversations.get_conversation(request).await.map(Response::into_inner)
    }

    async fn listed(&mut self, request: wire::ListConversationsRequest) -> Vec<wire::Conversation> {
        self.conversations.list_conversations(request).await.unwrap().into_inner().conversations
    }

    async fn messages(&mut self, name: &str) -> Result<Vec<wire::Message>, Status> {
        let mut request =
            wire::ListMessagesRequest { parent: name.to_owned(), page_size: 3, ..Default::default() };
        let mut messages = Vec::new();
        loop {
            let page = self.conversations.list_messages(request.clone()).await?.into_inner();
            messages.extend(page.messages);
            if page.next_page_token.is_empty() {
                return Ok(messages);
            }
            request.page_token = page.next_page_token;
        }
    }

    async fn read(&mut self, name: &str, number: i32) -> Answer {
        let request = wire::MarkReadRequest {
            name: name.to_owned(),
            number,
            request_id: request_id(),
            validate_only: false,
        };
        self.conversations.mark_read(request).await.map(Response::into_inner)
    }

    async fn waiting(&mut self) -> (i32, i32) {
        let entry = self.inbox().await.remove(0);
        (entry.open_flag_count, entry.unread_message_count)
    }
}

fn fields(refused: &Status) -> Vec<String> {
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    let found = refused.get_details_bad_request().unwrap().field_violations;
    let mut fields: Vec<String> = found.into_iter().map(|violation| violation.field).collect();
    fields.sort();
    fields
}

fn state_in(refused: &Status) -> String {
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
    refused.get_details_error_info().unwrap().metadata["state"].clone()
}

pub async fn question_story(running: &Running) -> (Partner, Partner, String) {
    let (mut just, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("question").await.name;
    (just, gacc, format!("{name}/transmissions/cn-gacc"))
}

pub async fn question(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let version = |language: &str, text: &str, state: TranslationState| LanguageVersion {
        language_code: language.to_owned(),
        text: text.to_owned(),
        state: state.into(),
    };
    let body = LocalizedText {
        versions: vec![
            version("zh", "批号是什么", TranslationState::Original),
            version("en", "which batch is it", TranslationState::Translated),
        ],
    };
    let request = wire::RaiseFlagRequest {
        subject: "batch".to_owned(),
        message: Some(wire::MessageDraft { body: Some(body.clone()), ..Default::default() }),
        ..which_batch(&transmission)
    };
    let would = gacc.raise(wire::RaiseFlagRequest { validate_only: true, ..request.clone() }).await.unwrap();
    assert_eq!(would.state(), ConversationState::Open);
    assert_eq!((gacc.waiting().await, gacc.listed(Default::default()).await.len()), ((0, 0), 0));
    let asked =
        gacc.raise(wire::RaiseFlagRequest { request_id: request_id(), ..request.clone() }).await.unwrap();
    let again = wire::RaiseFlagRequest { request_id: request_id(), ..request };
    let (one, other) = (gacc.raise(again.clone()).await.unwrap(), gacc.raise(again).await.unwrap());
    assert_eq!(one, other, "the same request gets the same answer");
    gacc.withdraw_flag(&one.name, None).await.unwrap();

    assert_eq!((asked.state(), asked.unread_message_count), (ConversationState::Open, 0));
    assert_eq!(gacc.waiting().await, (1, 0));
    let unread =
        just.listed(wire::ListConversationsRequest { unread_only: true, ..Default::default() }).await;
    assert_eq!(unread.len(), 2, "one was withdrawn before it was read");
    let open = wire::ListConversationsRequest {
        states: vec![ConversationState::Open.into()],
        kinds: vec![ConversationKind::MoreInformation.into()],
        raised_by: wire::RaisedBy::OtherSide.into(),
        ..Default::default()
    };
    let seen = just.listed(open.clone()).await;
    assert_eq!((seen.len(), seen[0].unread_message_count, &seen[0].name), (1, 1, &asked.name));
    let own = wire::ListConversationsRequest { raised_by: wire::RaisedBy::OwnSide.into(), ..open };
    assert!(just.listed(own).await.is_empty());
    assert_eq!(just.messages(&asked.name).await.unwrap()[0].body.clone().unwrap(), body);

    assert_eq!(
        gacc.answer_flag(&asked.name, said("as asked")).await.unwrap_err().code(),
        Code::PermissionDenied,
        "nobody answers his own question"
    );
    let stale = wire::AnswerFlagRequest {
        name: asked.name.clone(),
        message: said("lot 7"),
        etag: "\"99\"".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    assert_eq!(just.conversations.answer_flag(stale).await.unwrap_err().code(), Code::Aborted);
    let answered = just.answer_flag(&asked.name, said("lot 7")).await.unwrap();
    assert_eq!((answered.state(), answered.unread_message_count), (ConversationState::Answered, 0));
    assert!(answered.answer_time.is_some());
    assert_eq!(gacc.waiting().await, (0, 1));
    let twice = just.answer_flag(&asked.name, said("lot 8")).await.unwrap_err();
    assert_eq!(state_in(&twice), "ANSWERED");
    assert_eq!(just.reopen_flag(&asked.name, said("?")).await.unwrap_err().code(), Code::PermissionDenied);
    gacc.reopen_flag(&asked.name, said("of which year")).await.unwrap();
    just.post(&asked.name, "we look it up").await.unwrap();
    assert_eq!(gacc.conversation(&asked.name).await.unwrap().state(), ConversationState::Open);
    just.answer_flag(&asked.name, said("of 2026")).await.unwrap();

    // What was read stays read.
    assert_eq!(gacc.conversation(&asked.name).await.unwrap().unread_message_count, 2);
    assert_eq!(gacc.read(&asked.name, 4).await.unwrap().unread_message_count, 1);
    assert_eq!(gacc.read(&asked.name, 1).await.unwrap().last_read_number, 4);
    assert_eq!(gacc.waiting().await, (0, 1));
    assert_eq!(fields(&gacc.read(&asked.name, 9).await.unwrap_err()), ["number"]);
    assert_eq!(fields(&gacc.read(&asked.name, 0).await.unwrap_err()), ["number"]);

    assert_eq!(
        just.resolve_conversation(&asked.name, None).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    let resolved = gacc.resolve_conversation(&asked.name, said("thank you")).await.unwrap();
    assert_eq!((resolved.state(), resolved.message_count), (ConversationState::Resolved, 6));
    let late = just.answer_flag(&asked.name, said("one more thing")).await.unwrap_err();
    assert_eq!(state_in(&late), "RESOLVED");
    assert_eq!(state_in(&gacc.post(&asked.name, "too late").await.unwrap_err()), "RESOLVED");
    assert_eq!(state_in(&gacc.withdraw_flag(&asked.name, None).await.unwrap_err()), "RESOLVED");
    let states: Vec<_> =
        just.messages(&asked.name).await.unwrap().iter().map(wire::Message::resulting_state).collect();
    use ConversationState::{Answered, Open, Resolved};
    assert_eq!(states, [Open, Answered, Open, Open, Answered, Resolved]);

    let told = gacc.events().await;
    let of_clock: Vec<_> = kinds(&told).into_iter().filter(|kind| kind.starts_with("Clock")).collect();
    // The second question, taken back at once, held a clock that stood still already.
    assert_eq!(
        of_clock,
        [
            "ClockChanged",
            "ClockPaused",
            "ClockChanged",
            "ClockChanged",
            "ClockResumed",
            "ClockPaused",
            "ClockResumed"
        ]
    );
    let count = |kind: &str| kinds(&told).into_iter().filter(|one| *one == kind).count();
    assert_eq!(
        (count("ConversationOpened"), count("MessagePosted"), count("ConversationChanged")),
        (2, 1, 5)
    );
    let theirs = just.events().await;
    // Both sides hear once that it read on: what was said a second time is nothing new.
    for events in [&told, &theirs] {
        let read = events.iter().filter_map(|event| {
            let data = event.data.as_ref()?;
            data.type_url
                .ends_with(".MessagesRead")
                .then(|| wire::MessagesRead::decode(&*data.value).unwrap())
        });
        let read: Vec<_> = read.collect();
        let [read] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((read.authority.as_str(), read.previous_number, read.last_read_number), ("cn-gacc", 3, 4));
        let conversation = read.conversation.as_ref().unwrap();
        assert_eq!(
            (&conversation.name, conversation.last_read_number),
            (&asked.name, 0),
            "the mark of nobody"
        );
    }
    let heard =
        |event: &&seamless_proto::seamless::feed::v1::Event| event.subject.contains("/conversations/");
    assert_eq!(theirs.iter().filter(heard).count(), told.iter().filter(heard).count());
    running.stop().await;
}

pub async fn parties(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let mut cpsc = running.partner("us-cpsc");
    let name = transmission.split("/transmissions/").next().unwrap().to_owned();
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    let with_gacc = just.discuss(&transmission, "shall we meet").await.unwrap();
    assert_eq!(with_gacc.kind(), ConversationKind::Discussion);
    let with_cpsc = just.discuss(&format!("{name}/transmissions/us-cpsc"), "shall we meet").await.unwrap();

    // To the CPSC, GACC's conversation looks like one that does not exist.
    let unknown = format!("{name}/conversations/{}", uuid::Uuid::now_v7());
    let no = cpsc.conversation(&unknown).await.unwrap_err();
    for refused in [
        cpsc.conversation(&with_gacc.name).await.unwrap_err(),
        cpsc.messages(&with_gacc.name).await.unwrap_err(),
        cpsc.post(&with_gacc.name, "may I join").await.unwrap_err(),
        cpsc.read(&with_gacc.name, 1).await.unwrap_err(),
        cpsc.resolve_conversation(&with_gacc.name, None).await.unwrap_err(),
        cpsc.discuss(&transmission, "may I join").await.unwrap_err(),
        cpsc.raise(flag(&transmission, ConversationKind::Urgent)).await.unwrap_err(),
        gacc.discuss(&format!("{name}/transmissions/us-cpsc"), "may I join").await.unwrap_err(),
        just.discuss(&format!("{name}/transmissions/ca-hc"), "who are you").await.unwrap_err(),
        running.partner("ca-hc").post(&with_gacc.name, "hello").await.unwrap_err(),
    ] {
        assert_eq!((refused.code(), refused.message()), (Code::PermissionDenied, no.message()));
    }
    let names = |listed: Vec<wire::Conversation>| {
        listed.into_iter().map(|conversation| conversation.name).collect::<Vec<_>>()
    };
    let of_alert = wire::ListConversationsRequest { parent: name, ..Default::default() };
    assert_eq!(names(cpsc.listed(of_alert.clone()).await), vec![with_cpsc.name.clone()]);
    assert_eq!(names(gacc.listed(of_alert.clone()).await), vec![with_gacc.name.clone()]);
    assert_eq!(
        names(just.listed(of_alert).await),
        [with_cpsc.name, with_gacc.name.clone()],
        "the newest first"
    );
    let told = cpsc.events().await;
    assert!(told.iter().all(|event| !event.subject.ends_with(&with_gacc.name)));

    // A discussion has no answer, and either side ends it.
    let no_flag = gacc.answer_flag(&with_gacc.name, said("yes")).await.unwrap_err();
    assert_eq!(fields(&no_flag), ["name"]);
    gacc.post(&with_gacc.name, "on Monday").await.unwrap();
    assert_eq!(
        gacc.resolve_conversation(&with_gacc.name, None).await.unwrap().state(),
        ConversationState::Resolved
    );
    let paused = gacc.events().await;
    assert!(!kinds(&paused).contains(&"ClockPaused"), "a discussion holds no clock");
    // Nor does a question of the side that sent the alert.
    just.raise(which_batch(&transmission)).await.unwrap();
    assert!(!kinds(&gacc.events().await).contains(&"ClockPaused"));
}

pub async fn violations(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let wrong = wire::RaiseFlagRequest {
        kind: ConversationKind::MoreInformation.into(),
        subject: "x".repeat(201),
        message: Some(wire::MessageDraft {
            body: english(&"x".repeat(10_001)),
            mentions: vec!["product.brand".to_owned(), "product.colour".to_owned()],
            attachments: vec![format!("notifications/{}/attachments/1", uuid::Uuid::now_v7())],
        }),
        listing: format!("{transmission}/listings/1"),
        url: "shop".to_owned(),
        requested_fields: vec!["price".to_owned()],
        duplicate_of: "me".to_owned(),
        ..flag(&transmission, ConversationKind::MoreInformation)
    };
    assert_eq!(
        fields(&gacc.raise(wrong.clone()).await.unwrap_err()),
        [
            "duplicate_of",
            "listing",
            "message.attachments[0]",
            "message.body.versions[0].text",
            "message.mentions[1]",
            "requested_fields[0]",
            "subject",
            "url"
        ]
    );
    let denied = running.partner("ca-hc").raise(wrong).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied, "rights come first");
    let silent =
        wire::RaiseFlagRequest { message: None, kind: 0, ..flag(&transmission, ConversationKind::Urgent) };
    assert_eq!(fields(&gacc.raise(silent).await.unwrap_err()), ["kind", "message.body"]);
    let bare = flag(&transmission, ConversationKind::MoreInformation);
    assert_eq!(fields(&gacc.raise(bare).await.unwrap_err()), ["requested_fields"]);
    let nowhere = flag(&transmission, ConversationKind::StillOnSale);
    assert_eq!(fields(&gacc.raise(nowhere).await.unwrap_err()), ["listing"]);
    let no_flag = flag(&transmission, ConversationKind::Discussion);
    assert_eq!(fields(&gacc.raise(no_flag).await.unwrap_err()), ["kind"]);
    let many = wire::MessageDraft {
        body: english("see there"),
        mentions: vec!["product.brand".to_owned(); 21],
        attachments: Vec::new(),
    };
    let many =
        wire::RaiseFlagRequest { message: Some(many), ..flag(&transmission, ConversationKind::Urgent) };
    assert_eq!(fields(&gacc.raise(many).await.unwrap_err()), ["message.mentions"]);

    // A duplicate is one that the caller may see.
    let name = transmission.split("/transmissions/").next().unwrap();
    let duplicate = |of: &str| wire::RaiseFlagRequest {
        duplicate_of: of.to_owned(),
        ..flag(&transmission, ConversationKind::Duplicate)
    };
    assert_eq!(fields(&gacc.raise(duplicate(name)).await.unwrap_err()), ["duplicate_of"]);
    let own = just.create(crate::words::kettle()).await.name;
    assert_eq!(gacc.raise(duplicate(&own)).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(just.raise(duplicate(&own)).await.unwrap().duplicate_of, own);
    // A message names files that are there for both sides, and no other.
    let content = picture(1, 4_096);
    let own = just.attach(announcement(name, &content), &content).await;
    let naming = |attachment: String| wire::MessageDraft {
        body: english("see there"),
        mentions: vec!["internal_note".to_owned()],
        attachments: vec![attachment],
    };
    let absent = wire::RaiseFlagRequest {
        message: Some(naming(format!("{name}/attachments/{}", uuid::Uuid::now_v7()))),
        ..flag(&transmission, ConversationKind::WrongProduct)
    };
    assert_eq!(fields(&just.raise(absent).await.unwrap_err()), ["message.attachments[0]"]);
    let mentioned = naming(own.name.clone());
    let mentioned = wire::RaiseFlagRequest {
        message: Some(mentioned),
        ..flag(&transmission, ConversationKind::WrongProduct)
    };
    let raised = just.raise(mentioned).await.unwrap();
    let read = gacc.messages(&raised.name).await.unwrap().remove(0);
    assert_eq!(read.mentions, ["internal_note"], "paths are public, what stands there is not");
    assert!(!prost::Message::encode_to_vec(&read).windows(8).any(|window| window == b"importer"));
}

pub async fn principals(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let name = gacc.discuss(&transmission, "hello").await.unwrap().name;
    just.post(&name, "good morning").await.unwrap();
    gacc.resolve_conversation(&name, said("goodbye")).await.unwrap();
    for (reader, own) in [(&mut just, "eu-just"), (&mut gacc, "cn-gacc")] {
        for message in reader.messages(&name).await.unwrap() {
            assert_eq!(!message.principal.is_empty(), message.sender == own, "{message:?}");
        }
        let other = if own == "eu-just" { "tester@cn-gacc" } else { "tester@eu-just" };
        let told = reader.events().await;
        let data: Vec<u8> = told.iter().flat_map(|event| event.data.clone().unwrap().value).collect();
        let holds = |text: &str| data.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds("good morning") && holds(&format!("tester@{own}")) && !holds(other));
    }
}

pub async fn racing(running: Running) {
    let (just, mut gacc, transmission) = question_story(&running).await;
    let name = gacc.raise(which_batch(&transmission)).await.unwrap().name;
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..4 {
        for partner in [just.clone(), gacc.clone()] {
            let (mut partner, name) = (partner, name.clone());
            writers.spawn(async move {
                let mut sent = 0;
                // Whoever loses the race five times is told to try again.
                while let Err(refused) = partner.post(&name, &number.to_string()).await {
                    assert_eq!(refused.code(), Code::Aborted, "{refused:?}");
                    sent += 1;
                    assert!(sent < 50);
                }
            });
        }
        let (mut just, name) = (just.clone(), name.clone());
        writers.spawn(async move {
            while let Err(refused) = just.answer_flag(&name, said("lot 7")).await {
                match refused.code() {
                    Code::FailedPrecondition => return,
                    code => assert_eq!(code, Code::Aborted),
                }
            }
        });
    }
    writers.join_all().await;
    let numbers: Vec<i32> =
        gacc.messages(&name).await.unwrap().iter().map(|message| message.number).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<i32>>(), "one question, eight messages, one answer");
    let told = gacc.events().await;
    let resumed = kinds(&told).into_iter().filter(|kind| *kind == "ClockResumed").count();
    assert_eq!(resumed, 1, "of four answers one is the answer");
    let unread = gacc.conversation(&name).await.unwrap().unread_message_count;
    assert_eq!(gacc.waiting().await, (0, unread));
}

pub async fn withdrawn(running: Running) {
    let (mut just, mut gacc, transmission) = question_story(&running).await;
    let asked = gacc.raise(which_batch(&transmission)).await.unwrap().name;
    let urged = just.raise(flag(&transmission, ConversationKind::Urgent)).await.unwrap().name;
    let request = wire::WithdrawNotificationRequest {
        name: transmission.split("/transmissions/").next().unwrap().to_owned(),
        reason: "sample mixed up".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.notifications.withdraw_notification(request).await.unwrap();
    for refused in [
        just.answer_flag(&asked, said("lot 7")).await.unwrap_err(),
        gacc.post(&asked, "why").await.map(|_| ()).unwrap_err(),
        gacc.raise(flag(&transmission, ConversationKind::Urgent)).await.unwrap_err(),
    ] {
        assert_eq!(state_in(&refused), "WITHDRAWN");
    }
    assert_eq!(gacc.messages(&asked).await.unwrap().len(), 1);
    gacc.withdraw_flag(&asked, None).await.unwrap();
    just.resolve_conversation(&urged, said("settled by the withdrawal")).await.unwrap();
    assert!(!kinds(&gacc.events().await).contains(&"ClockResumed"), "its clock ended before");
}
