;; Attack: a component whose own allocator never returns when the host wants to copy the arguments in: the loop runs
;; inside a host call.
;; Ended by: cpu-time, or wall-time.
;; Says: the program was ended by its wall-time limit of 1s
(component
  (import "wasi:cli/environment@0.2.0" (instance $env
    (export "get-arguments" (func (result (list string))))))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) unreachable))
  (core instance $libc (instantiate $memory))
  (core func $args
    (canon lower (func $env "get-arguments")
      (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $program
    (import "" "args" (func $args (param i32)))
    (func (export "run") (result i32) (call $args (i32.const 0)) (i32.const 0)))
  (core instance $i (instantiate $program (with "" (instance (export "args" (func $args))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run-instance)))
