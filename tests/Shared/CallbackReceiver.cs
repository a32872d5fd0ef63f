using System.Collections.Concurrent;
using System.Net;

namespace ContactRouting.Testing;

/// <summary>A call as it came in.</summary>
public sealed record ReceivedCall(string Method, string PathAndQuery, string ContentType, string Body, string EventId, DateTimeOffset At);

/// <summary>Somebody else's server that is told of events; what it answers can be changed.</summary>
public sealed class CallbackReceiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<ReceivedCall> calls = new();

    public CallbackReceiver()
    {
        Origin = $"http://127.0.0.1:{AzuriteServer.FreePort()}";
        listener.Prefixes.Add(Origin + "/");
        listener.Start();
        _ = ServeAsync();
    }

    public string Origin { get; }

    /// <summary>The status to answer a call with.</summary>
    public Func<ReceivedCall, int> Answer { get; set; } = _ => 200;

    public IReadOnlyList<ReceivedCall> Calls => [.. calls];

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var reader = new StreamReader(context.Request.InputStream);
            var call = new ReceivedCall(
                context.Request.HttpMethod, context.Request.RawUrl!, context.Request.ContentType ?? "", await reader.ReadToEndAsync(), context.Request.Headers["X-Event-Id"] ?? "", DateTimeOffset.UtcNow);
            calls.Enqueue(call);
            context.Response.StatusCode = Answer(call);
            context.Response.Close();
        }
    }
}
