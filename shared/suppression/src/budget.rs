//! How much may be reckoned: counted in the sizes of the programmes that are solved, so that the same question has the same answer
//! on every machine.

use std::cell::Cell;

/// How much is reckoned at most to judge, in sizes of programmes: some five seconds of a processor.
const JUDGING: usize = 2_000_000;
/// How much is reckoned at most to withhold less, likewise.
const TRYING: usize = 500_000;

/// What is left of what may be reckoned for one question, however many passes it takes.
pub struct Budget<'s> {
    judging: Cell<usize>,
    trying: Cell<usize>,
    is_stopped: &'s dyn Fn() -> bool,
}

impl Default for Budget<'_> {
    fn default() -> Self {
        Self::until(&|| false)
    }
}

impl<'s> Budget<'s> {
    /// All of it, until somebody says that the answer is not waited for any more.
    #[must_use]
    pub fn until(is_stopped: &'s dyn Fn() -> bool) -> Self {
        Self { judging: Cell::new(JUDGING), trying: Cell::new(TRYING), is_stopped }
    }

    /// Whether nobody waits for the answer any more.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        (self.is_stopped)()
    }

    /// What must be reckoned.
    pub(crate) fn judging(&self) -> Purse<'_> {
        Purse { left: &self.judging, is_stopped: self.is_stopped }
    }

    /// What may be reckoned to withhold less.
    pub(crate) fn trying(&self) -> Purse<'_> {
        Purse { left: &self.trying, is_stopped: self.is_stopped }
    }
}

/// One part of it.
#[derive(Clone, Copy)]
pub(crate) struct Purse<'b> {
    left: &'b Cell<usize>,
    is_stopped: &'b dyn Fn() -> bool,
}

/// Why nothing more is reckoned.
#[derive(Debug)]
pub(crate) enum Ended {
    /// Nothing is left.
    Spent,
    /// Nobody waits for it.
    Stopped,
}

impl Purse<'_> {
    /// Takes so much of it.
    pub(crate) fn spend(&self, size: usize) -> Result<(), Ended> {
        if (self.is_stopped)() {
            return Err(Ended::Stopped);
        }
        self.left.set(self.left.get().checked_sub(size).ok_or(Ended::Spent)?);
        Ok(())
    }
}
