;; Attack: makes a file of 1 MiB, takes a stream to write to it, drops its descriptor and its name, and begins anew: the
;; stream alone keeps the file open and its bytes on the disk.
;; Ended by: disk or open-files, which it is told of by an error.
;; Says: nothing, and ends with code 1; a trap when a thousand rounds went well
(component
  (import "wasi:io/streams@0.2.0" (instance $streams (export "output-stream" (type (sub resource)))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:filesystem/types@0.2.0" (instance $types
    (export "descriptor" (type $d (sub resource)))
    (alias outer 1 $stream (type $s0)) (export "output-stream" (type $s (eq $s0)))
    (type $e0 (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large"
      "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links"
      "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space"
      "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted"
      "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (export "error-code" (type $e (eq $e0)))
    (type $p0 (flags "symlink-follow")) (export "path-flags" (type $p (eq $p0)))
    (type $o0 (flags "create" "directory" "exclusive" "truncate")) (export "open-flags" (type $o (eq $o0)))
    (type $f0 (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync"
      "mutate-directory"))
    (export "descriptor-flags" (type $f (eq $f0)))
    (export "[method]descriptor.open-at" (func (param "self" (borrow $d)) (param "path-flags" $p) (param "path" string)
      (param "open-flags" $o) (param "flags" $f) (result (result (own $d) (error $e)))))
    (export "[method]descriptor.set-size" (func (param "self" (borrow $d)) (param "size" u64)
      (result (result (error $e)))))
    (export "[method]descriptor.write-via-stream" (func (param "self" (borrow $d)) (param "offset" u64)
      (result (result (own $s) (error $e)))))
    (export "[method]descriptor.unlink-file-at" (func (param "self" (borrow $d)) (param "path" string)
      (result (result (error $e)))))))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.0" (instance $preopens
    (alias outer 1 $descriptor (type $d0)) (export "descriptor" (type $d (eq $d0)))
    (export "get-directories" (func (result (list (tuple (own $d) string)))))))
  (core module $memory
    (memory (export "memory") 2)
    (data (i32.const 256) "file")
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $libc (instantiate $memory))
  (alias core export $libc "memory" (core memory $m))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $folders (canon lower (func $preopens "get-directories") (memory $m) (realloc $realloc)))
  (core func $open (canon lower (func $types "[method]descriptor.open-at") (memory $m)))
  (core func $size (canon lower (func $types "[method]descriptor.set-size") (memory $m)))
  (core func $write (canon lower (func $types "[method]descriptor.write-via-stream") (memory $m)))
  (core func $unlink (canon lower (func $types "[method]descriptor.unlink-file-at") (memory $m)))
  (core func $close (canon resource.drop $descriptor))
  (core func $end (canon resource.drop $stream))
  (core module $program
    (import "libc" "memory" (memory 1))
    (import "" "folders" (func $folders (param i32)))
    (import "" "open" (func $open (param i32 i32 i32 i32 i32 i32 i32)))
    (import "" "size" (func $size (param i32 i64 i32)))
    (import "" "write" (func $write (param i32 i64 i32)))
    (import "" "unlink" (func $unlink (param i32 i32 i32 i32)))
    (import "" "close" (func $close (param i32)))
    (import "" "end" (func $end (param i32)))
    (func $failed (result i32) (i32.load8_u (i32.const 16)))
    (func $handle (result i32) (i32.load (i32.const 20)))
    ;; One round; whether it was told that there is no more.
    (func $round (param $folder i32) (result i32) (local $file i32) (local $told i32)
      (call $open (local.get $folder) (i32.const 0) (i32.const 256) (i32.const 4) (i32.const 1) (i32.const 3)
        (i32.const 16))
      (if (call $failed) (then (return (i32.const 1))))
      (local.set $file (call $handle))
      (call $size (local.get $file) (i64.const 0x100000) (i32.const 16))
      (local.set $told (call $failed))
      (call $write (local.get $file) (i64.const 0) (i32.const 16))
      (if (call $failed) (then unreachable))
      ;; Here one that means no harm ends its stream.
      (call $close (local.get $file))
      (call $unlink (local.get $folder) (i32.const 256) (i32.const 4) (i32.const 16))
      (if (call $failed) (then unreachable))
      (local.get $told))
    (func (export "run") (result i32) (local $folder i32) (local $n i32)
      (call $folders (i32.const 0))
      (local.set $folder (i32.load (i32.load (i32.const 0))))
      (loop $again
        (if (call $round (local.get $folder)) (then (return (i32.const 1))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $n) (i32.const 1000))))
      unreachable))
  (core instance $i (instantiate $program
    (with "libc" (instance $libc))
    (with "" (instance (export "folders" (func $folders)) (export "open" (func $open)) (export "size" (func $size))
      (export "write" (func $write)) (export "unlink" (func $unlink)) (export "close" (func $close))
      (export "end" (func $end))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run-instance)))
