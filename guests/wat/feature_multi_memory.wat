;; Several memories: copies from one to another. Ends with 64.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (memory $second 1)
  (memory $third 1)
  (data $d (memory $third) (i32.const 5) "@")
  (func (export "_start")
    (memory.copy $second $third (i32.const 9) (i32.const 5) (i32.const 1))
    (call $proc_exit (i32.load8_u $second (i32.const 9)))))
