;; Traps three named functions deep.
(module $deep
  (func $inner unreachable)
  (func $middle (call $inner))
  (func $outer (call $middle))
  (memory (export "memory") 1)
  (func $_start (export "_start") (call $outer)))
