//! Whose names and addresses are meant.

use seamless_attendance::comparable;

use crate::domain::model::{Person, address_key};

/// People who are to be found in what platforms saw.
#[derive(Clone, Debug)]
pub enum Whose {
    Everybody,
    /// With this address; and where no address is told, with one of these names, as names are compared.
    Person {
        names: Vec<String>,
        address: String,
    },
}

impl Whose {
    /// Of the person with this address, under the names that it has among these people.
    pub fn among(people: &[Person], address: &str) -> Self {
        let own = people.iter().filter(|person| address_key(&person.email) == address);
        let names = own.map(|person| comparable(&person.full_name)).collect();
        Self::Person { names, address: address.to_owned() }
    }

    /// Under this address alone.
    pub fn with_address(address: &str) -> Self {
        Self::Person { names: Vec::new(), address: address.to_owned() }
    }

    /// Whether it is one of them.
    pub fn is(&self, name: &str, address: Option<&str>) -> bool {
        match self {
            Self::Everybody => !name.is_empty() || address.is_some(),
            Self::Person { names, address: wanted } => match address {
                Some(address) => address_key(address) == *wanted,
                None => names.contains(&comparable(name)),
            },
        }
    }
}
