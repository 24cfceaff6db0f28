#compdef sampan

autoload -U is-at-least

_sampan() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan_commands" \
"*::: :->sampan" \
&& ret=0
    case $state in
    (sampan)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--entrypoint=[Call this export, or run this file of the image, instead of the program'\''s own start]:NAME:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-t+[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--tty=[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--name=[Name the container, and keep what it did for \`sampan inspect NAME\`]:NAME:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--pull=[When to download the image]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'*-p+[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*--publish=[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*-v+[Give a folder\: SOURCE\:TARGET\[\:ro\]]:SRC:DST[:ro]:_default' \
'*--volume=[Give a folder\: SOURCE\:TARGET\[\:ro\]]:SRC:DST[:ro]:_default' \
'*--tmpfs=[Give a folder in memory]:DST[:size=BYTES]:_default' \
'*--allow-net=[Allow connections out to a name, an address, a block or everything\: \`db\:5432\`, \`10.0.0.0/8\:443\`, \`*\:*\`]:HOST:PORT[/udp]:_default' \
'*--allow-http=[Allow HTTP requests out (wasi\:http); without scheme and port, in any way; a scheme alone means its own port]:[SCHEME://]HOST[:PORT]:_default' \
'*--allow-listen=[Allow listening, on loopback unless an address is written]:[ADDR:]PORT[/udp]:_default' \
'*--grants=[Give what a file says, as \`--learn\` wrote it]:FILE:_files' \
'--learn=[Let the program use the network freely, and write down the smallest grants that this run used]:FILE:_files' \
'-m+[Most linear memory]:BYTES:_default' \
'--memory=[Most linear memory]:BYTES:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--timeout=[Most time from start to end]:DURATION:_default' \
'--pids-limit=[Most core instances (a Wasm container has no processes)]:NUMBER:_default' \
'*--limit=[Any limit by its name; \`sampan inspect\` shows them all]:NAME=VALUE:_default' \
'--coredump=[Write a core dump here if the program traps]:FILE:_files' \
'--profile=[Write a profile for the Firefox profiler here]:FILE:_files' \
'--debug=[Wait for a debugger (gdb remote protocol) on this port of loopback]:[ADDR:]PORT:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-i[Keep standard input open (it always is; taken for Docker'\''s sake)]' \
'--interactive[Keep standard input open (it always is; taken for Docker'\''s sake)]' \
'--rm[Keep nothing of the container after its end]' \
'--read-only[Mount the image'\''s own files read-only]' \
'--trace[Show each step of the start with its time]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A .wasm or .wat file, or an image; all that follows are the program'\''s own arguments:_default' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--grants[Only what it could ask for, what it was given, and what it used]' \
'(--grants)--wit[Only the interface of a component, in WIT]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':target -- A file, an image, or a named container:_default' \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__image_commands" \
"*::: :->image" \
&& ret=0

    case $state in
    (image)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-image-command-$line[1]:"
        case $line[1] in
            (ls)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--json[Print JSON, a line for each image]' \
'--no-trunc[Do not shorten digests]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--json[Print JSON, a line for each image]' \
'--no-trunc[Do not shorten digests]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
':name -- The other name:_default' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Take all names from an image that an id means]' \
'--force[Take all names from an image that an id means]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Take all names from an image that an id means]' \
'--force[Take all names from an image that an id means]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'--format=[The form of the archive; without it, one that every tool reads where the images fit it]:FORMAT:((oci-archive\:"An OCI layout\: holds every image"
docker-archive\:"With Docker'\''s own manifest beside it; cannot hold Wasm artifacts"))' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
'-i+[Read from a file, not from standard input]:FILE:_files' \
'--input=[Read from a file, not from standard input]:FILE:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'(--platform)--all-platforms[Every platform of the image]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image:_default' \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image, by the name under which it goes to its registry:_default' \
&& ret=0
;;
(pack)
_arguments "${_arguments_options[@]}" : \
'--author=[Who made it]:AUTHOR:_default' \
'*--annotation=[A note for the manifest]:KEY=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':file -- A .wasm or .wat file:_files' \
':image -- The image'\''s name:_default' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--wasm[The Wasm file (the only form there is)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
&& ret=0
;;
(import)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':dir -- A folder in OCI image-layout form:_files' \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__image__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-image-help-command-$line[1]:"
        case $line[1] in
            (ls)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pack)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(import)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(images)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--json[Print JSON, a line for each image]' \
'--no-trunc[Do not shorten digests]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'(--platform)--all-platforms[Every platform of the image]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image:_default' \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image, by the name under which it goes to its registry:_default' \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
':name -- The other name:_default' \
&& ret=0
;;
(rmi)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-f[Take all names from an image that an id means]' \
'--force[Take all names from an image that an id means]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'--format=[The form of the archive; without it, one that every tool reads where the images fit it]:FORMAT:((oci-archive\:"An OCI layout\: holds every image"
docker-archive\:"With Docker'\''s own manifest beside it; cannot hold Wasm artifacts"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-i+[Read from a file, not from standard input]:FILE:_files' \
'--input=[Read from a file, not from standard input]:FILE:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
&& ret=0
;;
(ps)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-a[Show those that have ended, too]' \
'--all[Show those that have ended, too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(system)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__system_commands" \
"*::: :->system" \
&& ret=0

    case $state in
    (system)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-system-command-$line[1]:"
        case $line[1] in
            (df)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--json[Print JSON, sizes in bytes]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Compiled code and unpacked files as well; they come again when needed]' \
'--all[Compiled code and unpacked files as well; they come again when needed]' \
'-f[Do not ask (it never does; taken for Docker'\''s sake)]' \
'--force[Do not ask (it never does; taken for Docker'\''s sake)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__system__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-system-help-command-$line[1]:"
        case $line[1] in
            (df)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(login)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-u+[User name]:USERNAME:_default' \
'--username=[User name]:USERNAME:_default' \
'(--password-stdin)-p+[Password; seen by others in the list of processes]:PASSWORD:_default' \
'(--password-stdin)--password=[Password; seen by others in the list of processes]:PASSWORD:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--password-stdin[Read the password from standard input]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::registry -- The registry; Docker Hub where it is left out:_default' \
&& ret=0
;;
(logout)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::registry -- The registry; Docker Hub where it is left out:_default' \
&& ret=0
;;
(registry)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--listen=[Where to listen; beyond loopback only with TLS and users]:[ADDR:]PORT:_default' \
'--tls-cert=[Certificate chain, PEM]:FILE:_files' \
'--tls-key=[Private key, PEM]:FILE:_files' \
'--htpasswd=[Users and their bcrypt hashes, as \`htpasswd -B\` writes them]:FILE:_files' \
'--auth=[How credentials travel]:AUTH:((basic\:"With every request"
token\:"Once, for a token"))' \
'--public-url=[URL under which clients reach this server, where it is behind a proxy]:URL:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--anonymous-pull[Let everybody pull]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(info)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(reference)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':dir -- The folder to write to:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-help-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(images)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rmi)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ps)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(system)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(login)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logout)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(registry)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(info)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(reference)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_sampan_commands] )) ||
_sampan_commands() {
    local commands; commands=(
'run:Run a Wasm file or image in the foreground' \
'inspect:Show what a file, image or container is, may do and did' \
'image:Manage images' \
'images:List images' \
'pull:Download an image' \
'push:Upload an image' \
'tag:Give an image another name' \
'rmi:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'history:Show how an image came to be' \
'ps:List named containers' \
'rm:Forget containers that have ended' \
'system:Show disk use, and give disk back' \
'login:Store credentials for a registry' \
'logout:Forget credentials for a registry' \
'registry:Serve a registry' \
'info:Show what this machine can do, and what follows from each no' \
'doctor:Show what this machine can do, and what follows from each no' \
'reference:Write the reference pages, completions and man pages' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help_commands] )) ||
_sampan__subcmd__help_commands() {
    local commands; commands=(
'run:Run a Wasm file or image in the foreground' \
'inspect:Show what a file, image or container is, may do and did' \
'image:Manage images' \
'images:List images' \
'pull:Download an image' \
'push:Upload an image' \
'tag:Give an image another name' \
'rmi:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'history:Show how an image came to be' \
'ps:List named containers' \
'rm:Forget containers that have ended' \
'system:Show disk use, and give disk back' \
'login:Store credentials for a registry' \
'logout:Forget credentials for a registry' \
'registry:Serve a registry' \
'info:Show what this machine can do, and what follows from each no' \
'reference:Write the reference pages, completions and man pages' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__history_commands] )) ||
_sampan__subcmd__help__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__image_commands] )) ||
_sampan__subcmd__help__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help image commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__images_commands] )) ||
_sampan__subcmd__help__subcmd__images_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help images commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__info_commands] )) ||
_sampan__subcmd__help__subcmd__info_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help info commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__inspect_commands] )) ||
_sampan__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__load_commands] )) ||
_sampan__subcmd__help__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__login_commands] )) ||
_sampan__subcmd__help__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help login commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__logout_commands] )) ||
_sampan__subcmd__help__subcmd__logout_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help logout commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__ps_commands] )) ||
_sampan__subcmd__help__subcmd__ps_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help ps commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__pull_commands] )) ||
_sampan__subcmd__help__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__push_commands] )) ||
_sampan__subcmd__help__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__reference_commands] )) ||
_sampan__subcmd__help__subcmd__reference_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help reference commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__registry_commands] )) ||
_sampan__subcmd__help__subcmd__registry_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help registry commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__rmi_commands] )) ||
_sampan__subcmd__help__subcmd__rmi_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help rmi commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__run_commands] )) ||
_sampan__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__save_commands] )) ||
_sampan__subcmd__help__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__system_commands] )) ||
_sampan__subcmd__help__subcmd__system_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help system commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__tag_commands] )) ||
_sampan__subcmd__help__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help tag commands' commands "$@"
}
(( $+functions[_sampan__subcmd__history_commands] )) ||
_sampan__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image_commands] )) ||
_sampan__subcmd__image_commands() {
    local commands; commands=(
'ls:List images' \
'list:List images' \
'inspect:Show what is known of images, as JSON' \
'tag:Give an image another name' \
'rm:Remove images' \
'remove:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'pull:Download an image' \
'push:Upload an image' \
'pack:Make an image of a Wasm file' \
'export:Take the Wasm file out of an image' \
'import:Take the images of an OCI layout folder' \
'history:Show how an image came to be' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan image commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__export_commands] )) ||
_sampan__subcmd__image__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help_commands] )) ||
_sampan__subcmd__image__subcmd__help_commands() {
    local commands; commands=(
'ls:List images' \
'inspect:Show what is known of images, as JSON' \
'tag:Give an image another name' \
'rm:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'pull:Download an image' \
'push:Upload an image' \
'pack:Make an image of a Wasm file' \
'export:Take the Wasm file out of an image' \
'import:Take the images of an OCI layout folder' \
'history:Show how an image came to be' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan image help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__export_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__history_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__import_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help import commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__inspect_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__load_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__ls_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__pack_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__pack_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help pack commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__pull_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__push_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__save_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__tag_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help tag commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__history_commands] )) ||
_sampan__subcmd__image__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__import_commands] )) ||
_sampan__subcmd__image__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image import commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__inspect_commands] )) ||
_sampan__subcmd__image__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__load_commands] )) ||
_sampan__subcmd__image__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__ls_commands] )) ||
_sampan__subcmd__image__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__pack_commands] )) ||
_sampan__subcmd__image__subcmd__pack_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image pack commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__pull_commands] )) ||
_sampan__subcmd__image__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__push_commands] )) ||
_sampan__subcmd__image__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__rm_commands] )) ||
_sampan__subcmd__image__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__save_commands] )) ||
_sampan__subcmd__image__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__tag_commands] )) ||
_sampan__subcmd__image__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image tag commands' commands "$@"
}
(( $+functions[_sampan__subcmd__images_commands] )) ||
_sampan__subcmd__images_commands() {
    local commands; commands=()
    _describe -t commands 'sampan images commands' commands "$@"
}
(( $+functions[_sampan__subcmd__info_commands] )) ||
_sampan__subcmd__info_commands() {
    local commands; commands=()
    _describe -t commands 'sampan info commands' commands "$@"
}
(( $+functions[_sampan__subcmd__inspect_commands] )) ||
_sampan__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__load_commands] )) ||
_sampan__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__login_commands] )) ||
_sampan__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'sampan login commands' commands "$@"
}
(( $+functions[_sampan__subcmd__logout_commands] )) ||
_sampan__subcmd__logout_commands() {
    local commands; commands=()
    _describe -t commands 'sampan logout commands' commands "$@"
}
(( $+functions[_sampan__subcmd__ps_commands] )) ||
_sampan__subcmd__ps_commands() {
    local commands; commands=()
    _describe -t commands 'sampan ps commands' commands "$@"
}
(( $+functions[_sampan__subcmd__pull_commands] )) ||
_sampan__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__push_commands] )) ||
_sampan__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__reference_commands] )) ||
_sampan__subcmd__reference_commands() {
    local commands; commands=()
    _describe -t commands 'sampan reference commands' commands "$@"
}
(( $+functions[_sampan__subcmd__registry_commands] )) ||
_sampan__subcmd__registry_commands() {
    local commands; commands=()
    _describe -t commands 'sampan registry commands' commands "$@"
}
(( $+functions[_sampan__subcmd__rm_commands] )) ||
_sampan__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__rmi_commands] )) ||
_sampan__subcmd__rmi_commands() {
    local commands; commands=()
    _describe -t commands 'sampan rmi commands' commands "$@"
}
(( $+functions[_sampan__subcmd__run_commands] )) ||
_sampan__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__save_commands] )) ||
_sampan__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system_commands] )) ||
_sampan__subcmd__system_commands() {
    local commands; commands=(
'df:Show what is on the disk' \
'prune:Remove what nothing needs' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan system commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__df_commands] )) ||
_sampan__subcmd__system__subcmd__df_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system df commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help_commands] )) ||
_sampan__subcmd__system__subcmd__help_commands() {
    local commands; commands=(
'df:Show what is on the disk' \
'prune:Remove what nothing needs' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan system help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__df_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__df_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help df commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__prune_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__prune_commands] )) ||
_sampan__subcmd__system__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__tag_commands] )) ||
_sampan__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan tag commands' commands "$@"
}

if [ "$funcstack[1]" = "_sampan" ]; then
    _sampan "$@"
else
    compdef _sampan sampan
fi
