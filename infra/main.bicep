targetScope = 'resourceGroup'

@description('Region of every resource. Flex Consumption is not in all of them: `az functionapp list-flexconsumption-locations` names those that have it.')
param location string = resourceGroup().location

@description('Name of the deployment. It goes into names and into the tag azd-env-name.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('The platform operator\'s key, at least 32 characters.')
@secure()
@minLength(32)
param operatorKey string

@description('NAME:KEY, the key 32 random bytes in base64. Seals stored secrets and signs tokens.')
@secure()
@minLength(46)
param encryptionKey string

@description('Version of the vault\'s secret `encryption-key` that holds the key before the current one; empty when nothing is sealed or signed with it any more.')
param previousEncryptionKeyVersion string = ''

@description('Who is told when an alert fires.')
param alertEmail string

@description('Failures that the app did not foresee, within five minutes, from which on an alert fires.')
@minValue(1)
param failuresToAlert int = 1

@description('Where the app exports traces and metrics, beside what the host logs: `none` or `azureMonitor`. Metrics and their alerts cost by the GB and by the rule.')
@allowed(['none', 'azureMonitor'])
param telemetryExporter string = 'none'

@description('With exported metrics: for how many seconds a guest may wait with nobody free until an alert fires.')
@minValue(1)
param waitSecondsToAlert int = 300

@description('With exported metrics: how many seconds a request may take, of a hundred the five slowest apart, until an alert fires.')
@minValue(1)
param requestSecondsToAlert int = 2

@description('Memory of an instance in MB. Every execution is billed for all of it.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances that may run at a time. It also bounds what a flood of requests can cost.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('How instances are replaced by an upgrade: in batches, each ending what it has begun (`RollingUpdate`, a preview), or all at once (`Recreate`).')
@allowed(['RollingUpdate', 'Recreate'])
param updateStrategy string = 'RollingUpdate'

@description('Instances kept running, by what they serve: `http` for all HTTP functions, `function:NAME` for a timer. They are billed all the time and have no cold start.')
param alwaysReady alwaysReadyInstances[] = []

@description('When presence is aggregated into status exports: NCrontab with seconds, UTC, at least every ten minutes. Each tick is billed for a second at least.')
param statusSnapshotSchedule string = '*/5 * * * * *'

@description('Hours for which a contact that is over can be read, with its decision, and the figures of its day.')
@minValue(48)
@maxValue(8760)
param contactRetentionHours int = 48

@description('After how many hours a contact of another system is over whose end was never told.')
@minValue(1)
@maxValue(8760)
param longestExternalHours int = 12

@description('Days for which the audit log is kept.')
@minValue(1)
@maxValue(3650)
param auditRetentionDays int = 90

@description('Whether events are kept, for the feed, for contacts\' histories and for replays. Where not, subscriptions are told all the same.')
param keepEvents bool = true

@description('Days for which events are kept, and how subscriptions were told of them.')
@minValue(1)
@maxValue(400)
param eventRetentionDays int = 7

@description('How long to wait before each attempt to tell a subscription of an event, in seconds: 0 and then up to 19 pauses, with commas between them.')
param webhookRetrySeconds string = '0,5,300,1800,7200,18000,36000,50400,72000,86400'

@description('Hours after which a session ends, however much it is used.')
@minValue(1)
@maxValue(8760)
param sessionLifeHours int = 24

@description('Hours after which a session ends that is not used.')
@minValue(1)
@maxValue(8760)
param sessionIdleHours int = 24

@description('Where a client\'s address can be told from. `forwarded`: the last entry of X-Forwarded-For, which the platform\'s front end or Front Door appends.')
@allowed(['none', 'connection', 'forwarded'])
param clientAddress string = 'none'

@description('Operator keys beside the first one. Each is the vault\'s secret `operator-key-NAME`, which you put there.')
param operatorKeys operatorKeyName[] = []

@description('Requests that a client of the RingMe API has in an hour.')
@minValue(1)
param ringMeRequestsPerHour int = 10000

@description('Events that one agent can have in the RingMe API.')
@minValue(1)
@maxValue(20)
param ringMeEventsPerAgent int = 20

@description('Copies of the application\'s tables: in one data centre (LRS), in several zones (ZRS), or also in a second region (GRS, GZRS).')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param dataRedundancy string = 'Standard_ZRS'

@description('Days for which logs and metrics are kept. The first 30 cost nothing extra.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Days for which a replaced or deleted deployment package can be had back.')
@minValue(1)
@maxValue(365)
param packageRetentionDays int = 14

@description('Whether a lock keeps the account of the application\'s tables from being deleted.')
param keepData bool = true

@description('From where the data of both storage accounts can be reached. Empty: from everywhere, with a role.')
param storageAccess networkAccess = { ipRanges: [], subnetIds: [] }

@description('From where the vault\'s secrets can be reached. Empty: from everywhere, with a role.')
param vaultAccess networkAccess = { ipRanges: [], subnetIds: [] }

@description('From where the app can be reached. Empty: from everywhere, unless `frontDoorId` is set.')
param inboundAccess networkAccess = { ipRanges: [], subnetIds: [] }

@description('Id of the Azure Front Door profile (its property `frontDoorId`) whose requests are let in beside those of `inboundAccess`.')
param frontDoorId string = ''

@description('Subnet, delegated to Microsoft.App/environments, through which the app reaches storage and vault. Both let it in. Required where one of them is not open.')
param appSubnetId string = ''

@description('Networks that are let in.')
type networkAccess = {
  @description('IPv4 addresses, or ranges in CIDR notation. Storage takes none smaller than /30, and a single address without a suffix.')
  ipRanges: string[]

  @description('Subnets with the service endpoint Microsoft.Storage, Microsoft.KeyVault or Microsoft.Web, by what they reach.')
  subnetIds: string[]
}

@description('An operator key with a name.')
type operatorKeyName = {
  @description('Letters and digits. The audit log shows it.')
  name: string

  @description('`accounts`, `sweeps`, `audit`, with commas, or `all`.')
  scopes: string
}

@description('Instances kept running for one group of functions.')
type alwaysReadyInstances = {
  @description('`http`, or `function:NAME`.')
  name: string

  @minValue(1)
  instanceCount: int
}

var suffix = uniqueString(resourceGroup().id)
var tags = { 'azd-env-name': environmentName }

// The names are made here, so that no module waits for another just to learn one.
var names = {
  identity: 'id-contactrouting-${suffix}'
  hostStorage: 'crhost${suffix}'
  dataStorage: 'crdata${suffix}'
  vault: 'kv-cr-${suffix}'
  logs: 'log-contactrouting-${suffix}'
  insights: 'appi-contactrouting-${suffix}'
  plan: 'plan-contactrouting-${suffix}'
  app: 'func-contactrouting-${suffix}'
}

var appSubnet = empty(appSubnetId) ? [] : [appSubnetId]

// User-assigned, so that it has its roles before the app that uses it exists.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: names.identity
  location: location
  tags: tags
}

module storage 'storage.bicep' = {
  params: {
    location: location
    tags: tags
    hostAccountName: names.hostStorage
    dataAccountName: names.dataStorage
    dataRedundancy: dataRedundancy
    packageRetentionDays: packageRetentionDays
    keepData: keepData
    ipRanges: storageAccess.ipRanges
    subnetIds: storageAccess.subnetIds
    appSubnet: appSubnet
    principalId: identity.properties.principalId
  }
}

module vault 'vault.bicep' = {
  params: {
    location: location
    tags: tags
    name: names.vault
    operatorKey: operatorKey
    encryptionKey: encryptionKey
    logsName: names.logs
    ipRanges: vaultAccess.ipRanges
    subnetIds: vaultAccess.subnetIds
    appSubnet: appSubnet
    principalId: identity.properties.principalId
  }
  dependsOn: [monitoring]
}

module monitoring 'monitoring.bicep' = {
  params: {
    location: location
    tags: tags
    logsName: names.logs
    insightsName: names.insights
    retentionDays: logRetentionDays
    alertEmail: alertEmail
    failuresToAlert: failuresToAlert
    telemetryExporter: telemetryExporter
    waitSecondsToAlert: waitSecondsToAlert
    requestSecondsToAlert: requestSecondsToAlert
    principalId: identity.properties.principalId
  }
}

module app 'app.bicep' = {
  params: {
    location: location
    tags: tags
    name: names.app
    planName: names.plan
    identityName: names.identity
    hostAccountName: names.hostStorage
    dataAccountName: names.dataStorage
    vaultName: names.vault
    insightsName: names.insights
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    updateStrategy: updateStrategy
    alwaysReady: alwaysReady
    ipRanges: inboundAccess.ipRanges
    subnetIds: inboundAccess.subnetIds
    frontDoorId: frontDoorId
    auditRetentionDays: auditRetentionDays
    keepEvents: keepEvents
    eventRetentionDays: eventRetentionDays
    webhookRetrySeconds: webhookRetrySeconds
    sessionLifeHours: sessionLifeHours
    sessionIdleHours: sessionIdleHours
    clientAddress: clientAddress
    operatorKeys: operatorKeys
    appSubnetId: appSubnetId
    statusSnapshotSchedule: statusSnapshotSchedule
    contactRetentionHours: contactRetentionHours
    longestExternalHours: longestExternalHours
    ringMeRequestsPerHour: ringMeRequestsPerHour
    ringMeEventsPerAgent: ringMeEventsPerAgent
    previousEncryptionKeyVersion: previousEncryptionKeyVersion
    telemetryExporter: telemetryExporter
  }
  // A setting that is read before its role or secret is there stays broken until the next restart.
  dependsOn: [storage, vault, monitoring]
}

output functionAppName string = names.app
output origin string = app.outputs.origin
output vaultName string = names.vault
output dataAccountName string = names.dataStorage
output insightsName string = names.insights
