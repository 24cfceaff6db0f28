//! What a request needs, and how the Docker token protocol writes it: `repository:NAME:pull,push`.

use serde::{Deserialize, Serialize};

use crate::server::route::RepositoryName;

/// What is done to a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Pull,
    Push,
    Delete,
}

impl Action {
    pub(crate) const ALL: [Self; 3] = [Self::Pull, Self::Push, Self::Delete];

    const fn name(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Delete => "delete",
        }
    }
}

/// What a request must be allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need<'a> {
    /// Any credentials at all: `/v2/` is how clients try theirs.
    Login,
    /// The list of all repositories.
    Catalog,
    /// Something in one repository.
    Repository(&'a RepositoryName, Action),
}

impl Need<'_> {
    /// As it stands in a challenge.
    pub(crate) fn scope(&self) -> Option<String> {
        match self {
            Self::Login => None,
            Self::Catalog => Some("registry:catalog:*".to_owned()),
            // Who may push must also be able to see what is there already.
            Self::Repository(name, Action::Push) => Some(format!("repository:{name}:pull,push")),
            Self::Repository(name, action) => Some(format!("repository:{name}:{}", action.name())),
        }
    }
}

/// One thing that a token is good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Grant {
    Catalog,
    Repository(String, Vec<Action>),
}

impl Grant {
    /// Reads `TYPE:NAME:ACTIONS`. What is not known here is left out: a client may ask for more than there is,
    /// and learns from the request itself what is missing.
    pub(crate) fn parse(scope: &str) -> Option<Self> {
        let (kind, rest) = scope.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        match kind {
            "registry" if name == "catalog" => Some(Self::Catalog),
            "repository" => {
                RepositoryName::parse(name).ok()?;
                let asked: Vec<&str> = actions.split(',').map(str::trim).collect();
                let actions: Vec<_> = Action::ALL
                    .into_iter()
                    .filter(|action| asked.contains(&"*") || asked.contains(&action.name()))
                    .collect();
                (!actions.is_empty()).then(|| Self::Repository(name.to_owned(), actions))
            }
            _ => None,
        }
    }

    /// What somebody without credentials gets of it.
    pub(crate) fn for_anonymous(self) -> Option<Self> {
        match self {
            Self::Repository(name, actions) if actions.contains(&Action::Pull) => {
                Some(Self::Repository(name, vec![Action::Pull]))
            }
            Self::Repository(..) | Self::Catalog => None,
        }
    }

    pub(crate) fn covers(&self, need: &Need<'_>) -> bool {
        match (self, need) {
            (Self::Catalog, Need::Catalog) => true,
            (Self::Repository(name, actions), Need::Repository(wanted, action)) => {
                name == wanted.as_str() && actions.contains(action)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_clients_ask_for() {
        let grant =
            |name: &str, actions: &[Action]| Some(Grant::Repository(name.to_owned(), actions.to_vec()));
        for (scope, want) in [
            ("repository:a/b:pull", grant("a/b", &[Action::Pull])),
            (
                "repository:a:push,pull",
                grant("a", &[Action::Pull, Action::Push]),
            ),
            ("repository:a:*", grant("a", &Action::ALL)),
            ("registry:catalog:*", Some(Grant::Catalog)),
            ("repository:a:fly", None),
            ("repository:../a:pull", None),
            ("repository:a", None),
            ("volume:a:pull", None),
            ("", None),
        ] {
            assert_eq!(Grant::parse(scope), want, "{scope}");
        }
    }

    #[test]
    fn without_credentials_only_pull_is_left() {
        let grant = Grant::parse("repository:a:*").unwrap().for_anonymous();
        assert_eq!(grant, Some(Grant::Repository("a".to_owned(), vec![Action::Pull])));
        assert_eq!(Grant::parse("repository:a:push").unwrap().for_anonymous(), None);
        assert_eq!(Grant::Catalog.for_anonymous(), None);
    }
}
