;; Attack: declares tables of 40 million elements in all (320 MB of the host).
;; Ended by: table-elements, before it runs.
;; Says: table-elements
(module $table_start
  (memory (export "memory") 1)
  (table 10000000 funcref)
  (table 10000000 funcref)
  (table 10000000 externref)
  (table 10000000 externref)
  (func (export "_start")))
