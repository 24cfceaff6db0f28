;; Has a text shouted, and logs what came back. Gives what the logger gives: with one logger for both, the bytes of
;; the text and of the shouted text.
(module
  (import "test:log/logger@0.2.0" "log" (func $log (param i32 i32 i32) (result i32)))
  (import "test:log/text@0.2.0" "shout" (func $shout (param i32 i32 i32)))
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (local.get 3))))
  (func (export "run") (param $at i32) (param $length i32) (result i32)
    (call $shout (local.get $at) (local.get $length) (i32.const 16))
    (call $log (i32.const 1) (i32.load (i32.const 16)) (i32.load (i32.const 20)))))
