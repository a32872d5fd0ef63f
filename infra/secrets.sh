#!/bin/sh
# What infra/main.bicepparam reads, kept in azd's environment: azd runs this before it provisions. Secrets are made once.
set -eu

if [ -z "${ALERT_EMAIL:-}" ]; then
  echo 'Say who gets the alerts: azd env set ALERT_EMAIL operator@example.com' >&2
  exit 1
fi
azd env set ALERT_EMAIL "$ALERT_EMAIL"
azd env set OPERATOR_KEY "${OPERATOR_KEY:-$(openssl rand -hex 32)}"
azd env set ENCRYPTION_KEY "${ENCRYPTION_KEY:-k1:$(openssl rand -base64 32)}"
