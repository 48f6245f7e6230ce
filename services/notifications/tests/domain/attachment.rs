//! The attachment's states, against an independent table of what is allowed.

use jiff::Timestamp;
use proptest::prelude::*;
use seamless_notifications::domain::{
    DomainError, Refusal,
    model::{AnnouncedFile, Attachment, AttachmentState, AttachmentStep, EventStatus, Rejection},
};
use uuid::Uuid;

/// What the contract says, read off it by hand: the state that a step leads to, where it is allowed.
fn allowed(state: AttachmentState, step: &AttachmentStep) -> Option<AttachmentState> {
    use AttachmentState::*;
    match (state, step) {
        (Uploading, AttachmentStep::Store) => Some(Stored),
        (Uploading, AttachmentStep::Reject(_)) => Some(Rejected),
        (Uploading, AttachmentStep::Expire) => Some(Expired),
        (Uploading | Stored, AttachmentStep::Delete(_)) => Some(Deleted),
        _ => None,
    }
}

fn steps() -> impl Strategy<Value = Vec<AttachmentStep>> {
    let rejection = Rejection { field: "announced.sha256".to_owned(), description: "another".to_owned() };
    let step = prop::sample::select(vec![
        AttachmentStep::Store,
        AttachmentStep::Reject(rejection),
        AttachmentStep::Expire,
        AttachmentStep::Delete("the wrong file".to_owned()),
    ]);
    prop::collection::vec(step, 0..6)
}

fn announced() -> Attachment {
    Attachment {
        id: Uuid::nil(),
        notification: Uuid::nil(),
        originator: "nl-nvwa".parse().unwrap(),
        recipient: None,
        file: AnnouncedFile {
            file_name: "kettle.png".to_owned(),
            media_type: "image/png".to_owned(),
            size: 1,
            sha256: [0; 32],
        },
        description: seamless_identifiers::LocalizedText::default(),
        state: AttachmentState::Uploading,
        authority: "nl-nvwa".parse().unwrap(),
        principal: "tester".to_owned(),
        create_time: Timestamp::UNIX_EPOCH,
        store_time: None,
        end_time: None,
        rejection: None,
        delete_reason: String::new(),
        status: EventStatus::Actual,
        revision: 1,
    }
}

proptest! {
    #[test]
    fn an_attachment_ends_once_and_says_how(steps in steps()) {
        let mut attachment = announced();
        for (index, step) in steps.into_iter().enumerate() {
            let before = attachment.clone();
            let now = Timestamp::from_second(index as i64).unwrap();
            let taken = attachment.take(step.clone(), now);
            match allowed(before.state, &step) {
                Some(target) => {
                    prop_assert!(taken.is_ok());
                    prop_assert_eq!(attachment.state, target);
                    prop_assert_eq!(attachment.revision, before.revision + 1);
                }
                None => {
                    let illegal = matches!(taken, Err(DomainError::Refused(Refusal::IllegalTransition { .. })));
                    prop_assert!(illegal);
                    prop_assert_eq!(&attachment, &before, "a refused step changes nothing");
                }
            }
            prop_assert_eq!(attachment.end_time.is_none(), attachment.is_live());
            prop_assert_eq!(attachment.rejection.is_some(), attachment.state == AttachmentState::Rejected);
            prop_assert_eq!(attachment.delete_reason.is_empty(), attachment.state != AttachmentState::Deleted);
        }
    }
}
