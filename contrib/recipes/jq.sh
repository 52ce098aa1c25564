#!/usr/bin/env bash
# A task's rows through jq: one a line, or what FILTER makes of them.
#
#   contrib/recipes/jq.sh TASK [FILTER]               such as '.price' or 'select(.name == "")'
#
# jq 1.6 makes doubles of numbers; later ones keep their text. Values that are texts are never touched.
set -euo pipefail

octovault list "${1:?which task?}" --source storage-time --files | tr '\n' '\0' | xargs -0 -r gzip -dc -- | jq -c "${2:-.}"
