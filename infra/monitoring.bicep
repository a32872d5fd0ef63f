param location string
param tags object
param logsName string
param insightsName string
param retentionDays int
param alertEmail string
param failuresToAlert int
param telemetryExporter string
param waitSecondsToAlert int
param requestSecondsToAlert int
param principalId string

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: logsName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    WorkspaceResourceId: logs.id
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, principalId, metricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource told 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'contactrouting-alerts'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'contactroute'
    emailReceivers: [
      { name: 'operator', emailAddress: alertEmail, useCommonAlertSchema: true }
    ]
  }
}

var timers = ['StatusSnapshot']

// What the app itself logs as an error, and ticks that failed. The host logs exceptions of its own when a client hangs up
// or sends too much: those are no fault of the app. An entry has the app's category, or, written while a function runs, the
// function's.
var category = 'extend category = tostring(customDimensions.Category)'
var own = 'category startswith "ContactRouting." or category matches regex @"^Function\\..+\\.User$"'
var failures = 'exceptions | where severityLevel >= 3 | ${category} | where ${own}'
var failedTicks = 'requests | where success == false and name in ("${join(timers, '", "')}")'

// Whatever a request or a tick met without foreseeing it is logged with its exception, and never sampled away.
resource failedRequests 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'contactrouting-failed-requests'
  location: location
  tags: tags
  properties: {
    displayName: 'ContactRouting: requests or ticks fail'
    severity: 1
    scopes: [insights.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: 'union (${failures}), (${failedTicks})'
          timeAggregation: 'Count'
          operator: 'GreaterThanOrEqual'
          threshold: failuresToAlert
        }
      ]
    }
    actions: { actionGroups: [told.id] }
  }
}

// The host counts the successful runs of each function, and sends the sum every five minutes (host.json, aggregator).
resource missingTicks 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for timer in timers: {
    name: 'contactrouting-missing-tick-${timer}'
    location: location
    tags: tags
    properties: {
      displayName: 'ContactRouting: ${timer} does not run'
      severity: 1
      scopes: [insights.id]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT30M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: 'customMetrics | where name endswith "${timer} Successes" and value > 0'
            timeAggregation: 'Count'
            operator: 'LessThan'
            threshold: 1
          }
        ]
      }
      actions: { actionGroups: [told.id] }
    }
  }
]

// What the app measures itself. An answer with a row is an alert.
var snapshotSecondsToAlert = 60
var measure = 'customMetrics | where name =='
var measured = [
  {
    name: 'long-wait'
    title: 'a guest waits, and nobody is free'
    query: '${measure} "contactrouting.contacts.longest_wait" and valueMax > ${waitSecondsToAlert}'
  }
  {
    name: 'dead-letters'
    title: 'callbacks are given up'
    query: '${measure} "contactrouting.delivery.dead_letters" and valueSum > 0'
  }
  {
    name: 'snapshot-age'
    title: 'status exports are old'
    query: '${measure} "contactrouting.snapshot.age" and valueMin > ${snapshotSecondsToAlert}'
  }
  {
    name: 'slow-requests'
    title: 'requests are slow'
    query: 'requests | summarize seconds = percentile(duration, 95) / 1000 | where seconds > ${requestSecondsToAlert}'
  }
]

resource measuredAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in measured: if (telemetryExporter == 'azureMonitor') {
    name: 'contactrouting-${alert.name}'
    location: location
    tags: tags
    properties: {
      displayName: 'ContactRouting: ${alert.title}'
      severity: 2
      scopes: [insights.id]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: { actionGroups: [told.id] }
    }
  }
]
