;; Attack: calls itself for ever through a table, with a host call at each level, so that the stack runs out at
;; the entry to the host's own code.
;; Ended by: stack.
;; Says: call stack exhausted
(module $host_recursion
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (type $f (func (param v128 v128) (result v128)))
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem (i32.const 0) $down)
  (func $down (type $f)
    (drop (call $yield))
    (i64x2.add (call_indirect (type $f) (local.get 1) (local.get 0) (i32.const 0)) (local.get 0)))
  (func (export "_start")
    (drop (call $down (v128.const i64x2 1 2) (v128.const i64x2 3 4)))))
