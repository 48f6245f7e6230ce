//! How much may be reckoned: counted in the sizes of the programmes that are solved, so that the same question has the same answer
//! on every machine.

use std::cell::Cell;

/// What is left of what may be reckoned.
pub(crate) struct Budget {
    left: Cell<usize>,
}

/// Nothing is left.
#[derive(Debug)]
pub(crate) struct Spent;

impl Budget {
    pub(crate) fn new(size: usize) -> Self {
        Self { left: Cell::new(size) }
    }

    /// Takes so much of it.
    pub(crate) fn spend(&self, size: usize) -> Result<(), Spent> {
        let left = self.left.get().checked_sub(size).ok_or(Spent)?;
        self.left.set(left);
        Ok(())
    }
}
