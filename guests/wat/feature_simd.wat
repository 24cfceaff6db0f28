;; SIMD: adds eight lanes and sums them, 2*(1+..+8) - 7 = 65; the relaxed form of a multiply-add beside it.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $v v128) (local $sum i32)
    (local.set $v (v128.const i16x8 1 2 3 4 5 6 7 8))
    (local.set $v (i32x4.extadd_pairwise_i16x8_s (i16x8.add (local.get $v) (local.get $v))))
    (local.set $sum
      (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $v)) (i32x4.extract_lane 1 (local.get $v)))
        (i32.add (i32x4.extract_lane 2 (local.get $v)) (i32x4.extract_lane 3 (local.get $v)))))
    (if (f32.ne
          (f32x4.extract_lane 0
            (f32x4.relaxed_madd (f32x4.splat (f32.const 2)) (f32x4.splat (f32.const 3)) (f32x4.splat (f32.const 4))))
          (f32.const 10))
      (then unreachable))
    (call $proc_exit (i32.sub (local.get $sum) (i32.const 7)))))
