//! The authorization table: what each RPC of this service needs. A test fails if one is missing.

use seamless_identity::Access::{self, Authenticated, Scope};

/// Reading notifications, inboxes and follow-ups.
pub const READ: &str = "notifications.read";
/// Writing the own authority's notifications.
pub const WRITE: &str = "notifications.write";
/// Deciding on submissions, for a contact point.
pub const VALIDATE: &str = "notifications.validate";
/// Transmitting, for a contact point.
pub const TRANSMIT: &str = "notifications.transmit";
/// Acknowledging, following up, and attaching on either side.
pub const FOLLOW_UP: &str = "follow-ups.write";
/// Reading the feed.
pub const FEED: &str = "feed.read";

/// Moving the clock of a sandbox, and injecting faults.
pub const SANDBOX: &str = "sandbox.operate";

/// Every scope of this service.
pub const SCOPES: [&str; 7] = [READ, WRITE, VALIDATE, TRANSMIT, FOLLOW_UP, FEED, SANDBOX];

/// A row for each RPC.
pub static TABLE: &[(&str, Access)] = &[
    ("/seamless.notifications.v1.NotificationService/CreateNotification", Scope(WRITE)),
    ("/seamless.notifications.v1.NotificationService/GetNotification", Scope(READ)),
    ("/seamless.notifications.v1.NotificationService/ListNotifications", Scope(READ)),
    ("/seamless.notifications.v1.NotificationService/UpdateNotification", Scope(WRITE)),
    ("/seamless.notifications.v1.NotificationService/SubmitNotification", Scope(WRITE)),
    ("/seamless.notifications.v1.NotificationService/ValidateNotification", Scope(VALIDATE)),
    ("/seamless.notifications.v1.NotificationService/TransmitNotification", Scope(TRANSMIT)),
    ("/seamless.notifications.v1.NotificationService/WithdrawNotification", Scope(WRITE)),
    ("/seamless.notifications.v1.NotificationService/ImportNotifications", Scope(WRITE)),
    ("/seamless.notifications.v1.TransmissionService/ListInbox", Scope(READ)),
    ("/seamless.notifications.v1.TransmissionService/ListTransmissions", Scope(READ)),
    ("/seamless.notifications.v1.TransmissionService/GetTransmission", Scope(READ)),
    ("/seamless.notifications.v1.TransmissionService/AcknowledgeTransmission", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.FollowUpService/StartFollowUp", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.FollowUpService/GetFollowUp", Scope(READ)),
    ("/seamless.notifications.v1.FollowUpService/ListFollowUps", Scope(READ)),
    ("/seamless.notifications.v1.FollowUpService/RecordTracing", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.FollowUpService/AdoptMeasure", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.FollowUpService/RecordNoMeasure", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.FollowUpService/CloseFollowUp", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.FollowUpService/ReopenFollowUp", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ClockService/ListClocks", Scope(READ)),
    ("/seamless.notifications.v1.ClockService/GetClock", Scope(READ)),
    ("/seamless.notifications.v1.AttachmentService/CreateAttachment", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.AttachmentService/UploadAttachment", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.AttachmentService/DownloadAttachment", Scope(READ)),
    ("/seamless.notifications.v1.AttachmentService/GetAttachment", Scope(READ)),
    ("/seamless.notifications.v1.AttachmentService/ListAttachments", Scope(READ)),
    ("/seamless.notifications.v1.AttachmentService/DeleteAttachment", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.SandboxService/GetSandbox", Scope(SANDBOX)),
    ("/seamless.notifications.v1.SandboxService/AdvanceClock", Scope(SANDBOX)),
    ("/seamless.notifications.v1.SandboxService/InjectFaults", Scope(SANDBOX)),
    ("/seamless.feed.v1.FeedService/ReadEvents", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/FollowEvents", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/AcknowledgePosition", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/GetDigest", Scope(FEED)),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Authenticated),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Authenticated),
];
