param location string
param tags object
param name string
@secure()
param operatorKey string
@secure()
param encryptionKey string
param logsName string
param ipRanges string[]
param subnetIds string[]
param appSubnet string[]
param principalId string

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // Without the encryption key a restored backup is worthless.
    enablePurgeProtection: true
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: empty(ipRanges) && empty(subnetIds) ? 'Allow' : 'Deny'
      ipRules: map(ipRanges, range => { value: range })
      virtualNetworkRules: map(union(subnetIds, appSubnet), subnet => { id: subnet })
    }
  }

  resource operator 'secrets' = {
    name: 'operator-key'
    properties: { value: operatorKey }
  }

  resource encryption 'secrets' = {
    name: 'encryption-key'
    properties: { value: encryptionKey }
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: logsName
}

// Who read or changed a secret, and who was refused.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: logs.id
    logs: [
      { category: 'AuditEvent', enabled: true }
    ]
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, secretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}
