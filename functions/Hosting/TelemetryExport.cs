using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using ContactRouting.Settings;
using ContactRouting.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ContactRouting.Hosting;

/// <summary>Where traces and metrics go.</summary>
internal enum TelemetryExporter
{
    /// <summary>Nowhere: nothing is recorded.</summary>
    None,

    /// <summary>To an OTLP receiver, which OpenTelemetry's own variables name, such as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    Otlp,

    /// <summary>To Application Insights by <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>, as the app's identity.</summary>
    AzureMonitor,
}

internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    public TelemetryExporter Exporter { get; set; }
}

internal sealed class TelemetryOptionsValidation(IConfiguration configuration) : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options) =>
        !Enum.IsDefined(options.Exporter) ? ValidateOptionsResult.Fail("Telemetry__exporter must be none, otlp or azureMonitor.")
        : options.Exporter == TelemetryExporter.AzureMonitor && string.IsNullOrEmpty(configuration[TelemetryExport.AzureMonitorConnection])
            ? ValidateOptionsResult.Fail($"Telemetry__exporter is azureMonitor: {TelemetryExport.AzureMonitorConnection} must be set.")
        : ValidateOptionsResult.Success;
}

/// <summary>Exports spans and metrics, and no logs: those go the host's way.</summary>
internal static class TelemetryExport
{
    public const string AzureMonitorConnection = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    public static void AddTelemetryExport(this IHostApplicationBuilder builder, Action<IOpenTelemetryBuilder>? host)
    {
        builder.Services.AddSettings<TelemetryOptions, TelemetryOptionsValidation>(TelemetryOptions.Section);
        var text = builder.Configuration[$"{TelemetryOptions.Section}:{nameof(TelemetryOptions.Exporter)}"];
        if (Enum.TryParse<TelemetryExporter>(text, ignoreCase: true, out var exporter) && exporter != TelemetryExporter.None)
            Export(builder, exporter, host);
    }

    /// <summary>A method of its own, so that a process that exports nothing loads nothing for it.</summary>
    private static void Export(IHostApplicationBuilder builder, TelemetryExporter exporter, Action<IOpenTelemetryBuilder>? host)
    {
        var telemetry = builder.Services.AddOpenTelemetry();
        telemetry
            .ConfigureResource(resource => resource.AddService(Measures.Name, serviceVersion: HealthApi.Version))
            .WithTracing(traces => traces.AddSource(Traces.Name))
            .WithMetrics(metrics => metrics.AddMeter(Measures.Name));
        host?.Invoke(telemetry);
        if (exporter == TelemetryExporter.Otlp)
        {
            telemetry.WithTracing(traces => traces.AddOtlpExporter()).WithMetrics(metrics => metrics.AddOtlpExporter());
            return;
        }
        var identity = new DefaultAzureCredential();
        telemetry
            .WithTracing(traces => traces.AddAzureMonitorTraceExporter(Connect))
            .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(Connect));

        void Connect(AzureMonitorExporterOptions options) =>
            (options.ConnectionString, options.Credential) = (builder.Configuration[AzureMonitorConnection], identity);
    }
}
