;; Attack: asks for the entries of a folder over and over and keeps the streams: the host holds all names of the folder for
;; each of them.
;; Ended by: as many streams as may be read at a time, which it is told of by an error.
;; Says: nothing, and ends with code 1; a trap when a thousand rounds went well
(component
  (import "wasi:filesystem/types@0.2.0" (instance $types
    (export "descriptor" (type $d (sub resource)))
    (export "directory-entry-stream" (type $s (sub resource)))
    (type $e0 (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large"
      "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links"
      "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space"
      "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted"
      "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (export "error-code" (type $e (eq $e0)))
    (export "[method]descriptor.read-directory" (func (param "self" (borrow $d))
      (result (result (own $s) (error $e)))))))
  (alias export $types "descriptor" (type $descriptor))
  (alias export $types "directory-entry-stream" (type $stream))
  (import "wasi:filesystem/preopens@0.2.0" (instance $preopens
    (alias outer 1 $descriptor (type $d0)) (export "descriptor" (type $d (eq $d0)))
    (export "get-directories" (func (result (list (tuple (own $d) string)))))))
  (core module $memory
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $libc (instantiate $memory))
  (alias core export $libc "memory" (core memory $m))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $folders (canon lower (func $preopens "get-directories") (memory $m) (realloc $realloc)))
  (core func $read (canon lower (func $types "[method]descriptor.read-directory") (memory $m)))
  (core func $end (canon resource.drop $stream))
  (core module $program
    (import "libc" "memory" (memory 1))
    (import "" "folders" (func $folders (param i32)))
    (import "" "read" (func $read (param i32 i32)))
    (import "" "end" (func $end (param i32)))
    (func (export "run") (result i32) (local $folder i32) (local $n i32)
      (call $folders (i32.const 0))
      (local.set $folder (i32.load (i32.load (i32.const 0))))
      (loop $again
        (call $read (local.get $folder) (i32.const 16))
        (if (i32.load8_u (i32.const 16)) (then (return (i32.const 1))))
        ;; Here one that means no harm ends its stream.
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $n) (i32.const 1000))))
      unreachable))
  (core instance $i (instantiate $program
    (with "libc" (instance $libc))
    (with "" (instance (export "folders" (func $folders)) (export "read" (func $read)) (export "end" (func $end))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run)))
