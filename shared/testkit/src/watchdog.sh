# Removes the private PostgreSQL servers of the tests when no test process uses them any more.
# $1: the folder of cluster.rs; $2: pg_ctl; $3…: the command that changes to the servers' user, or nothing.
folder=$1
pg_ctl=$2
shift 2

# One watchdog is enough; it holds descriptor 9 for as long as it lives.
exec 9>"$folder/watchdog"
flock --nonblock 9 || exit 0

while :; do
    # The next test program of a run should find the server still there.
    sleep 15 9>&-
    # Each test process holds this lock shared. Whoever comes from now on waits until the folder is clean.
    exec 8>"$folder/users"
    if flock --nonblock 8; then
        for data in "$folder"/data-*; do
            [ -d "$data" ] || continue
            "$@" "$pg_ctl" --pgdata="$data" --mode=immediate --silent stop
            rm -rf "$data"
        done
        rm -f "$folder/url"
        # In this order: whoever gets the users' lock next starts a watchdog, which must not find this one.
        exec 9>&-
        exec 8>&-
        exit 0
    fi
    exec 8>&-
done
