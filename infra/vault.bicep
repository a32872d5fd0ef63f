param location string
param tags object
param name string
@secure()
param operatorKey string
@secure()
param encryptionKey string
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

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, secretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}
