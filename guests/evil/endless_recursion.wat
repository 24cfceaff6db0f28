;; Attack: calls itself for ever.
;; Ended by: stack.
;; Says: call stack exhausted
(module $endless_recursion
  (memory (export "memory") 1)
  (func $down (param i64) (result i64)
    (i64.add (call $down (i64.add (local.get 0) (i64.const 1))) (local.get 0)))
  (func (export "_start") (drop (call $down (i64.const 0)))))
