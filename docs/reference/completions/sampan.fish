# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sampan_global_optspecs
    string join \n root= config= q/quiet color= h/help V/version
end

function __fish_sampan_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sampan_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sampan_using_subcommand
    set -l cmd (__fish_sampan_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sampan -n "__fish_sampan_needs_command" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_needs_command" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_needs_command" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_needs_command" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "run" -d 'Run a Wasm file or image in the foreground'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "inspect" -d 'Show what a file, image or container is, may do and did'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "image" -d 'Manage images'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "images" -d 'List images'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "rmi" -d 'Remove images'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "ps" -d 'List named containers'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "rm" -d 'Forget containers that have ended'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "system" -d 'Show disk use, and give disk back'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "login" -d 'Store credentials for a registry'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "logout" -d 'Forget credentials for a registry'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "registry" -d 'Serve a registry'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "info" -d 'Show what this machine can do, and what follows from each no'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "doctor" -d 'Show what this machine can do, and what follows from each no'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "reference" -d 'Write the reference pages, completions and man pages'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand run" -l entrypoint -d 'Call this export, or run this file of the image, instead of the program\'s own start' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s t -l tty -d 'Tell the program that it has a terminal; `raw` passes each key as it is typed' -r -f -a "cooked\t'Line by line, with echo, as the terminal is'
raw\t'Each key as it is typed, without echo; Ctrl-C still interrupts'"
complete -c sampan -n "__fish_sampan_using_subcommand run" -l name -d 'Name the container, and keep what it did for `sampan inspect NAME`' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l pull -d 'When to download the image' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand run" -s p -l publish -d 'Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s v -l volume -d 'Give a folder: SOURCE:TARGET[:ro]' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l tmpfs -d 'Give a folder in memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l allow-net -d 'Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l allow-http -d 'Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l allow-listen -d 'Allow listening, on loopback unless an address is written' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l grants -d 'Give what a file says, as `--learn` wrote it' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l learn -d 'Let the program use the network freely, and write down the smallest grants that this run used' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -s m -l memory -d 'Most linear memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l timeout -d 'Most time from start to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l pids-limit -d 'Most core instances (a Wasm container has no processes)' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l limit -d 'Any limit by its name; `sampan inspect` shows them all' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l coredump -d 'Write a core dump here if the program traps' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l profile -d 'Write a profile for the Firefox profiler here' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l debug -d 'Wait for a debugger (gdb remote protocol) on this port of loopback' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s i -l interactive -d 'Keep standard input open (it always is; taken for Docker\'s sake)'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l rm -d 'Keep nothing of the container after its end'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l read-only -d 'Mount the image\'s own files read-only'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l trace -d 'Show each step of the start with its time'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l grants -d 'Only what it could ask for, what it was given, and what it used'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l wit -d 'Only the interface of a component, in WIT'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l json -d 'Print JSON'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "ls" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "list" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "inspect" -d 'Show what is known of images, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "rm" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "remove" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "pack" -d 'Make an image of a Wasm file'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "export" -d 'Take the Wasm file out of an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "import" -d 'Take the images of an OCI layout folder'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON, a line for each image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Do not shorten digests'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, a line for each image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l no-trunc -d 'Do not shorten digests'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s f -l force -d 'Take all names from an image that an id means'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s f -l force -d 'Take all names from an image that an id means'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l format -d 'The form of the archive; without it, one that every tool reads where the images fit it' -r -f -a "oci-archive\t'An OCI layout: holds every image'
docker-archive\t'With Docker\'s own manifest beside it; cannot hold Wasm artifacts'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s i -l input -d 'Read from a file, not from standard input' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l all-platforms -d 'Every platform of the image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l author -d 'Who made it' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l annotation -d 'A note for the manifest' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l wasm -d 'The Wasm file (the only form there is)'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what is known of images, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "pack" -d 'Make an image of a Wasm file'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "export" -d 'Take the Wasm file out of an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "import" -d 'Take the images of an OCI layout folder'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand images" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand images" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand images" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand images" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand images" -l json -d 'Print JSON, a line for each image'
complete -c sampan -n "__fish_sampan_using_subcommand images" -l no-trunc -d 'Do not shorten digests'
complete -c sampan -n "__fish_sampan_using_subcommand images" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand images" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand pull" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l all-platforms -d 'Every platform of the image'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand push" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand push" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand push" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand push" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand push" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand tag" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand tag" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand tag" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand tag" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand tag" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s f -l force -d 'Take all names from an image that an id means'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand save" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand save" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand save" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand save" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand save" -l format -d 'The form of the archive; without it, one that every tool reads where the images fit it' -r -f -a "oci-archive\t'An OCI layout: holds every image'
docker-archive\t'With Docker\'s own manifest beside it; cannot hold Wasm artifacts'"
complete -c sampan -n "__fish_sampan_using_subcommand save" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand save" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand load" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand load" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand load" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand load" -s i -l input -d 'Read from a file, not from standard input' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand load" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand load" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand load" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand history" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand history" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand history" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand history" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand history" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s a -l all -d 'Show those that have ended, too'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -f -a "df" -d 'Show what is on the disk'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -f -a "prune" -d 'Remove what nothing needs'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l json -d 'Print JSON, sizes in bytes'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s a -l all -d 'Compiled code and unpacked files as well; they come again when needed'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask (it never does; taken for Docker\'s sake)'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "df" -d 'Show what is on the disk'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove what nothing needs'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand login" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand login" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand login" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand login" -s u -l username -d 'User name' -r
complete -c sampan -n "__fish_sampan_using_subcommand login" -s p -l password -d 'Password; seen by others in the list of processes' -r
complete -c sampan -n "__fish_sampan_using_subcommand login" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand login" -l password-stdin -d 'Read the password from standard input'
complete -c sampan -n "__fish_sampan_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand login" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand logout" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand logout" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand logout" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand logout" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand logout" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l listen -d 'Where to listen; beyond loopback only with TLS and users' -r
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l tls-cert -d 'Certificate chain, PEM' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l tls-key -d 'Private key, PEM' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l htpasswd -d 'Users and their bcrypt hashes, as `htpasswd -B` writes them' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l auth -d 'How credentials travel' -r -f -a "basic\t'With every request'
token\t'Once, for a token'"
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l public-url -d 'URL under which clients reach this server, where it is behind a proxy' -r
complete -c sampan -n "__fish_sampan_using_subcommand registry" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l anonymous-pull -d 'Let everybody pull'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand info" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand info" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand info" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand info" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand info" -l json -d 'Print JSON'
complete -c sampan -n "__fish_sampan_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand info" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l json -d 'Print JSON'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand reference" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand reference" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand reference" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand reference" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand reference" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand reference" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "run" -d 'Run a Wasm file or image in the foreground'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "inspect" -d 'Show what a file, image or container is, may do and did'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "image" -d 'Manage images'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "images" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "rmi" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "ps" -d 'List named containers'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "rm" -d 'Forget containers that have ended'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "system" -d 'Show disk use, and give disk back'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "login" -d 'Store credentials for a registry'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "logout" -d 'Forget credentials for a registry'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "registry" -d 'Serve a registry'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "info" -d 'Show what this machine can do, and what follows from each no'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "reference" -d 'Write the reference pages, completions and man pages'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run inspect image images pull push tag rmi save load history ps rm system login logout registry info reference help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
