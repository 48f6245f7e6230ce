//! Where alerts are written.

/// Which alerts are written. Where the service that is followed was restored, they are built anew beside those that stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Those that stand.
    InPlace,
    /// Those that are built anew beside.
    Anew,
}

impl Written {
    /// The table that they are in.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::InPlace => "alert",
            Self::Anew => "alert_rebuilt",
        }
    }
}
