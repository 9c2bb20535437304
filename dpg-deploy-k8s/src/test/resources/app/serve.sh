#!/bin/sh
# What the tests run in pods. MODE says how it misbehaves. It exits at once when told to, as many applications do.
mkdir -p /www
echo "${VERSION:-none}" > /www/version
echo ok > /www/index.html
case "$MODE" in
  crash) echo "cannot open the database"; exit 3 ;;
  late-crash) (sleep "${AFTER:-5}"; echo "out of luck"; kill -USR1 1) & ;;
  never) ;;
  *) echo ready > /www/ready ;;
esac
httpd -f -p 8080 -h /www &
trap 'kill $!; exit 0' TERM
trap 'kill $!; exit 4' USR1
wait $!
