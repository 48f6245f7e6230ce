//! Trial.
#![allow(dead_code)]
mod matching;
mod outcome;
mod tally;
type Failure = Box<dyn std::error::Error + Send + Sync>;
fn main() -> Result<(), Failure> {
    let p = std::env::args().nth(1).unwrap_or("/nowhere".into());
    if let Some(w) = std::env::args().nth(2) { return matching::train(p.as_ref(), w.as_ref()); }
    matching::measure(p.as_ref())
}
