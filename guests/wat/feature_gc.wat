;; WebAssembly GC: builds a list of 1..10 from structs, sums it: ends with 55. Also an array and i31.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (type $node (struct (field $value i32) (field $next (ref null $node))))
  (type $bytes (array (mut i8)))
  (memory (export "memory") 1)
  (func $build (param $n i32) (result (ref null $node))
    (if (result (ref null $node)) (local.get $n)
      (then (struct.new $node (local.get $n) (call $build (i32.sub (local.get $n) (i32.const 1)))))
      (else (ref.null $node))))
  (func (export "_start") (local $at (ref null $node)) (local $sum i32) (local $a (ref $bytes))
    (local.set $a (array.new $bytes (i32.const 1) (i32.const 8)))
    (if (i32.ne (array.len (local.get $a)) (i32.const 8)) (then unreachable))
    (if (i32.ne (i31.get_s (ref.i31 (i32.const -7))) (i32.const -7)) (then unreachable))
    (local.set $at (call $build (i32.const 10)))
    (block $end
      (loop $more
        (br_if $end (ref.is_null (local.get $at)))
        (local.set $sum (i32.add (local.get $sum) (struct.get $node $value (local.get $at))))
        (local.set $at (struct.get $node $next (local.get $at)))
        (br $more)))
    (call $proc_exit (local.get $sum))))
