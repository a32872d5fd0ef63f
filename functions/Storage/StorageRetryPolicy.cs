using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ContactRouting.Storage;

/// <summary>
/// Sends a request again while another attempt may help and patience lasts, and says with one exception that the storage is
/// not available, however the client noticed.
/// </summary>
internal sealed class StorageRetryPolicy : HttpPipelinePolicy
{
    private const int MaxAttempts = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("All calls are asynchronous.");

    /// <exception cref="StorageUnavailableException">Every attempt failed, or there was no patience left for one.</exception>
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var start = Stopwatch.GetTimestamp();
        var longest =
            message.Request.Method == RequestMethod.Get && !StoragePatience.IsInRequest
                ? StoragePatience.OfQuery
                : StoragePatience.OfAttempt;
        var fault = new StorageUnavailableException("it did not answer before");
        for (var attempt = 1; StoragePatience.Left(start) is var left && left > StoragePatience.OfLeastAttempt; attempt++)
        {
            message.NetworkTimeout = left < longest ? left : longest;
            if (await TryAsync(message, pipeline) is not { } failed)
            {
                StoragePatience.Answered();
                return;
            }
            fault = failed;
            var pause = FirstPause * Math.Pow(2, attempt - 1) * (0.8 + 0.4 * Random.Shared.NextDouble());
            if (attempt == MaxAttempts || pause > StoragePatience.Left(start)) break;
            await Task.Delay(pause, message.CancellationToken);
        }
        throw fault;
    }

    /// <returns>What went wrong, where another attempt may help; null where the storage answered.</returns>
    private static async Task<StorageUnavailableException?> TryAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception error) when (message.ResponseClassifier.IsRetriable(message, error))
        {
            return new StorageUnavailableException(error.Message, error);
        }
        if (!message.ResponseClassifier.IsRetriableResponse(message)) return null;
        message.Response.Headers.TryGetValue("x-ms-error-code", out var code);
        return new StorageUnavailableException($"{message.Response.Status} {code}");
    }
}
