using 'main.bicep'

// Everything else has a default in main.bicep, and can be set here.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'contactrouting')
param operatorKey = readEnvironmentVariable('OPERATOR_KEY')
param encryptionKey = readEnvironmentVariable('ENCRYPTION_KEY')
param previousEncryptionKeyVersion = readEnvironmentVariable('PREVIOUS_ENCRYPTION_KEY_VERSION', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL')
