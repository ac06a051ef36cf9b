# The environment of the official image; its arguments (the size of a cache) mean nothing here.
export FERRETDB_SETUP_DATABASE=admin
export FERRETDB_SETUP_USERNAME="$MONGO_INITDB_ROOT_USERNAME"
export FERRETDB_SETUP_PASSWORD="$MONGO_INITDB_ROOT_PASSWORD"
exec ferretdb --handler=sqlite --sqlite-url=file:/data/db/ --state-dir=/data/configdb --telemetry=disable \
  --debug-addr=- --listen-addr=:27017 --log-level=warn --test-enable-new-auth
