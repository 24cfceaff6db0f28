;; A logger that counts the bytes of what it is told.
(module
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 1024))
  (global $sum (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (local.get 3))))
  (func (export "test:log/logger@0.2.0#log") (param $level i32) (param $at i32) (param $length i32) (result i32)
    (global.set $sum (i32.add (global.get $sum) (local.get $length)))
    (global.get $sum)))
