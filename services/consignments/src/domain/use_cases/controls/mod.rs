//! Use cases of controls and suspensions.

mod change_control;
mod control_access;
mod mark_overdue;
mod record_control;
mod record_controls;
mod settle_control;

pub use change_control::{ChangeControl, ControlStep};
pub use control_access::ControlAccess;
pub use mark_overdue::MarkOverdue;
pub use record_control::{ControlContent, ControlledGoods, RecordControl};
pub use record_controls::RecordControls;
pub use settle_control::SettleControl;
