#!/bin/sh
# What the tests run in pods. MODE says how it misbehaves; it exits at once when told to, as many applications do.
mkdir -p /www/cgi-bin
echo "${VERSION:-none}" > /www/version
echo ok > /www/index.html
case "$MODE" in
  crash) echo "cannot open the database"; exit 3 ;;
  late-crash) (sleep "${AFTER:-5}"; echo "out of luck"; kill $$) & ;;
  never) ;;
  *) echo ready > /www/ready ;;
esac
exec httpd -f -p 8080 -h /www
