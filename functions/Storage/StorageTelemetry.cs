using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Telemetry;

namespace ContactRouting.Storage;

/// <summary>Measures each call of the storage, all its attempts together, and makes it a span. Keys and filters stay out of both.</summary>
internal sealed class StorageTelemetry : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("All calls are asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!Traces.AreRecorded && !Measures.StorageCalls.Enabled)
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }
        var (operation, table) = Describe(message.Request.Method, message.Request.Uri.Path);
        using var span = Traces.Storage(operation);
        span?.SetTag("db.system.name", "azure.table").SetTag("db.operation.name", operation).SetTag("db.collection.name", table);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await ProcessNextAsync(message, pipeline);
            span?.SetTag("http.response.status_code", message.Response.Status);
        }
        catch (Exception error)
        {
            span?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
            throw;
        }
        finally
        {
            Measures.StorageCalls.Record(Measures.SecondsSince(start), new("operation", operation), new("table", table));
        }
    }

    /// <summary>What a call does, and to which table: null for a transaction, which names it in its body alone.</summary>
    /// <param name="path">Like <c>Live(PartitionKey='1',RowKey='head')</c>, with the account's name before it in an emulator.</param>
    public static (string Operation, string? Table) Describe(RequestMethod method, string path)
    {
        var resource = path[(path[..(path.IndexOf('(') is >= 0 and var keys ? keys : path.Length)].LastIndexOf('/') + 1)..];
        if (resource.StartsWith("$batch", StringComparison.Ordinal)) return ("transaction", null);
        var end = resource.IndexOf('(');
        var table = end < 0 ? resource : resource[..end];
        var operation =
            method == RequestMethod.Get ? resource.EndsWith("()", StringComparison.Ordinal) || end < 0 ? "range" : "read"
            : method == RequestMethod.Delete ? "delete"
            : "write";
        return (operation, table);
    }
}
