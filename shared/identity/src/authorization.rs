//! The authorization table: what a caller needs for each method.
//!
//! Invariant: a method that does not stand in the table is refused. The table is data of each service, so that a test
//! can hold it against the contract's methods.

use std::collections::{HashMap, HashSet};

use seamless_service::Weight;

/// What a method asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The principal has this scope.
    Scope(&'static str),
    /// Any valid credential will do (reflection).
    Authenticated,
}

/// A row of the table: the path of a method, such as `/seamless.notifications.v1.NotificationService/GetNotification`,
/// and what it asks.
pub type Row = (&'static str, Access);

/// The table could not be built.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Two rows for one path.
    #[error("the method stands twice in the authorization table: {0}")]
    Duplicate(&'static str),
    /// Not of the form `/package.Service/Method`.
    #[error("not the path of a method: {0}")]
    NoPath(&'static str),
    /// A method without a row is said to be heavy.
    #[error("the method is said to be heavy and has no row in the authorization table: {0}")]
    NoRow(&'static str),
    /// A scope that nobody can be granted.
    #[error("the scope of {path} is not of the form area.verb: {scope}")]
    NoScope {
        /// The method.
        path: &'static str,
        /// Its scope.
        scope: &'static str,
    },
}

/// The verdict of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// The method stands in the table.
    Needs(Access),
    /// A service of ours, but the table does not know the method: nobody may call it.
    Closed,
    /// Not a service of ours.
    Unknown,
}

/// Path → what it asks, and how much work it is.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationTable {
    rows: HashMap<&'static str, Access>,
    heavy: HashSet<&'static str>,
}

impl AuthorizationTable {
    /// A table of these rows.
    pub fn new(rows: &'static [Row]) -> Result<Self, TableError> {
        Self::default().with(rows)
    }

    /// The table and these rows more, for a service that serves several contracts.
    pub fn with(mut self, rows: &'static [Row]) -> Result<Self, TableError> {
        for &(path, access) in rows {
            let parts = path.strip_prefix('/').and_then(|rest| rest.split_once('/'));
            let is_path = parts.is_some_and(|(service, method)| {
                service.contains('.') && !method.is_empty() && !method.contains('/')
            });
            if !is_path {
                return Err(TableError::NoPath(path));
            }
            if let Access::Scope(scope) = access
                && !crate::principal::is_scope(scope)
            {
                return Err(TableError::NoScope { path, scope });
            }
            if self.rows.insert(path, access).is_some() {
                return Err(TableError::Duplicate(path));
            }
        }
        Ok(self)
    }

    /// The table, in which calls of these methods are heavy work: pages, searches, digests.
    ///
    /// # Errors
    /// If one has no row.
    pub fn heavy(mut self, paths: &'static [&'static str]) -> Result<Self, TableError> {
        for &path in paths {
            if !self.rows.contains_key(path) {
                return Err(TableError::NoRow(path));
            }
            self.heavy.insert(path);
        }
        Ok(self)
    }

    /// How much work a call of `path` is.
    pub fn weight(&self, path: &str) -> Weight {
        if self.heavy.contains(path) { Weight::Heavy } else { Weight::Light }
    }

    /// What a call of `path` needs.
    pub fn requirement(&self, path: &str) -> Requirement {
        match self.rows.get(path) {
            Some(access) => Requirement::Needs(*access),
            None if path.starts_with("/seamless.") => Requirement::Closed,
            None => Requirement::Unknown,
        }
    }

    /// Every path of the table with what it asks, in no order: for the test that holds the table against the contract.
    pub fn paths(&self) -> impl Iterator<Item = (&'static str, Access)> {
        self.rows.iter().map(|(path, access)| (*path, *access))
    }
}
