;; WebAssembly GC: makes a million short-lived structs (24 MB and more), of which one lives at a time: a heap
;; that is never collected would be exhausted under a small memory limit. Ends with 77.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (type $box (struct (field i64) (field i64)))
  (memory (export "memory") 1)
  (func (export "_start") (local $keep (ref null $box)) (local $n i64)
    (loop $more
      (local.set $keep (struct.new $box (local.get $n) (local.get $n)))
      (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (br_if $more (i64.lt_u (local.get $n) (i64.const 1000000))))
    (if (i64.ne (struct.get $box 1 (local.get $keep)) (i64.const 999999)) (then unreachable))
    (call $proc_exit (i32.const 77))))
