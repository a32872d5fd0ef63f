using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ContactRouting.Storage;

/// <summary>
/// Makes the tables when the storage says that one is missing, and sends the request again: a process asks for nothing at
/// its start that the deployment has done, or that no request needs yet.
/// </summary>
internal sealed class MissingTablePolicy(Func<Task> create) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("All calls are asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (!IsTableMissing(message.Response)) return;
        await create();
        await ProcessNextAsync(message, pipeline);
    }

    /// <summary>A transaction is answered 202 whatever came of it; the error stands in the body.</summary>
    private static bool IsTableMissing(Response response) =>
        response.Status is 404 or 202 && response.Content.ToMemory().Span.IndexOf("TableNotFound"u8) >= 0;
}
