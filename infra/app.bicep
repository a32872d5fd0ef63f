param location string
param tags object
param name string
param planName string
param identityName string
param hostAccountName string
param dataAccountName string
param vaultName string
param insightsName string
param instanceMemoryMB int
param maximumInstanceCount int
param updateStrategy string
param alwaysReady array
param ipRanges string[]
param subnetIds string[]
param frontDoorId string
param appSubnetId string
param statusSnapshotSchedule string
param contactRetentionHours int
param longestExternalHours int
param ringMeRequestsPerHour int
param ringMeEventsPerAgent int
param previousEncryptionKeyVersion string
param telemetryExporter string
param auditRetentionDays int
param keepEvents bool
param eventRetentionDays int
param webhookRetrySeconds string
param sessionLifeHours int
param sessionIdleHours int
param clientAddress string
param operatorKeys { name: string, scopes: string }[]

// Front Door calls from the same addresses for everybody; its header says for whom.
var frontDoor = empty(frontDoorId)
  ? []
  : [
      {
        name: 'front-door'
        action: 'Allow'
        priority: 100
        tag: 'ServiceTag'
        ipAddress: 'AzureFrontDoor.Backend'
        headers: { 'x-azure-fdid': [frontDoorId] }
      }
    ]
var ranges = [
  for (range, i) in ipRanges: {
    name: 'range-${i}'
    action: 'Allow'
    priority: 200 + i
    ipAddress: contains(range, '/') ? range : '${range}/32'
  }
]
var subnets = [
  for (subnet, i) in subnetIds: {
    name: 'subnet-${i}'
    action: 'Allow'
    priority: 1000 + i
    vnetSubnetResourceId: subnet
  }
]
var namedKeys = flatten(map(operatorKeys, key => [
  {
    setting: 'Operator__keys__${key.name}__key'
    value: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=operator-key-${key.name})'
  }
  { setting: 'Operator__keys__${key.name}__scopes', value: key.scopes }
]))
var inbound = concat(frontDoor, ranges, subnets)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(appSubnetId) ? null : appSubnetId
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      ipSecurityRestrictions: inbound
      ipSecurityRestrictionsDefaultAction: empty(inbound) ? 'Allow' : 'Deny'
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${hostAccountName}.blob.${environment().suffixes.storage}/packages'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        alwaysReady: alwaysReady
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
      // The service knows it since this version; Bicep's types do not yet.
      #disable-next-line BCP037
      siteUpdateStrategy: { type: updateStrategy }
    }
  }

  // Whoever deploys is known by name: no publishing passwords.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      // The host's own page at / says nothing to anybody.
      AzureWebJobsDisableHomepage: 'true'
      AzureWebJobsStorage__accountName: hostAccountName
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__credential: 'managedidentity'
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      // Which of its identities the app opens the tables with.
      AZURE_CLIENT_ID: identity.properties.clientId
      Audit__retentionDays: string(auditRetentionDays)
      Events__history: string(keepEvents)
      Events__retentionDays: string(eventRetentionDays)
      Webhooks__retrySeconds: webhookRetrySeconds
      Contacts__longestExternalHours: string(longestExternalHours)
      Contacts__retentionHours: string(contactRetentionHours)
      Encryption__currentKey: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=encryption-key)'
      Http__clientAddress: clientAddress
      Http__trustForwardedHeaders: 'true'
      Operator__key: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=operator-key)'
      RingMe__eventsPerAgent: string(ringMeEventsPerAgent)
      RingMe__requestsPerHour: string(ringMeRequestsPerHour)
      Sessions__idleHours: string(sessionIdleHours)
      Sessions__lifeHours: string(sessionLifeHours)
      StatusSnapshotSchedule: statusSnapshotSchedule
      Tables__serviceUri: 'https://${dataAccountName}.table.${environment().suffixes.storage}'
      Telemetry__exporter: telemetryExporter
      ...toObject(namedKeys, key => key.setting, key => key.value)
      ...(empty(previousEncryptionKeyVersion)
        ? {}
        : {
            Encryption__previousKey: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=encryption-key;SecretVersion=${previousEncryptionKeyVersion})'
          })
    }
  }
}

output origin string = 'https://${app.properties.defaultHostName}'
