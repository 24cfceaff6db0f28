;; Attack: a data segment past the end of memory.
;; Ended by: a trap while it is started.
;; Says: out of bounds memory access
(module $data_out_of_bounds
  (memory (export "memory") 1)
  (data (i32.const 65535) "two")
  (func (export "_start")))
