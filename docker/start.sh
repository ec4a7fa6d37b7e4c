#!/bin/bash
# Secrets come as files; the image's own entry point takes the database password as a variable.
set -euo pipefail

secret() {
    local file="$1"
    [ -r "$file" ] && tr -d '\r\n' < "$file"
}

if password=$(secret "${DB_PASSWORD_FILE:-/run/secrets/db_password}"); then
    export PASSWORD="$password"
fi
if key=$(secret "${SHOPIFY_CONNECTOR_KEY_FILE:-/run/secrets/shopify_connector_key}"); then
    export SHOPIFY_CONNECTOR_KEY="$key"
fi

database="${ODOO_DATABASE:-odoo}"
# Odoo keeps what it is told with --init to the first start: an installed addon is not installed again.
exec /entrypoint.sh odoo --database "$database" --db-filter "^${database}\$" --init shopify_connector "$@"
