using ContactRouting.Sweep;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ContactRouting.Hosting;

/// <summary>Runs the app as a worker of the Azure Functions host.</summary>
internal static class FunctionsWorkerHost
{
    public static void Run(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.AddContactRouting(telemetry => telemetry.UseFunctionsWorkerDefaults());
        builder.Services.Configure<KestrelServerOptions>(Composition.LeaveBodiesToTheApis);

        // The host reads the schedule itself, and leaves the function out where the setting is missing.
        if (string.IsNullOrWhiteSpace(builder.Configuration[nameof(ScheduleOptions.StatusSnapshotSchedule)]))
            throw new OptionsValidationException(
                nameof(ScheduleOptions),
                typeof(ScheduleOptions),
                [$"{nameof(ScheduleOptions.StatusSnapshotSchedule)} must be set."]
            );
        var host = builder.Build();
        host.ValidateSettings();
        host.Run();
    }
}
