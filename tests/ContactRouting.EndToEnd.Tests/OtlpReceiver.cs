using System.Collections.Concurrent;
using System.Text;
using ContactRouting.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.EndToEnd;

/// <summary>Takes what apps export by OTLP, as text: names and tags stand in it as they are.</summary>
public sealed class OtlpReceiver : IDisposable
{
    private readonly ConcurrentQueue<string> unread = new();
    private readonly WebApplication server;

    public OtlpReceiver() => server = WebServer.Start(TakeAsync);

    /// <summary>What came in since this was asked before.</summary>
    public string ReadNew()
    {
        var text = new StringBuilder();
        while (unread.TryDequeue(out var part)) text.Append(part).Append('\n');
        return text.ToString();
    }

    /// <summary>Makes an app export here, soon after each request.</summary>
    public void ReceiveFrom(AppProcess app)
    {
        app.Settings["Telemetry__exporter"] = "otlp";
        app.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = server.Urls.Single();
        app.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        // Of the spans a tenth: a test sends as many requests as a busy day.
        app.Settings["OTEL_TRACES_SAMPLER"] = "traceidratio";
        app.Settings["OTEL_TRACES_SAMPLER_ARG"] = "0.1";
        app.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        app.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
    }

    public void Dispose() => ((IDisposable)server).Dispose();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        unread.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }
}
