# What the set-ups of contrib/handbook/recovery.md may use: sourced by bash, in an empty folder, before each of its cases.
# A sandbox serves the task `shop`: three rows a day from 2026-01-01 to 2026-03-01.
trap 'jobs -p | xargs -r kill 2>/dev/null; wait 2>/dev/null' EXIT

# Starts a sandbox over the shop's rows, with further options, and makes it the account's host.
sandbox() {
    rm -f sandbox.json
    octovault sandbox --task shop=shop.csv:time "$@" >sandbox.json 2>/dev/null &
    until [ -s sandbox.json ]; do sleep 0.02; done
    OCTOPARSE_BASE_URL=$(sed 's/.*"base_url":"\([^"]*\)".*/\1/' sandbox.json)
    export OCTOPARSE_BASE_URL
}

# Asks the sandbox itself: cloud METHOD PATH [BODY].
cloud() {
    local host=${OCTOPARSE_BASE_URL#http://}
    exec 8<>"/dev/tcp/${host%:*}/${host#*:}"
    printf '%s /__sandbox/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' \
        "$1" "$2" "$host" "${#3}" "$3" >&8
    cat <&8 >/dev/null
    exec 8<&- 8>&-
}

# Backs a range up by days.
backup() { octovault backfill shop --from "$1" --to "$2" --window 1d --quiet; }

# The folder of the window that begins on a day.
folder() { echo "vault/vault_source=storage-time/vault_task=shop/vault_date=$1"; }

# Overwrites some bytes of a file, as a failing disk does.
damage() { printf 'XXXXXXXX' | dd of="$1" bs=1 seek=30 conv=notrunc status=none; }

{
    echo time,name,price
    for day in 2026-01-{01..31} 2026-02-{01..28}; do
        printf '%s\n' "$day 08:00:00,bread,3.20" "$day 12:30:00,cheese,7.${day#*-*-}" "$day 18:45:00,wine,11.90"
    done
} >shop.csv
export OCTOPARSE_INTERVAL=closed
sandbox
