//! `seamless flag …` and `seamless message …`.

use seamless_proto::seamless::{
    notifications::v1 as wire,
    r#type::v1::{LanguageVersion, LocalizedText, TranslationState},
};

use super::{notification_name, number, pages, request_id, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// `seamless flag …`.
pub async fn flag(connection: &Connection, step: cli::Flag, json: bool) -> Result<(), Failure> {
    let mut client = connection.conversations();
    macro_rules! step {
        ($method:ident, $request:ident, $conversation:ident, $text:ident) => {{
            let request = wire::$request {
                name: $conversation.conversation,
                message: draft($text),
                request_id: request_id(),
                ..wire::$request::default()
            };
            client.$method(request).await?
        }};
    }
    let taken = match step {
        cli::Flag::List { notification, kind, state, unread, own, theirs, limit, statuses } => {
            let request = wire::ListConversationsRequest {
                parent: notification_name(notification.as_deref().unwrap_or("-")),
                page_size: i32::try_from(limit.min(500)).unwrap_or(500),
                kinds: kind
                    .iter()
                    .map(|word| number(word, "CONVERSATION_KIND_", wire::ConversationKind::from_str_name))
                    .collect::<Result<_, _>>()?,
                states: states(&state, "CONVERSATION_STATE_", |name| {
                    wire::ConversationState::from_str_name(name).map(i32::from)
                })?,
                unread_only: unread,
                raised_by: match (own, theirs) {
                    (true, _) => wire::RaisedBy::OwnSide,
                    (_, true) => wire::RaisedBy::OtherSide,
                    _ => wire::RaisedBy::Unspecified,
                }
                .into(),
                statuses: statuses.numbers(),
                ..wire::ListConversationsRequest::default()
            };
            return list(connection, request, limit, &statuses, json).await;
        }
        cli::Flag::Raise(raise) => {
            let request = wire::RaiseFlagRequest {
                transmission: transmission(connection, &raise.name.name, raise.to.as_deref())?,
                kind: number(&raise.kind, "CONVERSATION_KIND_", wire::ConversationKind::from_str_name)?,
                subject: raise.subject,
                message: draft(raise.text),
                listing: raise.listing,
                url: raise.url,
                requested_fields: raise.field,
                duplicate_of: raise.duplicate_of.as_deref().map(notification_name).unwrap_or_default(),
                request_id: request_id(),
                validate_only: false,
            };
            client.raise_flag(request).await?
        }
        cli::Flag::Answer { conversation, text } => step!(answer_flag, AnswerFlagRequest, conversation, text),
        cli::Flag::AskAgain { conversation, text } => {
            step!(reopen_flag, ReopenFlagRequest, conversation, text)
        }
        cli::Flag::Resolve { conversation, text } => {
            step!(resolve_conversation, ResolveConversationRequest, conversation, text)
        }
        cli::Flag::Withdraw { conversation, text } => {
            step!(withdraw_flag, WithdrawFlagRequest, conversation, text)
        }
    };
    report(&taken.into_inner(), json)
}

/// `seamless message …`.
pub async fn message(connection: &Connection, step: cli::Message, json: bool) -> Result<(), Failure> {
    let mut client = connection.conversations();
    match step {
        cli::Message::Send { name, text, .. } if name.contains("/conversations/") => {
            let request = wire::PostMessageRequest {
                parent: name,
                message: draft(text),
                request_id: request_id(),
                validate_only: false,
            };
            let posted = client.post_message(request).await?.into_inner();
            if json {
                return output::json(&posted);
            }
            output::line(format!("sent {}", posted.name));
            Ok(())
        }
        cli::Message::Send { name, to, subject, text } => {
            let request = wire::StartConversationRequest {
                transmission: transmission(connection, &name, to.as_deref())?,
                subject,
                message: draft(text),
                request_id: request_id(),
                validate_only: false,
            };
            report(&client.start_conversation(request).await?.into_inner(), json)
        }
        cli::Message::List { conversation, limit } => {
            messages(connection, conversation.conversation, limit, json).await
        }
        cli::Message::Read { conversation, number } => {
            let name = conversation.conversation;
            let number = match number {
                Some(number) => number,
                None => {
                    let request = wire::GetConversationRequest { name: name.clone() };
                    client.get_conversation(request).await?.into_inner().message_count
                }
            };
            let request =
                wire::MarkReadRequest { name, number, request_id: request_id(), validate_only: false };
            report(&client.mark_read(request).await?.into_inner(), json)
        }
    }
}

/// The transmission to the recipient named, or to the own authority.
pub(super) fn transmission(
    connection: &Connection,
    notification: &str,
    to: Option<&str>,
) -> Result<String, Failure> {
    let recipient = match to {
        Some(recipient) => recipient,
        None => connection.authority()?,
    };
    Ok(format!("{}/transmissions/{recipient}", notification_name(notification)))
}

/// What is said, the first language as the original; none where nothing is.
fn draft(text: cli::Text) -> Option<wire::MessageDraft> {
    let mut versions: Vec<LanguageVersion> = Vec::new();
    for (language, text) in [("en", text.en), ("zh", text.zh)] {
        if !text.is_empty() {
            let state = match versions.is_empty() {
                true => TranslationState::Original,
                false => TranslationState::Translated,
            };
            versions.push(LanguageVersion { language_code: language.to_owned(), text, state: state.into() });
        }
    }
    let draft = wire::MessageDraft {
        body: (!versions.is_empty()).then_some(LocalizedText { versions }),
        mentions: text.mention,
        attachments: text.attachment,
    };
    (draft != wire::MessageDraft::default()).then_some(draft)
}

async fn list(
    connection: &Connection,
    request: wire::ListConversationsRequest,
    limit: usize,
    statuses: &cli::Statuses,
    json: bool,
) -> Result<(), Failure> {
    let conversations = pages(limit, async |page_size, page_token| {
        let request = wire::ListConversationsRequest { page_size, page_token, ..request.clone() };
        let page = connection.conversations().list_conversations(request).await?.into_inner();
        Ok((page.conversations, page.next_page_token))
    })
    .await?;
    if json {
        return conversations.iter().try_for_each(output::json);
    }
    let columns = ["conversation", "kind", "state", "by", "about", "unread", "changed (UTC)"];
    let mut table = output::table(&statuses.head(&columns));
    for one in &conversations {
        let cells = [
            one.name.clone(),
            output::word(one.kind().as_str_name(), "CONVERSATION_KIND_"),
            output::word(one.state().as_str_name(), "CONVERSATION_STATE_"),
            one.raised_by.clone(),
            about(one),
            one.unread_message_count.to_string(),
            output::time(one.update_time.as_ref()),
        ];
        table.add_row(statuses.row(cells, one.status()));
    }
    output::line(table);
    Ok(())
}

/// What a conversation is about: its subject, or what its kind asks for.
fn about(conversation: &wire::Conversation) -> String {
    let fields = conversation.requested_fields.join(", ");
    let facts = [
        &conversation.subject,
        &conversation.url,
        &conversation.listing,
        &fields,
        &conversation.duplicate_of,
    ];
    facts.into_iter().find(|fact| !fact.is_empty()).cloned().unwrap_or_default()
}

async fn messages(connection: &Connection, parent: String, limit: usize, json: bool) -> Result<(), Failure> {
    let request = wire::ListMessagesRequest { parent, ..wire::ListMessagesRequest::default() };
    let messages = pages(limit, async |page_size, page_token| {
        let request = wire::ListMessagesRequest { page_size, page_token, ..request.clone() };
        let page = connection.conversations().list_messages(request).await?.into_inner();
        Ok((page.messages, page.next_page_token))
    })
    .await?;
    if json {
        return messages.iter().try_for_each(output::json);
    }
    for message in &messages {
        let time = output::time(message.send_time.as_ref());
        output::line(format!("{}. {} at {time} UTC", message.number, message.sender));
        for version in message.body.iter().flat_map(|body| &body.versions) {
            output::line(format!("   [{}] {}", version.language_code, version.text));
        }
        for mentioned in message.mentions.iter().chain(&message.attachments) {
            output::line(format!("   > {mentioned}"));
        }
    }
    Ok(())
}

fn report(conversation: &wire::Conversation, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(conversation);
    }
    let state = output::word(conversation.state().as_str_name(), "CONVERSATION_STATE_");
    let (all, unread) = (conversation.message_count, conversation.unread_message_count);
    output::line(format!("{} is {state}; {all} messages, {unread} unread", conversation.name));
    Ok(())
}
