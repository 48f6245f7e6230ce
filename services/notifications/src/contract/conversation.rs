//! Conversations and their messages.

use seamless_api::{
    ResourceName, Violations,
    violations::{excerpt, localized_out, timestamp_out},
};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::notifications::v1 as wire;

use super::{
    content_out::etag_out,
    names::{ListingName, NotificationName},
};
use crate::domain::{
    audiences::FieldAudiences,
    model::{
        Conversation, ConversationKind, Message, MessageText, NotificationId, listing_name, notification_name,
    },
    use_cases::About,
};

/// The longest text of a message in one language, in characters.
const BODY_LENGTH: usize = 10_000;
/// The most fields that are mentioned, or asked for.
const MOST_FIELDS: usize = 20;
/// The most attachments of a message.
const MOST_ATTACHMENTS: usize = 20;
/// The longest id of an attachment, in characters.
const ATTACHMENT_ID_LENGTH: usize = 100;

/// A message to be sent on a notification.
pub fn message_in(
    found: &mut Violations,
    audiences: &dyn FieldAudiences,
    notification: NotificationId,
    draft: Option<&wire::MessageDraft>,
) -> MessageText {
    let draft = draft.cloned().unwrap_or_default();
    let attachments = found.bounded("message.attachments", draft.attachments, MOST_ATTACHMENTS);
    for (index, name) in attachments.iter().enumerate() {
        let id = name.strip_prefix(&format!("{}/attachments/", notification_name(notification)));
        let is_id = |id: &str| {
            (1..=ATTACHMENT_ID_LENGTH).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if !id.is_some_and(is_id) {
            let wanted = "wants notifications/{notification}/attachments/{id} of the same notification";
            found.add(format!("message.attachments[{index}]"), format!("{wanted}; got {}", excerpt(name)));
        }
    }
    MessageText {
        body: found.required_localized("message.body", draft.body, BODY_LENGTH),
        mentions: paths_in(found, audiences, "message.mentions", draft.mentions),
        attachments,
    }
}

/// Paths of fields of a notification, each once.
fn paths_in(
    found: &mut Violations,
    audiences: &dyn FieldAudiences,
    field: &str,
    paths: Vec<String>,
) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for (index, path) in found.bounded(field, paths, MOST_FIELDS).into_iter().enumerate() {
        if audiences.audience(&path).is_none() {
            found.add(format!("{field}[{index}]"), format!("a notification has no field {}", excerpt(&path)));
        } else if !known.contains(&path) {
            known.push(path);
        }
    }
    known
}

/// The kind of a flag, and what it is about.
pub fn flag_in(
    found: &mut Violations,
    audiences: &dyn FieldAudiences,
    notification: NotificationId,
    request: &wire::RaiseFlagRequest,
) -> (ConversationKind, About) {
    let kind = found.required_vocabulary("kind", request.kind);
    if request.kind == ConversationKind::Discussion as i32 {
        found.add("kind", "wants a flag; a discussion is begun by StartConversation");
    }
    let given = [
        ("listing", !request.listing.is_empty(), ConversationKind::StillOnSale),
        ("url", !request.url.is_empty(), ConversationKind::StillOnSale),
        ("requested_fields", !request.requested_fields.is_empty(), ConversationKind::MoreInformation),
        ("duplicate_of", !request.duplicate_of.is_empty(), ConversationKind::Duplicate),
    ];
    for (field, is_given, wanted) in given {
        if is_given && kind != wanted {
            let wanted: &str = wanted.into();
            found.add(field, format!("must be empty but with kind {wanted}"));
        }
    }
    let about = match kind {
        ConversationKind::StillOnSale => offer_in(found, notification, request),
        ConversationKind::MoreInformation => {
            if request.requested_fields.is_empty() {
                found.add("requested_fields", "is required with kind MORE_INFORMATION");
            }
            let fields = request.requested_fields.clone();
            About::Fields(paths_in(found, audiences, "requested_fields", fields))
        }
        ConversationKind::Duplicate if !request.duplicate_of.is_empty() => {
            match NotificationName::parse("duplicate_of", &request.duplicate_of) {
                Ok(NotificationName(other)) if other == notification => {
                    found.add("duplicate_of", "wants another notification; got this one");
                    About::Itself
                }
                Ok(NotificationName(other)) => About::Duplicate(other),
                Err(wrong) => {
                    found.add_all(wrong);
                    About::Itself
                }
            }
        }
        _ => About::Itself,
    };
    (kind, about)
}

fn offer_in(found: &mut Violations, notification: NotificationId, request: &wire::RaiseFlagRequest) -> About {
    match (request.listing.as_str(), request.url.as_str()) {
        ("", "") => {
            found.add("listing", "is required with kind STILL_ON_SALE, or url instead");
            About::Itself
        }
        ("", url) => About::Url(found.url("url", url.to_owned())),
        (name, url) => {
            if !url.is_empty() {
                found.add("url", "must be empty where listing is given");
            }
            match ListingName::parse("listing", name) {
                Ok(name) if name.notification == notification => About::Listing(name.listing),
                Ok(_) => {
                    found.add("listing", "wants a listing of the same notification");
                    About::Itself
                }
                Err(wrong) => {
                    found.add_all(wrong);
                    About::Itself
                }
            }
        }
    }
}

/// A conversation as the events tell of it; what concerns one reader alone is not in it.
pub fn conversation_out(conversation: &Conversation) -> wire::Conversation {
    let matter = &conversation.matter;
    wire::Conversation {
        name: conversation.name(),
        transmission: format!(
            "notifications/{}/transmissions/{}",
            conversation.notification, conversation.recipient
        ),
        kind: conversation.kind as i32,
        state: conversation.state as i32,
        raised_by: conversation.raised_by.to_string(),
        subject: conversation.subject.clone(),
        listing: matter
            .listing
            .as_ref()
            .map_or_else(String::new, |id| listing_name(conversation.notification, id)),
        url: matter.url.clone(),
        requested_fields: matter.requested_fields.clone(),
        duplicate_of: matter.duplicate_of.map(notification_name).unwrap_or_default(),
        message_count: number_out(conversation.message_count),
        create_time: Some(timestamp_out(conversation.create_time)),
        update_time: Some(timestamp_out(conversation.update_time)),
        answer_time: conversation.answer_time.map(timestamp_out),
        close_time: conversation.close_time.map(timestamp_out),
        status: conversation.status as i32,
        etag: etag_out(conversation.revision),
        last_read_number: 0,
        unread_message_count: 0,
    }
}

/// A conversation with how far the reader has read.
pub fn conversation_of_reader_out(conversation: &Conversation, reader: &AuthorityId) -> wire::Conversation {
    wire::Conversation {
        last_read_number: number_out(conversation.read_by(reader)),
        unread_message_count: number_out(conversation.unread_by(reader)),
        ..conversation_out(conversation)
    }
}

/// A message with every field that it has.
pub fn message_out(message: &Message) -> wire::Message {
    wire::Message {
        name: message.name(),
        number: number_out(message.number),
        sender: message.sender.to_string(),
        principal: message.principal.clone(),
        body: localized_out(&message.text.body),
        mentions: message.text.mentions.clone(),
        attachments: message.text.attachments.clone(),
        send_time: Some(timestamp_out(message.send_time)),
        resulting_state: message.resulting_state as i32,
    }
}

/// A count for the wire.
pub fn number_out(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
