;; Attack: one array of 32 GB.
;; Ended by: memory.
;; Says: allocation size too large
(module $gc_huge_array
  (type $a (array (mut i64)))
  (memory (export "memory") 1)
  (func (export "_start") (drop (array.new_default $a (i32.const -1)))))
