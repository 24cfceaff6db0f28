;; Attack: a component that puts one header of 1 MiB after the other into a set of HTTP headers that it never sends.
;; Needs the grant of HTTP to any host to be started where imports must be granted.
;; Ended by: host-memory, or the bound on one set of headers.
;; Says: trapped, or host-memory
(component
  (import "wasi:http/types@0.2.0" (instance $http
    (export "fields" (type $fields (sub resource)))
    (type $he0 (variant (case "invalid-syntax") (case "forbidden") (case "immutable")))
    (export "header-error" (type $he (eq $he0)))
    (export "[constructor]fields" (func (result (own $fields))))
    (export "[method]fields.append"
      (func (param "self" (borrow $fields)) (param "name" string) (param "value" (list u8))
        (result (result (error $he)))))))
  (core module $memory
    (memory (export "memory") 32)
    (data (i32.const 16) "x-evil"))
  (core instance $libc (instantiate $memory))
  (core func $new (canon lower (func $http "[constructor]fields")))
  (core func $append (canon lower (func $http "[method]fields.append") (memory (core memory $libc "memory"))))
  (core module $program
    (import "libc" "memory" (memory 1))
    (import "" "new" (func $new (result i32)))
    (import "" "append" (func $append (param i32 i32 i32 i32 i32 i32)))
    (func (export "run") (result i32) (local $fields i32)
      (memory.fill (i32.const 1024) (i32.const 97) (i32.const 0x100000))
      (local.set $fields (call $new))
      (loop $again
        (call $append (local.get $fields) (i32.const 16) (i32.const 6) (i32.const 1024) (i32.const 0x100000)
          (i32.const 0))
        (if (i32.load8_u (i32.const 0)) (then (return (i32.const 1))))
        (br $again))
      unreachable))
  (core instance $i (instantiate $program
    (with "libc" (instance $libc))
    (with "" (instance (export "new" (func $new)) (export "append" (func $append))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run-instance)))
