;; A preview 1 reactor: `_initialize` must run once before `get` is called; `get` then gives 42.
(module $reactor
  (global $value (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (func (export "_initialize") (global.set $value (i32.add (global.get $value) (i32.const 42))))
  (func (export "get") (result i32) (global.get $value)))
