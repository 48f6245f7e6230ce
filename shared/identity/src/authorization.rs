//! The authorization table: what a caller needs for each method.
//!
//! Invariant: a method that does not stand in the table is refused. The table of a service follows from the contract, in
//! which each method declares its scope.

use std::collections::{HashMap, HashSet};

use seamless_proto::access;
use seamless_service::Weight;

/// What a method asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The principal has this scope.
    Scope(&'static str),
    /// Any valid credential will do (reflection).
    Authenticated,
    /// Everybody may call it, without a credential.
    Open,
}

/// A row of the table: the path of a method, such as `/seamless.notifications.v1.NotificationService/GetNotification`,
/// and what it asks.
pub type Row = (&'static str, Access);

/// What every service answers besides its own contract: reflection, to whoever has a valid credential.
const REFLECTION: &[Row] = &[
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Access::Authenticated),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Access::Authenticated),
];

/// The table could not be built.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Two rows for one path.
    #[error("the method stands twice in the authorization table: {0}")]
    Duplicate(&'static str),
    /// Not of the form `/package.Service/Method`.
    #[error("not the path of a method: {0}")]
    NoPath(&'static str),
    /// A package of which the contracts have no method.
    #[error("the contracts have no method in the package {0}")]
    NoMethod(String),
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
    /// The table of all services of these packages of the contracts, as their methods declare it, and of reflection.
    ///
    /// # Errors
    /// If a package has no method, or a scope cannot be granted.
    pub fn of_contract(packages: &[&str]) -> Result<Self, TableError> {
        let has_method = |package: &&&str| access::rpcs_of(&[**package]).next().is_some();
        if let Some(package) = packages.iter().find(|package| !has_method(package)) {
            return Err(TableError::NoMethod((*package).to_owned()));
        }
        let mut table = Self::new(REFLECTION)?;
        for rpc in access::rpcs_of(packages) {
            table
                .add(rpc.path, if rpc.scope.is_empty() { Access::Open } else { Access::Scope(rpc.scope) })?;
            if rpc.is_heavy {
                table.heavy.insert(rpc.path);
            }
        }
        Ok(table)
    }

    /// A table of these rows.
    pub fn new(rows: &'static [Row]) -> Result<Self, TableError> {
        Self::default().with(rows)
    }

    /// The table and these rows more, for a service that serves several contracts.
    pub fn with(mut self, rows: &'static [Row]) -> Result<Self, TableError> {
        for &(path, access) in rows {
            self.add(path, access)?;
        }
        Ok(self)
    }

    fn add(&mut self, path: &'static str, access: Access) -> Result<(), TableError> {
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
        match self.rows.insert(path, access) {
            Some(_) => Err(TableError::Duplicate(path)),
            None => Ok(()),
        }
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
