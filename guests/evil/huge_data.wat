;; Attack: data segments far apart, so that 3 GiB of memory must be filled in at the start.
;; Ended by: memory, before it runs.
;; Says: memory
(module $huge_data
  (memory (export "memory") 49152)
  (data (i32.const 0) "a")
  (data (i32.const 0x40000000) "b")
  (data (i32.const -0x40000100) "c")
  (func (export "_start")))
