using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Storage;

namespace ContactRouting.Tests;

/// <summary>Counts the calls of the storage and the rows that they bring.</summary>
internal sealed class StorageCounter : HttpPipelinePolicy
{
    private int calls;
    private int rows;

    public int Calls => calls;

    public HttpPipelineConfiguration Configuration => new(options => options.AddPolicy(this, HttpPipelinePosition.PerCall));

    public async Task<(int Calls, int Rows)> CostAsync(Func<Task> run)
    {
        var (callsBefore, rowsBefore) = (calls, rows);
        await run();
        return (calls - callsBefore, rows - rowsBefore);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Interlocked.Increment(ref calls);
        await ProcessNextAsync(message, pipeline);
        if (message.Request.Method != RequestMethod.Get || message.Response.Status != 200) return;
        using var answer = JsonDocument.Parse(message.Response.Content);
        Interlocked.Add(ref rows, answer.RootElement.TryGetProperty("value", out var value) ? value.GetArrayLength() : 1);
    }
}
