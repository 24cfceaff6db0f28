;; Attack: declares 3 GiB of memory, so that starting it alone would take them.
;; Ended by: memory, before it runs.
;; Says: memory
(module $memory_start
  (memory (export "memory") 49152)
  (func (export "_start")))
