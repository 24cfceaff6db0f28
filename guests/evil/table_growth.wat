;; Attack: grows a table until it is refused, then gives up.
;; Ended by: table-elements (the growth is refused; the trap is the guest's own).
;; Says: unreachable
(module $table_growth
  (memory (export "memory") 1)
  (table $t 1 externref)
  (func (export "_start")
    (loop $again
      (if (i32.eq (table.grow $t (ref.null extern) (i32.const 1000)) (i32.const -1)) (then unreachable))
      (br $again))))
