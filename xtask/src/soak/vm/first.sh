#!/bin/busybox sh
# The first process of all: finds the disk.
/bin/busybox mount -t devtmpfs dev /dev
for driver in DRIVERS; do
    test -e /lib/$driver.ko && /bin/busybox insmod /lib/$driver.ko
done
/bin/busybox mount -t ext4 /dev/vda /disk || /bin/busybox poweroff -f
exec /bin/busybox switch_root /disk /init
