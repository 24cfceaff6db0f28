//! Images of every format.
