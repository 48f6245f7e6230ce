//! Which arguments of the commands name a notification.

use super::{Command, Flag, FollowUp, Listing, Message, Name, Step, Trace};

impl Command {
    /// The arguments that name a notification, for `names` to resolve before the command runs.
    pub fn notifications(&mut self) -> Vec<&mut String> {
        match self {
            Self::Similar(arguments) => of_name(&mut arguments.name),
            Self::Submit(arguments) => std::iter::once(&mut arguments.name.name)
                .chain(&mut arguments.different)
                .chain(&mut arguments.same_follow_up)
                .chain(&mut arguments.same_amend)
                .collect(),
            Self::Validate(arguments) => of_name(&mut arguments.name),
            Self::Transmit(arguments) => arguments.names.iter_mut().collect(),
            Self::Withdraw(arguments) => of_name(&mut arguments.name),
            Self::Show(name) | Self::Acknowledge(name) | Self::Holders(name) => of_name(name),
            Self::FollowUp(step) => of_follow_up(step),
            Self::Clocks(arguments) => arguments.name.iter_mut().collect(),
            Self::Trace(step) => of_trace(step),
            Self::Flag(Flag::Raise(raise)) => {
                std::iter::once(&mut raise.name.name).chain(&mut raise.duplicate_of).collect()
            }
            Self::Flag(Flag::List { notification, .. }) => notification.iter_mut().collect(),
            // The name of a conversation begins with its notification's, and stands as it is.
            Self::Message(Message::Send { name, .. }) if !name.contains("/conversations/") => vec![name],
            Self::Listing(Listing::List { name, .. } | Listing::Report { name, .. }) => of_name(name),
            Self::Revoke(arguments) => of_name(&mut arguments.name),
            Self::Propose(arguments) => of_name(&mut arguments.name),
            Self::Attach(arguments) => vec![&mut arguments.name],
            Self::Attachments(arguments) => vec![&mut arguments.name],
            Self::Evidence(arguments) => of_name(&mut arguments.name),
            Self::ReportUnreadable(arguments) => of_name(&mut arguments.name),
            _ => Vec::new(),
        }
    }
}

fn of_name(name: &mut Name) -> Vec<&mut String> {
    vec![&mut name.name]
}

fn of_step(step: &mut Step) -> Vec<&mut String> {
    of_name(&mut step.name)
}

fn of_follow_up(step: &mut FollowUp) -> Vec<&mut String> {
    match step {
        FollowUp::Start(step) | FollowUp::Close(step) | FollowUp::Reopen(step) => of_step(step),
        FollowUp::Traced { step, .. }
        | FollowUp::NotTraced { step, .. }
        | FollowUp::Measure { step, .. }
        | FollowUp::NoMeasure { step, .. } => of_step(step),
        FollowUp::List { .. } => Vec::new(),
    }
}

fn of_trace(step: &mut Trace) -> Vec<&mut String> {
    match step {
        Trace::Open(step) => of_step(step),
        Trace::Conclude(conclude) => of_step(&mut conclude.step),
        Trace::Candidate(candidate) => of_name(&mut candidate.name),
        Trace::Show { name, .. }
        | Trace::Evidence { name, .. }
        | Trace::Ask { name, .. }
        | Trace::Answer { name, .. }
        | Trace::Withdraw { name, .. }
        | Trace::Reopen { name, .. }
        | Trace::Suggest { name, .. } => of_name(name),
        Trace::List { .. } => Vec::new(),
    }
}
