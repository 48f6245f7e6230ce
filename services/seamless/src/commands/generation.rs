//! How far the generation of a report or a bulletin has come, for whoever waits for it.

use seamless_proto::seamless::reporting::v1 as wire;

use crate::output;

/// Says it on standard error, each step once.
#[derive(Default)]
pub(super) struct Progress {
    last: String,
}

impl Progress {
    /// Says how far it has come, where that is news.
    pub(super) fn tell(&mut self, progress: Option<&wire::GenerationProgress>) {
        let Some(line) = progress.map(line) else { return };
        if line != self.last {
            output::complain(&line);
            self.last = line;
        }
    }
}

fn line(progress: &wire::GenerationProgress) -> String {
    use wire::GenerationStage::{Calculating, Next, Reading, Unspecified, Waiting, Writing};
    let step = match progress.stage() {
        Waiting => {
            let feeds: Vec<String> = progress.awaited.iter().map(awaited).collect();
            format!("waits for {}", feeds.join(", "))
        }
        Next => "its turn comes next".to_owned(),
        Reading => "reads what is known".to_owned(),
        Calculating => "calculates".to_owned(),
        Writing => format!("writes document {} of {}", progress.document, progress.documents),
        Unspecified => "is generated".to_owned(),
    };
    format!("{step} (since {} UTC)", output::time(progress.step_time.as_ref()))
}

fn awaited(feed: &wire::AwaitedFeed) -> String {
    let wanted = output::time(feed.wanted_until.as_ref());
    match &feed.known_until {
        Some(known) => {
            format!("the feed of {} until {wanted} (known until {})", feed.source, output::time(Some(known)))
        }
        None => format!("the feed of {} until {wanted} (nothing was heard of it yet)", feed.source),
    }
}
