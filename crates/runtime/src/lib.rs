//! What a runtime of any kind must do: create, start, wait, kill, pause, and tell its use.
