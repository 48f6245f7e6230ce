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
/// Acknowledging, following up, conversing, proposing, assessing and confirming removals: both sides of a transmission
/// hold it, also to attach files.
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
    ("/seamless.notifications.v1.NotificationService/SearchNotifications", Scope(READ)),
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
    ("/seamless.notifications.v1.TraceService/OpenTrace", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/GetTrace", Scope(READ)),
    ("/seamless.notifications.v1.TraceService/ListTraces", Scope(READ)),
    ("/seamless.notifications.v1.TraceService/AddCandidate", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/UpdateCandidate", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/ConfirmCandidate", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/RejectCandidate", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/ReconsiderCandidate", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/GetCandidate", Scope(READ)),
    ("/seamless.notifications.v1.TraceService/ListCandidates", Scope(READ)),
    ("/seamless.notifications.v1.TraceService/AskQuestion", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/AnswerQuestion", Scope(WRITE)),
    ("/seamless.notifications.v1.TraceService/WithdrawQuestion", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/GetQuestion", Scope(READ)),
    ("/seamless.notifications.v1.TraceService/ListQuestions", Scope(READ)),
    ("/seamless.notifications.v1.TraceService/ConcludeTrace", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/ReopenTrace", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TraceService/SuggestCandidates", Scope(READ)),
    ("/seamless.notifications.v1.EvidenceService/ListEvidence", Scope(READ)),
    ("/seamless.notifications.v1.EvidenceService/GetEvidence", Scope(READ)),
    ("/seamless.notifications.v1.EvidenceService/ReportUnreadable", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.EvidenceService/GetReceiptKeys", Scope(READ)),
    ("/seamless.notifications.v1.EvidenceService/ExportEvidence", Scope(READ)),
    ("/seamless.notifications.v1.ConversationService/RaiseFlag", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ConversationService/StartConversation", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ConversationService/AnswerFlag", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ConversationService/ReopenFlag", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ConversationService/ResolveConversation", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ConversationService/WithdrawFlag", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ConversationService/PostMessage", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ConversationService/GetConversation", Scope(READ)),
    ("/seamless.notifications.v1.ConversationService/ListConversations", Scope(READ)),
    ("/seamless.notifications.v1.ConversationService/ListMessages", Scope(READ)),
    ("/seamless.notifications.v1.ConversationService/MarkRead", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ListingService/ListListings", Scope(READ)),
    ("/seamless.notifications.v1.ListingService/GetListing", Scope(READ)),
    ("/seamless.notifications.v1.ListingService/ReportListing", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ListingService/RecordListingCheck", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.TransmissionService/RevokeTransmission", Scope(WRITE)),
    ("/seamless.notifications.v1.RightsService/ListHolders", Scope(READ)),
    ("/seamless.notifications.v1.RightsService/ListRemovals", Scope(READ)),
    ("/seamless.notifications.v1.RightsService/ConfirmRemoval", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ProposalService/ProposeChange", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ProposalService/AcceptProposal", Scope(WRITE)),
    ("/seamless.notifications.v1.ProposalService/RejectProposal", Scope(WRITE)),
    ("/seamless.notifications.v1.ProposalService/WithdrawProposal", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.ProposalService/GetProposal", Scope(READ)),
    ("/seamless.notifications.v1.ProposalService/ListProposals", Scope(READ)),
    ("/seamless.notifications.v1.AssessmentService/AddAssessment", Scope(FOLLOW_UP)),
    ("/seamless.notifications.v1.AssessmentService/ListAssessments", Scope(READ)),
    ("/seamless.notifications.v1.SimilarityService/FindSimilar", Scope(READ)),
    ("/seamless.notifications.v1.SimilarityService/DecideSimilarity", Scope(WRITE)),
    ("/seamless.notifications.v1.SimilarityService/ListSimilarityDecisions", Scope(READ)),
    ("/seamless.feed.v1.FeedService/ReadEvents", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/FollowEvents", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/AcknowledgePosition", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/GetDigest", Scope(FEED)),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Authenticated),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Authenticated),
];

/// The methods whose calls are heavy work: pages, searches, digests, estimates. A test fails if a page is missing.
pub static HEAVY: &[&str] = &[
    "/seamless.notifications.v1.NotificationService/ListNotifications",
    "/seamless.notifications.v1.NotificationService/SearchNotifications",
    "/seamless.notifications.v1.TransmissionService/ListInbox",
    "/seamless.notifications.v1.TransmissionService/ListTransmissions",
    "/seamless.notifications.v1.FollowUpService/ListFollowUps",
    "/seamless.notifications.v1.ClockService/ListClocks",
    "/seamless.notifications.v1.AttachmentService/ListAttachments",
    "/seamless.notifications.v1.TraceService/ListTraces",
    "/seamless.notifications.v1.TraceService/ListCandidates",
    "/seamless.notifications.v1.TraceService/ListQuestions",
    "/seamless.notifications.v1.EvidenceService/ListEvidence",
    "/seamless.notifications.v1.ConversationService/ListConversations",
    "/seamless.notifications.v1.ConversationService/ListMessages",
    "/seamless.notifications.v1.ListingService/ListListings",
    "/seamless.notifications.v1.RightsService/ListHolders",
    "/seamless.notifications.v1.RightsService/ListRemovals",
    "/seamless.notifications.v1.ProposalService/ListProposals",
    "/seamless.notifications.v1.AssessmentService/ListAssessments",
    "/seamless.notifications.v1.SimilarityService/FindSimilar",
    "/seamless.notifications.v1.SimilarityService/ListSimilarityDecisions",
    "/seamless.feed.v1.FeedService/ReadEvents",
    "/seamless.feed.v1.FeedService/GetDigest",
];
