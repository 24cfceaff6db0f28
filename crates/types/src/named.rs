//! Limits by the names that flags write: `NAME=VALUE`.

/// Makes the enumeration of such names, with how they are read and written. `$error::Name` is told of one that there is not.
macro_rules! named {
    ($(#[$meta:meta])* $names:ident or $error:ident { $($variant:ident $name:literal $about:literal,)* }) => {
        $(#[$meta])*
        pub enum $names {
            $(#[doc = $about] $variant,)*
        }
        impl $names {
            /// All of them, in the order of the limits.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// As it is written.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
            /// All of them in words.
            fn listed() -> String {
                let names: Vec<_> = Self::ALL.iter().map(|name| name.name()).collect();
                names.join(", ")
            }
        }
        impl std::fmt::Display for $names {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }
        impl std::str::FromStr for $names {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|name| name.name() == text);
                found.ok_or_else(|| $error::Name(text.to_owned()))
            }
        }
    };
}

pub(crate) use named;
