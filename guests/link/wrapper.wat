;; A logger that tells everything twice to the logger behind it.
(module
  (import "test:log/logger@0.2.0" "log" (func $log (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (local.get 3))))
  (func (export "test:log/logger@0.2.0#log") (param $level i32) (param $at i32) (param $length i32) (result i32)
    (drop (call $log (local.get $level) (local.get $at) (local.get $length)))
    (call $log (local.get $level) (local.get $at) (local.get $length))))
