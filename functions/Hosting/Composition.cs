using ContactRouting.Accounts;
using ContactRouting.AgentEvents;
using ContactRouting.Audit;
using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.Events;
using ContactRouting.GroupRouting;
using ContactRouting.Http;
using ContactRouting.Keys;
using ContactRouting.OpenApi;
using ContactRouting.OwnApi;
using ContactRouting.Pages;
using ContactRouting.Presence;
using ContactRouting.ServiceLevels;
using ContactRouting.Status;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.UserServices;
using ContactRouting.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace ContactRouting.Hosting;

/// <summary>What both hosts run.</summary>
internal static class Composition
{
    /// <param name="telemetry">What the host asks for where traces and metrics are exported.</param>
    public static void AddContactRouting(this IHostApplicationBuilder builder, Action<IOpenTelemetryBuilder>? telemetry = null)
    {
        // Request lines carry tokens in paths and query strings.
        builder
            .Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("System.Net.Http", LogLevel.Warning)
            .AddFilter("Azure", LogLevel.Warning);

        builder.Services.AddSingleton(TimeProvider.System);
        builder
            .Services.AddKeys()
            .AddStorage()
            .AddDirectory()
            .AddEvents()
            .AddPresence()
            .AddAudit()
            .AddHttp()
            .AddWebhooks()
            .AddAccounts()
            .AddContacts()
            .AddStatus()
            .AddStatusExport()
            .AddServiceLevels()
            .AddAgentEvents()
            .AddGroupRouting()
            .AddUserServices()
            .AddSweep()
            .AddOwnApi()
            .AddOpenApi()
            .AddPages()
            .AddSingleton<HealthApi>()
            .AddSingleton<Readiness>();
        builder.AddTelemetryExport(telemetry);
    }

    /// <summary>Checks all settings before the host starts, which would log the same faults with their stacks.</summary>
    public static void ValidateSettings(this IHost host) => host.Services.GetRequiredService<IStartupValidator>().Validate();

    /// <summary>Each API refuses a long body in its own shape, where the server would answer an empty 500.</summary>
    public static void LeaveBodiesToTheApis(KestrelServerOptions server) => server.Limits.MaxRequestBodySize = null;
}
