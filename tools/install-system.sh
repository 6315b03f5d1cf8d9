#!/bin/sh
# Install the system libraries named as arguments (pango, chromium, poppler, libreoffice) where they are missing.
# As root with apt it installs; elsewhere it says what to install, and stops.
set -eu

missing=""
for want in "$@"; do
  case "$want" in
    pango)
      ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || [ "$(uname)" = Darwin ] ||
        missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig" ;;
    chromium) command -v chromium >/dev/null || missing="$missing chromium" ;;
    libreoffice) command -v soffice >/dev/null || missing="$missing libreoffice-calc-nogui" ;;
    poppler) command -v pdftoppm >/dev/null || missing="$missing poppler-utils" ;;
  esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing system packages:$missing"
  apt-get -o DPkg::Lock::Timeout=300 update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
    --no-install-recommends $missing >/dev/null
else
  echo "Missing system packages:$missing" >&2
  echo "Install them with your package manager, for example:" >&2
  echo "  sudo apt-get install$missing      (Debian, Ubuntu)" >&2
  echo "  brew install pango poppler        (macOS)" >&2
  exit 1
fi
