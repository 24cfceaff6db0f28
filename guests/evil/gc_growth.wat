;; Attack: keeps every struct that it makes, in one list that never ends.
;; Ended by: memory (a heap of WebAssembly GC is memory too).
;; Says: memory
(module $gc_growth
  (type $node (struct (field i64) (field i64) (field i64) (field (ref null $node))))
  (memory (export "memory") 1)
  (func (export "_start") (local $all (ref null $node))
    (loop $again
      (local.set $all
        (struct.new $node (i64.const 1) (i64.const 2) (i64.const 3) (local.get $all)))
      (br $again))))
