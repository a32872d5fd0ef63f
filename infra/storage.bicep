// Two accounts, so that the host's role on the one with its packages and locks gives nothing on the application's data.

param location string
param tags object
param hostAccountName string
param dataAccountName string
param dataRedundancy string
param packageRetentionDays int
param keepData bool
param ipRanges string[]
param subnetIds string[]
param appSubnet string[]
param principalId string

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

var accountProperties = {
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  networkAcls: {
    bypass: 'AzureServices'
    defaultAction: empty(ipRanges) && empty(subnetIds) ? 'Allow' : 'Deny'
    ipRules: map(ipRanges, range => { value: range, action: 'Allow' })
    virtualNetworkRules: map(union(subnetIds, appSubnet), subnet => { id: subnet, action: 'Allow' })
  }
  supportsHttpsTrafficOnly: true
}

resource host 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: hostAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: accountProperties

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: { enabled: true, days: packageRetentionDays }
      deleteRetentionPolicy: { enabled: true, days: packageRetentionDays }
    }

    resource packages 'containers' = {
      name: 'packages'
    }
  }
}

resource data 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: dataAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: dataRedundancy }
  properties: accountProperties

  resource tableService 'tableServices' = {
    name: 'default'

    resource tables 'tables' = [
      for table in [
        'Live'
        'Claims'
        'Credentials'
        'Due'
        'Snapshots'
        'Quotas'
        'DeadLetters'
        'Idempotency'
        'Audit'
        'Events'
        'Deliveries'
      ]: {
        name: table
      }
    ]
  }
}

// Tables have no soft delete. What the lock does not stop: docs/security.md.
resource dataLock 'Microsoft.Authorization/locks@2020-05-01' = if (keepData) {
  scope: data
  name: 'keep-data'
  properties: {
    level: 'CanNotDelete'
    notes: 'The tables of all accounts. A deleted table cannot be had back.'
  }
}

resource hostRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: host
  name: guid(host.id, principalId, blobDataOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

resource dataRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: data
  name: guid(data.id, principalId, tableDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableDataContributor)
  }
}
