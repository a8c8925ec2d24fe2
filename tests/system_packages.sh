#!/usr/bin/env bash
# What tests need beyond Python and Node: Chromium and a font. Installed where this is Debian and the user is root.
set -euo pipefail

need=()
command -v chromium >/dev/null || need+=(chromium)
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || need+=(fonts-dejavu-core)
[ ${#need[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "System: installing ${need[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends "${need[@]}" >/dev/null
else
    echo "The tests need these system packages: ${need[*]}. Install them, for example with:" >&2
    echo "    sudo apt-get install --no-install-recommends ${need[*]}" >&2
    exit 1
fi
