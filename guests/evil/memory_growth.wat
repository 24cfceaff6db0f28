;; Attack: asks for memory, and writes to it, until it is refused, as a leak does; then gives up as an allocator
;; does.
;; Ended by: memory (the growth is refused; the trap is the guest's own).
;; Says: unreachable
(module $memory_growth
  (memory (export "memory") 1)
  (func (export "_start") (local $old i32)
    (loop $again
      (local.set $old (memory.grow (i32.const 16)))
      (if (i32.eq (local.get $old) (i32.const -1)) (then unreachable))
      (memory.fill (i32.mul (local.get $old) (i32.const 65536)) (i32.const 1) (i32.const 1048576))
      (br $again))))
