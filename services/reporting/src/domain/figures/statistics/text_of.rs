//! What states are called.

use crate::domain::{
    content::Text,
    figures::{case::Stands, words::text},
    model::{FollowUpState, NotificationState},
};

/// The state of an alert.
pub(super) fn notification_state(state: NotificationState) -> Text {
    match state {
        NotificationState::Draft => text("draft", "草稿"),
        NotificationState::Submitted => text("submitted", "已提交"),
        NotificationState::Validated => text("validated", "已确认"),
        NotificationState::Transmitted => text("transmitted", "已发送"),
        NotificationState::Withdrawn => text("withdrawn", "已撤回"),
    }
}

/// The state of a follow-up.
pub(super) fn follow_up_state(state: FollowUpState) -> Text {
    match state {
        FollowUpState::Investigating => text("under investigation", "调查中"),
        FollowUpState::Traced => text("manufacturer traced", "已追溯到制造商"),
        FollowUpState::NotTraced => text("manufacturer not traced", "未追溯到制造商"),
        FollowUpState::MeasureAdopted => text("measure adopted", "已采取措施"),
        FollowUpState::NoMeasure => text("no measure", "未采取措施"),
        FollowUpState::Closed => text("closed", "已结案"),
    }
}

/// How a case stands, with its id.
pub(super) fn standing(stands: Stands) -> (&'static str, Text) {
    match stands {
        Stands::NotYet => ("", text("not sent yet", "尚未发送")),
        Stands::Open => ("OPEN", text("open", "未结")),
        Stands::Finished => ("FINISHED", text("finished", "已完成")),
        Stands::TakenBack => ("TAKEN_BACK", text("withdrawn or revoked", "已撤回或收回")),
    }
}
