using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ContactRouting.Testing;

/// <summary>A call as it came in.</summary>
/// <param name="Signature">Its headers <c>webhook-..</c>.</param>
public sealed record ReceivedCall(
    string Method,
    string PathAndQuery,
    string ContentType,
    string Body,
    string EventId,
    IReadOnlyDictionary<string, string> Signature
);

/// <summary>Somebody else's server that is told of events; what it answers can be changed.</summary>
public sealed class CallbackReceiver : IDisposable
{
    /// <summary>In place of a status: the connection ends without an answer.</summary>
    public const int Break = 0;

    private readonly ConcurrentQueue<ReceivedCall> calls = new();
    private readonly WebApplication server;

    public CallbackReceiver() => server = WebServer.Start(ServeAsync);

    public string Origin => server.Urls.Single();

    /// <summary>The status to answer a call with.</summary>
    public Func<ReceivedCall, int> Answer { get; set; } = _ => 200;

    /// <summary>Where an answer leads; null for nowhere.</summary>
    public string? Location { get; set; }

    /// <summary>What an answer says, and when it wants to be called again.</summary>
    public string Text { get; set; } = "";

    public string? RetryAfter { get; set; }

    /// <summary>What a call waits for before it is answered.</summary>
    public Func<ReceivedCall, Task> Hold { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<ReceivedCall> Calls => [.. calls];

    /// <summary>Waits until so many calls came in.</summary>
    public Task ReceivedAsync(int count) =>
        Eventually.IsTrueAsync($"{count} callbacks came in", () => Task.FromResult(calls.Count >= count));

    public void Dispose() => ((IDisposable)server).Dispose();

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var call = new ReceivedCall(
            context.Request.Method,
            target,
            context.Request.ContentType ?? "",
            await reader.ReadToEndAsync(),
            context.Request.Headers["X-Event-Id"].ToString(),
            context.Request.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())
        );
        calls.Enqueue(call);
        await Hold(call).WaitAsync(context.RequestAborted);
        var status = Answer(call);
        if (status == Break)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        if (Location is { } location) context.Response.Headers.Location = location;
        if (RetryAfter is { } pause) context.Response.Headers.RetryAfter = pause;
        await context.Response.WriteAsync(Text);
    }
}
